#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Says what public-inbox makes of messages, line by line; describe.hh documents the lines and gives ours.
#
#   describe.pl FILE...        or, with messages from `git cat-file --batch`:   describe.pl < BATCH
#
# Exits with 77 where public-inbox or Email::Address::XS is not installed.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);
BEGIN {
  for my $module (qw(Email::Address::XS PublicInbox::ContentHash PublicInbox::Eml PublicInbox::MID
                     PublicInbox::MsgIter PublicInbox::MsgTime PublicInbox::OverIdx PublicInbox::Smsg)) {
    eval "require $module; 1" or exit 77;
  }
}
$SIG{__WARN__} = sub { };
$ENV{TZ} = 'UTC';
binmode $_ for *STDIN, *STDOUT;

# The bytes that the program would print or index: characters in UTF-8, bytes as they are.
sub bytes_of { my $text = $_[0]; utf8::encode($text) if utf8::is_utf8($text); return $text }
# The UTF-8 of its characters.
sub utf8_of { my $text = $_[0]; utf8::encode($text); return $text }
sub joined { return join '|', @{$_[0]} }

sub describe_part {
  my ($part, $depth, @place) = @{$_[0]};
  my $name = $part->filename;
  my ($text) = PublicInbox::MsgIter::msg_part_text($part, $part->content_type || 'text/plain');
  my $is_text = defined $text;
  my $form = $is_text && utf8::is_utf8($text) && $text =~ /[^\x00-\x7f]/ ? 'characters' : 'bytes';
  my $bytes = $is_text ? bytes_of($text) : $part->body;
  printf "part %d %s%s name=%s %s %d %s\n", $depth, join('.', @place), $part->{is_submsg} ? ' message' : '',
    defined $name ? utf8_of($name) : '-', $is_text ? $form : 'no text', length $bytes, sha1_hex($bytes);
}

sub describe {
  my ($label, $raw) = @_;
  print "message $label\n";
  my $mail = PublicInbox::Eml->new(\(my $copy = $raw));
  my $row = bless {}, 'PublicInbox::Smsg';
  $row->populate($mail, { autime => 11, cotime => 22 });
  $row->set_bytes($raw, length $raw);
  my $lines = ($mail->body_raw =~ tr/\n//);
  my $ids = PublicInbox::MID::mids_for_index($mail);
  print "$_ ", utf8_of($row->{$_}), "\n" for qw(subject from to cc);
  print 'ids ', joined($ids), "\n";
  print 'own ids ', joined(PublicInbox::MID::mids($mail)), "\n";
  print 'references ', joined(PublicInbox::MID::references($mail)), "\n";
  print 'links ', joined($row->parse_references($mail, $ids)), "\n";
  my ($sent, $sent_zone) = PublicInbox::MsgTime::msg_datestamp($mail, 11);
  my ($received, $received_zone) = PublicInbox::MsgTime::msg_timestamp($mail, 22);
  printf "sent %d %s\nreceived %d %s\nsize %d %d\n", $sent, $sent_zone, $received, $received_zone, $row->{bytes}, $lines;
  my $subject = $row->{subject};
  print 'key ', $subject eq '' ? '' : utf8_of(PublicInbox::MID::id_compress(PublicInbox::OverIdx::subject_path($subject))), "\n";
  PublicInbox::MsgIter::msg_iter($mail, \&describe_part);
  my $fresh = PublicInbox::Eml->new(\(my $other = $raw));
  print 'content ', unpack('H*', PublicInbox::ContentHash::content_hash($fresh)), "\n";
}

sub slurp { open my $in, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; return scalar <$in> }

if (@ARGV) {
  for my $file (@ARGV) { describe($file =~ s{.*/}{}r, slurp($file)) }
} else {
  while (my $head = <STDIN>) {
    my ($id, $kind, $size) = split ' ', $head;
    read(STDIN, my $raw, $size) == $size or die "the batch ends early\n";
    read(STDIN, my $newline, 1);
    describe($id, $raw) if $kind eq 'blob';
  }
}
