#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Series that were posted, what a series needs first, and branches that are done.
load common
load prepared

setup_here() { settings && a_tree; }

mbox_of() {  # MAILS
  for mail in "$@"; do
    echo 'From mboxrd@z Thu Jan  1 00:00:00 1970' && sed 's/^>*From />&/' "$mail" && echo
  done
}
posted() { rm -rf ../out && lorelei send -q --no-sign -o ../out >/dev/null && mbox_of ../out/*; }
by_git() {  # as git send-email would have sent it: nothing of ours is in it
  local base
  base=$(info start-commit)
  rm -rf ../out && git format-patch -q --cover-letter --thread=shallow -o ../out "$base" &&
    sed -i 's/\*\*\* SUBJECT HERE \*\*\*/demo: some lines/; s/\*\*\* BLURB HERE \*\*\*/They are needed.\n\n# not a note/' ../out/0000* &&
    mbox_of ../out/*
}
id_of() { sed -n 's/^Message-I[Dd]: <\(.*\)>/\1/p' "$1" | head -n 1; }

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

edit_deps() { GIT_EDITOR="printf '%s\n' $(printf "'%s' " "$@") >" lorelei prep --edit-deps; }
a_needed_series() {  # what another needs first, sent from here as v1
  lorelei prep -q -n needed -f v1
  GIT_EDITOR='printf "demo: needed\n\nWhy.\n\nTo: Mia <mia@example.com>\n" >' lorelei prep -q --edit-cover
  for file in x y; do
    echo $file >drivers/$file.c && git add . && git commit -qm "demo: add $file" -m 'Signed-off-by: Ann Author <ann@example.org>'
  done
  needed=$(info change-id)
  posted >../needed.mbox && needed_id=$(id_of ../needed.mbox)
}
a_tag_of_it() { lorelei prep -q -m ../needed.mbox --manual-reroll "$needed_id"; }
an_archive() {  # NAME MBOX
  lorelei archive import -q --new "$1" "$2"
  lorelei archive index -q "$1"
}
patch_ids() { git log --reverse -p "$1" | git patch-id --stable | cut -d' ' -f1; }

@test "what a series needs first is edited, and wrong lines are refused with the text kept" {
  a_series 1
  old=$(git rev-parse HEAD)
  run -2 --separate-stderr edit_deps 'change-id: x'
  [[ "$stderr" == *'no line of that kind'*'your text is in'*PREP_DEPENDENCIES* ]]
  [ "$(git rev-parse HEAD)" = "$old" ]
  [ "$(cat .git/PREP_DEPENDENCIES)" = 'change-id: x' ]
  rm .git/PREP_DEPENDENCIES
  run -3 --separate-stderr edit_deps 'base-commit: nowhere'
  rm .git/PREP_DEPENDENCIES
  run -2 --separate-stderr edit_deps 'base-commit: v1' 'base-commit: master'
  rm .git/PREP_DEPENDENCIES
  before=$(untouched)
  run -0 --separate-stderr edit_deps '# a note' 'base-commit: v1' '' 'message-id: <a@x>' 'change-id:  20260101-x-0123456789ab:v3' \
    'patch-id: 5FF3F7A5E2F6D1B1EE4BCB4FB1D44CD2A1BA5C1C'
  [ "$(untouched)" = "$before" ]
  git log -1 --format=%B HEAD~1 | grep -A 6 '"prerequisites"' >../deps
  [ "$(grep -o '"[a-z]*-[a-z]*: [^"]*"' ../deps)" = '"base-commit: v1"
"message-id: a@x"
"change-id: 20260101-x-0123456789ab:v3"
"patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c"' ]
  GIT_EDITOR='cp "$1" ../shown; true' run -0 --separate-stderr lorelei prep --edit-deps
  [[ "$stderr" == *unchanged* ]]
  GIT_EDITOR=: lorelei prep --edit-deps
  run -0 --separate-stderr edit_deps ''
  [ "$(info has-prerequisites)" = False ]
  run -2 lorelei prep --check-deps
}

@test "mails say what is needed first, with its patches where they are known" {
  a_needed_series && a_tag_of_it
  git checkout -q -b base v1 && git commit -q --allow-empty -m base
  lorelei prep -q -n two-lines -f base
  a_patch 1 && a_patch 2
  edit_deps "change-id: $needed:v1" 'change-id: 20260101-unknown-0123456789ab:v1' 'message-id: nobody@x' \
    'patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c' 'base-commit: v1'
  lorelei send -q --no-sign -o ../mails
  sed -n '/^base-commit/,/^$/p' ../mails/0000* >../lines
  diff ../lines - <<END
base-commit: $(git rev-parse v1)
change-id: $(info change-id)
prerequisite-change-id: $needed:v1
$(patch_ids "v1..sent/$needed-v1" | sed 's/^/prerequisite-patch-id: /')
prerequisite-change-id: 20260101-unknown-0123456789ab:v1
prerequisite-message-id: nobody@x
prerequisite-patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c

END
  run -0 --separate-stderr lorelei prep -p ../patches
  [[ "$stderr" == *'not named, change-id: 20260101-unknown-0123456789ab:v1: neither a tag'*'not named, message-id: nobody@x: '* ]]
  [[ "$stderr" != *"$needed"* ]]
  # The tag keeps what the patches are really on.
  posted >../mbox
  lorelei prep -q -m ../mbox --manual-reroll "$(id_of ../mbox)"
  git cat-file tag "sent/$(info change-id)-v1" >../letter
  grep -qx "base-commit: $(git rev-parse base)" ../letter
  grep '^prerequisite-' ../letter | diff - <(grep '^prerequisite-' ../lines)
}

@test "without a tag the patches come from archives here" {
  a_needed_series
  an_archive arch ../needed.mbox
  ids=$(patch_ids "$(info series-range)")
  lorelei prep -q -n two-lines -f v1 && a_patch 1
  for line in "change-id: $needed:v1" "message-id: $needed_id"; do
    edit_deps 'base-commit: v1' "$line"
    lorelei send -q --no-sign -o ../mails
    sed -n "/^prerequisite-${line%%:*}/,/^\$/p" ../mails/0001* >../lines
    diff ../lines - <<END
prerequisite-$line
$(sed 's/^/prerequisite-patch-id: /' <<<"$ids")

END
  done
}

@test "what is needed first is looked for, and all of it tried" {
  a_needed_series && a_tag_of_it
  lorelei prep -q -n two-lines -f v1
  echo a >drivers/own.c && git add . && git commit -qm 'demo: own' -m 'Signed-off-by: Ann Author <ann@example.org>'
  before=$(untouched) refs=$(git for-each-ref)
  edit_deps "change-id: $needed:v1"
  run -1 --separate-stderr lorelei prep --offline --check-deps
  [[ "$output" == '✗ base-commit: none is named'* ]]
  edit_deps 'base-commit: v1' "change-id: $needed:v1"
  run -0 --separate-stderr lorelei prep --offline --check-deps
  [ "$output" = "✓ base-commit: v1
✓ change-id: $needed:v1: \"demo: needed\", 2 patches, sent from here (sent/$needed-v1)
✓ 2 patches needed first and 1 of the series apply to $(git rev-parse --short=12 v1)" ]
  [ "$(untouched)" = "$before" ]
  edit_deps 'base-commit: v1' "change-id: $needed:v2" 'message-id: nobody@x' 'patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c'
  run -1 --separate-stderr lorelei prep --offline --check-deps
  [ "$output" = "✓ base-commit: v1
✗ change-id: $needed:v2: it is nowhere to be found
✗ message-id: nobody@x: it is nowhere to be found
✗ patch-id: 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c: it is nowhere to be found" ]
  # It does not apply.
  echo clash >drivers/x.c && git add . && git commit -qm 'demo: clash'
  edit_deps 'base-commit: v1' "change-id: $needed:v1"
  run -1 --separate-stderr lorelei prep --offline --check-deps
  [[ "$output" == *'✗ patch 2 of the series does not apply on top of them'* ]]
}

@test "a newer revision, and one that is not whole, are told" {
  a_needed_series
  { cat ../needed.mbox; sed 's/\[PATCH/[PATCH v2/; s/-v1-/-v2-/' ../needed.mbox; } >../two.mbox
  an_archive arch ../two.mbox
  lorelei prep -q -n two-lines -f v1 && a_patch 1
  edit_deps 'base-commit: v1' "change-id: $needed:v1"
  run -0 --separate-stderr lorelei prep --offline --check-deps
  [[ "$output" == *"● change-id: $needed:v1: \"[PATCH 0/2] demo: needed\", 2 patches, by Ann Author <ann@example.org>, <$needed_id>; there is v2"* ]]
  edit_deps 'base-commit: v1' "change-id: $needed:v2"
  run -0 --separate-stderr lorelei prep --offline --check-deps
  awk '/^From mboxrd/ {n++} n != 3' ../needed.mbox >../part.mbox
  edit_deps 'base-commit: v1' "message-id: $needed_id"
  run -1 --separate-stderr lorelei prep -m ../part.mbox --check-deps
  [[ "$output" == *"✗ message-id: $needed_id: "*'1 patch missing'* ]]
}

@test "single patches that are needed, and what the base has already" {
  a_needed_series
  an_archive arch ../needed.mbox
  mapfile -t ids < <(patch_ids "$(info series-range)")
  first=$(git rev-parse HEAD~1)
  lorelei prep -q -n two-lines -f v1 && a_patch 1
  edit_deps 'base-commit: v1' "patch-id: ${ids[1]}"
  run -0 --separate-stderr lorelei prep --offline --check-deps
  [[ "$output" == *"✓ patch-id: ${ids[1]}: \"[PATCH 2/2] demo: add y\", 1 patch, by Ann"*'1 patch needed first'* ]]
  edit_deps "base-commit: $first" "change-id: $needed:v1"
  run -0 --separate-stderr lorelei prep --offline --check-deps
  [[ "$output" == *'; the base has 1 of them'*'1 patch needed first and 1 of the series apply'* ]]
}

a_sent_series() {  # NAME
  lorelei prep -q -n "$1" -f v1
  GIT_EDITOR="printf 'demo: $1\n\nWhy.\n\nTo: Mia <mia@example.com>\n' >" lorelei prep -q --edit-cover
  echo "$1" >"drivers/$1.c" && git add . && git commit -qm "demo: add $1" -m 'From here on it is there.' -m 'Signed-off-by: Ann Author <ann@example.org>'
  posted >../mbox && lorelei prep -q -m ../mbox --manual-reroll "$(id_of ../mbox)"
}
archived() { echo "$HOME/.local/share/b4/prep-archived/$1.tar.gz"; }

@test "what was sent is listed, archived, and only then deleted" {
  a_sent_series one
  id=$(info change-id) tip=$(git rev-parse HEAD^{tree})
  git config branch.b4/one.remote .
  lorelei prep -q -n unsent -f v1
  a_sent_series two
  run -0 --separate-stderr lorelei prep --cleanup
  [ "$output" = 'b4/one  v1 sent 2026-11-20
b4/two  v1 sent 2026-11-20  (checked out)' ]
  run -2 --separate-stderr lorelei prep --cleanup one </dev/null
  [[ "$stderr" == *"sent/$id-v1"*"$id.tar.gz"*--yes* ]]
  run -1 --separate-stderr lorelei prep --cleanup -y b4/two
  [[ "$stderr" == *'it is checked out'* ]]
  git rev-parse -q --verify b4/two
  run -0 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *"Archived: $(archived "$id")"*'Deleted the branch b4/one'* ]]
  refute git rev-parse -q --verify refs/heads/b4/one
  [ -z "$(git tag -l "sent/$id-v1")" ]
  refute git config --get-regexp '^branch\.b4/one\.'
  git config branch.b4/two.b4-prep-cover-strategy
  tar -tzf "$(archived "$id")" >../names
  diff ../names - <<END
$id/cover.txt
$id/tracking.js
$id/patches.mbx
$id/sent/patches-v1.cover
$id/sent/patches-v1.mbx
END
  mkdir ../un && tar -xzf "$(archived "$id")" -C ../un
  grep -q '"change-id": "'"$id" ../un/$id/tracking.js
  grep -q 'Changes in v2' ../un/$id/cover.txt
  refute grep -q 'Changes in v2' ../un/$id/sent/patches-v1.cover
  for mbox in patches sent/patches-v1; do
    git checkout -q --detach v1 && git am -q --patch-format=mboxrd ../un/$id/$mbox.mbx
    [ "$(git rev-parse HEAD^{tree})" = "$tip" ]
    [ "$(git log -1 --format=%b | head -n 1)" = 'From here on it is there.' ]
  done
}

@test "what is archived is whole, whatever is set for patches that one looks at" {
  a_sent_series one
  id=$(info change-id)
  git update-index --add --cacheinfo "160000,$(git rev-parse v1),module" && git commit -qm 'demo: a module'
  printf '[submodule "module"]\n\tpath = module\n\turl = ./x\n\tignore = all\n' >.gitmodules
  git add .gitmodules && git commit -qm 'demo: say where it is from'
  git update-index --cacheinfo "160000,$(git rev-parse HEAD),module" && git commit -qm 'demo: another module' --allow-empty
  seq 40 >drivers/long.c && git add drivers && git commit -qm 'demo: long'
  sed -i 's/^20$/&x/' drivers/long.c && git commit -qam 'demo: grün'
  tip=$(git rev-parse 'HEAD^{tree}') && git checkout -q master
  cp -r .git ../before && lorelei prep -q -y --cleanup one
  tar -xzOf "$(archived "$id")" "$id/patches.mbx" >../plain
  [ "$(grep -c '^Subject: ' ../plain)" = 6 ]
  rm -rf .git "$(archived "$id")" && mv ../before .git
  for setting in diff.ignoreSubmodules=all diff.submodule=log diff.context=0 diff.noprefix=true diff.srcPrefix=x/ diff.dstPrefix=y/ \
    diff.mnemonicPrefix=true diff.interHunkContext=9 diff.algorithm=patience diff.renames=false diff.suppressBlankEmpty=true \
    format.noprefix=true format.signOff=true format.attach=x format.headers='X: y' format.pretty=oneline format.from=true \
    i18n.logOutputEncoding=ISO-8859-1 format.encodeEmailHeaders=false color.ui=always; do
    git config "${setting%%=*}" "${setting#*=}"
  done
  GIT_DIFF_OPTS=-u0 lorelei prep -q -y --cleanup one
  tar -xzOf "$(archived "$id")" "$id/patches.mbx" | diff - ../plain
  rm .git/config && git init -q
  git checkout -q --detach v1 && git am -q --patch-format=mboxrd ../plain
  [ "$(git rev-parse 'HEAD^{tree}')" = "$tip" ]
}

@test "an archive that is there is never overwritten; the same one is taken for done" {
  a_sent_series one
  id=$(info change-id)
  git checkout -q master
  mkdir -p "$(dirname "$(archived "$id")")" && echo mine >"$(archived "$id")"
  run -6 --separate-stderr lorelei prep -y --cleanup one
  [ "$(cat "$(archived "$id")")" = mine ]
  git rev-parse -q --verify b4/one
  git rev-parse -q --verify "sent/$id-v1"
  rm "$(archived "$id")"
  cp -r .git ../before
  lorelei prep -q -y --cleanup one
  sum=$(sha1sum <"$(archived "$id")")
  rm -rf .git && mv ../before .git  # as a kill leaves it
  run -0 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'archived already'* ]]
  [ "$(sha1sum <"$(archived "$id")")" = "$sum" ]
  refute git rev-parse -q --verify refs/heads/b4/one
}

@test "where the archive cannot be written nothing is deleted" {
  a_sent_series one
  id=$(info change-id)
  git checkout -q master && refs=$(git for-each-ref)
  mkdir -p "$HOME/.local/share" && echo file >"$HOME/.local/share/b4"
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [ "$(git for-each-ref)" = "$refs" ]
}

@test "a branch of another work tree, and one with a merge, stay" {
  a_sent_series one
  git checkout -q master && git worktree add -q ../other b4/one
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'it is checked out'* ]]
  git worktree remove ../other
  git checkout -q -b side v1 && git commit -q --allow-empty -m side
  git checkout -q b4/one && git merge -q --no-edit side && git checkout -q master
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'a merge'* ]]
  git rev-parse -q --verify b4/one
}

@test "a copy of a branch does not take the tags of the other" {
  a_sent_series one
  id=$(info change-id)
  git branch b4/one-backup && git checkout -q --detach && refs=$(git for-each-ref)
  for name in one-backup one; do
    run -1 --separate-stderr lorelei prep -y --cleanup $name
    [[ "$stderr" == *'has the same change-id'* ]]
  done
  [ "$(git for-each-ref)" = "$refs" ]
  [ ! -e "$(archived "$id")" ]
  git branch -qD b4/one-backup
  lorelei prep -q -y --cleanup one
  # Also where it is in the description.
  git config b4.prep-cover-strategy branch-description
  git checkout -q master && a_sent_series two
  git branch -q -c b4/two other && git checkout -q master
  run -1 --separate-stderr lorelei prep -y --cleanup two
  [[ "$stderr" == *'other has the same change-id'* ]]
}

@test "a branch that a rebase or a bisection will go back to stays" {
  a_sent_series one
  git checkout -q b4/one
  GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i HEAD~1
  [ "$(git rev-parse --abbrev-ref HEAD)" = HEAD ]
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'it is being rebased'* ]]
  git rebase --abort
  git bisect start HEAD v1 >/dev/null
  git checkout -q --detach
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'it is being bisected'* ]]
  git bisect reset >/dev/null 2>&1 && git checkout -q master
  git worktree add -q --detach ../other b4/one
  (cd ../other && git checkout -q b4/one && GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i HEAD~1)
  run -1 --separate-stderr lorelei prep -y --cleanup one
  [[ "$stderr" == *'it is being rebased'* ]]
  git rev-parse -q --verify b4/one
}

at_terminal() {  # COMMAND: what comes by stdin is typed
  TERM=xterm script -qec "$1" ../typescript >/dev/null
}
until_asked() { for ((i = 0; i < 600; i++)); do grep -q 'y/s/q/N' ../typescript 2>/dev/null && return; sleep 0.05; done; }

@test "what happens in another terminal while it asks counts" {
  need script
  a_sent_series one
  git checkout -q master
  { until_asked && git checkout -q b4/one && echo y; } | at_terminal 'lorelei prep --cleanup one' || true
  grep -q 'it is checked out' ../typescript
  git rev-parse -q --verify HEAD
  git checkout -q master && rm ../typescript
  { until_asked && git branch -qf b4/one b4/one~0 && git tag -f "sent/$(lorelei prep --show-info b4/one:change-id)-v9" v1 && echo y; } |
    at_terminal 'lorelei prep --cleanup one' || true
  grep -q 'it is not as it was shown' ../typescript
  git rev-parse -q --verify b4/one
}

@test "at a terminal commits are shown, and the first quit ends it" {
  need script
  a_sent_series one
  a_sent_series two
  git checkout -q master
  printf 's\nn\nq\n' | LORELEI_NOW=$((LORELEI_NOW + 86400 * 40)) at_terminal 'lorelei prep --cleanup-older-than 30'
  grep -q '[0-9a-f] demo: add one' ../typescript
  [ "$(grep -c 'Left as it is' ../typescript)" = 2 ]
  rm ../typescript
  printf 'q\ny\n' | LORELEI_NOW=$((LORELEI_NOW + 86400 * 40)) at_terminal 'lorelei prep --cleanup-older-than 30'
  [ "$(grep -c 'Left as it is' ../typescript)" = 1 ]
  refute grep -q 'branch   b4/two' ../typescript
  git rev-parse -q --verify b4/one && git rev-parse -q --verify b4/two
}

@test "what is still on its way is not cleaned up" {
  a_series 1
  printf '#!/bin/sh\nexit 75\n' >"$HOME/sendmail" && chmod +x "$HOME/sendmail"
  git config sendemail.smtpserver "$HOME/sendmail"
  run lorelei send -q --no-sign --yes
  [ "$status" -ne 0 ]
  git checkout -q master && refs=$(git for-each-ref)
  run -6 --separate-stderr lorelei prep -y --cleanup two-lines
  [[ "$stderr" == *'is still on its way'*'lorelei send --continue, or --abort'* ]]
  [ "$(git for-each-ref)" = "$refs" ]
  lorelei send -q --abort --yes || lorelei send -q --abort
  lorelei prep -q -y --cleanup two-lines
}

@test "notes of what is archived are in the archive" {
  a_sent_series one
  id=$(info change-id)
  git notes add -m 'ask Rob' HEAD && noted=$(git rev-parse HEAD) && git checkout -q master
  lorelei prep -q -y --cleanup one
  [[ "$(tar -xzOf "$(archived "$id")" "$id/notes.txt")" == "commit $noted"*'ask Rob'* ]]
}

@test "an age counts for branches that are named, too" {
  a_sent_series one
  GIT_COMMITTER_DATE='2026-09-01 12:00:00 +0000' a_sent_series old
  git checkout -q master
  run -0 --separate-stderr lorelei prep -y --cleanup-older-than 30 one old
  [[ "$stderr" == *'Left, v1 sent 2026-11-20: b4/one'*'Deleted the branch b4/old'* ]]
  git rev-parse -q --verify b4/one
  refute git rev-parse -q --verify refs/heads/b4/old
}

@test "what was sent long ago goes one by one" {
  a_sent_series one
  GIT_COMMITTER_DATE='2026-09-01 12:00:00 +0000' a_sent_series old
  git checkout -q master
  run -0 --separate-stderr lorelei prep -y --cleanup-older-than 30
  [[ "$stderr" == *'Deleted the branch b4/old'* ]]
  git rev-parse -q --verify b4/one
  refute git rev-parse -q --verify refs/heads/b4/old
  run -0 --separate-stderr lorelei prep -y --cleanup-older-than 30
  [[ "$stderr" == *'No series was last sent that long ago'* ]]
}

@test "in every place of the cover a series is archived whole" {
  for strategy in tip-commit branch-description; do
    git checkout -q master && git config b4.prep-cover-strategy $strategy
    lorelei prep -q -n "s-$strategy"
    id=$(info change-id)
    [ $strategy = tip-commit ] || a_patch 1
    git checkout -q master
    lorelei prep -q -y --cleanup "s-$strategy"
    rm -rf ../un && mkdir ../un && tar -xzf "$(archived "$id")" -C ../un
    grep -q EDITME "../un/$id/cover.txt"
    [ $strategy = tip-commit ] || grep -q '^Subject: demo: add line 1' "../un/$id/patches.mbx"
    refute git config --get-regexp "^branch\.b4/s-$strategy\."
  done
}

@test "killed anywhere, nothing is deleted that is not archived, and the rest is done by the next run" {
  a_sent_series one
  id=$(info change-id)
  git checkout -q master
  cp -r .git ../before
  lorelei prep -q -y --cleanup one && tar -xzOf "$(archived "$id")" "$id/sent/patches-v1.mbx" >../whole
  n=0 killed=1
  while [ $killed = 1 ]; do
    n=$((n + 1)) killed=1
    rm -rf .git "$(archived "$id")" && cp -r ../before .git
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" prep -q -y --cleanup one >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete
    if git rev-parse -q --verify refs/heads/b4/one >/dev/null; then
      lorelei prep -q -y --cleanup one 2>../said || { cat ../said && echo "killed at $n" && false; }
    fi
    tar -xzOf "$(archived "$id")" "$id/sent/patches-v1.mbx" | cmp -s - ../whole
    refute git rev-parse -q --verify "refs/tags/sent/$id-v1"
  done
  [ "$n" -gt 3 ]
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

@test "a branch that could not be deleted keeps its configuration" {
  git config b4.prep-cover-strategy branch-description
  a_sent_series one
  git checkout -q master && config=$(git config --local --list | sort)
  mkdir ../bin && cat >../bin/git <<END
#!/bin/sh
$(command -v git) "\$@" || exit
case "\$*" in *--remove-section*) touch '$PWD/.git/refs/heads/b4/one.lock' ;; esac
END
  chmod +x ../bin/git
  PATH=$(realpath ../bin):$PATH run -6 --separate-stderr lorelei prep -y --cleanup one
  rm .git/refs/heads/b4/one.lock
  [ "$(git config --local --list | sort)" = "$config" ]
  [ "$(lorelei prep --show-info b4/one:cover-subject)" = 'demo: one' ]
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
