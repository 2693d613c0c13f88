#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `watch`: searches are brought up to date by themselves. Nothing here waits for a time, only for what has to happen.
load common
load arrivals
setup_here() { new_archive; }
teardown() { [ -z "${WATCH:-}" ] || kill "$WATCH" 2>/dev/null || true; }

# An interval that no test lives to see, unless it asks for another one.
watch() {
  # What is started in the background ignores SIGINT otherwise.
  env --default-signal=INT lorelei watch "${@:---interval=1d}" >out 2>err 3>&- &
  WATCH=$!
}
stop() {
  kill -"${1:-TERM}" "$WATCH"
  wait "$WATCH"
}

@test "mail that comes into an archive here is delivered at once, and told" {
  lorelei q -q -o box s:zebra
  lorelei q -q -o other s:yak
  watch
  wait_until '[ "$(grep -c "watching for" err)" -eq 2 ]'
  arrive z1@x 'zebra one'
  wait_until '[ "$(files box)" -eq 1 ]'
  wait_until '[ -s out ]'
  arrive z2@x 'zebra two'
  wait_until '[ "$(files box)" -eq 2 ]'
  wait_until '[ "$(wc -l <out)" -eq 2 ]'
  [ "$(head -n 1 out)" = "2026-11-21 12:34:56 $PWD/box: 1 written (1 matches)" ]
  stop
  [ "$(files other)" -eq 0 ]
  [ "$(grep -vc '^#' err)" -eq 0 ]
}

@test "searches run at their interval; SIGINT ends it as well" {
  lorelei q -q -o box s:zebra
  watch -v --interval=0.1 --slack=0 --json
  wait_until '[ "$(grep -c "box\"" out)" -ge 3 ]'
  stop INT
  grep -q '"output":"'"$PWD"'/box","written":0,"matches":0,"duplicates":0}$' out
}

@test "the interval of a search is its own" {
  lorelei q -q -o often s:zebra
  lorelei q -q -o seldom s:zebra
  for box in often seldom; do
    saved=$(echo "$HOME"/.local/share/lei/saved-searches/$box-*/lei.saved-search)
    git config -f "$saved" lorelei.interval "$([ $box = often ] && echo 0 || echo 86400)"
    git config -f "$saved" lorelei.slack 0
  done
  watch -v --interval=1h
  wait_until '[ "$(grep -c /often: out)" -ge 5 ]'
  stop
  [ "$(grep -c /seldom: out)" -eq 1 ]
}

@test "searches that are added, paused, resumed, changed and forgotten are noticed" {
  watch
  wait_until 'grep -q "nothing to watch yet" err'
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  wait_until 'grep -q "watching for $PWD/box" err'
  arrive z2@x 'zebra two'
  wait_until '[ "$(files box)" -eq 2 ]'
  lorelei pause box
  wait_until 'grep -q "no longer watching for $PWD/box" err'
  arrive z3@x 'zebra three'
  lorelei resume box
  wait_until '[ "$(files box)" -eq 3 ]'
  arrive y1@x 'yak one'
  GIT_EDITOR="sed -i s/s:zebra/s:yak/" lorelei edit-search box
  wait_until '[ "$(files box)" -eq 4 ]'
  wait_until 'lorelei forget-search box 2>/dev/null'
  wait_until '[ "$(grep -c "no longer watching for $PWD/box" err)" -eq 2 ]'
  stop
}

@test "a search that is edited while its update runs is asked anew" {
  arrive y1@x 'yak one'
  arrive z1@x 'zebra one'
  lorelei q -q -o mboxrd:box s:zebra
  watch
  wait_until 'grep -q "watching for" err'
  saved=$(echo "$HOME"/.local/share/lei/saved-searches/box-*)
  : >box.lock # its update waits
  arrive z2@x 'zebra two'
  wait_until '! flock -n "$saved/lorelei.lock" true'
  kill -STOP "$WATCH" # it sees at the same time that the lock has gone and that the search was edited
  git config -f "$saved/lei.saved-search" lei.q s:yak
  rm box.lock
  sleep 0.5
  kill -CONT "$WATCH"
  wait_until 'grep -q "yak one" box'
  stop
}

@test "an index that is made anew is watched, too" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  watch
  wait_until 'grep -q "watching for" err'
  lorelei archive index -q --reindex toys
  arrive z2@x 'zebra two'
  wait_until '[ "$(files box)" -eq 2 ]'
  stop
}

@test "one watch at a time, and up --all keeps out of its way" {
  lorelei q -q -o box s:zebra
  watch
  wait_until 'grep -q "watching for" err'
  run lorelei watch
  [ "$status" -eq 75 ]
  run lorelei up --all
  [ "$status" -eq 0 ]
  [ "$output" = '# another update is running' ]
  stop
  lorelei up -q --all
}

@test "a failure is told once, and when it is over" {
  lorelei q -q -o box s:zebra
  dir=$HOME/.local/share/lorelei/archives/toys
  mv "$dir/xap15" aside
  watch --interval=0.1 --slack=0
  wait_until '[ "$(grep -c "cannot" err)" -eq 1 ]'
  mv aside "$dir/xap15"
  wait_until 'grep -q "all is well again" err'
  [ "$(grep -c "cannot" err)" -eq 1 ]
  stop
}

@test "what a mail program does in a Maildir is read back: flags, and what goes" {
  arrive z1@x 'zebra one'
  arrive z2@x 'zebra two'
  lorelei q -q -o box s:zebra
  watch
  wait_until 'grep -q "watching for" err'
  seen=$(grep -l 'zebra one' box/cur/*)
  mv "$seen" "${seen}S"
  wait_until 'grep -q "flags of 1 messages read back" err'
  # What was read here arrives read elsewhere.
  lorelei q -q -o mboxrd:other.mbox 's:"zebra one"'
  grep -q '^Status: RO$' other.mbox
  rm "$(grep -l 'zebra two' box/cur/*)"
  arrive z3@x 'zebra three'
  wait_until '[ "$(files box)" -eq 2 ]'
  run grep -r 'zebra two' box
  [ "$status" -eq 1 ]
  stop
}

@test "a search that the user is updating is waited for" {
  arrive z1@x 'zebra one'
  lorelei q -q -o box s:zebra
  watch
  wait_until 'grep -q "watching for" err'
  lock=$(echo "$HOME"/.local/share/lei/saved-searches/box-*)/lorelei.lock
  mail z2@x 'zebra two' >new.eml
  flock "$lock" -c 'lorelei archive import -q toys new.eml; lorelei archive index -q toys; sleep 1'
  wait_until '[ "$(files box)" -eq 2 ]'
  stop
  [ "$(grep -vc '^#' err)" -eq 0 ]
}
