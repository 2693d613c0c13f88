#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A thread saved as it came; mails put right that lists have changed.
load common
load thread_mail
reply() {  # ID PARENT FROM TEXT, and nothing but that
  printf '%s\n' "$4" | mail "$1" 'Re: [PATCH] x' "$3" "$2"
}

a_thread() {
  cover c1@x '[PATCH 0/1] demo: one'
  patch p1@x '[PATCH 1/1] demo: a' c1@x a a1 '' 'Content-Length: 3
Lines: 1
Status: RO'
  reply r1@x p1@x 'Rob <rob@example.org>' '> > twice
> once
>From here on it works.
>>From there, too.

Good.

> rest
> of it'
}
ids_in() { grep -o '^Message-ID: <[a-z0-9]*' | sed 's/.*<//' | sort | xargs; }
other_mail() { reply o1@x nobody@x 'Eve <eve@example.com>' 'Something else.'; }

@test "mbox: each byte, from a mailbox and from an archive here" {
  a_thread >thread.mbox
  { cat thread.mbox; other_mail; } >more.mbox
  run --separate-stderr lorelei mbox --no-stdin -m more.mbox -o - r1@x
  [ "$status" -eq 0 ]
  [ "$stderr" = '3 messages in the thread' ]
  lorelei mbox -q --no-stdin -m more.mbox -o - r1@x | cmp - thread.mbox
  an_archive toys more.mbox
  for word in '<r1@x>' mid:c1@x 'https://lore.kernel.org/all/p1%40x/T/#t'; do
    lorelei mbox -q --offline "$word" -o - >out
    for id in c1@x p1@x r1@x; do
      lorelei show --raw "$id" >raw
      lorelei mbox -q --no-stdin -m out -o - "$id" | cmp - out
      [ -s raw ]
    done
    [ "$(grep -c '^From mboxrd@z' out)" = 3 ]
    # public-inbox takes away what a mailbox has put into the header.
    grep -v -e '^Content-Length' -e '^Lines' -e '^Status' thread.mbox | cmp - <(grep -v -e '^Lines' -e '^Content-Length' -e '^Status' out)
  done
  lorelei show --raw p1@x | lorelei mbox -q -o - | cmp - out
  cat thread.mbox | lorelei mbox -q -m - -o - >out
  cmp out thread.mbox
}

@test "mbox: the name of the file" {
  a_thread >thread.mbox
  run lorelei mbox --no-stdin -m thread.mbox -o out
  [ "$status" -eq 0 ]
  [[ "$output" == *'Saved out/c1@x.mbx'* ]]
  cmp out/c1@x.mbx thread.mbox
  lorelei mbox -q --no-stdin -m thread.mbox -o out -n other.txt
  cmp out/other.txt thread.mbox
  reply '../../we ird/ü-x@x' '' 'Eve <eve@example.com>' Hm. >odd.mbox
  lorelei mbox -q --no-stdin -m odd.mbox -o out
  [ -f out/_.._.._we_ird_-x@x.mbx ]
  run lorelei mbox --no-stdin -m thread.mbox -n ../x
  [ "$status" -eq 2 ]
}

@test "mbox: one of an earlier run grows; nothing else is written over" {
  a_thread >thread.mbox
  lorelei mbox -q --no-stdin -m thread.mbox -o out p1@x -n it
  { cat thread.mbox; reply r2@x r1@x 'Tom <tom@example.com>' Thanks.; } >longer.mbox
  lorelei mbox -q --no-stdin -m longer.mbox -o out p1@x -n it
  cmp out/it longer.mbox
  # A mail that is not in the new one, a text, a directory, a link.
  other_mail >>out/it
  cp out/it before
  echo mine >out/text
  mkdir out/directory
  ln -s text out/link
  for name in it text directory link; do
    run lorelei mbox --no-stdin -m thread.mbox -o out -n "$name"
    [ "$status" -eq 6 ]
  done
  cmp out/it before
  [ "$(cat out/text)" = mine ]
  [ -z "$(find out -name '.*')" ]
  # An empty file is no loss.
  : >out/empty
  lorelei mbox -q --no-stdin -m thread.mbox -o out -n empty
  cmp out/empty thread.mbox
}

@test "mbox: a Maildir, and what it lacks" {
  a_thread >thread.mbox
  lorelei mbox -q --no-stdin -m thread.mbox -M -o out
  [ "$(find out/c1@x.maildir/new -type f | wc -l)" = 3 ]
  run lorelei mbox --no-stdin -m thread.mbox -M -o out
  [ "$status" -eq 6 ]
  mkdir -p md/cur md/new md/tmp
  reply r1@x p1@x 'Rob <rob@example.org>' 'As the list sent it.' | sed 1d >md/cur/1:2,S
  run lorelei mbox --no-stdin -m thread.mbox -f md
  [ "$status" -eq 0 ]
  [[ "$output" == *'Added 2 messages to the Maildir md'* ]]
  grep -q 'As the list' md/cur/1:2,S
  [ "$(find md/new -type f | wc -l)" = 2 ]
  for words in '-f md c1@x' '-fo md c1@x' '-f -o md'; do
    read -ra words <<<"$words"
    run lorelei mbox --no-stdin -m thread.mbox "${words[@]}"
    [ "$status" -eq 0 ]
    [[ "$output" == *'Added 0 messages'* ]]
  done
  [ "$(find md -type f | wc -l)" = 3 ]
  lorelei mbox -q --no-stdin -m thread.mbox -o md
  [ "$(find md -type f | wc -l)" = 6 ]
  run lorelei mbox --no-stdin -m thread.mbox -f -o nowhere
  [ "$status" -eq 3 ]
  [ ! -e nowhere ]
  run lorelei mbox --no-stdin -m thread.mbox -M -o -
  [ "$status" -eq 2 ]
  run lorelei mbox --no-stdin -m thread.mbox c1@x p1@x
  [ "$status" -eq 2 ]
}

@test "mbox: nothing found is no success" {
  a_thread >thread.mbox
  an_archive toys thread.mbox
  run lorelei mbox --offline nobody@x
  [ "$status" -eq 3 ]
  run lorelei mbox --no-stdin -m thread.mbox nobody@x
  [ "$status" -eq 3 ]
  run lorelei mbox --no-stdin
  [ "$status" -eq 2 ]
  [ -z "$(find . -name '*.mbx')" ]
}

@test "mbox: newer revisions that are threads of their own" {
  { a_thread; other_mail
    cover c2@x '[PATCH v2 0/1] demo: one' 'Sat, 21 Nov 2026 12:00:00 +0000'
    patch q1@x '[PATCH v2 1/1] demo: a' c2@x a a2
    cover c3@x '[PATCH v3 0/1] demo: one' 'Sun, 22 Nov 2026 12:00:00 +0000'
    patch s1@x '[PATCH v3 1/1] demo: a' c3@x a a3
    cover d2@x '[PATCH v2 0/1] demo: another'; } >all.mbox
  an_archive toys all.mbox
  lorelei mbox -q --offline p1@x -o - >out
  [ "$(grep -c '^Message-ID' out)" = 3 ]
  run --separate-stderr lorelei mbox -c --offline p1@x -o -
  [ "$(ids_in <<<"$output")" = 'c1 c2 c3 p1 q1 r1 s1' ]
  [[ "$stderr" == *'2 newer revisions'* ]]
  lorelei mbox -q -c --offline q1@x -o - >out
  [ "$(ids_in <out)" = 'c2 c3 q1 s1' ]
}

@test "mbox: without what small screens do not need" {
  a_thread >thread.mbox
  lorelei mbox -q --no-stdin --minimize -m thread.mbox -o - >out
  [ -z "$(grep -e '^To:' -e '^Cc:' -e '^Status:' out)" ]
  grep -q '^+a1$' out
  [ "$(sed -n '/<r1@x>/,$p' out)" = 'Message-ID: <r1@x>
In-Reply-To: <p1@x>

> once
>From here on it works.
>>From there, too.

Good.' ]
}

@test "mbox: the archive's copies in place of those that a list has changed" {
  a_thread >thread.mbox
  an_archive toys thread.mbox
  lorelei mbox -q p1@x -o - >good
  { sed 's/^Subject: /&[list] /; s/^Good\.$/&\n\n____\nTo unsubscribe/' good; other_mail; } >mangled.mbox
  chmod 640 mangled.mbox
  ln -s mangled.mbox link
  run lorelei mbox --offline -r link
  [ "$status" -eq 4 ]
  [[ "$output" == *'3 replaced'* ]]
  [[ "$output" == *'1 kept'* ]]
  { cat good; other_mail; } | cmp - mangled.mbox
  [ -L link ]
  [ "$(stat -c %a mangled.mbox)" = 640 ]
  stat -c '%i %Y' mangled.mbox >before
  run lorelei mbox --offline -r mangled.mbox
  [[ "$output" == *'0 replaced, 3 are'* ]]
  stat -c '%i %Y' mangled.mbox | cmp - before
  [ -z "$(find . -maxdepth 1 -name '.mangled*' -o -maxdepth 1 -name '*.lock')" ]
  # A Maildir keeps names and marks, times and modes; sizes in names are put right.
  mkdir -p md/cur md/new md/tmp
  lorelei show --raw r1@x | tee good | sed 's/^Good/Bad indeed/' >md/cur/1:2,RS
  cp md/cur/1:2,RS md/cur/2,S=7,W=9,x:2,S
  chmod 640 md/cur/1:2,RS
  touch -d '2026-01-02 03:04:05 UTC' md/cur/1:2,RS
  echo 'no mail' >md/new/2
  run lorelei mbox --offline -r md
  [ "$status" -eq 4 ]
  cmp good md/cur/1:2,RS
  [ "$(TZ=UTC stat -c '%a %y' md/cur/1:2,RS)" = '640 2026-01-02 03:04:05.000000000 +0000' ]
  bytes=$(wc -c <good)
  cmp good "md/cur/2,S=$bytes,W=$((bytes + $(wc -l <good))),x:2,S"
  [ "$(find md -type f | wc -l)" = 3 ]
  # Packed, absent, with other wishes.
  gzip -k mangled.mbox
  run lorelei mbox --offline -r mangled.mbox.gz
  [ "$status" -eq 1 ]
  run lorelei mbox --offline -r nowhere
  [ "$status" -eq 3 ]
  run lorelei mbox --offline -r mangled.mbox p1@x
  [ "$status" -eq 2 ]
}

@test "mbox: another mail of the same Message-ID is not the archive's copy" {
  a_thread >thread.mbox
  an_archive toys thread.mbox
  lorelei mbox -q p1@x -o - >good
  for change in 's/^From: Rob.*/From: Eve <eve@example.com>/' 's/^Date: Fri, 20/Date: Fri, 13/' \
    's/^Subject: Re: .*/Subject: Re: [PATCH] y/'; do
    sed -e "$change" -e 's/^Good/Bad/' good >mine.mbox
    cp mine.mbox before
    run lorelei mbox --offline -r mine.mbox
    [ "$status" -eq 4 ]
    [[ "$output" == *'kept as they are: the archives'*'is another'* ]]
    [ "$(grep -c '^Bad' mine.mbox)" = 1 ]
  done
  # The same date in another zone, addresses in another case.
  sed -e 's/^Date: Fri, 20 Nov 2026 12:00:00 +0000/Date: Fri, 20 Nov 2026 14:00:00 +0200/' -e 's/rob@example/ROB@example/' \
    -e 's/^Good/Bad/' good >mine.mbox
  lorelei mbox -q --offline -r mine.mbox
  cmp mine.mbox good
}

@test "mbox: -r locks the file itself, and removes what killed runs left" {
  a_thread >thread.mbox
  an_archive toys thread.mbox
  lorelei mbox -q p1@x -o - | sed 's/^Good/Bad/' >mine.mbox
  mkdir links
  ln -s ../mine.mbox links/mine
  sleep 30 &
  other=$!
  echo "$other" >mine.mbox.lock
  run lorelei mbox --offline -r links/mine
  [ "$status" -ne 0 ]
  grep -q '^Bad' mine.mbox
  kill "$other"
  rm mine.mbox.lock
  mkdir ".mine.mbox.00000000-1-abc" ".mine.mbox.other"
  touch -d '3 days ago' ".mine.mbox.00000000-1-abc"
  lorelei mbox -q --offline -r links/mine
  grep -q '^Good' mine.mbox
  [ "$(find . -maxdepth 1 -name '.mine*')" = ./.mine.mbox.other ]
}

@test "mbox: -f before a MSGID, where there is no Maildir" {
  a_thread >thread.mbox
  mkdir empty
  for place in empty nowhere; do
    run lorelei mbox -f "$place" c1@x
    [ "$status" -eq 3 ]
    [[ "$output" == *'there is no Maildir'*"mkdir -p $place/cur $place/new $place/tmp"* ]]
  done
}

@test "mbox: a stranger's revision with the change-id of a series" {
  { cover c1@x '[PATCH 0/1] demo: one' | sed 's/^base-commit/change-id: 20261120-demo-0123456789ab\n&/'
    patch p1@x '[PATCH 1/1] demo: a' c1@x a a1
    cover e2@x '[PATCH v2 0/1] demo: stolen' 'Sat, 21 Nov 2026 12:00:00 +0000' |
      sed 's/^base-commit/change-id: 20261120-demo-0123456789ab\n&/; s/Ann <ann@example.org>/Eve <eve@example.com>/'
    cover c3@x '[PATCH v3 0/1] demo: renamed' 'Sun, 22 Nov 2026 12:00:00 +0000' |
      sed 's/^base-commit/change-id: 20261120-demo-0123456789ab\n&/'; } >all.mbox
  an_archive toys all.mbox
  lorelei mbox -q -c --offline p1@x -o - >out
  [ "$(ids_in <out)" = 'c1 c3 p1' ]
}
