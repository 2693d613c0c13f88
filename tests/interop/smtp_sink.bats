#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The mail server that tests send to, before the program that people send patches with: git send-email.
load common

setup() {
  bats_require_minimum_version 1.5.0
  cd "$BATS_TEST_TMPDIR" || return
  export HOME="$PWD" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
  [ -x "$(git --exec-path)/git-send-email" ] || skip_or_fail 'git send-email is not installed'
  printf 'From: Ann <ann@example.org>\nSubject: x\nDate: Sat, 21 Nov 2026 12:34:56 +0000\nMessage-ID: <1@x>\n\n.\n..dots\n' >mail
}
teardown() { [ -z "${sink:-}" ] || kill "$sink"; }

sink() {
  "${SMTP_SINK:?is the server}" --port-file port --store store "$@" 3>&- &
  sink=$!
  for _ in $(seq 100); do [ -s port ] && break; sleep 0.05; done
}
send() {
  git send-email --quiet --confirm=never --suppress-cc=all --no-xmailer --from=ann@example.org --to=bob@example.org \
    --smtp-server=127.0.0.1 --smtp-server-port="$(cat port)" "$@" mail
}

@test 'a mail is kept with its envelope' {
  sink
  send --to=eve@example.org
  [ "$(head -n 3 store/001.eml)" = "$(printf 'X-Envelope-From: ann@example.org\nX-Envelope-To: bob@example.org\nX-Envelope-To: eve@example.org')" ]
  [ "$(tail -n 3 store/001.eml)" = "$(printf '\n.\n..dots')" ]
  refute grep -q "$(printf '\r')" store/001.eml
}

@test 'what was taken without an answer is kept apart, and the next is well' {
  sink --drop-after-dot 1
  refute send
  send
  [ "$(ls store)" = "$(printf '001.taken\n002.eml')" ]
  cmp <(grep -v ^Date: store/001.taken) <(grep -v ^Date: store/002.eml)
}

@test 'it hangs up behind a reply, or at a byte, once' {
  sink --drop-after-replies 3 --drop-at-byte 150
  refute send
  refute send
  send
  [ "$(ls store)" = 001.eml ]
}

@test 'recipients are refused, and strangers' {
  need curl
  sink --refuse eve@example.org --auth ann:secret
  to_bob=(curl -sS --url "smtp://127.0.0.1:$(cat port)" --mail-from ann@example.org --mail-rcpt bob@example.org --crlf -T mail)
  refute "${to_bob[@]}"
  refute "${to_bob[@]}" --user ann:wrong
  refute "${to_bob[@]}" --user ann:secret --mail-rcpt eve@example.org
  [ ! -e store/001.eml ]
  "${to_bob[@]}" --user ann:secret
  cmp <(tail -n +3 store/001.eml) mail
}
