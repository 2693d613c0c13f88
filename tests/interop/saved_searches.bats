#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Saved searches beside their peers: lei goes on where we stopped and the reverse, Dovecot takes our mail, a server of
# public-inbox answers our searches.
load common

setup_file() {
  # shellcheck source=tests/interop/common.bash
  . "$BATS_TEST_DIRNAME/common.bash"
  world
  cd "$BATS_FILE_TMPDIR" || return
  need lei && need public-inbox-index && need public-inbox-httpd
  sample_epoch epoch.git
  bare_archive "$PWD/list" epoch.git "$(commit_at epoch.git 200)"
  bare_archive "$PWD/whole" epoch.git
  perl_index "$PWD/list"
  perl_index "$PWD/whole"
}
teardown_file() { lei daemon-kill 2>/dev/null || true; }

fresh_home() {
  export HOME="$BATS_TEST_TMPDIR/home"
  mkdir -p "$HOME"
  cp -a "$BATS_FILE_TMPDIR/list" list
}
more_mail() { move_to "$PWD/list" "$(commit_at "$BATS_FILE_TMPDIR/epoch.git" 400)" && public-inbox-index "$PWD/list"; }
files() { find "$1/cur" "$1/new" -type f | wc -l; }
ids() { cat "$1"/*/* | sed -n 's/^Message-ID: *//Ip' | sort; }
query='s:patch OR s:floppy'

@test "lei up goes on with what we saved" {
  fresh_home
  PI_CONFIG=/dev/null lorelei q -q -O ./list -o box "$query"
  before=$(files box)
  [ "$before" -gt 0 ]
  run lei up box 3>&-
  [ "$(files box)" -eq "$before" ]
  more_mail
  lei up -q box 3>&-
  [ "$(files box)" -gt "$before" ]
  lorelei q -f jsonl -O ./list -d none "$query" 2>/dev/null | sed -n 's/.*"m":"\([^"]*\)".*/<\1>/p' | sort -u >expected
  ids box | sort -u | diff expected -
  # and we with what it did
  lorelei up -q box
  [ "$(ids box | wc -l)" -eq "$(files box)" ]
  [ "$(files box)" -eq "$(ids box | sort -u | wc -l)" ]
}

@test "what a killed run of ours has delivered, lei does not deliver again" {
  need strace
  fresh_home
  # Killed when all has its name in cur/, and the ledger does not say so yet.
  strace -f -o trace -P "$PWD/box/cur" -e trace=fsync -e inject=fsync:error=EIO:signal=KILL:when=1 \
    "$LORELEI" q -q -O ./list -o box "$query" || true
  before=$(files box)
  [ "$before" -gt 0 ]
  lorelei up -q box
  [ "$(files box)" -eq "$before" ]
  # lei looks at everything anew.
  sed -i '/maxuid/d' "$HOME"/.local/share/lei/saved-searches/box-*/lei.saved-search
  lei up -q box 3>&-
  [ "$(files box)" -eq "$before" ]
}

@test "we go on with what lei saved" {
  fresh_home
  lei q -q -O "$PWD/list" -o "$PWD/box" s:patch OR s:floppy 3>&-
  before=$(files box)
  [ "$before" -gt 0 ]
  rm "$(find box/cur -type f | head -n 1)"
  lorelei up -q box
  [ "$(files box)" -eq $((before - 1)) ]
  more_mail
  lorelei up -q box
  [ "$(files box)" -gt "$before" ]
  [ "$(files box)" -eq "$(ids box | sort -u | wc -l)" ]
}

@test "a server of public-inbox: threads, updates, no match, no archive" {
  fresh_home
  printf '[publicinbox "list"]\n\tinboxdir = %s\n\taddress = list@example.org\n\turl = http://127.0.0.1/list\n' "$PWD/list" >pi
  PI_CONFIG=$PWD/pi public-inbox-httpd -W0 -l 127.0.0.1:0 -1 "$PWD/http.out" -2 "$PWD/http.err" 2>bound 3>&- &
  SERVER=$!
  wait_until 'grep -q "bound http" bound'
  port=$(sed -n 's/.*bound http:..127.0.0.1:\([0-9]*\).*/\1/p' bound)
  url=http://127.0.0.1:$port/list/
  lorelei q -q -t -O "$url" -o box s:floppy
  lorelei q -q -t -O ./list -o here s:floppy
  diff <(ids box) <(ids here)
  # As lei, and where it is wished, what servers send is stored; as ourselves it is not.
  run lorelei q -f jsonl --no-external s:floppy
  [[ "$output" != *'"m"'* ]]
  # (In a home that has not seen the archive itself: what is at hand is not stored again.)
  export HOME=$PWD/other-home
  PI_CONFIG=/dev/null lorelei -c lei.memoize=true q -q -O "$url" -o other s:floppy
  [ "$(lorelei q -f jsonl --no-external s:floppy | grep -c '"m"')" -eq "$(files other)" ]
  export HOME=$BATS_TEST_TMPDIR/home
  run --separate-stderr lorelei up box
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"limiting to"*"# 0 written"* ]]
  run --separate-stderr lorelei q -f jsonl -O "$url" s:nosuchwordatall
  [ "$status" -eq 0 ]
  run lorelei q -O "http://127.0.0.1:$port/none/" s:floppy
  [ "$status" -eq 3 ]
  kill "$SERVER" && wait "$SERVER" || true
  SERVER=
  # A server that is away takes nothing from the destination.
  before=$(files box)
  run lorelei q -t -O "$url" -o box s:floppy
  [ "$status" -eq 75 ]
  [ "$(files box)" -eq "$before" ]
}

# start SEPARATOR
mail_server() {
  eval "$("$BATS_TEST_DIRNAME/dovecot" start "$PWD/imap" "$1")"
}
count_imap() { curl -s "imap://joe:secret@127.0.0.1:$IMAP_PORT/" -X "STATUS $1 (MESSAGES)" | tr -dc 0-9; }

@test "Dovecot: delivered once, with flags, below either separator; what was deleted stays away" {
  need dovecot || [ -x /usr/sbin/dovecot ]
  fresh_home
  for separator in . /; do
    mail_server "$separator"
    box=imap://joe:secret@127.0.0.1:$IMAP_PORT/INBOX/found
    lorelei q -q -O ./list -o "$box" s:floppy
    wanted=$(lorelei q -f jsonl -O ./list s:floppy 2>/dev/null | wc -l)
    name=INBOX${separator}found
    [ "$(count_imap "$name")" -eq "$wanted" ]
    lorelei up -q "$box"
    lorelei q -q -O ./list -o "$box" s:floppy
    [ "$(count_imap "$name")" -eq "$wanted" ]
    curl -s "imap://joe:secret@127.0.0.1:$IMAP_PORT/$name" -X 'STORE 1 +FLAGS (\Deleted)' >/dev/null
    curl -s "imap://joe:secret@127.0.0.1:$IMAP_PORT/$name" -X EXPUNGE >/dev/null
    lorelei up -q --rescan "$box"
    [ "$(count_imap "$name")" -eq $((wanted - 1)) ]
    "$BATS_TEST_DIRNAME/dovecot" stop "$PWD/imap"
    lorelei forget-search "$box"
    rm -rf imap
  done
}

@test "Dovecot: the server is killed while mail comes; another run brings exactly the rest" {
  [ -x /usr/sbin/dovecot ] || need dovecot
  fresh_home
  mail_server .
  box=imap://joe:secret@127.0.0.1:$IMAP_PORT/INBOX/found
  (sleep 0.3; "$BATS_TEST_DIRNAME/dovecot" kill "$PWD/imap") 3>&- &
  LORELEI_NOW= timeout -s KILL 3 lorelei q -q -O "$BATS_FILE_TMPDIR/whole" -o "$box" 'NOT zzz' || true
  wait
  mail_server .
  box=imap://joe:secret@127.0.0.1:$IMAP_PORT/INBOX/found
  lorelei q -q -O "$BATS_FILE_TMPDIR/whole" -o "$box" 'NOT zzz'
  wanted=$(lorelei q -n 100000 -f mboxrd -O "$BATS_FILE_TMPDIR/whole" 'NOT zzz' 2>/dev/null | grep -c '^From ')
  [ "$(count_imap INBOX.found)" -eq "$wanted" ]
  "$BATS_TEST_DIRNAME/dovecot" stop "$PWD/imap"
}

@test "mail in lei's own store is found, and the store stays as it is" {
  fresh_home
  printf 'From: a@example.org\nSubject: giraffe\nMessage-ID: <g1@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nhi\n' >g.eml
  lei import -q g.eml +L:tall +kw:flagged 3>&-
  # And keywords of a message that it does not have.
  lei q -q --only "$PWD/list" -f mboxrd -n 1 -o one.mbox s:floppy 3>&-
  lei tag -q -F mboxrd one.mbox +L:elsewhere 3>&- || true
  lei daemon-kill
  sum() { find "$HOME/.local/share/lei/store" -type f ! -name '*.err' -exec sha256sum {} + | sort; }
  sum >before
  [[ "$(lorelei q -f jsonl s:giraffe 2>/dev/null)" == *'"m":"g1@x"'* ]]
  [[ "$(lorelei q -f jsonl L:tall kw:flagged 2>/dev/null)" == *'"m":"g1@x"'* ]]
  run --separate-stderr lorelei q -f jsonl L:elsewhere
  [[ "$output" != *'"m"'* ]]
  lorelei q -q -o box s:giraffe
  [ "$(files box)" -eq 1 ]
  [ "$(lorelei q --no-local -f jsonl s:giraffe 2>/dev/null | grep -c giraffe)" -eq 0 ]
  sum | diff before -
}
