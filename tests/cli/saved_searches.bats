#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Saved searches: delivered, brought up to date, changed, forgotten; and the store beside them.
load common
load arrivals

# The generator's archive of floppies, and more mail for later.
setup_here() {
  umask 022
  "${SAMPLE_MAIL:?writes the sample}" --list=floppy --format=mboxrd all.mbox 2>/dev/null || true
  [ -s all.mbox ] || "$SAMPLE_MAIL" --format=mboxrd all.mbox
  lorelei archive import -q --new toys all.mbox
  lorelei archive index -q toys
  ln -s "$LORELEI" lei
}

@test "up delivers what is new, once, into new/; what was deleted stays away" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  [ "$(files box)" -eq 1 ]
  [ "$(lorelei ls-search)" = "$PWD/box" ]
  arrive z2@x 'zebra two'
  lorelei up -q box
  [ "$(find box/new -type f | wc -l)" -eq 1 ]
  rm box/cur/*
  lorelei up -q --all
  lorelei up -q --rescan box
  [ "$(files box)" -eq 1 ]
  lorelei up -q --redeliver box
  [ "$(files box)" -eq 2 ]
}

@test "q again keeps what is there with its flags, and takes away what is not found any more" {
  arrive z1@x 'zebra one'
  arrive y1@x 'yak one'
  lorelei q -q -o box 's:zebra OR s:yak'
  [ "$(files box)" -eq 2 ]
  for file in box/cur/*; do mv "$file" "${file}S"; done
  run --separate-stderr lorelei q -o box s:yak
  [[ "$stderr" == *"# 0 written to $PWD/box/ (1 matches, 1 stay, 1 removed)"* ]]
  [ "$(files box)" -eq 1 ]
  [[ "$(ls box/cur)" == *:2,S ]]
  # What was read once arrives read elsewhere.
  lorelei q -q -o mboxrd:other.mbox s:yak
  grep -q '^Status: RO$' other.mbox
}

@test "mail of others is refused, set aside with a backup, or kept" {
  arrive z1@x 'zebra one'
  mkdir -p box/cur box/new box/tmp
  mail mine@x 'my own mail' >box/cur/1.host:2,S
  run lorelei q -o box s:zebra
  [ "$status" -eq 2 ]
  [ "$(files box)" -eq 1 ]
  lorelei q -q -a -o box s:zebra
  [ "$(files box)" -eq 2 ]
  lorelei forget-search box
  lorelei q -q --overwrite -o box s:zebra
  [ "$(files box)" -eq 1 ]
  [ "$(find box.before-*/ -type f | wc -l)" -eq 2 ]
  # It is in the store, too.
  [ "$(lorelei q -f jsonl m:mine@x | wc -l)" -eq 1 ]
  # As lei, that is what happens unasked.
  mail more@x 'more of my own' >box/cur/2.host:2,
  ./lei q -q -o box s:zebra
  [ "$(files box)" -eq 1 ]
}

@test "a reply to a thread that was delivered comes, whatever it says" {
  arrive z1@x 'zebra one'
  lorelei q -q -t -o box s:zebra
  arrive r1@x 'another subject' z1@x
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
}

@test "a changed query looks at older mail, too" {
  arrive z1@x 'zebra one'
  arrive y1@x 'yak one'
  lorelei q -q -o box s:zebra
  GIT_EDITOR="sed -i s/s:zebra/s:yak/" lorelei edit-search box
  run --separate-stderr lorelei up box
  [[ "$stderr" == *"# 1 written"* ]]
  [ "$(files box)" -eq 2 ]
}

@test "a window that slid on during a pause loses nothing" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box 's:zebra AND rt:1.month.ago..'
  arrive z2@x 'zebra two'
  LORELEI_NOW=1805264496 lorelei up -q box
  [ "$(files box)" -eq 2 ]
}

@test "backslash and line end in a query are white space, and stay so in the file" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box '(s:zebra \
 OR s:yak) AND rt:1.year.ago..'
  [ "$(files box)" -eq 1 ]
  arrive y1@x 'yak # one'
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
}

@test "a saved location is found from anywhere, and # ; \\ survive" {
  arrive z1@x 'zebra one'
  lorelei q -q -O ./toys -o box -- 's:zebra' 'NOT' 's:"#3;\b"' || lorelei q -q -O toys -o box 's:zebra NOT s:"#3;"'
  arrive z2@x 'zebra two'
  (cd / && lorelei up -q "$OLDPWD/box")
  [ "$(files box)" -eq 2 ]
}

@test "mbox: appended to, packed or not; q again rewrites it" {
  arrive z1@x 'zebra one'
  for box in box.mbox box.mbox.gz; do
    lorelei q -q -o mboxrd:$box s:zebra
    cp $box before-$box
  done
  arrive z2@x 'zebra two'
  lorelei up -q --all
  [ "$(grep -c '^From ' box.mbox)" -eq 2 ]
  [ "$(zcat box.mbox.gz | grep -c '^From ')" -eq 2 ]
  cmp -n "$(stat -c %s before-box.mbox)" before-box.mbox box.mbox
  lorelei q -q -o mboxrd:box.mbox 's:"zebra two"'
  [ "$(grep '^Subject' box.mbox)" = 'Subject: zebra two' ]
}

@test "dry runs change nothing" {
  arrive z1@x 'zebra one'
  run --separate-stderr lorelei q --dry-run -o box s:zebra
  [[ "$stderr" == *"# 1 would be written to $PWD/box/ (1 matches)"* ]]
  [ ! -e box ]
  [ -z "$(lorelei ls-search)" ]
}

@test "paused searches are passed over by --all" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  lorelei pause box
  arrive z2@x 'zebra two'
  lorelei up -q --all
  [ "$(files box)" -eq 1 ]
  lorelei resume box
  lorelei up -q --all
  [ "$(files box)" -eq 2 ]
}

@test "forget-search and externals" {
  lorelei q -q -o box s:floppy
  run lorelei forget-search nowhere box
  [ "$status" -eq 3 ]
  [[ "$output" == *"--save was not used with nowhere cwd=$PWD"* ]]
  [ -d box ]
  [ -z "$(lorelei ls-search)" ]
  run lorelei up box
  [ "$status" -eq 3 ]
  lorelei add-external --boost=3 HTTPS://Example.org//all
  lorelei add-external toys 2>/dev/null || lorelei add-external "$HOME"
  [ "$(lorelei ls-external | head -n 1)" = 'https://example.org/all/ boost=3' ]
  [ "$(lorelei ls-external --remote all)" = 'https://example.org/all/ boost=3' ]
  lorelei forget-external https://example.org/all
  [ -z "$(lorelei ls-external --remote)" ]
}

@test "the store: import, labels, keywords, lcat, convert" {
  mail own@x 'my llama' >own.eml
  lorelei import own.eml +L:inbox +kw:flagged
  [ "$(lorelei q -f jsonl L:inbox | sed 's/.*"m":"\([^"]*\)".*/\1/')" = own@x ]
  [[ "$(lorelei q -f jsonl kw:flagged)" == '{"L":["inbox"],'*'"kw":["flagged"],'* ]]
  lorelei tag own.eml +L:work -kw:flagged -L:inbox
  [ "$(lorelei ls-label)" = work ]
  [ -z "$(lorelei q -f jsonl kw:flagged 2>/dev/null)" ]
  [[ "$(echo 'see <own@x> please' | lorelei lcat)" == *'my llama'* ]]
  lorelei convert -q own.eml -o mboxrd:own.mbox
  lorelei convert -q mboxrd:own.mbox -o maildir
  cmp own.eml maildir/cur/*
  run lorelei tag own.eml +kw:sean
  [ "$status" -eq 2 ]
  [[ "$output" == *'seen'* ]]
}

@test "a refused search leaves the one that was there as it is" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  mail mine@x 'my own mail' >box/cur/1.host:2,S
  before=$(lorelei ls-search -l)
  run lorelei q -o box s:floppy
  [ "$status" -eq 2 ]
  [ "$(lorelei ls-search -l)" = "$before" ]
  mkdir -p things && touch things/file
  run lorelei q -o things s:floppy
  [ "$status" -eq 6 ]
  [ "$(ls things)" = file ]
  [[ "$(lorelei ls-search)" != *things* ]]
}

@test "a dry run of redeliver counts what would come again" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  rm box/cur/*
  lorelei up --dry-run --redeliver box 2>err
  grep -q '^# 1 would be written' err
  [ "$(files box)" -eq 0 ]
}

@test "redeliver with a time brings back what came since, and loses nothing new" {
  arrive old@x 'zebra old'
  lorelei q -q -o box s:zebra
  rm box/cur/*
  arrive new@x 'zebra new'
  lorelei up -q --redeliver=2026-11-21 box
  [ "$(files box)" -eq 1 ]
  lorelei up -q --rescan box
  [ "$(files box)" -eq 1 ]
  grep -q 'zebra new' box/new/*
}

@test "an index that was made anew: nothing twice, and replies come still" {
  arrive z1@x 'zebra one'
  lorelei q -q -t -o box s:zebra
  lorelei archive index -q --reindex toys
  arrive r1@x 'another subject' z1@x
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
  arrive r2@x 'yet another' r1@x
  lorelei up -q box
  [ "$(files box)" -eq 3 ]
}

@test "mail that git could not give comes when it can" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  arrive z2@x 'zebra two'
  dir=$HOME/.local/share/lorelei/archives/toys
  mv "$dir/git/0.git/objects" aside && mkdir "$dir/git/0.git/objects"
  run lorelei up box
  [ "$status" -ne 0 ]
  rmdir "$dir/git/0.git/objects" && mv aside "$dir/git/0.git/objects"
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
}

@test "lei.overwrite decides what becomes of mail that is there" {
  arrive z1@x 'zebra one'
  mkdir -p box/cur box/new box/tmp
  mail mine@x 'my own mail' >box/cur/1.host:2,S
  run ./lei -c lei.overwrite=refuse q -o box s:zebra
  [ "$status" -ne 0 ]
  lorelei -c lei.overwrite=backup q -q -o box s:zebra
  [ -d box.before-20261121T123456Z ]
}

@test "an update brings all that is new, also of a search that began with a few" {
  for number in 1 2 3 4; do arrive "z$number@x" "zebra $number"; done
  lorelei q -q -n 2 -o box s:zebra
  [ "$(files box)" -eq 2 ]
  for number in 5 6 7; do arrive "z$number@x" "zebra $number"; done
  lorelei up -q box
  [ "$(files box)" -eq 5 ]
}

@test "mail that goes to another output is known there" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  GIT_EDITOR="sed -i s,$PWD/box,$PWD/other," lorelei edit-search box
  [ "$(files other)" -eq 1 ]
  lorelei up -q --redeliver other
  [ "$(files other)" -eq 1 ]
  lorelei q -q -o other s:zebra
  [ "$(files other)" -eq 1 ]
  rm "$(find other -type f)"
  lorelei up -q other
  [ "$(files other)" -eq 0 ]
}

@test "the same search again keeps what was wished for it beside the query" {
  lorelei q -q -o box s:first
  lorelei pause box
  file=$(echo "$HOME"/.local/share/lei/saved-searches/box-*/lei.saved-search)
  git config -f "$file" lorelei.interval 600
  git config -f "$file" someone.else.key 'a "value"'
  lorelei q -q -o box s:first
  [ "$(git config -f "$file" lorelei.interval)" = 600 ]
  [ "$(git config -f "$file" lorelei.paused)" = true ]
  [ "$(git config -f "$file" someone.else.key)" = 'a "value"' ]
}

@test "a destination with other mail is refused also while no source answers" {
  mkdir -p box/cur box/new box/tmp
  mail own@x 'my own' >box/new/own
  run lorelei q -q -O http://127.0.0.1:9/nothing/ -o box s:zebra
  [ "$status" -ne 0 ]
  [[ "$output" == *'holds 1 message not written by this search'* ]]
  [ -z "$(lorelei ls-search)" ]
}

@test "a message marked as trashed is there until it is removed" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  file=$(find box -type f)
  mv "$file" "${file%%:*}:2,ST"
  lorelei q -q -o box s:zebra
  [ "$(find box -type f | wc -l)" -eq 1 ]
}

@test "mbox: what others wrote behind a delivery that was cut off stays" {
  head -c 600000 /dev/zero | tr '\0' x | fold >long
  for number in 1 2 3 4; do
    { mail "z$number@x" "zebra $number"; cat long; } >new.eml
    lorelei archive import -q toys new.eml
  done
  lorelei archive index -q toys
  # The clock stands still: the second copy must not take the place of the first.
  for other in 'From me@x Fri Nov 20 10:00:00 2026' $'\nFrom me@x Fri Nov 20 10:00:00 2026'; do
    # Over 1800 KiB the kernel ends it: in the middle of the second batch.
    (ulimit -f 1800 && exec "$LORELEI" q -q -o mboxrd:box s:zebra) || true
    [ "$(stat -c %s box)" -eq $((1800 * 1024)) ]
    printf '%s\nSubject: own\n\nmy own mail\n\n' "$other" >>box
    lorelei up -q box
    [ "$(grep -c '^From ' box)" -eq 5 ]
    [ "$(grep -c '^my own mail' box)" -eq 1 ]
    [ "$(grep '^Message-ID: <z' box | sort -u | wc -l)" -eq 4 ]
    [ "$(grep -c '^Message-ID: <z' box)" -eq 4 ]
    rm box
    lorelei forget-search box
  done
  [ "$(grep -l '^my own mail' box.before-* | wc -l)" -eq 2 ]
}

@test "mbox: a link stays a link, and the file behind it changes" {
  arrive z1@x 'zebra one'
  mkdir real
  : >real/box
  ln -s real/box box
  lorelei q -q -o mboxrd:box s:zebra
  lorelei q -q -o mboxrd:box s:first
  [ -L box ]
  [ "$(grep -c '^From ' real/box)" -eq "$(lorelei q -f jsonl s:first 2>/dev/null | grep -c '"m"')" ]
}

@test "mbox: a link to a file that is not there yet stays a link" {
  arrive z1@x 'zebra one'
  mkdir real
  ln -s real/box box
  lorelei q -q -o mboxrd:box s:zebra
  [ -L box ]
  lorelei q -q -o mboxrd:box s:first
  [ -L box ]
  [ -f real/box ]
}

@test "packed mbox: what others wrote behind a delivery that was cut off stays" {
  head -c 3000000 /dev/urandom | base64 >long
  for number in 1 2; do
    { mail "z$number@x" "zebra $number"; cat long; } >new.eml
    lorelei archive import -q toys new.eml
  done
  lorelei archive index -q toys
  (ulimit -f 3400 && exec "$LORELEI" q -q -o mboxrd:box.gz s:zebra) || true
  [ "$(stat -c %s box.gz)" -eq $((3400 * 1024)) ]
  printf 'From me@x Fri Nov 20 10:00:00 2026\nSubject: own\n\nmy own mail\n\n' | gzip >>box.gz
  lorelei up -q box.gz
  [ "$(zcat box.gz | grep -c '^my own mail')" -eq 1 ]
  [ "$(zcat box.gz | grep -c '^Message-ID: <z')" -eq 2 ]
}
