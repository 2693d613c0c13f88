#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# What lei's own modules make of messages, for comparison with src/lei.
#
#   views.pl text|reply plain|colour FILE...       as `lei q -f text`, with blob, pct, kw, L and time made up
#   views.pl p2q|p2q-uri WANT FILE...              as `lei p2q -w WANT`
#
# For each file: its name, a space, the length in bytes, LF, the bytes. Exits with 77 where lei is not installed.
use strict;
use warnings;
BEGIN {
  for my $module (qw(PublicInbox::Eml PublicInbox::LeiViewText PublicInbox::LeiP2q PublicInbox::Config Email::Address::XS)) {
    eval "require $module; 1" or exit 77;
  }
}
$SIG{__WARN__} = sub { };
$ENV{TZ} = 'UTC';
delete $ENV{NO_COLOR};
@ENV{qw(GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL)} = (1, '/dev/null');
binmode STDOUT;

package Terminal { sub new { bless { opt => $_[1], 1 => *STDOUT, 2 => *STDERR }, $_[0] } sub out { my $self = shift; $self->{said} = join '', @_ } }

package main;
my ($what, $how, @files) = @ARGV;

# Ids in References are lost in the original, which leaves "<>" for each and a ">" behind the last.
{
  no warnings 'redefine';
  my $escape = \&PublicInbox::LeiViewText::_xs;
  *PublicInbox::LeiViewText::_xs = sub { $escape->($_[0]); $_[0] };
}

my $view;
sub view {
  my ($raw) = @_;
  $view //= PublicInbox::LeiViewText->new(Terminal->new({ color => $how eq 'colour' }), $what);
  my $smsg = { blob => '4d0e52fc4e43b3e633bcc29e5d8ac6758899c945', pct => 99, kw => [qw(flagged seen)], L => ['inbox'], ts => 1532071301 };
  my $text = ${ $view->eml_to_text($smsg, PublicInbox::Eml->new(\$raw)) } // '';
  $text =~ s/^((?:> )?(?:\e\[[0-9;]+m)?(?:References: |\t)<[^\n]*>)>((?:\e\[0m)?)$/$1$2/mg;
  return "$text\n";
}

sub query {
  my ($raw) = @_;
  my $lei = Terminal->new({ want => [$how], $what eq 'p2q-uri' ? (uri => 1) : () });
  my $self = bless { lei => $lei }, 'PublicInbox::LeiP2q';
  $raw =~ s/\A[\r\n]*From [^\r\n]*\r?\n//s;
  $self->input_eml_cb(PublicInbox::Eml->new(\$raw));
  $self->emit_query;
  return $lei->{said};
}

for my $file (@files) {
  open my $in, '<:raw', $file or die "$file: $!";
  my $raw = do { local $/; <$in> };
  my $out = $what =~ /^p2q/ ? query($raw) : view($raw);
  utf8::encode($out);
  my ($name) = $file =~ m{([^/]+)\z};
  print "$name ", length $out, "\n$out";
}
