#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Two revisions of a series, compared without the tree that they are for.
load common
load thread_mail

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  chain >thread.mbox
}
diff() { lorelei diff --no-stdin "$@"; }

@test "diff: the latest revision and the one before" {
  run --separate-stderr diff -m thread.mbox -r --creation-factor=100  # patches of a line are too unlike otherwise
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'Comparing v1 with v2'* ]]
  [[ "${lines[0]}" == '1:  '*' ! 1:  '*' demo: a' ]]
  [[ "$output" == *"    -    Say a1.
    +    Say a2."* ]]
  [[ "$output" == *"    -+a1
    ++a2"* ]]
  [[ "${lines[-1]}" == '2:  '*' = 2:  '*' demo: b' ]]
  [[ "$output" != *$'\e'* ]]
}

@test "diff: what git range-diff says of the commits" {
  old_tree
  cd tree
  git checkout -q -b one && lorelei shazam -q -T --no-stdin -m ../thread.mbox -v1
  git checkout -q -b two main && lorelei shazam -q -T --no-stdin -m ../thread.mbox -v2
  git range-diff --no-color main..one main..two | sed 's/ [0-9a-f]\{7,\} / ID /g' >../git
  cd ..
  diff -q -m thread.mbox | sed 's/ [0-9a-f]\{7,\} / ID /g' >ours
  cmp ours git
}

@test "diff: these revisions, of three" {
  { cat thread.mbox
    cover c3@x '[PATCH v3 0/2] demo: two' | sed 's/^Subject/In-Reply-To: <c1@x>\n&/'
    patch s1@x '[PATCH v3 1/2] demo: a' c3@x a a2
    patch s2@x '[PATCH v3 2/2] demo: b' c3@x b b3
  } >all.mbox
  for versions in 1,3 1..3 3,1; do
    run --separate-stderr diff -m all.mbox -v $versions
    [ "$status" -eq 0 ]
    [[ "$stderr" == *'Comparing v1 with v3'* ]]
  done
  run --separate-stderr diff -m all.mbox -v1
  [[ "$stderr" == *'Comparing v1 with v3'* ]]
  run diff -m all.mbox -v7
  [ "$status" -eq 3 ]
  run diff -m all.mbox -v1,2,3
  [ "$status" -eq 2 ]
  run diff -m all.mbox -vx
  [ "$status" -eq 2 ]
}

@test "diff: two mailboxes, a file for the result, options for git" {
  lorelei am -q --no-stdin -m thread.mbox -v1 -o out -n old
  lorelei am -q --no-stdin -m thread.mbox -v2 -o out -n new -T
  run --separate-stderr diff -m out/old.mbx out/new.mbx -o result -r '--no-patch --creation-factor=100'
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "$(wc -l <result)" = 2 ]
  run diff -m out/old.mbx out/new.mbx -o result
  [ "$status" -eq 6 ]
  [ "$(wc -l <result)" = 2 ]
}

@test "diff: what is missing is named; one revision is nothing to compare" {
  chain | awk '/^From mboxrd/ { n++ } n != 6' >thread.mbox
  run diff -m thread.mbox
  [ "$status" -eq 4 ]
  [[ "$output" == *'patches are missing: 1'* ]]
  run diff -m thread.mbox --allow-incomplete
  [ "$status" -eq 0 ]
  patch p@x '[PATCH] demo: one' '' a x >one.mbox
  run diff -m one.mbox
  [ "$status" -eq 3 ]
}

@test "diff: files of every sort, and those that the repository knows" {
  git init -q tree && cd tree
  { echo 'int known(void)'; echo '{'; seq 1 20; echo '}'; } >file.c
  printf 'a\0b' >bin && echo gone >gone && git add . && git commit -qm base
  for text in one two; do
    git checkout -q --detach main
    sed -i "s/^15\$/$text/" file.c && printf 'a\0%s' $text >bin && git mv gone moved-$text && chmod +x moved-$text && ln -s bin link && git add . && git commit -qm 'demo: all'
    git tag $text
    git format-patch -M --binary --full-index --stdout main | sed "s/^Subject:.*/&\\nMessage-ID: <$text@x>/; 2,\$ s/^From /&/" >../$text.mbx
  done
  run --separate-stderr diff -m ../one.mbx ../two.mbx -r --creation-factor=100
  [ "$status" -eq 0 ]
  [[ "$output" == *'known(void)'* ]]
  [[ "$output" == *'-+one'* ]]
  [[ "$output" == *'moved-two'* ]]
  cd ..
  run --separate-stderr diff -m one.mbx two.mbx -r --creation-factor=100
  [ "$status" -eq 0 ]
  [[ "$output" == *'-+one'* ]]
}

@test "diff: revisions that were posted as threads of their own, from an archive here" {
  { cover c1@x '[PATCH 0/2] demo: two'
    patch p1@x '[PATCH 1/2] demo: a' c1@x a a1
    patch p2@x '[PATCH 2/2] demo: b' c1@x b b2
    cover c2@x '[PATCH v2 0/2] demo: two' 'Sat, 21 Nov 2026 12:00:00 +0000'
    patch q1@x '[PATCH v2 1/2] demo: a' c2@x a a2 'Sat, 21 Nov 2026 12:00:00 +0000'
    patch q2@x '[PATCH v2 2/2] demo: b' c2@x b b2 'Sat, 21 Nov 2026 12:00:00 +0000'
  } >both.mbox
  an_archive list both.mbox
  run --separate-stderr lorelei diff --offline q1@x -r --creation-factor=100
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'Comparing v1 with v2'* ]]
  [[ "$output" == *"    -+a1
    ++a2"* ]]
  run --separate-stderr lorelei diff --offline -v1,2 p1@x -r --creation-factor=100
  [ "$status" -eq 0 ]
  run lorelei diff --offline p1@x
  [ "$status" -eq 3 ]
}

@test "diff -n: the command that shows it, which does" {
  old_tree
  git -C tree for-each-ref >before
  run -0 --separate-stderr diff -n -g tree -m thread.mbox -r --creation-factor=100
  [[ "$output" =~ ^'git range-diff --creation-factor=100 '[0-9a-f]{40}\.\.[0-9a-f]{40}' '[0-9a-f]{40}\.\.[0-9a-f]{40}$ ]]
    (cd tree && eval "$output --no-color") >theirs
  diff -q -g tree -m thread.mbox -r --creation-factor=100 >ours
  cmp theirs ours
  [ "$(git -C tree for-each-ref)" = "$(cat before)" ]
}

@test "diff -n: there has to be a repository" {
  run -3 diff -n -m thread.mbox
}
