#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Replies in threads that a server of public-inbox delivered, where they do not match the search themselves.
load common

setup() {
  bats_require_minimum_version 1.5.0
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  export HOME="$BATS_TEST_TMPDIR/home" LORELEI_NOW=1795264496 TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1
  mkdir -p "$HOME" && cd "$BATS_TEST_TMPDIR" || return
  need public-inbox-httpd
  for i in 1 2 3; do
    mail "patch$i@x" "floppy $i"
    lorelei archive import -q $([ $i -gt 1 ] || echo --new) toys new.eml
  done
  lorelei archive index -q toys
  public-inbox-httpd -W0 -l 127.0.0.1:0 -1 "$PWD/http.out" -2 "$PWD/http.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -q "bound http" bound'
  url=http://127.0.0.1:$(sed -n 's/.*bound http:..127.0.0.1:\([0-9]*\).*/\1/p' bound)/toys/
}

mail() {  # ID SUBJECT [REFERENCE...]
  {
    printf 'From: Ann <ann@example.org>\nTo: toys@example.org\nSubject: %s\nMessage-ID: <%s>\n' "$2" "$1"
    printf 'Date: Fri, 20 Nov 2026 10:00:00 +0000\n'
    [ $# -lt 3 ] || printf 'References:%s\n' "$(printf ' <%s>' "${@:3}")"
    printf '\nbody of %s\n' "$1"
  } >new.eml
}
arrive() {
  mail "$@"
  lorelei archive import -q toys new.eml
  lorelei archive index -q toys
}
files() { find "$1/cur" "$1/new" -type f | wc -l; }
# The search alone looks back an hour, and finds none of it.
up() { lorelei "${@:2}" up -q --remote-fudge-time=3600 "$1"; }
later() { LORELEI_NOW=$((LORELEI_NOW + $1)); }

@test "a reply comes, whatever it says; so do replies to it" {
  lorelei q -q -t -O "$url" -o box s:floppy
  [ "$(files box)" -eq 3 ]
  arrive reply@x 'quite another subject' patch2@x
  later 86400
  up box
  [ "$(files box)" -eq 4 ]
  arrive again@x 'and another' patch2@x reply@x
  later 3600
  up box
  [ "$(files box)" -eq 5 ]
  # Who threw it away does not get it again.
  rm box/new/*
  later 86400
  up box
  [ "$(files box)" -eq 3 ]
}

@test "threads in which nothing happens any more are asked for less often, and then no longer" {
  lorelei q -q -t -O "$url" -o box s:floppy
  up box
  arrive reply@x 'quite another subject' patch2@x
  later 300
  up box # the thread is a day old: once an hour is enough
  [ "$(files box)" -eq 3 ]
  later 5400
  up box
  [ "$(files box)" -eq 4 ]
  arrive again@x 'and another' patch2@x reply@x
  later $((30 * 86400))
  up box
  [ "$(files box)" -eq 4 ]
  up box -c lorelei.followDays=100
  [ "$(files box)" -eq 5 ]
}

@test "without --threads no thread is followed; track follows one, old as it is" {
  lorelei q -q -O "$url" -o box s:floppy
  later $((100 * 86400))
  lorelei track -q -O "$url" -o thread patch2@x
  arrive reply@x 'quite another subject' patch2@x
  later 86400
  up --all
  [ "$(files box)" -eq 3 ]
  [ "$(files thread)" -eq 2 ]
}

@test "a server that is away while threads are asked for loses nothing" {
  lorelei q -q -t -O "$url" -o box s:floppy
  arrive reply@x 'quite another subject' patch2@x
  later 86400
  kill "$SERVER" && wait "$SERVER" || true
  run up box
  [ "$status" -ne 0 ]
  port=${url#*127.0.0.1:} port=${port%%/*}
  public-inbox-httpd -W0 -l "127.0.0.1:$port" -1 "$PWD/http.out" -2 "$PWD/http.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -q "bound http" bound'
  up box
  [ "$(files box)" -eq 4 ]
}

@test "watch: mail comes from a server by itself" {
  lorelei q -q -t -O "$url" -o box s:floppy
  lorelei watch --interval=0.2 --slack=0 >out 2>err 3>&- &
  WATCH=$!
  wait_until 'grep -q "watching for" err'
  arrive patch4@x 'floppy 4'
  kill -HUP "$SERVER" # it looks for changes of the index only now and then
  wait_until '[ "$(files box)" -eq 4 ]' || { kill "$WATCH" && false; }
  arrive patch5@x 'floppy 5'
  kill -HUP "$SERVER"
  wait_until '[ "$(files box)" -eq 5 ]' || { kill "$WATCH" && false; }
  kill "$WATCH" && wait "$WATCH"
  [ "$(wc -l <out)" -ge 2 ]
}

@test "watch: flags that are set on a mail server are read back" {
  need dovecot || [ -x /usr/sbin/dovecot ]
  eval "$("$BATS_TEST_DIRNAME/dovecot" start "$PWD/imap")"
  box=imap://joe:secret@127.0.0.1:$IMAP_PORT/INBOX/found
  lorelei q -q -O toys -o "$box" s:floppy
  lorelei watch --interval=1d >out 2>err 3>&- &
  WATCH=$!
  wait_until 'grep -q "watching for" err'
  curl -s "imap://joe:secret@127.0.0.1:$IMAP_PORT/INBOX.found" -X 'STORE 1 +FLAGS (\Seen \Flagged)' >/dev/null
  wait_until 'grep -q "flags of 1 messages read back" err' || { kill "$WATCH"; cat err; false; }
  lorelei q -q -O toys -o read s:floppy
  [ "$(find read -name '*:2,FS' | wc -l)" -eq 1 ]
  run grep -c secret err
  kill "$WATCH" && wait "$WATCH"
  "$BATS_TEST_DIRNAME/dovecot" stop "$PWD/imap"
  [ "$output" = 0 ]
}
