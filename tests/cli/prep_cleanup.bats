#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Branches that are done: archived, and only then deleted.
load common
load prepared

setup_here() { settings && a_tree; }

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
