#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Which mail did a commit come from?
load common
load thread_mail

setup_here() {
  git config --global user.name Ann
  git config --global user.email ann@example.org
  git config --global init.defaultBranch main
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-25 12:00:00 +0000'
  git init -q tree
  echo old >tree/a
  echo old >tree/b
  git -C tree add .
  git -C tree commit -qm 'demo: begin'
}
# Two revisions of a series as unrelated threads, and somebody else's patch of the same title.
lists() {
  cover c1@x '[PATCH 0/2] demo: both' 'Thu, 19 Nov 2026 11:00:00 +0000'
  patch p1@x '[PATCH 1/2] demo: a' c1@x a a1 'Thu, 19 Nov 2026 11:00:01 +0000'
  patch p2@x '[PATCH 2/2] demo: b' c1@x b b1 'Thu, 19 Nov 2026 11:00:02 +0000'
  cover c2@x '[PATCH v2 0/2] demo: both' 'Fri, 20 Nov 2026 11:00:00 +0000'
  patch q1@x '[PATCH v2 1/2] demo: a' c2@x a a2 'Fri, 20 Nov 2026 11:00:01 +0000'
  patch q2@x '[PATCH v2 2/2] demo: b' c2@x b b1 'Fri, 20 Nov 2026 11:00:02 +0000'
  reply r2@x q2@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>'
  patch e1@x '[PATCH] demo: a' '' a e1 | sed 's/Ann <ann@example.org>/Eve <eve@example.com>/'
}
here() { lists >lists.mbox && an_archive toys lists.mbox; }
commit() {  # FILE TEXT TITLE [TRAILER]; the id of the commit
  echo "$2" >"tree/$1"
  git -C tree commit -qam "$3
${4:+
$4}"
  git -C tree rev-parse HEAD
}
dig() { lorelei -C tree dig --offline "$@"; }

@test "dig: by the change, whatever the title has become" {
  here
  id=$(commit a a2 'other title')
  run --separate-stderr dig -c "$id"
  [ "$status" -eq 0 ]
  [ "$output" = 'https://patch.msgid.link/q1@x' ]
  [[ "$stderr" == *"${id:0:12} other title"* ]]
  [[ "$stderr" == *'[PATCH v2 1/2] demo: a, Ann, 2026-11-20 (patch-id)'* ]]
  git config --global b4.linkmask 'https://lists.example.org/r/%s'
  [ "$(dig -q HEAD)" = 'https://lists.example.org/r/q1@x' ]
}

@test "dig: the same change twice: the one that was there last when the commit was written" {
  here
  commit b b1 'demo: b'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/q2@x' ]
  git -C tree commit -q --amend --no-edit --date '2026-11-19 11:00:02 +0000'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/p2@x' ]
  # Written weeks before it was sent.
  git -C tree commit -q --amend --no-edit --date '2026-11-01 11:00:02 +0000'
  run --separate-stderr dig -c HEAD
  [ "$output" = 'https://patch.msgid.link/p2@x' ]
  [[ "$stderr" == *'q2@x'* ]]
}

@test "dig: by the title, of the author" {
  here
  commit a a9 'demo: a'
  run --separate-stderr dig -c HEAD
  [ "$output" = 'https://patch.msgid.link/q1@x' ]
  [[ "$stderr" == *'(subject)'* ]]
  [[ "$stderr" != *'e1@x'* ]]
  # In the first line of a mail that somebody else has sent.
  printf 'From: Jo Doe <jo@example.org>\n\nSay.\n---\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\n+j0\n' |
    mail j1@x '[PATCH] demo: by jo' 'Relay <relay@example.net>' '' >jo.mbox
  an_archive more jo.mbox
  commit a j1 'demo: by jo' >/dev/null
  git -C tree commit -q --amend --no-edit --author 'Jo Doe <jo@example.org>'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/j1@x' ]
}

@test "dig: what the commit names comes first, if it is a patch" {
  here
  commit b b1 'demo: b' 'Link: https://lore.kernel.org/r/p2%40x'
  run --separate-stderr dig -c HEAD
  [ "$output" = 'https://patch.msgid.link/p2@x' ]
  [[ "$stderr" == *'(link, patch-id, subject)'* ]]
  git -C tree commit -q --amend -m 'demo: b

Closes: https://lore.kernel.org/r/p1@x
Link: https://lore.kernel.org/r/r2@x
Link: https://bugs.example.org/1
Message-ID: <p2@x>'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/p2@x' ]
  # A report that is linked is not where it came from.
  git -C tree commit -q --amend -m 'demo: b

Link: https://lore.kernel.org/r/r2@x'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/q2@x' ]
  # Nobody here has it: the link is all there is.
  commit a zzz 'demo: nowhere' 'Link: https://lore.kernel.org/all/gone@x/'
  run --separate-stderr dig -c HEAD
  [ "$status" -eq 0 ]
  [ "$output" = 'https://patch.msgid.link/gone@x' ]
  [[ "$stderr" == *'not looked at (link)'* ]]
}

@test "dig: by another diff algorithm" {
  printf 'void f()\n{\n  x();\n}\n\nvoid g()\n{\n  y();\n}\n' >tree/c
  git -C tree add c && git -C tree commit -qm 'demo: c'
  printf 'void g()\n{\n  y();\n}\n\nvoid h()\n{\n  z();\n}\n\nvoid f()\n{\n  x();\n}\n' >tree/c
  git -C tree commit -qam 'demo: moved'
  ids=$(for name in myers histogram patience minimal; do
    git -C tree diff-tree -p --no-commit-id --diff-algorithm=$name HEAD | git patch-id --stable | cut -d' ' -f1
  done)
  [ "$(sort -u <<<"$ids" | wc -l)" -gt 1 ]
  for name in histogram patience; do
    rm -rf "$HOME/.local" "$HOME/.public-inbox"
    { printf 'Say.\n---\n\n'; git -C tree diff-tree -p --no-commit-id --diff-algorithm=$name HEAD; } |
      mail m@x '[PATCH] something' 'Tom <tom@example.org>' '' >m.mbox
    an_archive toys m.mbox
    [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/m@x' ]
  done
}

@test "dig: all revisions, the people, the thread" {
  here
  commit a a2 'demo: a'
  run --separate-stderr dig -a -c HEAD
  [ "$output" = 'https://patch.msgid.link/c1@x
https://patch.msgid.link/c2@x' ]
  [[ "$stderr" == *'v1, 2026-11-19: demo: both'* ]]
  run --separate-stderr dig -w -c HEAD
  [ "$output" = 'Ann <ann@example.org>
Some List <list@lists.example.org>
Dev <dev@example.net>' ]
  dig -q -c HEAD -m out.mbox >/dev/null
  [ "$(grep -c '^Message-ID' tree/out.mbox)" = 4 ]
  mkdir tree/dir
  dig -q -c HEAD -m dir >/dev/null
  cmp tree/out.mbox tree/dir/q1@x.mbx
  echo mine >tree/out.mbox
  run dig -c HEAD -m out.mbox
  [ "$status" -eq 6 ]
  [ "$(cat tree/out.mbox)" = mine ]
  dig -q --json -aw -c HEAD >json
  grep -q '"candidates":\[{"m":"q1@x","link":"https://patch.msgid.link/q1@x","s":"\[PATCH v2 1/2\] demo: a","f":\["Ann","ann@example.org"\],"dt":"2026-11-20T11:00:01Z","why":\["patch-id","subject"\]}' json
  grep -q '"revisions":\[{"revision":1,"m":"c1@x"' json
  grep -q '"people":\[\["Ann","ann@example.org"\]' json
}

@test "dig: what cannot be" {
  here
  run dig -c HEAD
  [ "$status" -eq 3 ]
  [[ "$output" == *'we are offline'* ]]
  run dig -c nothing
  [ "$status" -eq 3 ]
  run dig -c --upload-pack=x
  [ "$status" -eq 3 ]
  run dig
  [ "$status" -eq 2 ]
  run dig -c HEAD HEAD
  [ "$status" -eq 2 ]
  run lorelei dig --offline -c HEAD
  [ "$status" -ne 0 ]
  git -C tree checkout -qb side
  commit a a2 'demo: a'
  git -C tree checkout -q main
  commit b b1 'demo: b'
  git -C tree merge -q --no-ff -m 'merge it' side
  run dig -c HEAD
  [ "$status" -eq 2 ]
  [[ "$output" == *'it is a merge'* ]]
  for title in ... '*' '"'; do
    git -C tree commit -q --allow-empty -m "$title"
    run dig -c HEAD
    [ "$status" -eq 3 ]
    [[ "$output" != *'lorelei q'* ]]
  done
  # What is to be typed is quoted for the shell.
  git -C tree commit -q --allow-empty -m "don't; touch ran"
  run dig -c HEAD
  [ "$status" -eq 3 ]
  [[ "$output" == *"lorelei q 's:\"don'\\''t; touch ran\"'"* ]]
  # No change at all, and a title of signs that no index has.
  git -C tree commit -q --allow-empty -m '"(:)" * \ OR'
  run dig -c HEAD
  [ "$status" -eq 3 ]
}

@test "dig: links to other things than mail, and odd Message-IDs" {
  here
  commit a zzz 'demo: nowhere' 'Link: https://social.example/@ann/12345'
  run dig -c HEAD
  [ "$status" -eq 3 ]
  commit a yyy 'demo: nowhere' 'Message-ID: <a#b?c%@x>'
  [ "$(dig -q -c HEAD)" = 'https://patch.msgid.link/a%23b%3Fc%25@x' ]
}

@test "dig: without any archive" {
  commit a a2 'demo: a'
  run dig -c HEAD
  [ "$status" -eq 3 ]
}
