#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What is looked at before a series goes out: our own checks, and what is remembered of having made them.
load common
load prepared

setup_here() { settings && a_tree; }

history() {  # COMMITS: signed ones with a habit
  for ((n = 1; n <= $1; n++)); do
    echo "old $n" >>drivers/one.c
    git commit -qam "drivers: one: change $n" -m 'Signed-off-by: Ann Author <ann@example.org>'
  done
  git tag v2
}
a_commit() {  # TITLE TEXT...
  git add -A && git commit -qm "$1" "${@:2}"
}
state() { lorelei prep --show-info | grep -E '^(needs-(auto|check)|misplaced|preflight)' | tr '\n' ' '; }
states() { find .git/lorelei/preflight -name '*.json' | wc -l; }
program() {  # a sendmail that keeps what it is given
  # shellcheck disable=SC2016  # its own variable
  printf '#!/bin/sh\ncat >>"$HOME/taken"\n' >"$HOME/sendmail" && chmod +x "$HOME/sendmail"
  git config sendemail.smtpserver "$HOME/sendmail"
}

@test "a series that is right passes, with nothing set" {
  a_series 2
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ demo: add line 1
✓ demo: add line 2' ]
  [ -z "$stderr" ]
  lorelei prep -q -n nothing
  run -2 lorelei prep --check
}

@test "what the log of a tree has as its habits is asked for" {
  history 10
  a_series 0
  echo x >>drivers/one.c && a_commit 'one: add x.' -m 'It was missing.'
  run -1 --separate-stderr lorelei prep --check
  [ "$output" = '✗ one: add x.
    the subject ends with a full stop: leave it out
    the subject does not begin with "drivers: one: ", as 10 of the last 11 commits to drivers/one.c do
    no Signed-off-by of the author, Ann Author <ann@example.org>: git commit --amend -s, if you may say so' ]
  [[ "$stderr" == *'1 of 1 patch has failures'* ]]
  [ "$(info needs-checking)" = True ]
  git commit -q --amend -m 'drivers: one: add x' -m 'It was missing.' -m 'Signed-off-by: Ann Author <ann@example.org>'
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ drivers: one: add x' ]
}

@test "lines that are added, and the user's own commands below them" {
  a_series 0
  printf 'y \n#if 0\nz' >>drivers/one.c && a_commit 'demo: add y'
  git config b4.prep-perpatch-check-cmd 'grep -q "^+y" && echo "x:1: WARNING: hm"; true'
  run -1 --separate-stderr lorelei prep --check
  [ "$output" = '✗ demo: add y
    drivers/one.c:4: blanks at the end of the line
    drivers/one.c:5: an #if 0 is new
    drivers/one.c:6: no line end at the end of the file
    x:1: WARNING: hm' ]
}

@test "Fixes names a commit that is below, in full, with its title" {
  history 1
  git checkout -q -b side v1 && echo s >side && a_commit 'demo: side'
  side=$(git rev-parse --short=12 HEAD) && git checkout -q master
  good=$(git rev-parse --short=12 v2)
  a_series 0
  check() {  # VALUE
    echo "$1" >>drivers/one.c && a_commit 'demo: mend' -m 'Text.' -m "Fixes: $1
Signed-off-by: Ann Author <ann@example.org>"
    run --separate-stderr lorelei prep --check
    git reset -q --hard HEAD~1
  }
  check "$good (\"drivers: one: change 1\")"
  [ "$output" = '✓ demo: mend' ]
  check "$good (\"drivers: one: change 2\")"
  [[ "$output" == "✗ "*"has another title; write Fixes: $good (\"drivers: one: change 1\")" ]]
  check "${good:0:8} (\"drivers: one: change 1\")"
  [[ "$output" == "● "*"fewer than 12 digits"*"write Fixes: $good (\"drivers: one: change 1\")" ]]
  [ "$status" -eq 0 ]
  check "$good"
  [[ "$output" == "● "*"quotes no title; write Fixes: $good"* ]]
  check "$side (\"demo: side\")"
  [[ "$output" == "✗ "*"$side is not in what the series is based on"* ]]
  check 'abcdefabcdef ("demo: nothing")'
  [[ "$output" == '✗ '*'abcdefabcdef is no commit here'* ]]
  git rev-parse HEAD >.git/shallow
  check 'abcdefabcdef ("demo: nothing")'
  [[ "$output" == '● '*'git fetch --unshallow'* ]]
}

@test "Fixes that names a patch of the series is pointed out" {
  a_series 1
  first=$(git rev-parse --short=12 HEAD)
  echo x >>drivers/one.c && a_commit 'demo: mend' -m "Fixes: $first (\"demo: add line 1\")"
  run -0 --separate-stderr lorelei prep --check
  [[ "$output" == *"● demo: mend
    Fixes: $first is a patch of this series"* ]]
}

@test "marks of work that goes on, tags that send writes, and what tools leave" {
  a_series 0
  signed='Signed-off-by: Ann Author <ann@example.org>'
  echo x >>drivers/one.c && a_commit 'fixup! demo: begin' -m "$signed"
  echo x >>drivers/one.c && a_commit 'WIP: demo: add x' -m "$signed"
  echo x >>drivers/one.c && a_commit '[PATCH v2] demo: add x' -m "Change-Id: I0123456789012345678901234567890123456789
$signed"
  echo x >drivers/one.c.orig && echo x >drivers/one.o && chmod +x drivers/one.c && a_commit 'demo: add files' -m "$signed"
  git commit -q --allow-empty -m 'demo: nothing' -m "$signed"
  printf 'x\n\n' >>drivers/one.c && a_commit 'demo: add y' -m "$signed"
  git config b4.prep-perpatch-check-cmd 'grep -q "^+y" && echo "x:1: WARNING: hm"; true'
  run -1 --separate-stderr lorelei prep --check
  [ "$output" = '✗ fixup! demo: begin
    the subject begins with "fixup!": git rebase -i --autosquash
● WIP: demo: add x
    the subject calls it work in progress: reword it, or say so of all: prep --set-prefixes RFC
✗ [PATCH v2] demo: add x
    the subject begins with "[PATCH v2]", which send writes by itself: take it out
    "Change-Id: I0123456789012345678901234567890123456789" is of use on a Gerrit server alone: take it out
✗ demo: add files
    drivers/one.c: a source becomes executable: git update-index --chmod=-x drivers/one.c
    drivers/one.c.orig: a file that a tool left is added: git rm --cached it
    drivers/one.o: what a build makes is added: git rm --cached it
✗ demo: nothing
    it changes no file: git rebase -i, to drop it
● demo: add y
    drivers/one.c:8: an empty line is new at the end of the file' ]
  [[ "$stderr" == *'4 of 6 patches have failures'* ]]
}

@test "a link to a mail is looked up where an archive is here" {
  a_series 0
  echo x >>drivers/one.c && a_commit 'demo: mend' -m 'Link: https://lore.kernel.org/r/absent@example.org
Link: https://patch.msgid.link/there@example.org'
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ demo: mend' ]
  printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\nDate: Sat, 21 Nov 2026 12:00:00 +0000\nMessage-ID: <there@example.org>\nSubject: hi\n\nhi\n' >../m.mbox
  lorelei archive import -q --new toys ../m.mbox && lorelei archive index -q toys
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '● demo: mend
    no archive here has the mail absent@example.org: is the link right?' ]
  [ "$(info needs-checking)" = False ]
}

@test "a base that only this repository has" {
  echo own >own && a_commit 'demo: own'
  a_series 1
  git tag sent/two-lines-v1 HEAD
  run -0 --separate-stderr lorelei prep --check
  [[ "$output" == "● demo: some lines
    the base $(git rev-parse --short=12 master) is in no branch of a remote and in no tag"*"
✓ demo: add line 1" ]]
  git update-ref refs/remotes/origin/master master
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ demo: add line 1' ]
}

@test "what was done is remembered for the code, not for the commits" {
  a_series 2
  all='needs-auto-to-cc: True needs-checking: True needs-checking-deps: False misplaced-body: False preflight-checks-failing: True '
  [ "$(state)" = "$all" ]
  lorelei prep -q --check >../out
  [ "$(info needs-checking)" = False ]
  git config b4.send-auto-to-cmd 'cat >/dev/null; echo max@example.org'
  lorelei prep -q --auto-to-cc
  done='needs-auto-to-cc: False needs-checking: False needs-checking-deps: False misplaced-body: False preflight-checks-failing: False '
  [ "$(state)" = "$done" ]
  GIT_COMMITTER_DATE='2026-11-22 12:00:00 +0000' git rebase -q --force-rebase HEAD~2
  lorelei prep -q --force-revision 3
  [ "$(state)" = "$done" ]
  [ "$(LORELEI_NOW=$((LORELEI_NOW + 30 * 86400)) state)" = "$done" ]
  [ "$(LORELEI_NOW=$((LORELEI_NOW + 31 * 86400)) state)" = "$all" ]
  echo x >>drivers/one.c && git commit -qa --amend --no-edit
  [ "$(state)" = "$all" ]
  [ "$(states)" = 1 ]
  LORELEI_NOW=$((LORELEI_NOW + 31 * 86400)) lorelei prep -q --check >../out
  [ "$(states)" = 1 ]
}

@test "a state that makes no sense is none" {
  a_series 1
  lorelei prep -q --check >../out
  of=$(grep -o '"of":"[0-9a-f]*"' .git/lorelei/preflight/*.json)
  for text in '' '{' '[1]' '{"check": "x"}' '{"check": 1}' '{"check": {"at": -1, '"$of"'}}' '{"check": {"at": 1e300, '"$of"'}}' \
    '{"check": {"at": '"$LORELEI_NOW}}" '{"check": {"at": '"$((LORELEI_NOW + 1)), $of}}"; do
    printf '%s' "$text" >"$(echo .git/lorelei/preflight/*.json)"
    [ "$(info needs-checking)" = True ]
  done
  lorelei prep -q --check >../out
  [ "$(info needs-checking)" = False ]
}

@test "the name of the state is made of patch-ids, as git has them" {
  a_series 2
  printf 'a\0b' >drivers/blob && git mv Kconfig Kbuild && a_commit 'demo: add a blob'
  lorelei prep -q --check >../out
  key=$(for commit in HEAD~2 HEAD~1 HEAD; do
    git diff-tree -p --full-index --no-renames $commit | git patch-id --stable | cut -d' ' -f1
  done | sha1sum | cut -c1-40)
  [[ "$(cat ".git/lorelei/preflight/$key.json")" == "{\"check\":{\"at\":$LORELEI_NOW,\"of\":\""*'"}}' ]]
}

@test "a check that fails takes back one that passed, and another message is another thing to check" {
  a_series 1
  lorelei prep -q --check >../out
  [ "$(info needs-checking)" = False ]
  git commit -q --amend -m 'demo: another title' -m 'Signed-off-by: Ann Author <ann@example.org>'
  [ "$(info needs-checking)" = True ]
  lorelei prep -q --check >../out
  git commit -q --amend --no-edit --author 'Bo Coder <bo@example.org>'
  [ "$(info needs-checking)" = True ]
  git commit -q --amend --no-edit --reset-author && lorelei prep -q --check >../out
  [ "$(info needs-checking)" = False ]
  git config b4.prep-perpatch-check-cmd 'cat >/dev/null; echo "x:1: ERROR: no"'
  run -1 lorelei prep --check
  [ "$(info needs-checking)" = True ]
}

@test "a change of modes is another change than none" {
  a_series 0
  chmod +x drivers/one.c && a_commit 'demo: run it' -m 'Signed-off-by: Ann Author <ann@example.org>'
  lorelei prep -q --check >../out
  chmod -x drivers/one.c && chmod +x Kconfig && git add -A && git commit -q --amend --no-edit
  [ "$(info needs-checking)" = True ]
}

@test "what is needed first has to be checked, too" {
  git config b4.prep-cover-strategy branch-description
  lorelei prep -q -n above && a_patch 1
  key=branch.b4/above.b4-tracking
  git config $key "$(git config $key | sed 's/"revision": *1,/&"prerequisites": ["base-commit: v1"],/')"
  [ "$(info has-prerequisites)" = True ]
  [ "$(info needs-checking-deps)" = True ]
  lorelei prep -q --offline --check-deps >../out
  [ "$(info needs-checking-deps)" = False ]
  GIT_EDITOR='echo "base-commit: v1~0" >' lorelei prep -q --edit-deps
  [ "$(info needs-checking-deps)" = True ]
  lorelei prep -q --offline --check-deps >../out
  git tag -d v1 >/dev/null
  run -1 lorelei prep --offline --check-deps
  [ "$(info needs-checking-deps)" = True ]
  git config b4.prep-pre-flight-checks disable-needs-checking,disable-needs-auto-to-cc,disable-needs-editing
  [ "$(info preflight-checks-failing)" = True ]
}

@test "a message below its --- is seen, also the letter of a patch that goes alone" {
  a_series 0
  echo x >>drivers/one.c && a_commit 'demo: add x' -m '---
It was missing.'
  [ "$(info misplaced-body)" = True ]
  run -1 --separate-stderr lorelei prep --check
  [[ "$output" == *'line 3 of the message is ---, and all that it says stands below, where git am drops it: take that line out'* ]]
  git commit -q --amend -m 'demo: add x' -m 'Signed-off-by: Ann Author <ann@example.org>'
  [ "$(info misplaced-body)" = True ]
  git commit -q --amend -m 'demo: add x' -m 'It was missing.'
  [ "$(info misplaced-body)" = False ]
}

@test "a line --- in a message: which it is, what to do, and that doing it is the end of it" {
  history 10
  a_series 0
  signed='Signed-off-by: Ann Author <ann@example.org>'
  echo x >>drivers/one.c && a_commit 'drivers: one: add x' -m "It was missing.
---
There is more.

$signed"
  run -1 --separate-stderr lorelei prep --check
  [ "$output" = "✗ drivers: one: add x
    line 4 of the message is ---: git am drops what stands below; take that line out or indent it, unless those are notes for the mail
    \"$signed\" is in line 7 of the message, below the --- of line 4, where git am drops it: move it up" ]
  git commit -q --amend -m "$(git log -1 --format=%B | sed 's/^---$/ ---/')"
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ drivers: one: add x' ]
  git commit -q --amend -m 'drivers: one: add x' -m "It was missing.
---
Notes."
  run -1 --separate-stderr lorelei prep --check
  [[ "$output" == *'no Signed-off-by of the author'*': write it above line 4 of the message, "---", if you may'* ]]
  git commit -q --amend -m 'drivers: one: add x' -m "It was missing.

$signed
---
Notes.

Cc: Zoe <zoe@example.org>"
  run -0 --separate-stderr lorelei prep --check
  [ "$output" = '✓ drivers: one: add x' ]
  git commit -q --amend -m 'drivers: one: add x' -m "It was missing:
Index: one
$signed"
  run -1 --separate-stderr lorelei prep --check
  [[ "$output" == *'line 4 of the message, "Index: one", is the beginning of a patch for git am: indent it'* ]]
}

@test "each can be disabled, also by the tree" {
  a_series 1
  git config b4.prep-pre-flight-checks disable-needs-auto-to-cc
  [ "$(info preflight-checks-failing)" = True ]
  git config b4.prep-pre-flight-checks 'disable-needs-auto-to-cc, disable-needs-checking'
  [ "$(info preflight-checks-failing)" = False ]
  [ "$(info needs-checking)" = True ]
  git config b4.prep-pre-flight-checks disable-all
  [ "$(info preflight-checks-failing)" = False ]
  git config --unset b4.prep-pre-flight-checks
  [ "$(info preflight-checks-failing)" = True ]
  printf '[b4]\n\tprep-pre-flight-checks = disable-all\n' >.b4-config
  [ "$(info preflight-checks-failing)" = False ]
}

@test "send tells what was not done, and goes on if it may not ask" {
  a_series 1
  program
  run -0 --separate-stderr lorelei send --no-sign --preview-to zoe@example.org --yes
  [[ "$stderr" == *'needs-checking: '*'lorelei prep --check'* ]]
  for option in '-o ../out' -d '--reflect --yes'; do
    git config sendemail.b4-really-reflect-via "$HOME/sendmail"
    # shellcheck disable=SC2086  # two words
    run -0 --separate-stderr lorelei send --no-sign $option
    [[ "$stderr" != *needs-checking* ]]
  done
  run -2 --separate-stderr lorelei send --no-sign </dev/null
  [[ "$stderr" == *'needs-auto-to-cc: '*'lorelei prep --auto-to-cc'*'needs-checking: '*'--yes'* ]]
  run -0 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'needs-checking: '*'1 mail is sent'* ]]
  [ "$(lorelei prep --show-revision)" = v2 ]
}

@test "send says nothing of what was done" {
  a_series 1
  program
  lorelei prep -q --check >../out
  git config b4.prep-pre-flight-checks disable-needs-auto-to-cc
  run -0 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" != *'Before it is sent'* ]]
  run -0 lorelei send --no-sign --resend --yes
  [[ "$output" != *'Before it is sent'* ]]
}

@test "at a terminal send asks" {
  need script
  a_series 1
  program
  echo n | TERM=xterm script -qec 'lorelei send --no-sign' typescript >/dev/null || true
  grep -q 'Send all the same? ' typescript
  refute grep -q 'Send them?' typescript
  [ ! -e "$HOME/taken" ]
  printf 'y\ny\n' | TERM=xterm script -qec 'lorelei send --no-sign' typescript >/dev/null
  grep -q 'Send them?' typescript
  [ -s "$HOME/taken" ]
}
