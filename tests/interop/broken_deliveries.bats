#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Deliveries to and from servers that break off: the program is killed, the connection is cut. A run in peace then
# brings exactly what is missing. KILL_AT and FAULT_PROXY are the programs that break.
load common

setup_here() {
  export GIT_CONFIG_NOSYSTEM=1 HOME="$BATS_TEST_TMPDIR/home" TZ=UTC LC_ALL=C.UTF-8
  mkdir -p "$HOME"
  LORELEI=$(realpath "$LORELEI") && KILL_AT=$(realpath "${KILL_AT:?}") && FAULT_PROXY=$(realpath "${FAULT_PROXY:?}")
  export LORELEI KILL_AT FAULT_PROXY
}
mail_server() {
  [ -x /usr/sbin/dovecot ] || need dovecot
  setup_here
  eval "$("$BATS_TEST_DIRNAME/dovecot" start "$PWD/imap" .)"
  IMAP_HOME=$(cat "$PWD/imap/home")/mail
  export IMAP_PORT IMAP_HOME
}
teardown() {
  [ ! -e "$BATS_TEST_TMPDIR/imap" ] || "$BATS_TEST_DIRNAME/dovecot" stop "$BATS_TEST_TMPDIR/imap"
  [ -z "${SERVER:-}" ] || kill "$SERVER"
}
survives() {  # KIND STORY
  run "$BATS_TEST_DIRNAME/../killed/everywhere" "$@"
  echo "$output"
  [ "$status" -eq 0 ]
}

@test "killed: a first delivery to Dovecot" { mail_server; STRIDE=7 survives imap first; }
@test "killed: an update of a mailbox on Dovecot" { mail_server; STRIDE=3 survives imap update; }
@test "killed: another query for a mailbox on Dovecot" { mail_server; STRIDE=5 survives imap delta; }

# Five messages in an archive.
five() {
  for i in 1 2 3 4 5; do
    printf 'From x Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\nSubject: zebra %s\nMessage-ID: <z%s@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nthis is %s\n\n' $i $i $i
  done >five.mbox
  lorelei archive import -q --new toys five.mbox
  lorelei archive index -q toys
}
# proxy PORT DIRECTION BYTES [WHEN] [DELAY]: sets PROXY, its port; unproxy ends it.
proxy() {
  coproc BROKEN { "$FAULT_PROXY" "$@" 3>&-; }
  read -r PROXY <&"${BROKEN[0]}"
}
unproxy() {
  local pid=$BROKEN_PID
  eval "exec ${BROKEN[1]}>&-"
  wait "$pid" || true
}
ids_of() {  # USER
  cat "$IMAP_HOME/$1/mail/.box"/{cur,new}/* 2>/dev/null | tr -d '\r' | sed -n 's/^Message-ID: <\(.*\)>$/\1/p' | sort | tr '\n' ' '
}
all_five='z1@x z2@x z3@x z4@x z5@x '

# A delivery whose connection is cut after BYTES, for all of them from 1 to LAST by STEP: it connects anew, or another
# run does.
cut_everywhere() {  # DIRECTION LAST STEP
  local bytes url
  for bytes in $(seq 1 "$3" "$2"); do
    rm -rf "$HOME/.local/share/lei/saved-searches"
    proxy "$IMAP_PORT" "$1" "$bytes" once
    url=imap://$1$bytes:secret@127.0.0.1:$PROXY/INBOX/box
    timeout 20 lorelei q -q -o "$url" s:zebra >out 2>&1 || timeout 20 lorelei q -q -o "$url" s:zebra
    timeout 20 lorelei q -q -o "$url" s:zebra
    timeout 20 lorelei up -q --all
    unproxy
    [ "$(ids_of "$1$bytes")" = "$all_five" ] || { echo "cut at $bytes: $(ids_of "$1$bytes"); $(cat out)"; return 1; }
  done
}

@test "the connection is cut while we send: the rest comes, nothing twice" {
  mail_server
  five
  cut_everywhere up 2400 59
}

@test "the connection is cut while the server answers: the rest comes, nothing twice" {
  mail_server
  five
  cut_everywhere down 2400 59
}

# Two hundred messages, which go over two connections, in more than one batch each.
two_hundred() {
  for i in $(seq 200); do
    printf 'From x Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\nSubject: zebra %s\nMessage-ID: <s%s@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nthis is %s\n\n' $i $i $i
  done >many.mbox
  lorelei archive import -q --new toys many.mbox
  lorelei archive index -q toys
  all_of_them=$(seq -f 's%.0f@x' 200 | sort | tr '\n' ' ')
}
received_by() { sed -n "s/.*imap($1)<.*Logged out in=\([0-9]*\) .*/\1/p" "$DOVECOT_LOG"; }
logins_of() { grep -c "Login: user=<$1>" "$DOVECOT_LOG"; }

@test "many messages go over two connections; either may be cut, nothing is missing, nothing comes twice" {
  mail_server
  two_hundred
  lorelei q -q -o "imap://whole:secret@127.0.0.1:$IMAP_PORT/INBOX/box" s:zebra
  [ "$(logins_of whole)" = 2 ]
  # Both have carried more than 64 messages of 150 bytes.
  wait_until '[ "$(received_by whole | wc -l)" -eq 2 ]'
  for bytes in $(received_by whole); do [ "$bytes" -gt 9600 ]; done
  [ "$(ids_of whole)" = "$all_of_them" ]
  for direction in up down; do
    for bytes in 300 900 1400 5000 9000 13000 18000 22000 26000; do
      rm -rf "$HOME/.local/share/lei/saved-searches"
      proxy "$IMAP_PORT" $direction $bytes once
      url=imap://$direction$bytes:secret@127.0.0.1:$PROXY/INBOX/box
      timeout 20 lorelei q -q -o "$url" s:zebra >out 2>&1 || timeout 20 lorelei q -q -o "$url" s:zebra
      timeout 20 lorelei up -q --all
      unproxy
      [ "$(ids_of $direction$bytes)" = "$all_of_them" ] ||
        { echo "$direction, cut at $bytes: $(ids_of $direction$bytes); $(cat out)"; return 1; }
    done
  done
}

@test "a server that wants one connection gets all through one" {
  export DOVECOT_CONFIG='mail_max_userip_connections = 1'
  mail_server
  two_hundred
  lorelei q -q -o "imap://one:secret@127.0.0.1:$IMAP_PORT/INBOX/box" s:zebra 2>out
  [ ! -s out ]
  [ "$(ids_of one)" = "$all_of_them" ]
}

@test "a server that never stays is no endless loop for who says stop; a slow one is waited for" {
  mail_server
  five
  proxy "$IMAP_PORT" up 600 always
  url=imap://slow:secret@127.0.0.1:$PROXY/INBOX/box
  run timeout -s INT -k 20 2 lorelei q -q -o "$url" s:zebra
  [ "$status" -ne 0 ]
  [ "$status" -ne 137 ]
  unproxy
  proxy "$IMAP_PORT" up 1000000 once 20
  url=imap://slow:secret@127.0.0.1:$PROXY/INBOX/box
  timeout 60 lorelei q -q -o "$url" s:zebra
  unproxy
  found=$(ids_of slow)
  [ "$found" = "$all_five" ]
}

@test "an archive on the web whose answer is cut anywhere: told, nothing lost, nothing twice" {
  need public-inbox-httpd && need public-inbox-index
  setup_here
  five
  archive=$HOME/.local/share/lorelei/archives/toys
  printf '[publicinbox "list"]\n\tinboxdir = %s\n\taddress = list@example.org\n\turl = http://127.0.0.1/list\n' "$archive" >pi
  PI_CONFIG=$PWD/pi public-inbox-httpd -W0 -l 127.0.0.1:0 -1 "$PWD/http.out" -2 "$PWD/http.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -q "bound http" bound'
  port=$(sed -n 's/.*bound http:..127.0.0.1:\([0-9]*\).*/\1/p' bound)
  for bytes in 1 20 100 200 300 400 500 600 700 800 850 900 950 1000; do
    proxy "$port" down $bytes once
    rm -rf box "$HOME/.local/share/lei/saved-searches"
    lorelei q -q -O "http://127.0.0.1:$PROXY/list/" -o box s:zebra >out 2>&1 || true
    lorelei q -q -O "http://127.0.0.1:$PROXY/list/" -o box s:zebra
    lorelei up -q box
    unproxy
    found=$(cat box/cur/* box/new/* | sed -n 's/^Message-ID: <\(.*\)>$/\1/p' | sort | tr '\n' ' ')
    [ "$found" = "$all_five" ] || { echo "cut at $bytes: $found"; return 1; }
  done
}
