#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# doctor: every kind of damage is said, and mended as far as asked; nothing is deleted.
load common

setup_here() {
  mail z1@x 'zebra one' >all.eml
  lorelei archive import -q --new toys all.eml
  lorelei archive index -q toys
  lorelei q -q -o box s:zebra
  state=$(echo "$HOME"/.local/share/lei/saved-searches/box-*)
}
mail() {  # ID SUBJECT
  printf 'From: Ann <ann@example.org>\nSubject: %s\nMessage-ID: <%s>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nthis is %s\n' "$2" "$1" "$1"
}
arrive() {
  mail "$@" >new.eml
  lorelei archive import -q toys new.eml
  lorelei archive index -q toys
}
files() { find "$1/cur" "$1/new" -type f | wc -l; }
damage() { dd if=/dev/urandom of="$1" bs=1 seek=20 count=3000 conv=notrunc status=none; }
# Nothing new comes twice, and what is new comes.
is_well() {
  run --separate-stderr lorelei doctor
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "$stderr" = '# nothing is wrong' ]
  arrive z2@x 'zebra two'
  lorelei up -q --all
  [ "$(files box)" -eq 2 ]
}
# It says WHAT, changes nothing without an option, and mends it with OPTION.
finds() {  # WHAT OPTION
  run --separate-stderr lorelei doctor
  [ "$status" -eq 1 ]
  [[ "$output" == *"$1"*"($2)"* ]]
  run --separate-stderr lorelei doctor "$2"
  [ "$status" -eq 0 ]
  [[ "$output" == *"$1"*"  done: "* ]]
}

@test "nothing is wrong" {
  is_well
  run lorelei doctor --json
  [ "$status" -eq 0 ]
}

@test "a home without anything" {
  HOME=$PWD/empty run lorelei doctor
  [ "$status" -eq 0 ]
  [ ! -e empty ]
}

@test "a directory without a search is set aside" {
  mkdir "${state%/*}/gone-123" && touch "${state%/*}/gone-123/over.sqlite3"
  finds 'there is no lei.saved-search in it' --fix
  [ -e "$HOME/.local/share/lei/saved-searches.set-aside/gone-123-20261121T123456Z/over.sqlite3" ]
  is_well
}

@test "a file that cannot be read is set aside only if asked for" {
  lorelei q -q -o other s:zebra
  printf '[lei\n' >"$(echo "${state%/*}"/other-*)/lei.saved-search"
  run lorelei doctor --fix
  [ "$status" -eq 1 ]
  finds 'lei.saved-search' --rebuild
  [ -n "$(ls "$HOME/.local/share/lei/saved-searches.set-aside")" ]
  is_well
}

@test "a directory of the wrong name gets the right one" {
  mv "$state" "${state%/*}/box"
  finds 'its name does not belong to its output' --fix
  [ -d "$state" ]
  is_well
}

@test "a second directory for one output is set aside" {
  cp -a "$state" "${state%/*}/box"
  finds 'which has another directory' --fix
  is_well
}

@test "a ledger that is broken begins anew from what lei keeps" {
  damage "$state/lorelei.ledger.sqlite3"
  run lorelei doctor --fix
  [ "$status" -eq 1 ]
  finds 'what was delivered cannot be read' --rebuild
  [ -e "$state/lorelei.ledger.sqlite3.set-aside-20261121T123456Z" ]
  is_well
}

@test "what lei keeps begins anew, and ours knows the mail still" {
  damage "$state/over.sqlite3"
  finds 'what lei reads cannot be read' --rebuild
  is_well
}

@test "a delivery that was cut off" {
  perl -MDBI -e 1 2>/dev/null || skip_or_fail 'DBI is not installed'
  perl -MDBI -e 'DBI->connect("dbi:SQLite:dbname=$ARGV[0]")->do("UPDATE message SET state = 0")' \
    "$state/lorelei.ledger.sqlite3"
  finds 'a delivery of 1 message was cut off' --fix
  [ "$(files box)" -eq 1 ]
  is_well
}

@test "a destination that is gone is the user's to decide" {
  mv box away
  run --separate-stderr lorelei doctor --fix --rebuild
  [ "$status" -eq 1 ]
  [[ "$output" == *"maildir:$PWD/box: it is gone"*"forget-search $PWD/box"* ]]
  [ ! -e box ]
  mv away box
  is_well
}

@test "the lock of a dead program beside an mbox" {
  lorelei q -q -o mboxrd:mail.mbox s:zebra
  touch -d '1 hour ago' mail.mbox.lock
  finds 'the program that made it is dead' --fix
  [ ! -e mail.mbox.lock ]
}

@test "broken marks begin anew" {
  lorelei import new.eml +kw:flagged 2>/dev/null || lorelei import all.eml +kw:flagged
  damage "$HOME/.local/share/lorelei/marks.sqlite3"
  finds 'keywords and labels cannot be read' --rebuild
  [ -e "$HOME/.local/share/lorelei/marks.sqlite3.set-aside-20261121T123456Z" ]
}

@test "the store: a broken index is built anew, what is not indexed is, git's old locks go" {
  lorelei import all.eml
  store=$HOME/.local/share/lorelei/store
  touch -d '1 hour ago' "$store/git/0.git/refs/heads/master.lock"
  finds 'the git that made it is dead' --fix
  damage "$store/xap15/over.sqlite3"
  finds "$store" --rebuild
  [ "$(lorelei q -f jsonl --no-external m:z1@x | wc -l)" -eq 1 ]
  is_well
}
