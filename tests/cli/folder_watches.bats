#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# add-watch, ls-watch, rm-watch, and what `watch` makes of them. Nothing here waits for a time, only for what has to
# happen.
load common
load arrivals
setup_here() {
  umask 022
  for box in inbox other; do mkdir -p $box/cur $box/new $box/tmp; done
  mail a1@x 'apple one' >inbox/new/a1
}
teardown() { [ -n "${BATS_TEST_COMPLETED:-}" ] || cat err >&2 2>/dev/null || true; [ -z "${WATCH:-}" ] || kill "$WATCH" 2>/dev/null || true; }

watch() {
  env --default-signal=INT lorelei watch "${@:---interval=1d}" >out 2>err 3>&- &
  WATCH=$!
}
json() { lorelei q --no-external -f jsonl "$@" 2>/dev/null; }
has() { json "$@" | grep -q .; }

@test "watches are kept where lei keeps them, listed, changed and removed" {
  [ -z "$(lorelei ls-watch)" ]
  lorelei add-watch inbox +L:mine +kw:seen +L:own
  lorelei add-watch --state=tag-ro maildir:other/
  [ "$(lorelei ls-watch)" = "maildir:$PWD/inbox"$'\n'"maildir:$PWD/other" ]
  [ "$(lorelei ls-watch -l inb)" = "maildir:$PWD/inbox import-rw +kw:seen +L:mine +L:own" ]
  [ "$(lorelei ls-watch -z '*/other' | tr '\0' '|')" = "maildir:$PWD/other|" ]
  [ "$(git config -f "$HOME/.config/lei/config" --get-all "watch.maildir:$PWD/inbox.vmd" | wc -l)" -eq 3 ]
  [ "$(git config -f "$HOME/.config/lei/config" "watch.maildir:$PWD/other.state")" = tag-ro ]
  # What is not said again stays.
  lorelei add-watch other +L:lists
  lorelei add-watch --state=pause inbox
  [ "$(lorelei ls-watch -l)" = "maildir:$PWD/inbox pause +kw:seen +L:mine +L:own"$'\n'"maildir:$PWD/other tag-ro +L:lists" ]
  rm -r inbox
  lorelei rm-watch inbox "maildir:$PWD/other" inbox
  [ -z "$(lorelei ls-watch)" ]
  run lorelei rm-watch other
  [ "$status" -eq 3 ]
  [[ "$output" == *"is not watched"* ]]
}

@test "what cannot be watched is refused, and nothing is written" {
  for place in imaps://mail.example.org/INBOX nowhere mboxrd:x inbox/new/a1; do
    run lorelei add-watch "$place"
    [ "$status" -ne 0 ]
  done
  run lorelei add-watch --state=import inbox
  [ "$status" -eq 2 ]
  [[ "$output" == *"invalid state: import"* ]]
  run lorelei add-watch other nowhere
  [ "$status" -ne 0 ]
  [ -z "$(lorelei ls-watch)" ]
}

@test "import: mail that is there and mail that comes is taken, with marks; flags go both ways" {
  lorelei add-watch -q inbox +L:mine
  watch
  wait_until 'has s:apple L:mine'
  mail b1@x 'banana one' >inbox/tmp/b1
  mv inbox/tmp/b1 inbox/new/b1
  wait_until 'has s:banana L:mine'
  mv inbox/new/b1 inbox/cur/b1:2,S
  wait_until 'has s:banana kw:seen'
  json s:banana >found
  mail b1@x 'banana one' >b.eml
  lorelei tag +kw:flagged b.eml
  wait_until '[ -e inbox/cur/b1:2,FS ]'
  wait_until 'grep -q "1 marked there" err'
  mv inbox/cur/b1:2,FS inbox/cur/b1:2,F
  wait_until 'has s:banana kw:flagged NOT kw:seen'
  rm inbox/cur/b1:2,F
  wait_until '[ "$(lorelei inspect inbox)" = "{\"maildir:$PWD/inbox\":{\"name.count\":1}}" ]'
  has s:banana
  [ "$(grep -vc '^#' err)" -eq 0 ]
}

@test "what is read in one Maildir is read in another, unless that is -ro" {
  mkdir -p third/cur third/new third/tmp
  cp inbox/new/a1 other/new/o1
  cp inbox/new/a1 third/new/t1
  lorelei add-watch -q inbox
  lorelei add-watch -q --state=tag-rw other
  lorelei add-watch -q --state=import-ro third
  watch
  wait_until 'lorelei inspect third | grep -q "count\":1"'
  wait_until 'lorelei inspect other | grep -q "count\":1"'
  mv third/new/t1 third/cur/t1:2,F
  wait_until '[ -e inbox/cur/a1:2,F ]'
  wait_until '[ -e other/cur/o1:2,F ]'
  mv inbox/cur/a1:2,F inbox/cur/a1:2,FS
  wait_until '[ -e other/cur/o1:2,FS ]'
  [ -e third/cur/t1:2,F ]
}

@test "tag: only what is known counts; index: it stays where it is" {
  new_archive
  mail first@x 'first of all' >other/cur/f1:2,R
  mail s1@x 'stranger' >other/cur/s1:2,F
  lorelei add-watch -q --state=tag-ro other
  lorelei add-watch -q --state=index-ro inbox
  watch
  wait_until 'has s:apple'
  wait_until 'lorelei q -f jsonl s:first 2>/dev/null | grep -q answered'
  [ -z "$(json s:stranger)" ]
  [ ! -e "$HOME/.local/share/lorelei/store/git/0.git" ] || [ -z "$(git -C "$HOME/.local/share/lorelei/store/git/0.git" log --oneline 2>/dev/null)" ]
  # It becomes known by another way.
  lorelei import -q eml:other/cur/s1:2,F
  mv other/cur/s1:2,F other/cur/s1:2,FS
  wait_until 'has s:stranger kw:seen'
}

@test "watches that are added, paused and removed are noticed; a Maildir that goes and comes again, too" {
  watch --interval=0.2 --slack=0
  wait_until 'grep -q "nothing to watch yet" err'
  lorelei add-watch -q inbox
  wait_until 'has s:apple'
  mv inbox away
  wait_until 'grep -q "no such Maildir" err'
  mail c1@x 'cherry' >away/new/c1
  mv away inbox
  wait_until 'has s:cherry'
  lorelei add-watch -q --state=pause inbox
  wait_until 'grep -q "no longer watching maildir:" err'
  kill "$WATCH"
  wait "$WATCH"
}
