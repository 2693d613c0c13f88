#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A series on a branch: begun, enrolled, its cover in three places, rewritten without a trace in the work tree.
load common
load prepared

setup_here() { settings && a_tree; }

@test "a new series is a branch with an empty commit, and says what is next" {
  run -0 --separate-stderr lorelei prep -n 'Two Lines!' -f v1
  [ -z "$output" ]
  [[ "$stderr" == *'Created new branch b4/two-lines'*'--edit-cover'* ]]
  [ "$(git symbolic-ref HEAD)" = refs/heads/b4/two-lines ]
  [ "$(git rev-parse HEAD~1)" = "$(git rev-parse v1)" ]
  [ -z "$(git diff HEAD~1)" ]
  [[ "$(info change-id)" =~ ^20261121-two-lines-[0-9a-f]{12}$ ]]
  [ "$(info revision)" = 1 ]
  [ "$(info needs-editing)" = True ]
  [ "$(info base-commit)" = "$(git rev-parse v1)" ]
  git log -1 --format=%B | grep -qxF -e '--- b4-submit-tracking ---'
  run -6 lorelei prep -n 'two lines'
}

@test "the cover is edited: messages change, index and files are not touched" {
  a_series 2
  git notes add -m 'a note' HEAD
  before=$(untouched) old=$(git rev-parse HEAD) id=$(info change-id)
  trees=$(git log --format='%T %an %ad %s' -2)
  GIT_EDITOR='sed -i s/needed/wanted/' run -0 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *'Cover letter updated'* ]]
  [ "$(untouched)" = "$before" ]
  [ "$(git log --format='%T %an %ad %s' -2)" = "$trees" ]
  [ "$(info change-id)" = "$id" ]
  git log -1 --format=%B HEAD~2 | grep -q wanted
  [ "$(git rev-parse refs/original/b4/two-lines)" = "$old" ]
  [[ "$(git reflog -1 --format=%gs)" == 'prep: edit the cover letter' ]]
  [ "$(git notes show HEAD)" = 'a note' ]
  GIT_EDITOR=: run -0 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *unchanged* ]]
}

@test "an editor that fails leaves the text, and the branch as it was" {
  a_series 1
  old=$(git rev-parse HEAD)
  GIT_EDITOR='echo mine >"$1"; false' run -1 --separate-stderr lorelei prep --edit-cover
  [ "$(git rev-parse HEAD)" = "$old" ]
  [ "$(cat .git/COVER_EDITMSG)" = mine ]
  GIT_EDITOR=: run -6 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *'remove it'* ]]
}

@test "whoever moves the branch while the letter is edited has moved it" {
  a_series 1
  GIT_EDITOR='git commit -q --allow-empty -m other; sed -i s/needed/x/' run -6 --separate-stderr lorelei prep --edit-cover
  [ "$(git log -1 --format=%s)" = other ]
  git log -1 --format=%B HEAD~2 | grep -q needed
}

@test "whoever changes a description while it is edited has changed it" {
  git config b4.prep-cover-strategy branch-description
  a_series 1
  key=branch.b4/two-lines.b4-tracking
  for option in --edit-cover --edit-deps; do
    GIT_EDITOR="lorelei prep -q --force-revision 7; echo 'base-commit: v1' >" run -6 --separate-stderr lorelei prep $option
    [[ "$stderr" == *'somebody else has changed it'*'your text is in'* ]]
    [ "$(info revision)" = 7 ]
    [ "$(info cover-subject)" = 'demo: some lines' ]
    lorelei prep -q --force-revision 1
    rm -f .git/COVER_EDITMSG .git/PREP_DEPENDENCIES
  done
  GIT_EDITOR="git config branch.b4/two-lines.description other; sed -i s/needed/x/" run -6 lorelei prep --edit-cover
  [ "$(git config branch.b4/two-lines.description)" = other ]
}

@test "commits of others, and merges, are not made anew" {
  a_series 1
  GIT_COMMITTER_EMAIL=mia@example.com GIT_COMMITTER_NAME=Mia a_patch 2
  old=$(git rev-parse HEAD)
  GIT_EDITOR='sed -i s/needed/x/' run -1 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *'committed by Mia <mia@example.com>'*'--claim'* ]]
  [ "$(git rev-parse HEAD)" = "$old" ]
  run -0 --separate-stderr lorelei prep --claim
  [[ "$stderr" == *'1 commit is yours now'* ]]
  [ "$(git log -1 --format=%ce)" = ann@example.org ]
  git checkout -q -b side HEAD~1 && echo x >x && git add x && git commit -qm side
  git checkout -q b4/two-lines && git merge -q --no-edit side
  GIT_EDITOR='sed -i s/needed/x/' run -1 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *'is a merge'* ]]
}

@test "bytes of a commit that are nobody's business stay" {
  a_series 1
  tree=$(git rev-parse HEAD^{tree}) parent=$(git rev-parse HEAD)
  printf 'tree %s\nparent %s\nauthor J\366rg <j@x> 1700000000 -0130\ncommitter Ann Author <ann@example.org> 1700000000 +0000\nencoding ISO-8859-1\nx-odd one\n two\n\ngr\374n\n\n\n' \
    "$tree" "$parent" | git hash-object -t commit -w --stdin >../id
  git reset -q --hard "$(cat ../id)"
  git cat-file commit HEAD | grep -av '^parent\|^committer' >../before
  GIT_EDITOR='sed -i s/needed/x/' lorelei prep -q --edit-cover
  git cat-file commit HEAD | grep -av '^parent\|^committer' | cmp - ../before
  refute [ "$(git rev-parse HEAD)" = "$(cat ../id)" ]
}

@test "what a branch has already becomes a series" {
  git checkout -q -b topic v1 && a_patch 1 && a_patch 2
  tip=$(git rev-parse HEAD^{tree}) before=$(untouched)
  run -0 --separate-stderr lorelei prep -e master
  [[ "$stderr" == *'Enrolled the branch topic: 2 commits'* ]]
  [ "$(untouched)" = "$before" ]
  [ "$(git rev-parse HEAD^{tree})" = "$tip" ]
  [ "$(info base-branch)" = master ]
  [ "$(git log --format=%s -2)" = 'demo: add line 2
demo: add line 1' ]
  run -6 lorelei prep -e master
  git checkout -q -b bare v1
  run -3 lorelei prep -e
  run -2 lorelei prep -e v1
}

@test "in every place the cover is kept and edited" {
  for strategy in commit tip-commit branch-description; do
    git checkout -q master
    git config b4.prep-cover-strategy $strategy
    lorelei prep -q -n "s-$strategy"
    [ $strategy = tip-commit ] || a_patch 1
    GIT_EDITOR='sed -i "1s/.*/demo: $strategy/"' strategy=$strategy lorelei prep -q --edit-cover
    [ "$(info cover-subject)" = "demo: $strategy" ]
    [ "$(info cover-strategy)" = "$strategy" ]
    lorelei prep -q --force-revision 3
    [ "$(lorelei prep --show-revision)" = v3 ]
  done
  [ "$(lorelei prep --show-info b4/s-commit:revision)" = 3 ]
}

@test "revision, prefixes and presubject" {
  a_series 1
  lorelei prep -q --set-prefixes RFC net-next
  [ "$(info prefixes)" = 'RFC net-next' ]
  lorelei prep -q --add-prefixes bpf
  [ "$(info prefixes)" = 'RFC net-next bpf' ]
  lorelei prep -q --set-prefixes ''
  run -3 lorelei prep --show-info prefixes
  run -2 lorelei prep --set-presubject x
  lorelei prep -q --set-presubject '[x]'
  lorelei send -q --no-sign -d | grep -qF '    | Subject: [x] [PATCH] demo: add line 1'
}

@test "a series on top of another needs it" {
  a_series 1
  id=$(info change-id)
  lorelei prep -q -n above
  git log -1 --format=%B | grep -qF "\"change-id: $id:v1\""
  [ "$(info has-prerequisites)" = True ]
}

@test "where there is no series, it is said" {
  run -3 --separate-stderr lorelei prep --show-info
  [[ "$stderr" == *'no cover letter is kept there'*'prep -n NAME'* ]]
  run -2 lorelei prep --edit-cover --show-info
}

@test "of several things at once none is done" {
  a_series 1
  before=$(git for-each-ref)
  for other in --edit-cover '-n other' '--force-revision 3' '--set-prefixes RFC' --show-info '-c' '-p ../out'; do
    # shellcheck disable=SC2086  # two words
    run -2 --separate-stderr lorelei prep -y --cleanup two-lines $other
    [[ "$stderr" == *'several things at once'* ]]
    # shellcheck disable=SC2086
    run -2 lorelei prep -y --cleanup-older-than 30 $other
  done
  run -2 lorelei prep -n other --set-prefixes RFC
  run -2 lorelei prep --check --set-presubject '[x]'
  [ "$(git for-each-ref)" = "$before" ]
}

@test "who gets it: by MAINTAINERS, or by commands of the user's own" {
  printf 'ONE DRIVER\nM:\tOlga One <olga@example.com>\nL:\tone@lists.example.org\nF:\tdrivers/\n' >MAINTAINERS
  git add MAINTAINERS && git commit -qm maintainers
  a_series 2
  before=$(untouched)
  run -0 --separate-stderr lorelei prep -c
  [[ "$stderr" == *'+ To: Olga One <olga@example.com>'*'+ Cc: one@lists.example.org'* ]]
  [ "$(untouched)" = "$before" ]
  [ "$(git log -1 --format=%B HEAD~2 | sed -n '/^To:/,/^Signed/p')" = 'To: Mia Maintainer <mia@example.com>
To: Olga One <olga@example.com>
Cc: list@lists.example.org
Cc: one@lists.example.org
Signed-off-by: Ann Author <ann@example.org>' ]
  run -0 --separate-stderr lorelei prep -c
  [[ "$stderr" == *'Nobody new'* ]]
  git config b4.send-auto-cc-cmd 'cat >/dev/null; echo "Max <max@example.org>"'
  run -0 --separate-stderr lorelei prep --auto-to-cc
  [[ "$stderr" == *'+ Cc: Max <max@example.org>'* ]]
}

@test "what came with the tree finds nobody and checks nothing by itself" {
  mkdir scripts && printf '#!/bin/sh\ntouch ran\n' | tee scripts/get_maintainer.pl >scripts/checkpatch.pl
  chmod +x scripts/* && printf '[b4]\n\tsend-auto-to-cmd = touch ran\n\tprep-perpatch-check-cmd = touch ran\n' >.b4-config
  git add -A && git commit -qm scripts
  a_series 1
  run -3 --separate-stderr lorelei prep --auto-to-cc
  run -0 --separate-stderr lorelei prep --check
  [[ "$stderr" == *'checkpatch.pl of this tree was not run'*lorelei.check.tree* ]]
  [ ! -e ran ]
}

@test "each patch is handed to the check commands" {
  a_series 2
  git config --add b4.prep-perpatch-check-cmd 'grep -q "^+line 1" && echo "x:1: WARNING: hm"; true'
  run -0 lorelei prep --check
  [ "$output" = '● demo: add line 1
    x:1: WARNING: hm
✓ demo: add line 2' ]
  git config --add b4.prep-perpatch-check-cmd 'grep -q "^+line 2" && echo "x:1: ERROR: bad"; true'
  run -1 --separate-stderr lorelei prep --check
  [[ "$output" == *'✗ demo: add line 2'*'ERROR: bad'* ]]
  [[ "$stderr" == *'1 of 2 patches have failures'* ]]
}

@test "patches as files" {
  a_series 2
  run -0 lorelei prep -p ../patches
  [ "$(ls ../patches)" = '0000-demo-some-lines.patch
0001-demo-add-line-1.patch
0002-demo-add-line-2.patch' ]
  run -6 lorelei prep -p ../patches
}

@test "with nothing to claim, nothing moves" {
  git config b4.prep-cover-strategy branch-description
  lorelei prep -q -n foo
  old=$(git rev-parse HEAD)
  run -0 --separate-stderr lorelei prep --claim
  [[ "$stderr" == *'yours already'* ]]
  [ "$(git rev-parse HEAD)" = "$old" ]
}

@test "what could not be read again is not written" {
  a_series 1
  run -2 lorelei prep --force-revision 10000
  GIT_EDITOR='head -c 1100000 /dev/zero | tr "\0" x >' run -1 --separate-stderr lorelei prep --edit-cover
  [[ "$stderr" == *'your text is in'*COVER_EDITMSG* ]]
  [ "$(info revision)" = 1 ]
}

@test "a tracking that is too deep, or odd, is none" {
  a_series 1
  deep=$(head -c 100000 /dev/zero | tr '\0' '[')
  git commit -q --allow-empty -F - <<<"x

--- b4-submit-tracking ---
{\"series\": {\"revision\": 1, \"change-id\": \"a-b-c\", \"x\": $deep"
  run -0 lorelei prep --show-info revision
  [ "$output" = 1 ]
}
