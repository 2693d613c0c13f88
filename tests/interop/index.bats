# SPDX-License-Identifier: GPL-3.0-or-later
# The same epoch through public-inbox and through us: equal indexes, and each continues what the other began.
# shellcheck source=tests/interop/common.bash
load common

setup_file() {
  need public-inbox-index
  need xapian-check
  need sqlite3
  world
  export EPOCH="$BATS_FILE_TMPDIR/epoch.git"
  sample_epoch "$EPOCH"
  TOTAL=$(git --git-dir="$EPOCH" rev-list --count HEAD)
  MIDDLE=$(commit_at "$EPOCH" $((TOTAL / 2)))
  TIP=$(git --git-dir="$EPOCH" rev-parse HEAD)
  export TOTAL MIDDLE TIP
  bare_archive "$BATS_FILE_TMPDIR/theirs" "$EPOCH"
  perl_index "$BATS_FILE_TMPDIR/theirs"
  bare_archive "$BATS_FILE_TMPDIR/ours" "$EPOCH"
  lorelei archive index --shards 3 "$BATS_FILE_TMPDIR/ours"
  export THEIRS="$BATS_FILE_TMPDIR/theirs" OURS="$BATS_FILE_TMPDIR/ours"
}

teardown_file() { ! command -v lei >/dev/null || lei daemon-kill 3>&-; }

# What we add to an index; what the reference leaves stale until the next --reindex; and what it makes of letters between
# U+0080 and U+00FF, which depends on its interpreter's inner form of a string.
same_index() { "$INDEX_DIFF" --ignore-terms=XRF --leave-out-stale-threads --accept-latin1 "$@"; }

@test "a fresh index is the reference's" {
  same_index "$THEIRS" "$OURS"
}

@test "the reference's checks find nothing wrong with ours" {
  for shard in "$OURS"/xap15/[0-9]*; do xapian-check "$shard"; done
  [ "$(sqlite3 "$OURS/xap15/over.sqlite3" 'PRAGMA integrity_check')" = ok ]
  [ "$(sqlite3 "$OURS/msgmap.sqlite3" 'PRAGMA integrity_check')" = ok ]
}

@test "levels medium and basic are the reference's" {
  for level in medium basic; do
    bare_archive "theirs-$level" "$EPOCH"
    perl_index "$PWD/theirs-$level" "$level"
    bare_archive "ours-$level" "$EPOCH"
    lorelei archive index --shards 3 -L "$level" "$PWD/ours-$level"
    same_index "theirs-$level" "ours-$level"
  done
}

@test "numbers of another archive (altid) are the reference's" {
  for who in theirs ours; do
    bare_archive "alt-$who" "$EPOCH"
    cp "$THEIRS/msgmap.sqlite3" "alt-$who/old.sqlite3"
    sqlite3 "alt-$who/old.sqlite3" 'DELETE FROM msgmap WHERE num % 3 = 0; UPDATE msgmap SET num = num + 100000'
    git config -f "$PI_CONFIG" "publicinbox.alt-$who.inboxdir" "$PWD/alt-$who"
    git config -f "$PI_CONFIG" "publicinbox.alt-$who.address" "alt-$who@example.org"
    git config -f "$PI_CONFIG" "publicinbox.alt-$who.indexlevel" full
    git config -f "$PI_CONFIG" "publicinbox.alt-$who.altid" serial:old:file=old.sqlite3
  done
  public-inbox-index -j4 "$PWD/alt-theirs"
  lorelei archive index --shards 3 "$PWD/alt-ours"
  same_index alt-theirs alt-ours
  [ "$(lorelei q --only alt-ours -f jsonl old:100001 | wc -l)" -eq 1 ]
}

@test "one worker or four: the same index" {
  for jobs in 1 4; do
    bare_archive "jobs-$jobs" "$EPOCH"
    lorelei archive index --shards 3 -j "$jobs" "$PWD/jobs-$jobs"
  done
  "$INDEX_DIFF" jobs-1 jobs-4
}

@test "we continue what the reference began" {
  bare_archive both "$EPOCH" "$MIDDLE"
  perl_index "$PWD/both"
  move_to both "$TIP"
  lorelei archive index "$PWD/both"
  same_index "$THEIRS" both
}

@test "the reference continues what we began" {
  bare_archive both "$EPOCH" "$MIDDLE"
  lorelei archive index --shards 3 "$PWD/both"
  move_to both "$TIP"
  public-inbox-index both
  same_index "$THEIRS" both
}

@test "small steps in turns come to the same" {
  bare_archive turns "$EPOCH" "$(commit_at "$EPOCH" 20)"
  perl_index "$PWD/turns"
  for step in 40 41 60 80 120; do
    move_to turns "$(commit_at "$EPOCH" "$step")"
    if [ $((step % 40)) -eq 0 ]; then lorelei archive index "$PWD/turns"; else public-inbox-index turns; fi
  done
  move_to turns "$TIP"
  lorelei archive index "$PWD/turns"
  same_index "$THEIRS" turns
}

@test "a message that its archive deletes leaves both indexes, and its number stays free" {
  for who in theirs ours; do
    cp -a "$BATS_FILE_TMPDIR/$who" "$who"
    delete_message "$who" "$(commit_at "$EPOCH" 7)"
  done
  public-inbox-index theirs
  lorelei archive index "$PWD/ours"
  same_index theirs ours
}

@test "history that was rewritten upstream: both take back the same" {
  for who in theirs ours; do
    cp -a "$BATS_FILE_TMPDIR/$who" "$who"
    purge_message "$who" $((TOTAL - 9))
  done
  public-inbox-index theirs
  lorelei archive index "$PWD/ours"
  same_index theirs ours
}

@test "the reference's library finds in our index what it finds in its own" {
  while read -r query; do
    perl_search "$THEIRS" "$query" >want
    perl_search "$OURS" "$query" >got
    diff want got || { echo "query: $query"; false; }
    cat want >>all
  done <<'END'
s:floppy
f:"linus torvalds" OR t:linux-block
nq:bug AND nq:regression
dfn:drivers/block/floppy.c
dfhh:floppy_* OR dfb:spin_lock
b:timeout d:20000101..
q:patch NOT s:re
END
  [ -s all ]
}

@test "lei finds in our index what it finds in the reference's" {
  need lei
  for query in s:floppy dfn:drivers/block/floppy.c nq:bug; do
    lei_search "$THEIRS" "$query" >want
    lei_search "$OURS" "$query" >got
    diff want got || { echo "query: $query"; false; }
    cat want >>all
  done
  [ -s all ]
}

@test "the reference's HTTP server serves our archive and notices what we add" {
  need public-inbox-httpd
  bare_archive served "$EPOCH" "$MIDDLE"
  lorelei archive index --shards 3 "$PWD/served"
  git config -f config publicinbox.served.inboxdir "$PWD/served"
  git config -f config publicinbox.served.address served@example.org
  serve config
  [ "$(http_status "/served/?q=s:patch")" = 200 ]
  newest=$(sqlite3 "$OURS/msgmap.sqlite3" 'SELECT mid FROM msgmap ORDER BY num DESC LIMIT 1')
  [ "$(http_status "/served/$newest/")" != 200 ]
  move_to served "$TIP"
  lorelei archive index "$PWD/served"
  wait_until '[ "$(http_status "/served/$newest/")" = 200 ]'
}
