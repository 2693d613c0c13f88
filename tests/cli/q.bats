#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Searching and reading: q, show, thread.
load common

# An archive of a few made-up messages, registered as `toys`.
setup_here() {
  umask 022
  mkdir -p mails
  message 1 'Ann <ann@example.org>' '[PATCH] floppy: spin down' '' 'Thu, 05 Nov 2026 10:00:00 +0000' "It spins.

---
diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c
index 1111111..2222222 100644
--- a/drivers/block/floppy.c
+++ b/drivers/block/floppy.c
@@ -1,1 +1,1 @@ floppy_release(struct disk *d)
-	spin_up(d);
+	spin_down(d);
-- 
2.39"
  message 2 'Bob B <bob@example.org>' 'Re: [PATCH] floppy: spin down' '<m1@example.org>' 'Thu, 05 Nov 2026 11:00:00 +0000' '> It spins.
Reviewed-by: Bob B <bob@example.org>'
  message 3 'Carl <carl@example.org>' 'loop: a regression' '' 'Fri, 06 Nov 2026 12:00:00 +0000' 'A bug in loop.'
  message 4 $'Evil \e[31m <evil@example.org>' $'bad \e]0;title\a subject' '<m3@example.org> <gone@example.org>' 'Fri, 06 Nov 2026 13:00:00 +0000' $'body \e[2J'
  git init -q --bare -b master epoch.git
  commit=
  for i in 1 2 3 4; do
    tree=$(printf '100644 blob %s\tm\n' "$(git -C epoch.git hash-object -w --stdin <"mails/$i")" | git -C epoch.git mktree)
    commit=$(GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x \
      git -C epoch.git commit-tree "$tree" ${commit:+-p $commit} -m x)
  done
  git -C epoch.git update-ref refs/heads/master "$commit"
  lorelei archive clone -q --name toys "$PWD/epoch.git" "$PWD/toys"
  lorelei archive index -q toys
}

message() { # NUMBER FROM SUBJECT REFERENCES DATE BODY
  {
    printf 'Received: from a by b; %s\nFrom: %s\nTo: list@example.org\nSubject: %s\nMessage-ID: <m%s@example.org>\n' "$5" "$2" "$3" "$1"
    [ -z "$4" ] || printf 'References: %s\n' "$4"
    printf 'Date: %s\nList-Id: <toys.example.org>\n\n%s\n' "$5" "$6"
  } >"mails/$1"
}
subjects() { sed 's/.*"s":"\([^"]*\)".*/\1/'; }

@test "q: the floppy search finds the patch and its thread" {
  run --separate-stderr lorelei q -t -f jsonl '(dfn:drivers/block/floppy.c OR dfhh:floppy_* OR s:floppy OR
    ((nq:bug OR nq:regression) AND nq:floppy)) AND rt:1.month.ago..'
  [ "$status" -eq 0 ]
  [ "$(subjects <<<"$output")" = '[PATCH] floppy: spin down
Re: [PATCH] floppy: spin down' ]
}

@test "q: JSON ends in null, jsonl has a line for each" {
  run lorelei q 'f:carl'
  [ "$status" -eq 0 ]
  [ "${lines[0]:0:9}" = '[{"blob":' ]
  [ "${lines[1]}" = 'null]' ]
  [ "$(lorelei q -f jsonl 'NOT zzz' | wc -l)" -eq 4 ]
}

@test "q: newest first, -r oldest first, -N and --offset cut" {
  [ "$(lorelei q -f jsonl 'NOT zzz' | subjects | head -n 1)" = 'bad \u001b]0;title\u0007 subject' ]
  [ "$(lorelei q -r -1 -f jsonl 'NOT zzz' | subjects)" = '[PATCH] floppy: spin down' ]
  [ "$(lorelei q -r --offset=1 --limit 1 -f jsonl 'NOT zzz' | subjects)" = 'Re: [PATCH] floppy: spin down' ]
}

@test "q: no match is no failure" {
  run --separate-stderr lorelei q s:nosuchthing
  [ "$status" -eq 0 ]
  [ "$output" = '[null]' ]
  [ "$stderr" = '# no matches' ]
}

@test "q: an error of the query has a caret, and the status of a usage error" {
  run --separate-stderr lorelei q 'sbj:ktls'
  [ "$status" -eq 2 ]
  [ -z "$output" ]
  [[ "$stderr" == *"unknown prefix 'sbj:'"*$'\n''    sbj:ktls'$'\n''    ^ did you mean s: (the subject)?'* ]]
  run lorelei q rt:foo..
  [ "$status" -eq 2 ]
}

@test "q: the query comes from standard input when there is none on the command line" {
  [ "$(lorelei q -f jsonl <<<'f:carl OR f:ann' | wc -l)" -eq 2 ]
  [ "$(printf 's:loop' | lorelei q -f jsonl - | wc -l)" -eq 1 ]
  [ "$(printf 's:loop' | lorelei q -f jsonl --stdin | wc -l)" -eq 1 ]
  run lorelei q --stdin s:loop <<<'s:loop'
  [ "$status" -eq 2 ]
}

@test "q: an expression in one argument stays one, and it is said" {
  run --separate-stderr lorelei q -f jsonl 's:loop OR s:floppy'
  [ "${#lines[@]}" -eq 3 ]
  [ "$stderr" = '# treating argument 1 as an expression' ]
  [ "$(lorelei q -f jsonl 's:spin down' 2>/dev/null | wc -l)" -eq 2 ]
}

@test "q: the list shows no foreign control characters" {
  run --separate-stderr lorelei q -f list 'NOT zzz'
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 4 ]
  [ "${lines[1]}" = 'Nov 06 12:00  Carl                  loop: a regression' ]
  [[ "$output" != *$'\e'* ]]
}

@test "q: a new Maildir holds the messages, whole" {
  run --separate-stderr lorelei q -o out -tt dfn:floppy.c
  [ "$status" -eq 0 ]
  [ "$stderr" = "# 2 written to $PWD/out/ (1 threads)" ]
  [ "$(find out -type d | sort | tr '\n' ' ')" = 'out out/cur out/new out/tmp ' ]
  cmp mails/2 out/cur/"$(git hash-object mails/2):2,"
  cmp mails/1 out/cur/"$(git hash-object mails/1)=99:2,F"
  [ "$(find . -maxdepth 1 -name '.out*')" = '' ]
}

@test "q: a place that holds something is refused, and stays as it is" {
  mkdir -p full/cur full/new full/tmp && echo mine >full/cur/1:2,S
  echo text >file
  for dst in maildir:file mboxrd:full; do
    run lorelei q -o $dst s:loop
    [ "$status" -eq 6 ]
  done
  run lorelei q -o full s:loop
  [ "$status" -eq 2 ]
  [[ "$output" == *"full holds 1 message not written by this search"*"--augment"* ]]
  run lorelei q -o mboxrd:file s:loop
  [ "$status" -ne 0 ]
  [ "$(cat full/cur/1:2,S file)" = $'mine\ntext' ]
  mkdir -p empty/cur empty/new empty/tmp
  lorelei q -q -o empty s:loop
  [ "$(ls empty/cur | wc -l)" -eq 1 ]
}

@test "q: what only standard output takes is no file" {
  for format in json jsonl list text; do
    run --separate-stderr lorelei q --only ./toys -f "$format" -o out s:floppy
    [ "$status" -eq 2 ]
    [[ "$stderr" == *"goes to standard output only"*"> out"* ]]
  done
  [ ! -e out ]
  run --separate-stderr lorelei q --only ./toys -o mboxrd: s:floppy
  [ "$status" -eq 2 ]
}

@test "q: directories above a new place are made" {
  lorelei q --only ./toys -o new/deep/box s:floppy
  [ -n "$(ls new/deep/box/cur)" ]
}

@test "q: a message that git has lost is named, the others come, and the status is 4" {
  cp -a toys lost
  blob=$(lorelei q --only ./lost -f jsonl -n 1 s:floppy | sed -n 's/.*"blob":"\([0-9a-f]*\)".*/\1/p')
  if mv lost/git/0.git/objects/pack/*.pack . 2>/dev/null; then
    rm -f lost/git/0.git/objects/pack/*
    for pack in ./*.pack; do git -C lost/git/0.git unpack-objects -q <"$pack"; done
  fi
  rm -f "lost/git/0.git/objects/${blob:0:2}/${blob:2}"
  run --separate-stderr lorelei q --only ./lost -o box s:floppy
  [ "$status" -eq 4 ]
  [[ "$stderr" == *"$blob"* ]]
  [ -n "$(ls box/cur)" ]
}

@test "q: a full disk behind standard error is no failure" {
  lorelei q --only ./toys zzzz >out 2>/dev/full
  run lorelei q --only ./toys rt:foo.. 2>/dev/full
  [ "$status" -eq 2 ]
}

@test "q: mbox dialects, to a file, packed and to standard output" {
  lorelei q -q -o mboxrd:out.mbox s:loop
  [ "$(head -n 1 out.mbox)" = "From $(git hash-object mails/3)=99@mboxrd Thu Jan  1 00:00:00 1970" ]
  lorelei q -f mboxrd s:loop | cmp - out.mbox
  lorelei q -q -o mboxrd:out.mbox.gz s:loop
  gunzip -c out.mbox.gz | cmp - out.mbox
  lorelei q -f mboxcl2 s:loop | grep -q '^Content-Length: '
}

@test "q: a failing search leaves nothing behind" {
  run lorelei q -o out 'rt:foo..'
  [ "$status" -eq 2 ]
  [ ! -e out ]
  rm -rf toys/all.git/objects toys/git/0.git/objects/??
  run lorelei q -o out s:loop
  [ "$status" -ne 0 ]
  [ -z "$(find . -path './out/*' -type f)" ]
  [ "$(find . -maxdepth 1 -name '.out*')" = '' ]
}

@test "q: sources by NAME and directory; unknown ones are not found" {
  [ "$(lorelei q -O toys -f jsonl s:loop | wc -l)" -eq 1 ]
  [ "$(lorelei q -O ./toys -I toys -f jsonl s:loop | wc -l)" -eq 1 ]
  run lorelei q --exclude toys s:loop
  [ "$status" -eq 3 ]
  run lorelei q -O toyz s:loop
  [ "$status" -eq 3 ]
  [[ "$output" == *toys* ]]
}

@test "q: an archive without an index is left out, and it is said" {
  lorelei archive clone -q --name bare "$PWD/epoch.git" "$PWD/bare"
  run --separate-stderr lorelei q -f jsonl s:loop
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$stderr" == *"# bare is not searched"* ]]
  run lorelei q -O bare s:loop
  [ "$status" -eq 3 ]
}

@test "show: headers and text, without what could harm a terminal" {
  run lorelei show m4@example.org
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\nSubject: bad '* ]]
  [[ "$output" != *$'\e'* ]]
  [ "$(lorelei show https://lore.kernel.org/all/m1@example.org/T/#u | head -n 1)" = 'From: Ann <ann@example.org>' ]
}

@test "show: --raw is what is stored, --json has the text" {
  lorelei show --raw '<m1@example.org>' | cmp - mails/1
  run lorelei show --json m3@example.org
  [[ "$output" == *'"text":"A bug in loop.\n"}' ]]
}

@test "show: of several, those that are there are shown, and the status is 4" {
  id=$(lorelei q --only ./toys -f jsonl -n 1 s:floppy | sed -n 's/.*"m":"\([^"]*\)".*/\1/p')
  run --separate-stderr lorelei show --only ./toys nowhere@x "$id"
  [ "$status" -eq 4 ]
  [[ "$output" == *floppy* ]]
}

@test "show: an unknown message is not found" {
  run --separate-stderr lorelei show nothing@example.org
  [ "$status" -eq 3 ]
  [[ "$stderr" == *"cannot find the message 'nothing@example.org'"* ]]
}

@test "thread: a tree, with the message that was asked for marked" {
  run lorelei thread m2@example.org
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 'Nov 05 10:00  Ann                   [PATCH] floppy: spin down' ]
  [ "${lines[1]}" = 'Nov 05 11:00  Bob B                *└─ Re:' ]
}

@test "thread: what is referred to but not there has a line" {
  run lorelei thread gone@example.org
  [ "$status" -eq 0 ]
  [[ "$output" == *'(not in the archive) <gone@example.org>'* ]]
  [[ "$output" != *$'\e'* ]]
}

@test "thread: --json in the order of the tree, --mbox for a mail program" {
  [ "$(lorelei thread --json m1@example.org | sed 's/.*"depth":\([0-9]*\).*/\1/' | tr '\n' ' ')" = '0 1 ' ]
  [ "$(lorelei thread --mbox m2@example.org | grep -c '^From .*@mboxrd')" -eq 2 ]
}

# The same mail and index as an archive of version 1: a bare repository with a blob for each message.
version1() {
  git init -q --bare -b master old
  for i in 1 2 3 4; do
    id=$(printf 'm%s@example.org' "$i" | sha1sum | cut -c1-40)
    printf '100644 blob %s\t%s\n' "$(git -C old hash-object -w --stdin <"mails/$i")" "${id:0:2}/${id:2}"
  done | GIT_INDEX_FILE=$PWD/index git -C old update-index --index-info
  tree=$(GIT_INDEX_FILE=$PWD/index git -C old write-tree)
  commit=$(GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x \
    git -C old commit-tree "$tree" -m x)
  git -C old update-ref refs/heads/master "$commit"
  lorelei archive clone -q --name again "$PWD/epoch.git" "$PWD/again"
  lorelei archive index -q --shards 1 again
  mkdir old/public-inbox
  mv again/xap15/0 old/public-inbox/xapian15
  mv again/xap15/over.sqlite3 old/public-inbox/xapian15/
  mv again/msgmap.sqlite3 old/public-inbox/
  rm -r again
  touch old/ssoma.lock
}

@test "an archive of version 1 is searched, shown and delivered from" {
  version1
  diff <(lorelei q -f jsonl -O ./old 'NOT zzz') <(lorelei q -f jsonl -O ./toys 'NOT zzz')
  [ "$(lorelei q -f jsonl -O ./old -O toys 'NOT zzz' | wc -l)" -eq 4 ]
  lorelei show --raw -O ./old m1@example.org | diff mails/1 -
  [ "$(lorelei thread -O ./old m1@example.org | wc -l)" -eq 2 ]
  lorelei q -q -O ./old -o "$PWD/box" s:floppy
  [ "$(find box/cur -type f | wc -l)" -eq 2 ]
  run --separate-stderr lorelei up box
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"# 0 written to $PWD/box/ (0 matches)"* ]]
}

@test "an archive of version 1 is not written" {
  version1
  run --separate-stderr lorelei archive index "$PWD/old"
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"version 1"*"public-inbox-index"* ]]
  run --separate-stderr lorelei archive clone "$PWD/old" other
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"public-inbox-convert"* ]]
}
