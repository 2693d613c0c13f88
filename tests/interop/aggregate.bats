# SPDX-License-Identifier: GPL-3.0-or-later
# Two lists with cross-posts as one index: through public-inbox-extindex and through us, and in turns.
# shellcheck source=tests/interop/common.bash
load common

setup_file() {
  need public-inbox-extindex
  world
  for list in 1 2; do
    sample_epoch "$BATS_FILE_TMPDIR/$list.git" "$list"
    bare_archive "$BATS_FILE_TMPDIR/list-$list" "$BATS_FILE_TMPDIR/$list.git"
    lorelei archive index --shards 3 "$BATS_FILE_TMPDIR/list-$list"
  done
  LISTS=("$BATS_FILE_TMPDIR/list-1" "$BATS_FILE_TMPDIR/list-2")
  public-inbox-extindex -j4 "$BATS_FILE_TMPDIR/theirs" "${LISTS[@]}"
  lorelei archive aggregate --shards 3 "$BATS_FILE_TMPDIR/ours" "${LISTS[@]}"
}
lists() { LISTS=("$BATS_FILE_TMPDIR/list-1" "$BATS_FILE_TMPDIR/list-2"); }
teardown_file() { ! command -v lei >/dev/null || lei daemon-kill 3>&-; }

same_index() { "$INDEX_DIFF" --ignore-terms=XRF --leave-out-stale-threads --accept-latin1 "$@"; }

@test "an aggregate is the reference's" {
  same_index "$BATS_FILE_TMPDIR/theirs" "$BATS_FILE_TMPDIR/ours"
}

@test "a cross-post is one document in both" {
  twice='SELECT count(*) FROM (SELECT docid FROM xref3 GROUP BY docid HAVING count(*) > 1)'
  [ "$(sqlite3 "$BATS_FILE_TMPDIR/ours/ei15/over.sqlite3" "$twice")" -gt 0 ]
}

@test "we continue the reference's aggregate" {
  lists
  public-inbox-extindex -j4 "$PWD/we-continue" "${LISTS[0]}"
  lorelei archive aggregate "$PWD/we-continue" "${LISTS[@]}"
  same_index "$BATS_FILE_TMPDIR/theirs" we-continue
}

@test "the reference continues our aggregate" {
  lists
  lorelei archive aggregate --shards 3 "$PWD/they-continue" "${LISTS[0]}"
  public-inbox-extindex -j4 "$PWD/they-continue" "${LISTS[@]}"
  same_index "$BATS_FILE_TMPDIR/theirs" they-continue
}

@test "lei finds in our aggregate what it finds in the reference's" {
  need lei
  for query in s:floppy dfn:drivers/block/floppy.c nq:bug; do
    lei_search "$BATS_FILE_TMPDIR/theirs" "$query" >want
    lei_search "$BATS_FILE_TMPDIR/ours" "$query" >got
    diff want got || { echo "query: $query"; false; }
    cat want >>all
  done
  [ -s all ]
}

# Killed after each of many delays, then left in peace: killed_often DIR ARCHIVE...
killed_often() {
  for hundredths in $(seq -w 1 25); do
    timeout --foreground -s KILL "0.$hundredths" lorelei archive aggregate -q --shards 3 "$@" 2>/dev/null || true
  done
  lorelei archive aggregate -q --shards 3 "$@"
  [ ! -e "$1/lorelei/build" ]
}

@test "a new aggregate that is killed again and again comes to the same" {
  lists
  killed_often "$PWD/killed" "${LISTS[@]}"
  same_index "$BATS_FILE_TMPDIR/ours" killed
}

@test "an aggregate that grows comes to the same however often it is killed" {
  epoch=$BATS_FILE_TMPDIR/1.git
  bare_archive growing "$epoch" "$(commit_at "$epoch" 500)"
  lorelei archive index -q --shards 3 "$PWD/growing"
  lorelei archive aggregate -q --shards 3 "$PWD/peace" "$PWD/growing" "$BATS_FILE_TMPDIR/list-2"
  cp -a peace unrest
  move_to growing "$(git --git-dir="$epoch" rev-parse HEAD)"
  lorelei archive index -q "$PWD/growing"
  lorelei archive aggregate -q "$PWD/peace" "$PWD/growing" "$BATS_FILE_TMPDIR/list-2"
  killed_often "$PWD/unrest" "$PWD/growing" "$BATS_FILE_TMPDIR/list-2"
  same_index peace unrest
}
