#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Beside b4 and patatt: b4 authorises itself and hands in a series, and what goes out is still good to patatt.
load common
load ../cli/endpoint

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
  export HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8 TERM=dumb EDITOR="$PWD/editor"
  unset GIT_EDITOR VISUAL LORELEI_NOW "${!XDG_@}"
  mkdir -p "$HOME"
  command -v b4 >/dev/null || need b4
  command -v git-filter-repo >/dev/null || need git-filter-repo
  command -v patatt >/dev/null || need patatt
  git config --global user.email zoe@example.org
  git config --global user.name 'Zoë Tester'
  git config --global init.defaultBranch main
  patatt genkey -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  mkdir -p keys/ed25519/example.org/zoe
  cp "$HOME/.local/share/patatt/public/mine.pub" keys/ed25519/example.org/zoe/mine
  git config --global patatt.keyringsrc "$PWD/keys"
  start_endpoint
  git config --global b4.send-endpoint-web "$url"
}
teardown() { stop_endpoint; }

# A branch that b4 has prepared, with two patches.
prepare() {
  printf '#!/bin/sh\nprintf "hello: cover\\n\\nWhy.\\n\\nTo: list@vger.kernel.org\\n" >"$1"\n' >editor
  chmod +x editor
  git init -q tree && cd tree
  echo Hello. >hello.txt
  git add -A && git commit -qm begin
  b4 -q prep -n demo -f HEAD </dev/null
  for word in Hi Gruß; do
    echo "$word" >hello.txt
    git commit -qsam "hello: say $word" -m 'It is another word.'
  done
  b4 -q prep --edit-cover </dev/null
}

@test "endpoint: b4 is authorised, and its series goes out with signatures that patatt takes" {
  prepare
  echo | b4 send --web-auth-new
  cd ..
  wait_until '[ -s sent/1 ]'
  cd tree
  b4 send --web-auth-verify "$(sed -n 's/.*--web-auth-verify //p' ../sent/1)" 2>said
  grep -q 'successfully verified' said
  echo | b4 send --reflect
  echo | b4 send
  cd ..
  wait_until '[ -s sent/7 ]'
  head -qn 1 sent/[2-4] | sort -u >envelopes
  [ "$(cat envelopes)" = '-i -f devnull+zoe.example.org@endpoint.example -- zoe@example.org' ]
  [ "$(head -n 1 sent/5)" = '-i -f devnull+zoe.example.org@endpoint.example -- list@vger.kernel.org zoe@example.org' ] ||
    [ "$(head -n 1 sent/5)" = '-i -f devnull+zoe.example.org@endpoint.example -- list@vger.kernel.org' ]
  for n in 6 7; do
    sed 1d "sent/$n" >mail.eml
    grep -qi '^From: =?utf-8?q?Zo=C3=AB_Tester_via_Example?=' mail.eml
    run patatt validate mail.eml
    [ "$status" -eq 0 ]
    lorelei validate mail.eml
    git mailinfo msg patch <mail.eml >info
    grep -qx 'Author: Zoë Tester' info
    grep -qx 'Email: zoe@example.org' info
  done
  sed 1d sent/5 >cover.eml
  lorelei validate cover.eml
}
