#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Mail from servers: those of public-inbox (IMAP, NNTP, the web) and Dovecot.
load common

setup_file() {
  # shellcheck source=tests/interop/common.bash
  . "$BATS_TEST_DIRNAME/common.bash"
  world
  cd "$BATS_FILE_TMPDIR" || return
  need public-inbox-index && need public-inbox-imapd && need public-inbox-nntpd && need public-inbox-httpd
  sample_epoch epoch.git
  bare_archive "$PWD/list" epoch.git "$(commit_at epoch.git 100)"
  perl_index "$PWD/list"
}

fresh_home() {
  export HOME="$BATS_TEST_TMPDIR/home" PI_CONFIG=/dev/null
  mkdir -p "$HOME"
  cp -a "$BATS_FILE_TMPDIR/list" list
  printf '[publicinbox "list"]\n\tinboxdir = %s\n\taddress = list@example.org\n\turl = http://127.0.0.1/list\n\tnewsgroup = test.list\n' \
    "$PWD/list" >pi
}
# One of public-inbox's servers; PORT is set: serve_it imapd
serve_it() {
  rm -f bound
  PI_CONFIG=$PWD/pi "public-inbox-$1" -W0 -l 127.0.0.1:0 -1 "$PWD/$1.out" -2 "$PWD/$1.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -qs "bound .*127.0.0.1" bound'
  PORT=$(sed -n 's/.*127.0.0.1:\([0-9]*\).*/\1/p' bound | head -n 1)
}
more_mail() {
  move_to "$PWD/list" "$(commit_at "$BATS_FILE_TMPDIR/epoch.git" 130)"
  PI_CONFIG=$PWD/pi public-inbox-index "$PWD/list"
}
stored() { lorelei q --no-external -d none -n 100000 -f jsonl z:0.. 2>/dev/null | wc -l; }
teardown() {
  [ -z "${SERVER:-}" ] || kill "$SERVER"
  [ -z "${DOVECOT:-}" ] || "$BATS_TEST_DIRNAME/dovecot" stop "$DOVECOT"
}

@test "a mailbox of public-inbox: all of it, then what is new" {
  fresh_home
  serve_it imapd
  url=imap://127.0.0.1:$PORT/test.list.0
  [ "$(lorelei ls-mail-source "$url")" = test.list.0 ]
  lorelei ls-mail-source -l --pretty "imap://127.0.0.1:$PORT/" | grep -q "\"url\": *\"$url\""
  lorelei import "$url"
  count=$(lorelei inspect "$url" | sed 's/.*"uid.count":\([0-9]*\).*/\1/')
  [ "$count" -gt 50 ]
  [ "$(stored)" -eq "$count" ]
  folder=$(lorelei ls-mail-sync)
  [[ "$folder" == "imap://;AUTH=ANONYMOUS@127.0.0.1:$PORT/test.list.0;UIDVALIDITY="* ]]
  lorelei import "$folder"
  [ "$(stored)" -eq "$count" ]
  run lorelei import "${folder/UIDVALIDITY=/UIDVALIDITY=9}"
  [ "$status" -ne 0 ]
  [[ "$output" == *"UIDVALIDITY mismatch"* ]]
  run lorelei export-kw "$url"
  [ "$status" -ne 0 ]
  [[ "$output" == *"does not support"* ]]
  kill "$SERVER" && wait "$SERVER" || true
  more_mail
  PI_CONFIG=$PWD/pi public-inbox-imapd -W0 -l "127.0.0.1:$PORT" 3>&- 2>again &
  SERVER=$!
  wait_until 'grep -q bound again'
  lorelei import --new-only "$url"
  [ "$(stored)" -gt "$count" ]
  [ "$(lorelei inspect "$url" | sed 's/.*"uid.count":\([0-9]*\).*/\1/')" -eq "$(stored)" ]
  # One message alone does not move how far the rest was read.
  lorelei forget-mail-sync "$url"
  rm -r "$HOME/.local/share/lorelei"
  lorelei import "$url/;UID=70"
  [ "$(stored)" -eq 1 ]
  lorelei import "$url"
  [ "$(stored)" -gt "$count" ]
}

@test "a newsgroup: all of it, then what is new, and single articles" {
  fresh_home
  serve_it nntpd
  url=nntp://127.0.0.1:$PORT/test.list
  lorelei ls-mail-source "nntp://127.0.0.1:$PORT/" | grep -qx test.list
  lorelei import "$url/3-5"
  [ "$(stored)" -eq 3 ]
  lorelei import "$url"
  count=$(stored)
  [ "$count" -gt 50 ]
  [ "$(lorelei ls-mail-sync)" = "$url" ]
  kill "$SERVER" && wait "$SERVER" || true
  more_mail
  PI_CONFIG=$PWD/pi public-inbox-nntpd -W0 -l "127.0.0.1:$PORT" 3>&- 2>again &
  SERVER=$!
  wait_until 'grep -q bound again'
  lorelei import "$url"
  [ "$(stored)" -gt "$count" ]
  [ "$(lorelei lcat -f jsonl "$url/4" 2>/dev/null | wc -l)" -eq 1 ]
  lorelei convert "$url" -o mboxrd:all.mbox
  [ "$(grep -c '^From mboxrd@z\|^From .*@mboxrd' all.mbox)" -eq "$(stored)" ]
  run lorelei export-kw "$url"
  [ "$status" -ne 0 ]
}

@test "index of a newsgroup and a mailbox: found here, read there" {
  fresh_home
  serve_it nntpd
  lorelei index "nntp://127.0.0.1:$PORT/test.list"
  count=$(stored)
  [ "$count" -gt 50 ]
  id=$(lorelei q --no-external -n 1 -f jsonl s:floppy 2>/dev/null | sed 's/.*"m":"\([^"]*\)".*/\1/')
  lorelei lcat "m:$id" 2>/dev/null | grep -q "^Message-ID: <$id>"
  kill "$SERVER" && wait "$SERVER" || true
  run lorelei lcat "m:$id"
  [ "$status" -ne 0 ]
  serve_it imapd
  lorelei index "imap://127.0.0.1:$PORT/test.list.0"
  [ "$(stored)" -eq "$count" ]
  lorelei lcat "imap://127.0.0.1:$PORT/test.list.0/;UID=5" 2>/dev/null | grep -q '^Message-ID:'
}

@test "the web: a message, a thread, a search, and what is none" {
  fresh_home
  serve_it httpd
  url=http://127.0.0.1:$PORT/list
  id=$(lorelei q -O ./list -n 1 -f jsonl s:floppy 2>/dev/null | sed 's/.*"m":"\([^"]*\)".*/\1/')
  lorelei import "$url/$id/raw"
  [ "$(stored)" -eq 1 ]
  lorelei import "$url/?q=s:floppy"
  [ "$(stored)" -gt 1 ]
  run lorelei import "$url/none@x/raw"
  [ "$status" -eq 22 ]
  [[ "$output" == *curl*404* ]]
  [ -z "$(lorelei ls-mail-sync)" ]
}

with_dovecot() {
  command -v dovecot >/dev/null || PATH=$PATH:/usr/sbin:/sbin
  need dovecot && need openssl
  DOVECOT=$PWD/dovecot
  eval "$("$BATS_TEST_DIRNAME/dovecot" start "$DOVECOT")"
  printf '#!/bin/sh\n[ "$1" = get ] || exit 0\nwhile read -r line && [ -n "$line" ]; do echo "$line" >>%s; done\necho username=ann\necho password=secret\n' \
    "$PWD/asked" >helper
  chmod +x helper
  git config --global credential.helper "$PWD/helper"
  git config --global imap.sslCAInfo "$CA_FILE"
}

@test "Dovecot: credentials of git, keywords in both directions" {
  fresh_home
  with_dovecot
  url=imaps://ann@localhost:$IMAPS_PORT/INBOX/box
  lorelei q -q --no-save -O ./list -n 20 -o "$url" s:floppy
  lorelei import "$url" +L:work
  grep -q '^protocol=imaps' asked
  count=$(stored)
  [ "$count" -gt 0 ]
  [[ "$(lorelei ls-mail-sync)" == "imaps://ann@localhost:$IMAPS_PORT/"*";UIDVALIDITY="* ]]
  lorelei ls-mail-source "imaps://ann@localhost:$IMAPS_PORT/" | grep -q box
  # Ours to the server
  lorelei q --no-external -n 1 -f mboxrd L:work >one.mbox 2>/dev/null
  lorelei tag -F mboxrd one.mbox +kw:flagged +kw:answered
  lorelei export-kw "$url"
  lorelei convert "$url" -o back
  [ "$(find back -name '*:2,FR*' | wc -l)" -eq 1 ]
  # and its to us: somebody else changes the flags.
  lorelei forget-mail-sync "$url"
  lorelei import "$url"
  lorelei tag -F mboxrd one.mbox -kw:flagged
  lorelei export-kw --all=remote
  rm -r back
  lorelei convert "$url" -o back
  [ "$(find back -name '*:2,R' | wc -l)" -eq 1 ]
  XDG_DATA_HOME=$PWD/elsewhere lorelei import "$url"
  XDG_DATA_HOME=$PWD/elsewhere lorelei tag -F mboxrd one.mbox +kw:seen
  XDG_DATA_HOME=$PWD/elsewhere lorelei export-kw "$url"
  lorelei import "$url"
  [ "$(lorelei q --no-external -f jsonl kw:seen 2>/dev/null | wc -l)" -eq 1 ]
  [ "$(stored)" -eq "$count" ]
  run lorelei refresh-mail-sync --all
  [ "$status" -eq 0 ]
}
