# SPDX-License-Identifier: GPL-3.0-or-later
# Every prefix and form of query, put to public-inbox's library and to us: the same messages in the same order.
# shellcheck source=tests/interop/common.bash
load common

setup_file() {
  need public-inbox-index
  world
  export LORELEI_NOW=1790000000  # in the last month of the sample
  for list in 1 2; do
    sample_epoch "$BATS_FILE_TMPDIR/$list.git" "$list"
    bare_archive "$BATS_FILE_TMPDIR/list-$list" "$BATS_FILE_TMPDIR/$list.git"
    lorelei archive index --shards 3 "$BATS_FILE_TMPDIR/list-$list"
  done
  lorelei archive aggregate --shards 3 "$BATS_FILE_TMPDIR/both" "$BATS_FILE_TMPDIR/list-1" "$BATS_FILE_TMPDIR/list-2"
}

same_lists() {  # DIR LEAST: at least so many of the queries find something
  run "$BATS_TEST_DIRNAME/compare_queries" "$1" "$BATS_TEST_DIRNAME/queries.txt"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" =~ ([0-9]+)' found something' ]]
  [ "${BASH_REMATCH[1]}" -ge "$2" ]
}

@test "in an archive" { same_lists "$BATS_FILE_TMPDIR/list-1" 60; }

@test "in an aggregate" { same_lists "$BATS_FILE_TMPDIR/both" 60; }
