#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Archives of version 1, which public-inbox writes and we search: what its library and lei find in them.
load common

setup_file() {
  # shellcheck source=tests/interop/common.bash
  . "$BATS_TEST_DIRNAME/common.bash"
  need lei && need public-inbox-index && need public-inbox-extindex
  world
  export LORELEI_NOW=1790000000  # in the last month of the sample
  cd "$BATS_FILE_TMPDIR" || return
  version1_archive "$PWD/old" 1
  perl_index_old "$PWD/old"
  sample_epoch "$PWD/2.git" 2
  bare_archive "$PWD/new" "$PWD/2.git"
  perl_index "$PWD/new"
  public-inbox-extindex -j4 "$PWD/all" "$PWD/old" "$PWD/new"
}
teardown_file() { lei daemon-kill 2>/dev/null 3>&- || true; }

perl_index_old() { # DIR [LEVEL]
  local name
  name=$(basename "$1")
  [ -e "$1/public-inbox" ] ||
    public-inbox-init -V1 -L "${2:-full}" "$name" "$1" "http://localhost/$name" "$name@example.org"
  public-inbox-index "$1"
}
same_lists() { # DIR
  run "$BATS_TEST_DIRNAME/compare_queries" "$1" "$BATS_TEST_DIRNAME/queries.txt"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" =~ ([0-9]+)' found something' ]]
  [ "${BASH_REMATCH[1]}" -ge 60 ]
}
here() { cd "$BATS_FILE_TMPDIR" || return; }
ours() { lorelei q --no-save -q -f jsonl "$@" | sed -n 's/.*"m":"\([^"]*\)".*/\1/p'; }
theirs() { lei q --no-save -q -f jsonl "$@" 2>/dev/null 3>&- | sed -n 's/.*"m":"\([^"]*\)".*/\1/p'; }

@test "every query finds the same messages in the same order" { same_lists "$BATS_FILE_TMPDIR/old"; }

@test "and in an aggregate that was made over one" { same_lists "$BATS_FILE_TMPDIR/all"; }

same_index() { "$INDEX_DIFF" --ignore-terms=XRF --leave-out-stale-threads --accept-latin1 "$@"; }

@test "our aggregate over one is the reference's, and goes on where that ended" {
  archives=("$BATS_FILE_TMPDIR/old" "$BATS_FILE_TMPDIR/new")
  lorelei archive aggregate -q --shards 3 "$BATS_TEST_TMPDIR/ours" "${archives[@]}"
  same_index "$BATS_FILE_TMPDIR/all" ours
  public-inbox-extindex -j4 "$PWD/ours" "${archives[@]}"
  same_index "$BATS_FILE_TMPDIR/all" ours
  cp -a "$BATS_FILE_TMPDIR/all" theirs
  run --separate-stderr lorelei archive aggregate theirs "${archives[@]}"
  [ "$status" -eq 0 ]
  [[ "$stderr" == *" 0 "* ]]
  same_index "$BATS_FILE_TMPDIR/all" theirs
}

@test "beside other archives, lei finds what we find" {
  here
  for query in s:floppy dfn:drivers/block/floppy.c nq:bug; do
    diff <(theirs -O "$PWD/old" -O "$PWD/new" "$query" | sort) <(ours -O "$PWD/old" -O "$PWD/new" "$query" | sort)
    [ "$(ours -O old "$query" | wc -l)" -gt 0 ]
  done
  diff <(theirs -t -O "$PWD/old" s:floppy | sort) <(ours -t -O "$PWD/old" s:floppy | sort)
}

@test "the bytes of messages are read: mbox, show, thread" {
  here
  id=$(ours -O "$PWD/old" s:floppy | head -n 1)
  blob=$(lorelei q --no-save -q -f jsonl -O "$PWD/old" "mid:$id" | sed 's/.*"blob":"\([^"]*\)".*/\1/')
  git --git-dir=old cat-file blob "$blob" >want
  lorelei show -O "$PWD/old" --raw "$id" | diff want -
  lorelei thread -O "$PWD/old" "$id" | grep -q .
  lorelei show -O "$PWD/all" --raw "$id" | diff want -
  lorelei q --no-save -q -f mboxrd -O "$PWD/old" s:floppy >ours.mbox
  [ "$(grep -c '^From ' ours.mbox)" -eq "$(ours -O "$PWD/old" s:floppy | wc -l)" ]
}

@test "saved searches go on by number, whoever delivered before" {
  cd "$BATS_TEST_TMPDIR"
  cp -a "$BATS_FILE_TMPDIR/old.maildir" list.maildir
  version1_archive "$PWD/list" 1 200
  perl_index_old "$PWD/list"
  export HOME=$PWD/home
  mkdir home
  lorelei q -q -O "$PWD/list" -o "$PWD/ours" NOT zzz
  lei q -q -O "$PWD/list" -o "$PWD/theirs" NOT zzz 3>&-
  [ "$(find ours -type f | wc -l)" -eq 200 ]
  git --git-dir=list update-ref -d refs/heads/master
  version1_archive "$PWD/list" 1 260  # the same history, and more of it
  public-inbox-index list
  run --separate-stderr lorelei up ours
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"# 60 written to $PWD/ours/ (60 matches)"* ]]
  run --separate-stderr lorelei up theirs
  [[ "$stderr" == *"# 60 written"* ]]
  git --git-dir=list update-ref -d refs/heads/master
  version1_archive "$PWD/list" 1 300
  public-inbox-index list
  lei up -q "$PWD/ours" 3>&-
  [ "$(find ours -type f | wc -l)" -eq 300 ]
}

@test "one that is registered or an external is searched without being named" {
  export PI_CONFIG=$BATS_TEST_TMPDIR/pi
  printf '[publicinbox "old"]\n\tinboxdir = %s\n\taddress = old@example.org\n' "$BATS_FILE_TMPDIR/old" >"$PI_CONFIG"
  [ "$(ours s:floppy | wc -l)" -gt 0 ]
  run lorelei archive ls
  [[ "${lines[1]}" =~ ^old\ .*\ full\ .*\ current\  ]]
  PI_CONFIG=/dev/null HOME=$BATS_TEST_TMPDIR lorelei add-external -q "$BATS_FILE_TMPDIR/old"
  [ "$(PI_CONFIG=/dev/null HOME=$BATS_TEST_TMPDIR ours s:floppy | wc -l)" -gt 0 ]
}

@test "level basic has the overview, and says what it lacks" {
  cd "$BATS_TEST_TMPDIR"
  cp -a "$BATS_FILE_TMPDIR/old.maildir" low.maildir
  version1_archive "$PWD/low" 1 50
  perl_index_old "$PWD/low" basic
  id=$(lorelei q --no-save -q -f jsonl -O "$BATS_FILE_TMPDIR/old" -r --sort=docid 'NOT zzz' -n 1 | sed 's/.*"m":"\([^"]*\)".*/\1/')
  lorelei show -O "$PWD/low" --raw "$id" | grep -q .
  run --separate-stderr lorelei q -O "$PWD/low" s:floppy
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"level basic"*"public-inbox-index"* ]]
}

@test "what would write it is refused with a way out" {
  here
  for command in index fetch verify; do
    run --separate-stderr lorelei archive "$command" "$PWD/old"
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"version 1"*"public-inbox-convert"* ]]
  done
}
