#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# DKIM beside a real name server (unbound) and a real signer (dkimpy).
load common

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
  export HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8 LORELEI_NOW=1795264496
  unset "${!XDG_@}"
  mkdir -p "$HOME"
  /usr/bin/python3 -c 'import dkim' 2>/dev/null || skip_or_fail 'python3-dkim is not installed'
  openssl genrsa -out key.pem 2048 2>/dev/null
  record="v=DKIM1; k=rsa; p=$(openssl rsa -in key.pem -pubout -outform DER 2>/dev/null | base64 -w0)"
  printf 'From: Zoe <zoe@example.org>\r\nSubject: [PATCH] x\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <a@b>\r\n\r\nText.\r\n' >plain
  /usr/bin/python3 - <<'END'
import dkim
mail = open('plain', 'rb').read()
key = open('key.pem', 'rb').read()
sign = dkim.sign(mail, b'sel', b'example.org', key, canonicalize=(b'relaxed', b'relaxed'))
open('mail', 'wb').write(sign + mail)
open('gone', 'wb').write(dkim.sign(mail, b'gone', b'example.org', key) + mail)
open('broken', 'wb').write(dkim.sign(mail, b'broken', b'example.org', key) + mail)
open('foreign', 'wb').write(dkim.sign(mail, b'sel', b'evil.example', key) + mail)
END
}
teardown() { [ ! -e "$BATS_TEST_TMPDIR/dns" ] || "$BATS_TEST_DIRNAME/unbound" stop "$BATS_TEST_TMPDIR/dns"; }
dkim() { lorelei validate --dkim "$@" | sed -n 's/^  DKIM | //p'; }

@test "keys of the DNS, of a file, of before; none is bad because nobody answers" {
  [ -x /usr/sbin/unbound ] || need unbound
  half=$((${#record} / 2))
  UNBOUND_ZONES=$(cat <<END
local-zone: "example.org." static
local-data: 'sel._domainkey.example.org. TXT "${record:0:half}" "${record:half}"'
local-zone: "evil.example." static
local-data: 'sel._domainkey.evil.example. TXT "${record:0:half}" "${record:half}"'
END
)
  export UNBOUND_ZONES
  eval "$("$BATS_TEST_DIRNAME/unbound" start "$PWD/dns")"
  here=$DNS_SERVER
  [ "$(dkim --offline mail)" = 'example.org key-unavailable, mail' ]
  [[ "$(lorelei validate --offline mail)" == *'DKIM | example.org key-unavailable'* ]]  # without --dkim
  [ "$(dkim --resolver "$here" mail)" = 'example.org pass, mail' ]
  [ "$(dkim --resolver "$here" gone)" = 'example.org no-key, gone' ]
  [ "$(dkim --resolver "$here" foreign)" = 'evil.example misaligned, foreign' ]
  sed 's/Text/Test/' mail >changed
  [ "$(dkim --resolver "$here" changed)" = 'example.org bad-body, changed' ]
  sed 's/PATCH/patch/' mail >changed
  [ "$(dkim --resolver "$here" changed)" = 'example.org bad-header, changed' ]
  # It was seen: now without a network.
  [ "$(dkim --offline mail)" = 'example.org pass, mail' ]
  "$BATS_TEST_DIRNAME/unbound" stop dns
  rm -rf dns
  [ "$(dkim --resolver "$here" mail)" = 'example.org pass, mail' ]
  [ "$(dkim --resolver "$here" gone)" = 'example.org key-unavailable, gone' ]
}

@test "hardfail: what DKIM says was changed fails" {
  printf 'sel._domainkey.example.org\t%s\n' "$record" >keys
  sed 's/Text/Test/' mail >changed
  lorelei validate --dkim --offline --dkim-keys keys --policy=hardfail mail gone >/dev/null
  run lorelei validate --dkim --offline --dkim-keys keys --policy=hardfail changed
  [ "$status" -eq 5 ]
  [[ "$output" == *'does not pass: DKIM of example.org'* ]]
}

@test "keys of a file, for one run or for good" {
  printf '# keys\nsel._domainkey.example.org\t%s\n' "$record" >keys
  [ "$(dkim --offline --dkim-keys keys mail)" = 'example.org pass, mail' ]
  [ "$(dkim --offline mail)" = 'example.org key-unavailable, mail' ]
  lorelei keyring add-dkim -q keys
  [ "$(dkim --offline mail)" = 'example.org pass, mail' ]
}

@test "a verdict that was recorded outlives the key" {
  printf 'sel._domainkey.example.org\t%s\n' "$record" >keys
  { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'; tr -d '\r' <mail; echo; } >mbox
  lorelei archive import -q --new toys mbox
  lorelei keyring add-dkim -q keys
  git config --global lorelei.attest.checkDkim true
  lorelei archive index -q --attest toys
  rm -r "$HOME/.local/share/lorelei/dkim-keys.sqlite3"
  run lorelei validate --dkim --offline --archive toys
  [[ "$output" == *'DKIM | example.org pass'* ]]
  [[ "$output" == *'by a key that was known on 2026-11-21'* ]]
}

@test "DKIM is added to verdicts that were recorded without it" {
  printf 'sel._domainkey.example.org\t%s\n' "$record" >keys
  { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'; tr -d '\r' <mail; echo; } >mbox
  lorelei archive import -q --new toys mbox
  lorelei archive index -q --attest toys
  git config --global lorelei.attest.checkDkim true
  git config --global lorelei.attest.dnsResolvers 127.0.0.1@1  # nobody answers
  lorelei archive index -q --attest toys
  lorelei keyring add-dkim -q keys
  run lorelei archive index --attest toys
  [[ "$output" == *'verdicts on 1 messages recorded'* ]]
  run lorelei archive index --attest toys
  [[ "$output" == *'1 were known'* ]]
  rm -r "$HOME/.local/share/lorelei/dkim-keys.sqlite3"
  run lorelei validate --dkim --offline --archive toys
  [[ "$output" == *'DKIM | example.org pass'* ]]
}
