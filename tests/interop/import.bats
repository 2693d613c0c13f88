# SPDX-License-Identifier: GPL-3.0-or-later
# An archive that is written here is public-inbox's own, and the reverse: the same mails give the same blobs and commits,
# either program goes on where the other stopped.
load ../cli/common

setup_here() {
  need public-inbox-index && need public-inbox-init
  git config --global user.name Tester && git config --global user.email t@example.com
  mails >all.mbox
}

# Mails that take every branch of the writer's rules: headers that go, a reused Message-ID, none at all, equal content,
# encoded and broken headers, CRLF, several ids.
mails() {
  local from='From mboxrd@z Thu Jan  1 00:00:00 1970'
  local head='To: list@example.com\nDate: Fri, 13 Jun 2025 12:00:00 +0200\n'
  printf "$from\nFrom: Ann <ann@example.com>\nSubject: first\nMessage-ID: <a@x>\n${head}Delivered-To: me\nStatus: RO\n\none\n\n"
  printf "$from\nFrom: \"bob@example.com\" <bob@example.com>\nSubject: reused id\nMessage-ID: <a@x>\n$head\ntwo\n\n"
  printf "$from\nFrom: Ann <ann@example.com>\nSubject: first\nMessage-ID: <a@x>\n${head}Received: again\n\none\n\n"
  printf "$from\nFrom: =?UTF-8?q?J=C3=B6rg?= <j@example.com>\nSubject: =?UTF-8?b?w6TDtsO8?=\n  folded\nReceived: from a by b; Sat, 14 Jun 2025 01:02:03 -0700\n$head\nno id\n\n"
  printf "$from\nFrom: c@example.com (Cee)\nSubject: two ids\nMessage-ID: <b@x>\nMessage-ID: <c@x>\n$head\nthree\n\n"
  printf "$from\nSender: only@example.com\nMessage-ID: <d@x>\nLines: 7\nBytes: 9\n\nno from, no date is not comparable\n\n" | sed 's/^Message-ID: <d/Date: Fri, 13 Jun 2025 12:00:00 +1800\n&/'
  printf "$from\r\nFrom: crlf@example.com\r\nSubject: crlf\r\nMessage-ID: <e@x>\r\n${head//\\n/\\r\\n}X-Status: F\r\n\r\nfour\r\n\n"
  printf "$from\nFrom: b@example.com\nSubject: id taken by another one's second\nMessage-ID: <c@x>\n$head\nfive\n\n"
}

# The same mailbox through public-inbox's own writer.
import_with_perl() {
  perl -we '
    use strict; use PublicInbox::InboxWritable; use PublicInbox::MboxReader;
    my ($dir, $name, $mbox) = @ARGV;
    my $ibx = PublicInbox::InboxWritable->new({ inboxdir => $dir, name => $name, version => 2, indexlevel => "full",
      address => ["list\@example.com"], -primary_address => "list\@example.com" }, { nproc => 1 });
    my $writer = $ibx->importer(0);
    open my $fh, "<", $mbox or die;
    PublicInbox::MboxReader->mboxrd($fh, sub { $writer->add($_[0]) });
    $writer->done;' "$@" 2>perl.err
}
import_here() { lorelei archive import -q --address list@example.com "$@"; }

commits() { git -C "$1/git/0.git" log --reverse --date=raw --format='%an|%ae|%ad|%cn|%ce|%cd|%s'; }
blobs() { git -C "$1/git/0.git" log --reverse --raw --no-abbrev --format= | cut -d' ' -f4; }
# Message-IDs that Perl finds in its index, sorted.
ids_seen_by_perl() {
  perl -we 'use strict; use PublicInbox::Inbox;
    my $ibx = PublicInbox::Inbox->new({ inboxdir => $ARGV[0], name => "x", version => 2 });
    my $id = 0; while (my $page = $ibx->over->query_xover($id + 1, $id + 1000)) { last unless @$page;
      for my $smsg (@$page) { print "$smsg->{mid}\n" if ${$ibx->msg_by_smsg($smsg)}; } $id = $page->[-1]{num} }' "$1" | sort
}

@test "the same mails give the same commits and blobs" {
  import_here ./list all.mbox
  import_with_perl "$PWD/theirs" list all.mbox
  diff <(commits list) <(commits theirs)
  diff <(blobs list) <(blobs theirs)
}

@test "a new archive is laid out as public-inbox-init does it" {
  import_here ./list </dev/null
  public-inbox-init -V2 theirs "$PWD/theirs" http://example.com/theirs list2@example.com 2>/dev/null
  layout() { (cd "$1" && find . \( -name xap15 -o -name 'msgmap*' \) -prune -o -printf '%y %m %p\n' | sort); }
  diff <(layout list) <(layout theirs)
  for file in all.git/config all.git/HEAD all.git/objects/info/alternates git/0.git/config git/0.git/HEAD inbox.lock; do
    cmp "list/$file" "theirs/$file"
  done
  diff <(git config -f ~/.public-inbox/config --get-regexp 'publicinbox.list\.' | sed 's/list/theirs/' | cut -d. -f3 | cut -d' ' -f1) - <<<"address
inboxdir"
}

@test "public-inbox indexes and reads an archive that was imported here" {
  import_here ./list all.mbox
  public-inbox-index -L full list 2>index.err
  [ "$(ids_seen_by_perl list | wc -l)" -eq "$(blobs list | wc -l)" ]
  ids_seen_by_perl list | grep -qx 'a@x'
  lorelei archive verify ./list
}

@test "import goes on with an archive that public-inbox wrote and indexed" {
  import_with_perl "$PWD/list" list all.mbox
  before=$(blobs list | wc -l)
  import_here ./list all.mbox
  [ "$(blobs list | wc -l)" -eq "$before" ]
  printf 'From: x@example.com\nMessage-ID: <new@x>\n\nnew\n' | import_here ./list
  [ "$(blobs list | wc -l)" -eq $((before + 1)) ]
  public-inbox-index list 2>index.err
  ids_seen_by_perl list | grep -qx 'new@x'
  lorelei archive verify ./list
}

@test "public-inbox goes on with an archive that was imported and indexed here" {
  import_here ./list all.mbox
  lorelei archive index -q ./list
  before=$(blobs list | wc -l)
  import_with_perl "$PWD/list" list all.mbox
  # It takes the one message without a Message-ID for a new one each time; the others it knows.
  [ "$(blobs list | wc -l)" -eq $((before + 1)) ]
  printf 'From a@x Thu Jan  1 00:00:00 1970\nFrom: x@example.com\nMessage-ID: <new@x>\n\nnew\n\n' >new.mbox
  import_with_perl "$PWD/list" list new.mbox
  ids_seen_by_perl list | grep -qx 'new@x'
  lorelei archive index -q ./list
  lorelei archive verify ./list
}

@test "a message that public-inbox removed is not live here, and may come back" {
  import_here ./list all.mbox
  lorelei archive index -q ./list
  before=$(blobs list | wc -l)
  git -C list/git/0.git cat-file blob HEAD~1:m >gone.eml
  PI_CONFIG=$HOME/.public-inbox/config public-inbox-learn rm --all <gone.eml
  [ "$(lorelei archive export -q ./list | grep -c '^From ')" -eq $((before - 1)) ]
  lorelei archive index -q ./list
  lorelei archive verify ./list
  run --separate-stderr lorelei archive import ./list gone.eml
  [[ "$stderr" == *"1 messages added of 1"* ]]
}

@test "clone, fetch and Perl's clone agree on the layout" {
  import_here ./list all.mbox
  lorelei archive clone -q ./list ./copy
  public-inbox-index copy 2>index.err
  [ "$(ids_seen_by_perl copy | wc -l)" -eq "$(blobs list | wc -l)" ]
}
