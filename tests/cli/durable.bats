#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a kill or a power cut may take, seen by the system calls: which names are synced before a command says that it is
# done, and what the next run does about one that did not come so far.
load common
load arrivals

setup_here() { need strace; }

traced() { strace -f -y -o trace -e trace=fsync,rename,renameat,renameat2,link,linkat "$@"; }
line_of() { grep -n "$1" trace | tail -n 1 | cut -d: -f1; }
# That a directory of the epoch was synced, and not only before something else.
synced() {  # DIRECTORY [AFTER]
  local at after=0
  at=$(line_of "fsync([0-9]*<.*/git/0.git/$1>)")
  [ -z "${2:-}" ] || after=$(line_of "$2")
  [ -n "$at" ] && [ -n "$after" ] && [ "$at" -gt "$after" ] || { echo "$1 is not synced${2:+ after $2}" >&2; return 1; }
}
many() {  # COUNT, as an mbox
  for i in $(seq "$1"); do
    echo 'From x Thu Jan  1 00:00:00 1970'
    mail "m$i@x" "letter $i"
    echo
  done
}

@test "import: where git has moved the branch, its name is durable, and those of its packs before" {
  many 20 >many.mbox
  traced "$LORELEI" archive import -q --new toys many.mbox
  synced refs/heads 'rename.*refs/heads/master.lock'
  synced objects/pack '\(rename\|link\).*/pack/.*\.idx"'
  [ "$(line_of 'git/0.git/objects/pack>')" -lt "$(line_of 'git/0.git/refs/heads>')" ]
  # Objects that lie by themselves would need each directory to be synced.
  [ -z "$(find "$HOME" -path '*/objects/??/*')" ]
}

@test "import: what a killed run has put there is durable before it is said to be there" {
  mail first@x 'first of all' >first.eml
  lorelei archive import -q --new toys first.eml
  traced "$LORELEI" archive import toys first.eml 2>err
  grep -q '1 were there already' err
  synced refs/heads
  synced objects
}

@test "import: directories of objects that a killed run has made are durable" {
  mail first@x 'first of all' >first.eml
  lorelei archive import -q --new toys first.eml
  mail second@x 'second' >second.eml
  objects=$(echo "$HOME"/.local/share/lorelei/archives/toys/git/0.git/objects)
  for i in $(seq 0 255); do mkdir -p "$objects/$(printf %02x "$i")"; done
  traced "$LORELEI" archive import -q toys second.eml
  synced objects 'rename.*/objects/'
  [ "$(line_of '0.git/objects>')" -lt "$(line_of 'rename.*refs/heads/master.lock')" ]
}

# Whether the byte of inbox.lock is written by a run of the indexer.
wakes() {
  rm -f trace
  strace -f -o trace -P "$archive/inbox.lock" -e trace=pwrite64 "$LORELEI" archive index -q toys
  grep -q 'pwrite64(.*"\."' trace
}

@test "index: servers that a killed run has not woken are woken by the next one, and not for ever" {
  new_archive
  archive=$HOME/.local/share/lorelei/archives/toys
  mail second@x 'second' >second.eml
  lorelei archive import -q toys second.eml
  strace -f -o trace -P "$archive/inbox.lock" -e trace=pwrite64 -e inject=pwrite64:error=EIO:signal=KILL:when=1 \
    "$LORELEI" archive index -q toys || true
  grep -q 'killed by SIGKILL' trace
  lorelei q -f jsonl s:second | grep -q second@x
  wakes
  wakes || true  # clocks of file systems are coarse
  refute wakes
}

# The listing of box/cur shows nothing the first time that it is read.
blind() { strace -f -o trace -P "$PWD/box/cur" -e trace=getdents64 -e inject=getdents64:retval=0:when=1 "$@"; }

@test "Maildir: a file that a listing does not show is looked for twice before it counts as gone" {
  new_archive
  # Killed when the mail has its name and is not yet done.
  strace -f -o trace -P "$PWD/box/cur" -e trace=fsync -e inject=fsync:error=EIO:signal=KILL:when=1 \
    "$LORELEI" q -q -o box s:first || true
  [ "$(files box)" -eq 1 ]
  blind "$LORELEI" up -q --all
  grep -q INJECTED trace
  [ "$(files box)" -eq 1 ]
  blind "$LORELEI" q -q -o box s:first
  grep -q INJECTED trace
  [ "$(files box)" -eq 1 ]
}
