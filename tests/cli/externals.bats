#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Externals: adding an archive, and a copy of one.
load common

setup_here() {
  git init -q --bare -b master epoch.git
  commit=
  for i in 1 2; do
    tree=$(printf 'From: a@example.org\nSubject: mail %s\nMessage-ID: <m%s@x>\nDate: Fri, 06 Nov 2026 12:00:00 +0000\n\nhello\n' "$i" "$i" |
      git -C epoch.git hash-object -w --stdin | sed 's/.*/100644 blob &\tm/' | git -C epoch.git mktree)
    commit=$(GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x \
      git -C epoch.git commit-tree "$tree" ${commit:+-p $commit} -m x)
  done
  git -C epoch.git update-ref refs/heads/master "$commit"
  mkdir -p list/git
  mv epoch.git list/git/0.git
  : >list/inbox.lock
}
everything() { find . ! -name 'separate-stderr*' | sort; }
externals() { lorelei ls-external | sed 's/ boost=.*//'; }

@test "a mirror is a whole archive, searched from then on" {
  run --separate-stderr lorelei add-external --mirror ./list --boost 3 copy
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ "$stderr" == *"# mirrored $PWD/list => $PWD/copy"* ]]
  [ "$(lorelei ls-external)" = "$PWD/copy boost=3" ]
  [ "$(lorelei q -f jsonl s:mail | wc -l)" -eq 2 ]
  [ "$(cat copy/description)" = "mirror of $PWD/list" ]
  [ "$(find . -name '.copy*' | wc -l)" -eq 0 ]
  make -n -C copy | grep -q 'archive fetch'
  lorelei archive verify copy
  git -C copy/git/0.git remote get-url origin | grep -q list/git/0.git
}

@test "a level, an epoch, a version may be asked for" {
  cp -a list/git/0.git list/git/1.git
  lorelei add-external -q -L basic --epoch=1 --inbox-version=2 --mirror ./list copy
  [ "$(ls copy/git)" = 1.git ]
  [ -e copy/xap15/over.sqlite3 ] && [ ! -e copy/xap15/0 ]
  run --separate-stderr lorelei add-external --epoch=5 --mirror ./list other
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"\`5' exceeds maximum available epoch (1)"* ]]
  run --separate-stderr lorelei add-external --inbox-version=3 --mirror ./list other
  [[ "$stderr" == *"it is one of 1, 2"* ]]
  [ ! -e other ]
}

@test "what fails leaves nothing behind, and what is there is left alone" {
  mkdir taken
  before=$(everything)
  run --separate-stderr lorelei add-external --mirror ./list taken
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"\`$PWD/taken' already exists"* ]]
  run --separate-stderr lorelei add-external --mirror ./nothing copy
  [ "$status" -ne 0 ]
  git init -q --bare "$BATS_TEST_TMPDIR/home/plain"
  run --separate-stderr lorelei add-external --mirror ~/plain/config copy
  [ "$status" -ne 0 ]
  run --separate-stderr lorelei add-external --mirror ./list $'two\nlines'
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"\`\\n' not allowed"* ]]
  run --separate-stderr lorelei add-external --mirror ./list https://example.org/x/
  [ "$status" -ne 0 ]
  run --separate-stderr lorelei add-external -L medium nothing
  [[ "$stderr" == *"not a directory"* ]]
  rm -r home/plain
  diff <(everything) - <<<"$before"
  [ -z "$(externals)" ]
}

@test "a mirror that is stopped leaves nothing behind" {
  mkdir bin
  printf '#!/bin/sh\ncase " $* " in *" clone "*) kill -TERM $PPID; sleep 5;; esac\nexec %s "$@"\n' "$(command -v git)" >bin/git
  chmod +x bin/git
  PATH=$PWD/bin:$PATH run lorelei add-external -q --mirror ./list copy
  [ "$status" -ne 0 ]
  [ ! -e copy ]
  [ "$(find . -name '.copy*' | wc -l)" -eq 0 ]
  [ -z "$(externals)" ]
}

@test "without public-inbox-index a mirror of version 1 is refused" {
  git init -q --bare -b master old
  tree=$(printf 'Message-ID: <a@x>\n\nhello\n' | git -C old hash-object -w --stdin | sed 's/.*/100644 blob &\tcdef/' | git -C old mktree)
  tree=$(printf '040000 tree %s\tab\n' "$tree" | git -C old mktree)
  git -C old update-ref refs/heads/master "$(GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x git -C old commit-tree "$tree" -m x)"
  mkdir bin
  for tool in git sh; do ln -s "$(command -v $tool)" bin/; done
  lorelei=$(command -v lorelei)
  run --separate-stderr env PATH="$PWD/bin" "$lorelei" add-external --mirror ./old copy
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"public-inbox-index"*"install public-inbox"* ]]
  [ ! -e copy ] && [ -z "$(externals)" ]
}

@test "a name with a line end in it is no source" {
  cp -a list $'new\nline'
  for option in -I --only --exclude; do
    run --separate-stderr lorelei q "$option" $'new\nline' whatever
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"\`\\n' not allowed"* ]]
  done
}

@test "an external is forgotten by the name that it is listed with, and by others; what is none is said" {
  cp -r list other
  for name in "$PWD/list" list; do
    lorelei add-external -q list
    [ "$(externals)" = "$PWD/list" ]
    run --separate-stderr lorelei forget-external "$name"
    [ "$status" -eq 0 ]
    [[ "$stderr" == "# $PWD/list forgotten"* ]]
    [ -z "$(externals)" ]
  done
  run --separate-stderr lorelei forget-external list
  [ "$status" -eq 3 ]
}

@test "an archive that was only named in a search is in nobody's way" {
  lorelei archive index -q "$PWD/list"
  lorelei q -I "$PWD/list" s:mail >found
  grep -q 'mail 1' found
  lorelei archive clone -q list copy
  [ -d "$HOME/.local/share/lorelei/archives/copy" ]
}

@test "a directory that is named and not there is an error" {
  for option in -I -O; do
    run --separate-stderr lorelei q $option ./nowhere/list s:mail
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"nowhere/list': No such file or directory"* ]]
  done
}
