#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A series goes out by a web endpoint: known there first, all of it or nothing, and each mail once.
load common
load prepared
load endpoint

setup_here() { settings && a_tree; }
teardown() {
  stop_endpoint
  [ -z "${proxy:-}" ] || kill "$proxy" 2>/dev/null || true
}

# The service of the project that this tree is of.
service() {
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  mkdir -p ../service && pushd ../service >/dev/null
  printf 'mustDest = @lists[.]example[.]org\nsubmissionsPerHour = 1000\nsubmissionsPerDay = 5000\n' >more.conf
  start_endpoint
  popd >/dev/null
  git config b4.send-endpoint-web "$url"
}
sent() { ls ../service/sent | wc -l; }
mail() { sed 1d "../service/sent/$1"; }
known() {
  lorelei send -q --web-auth-new --yes
  wait_until '[ "$(sent)" = 1 ]'
  lorelei send -q --web-auth-verify "$(sed -n 's/.*--web-auth-verify //p' ../service/sent/1)"
}
ids() { cat ../service/sent/* | grep -i '^message-id:' | grep -v challenge | sort; }

@test "a key is made known, patches go out, and the key is forgotten" {
  service
  a_series 1
  run --separate-stderr lorelei send --yes
  [ "$status" -eq 1 ]
  [[ "$stderr" == *'no such key is authorised'* ]]
  lorelei send -q --abort
  run -0 --separate-stderr lorelei send --web-auth-new --yes
  [[ "$stderr" == *"Endpoint: $url"*'Name: Ann Author'*'Identity: ann@example.org'*'Selector: mine'* ]]
  [[ "$stderr" == *"Key: ed25519 $(cat "$HOME/.local/share/patatt/public/mine.pub")"* ]]
  wait_until '[ "$(sent)" = 1 ]'
  run --separate-stderr lorelei send --web-auth-verify not-this-one
  [ "$status" -eq 1 ]
  lorelei send -q --web-auth-verify "$(sed -n 's/.*--web-auth-verify //p' ../service/sent/1)"
  run -0 --separate-stderr lorelei send --yes
  [[ "$stderr" == *"by $url"* ]]
  wait_until '[ "$(sent)" = 2 ]'
  [[ "$(head -n 1 ../service/sent/2)" == *'mia@example.com'*'list@lists.example.org'* ]]
  mail 2 >../relayed.eml
  grep -qx 'X-Original-From: Ann Author <ann@example.org>' ../relayed.eml
  lorelei validate ../relayed.eml
  [ "$(info revision)" = 2 ]
  git rev-parse -q --verify "refs/tags/sent/$(info change-id)-v1"
  lorelei send -q --web-auth-delete
  run --separate-stderr lorelei send --resend=v1 --yes
  [ "$status" -eq 1 ]
}

@test "to its author only, with all the headers" {
  service
  known
  a_series 2
  lorelei send -q --reflect --yes
  wait_until '[ "$(sent)" = 4 ]'
  for n in 2 3 4; do [[ "$(head -n 1 "../service/sent/$n")" == *'-- ann@example.org' ]]; done
  mail 2 | grep -q '^To: Mia Maintainer <mia@example.com>$'
  [ "$(info revision)" = 1 ]
  [ -z "$(git tag -l 'sent/*')" ]
}

@test "what a web endpoint cannot do" {
  service
  a_series 1
  run --separate-stderr lorelei send --no-sign --yes
  [ "$status" -eq 1 ]
  [[ "$stderr" == *'signed mails only'* ]]
  run --separate-stderr lorelei send --preview-to bob@example.org --yes
  [ "$status" -eq 1 ]
  git config --global --unset patatt.signingkey
  run --separate-stderr lorelei send --yes
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'patatt.signingkey is not set'* ]]
  git config b4.send-endpoint-web example.org/submit
  run --separate-stderr lorelei send --yes
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'is no URL'* ]]
}

@test "a mail server that is set comes first, unless the web is asked for" {
  service
  known
  a_series 1
  printf '#!/bin/sh\ncat >../by-mail\n' >../program && chmod +x ../program
  git config sendemail.smtpserver "$PWD/../program"
  lorelei send -q --use-web-endpoint --yes
  wait_until '[ "$(sent)" = 2 ]'
  [ ! -e ../by-mail ]
  lorelei send -q --resend=v1 --yes
  [ -s ../by-mail ]
  [ "$(sent)" = 2 ]
}

@test "a tree of another encoding arrives as it was" {
  service
  known
  a_series 1
  printf 'gr\366\337er\n' >>drivers/one.c && git commit -q -a --amend --no-edit
  lorelei send -q --yes
  wait_until '[ "$(sent)" = 2 ]'
  mail 2 >../relayed.eml
  lorelei validate ../relayed.eml
  git checkout -q v1 && git am -q ../relayed.eml
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse 'b4/two-lines^{tree}')" ]
}

@test "nobody is there: nothing was taken, and --continue sends it" {
  service
  known
  a_series 2
  kill -KILL "$endpoint" && wait "$endpoint" || true
  run --separate-stderr lorelei send --yes
  [ "$status" -eq 75 ]
  [[ "$stderr" == *'--continue'* ]]
  pushd ../service >/dev/null && start_endpoint && popd >/dev/null
  sed -i "s|http://[^\"]*|$url|" .git/lorelei/outbox/*/posting.json
  lorelei send -q --continue
  wait_until '[ "$(sent)" = 4 ]'
  [ "$(ids | uniq -d)" = '' ]
}

@test "killed while the service has it: --continue finds out, and each goes out once" {
  service
  known
  a_series 2
  kill -STOP "$endpoint"
  lorelei send -q --yes 3>&- &
  client=$!
  wait_until 'grep -qs "^. sending" .git/lorelei/outbox/*/log'
  sleep 0.5
  kill -KILL "$client" && wait "$client" || true
  kill -CONT "$endpoint"
  lorelei send -q --continue
  wait_until '[ "$(sent)" -ge 4 ]'
  sleep 0.3
  [ "$(sent)" = 4 ]
  [ "$(ids | uniq -d)" = '' ]
  [ "$(info revision)" = 2 ]
}

# Between the tree and the service; its fault is the rest of the words.
broken_by() {
  local there=${url#http://127.0.0.1:}
  coproc BROKEN { "${FAULT_PROXY:?stands between}" "${there%%/*}" "$@" 3>&-; }
  proxy=$BROKEN_PID
  read -r port <&"${BROKEN[0]}"
  git config b4.send-endpoint-web "http://127.0.0.1:$port/_b4_submit"
}

@test "the connection breaks anywhere: --continue, and each goes out once" {
  service
  known
  a_series 1
  git config b4.send-me-too no
  local n=1 fault
  git branch -q keep
  for fault in 'up 1' 'up 300' 'up 900' 'up 1500' 'down 1' 'down 40' 'down 150'; do
    git checkout -q -B b4/two-lines keep
    git tag -l 'sent/*' | xargs -r git tag -d >/dev/null
    # shellcheck disable=SC2086  # two words
    broken_by $fault
    status=0
    lorelei send -q --yes 2>../said || status=$?
    [ "$status" -ne 0 ]
    lorelei send -q --continue
    kill "$proxy" && wait "$proxy" || true
    n=$((n + 1))
    wait_until "[ \"\$(sent)\" -ge $n ]"
  done
  sleep 0.3
  [ "$(sent)" = "$n" ]
  [ "$(ids | uniq -d)" = '' ]
}

@test "no answer, again and again: somebody has to decide" {
  service
  known
  a_series 1
  broken_by down 1 always
  run --separate-stderr lorelei send --yes
  [ "$status" -ne 0 ]
  run --separate-stderr lorelei send --continue
  [ "$status" -ne 0 ]
  [[ "$stderr" == *'ask what is known at'*'--continue --sent'* ]]
  lorelei send -q --continue --sent
  wait_until '[ "$(sent)" = 2 ]'
  [ "$(info revision)" = 2 ]
}

@test "killed at any moment: --continue, and each goes out once" {
  service
  known
  a_series 1
  local n id sent_before killed
  id=$(info change-id)
  git branch -q keep
  for ((n = 1; n < 200; n++)); do
    git checkout -q -B b4/two-lines keep
    git tag -l 'sent/*' | xargs -r git tag -d >/dev/null
    sent_before=$(sent) killed=1
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" send -q --yes >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete
    if [ "$(lorelei prep --show-revision)" = v1 ]; then
      status=0
      lorelei send -q --continue 2>../said || status=$?
      if [ "$status" -eq 3 ]; then
        [ "$(sent)" = "$sent_before" ]
        lorelei send -q --yes
      else
        [ "$status" -eq 0 ] || { cat ../said; echo "killed at $n"; }
        [ "$status" -eq 0 ]
      fi
    fi
    [ ! -d .git/lorelei/outbox ] || [ -z "$(ls .git/lorelei/outbox)" ] || { lorelei send -q --continue || true; }
    wait_until '[ "$(sent)" -gt "$sent_before" ]'
    [ "$(sent)" = $((sent_before + 1)) ]
    git rev-parse -q --verify "refs/tags/sent/$id-v1" >/dev/null
    [ "$killed" -eq 1 ] || break
  done
  [ "$n" -gt 20 ] && [ "$n" -lt 200 ]
  [ "$(ids | uniq -d)" = '' ]
}

@test "the endpoint that a tree names is told, and not used" {
  rm Kconfig && printf '[b4]\n\tsend-endpoint-web = https://endpoint.example/submit\n' >.b4-config
  git add -A && git commit -qm settings
  a_series 1
  run --separate-stderr lorelei send --use-web-endpoint --yes
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'git config b4.send-endpoint-web https://endpoint.example/submit'* ]]
}

@test "killed, and the service remembers no copies: all were handed in or none, as somebody says" {
  service
  known
  a_series 2
  local n sent_before killed status
  git branch -q keep
  for ((n = 1; n < 300; n += 3)); do
    git checkout -q -B b4/two-lines keep
    git tag -l 'sent/*' | xargs -r git tag -d >/dev/null
    sent_before=$(sent) killed=1 status=0
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" send -q --yes >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete
    sleep 0.2
    LORELEI_NOW=$((LORELEI_NOW + 100 * 86400)) lorelei send -q --continue 2>../said || status=$?
    if [ "$status" -eq 4 ]; then
      grep -q 'of 3 mails nobody knows' ../said
      if [ "$(sent)" -gt "$sent_before" ]; then how=--sent; else how=--again; fi
      lorelei send -q --continue $how
    elif [ "$status" -eq 3 ] && [ "$(lorelei prep --show-revision)" = v1 ]; then
      lorelei send -q --yes
    fi
    wait_until '[ "$(sent)" -ge $((sent_before + 3)) ]'
    [ "$(sent)" = $((sent_before + 3)) ]
    [ "$(lorelei prep --show-revision)" = v2 ]
    [ "$killed" -eq 1 ] || break
  done
  [ "$n" -gt 20 ] && [ "$n" -lt 300 ]
  [ "$(ids | uniq -d)" = '' ]
}

@test "nothing is sent because a variable was empty" {
  service
  known
  a_series 1
  for option in -o --web-auth-verify; do
    run --separate-stderr lorelei send --yes "$option" ''
    [ "$status" -eq 2 ]
  done
  run --separate-stderr lorelei send --yes --web-auth-new --web-auth-delete
  [ "$status" -eq 2 ]
  [ "$(sent)" = 1 ]
}

@test "a password in the URL is neither shown nor kept" {
  service
  known
  a_series 1
  git config b4.send-endpoint-web "${url/\/\//\/\/ann:geheim@}"
  kill -KILL "$endpoint" && wait "$endpoint" || true
  run --separate-stderr lorelei send --yes
  [ "$status" -eq 75 ]
  [[ "$stderr" != *geheim* ]]
  refute grep -rq geheim .git/lorelei
}

@test "outside of a repository nothing is given up, and nothing is removed" {
  mkdir -p ../elsewhere/lorelei/letters && cd ../elsewhere
  echo mine >lorelei/letters/mine.thanks
  run --separate-stderr lorelei send --abort
  [ "$status" -eq 3 ]
  [ "$(cat lorelei/letters/mine.thanks)" = mine ]
}
