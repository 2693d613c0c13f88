#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Folders that were imported: what lies where, keywords in both directions, messages taken out again.
load common

setup_here() {
  umask 022
  mkdir -p box/cur box/new box/tmp
  mail a1@x 'apple one' >'box/cur/a1:2,S'
  mail b1@x 'banana one' >box/new/b1
}

mail() {  # ID SUBJECT
  printf 'From: Ann <ann@example.org>\nTo: list@example.org\nSubject: %s\nMessage-ID: <%s>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n' "$2" "$1"
  printf '\nfruit: %s\n' "$1"
}
json() { lorelei q --no-external -f jsonl "$@" 2>/dev/null; }
folder() { echo "maildir:$PWD/box"; }

@test "a Maildir is read once; what is new, renamed or re-read comes with the next import" {
  lorelei import box
  [ "$(lorelei ls-mail-sync)" = "$(folder)" ]
  [ "$(lorelei inspect box)" = "{\"$(folder)\":{\"name.count\":2}}" ]
  json s:apple | grep -q '"kw":\["seen"\]'
  # The same bytes are not read again: the file is unreadable now, and nobody notices.
  printf 'not mail any more' >'box/cur/a1:2,S'
  mail c1@x 'cherry one' >box/new/c1
  mv box/new/b1 box/cur/b1:2,FR
  lorelei import box
  [ "$(lorelei inspect maildir:box)" = "{\"$(folder)\":{\"name.count\":3}}" ]
  json s:banana | grep -q '"kw":\["answered", *"flagged"\]'
  mv box/cur/b1:2,FR box/cur/b1:2,R
  lorelei import box/
  json s:banana | grep -q '"kw":\["answered"\]'
  oid=$(json s:banana | sed 's/.*"blob":"\([0-9a-f]*\)".*/\1/')
  run lorelei inspect "blob:$oid"
  [[ "$output" == *"\"mail-sync\":{\"$(folder)\":[\"b1:2,R\"]}"* ]]
  [[ "$output" == *'"lei/store":['* ]]
}

@test "--no-mail-sync remembers nothing, --no-kw takes no keywords, labels are for all" {
  lorelei import --no-mail-sync --no-kw box +L:fruit
  [ -z "$(lorelei ls-mail-sync)" ]
  [ "$(json L:fruit | wc -l)" -eq 2 ]
  [ -z "$(json kw:seen)" ]
  lorelei import box +L:more
  [ "$(json L:more | wc -l)" -eq 2 ]
  lorelei import box +L:later
  [ "$(json L:later | wc -l)" -eq 2 ]
  [ "$(json kw:seen | wc -l)" -eq 1 ]
}

@test "export-kw carries marks into file names, and keeps what changed there" {
  lorelei import -q box
  lorelei tag +kw:answered +kw:flagged box/new/b1
  lorelei export-kw box
  [ -e box/cur/b1:2,FR ]
  [ ! -e box/new/b1 ]
  # The reader was faster with one, we with the other.
  mv box/cur/b1:2,FR box/cur/b1:2,FRSx
  lorelei refresh-mail-sync -q box
  lorelei tag -kw:flagged box/cur/b1:2,FRSx
  lorelei export-kw --all=local
  [ -e box/cur/b1:2,RSx ]
  lorelei import box
  json s:banana | grep -q '"kw":\["answered", *"seen"\]'
  mv box/cur/b1:2,RSx box/cur/b1:2,Fx
  lorelei refresh-mail-sync -q box
  lorelei export-kw --mode=set box
  [ -e box/cur/b1:2,RSx ]
  run lorelei export-kw --mode=other box
  [ "$status" -eq 2 ]
  run lorelei export-kw
  [ "$status" -eq 2 ]
  run lorelei export-kw nowhere
  [ "$status" -ne 0 ]
}

@test "refresh-mail-sync follows files, forgets what is gone, learns what the store has" {
  lorelei import -q box
  mv box/cur/a1:2,S box/cur/a1:2,FS
  rm box/new/b1
  mail a1@x 'apple one' >box/new/copy
  mail z1@x 'unknown' >box/new/z1
  run --separate-stderr lorelei refresh-mail-sync box
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"1 gone, 1 moved, 1 learnt"* ]]
  [[ "$stderr" == *"1 are not in the store"* ]]
  [ "$(lorelei inspect box)" = "{\"$(folder)\":{\"name.count\":2}}" ]
  rm -r box
  run --separate-stderr lorelei refresh-mail-sync --all
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"is gone, and forgotten"* ]]
  [ -z "$(lorelei ls-mail-sync)" ]
}

@test "forget-mail-sync forgets the folder, not the mail" {
  lorelei import -q box
  lorelei forget-mail-sync box
  [ -z "$(lorelei ls-mail-sync)" ]
  [ "$(lorelei inspect box)" = '{}' ]
  [ "$(json s:apple | wc -l)" -eq 1 ]
  run lorelei forget-mail-sync box
  [ "$status" -ne 0 ]
  [[ "$output" == *"nothing is known of it"* ]]
}

@test "a Maildir that a search fills is a known folder; filters choose among folders" {
  lorelei import -q box
  lorelei q -q --no-external -o found s:apple
  [ "$(lorelei ls-mail-sync)" = "$(printf '%s\n' "$(folder)" "maildir:$PWD/found")" ]
  [ "$(lorelei ls-mail-sync '*found*')" = "maildir:$PWD/found" ]
  [ "$(lorelei ls-mail-sync -v '*found*')" = "$(folder)" ]
  [ "$(lorelei ls-mail-sync -z --local | tr '\0' '\n')" = "$(lorelei ls-mail-sync)" ]
  [ -z "$(lorelei ls-mail-sync --remote)" ]
  [ -z "$(lorelei ls-mail-sync -g 'box*')" ]
}

@test "lcat shows folders and blobs, blob shows parts" {
  printf 'From: a@example.org\nSubject: parts\nMessage-ID: <p@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n' >box/new/p
  printf -- '--B\nContent-Type: text/plain\n\nhello\n--B\nContent-Type: application/x-data\nContent-Transfer-Encoding: base64\n\nYmluYXJ5Cg==\n--B--\n' >>box/new/p
  lorelei import -q box
  [ "$(lorelei lcat box 2>/dev/null | grep -c '^# blob:')" -eq 3 ]
  oid=$(json s:parts | sed 's/.*"blob":"\([0-9a-f]*\)".*/\1/')
  run --separate-stderr lorelei lcat "blob:$oid"
  [[ "$output" == *"Subject: parts"* ]]
  [ "$(lorelei blob "$oid:2")" = binary ]
  run lorelei blob "$oid:7"
  [ "$status" -ne 0 ]
  run lorelei lcat maildir:nowhere
  [ "$status" -ne 0 ]
}

@test "rm takes messages out of the store, which takes them again" {
  lorelei import -q box
  lorelei rm 'box/cur/a1:2,S'
  [ -z "$(json s:apple)" ]
  [ "$(json s:banana | wc -l)" -eq 1 ]
  run --separate-stderr lorelei rm --stdin <'box/cur/a1:2,S'
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"1 messages were not in the store"* ]]
  lorelei import --no-incremental box
  json s:apple | grep -q '"m":"a1@x"'
  json s:apple | grep -q '"kw":\["seen"\]'
}

@test "reindex keeps keywords and labels" {
  lorelei import -q box +L:fruit
  run --separate-stderr lorelei reindex
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"# reindexing 1..2"* ]]
  [ "$(json L:fruit | wc -l)" -eq 2 ]
  [ "$(json kw:seen | wc -l)" -eq 1 ]
}

@test "drafts without an id are one message, however often they come" {
  printf 'Subject: draft\n\nnot done\n' >draft.eml
  lorelei import draft.eml
  LORELEI_NOW=1795264999 lorelei import draft.eml
  [ "$(json s:draft | wc -l)" -eq 1 ]
  [[ "$(json s:draft)" != *'"m":'* ]]
  lorelei tag draft.eml +kw:draft
  json s:draft | grep -q '"kw":\["draft"\]'
  lorelei rm draft.eml
  [ -z "$(json s:draft)" ]
}

@test "mail-diff shows what differs, and what makes it another message" {
  sed 's/fruit/vegetable/' 'box/cur/a1:2,S' >other.eml
  run lorelei mail-diff 'box/cur/a1:2,S' other.eml
  [ "$status" -eq 0 ]
  [[ "$output" == *"-fruit: a1@x"*"+vegetable: a1@x"* ]]
  [[ "$output" == *content_digest* ]]
  run lorelei mail-diff other.eml
  [ "$status" -eq 2 ]
}

@test "inspect: an archive, numbers, documents, what is not understood" {
  lorelei archive import -q --new toys 'box/cur/a1:2,S' 2>/dev/null || {
    cp 'box/cur/a1:2,S' a1.eml
    lorelei archive import -q --new toys a1.eml
  }
  lorelei archive index -q toys
  run lorelei inspect -d toys mid:a1@x
  [[ "$output" == *'"smsg":[{'*'"num":1'*'"xdoc":[{'* ]]
  run lorelei inspect -d toys num:1 docid:2
  [ "${output:0:1}" = '[' ]
  run lorelei inspect --pretty -d toys m:a1@x
  [ "${#lines[@]}" -gt 20 ]
  run lorelei inspect -d toys docid:77
  [ "$status" -ne 0 ]
  run lorelei inspect what:ever
  [ "$status" -eq 2 ]
  [[ "$output" == *"not understood"* ]]
  [ "$(lorelei inspect imap://nowhere.example.org/INBOX)" = '{}' ]
}

@test "addresses that are no mail are told apart before anything is asked" {
  run lorelei import http://127.0.0.1:1/all/id@x/T/
  [ "$status" -eq 2 ]
  [[ "$output" == *"did you mean"*"t.mbox.gz"* ]]
  run lorelei import --mail-sync http://127.0.0.1:1/all/id@x/raw
  [[ "$output" == *"--mail-sync"* ]]
  run lorelei import imap://127.0.0.1:1/
  [[ "$output" == *"no mailbox is named"* ]]
  run lorelei ls-mail-source http://127.0.0.1:1/
  [[ "$output" == *"only NNTP and IMAP"* ]]
}

objects() { git --git-dir="$HOME/.local/share/lorelei/$1/git/0.git" cat-file --batch-all-objects --batch-check 2>/dev/null | grep -c ' blob '; }

@test "index: found and read, but not copied" {
  lorelei index box +L:there
  [ "$(objects indexed)" -eq 0 ]
  [ "$(json s:apple | wc -l)" -eq 1 ]
  [ "$(json L:there | wc -l)" -eq 2 ]
  json s:apple | grep -q '"kw":\["seen"\]'
  oid=$(json s:apple | sed 's/.*"blob":"\([0-9a-f]*\)".*/\1/')
  lorelei blob "$oid" | cmp - 'box/cur/a1:2,S'
  lorelei lcat m:a1@x | grep -q 'fruit: a1@x'
  lorelei q -q --no-external -o copy s:apple
  cmp copy/cur/* 'box/cur/a1:2,S'
  # What comes later is added; what moved is found where it is.
  mail c1@x 'cherry one' >box/new/c1
  mv 'box/cur/a1:2,S' 'box/cur/a1:2,FS'
  lorelei index box
  [ "$(objects indexed)" -eq 0 ]
  [ "$(json z:0.. | wc -l)" -eq 3 ]
  lorelei blob "$oid" | cmp - 'box/cur/a1:2,FS'
  lorelei tag +kw:answered box/new/c1
  [ "$(json kw:answered | wc -l)" -eq 1 ]
  rm box/new/c1
  run lorelei lcat m:c1@x
  [ "$status" -ne 0 ]
}

@test "what was only indexed is stored by import, once" {
  lorelei index box +L:there
  lorelei import box
  [ "$(objects store)" -eq 2 ]
  [ "$(json -d none z:0.. | wc -l)" -eq 2 ]
  [ "$(json L:there | wc -l)" -eq 2 ]
  rm -r box
  lorelei lcat m:a1@x | grep -q 'fruit: a1@x'
  mkdir -p box/cur box/new box/tmp
  mail a1@x 'apple one' >box/new/again
  lorelei index box
  [ "$(json -d none s:apple | wc -l)" -eq 1 ]
  run lorelei index box/new/nothing.eml
  [ "$status" -ne 0 ]
}

@test "a packed mbox is read that is larger than what a pipe holds" {
  { for number in 1 2 3; do
      printf 'From x@y Fri Nov 20 10:00:00 2026\n'
      mail "$number@x" "number $number"
      head -c 600000 /dev/urandom | base64
      echo
    done; } >box.mbox
  for suffix in bz2 xz; do
    case $suffix in bz2) bzip2 -k box.mbox ;; xz) xz -k -0 box.mbox ;; esac
    timeout 60 "$LORELEI" convert -q -F mboxrd "box.mbox.$suffix" -o "mboxrd:$PWD/out-$suffix"
    [ "$(grep -c '^From ' "out-$suffix")" -eq 3 ]
    [ "$(grep -vc '^$' "out-$suffix")" -ge "$(grep -vc '^$' box.mbox)" ]
    # What is damaged is said, and nothing is written.
    head -c 400000 "box.mbox.$suffix" >"cut.mbox.$suffix"
    run timeout 60 "$LORELEI" convert -F mboxrd "cut.mbox.$suffix" -o "mboxrd:$PWD/cut-$suffix"
    [ "$status" -ne 0 ]
    [ ! -s "cut-$suffix" ]
  done
}

@test "imports at the same time do not keep each other from anything" {
  for n in 1 2 3 4; do
    mkdir -p m$n/cur m$n/new m$n/tmp
    for k in 1 2 3 4 5; do mail $n-$k@x "fruit $n $k" >m$n/cur/$n-$k:2,F; done
    lorelei import -q m$n +L:all 2>err$n &
    pids[n]=$!
  done
  for n in 1 2 3 4; do wait "${pids[n]}" || { cat err$n >&2; return 1; }; done
  [ "$(json L:all kw:flagged | wc -l)" -eq 20 ]
}

@test "what was indexed while another archive had it is stored by an import, and has labels" {
  mail a1@x 'apple one' >a.eml
  lorelei archive import -q --new fruits a.eml
  lorelei archive index -q fruits
  lorelei index box +L:where
  [ "$(json L:where | wc -l)" -eq 2 ]
  lorelei import box +L:kept
  [ "$(json L:kept | wc -l)" -eq 2 ]
  rm -r box
  mv "$HOME/.local/share/lorelei/archives/fruits" away
  [ "$(lorelei q --no-external -f text s:apple | grep -c 'fruit: a1@x')" -eq 1 ]
}

@test "lcat takes a bare Message-ID, and says by its status that nothing was found" {
  lorelei import -q box
  lorelei lcat a1@x | grep -q 'fruit: a1@x'
  run lorelei lcat nobody@x
  [ "$status" -eq 3 ]
}
