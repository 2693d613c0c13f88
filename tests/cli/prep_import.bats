#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Series that were posted: a branch again, or known as sent.
load common
load prepared

setup_here() { settings && a_tree; }

@test "what was sent by other means is tagged, and the next revision begins" {
  a_series 2
  posted >../mbox
  id=$(id_of ../mbox) change=$(info change-id)
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$id"
  [[ "$stderr" == *"Tagged sent/$change-v1"*'The next one is v2'* ]]
  [ "$(info revision)" = 2 ]
  [[ "$(info series-v1)" == "$(git rev-parse --short=12 v1)..$(git rev-parse --short=12 "sent/$change-v1^{}") $id" ]]
  [ "$(git rev-list --count v1.."sent/$change-v1")" = 2 ]
  git cat-file tag "sent/$change-v1" | sed 1,5d >../letter
  [ "$(sed -n '1p;3p' ../letter)" = 'demo: some lines
They are needed.' ]
  grep -qx "base-commit: $(git rev-parse v1)" ../letter
  grep -qx "change-id: $change" ../letter
  git log -1 --format=%B HEAD~2 | grep -qxF -e "- Link to v1: https://patch.msgid.link/$id"
  old=$(git rev-parse HEAD)
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$id"
  [[ "$stderr" == *'written down as sent already'* ]]
  [ "$(git rev-parse HEAD)" = "$old" ]
}

@test "mails without a change-id are known by what they change, or by their titles" {
  a_series 2
  by_git >../mbox
  id=$(id_of ../mbox)
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$id"
  [[ "$stderr" != *WARNING* ]]
  [ "$(info revision)" = 2 ]
  git cat-file tag "sent/$(info change-id)-v1" | grep -qx '# not a note'
  run -0 lorelei prep --compare-to v1
}

@test "another series, or another revision, is not taken, and it is said what differs" {
  a_series 2
  by_git >../mbox
  id=$(id_of ../mbox) change=$(info change-id)
  git commit -q --amend -m 'demo: another title'
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$id"
  [[ "$stderr" == *'WARNING: patch 2 was posted as "demo: add line 2", and is "demo: another title"'* ]]
  git tag -d "sent/$change-v1" >/dev/null && git reset -q --hard refs/original/b4/two-lines
  echo more >>drivers/one.c && git commit -qa --amend --no-edit && tip=$(git rev-parse HEAD)
  run -6 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$id"
  [[ "$stderr" == *'patch 2 was posted as "demo: add line 2", and is "demo: another title" on the branch'* ]]
  [ -z "$(git tag -l 'sent/*')" ]
  [ "$(git rev-parse HEAD)" = "$tip" ]
  posted | sed "s/change-id: .*/change-id: 20260101-other-0123456789ab/" >../mbox
  run -6 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$(id_of ../mbox)"
  [[ "$stderr" == *"its change-id is 20260101-other-0123456789ab, that of the branch $change"* ]]
  lorelei prep -q --force-revision 2 && posted >../mbox && lorelei prep -q --force-revision 1
  run -6 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$(id_of ../mbox)"
  [[ "$stderr" == *'the branch is at v1'*'--force-revision 2'* ]]
}

@test "with the same change-id what differs is a warning" {
  a_series 2
  posted >../mbox
  echo more >>drivers/one.c && git commit -qa --amend --no-edit
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$(id_of ../mbox)"
  [[ "$stderr" == *'WARNING: patch 2, "demo: add line 2", changes something else on the branch'* ]]
}

@test "a kill between the steps does no harm" {
  a_series 1
  posted >../mbox
  change=$(info change-id)
  lorelei prep -q -m ../mbox --manual-reroll "$(id_of ../mbox)"
  tag=$(git rev-parse "sent/$change-v1")
  git reset -q --hard refs/original/b4/two-lines  # the tag is there, the branch as it was
  run -0 --separate-stderr lorelei prep -m ../mbox --manual-reroll "$(id_of ../mbox)"
  [ "$(git rev-parse "sent/$change-v1")" = "$tag" ]
  [ "$(info revision)" = 2 ]
}

@test "a posted series is a branch again, with what was tracked" {
  a_series 2
  lorelei prep -q --set-prefixes RFC
  posted >../mbox
  id=$(id_of ../mbox) change=$(info change-id)
  git checkout -q master && git commit -q --allow-empty -m later
  git branch -qm b4/two-lines aside
  echo dirty >>Kconfig
  run -0 --separate-stderr lorelei prep -m ../mbox -F "$id"
  [[ "$stderr" == *'Created new branch b4/two-lines: 2 patches'*'the next one is v2'* ]]
  [ "$(git symbolic-ref HEAD)" = refs/heads/b4/two-lines ]
  [ "$(git diff --name-only)" = Kconfig ]
  [ "$(info change-id)" = "$change" ]
  [ "$(info revision)" = 2 ]
  [ "$(info prefixes)" = RFC ]
  [ "$(info base-commit)" = "$(git rev-parse v1)" ]
  [ "$(info cover-subject)" = 'demo: some lines' ]
  [ "$(info needs-editing)" = True ]
  [ "$(info series-v1)" = "$(git rev-parse --short=12 v1)..$(git rev-parse --short=12 "sent/$change-v1^{}") $id" ]
  git diff --quiet aside HEAD
  [ "$(git log --format=%an:%s%n%b -2)" = "$(git log --format=%an:%s%n%b -2 aside)" ]
  # What was posted can be compared with, as if it had been sent from here.
  [ "$(git log --format=%s "v1..sent/$change-v1")" = "$(printf 'demo: add line %s\n' 2 1)" ]
  [[ "$(lorelei prep -q --compare-to v1)" == '1:  '*' = 1:  '*'2:  '*' = 2:  '* ]]
  git stash -q && echo more >>drivers/one.c && git commit -qa --amend --no-edit
  [[ "$(lorelei prep -q --compare-to v1)" == *'2:  '*' ! 2:  '*'+more'* ]]
  git reset -q --hard HEAD@{1} && git stash pop -q
  git log -1 --format=%B HEAD~2 >../cover
  [ "$(sed -n '1p;3p;4p' ../cover)" = "demo: some lines
EDITME: Imported from https://patch.msgid.link/$id
        Please review before sending." ]
  grep -qx 'They are needed.' ../cover
  grep -qx 'To: Mia Maintainer <mia@example.com>' ../cover
  refute grep -q 'file changed\|base-commit' ../cover
  run -6 lorelei prep -m ../mbox -F "$id"
  run -0 lorelei prep -m ../mbox -F "$id" -n again
  [ "$(git symbolic-ref HEAD)" = refs/heads/b4/again ]
}

@test "a series that carries nothing is remembered by its thread" {
  a_series 2
  by_git >../mbox
  id=$(id_of ../mbox)
  git checkout -q master
  sed -i 's/demo: some lines/demo: some lines that nobody could do without/' ../mbox
  run -0 --separate-stderr lorelei prep -m ../mbox -F "$id"
  [ "$(git symbolic-ref HEAD)" = refs/heads/b4/demo-some-lines ]
  [ "$(info revision)" = 2 ]
  git log -1 --format=%B HEAD~2 >../cover
  grep -qF "\"from-thread\": \"$id\"" ../cover
  grep -qx '>#.not a note' ../cover
  refute grep -q 'Ann Author (2)' ../cover
  [ "$(git log -1 --format=%s)" = 'demo: add line 2' ]
  [[ "$(lorelei prep -q --compare-to v1)" == '1:  '*' = 1:  '*'2:  '*' = 2:  '* ]]
}

@test "a letter that quotes the line above the tracking is one" {
  a_series 2
  posted | sed 's/^They are needed.$/> --- b4-submit-tracking ---\n--- b4-submit-tracking ---\n{"series": {"revision": 9, "change-id": "x-y-z"}}/' >../mbox
  change=$(info change-id)
  git checkout -q master
  lorelei prep -q -m ../mbox -F "$(id_of ../mbox)" -n again
  [ "$(info change-id)" = "$change" ]
  [ "$(info revision)" = 2 ]
  git log -1 --format=%B HEAD~2 | grep -qxF '> --- b4-submit-tracking ---'
  git log -1 --format=%B HEAD~2 | grep -qxF '>--- b4-submit-tracking ---'
  GIT_EDITOR='sed -i "s/EDITME.*/Hm/"' lorelei prep -q --edit-cover
}

@test "in every place for the cover a posted series finds its base" {
  a_series 1
  posted >../mbox
  git checkout -q master
  for strategy in tip-commit branch-description; do
    git config b4.prep-cover-strategy $strategy
    lorelei prep -q -m ../mbox -F "$(id_of ../mbox)" -n $strategy
    [ "$(info cover-strategy)" = $strategy ]
    [ "$(info base-commit)" = "$(git rev-parse v1)" ]
    [ "$(info cover-subject)" = 'demo: add line 1' ]
    git checkout -q master
  done
}

@test "what does not apply, or would overwrite a file, changes nothing" {
  a_series 2
  echo new >drivers/two.c && git add . && git commit -qm 'demo: another file' -m 'Signed-off-by: Ann Author <ann@example.org>'
  posted >../mbox
  git checkout -q master
  printf 'x\ny\n' >drivers/one.c && git commit -qam other
  refs=$(git for-each-ref) before=$(untouched)
  run -6 --separate-stderr lorelei prep -m ../mbox -F "$(id_of ../mbox)" -n again -f master
  [[ "$stderr" == *'patch 1 of 3'*'nothing was changed'* ]]
  [ "$(git for-each-ref)" = "$refs" ]
  echo mine >drivers/two.c && echo two.c >drivers/.gitignore && before=$(untouched)
  run -6 --separate-stderr lorelei prep -m ../mbox -F "$(id_of ../mbox)" -n again
  [[ "$stderr" == *two.c* ]]
  [ "$(git for-each-ref)" = "$refs" ]
  [ "$(untouched)" = "$before" ]
}

@test "what others put into the header of a mail does no harm" {
  a_series 2
  posted >../mbox
  field() { printf '{"series":{"revision":1,"change-id":"a-b-c","prefixes":["ok","]x["],"presubject":"bad","base-branch":"--x","prerequisites":["rm -rf","change-id: q:v2"]}}' | gzip | base64 -w0; }
  awk -v field="$(field)" '/^X-B4-Tracking/ {print "X-B4-Tracking: v=1; b=" field; skip=1; next} /^ / && skip {next} {skip=0; print}' ../mbox >../evil
  git checkout -q master
  lorelei prep -q -m ../evil -F "$(id_of ../mbox)" -n evil
  [ "$(info prefixes)" = ok ]
  [ "$(info change-id)" = a-b-c ]
  git log -1 --format=%B HEAD~2 >../cover
  refute grep -q 'rm -rf\|--x\|"bad"' ../cover
  git checkout -q master
  branch=b4/two-lines
  field() {  # what only its sender knows; and a base that means something else here
    printf '{"series":{"revision":1,"change-id":"a-b-c","mine":"%s","prerequisites":["base-commit: %s","base-commit: %s"]},"more":1}' \
      "$(head -c 200000 /dev/zero | tr '\0' x)" "$branch" "$(git rev-parse v1)" | gzip | base64 -w0
  }
  awk -v field="$(field)" '/^X-B4-Tracking/ {print "X-B4-Tracking: v=1; b=" field; skip=1; next} /^ / && skip {next} {skip=0; print}' ../mbox >../evil
  lorelei prep -q -m ../evil -F "$(id_of ../mbox)" -n large
  git log -1 --format=%B HEAD~2 >../cover
  [ "$(wc -c <../cover)" -lt 2000 ]
  [ "$(grep base-commit ../cover | tr -d ' ')" = "\"base-commit:$(git rev-parse v1)\"" ]
  git checkout -q master
  field() { head -c 50000000 /dev/zero | gzip | base64 -w0; }
  awk -v field="$(field)" '/^X-B4-Tracking/ {print "X-B4-Tracking: v=1; b=" field; skip=1; next} /^ / && skip {next} {skip=0; print}' ../mbox >../evil
  lorelei prep -q -m ../evil -F "$(id_of ../mbox)" -n bomb
  refute [ "$(info change-id)" = a-b-c ]
}

@test "killed anywhere, a new branch has its series, or is made by the next run" {
  git config b4.prep-cover-strategy branch-description
  a_series 1
  posted >../mbox
  git checkout -q master && git branch -qD b4/two-lines
  cp -r .git ../before
  n=0 killed=1
  while [ $killed = 1 ]; do
    n=$((n + 1)) killed=1
    rm -rf .git && cp -r ../before .git && git reset -q --hard
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" prep -q -m ../mbox -F "$(id_of ../mbox)" >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete
    if git rev-parse -q --verify refs/heads/b4/two-lines >/dev/null; then
      [ "$(lorelei prep --show-info b4/two-lines:revision)" = 2 ] || { echo "killed at $n" && false; }
    else
      git reset -q --hard
      lorelei prep -q -m ../mbox -F "$(id_of ../mbox)" 2>../said || { cat ../said && echo "killed at $n" && false; }
    fi
  done
  [ "$n" -gt 2 ]
}

@test "a branch that could not be made leaves no configuration" {
  git config b4.prep-cover-strategy branch-description
  git branch -q b4 && config=$(git config --local --list)
  run --separate-stderr lorelei prep -n x
  [ "$status" -ne 0 ]
  [ "$(git config --local --list)" = "$config" ]
}

@test "killed anywhere, what was sent by other means is written down by the next run" {
  a_series 1
  posted >../mbox
  id=$(id_of ../mbox) change=$(info change-id)
  cp -r .git ../before
  n=0 killed=1
  while [ $killed = 1 ]; do
    n=$((n + 1)) killed=1
    rm -rf .git && cp -r ../before .git
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" prep -q -m ../mbox --manual-reroll "$id" >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete
    lorelei prep -q -m ../mbox --manual-reroll "$id" 2>../said || { cat ../said && echo "killed at $n" && false; }
    [ "$(info revision)" = 2 ]
    git rev-parse -q --verify "sent/$change-v1" >/dev/null
  done
  [ "$n" -gt 3 ]
}
