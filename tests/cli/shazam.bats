#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A series out of a thread, applied to the repository here.
load common
load thread_mail

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  export GIT_COMMITTER_DATE='2026-11-21 12:00:00 +0100'
  chain >thread.mbox
  old_tree
  cd tree
  git branch start
}

shazam() { lorelei shazam --no-stdin -m ../thread.mbox "$@"; }
is_clean() { [ -z "$(git status --porcelain)" ] && git fsck --strict --no-progress; }
# What git am makes of the same mails, as commits that can be compared.
by_git_am() {
  git worktree add -q --detach ../by-git start
  lorelei am -q --no-stdin -m ../thread.mbox -o - "$@" | git -C ../by-git am -q --patch-format=mboxrd
  git -C ../by-git rev-parse HEAD
}
conflicting() { echo other >b && git commit -qam 'demo: other'; }

@test "shazam: the branch is where git am would have brought it, and can be brought back" {
  expected=$(by_git_am -sl)
  run --separate-stderr shazam -sl
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'Applying: demo: a
Applying: demo: b'* ]]
  [ "$(git rev-parse HEAD)" = "$expected" ]
  [ "$(git symbolic-ref HEAD)" = refs/heads/main ]
  [ "$(cat a b)" = 'a2
b2' ]
  [ "$(git rev-parse ORIG_HEAD)" = "$(git rev-parse start)" ]
  [ "$(git log -1 -g --format=%gs)" = 'shazam: demo: two' ]
  is_clean
  lorelei shazam --abort
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  [ "$(cat a b)" = 'old
old' ]
  is_clean
  run lorelei shazam --abort
  [ "$status" -eq 3 ]
}

@test "shazam: no process is started" {
  command -v strace >/dev/null || skip 'strace is not installed'
  strace -f -o ../trace -e trace=process "$LORELEI" shazam -q --no-stdin -m ../thread.mbox
  [ "$(git log -1 --format=%s)" = 'demo: b' ]
  grep -E 'execve|fork' ../trace | tail -n +2 | refute grep .
}

@test "shazam: files are created, removed, renamed, and made programs" {
  rm -rf ../by-git
  printf '%s\n' 1 2 3 4 5 >numbers && mkdir d && echo x >d/gone && git add . && git commit -qm more && git branch -f start
  git checkout -qb work
  git mv numbers d2 && echo 6 >>d2 && chmod +x d2 && git rm -q d/gone && mkdir -p n/e && echo new >n/e/w && ln -s d2 link
  printf '\0binary' >blob && git add . && git commit -qm 'demo: all sorts

Signed-off-by: Mia Maintainer <mia@example.org>'
  git format-patch -M --binary --stdout start >../patch
  sed -i '2,$ s/^From /&/; /^Subject/ a Message-ID: <sorts@x>' ../patch
  git checkout -q main
  lorelei shazam -q --no-stdin -m ../patch
  [ "$(git rev-parse HEAD^{tree})" = "$(git rev-parse work^{tree})" ]
  [ -x d2 ] && [ ! -e numbers ] && [ ! -e d ] && [ "$(readlink link)" = d2 ]
  is_clean
  lorelei shazam -q --abort
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  [ ! -e link ] && [ ! -e n ] && [ -e d/gone ]
  is_clean
}

@test "shazam: what is not committed is not touched" {
  echo mine >>a
  run shazam
  [ "$status" -eq 1 ]
  [[ "$output" == *'files are changed and not committed: a'* ]]
  git add a
  run shazam
  [ "$status" -eq 1 ]
  git reset -q --hard
  echo untracked >c
  shazam -q
  [ "$(cat c)" = untracked ]
  git reset -q --hard start
  # A file in the way of one that is created.
  patch new@x '[PATCH] demo: create' '' c made | sed 's,^--- a/c,--- /dev/null,; s/^@@ .*/@@ -0,0 +1 @@/; /^-old$/d; /^diff/ a new file mode 100644' >../thread.mbox
  run shazam
  [ "$status" -eq 6 ]
  [ "$(cat c)" = untracked ]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  rm c
  shazam -q
  [ "$(cat c)" = made ]
}

@test "shazam: a patch that does not apply changes nothing, and says where" {
  conflicting
  before=$(git rev-parse HEAD)
  run shazam
  [ "$status" -eq 6 ]
  [[ "$output" == *'patch 2 of 2, "demo: b"'* ]]
  [[ "$output" == *--resolve* ]]
  [ "$(git rev-parse HEAD)" = "$before" ]
  is_clean
  run shazam --dry-run
  [ "$status" -eq 6 ]
  git reset -q --hard start
  run shazam --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *'All of it applies to'* ]]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
}

@test "shazam: a conflict is resolved in a work tree of its own" {
  conflicting
  before=$(git rev-parse HEAD)
  run shazam --resolve
  [ "$status" -eq 6 ]
  [ "$(git rev-parse HEAD)" = "$before" ]
  is_clean
  place=.git/$(sed -n 's/^tree //p' .git/lorelei-shazam)
  run lorelei shazam --continue
  [ "$status" -eq 6 ]
  [[ "$output" == *'git am is not done there'* ]]
  run shazam
  [ "$status" -eq 1 ]
  [[ "$output" == *--continue* ]]
  (cd "$place" && echo b2 >b && git add b && git am -q --continue)
  lorelei shazam --continue
  [ "$(git log --format=%s -3)" = 'demo: b
demo: a
demo: other' ]
  [ "$(cat a b)" = 'a2
b2' ]
  is_clean
  [ ! -e "$place" ]
  [ "$(git worktree list | wc -l)" = 1 ]
  lorelei shazam --abort
  [ "$(git rev-parse HEAD)" = "$before" ]
}

@test "shazam: a conflict is given up" {
  conflicting
  before=$(git rev-parse HEAD)
  run shazam --resolve
  place=.git/$(sed -n 's/^tree //p' .git/lorelei-shazam)
  lorelei shazam --abort
  [ ! -e "$place" ]
  [ "$(git rev-parse HEAD)" = "$before" ]
  [ "$(git worktree list | wc -l)" = 1 ]
  is_clean
}

@test "shazam --abort: nobody is thanked for what was undone" {
  shazam -q
  [[ "$(lorelei ty)" == *'demo: two'* ]]
  lorelei shazam -q --abort
  run -0 --separate-stderr lorelei ty
  [ "$stderr" = 'Nobody is to be thanked' ]
  # What am has made ready before stays known.
  lorelei am -q --no-stdin -m ../thread.mbox -o - >/dev/null
  shazam -q
  lorelei shazam -q --abort
  [[ "$(lorelei ty)" == *'demo: two'* ]]
  conflicting
  run -6 shazam --resolve
  lorelei shazam -q --abort
  [[ "$(lorelei ty)" == *'demo: two'* ]]
}

@test "shazam -M: files in conflict are said, with the status for it" {
  echo mine >a && git commit -qam 'demo: mine'
  run -6 --separate-stderr shazam -M --merge-base start </dev/null
  [[ "$stderr" == *"cannot merge the series 'demo: two': git merge has left conflicts in the files here"*'git merge --abort'* ]]
  git merge --abort
  [ "$(cat a)" = mine ]
}

@test "shazam: CR of files whose patch is quoted-printable are kept, as by git am" {
  git checkout -q start && printf 'one\r\ntwo\r\n' >c && git add c && git commit -qm 'demo: c'
  { separator && printf '%s\n' 'From: Ann <ann@example.org>' 'Subject: [PATCH] demo: crlf' \
    'Date: Fri, 20 Nov 2026 12:00:00 +0000' 'Message-ID: <cr@x>' 'MIME-Version: 1.0' \
    'Content-Type: text/plain; charset=utf-8' 'Content-Transfer-Encoding: quoted-printable' '' 'Text.' '---' \
    ' c | 1 +' ' 1 file changed, 1 insertion(+)' '' 'diff --git a/c b/c' '--- a/c' '+++ b/c' '@@ -1,2 +1,3 @@' \
    ' one=0D' '+new=0D' ' two=0D' '--=20' '2.39.5' ''; } >../thread.mbox
  base=$(git rev-parse HEAD)
  shazam -q
  [ "$(od -An -c c | tr -d ' \n')" = 'one\r\nnew\r\ntwo\r\n' ]
  made=$(git rev-parse HEAD)
  git reset -q --hard "$base" && git am -q ../thread.mbox 2>/dev/null
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse "$made^{tree}")" ]
  git reset -q --hard "$base"
  lorelei am -q --no-stdin -m ../thread.mbox -o - | git am -q --patch-format=mboxrd 2>/dev/null
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse "$made^{tree}")" ]
  # CR in each line of the mail are its own.
  git checkout -q start && printf 'one\ntwo\n' >c && git add c && git commit -qm 'demo: c'
  sed -i '/^diff/,/^--=20/{s/=0D$//; s/$/=0D/}' ../thread.mbox
  shazam -q
  [ "$(od -An -c c | tr -d ' \n')" = 'one\nnew\ntwo\n' ]
}

@test "shazam: missing patches stop it" {
  chain | awk '/^From mboxrd/ { n++ } n != 6' >../thread.mbox
  run shazam
  [ "$status" -eq 4 ]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  shazam -q --allow-incomplete
  [ "$(git log --format=%s start..)" = 'demo: b' ]
}

@test "shazam -H: FETCH_HEAD, and words for the merge" {
  echo mine >>a
  run --separate-stderr shazam -H
  [ "$status" -eq 0 ]
  [ "$(cat .git/FETCH_HEAD)" = "$(git rev-parse FETCH_HEAD)		patches from https://patch.msgid.link/c2@x" ]
  [[ "$stderr" == *'Base commit 0123456789012345678901234567890123456789 is not known here, ignoring'* ]]
  [[ "$stderr" == *'You can now merge or checkout FETCH_HEAD
  e.g.: git merge --no-ff -F .git/b4-cover --edit FETCH_HEAD --signoff'* ]]
  [ "$(cat .git/b4-cover)" = 'Merge patch series "demo: two"

Ann <ann@example.org> says:

Why.

Link: https://patch.msgid.link/c2@x' ]
  [ "$(git log --format=%s start..FETCH_HEAD)" = 'demo: b
demo: a' ]
  [ "$(cat a)" = 'old
mine' ]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
}

@test "shazam -M: a merge, by the words of a template" {
  printf '# not this\nMerge the $patch_or_series of ${authorname}: ${seriestitle}\n\n${covermessage} costs $$1 ${unknown}\n' >../template
  git config b4.shazam-merge-template "$PWD/../template"
  git config b4.shazam-merge-flags "--signoff --log"
  shazam -M
  [ "$(git log -1 --format=%P)" = "$(git rev-parse start) $(git rev-parse HEAD^2)" ]
  [ "$(git log -1 --format=%B)" = 'Merge the patch series of Ann: demo: two

Why. costs $1 ${unknown}

* patches from https://patch.msgid.link/c2@x:
  demo: b
  demo: a

Signed-off-by: Mia Maintainer <mia@example.org>' ]
  is_clean
  lorelei shazam --abort
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  is_clean
}

@test "shazam -H: the base that the author names; three-way where that is needed" {
  base=$(git rev-parse HEAD)
  sed -i "s/0123456789012345678901234567890123456789/$base/" ../thread.mbox
  printf 'old\nlonger\n' >a && git commit -qam longer
  git checkout -q --detach
  shazam -q -H
  [ "$(git rev-parse FETCH_HEAD~2)" = "$base" ]
  run shazam -H --merge-base nothing-like-that
  [ "$status" -eq 3 ]
  run shazam --merge-base HEAD
  [ "$status" -eq 2 ]
}

@test "shazam: hooks of the repository, and flags for git am, are git's" {
  mkdir -p .git/hooks
  printf '#!/bin/sh\necho hook: >>"$1"; echo yes >>"$1"\n' >.git/hooks/applypatch-msg && chmod +x .git/hooks/applypatch-msg
  run shazam
  [ "$status" -eq 0 ]
  [[ "$output" == *"git am makes the commits: there is a hook 'applypatch-msg'"* ]]
  git log -1 --format=%B | grep yes
  git reset -q --hard start
  rm .git/hooks/applypatch-msg
  git config b4.shazam-am-flags --signoff
  shazam -q
  git log -1 --format=%b | grep -x 'Signed-off-by: Mia Maintainer <mia@example.org>'
  lorelei shazam -q --abort
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  shazam -q -H
  git log -1 --format=%b FETCH_HEAD | grep -x 'Signed-off-by: Mia Maintainer <mia@example.org>'
  [ "$(git worktree list | wc -l)" = 1 ]
  git reset -q --hard start
  conflicting
  run shazam
  [ "$status" -eq 6 ]
  [[ "$output" == *'git am --abort'* ]]
  git am --abort
  is_clean
}

@test "shazam: killed between files and branch, it is undone" {
  shazam -q
  after=$(git rev-parse HEAD)
  # As a kill leaves it: files and index are at the new commit, the branch is not.
  git update-ref refs/heads/main start
  sed -i 's/^stage .*/stage applying/' .git/lorelei-shazam
  run shazam
  [ "$status" -eq 1 ]
  [[ "$output" == *'lorelei shazam --abort'* ]]
  echo mine >>b
  run lorelei shazam --abort
  [ "$status" -eq 1 ]
  [[ "$output" == *'b has changes of somebody else'* ]]
  echo b2 >b
  lorelei shazam --abort
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  [ "$(cat a b)" = 'old
old' ]
  is_clean
  shazam -q
  [ "$(git rev-parse HEAD)" = "$after" ]
}

@test "shazam: what came on top is not undone" {
  shazam -q
  git commit -q --allow-empty -m more
  run lorelei shazam --abort
  [ "$status" -eq 1 ]
  [[ "$output" == *'HEAD has moved since'* ]]
  git checkout -q -b other
  run lorelei shazam --abort
  [ "$status" -eq 1 ]
}

@test "shazam: repositories that libgit2 alone can't change" {
  git config filter.up.smudge 'tr a-z A-Z' && git config filter.up.clean 'tr A-Z a-z'
  echo '* filter=up' >.git/info/attributes
  rm a b && git checkout -q -- .
  [ "$(cat a b)" = 'OLD
OLD' ]
  shazam -q
  [ "$(cat a b)" = 'A2
B2' ]
  is_clean
  lorelei shazam -q --abort
  [ "$(cat a b)" = 'OLD
OLD' ]
  is_clean
}

@test "shazam: not in a repository, not with names that leave it" {
  cd ..
  run lorelei shazam --no-stdin -m thread.mbox
  [ "$status" -eq 3 ]
  [[ "$output" == *'there is no git repository'* ]]
  git init -q --object-format=sha256 other && cd other
  run shazam
  [ "$status" -eq 1 ]
  [[ "$output" == *SHA-256* ]]
  cd ../tree
  patch evil@x '[PATCH] demo: leave' '' ../outside made >../thread.mbox
  run shazam
  [ "$status" -ne 0 ]
  [ ! -e ../outside ]
  patch evil@x '[PATCH] demo: hook' '' .git/hooks/x made >../thread.mbox
  run shazam
  [ "$status" -ne 0 ]
}

creating() {  # a series of one patch that creates the file
  patch new@x '[PATCH] demo: create' '' "$1" made | sed "s,^--- a/$1,--- /dev/null,; s/^@@ .*/@@ -0,0 +1 @@/; /^-old\$/d; /^diff/ a new file mode 100644" >../thread.mbox
}

@test "shazam: what git ignores is not overwritten; a refused run leaves nothing to undo" {
  shazam -q
  creating c
  echo c >.git/info/exclude
  echo precious >c
  run shazam
  [ "$status" -eq 6 ]
  [[ "$output" == *"/tree/c': something that is not tracked is there"* ]]
  [ "$(cat c)" = precious ]
  lorelei shazam -q --abort  # of the one before
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  [ "$(cat c)" = precious ]
}

@test "shazam: an untracked file that came since is not overwritten by --abort" {
  patch del@x '[PATCH] demo: remove' '' b gone | sed 's,^+++ b/b,+++ /dev/null,; s/^@@ .*/@@ -1 +0,0 @@/; /^+gone$/d; /^diff/ a deleted file mode 100644' >../thread.mbox
  shazam -q
  [ ! -e b ]
  echo precious >b
  run lorelei shazam --abort
  [ "$status" -eq 6 ]
  [ "$(cat b)" = precious ]
  rm b
  lorelei shazam -q --abort
  [ "$(cat b)" = old ]
}

@test "shazam: a locked index is found before a file is changed" {
  touch .git/index.lock
  run shazam
  [ "$status" -eq 75 ]
  [[ "$output" == *index.lock* ]]
  [ "$(cat a)" = old ]
  rm .git/index.lock
  shazam -q
  touch .git/index.lock
  run lorelei shazam --abort
  [ "$status" -eq 75 ]
  rm .git/index.lock
  lorelei shazam -q --abort
  is_clean
}

@test "shazam: names that change places keep their contents" {
  echo another >b && git commit -qam other && git branch -f start
  { echo Swap.; echo ---; echo ' 0 files changed'; echo
    for names in 'a b' 'b a'; do
      set -- $names; printf "diff --git a/%s b/%s\nsimilarity index 100%%\nrename from %s\nrename to %s\n" "$1" "$2" "$1" "$2"
    done; } | mail swap@x '[PATCH] demo: swap' 'Ann <ann@example.org>' '' >../thread.mbox
  expected=$(by_git_am)
  shazam -q
  [ "$(git rev-parse HEAD)" = "$expected" ]
  [ "$(cat a b)" = 'another
old' ]
}

@test "shazam: modes that git has not do not come into a tree" {
  creating c
  for mode in 100777 100600 000000; do
    sed -i "s/^new file mode .*/new file mode $mode/" ../thread.mbox
    shazam -q
    git fsck --strict --no-progress --no-dangling
    git ls-tree HEAD c | grep -E '^100(644|755)'
    git reset -q --hard start
  done
  sed -i "s/^new file mode .*/new file mode 040000/" ../thread.mbox
  run shazam
  [ "$status" -ne 0 ]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  is_clean
}

@test "shazam: what waits is ours, and on top of what it began with" {
  conflicting
  run shazam --resolve
  place=.git/$(sed -n 's/^tree //p' .git/lorelei-shazam)
  mkdir ../victim
  cp .git/lorelei-shazam ../record
  sed -i 's,^tree .*,tree ../../victim,' .git/lorelei-shazam
  run lorelei shazam --abort
  [ "$status" -eq 1 ]
  [ -d ../victim ]
  cp ../record .git/lorelei-shazam
  (cd "$place" && git am --abort && git checkout -q start && git commit -q --allow-empty -m elsewhere)
  run lorelei shazam --continue
  [ "$status" -eq 1 ]
  [[ "$output" == *'not on top of'* ]]
  lorelei shazam -q --abort
}

@test "shazam: what only git am knows to obey is left to it" {
  git config apply.whitespace fix
  run shazam --no-track
  [[ "$output" == *'git am makes the commits: apply.whitespace is set'* ]]
  git reset -q --hard start
  git config --unset apply.whitespace
  mkdir ~/hooks
  printf '#!/bin/sh\nexit 1\n' >~/hooks/pre-applypatch && chmod +x ~/hooks/pre-applypatch
  git config core.hooksPath '~/hooks'
  run shazam
  [ "$status" -eq 6 ]
  git am --abort
  run lorelei shazam --abort
  [ "$status" -eq 3 ]
  [[ "$output" == *'there was none'* ]]
}

@test "shazam: patches that it needs first" {
  # first@x makes b into b1, needs@x makes it into b2.
  patch first@x '[PATCH] demo: first' '' b b1 >../first.mbox
  id=$(git patch-id --stable <../first.mbox | cut -d' ' -f1)
  { printf 'Say.\n\nSigned-off-by: Ann <ann@example.org>\n' && diff_of b b2 | sed 's/^-old/-b1/' &&
    printf 'prerequisite-patch-id: %s\n' "$id"; } | mail needs@x '[PATCH] demo: needs' 'Ann <ann@example.org>' '' >../needs.mbox
  cat ../first.mbox ../needs.mbox >../both.mbox
  an_archive both ../both.mbox 2>/dev/null
  run --separate-stderr lorelei shazam --no-stdin needs@x
  [ "$status" -eq 0 ]
  [[ $stderr = *'Applying: demo: first (needed first)'$'\n''Applying: demo: needs'* ]]
  [ "$(git log --format=%s start..)" = $'demo: needs\ndemo: first' ]
  [ "$(cat b)" = b2 ]
  is_clean
  lorelei shazam --abort 2>/dev/null
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  # It is there already, in a commit of another name.
  lorelei shazam -q --no-stdin first@x && git commit -q --amend -m 'demo: another name'
  run --separate-stderr lorelei shazam --no-stdin needs@x
  [ "$status" -eq 0 ]
  [[ $stderr = *'Deps: 1 of 1 patches that it needs are there already'* ]]
  [ "$(git log --format=%s start..)" = $'demo: needs\ndemo: another name' ]
  # On top of a base without it.
  git reset -q --hard start
  lorelei shazam -q -H --no-stdin needs@x
  [ "$(git log --format=%s start..FETCH_HEAD)" = $'demo: needs\ndemo: first' ]
}

@test "shazam: what a stranger may not have applied as something that is needed" {
  patch first@x '[PATCH] demo: first' '' b 'b 1' >../first.mbox
  id=$(git patch-id --stable <../first.mbox | cut -d' ' -f1)
  { printf 'Say.\n\nSigned-off-by: Ann <ann@example.org>\n' && diff_of b b2 | sed 's/^-old/-b 1/' &&
    printf 'prerequisite-patch-id: %s\nprerequisite-patch-id: %s\n' "$id" "$id"; } | mail needs@x '[PATCH] demo: needs' 'Ann <ann@example.org>' '' >../needs.mbox
  # One more diff behind the end of the patch; other white space.
  { patch evil@x '[PATCH] demo: more' '' b 'b 1' '' '' 'Eve <eve@example.com>' | sed '$d' && diff_of evil x | sed '1,4d' && echo; } >../more.mbox
  patch evil@x '[PATCH] demo: first' '' b ' b1' '' '' 'Eve <eve@example.com>' >../space.mbox
  [ "$(git patch-id --stable <../more.mbox | head -n 1 | cut -d' ' -f1)" = "$id" ]
  [ "$(git patch-id --stable <../space.mbox | cut -d' ' -f1)" = "$id" ]
  for kind in more space; do
    cat ../needs.mbox ../first.mbox ../$kind.mbox >../all.mbox
    an_archive $kind ../all.mbox 2>/dev/null
    run lorelei shazam --no-stdin -O $kind needs@x
    [ "$status" -eq 4 ]
    [[ $output = *"prerequisite-patch-id $id"* ]]
    [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  done
  cat ../needs.mbox ../more.mbox >../all.mbox
  an_archive alone ../all.mbox 2>/dev/null
  run lorelei shazam --no-stdin -O alone needs@x
  [ "$status" -eq 4 ]
  # It is said whose it is; named twice, it is one.
  cat ../needs.mbox ../first.mbox >../all.mbox
  an_archive good ../all.mbox 2>/dev/null
  run lorelei shazam --no-stdin -O good needs@x
  [ "$status" -eq 0 ]
  [[ $output = *'Deps: [PATCH] demo: first of Ann <ann@example.org>, <first@x>'* ]]
  # Once more, it is told that it is there.
  run lorelei shazam --no-stdin -O good needs@x
  [ "$status" -eq 6 ]
  [[ $output = *'1 of its patches are commits here already'* ]]
}

@test "shazam: something definite is what is applied" {
  patch v1@x '[PATCH] demo: w' '' a a1 >../v1.mbox
  patch v2@x '[PATCH v2] demo: w' '' a a2 >../v2.mbox
  cat ../v1.mbox ../v2.mbox >../both.mbox
  an_archive both ../both.mbox 2>/dev/null
  for asked in '-m ../v1.mbox' '--single-message v1@x' '-P _ v1@x' '-v1 v1@x'; do
    lorelei shazam -q --no-stdin $asked
    [ "$(cat a)" = a1 ]
    lorelei shazam -q --abort
  done
  lorelei shazam -q --no-stdin v1@x
  [ "$(cat a)" = a2 ]
}

@test "shazam: a patch that it needs is nowhere" {
  { printf 'Say.\n\nSigned-off-by: Ann <ann@example.org>\n' && diff_of b b2 &&
    printf 'prerequisite-patch-id: %040d\n' 7; } | mail needs@x '[PATCH] demo: needs' 'Ann <ann@example.org>' '' >../needs.mbox
  an_archive needs ../needs.mbox 2>/dev/null
  run lorelei shazam --no-stdin needs@x
  [ "$status" -eq 4 ]
  [[ $output = *'prerequisite-patch-id 0000000000000000000000000000000000000007'* ]]
  [ "$(git rev-parse HEAD)" = "$(git rev-parse start)" ]
  run lorelei am --no-stdin --no-track -o ../out needs@x
  [ "$status" -eq 0 ]
  [[ $output = *'Deps: needs 1 patch first'* ]]
  lorelei shazam -q --no-stdin --allow-incomplete needs@x
  [ "$(git log --format=%s start..)" = 'demo: needs' ]
}
