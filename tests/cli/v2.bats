#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Searches that are delivered to an archive of their own.
load common

setup_here() {
  mail z1@x 'zebra one' >all.eml
  lorelei archive import -q --new toys all.eml
  lorelei archive index -q toys
}
mail() {  # ID SUBJECT
  printf 'From: Ann <ann@example.org>\nSubject: %s\nMessage-ID: <%s>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nthis is %s\n' "$2" "$1" "$1"
}
arrive() {
  mail "$@" >new.eml
  lorelei archive import -q toys new.eml
  lorelei archive index -q toys
}
ids() { lorelei q -f jsonl --only "$1" z:0.. | sed 's/.*"m":"\([^"]*\)".*/\1/' | sort | tr '\n' ' '; }
commits() { git --git-dir="$1/git/0.git" rev-list --count master; }

@test "q makes an archive that is searched at once; up adds to it; q takes nothing out" {
  arrive y1@x 'yak one'
  run --separate-stderr lorelei q -o v2:own s:zebra
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"# 1 written to $PWD/own (1 matches)"* ]]
  [ "$(ids own)" = 'z1@x ' ]
  arrive z2@x 'zebra two'
  lorelei up -q own
  lorelei up -q --all
  [ "$(commits own)" -eq 2 ]
  [ "$(ids own)" = 'z1@x z2@x ' ]
  lorelei q -q -o v2:own s:yak
  lorelei q -q -o v2:own s:yak
  [ "$(commits own)" -eq 3 ]
  [ "$(ids own)" = 'y1@x z1@x z2@x ' ]
  lorelei archive verify own
  [ "$(git --git-dir=own/git/0.git show master:m | head -n 1)" = 'From: Ann <ann@example.org>' ]
  [ "$(git --git-dir=own/git/0.git show -s --format='%cn <%ce>' master)" = 'lei-result <lei@example.com>' ]
}

@test "it is saved, whatever is said, and listed with its format" {
  lorelei q -q --no-save -o v2:own s:zebra
  [ "$(lorelei ls-search)" = "$PWD/own" ]
  [[ "$(lorelei ls-search -l)" == *"\"output\":\"v2:$PWD/own\""* ]]
}

@test "an archive that is there is added to; a message it has is not added again" {
  lorelei archive import -q --new ./own all.eml
  arrive z2@x 'zebra two'
  lorelei q -q -o v2:own s:zebra
  [ "$(commits own)" -eq 2 ]
  [ "$(ids own)" = 'z1@x z2@x ' ]
}

@test "shared: what the archives have is not copied, also by up" {
  lorelei q -q -o v2:copy s:zebra
  lorelei q -q --shared -o v2:own s:zebra
  blob=$(git --git-dir=own/git/0.git rev-parse master:m)
  [ -e "copy/git/0.git/objects/${blob:0:2}/${blob:2}" ] || [ -n "$(ls copy/git/0.git/objects/pack)" ]
  [ ! -e "own/git/0.git/objects/${blob:0:2}/${blob:2}" ]
  [ "$(ids own)" = 'z1@x ' ]
  arrive z2@x 'zebra two'
  lorelei up -q own
  blob=$(git --git-dir=own/git/0.git rev-parse master:m)
  [ ! -e "own/git/0.git/objects/${blob:0:2}/${blob:2}" ]
  [ "$(ids own)" = 'z1@x z2@x ' ]
  lorelei archive verify own
}

@test "what does not go together is refused before anything is made" {
  run --separate-stderr lorelei q --dedupe=oid -o v2:own s:zebra
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'--dedupe=oid and v2 are incompatible'* ]]
  run --separate-stderr lorelei q --shared -o box s:zebra
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'--shared is only for v2 inbox output'* ]]
  mkdir things && touch things/file
  run lorelei q -o v2:things s:zebra
  [ "$status" -ne 0 ]
  [ "$(ls things)" = file ]
  [ ! -e own ]
  [ -z "$(lorelei ls-search)" ]
}

@test "an archive that was made anew gets its mail again" {
  lorelei q -q -o v2:own s:zebra
  rm -rf own
  lorelei up -q own
  lorelei up -q --redeliver own
  [ "$(ids own)" = 'z1@x ' ]
  rm -rf own
  lorelei up -q own
  lorelei q -q -o v2:own s:zebra
  [ "$(ids own)" = 'z1@x ' ]
  [ "$(commits own)" -eq 1 ]
}
