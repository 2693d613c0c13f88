#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a series needs before it.
load common
load prepared

setup_here() { settings && a_tree; }

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
