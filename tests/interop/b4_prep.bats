#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Beside b4: a series that it prepared and sent is a branch here again, on which it can go on; and what it has sent
# counts as sent.
load common
load ../cli/prepared

setup() {
  bats_require_minimum_version 1.5.0
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  export HOME="$BATS_TEST_TMPDIR/home" LORELEI_NOW=1795264496 TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1
  mkdir -p "$HOME" && cd "$BATS_TEST_TMPDIR" || return
  need b4
  need git-filter-repo
  settings && a_tree
  git config --global sendemail.smtpserver 127.0.0.1  # so that b4 does not want a signature
  export TERM=dumb EDITOR="$BATS_TEST_TMPDIR/editor"
}

editor() {  # what b4 starts to edit the file "$1"
  printf '#!/bin/sh\n%s "$1"\n' "$1" >"$EDITOR" && chmod +x "$EDITOR"
}
b4_series() {  # as b4 has it, and its mails in ../mbox
  unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE  # b4 looks for covers of the last year
  b4 -q prep -n demo -f HEAD </dev/null
  editor 'printf "demo: two lines\n\nThey are needed.\n\n# a note\n\nTo: Mia <mia@example.com>\nCc: list@lists.example.org\nSigned-off-by: Ann Author <ann@example.org>\n" >'
  b4 -q prep --edit-cover </dev/null
  a_patch 1 && a_patch 2
  b4 -q -n --offline-mode send --no-sign -o ../out </dev/null
  for mail in ../out/*.eml; do echo 'From mboxrd@z Thu Jan  1 00:00:00 1970' && cat "$mail" && echo; done >../mbox
  id=$(sed -n 's/^Message-I[Dd]: <\(.*\)>/\1/p' ../mbox | head -n 1)
}

@test "what b4 has sent is a branch again, and b4 goes on with it" {
  b4_series
  change=$(info change-id) tree=$(git rev-parse HEAD^{tree})
  git checkout -q master
  lorelei prep -q -m ../mbox -F "$id" -n again
  [ "$(info change-id)" = "$change" ]
  [ "$(info revision)" = 2 ]
  [ "$(info cover-subject)" = 'demo: two lines' ]
  [ "$(git rev-parse HEAD^{tree})" = "$tree" ]
  git log -1 --format=%B HEAD~2 >../cover
  grep -qx 'They are needed.' ../cover
  grep -qx 'To: Mia <mia@example.com>' ../cover
  refute grep -q 'files\? changed\|a note' ../cover
  editor 'sed -i /EDITME/,/Please/d'
  b4 -q prep --edit-cover </dev/null
  run -0 b4 prep --show-revision </dev/null
  [ "${lines[0]}" = v2 ]
  [[ "$output" == *"$id"* ]]
  rm -r ../out && b4 -q -n --offline-mode send --no-sign -o ../out </dev/null
  grep -q '^Subject: \[PATCH v2 0/2\] demo: two lines' ../out/*
}

@test "what b4 has sent counts as sent, and b4 knows" {
  b4_series
  lorelei prep -q -m ../mbox --manual-reroll "$id"
  run -0 b4 prep --show-revision </dev/null
  [ "${lines[0]}" = v2 ]
  [[ "$output" == *"$id"* ]]
  run -0 lorelei prep --compare-to v1
  git rev-parse -q --verify "sent/$(info change-id)-v1"
}
