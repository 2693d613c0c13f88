#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole commands beside their peers, in alternation on the same idle machine; prints tables for bench/RESULTS.md.
#
#   bench/compare.sh [OPTION...] BUNDLE [BUNDLE2]
#
#   --runs=N        runs of each command; medians are shown (5)
#   --only=A,B      of index, aggregate, growth, incremental, queries, startup, deliver, update, imap, commands,
#                   signatures, patches, posting (all)
#   --size=N        messages of the large archive that is made from BUNDLE (100000)
#   --dir=DIR       where it works; what was prepared there is used again (build/bench)
#   --program=FILE  the lorelei to measure (build/release/lorelei)
#
# BUNDLE is one real epoch, as a git bundle or a bare repository; the aggregate takes BUNDLE2 too. Times are those of
# runs without memory sampling; the peak of memory is the sum over all processes of one further run. Files are in the
# page cache. Each run starts from a fresh copy, whose making is not measured. Memory, growth and the packaged reference
# on the large archive run once.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=bench/lib.sh
. "$root/bench/lib.sh"
# shellcheck source=bench/searches.sh
. "$root/bench/searches.sh"
# shellcheck source=bench/signatures.sh
. "$root/bench/signatures.sh"
# shellcheck source=bench/patches.sh
. "$root/bench/patches.sh"
# shellcheck source=bench/posting.sh
. "$root/bench/posting.sh"

usage() { sed -n '3,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
runs=5 size=100000 dir=$root/build/bench program=$root/build/release/lorelei
only=index,aggregate,growth,incremental,queries,startup,deliver,update,imap,commands,signatures,patches,posting
bundles=()
for arg in "$@"; do
  case $arg in
    --runs=*) runs=${arg#*=} ;;
    --only=*) only=${arg#*=} ;;
    --size=*) size=${arg#*=} ;;
    --dir=*) dir=${arg#*=} ;;
    --program=*) program=${arg#*=} ;;
    -*) usage ;;
    *) bundles+=("$(realpath "$arg")") ;;
  esac
done
[ ${#bundles[@]} -ge 1 ] || usage
program=$(realpath "$program")
export LORELEI_BENCH_TOOLS=${LORELEI_BENCH_TOOLS:-$root/build/release/bench}
measure=$LORELEI_BENCH_TOOLS/measure
if [ ! -x "$program" ] || [ ! -x "$measure" ]; then
  echo 'build first: cmake --preset release && cmake --build --preset release' >&2
  exit 1
fi

mkdir -p "$dir"
dir=$(realpath "$dir")
export HOME=$dir/home XDG_RUNTIME_DIR=$dir/run GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8
export PI_CONFIG=$dir/pi.config
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME PERL_INLINE_DIRECTORY
mkdir -p "$HOME" "$dir/results" "$dir/inline" "$dir/runs" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"

# The reference forks its whole process for every patch unless Inline::C may compile a helper: both are measured.
packaged=(env -u PERL_INLINE_DIRECTORY public-inbox-index -j4)
inline=(env "PERL_INLINE_DIRECTORY=$dir/inline" public-inbox-index -j4)
ours=("$program" archive index --shards 3)

# ---- index: all of the bundle, level full, three shards; and notmuch on the same mail ----

index_once() {  # HOW: timed or watched
  local at=$dir/runs
  archive_of ours "$at/ours" "$dir/small.git"
  "$1" index lorelei "${ours[@]}" "$at/ours"
  archive_of theirs "$at/packaged" "$dir/small.git"
  "$1" index packaged "${packaged[@]}" "$at/packaged"
  archive_of theirs "$at/inline" "$dir/small.git"
  "$1" index inline "${inline[@]}" "$at/inline"
  rm -rf "$at/mail/.notmuch"
  "$1" index notmuch env NOTMUCH_CONFIG="$dir/notmuch.config" notmuch new
}

job_index() {
  local run
  forget index
  mkdir -p "$dir/runs"
  archive_of theirs "$dir/runs/inline" "$dir/small.git"
  "${inline[@]}" "$dir/runs/inline" >/dev/null 2>&1  # compiles it
  prepare_maildir "$dir/small.git" "$dir/runs/mail"
  for run in $(seq "$runs"); do
    talk "index: run $run of $runs"
    index_once timed
  done
  index_once watched
  table "Index of $(count_of "$dir/small.git") messages, level full"
  row index lorelei lorelei "$(index_mib "$dir"/runs/ours/{xap15,msgmap.sqlite3})"
  row index packaged 'public-inbox-index -j4, as packaged' "$(index_mib "$dir"/runs/packaged/{xap15,msgmap.sqlite3})"
  row index inline 'public-inbox-index -j4, Inline::C' "$(index_mib "$dir"/runs/inline/{xap15,msgmap.sqlite3})"
  row index notmuch 'notmuch new (no diffs, from a Maildir)' "$(index_mib "$dir/runs/mail/.notmuch")"
}

prepare_maildir() {  # EPOCH DIR
  rm -rf "$2"
  mkdir -p "$2"/{cur,new,tmp}
  git --git-dir="$1" log --reverse --format='%H:m' |
    git --git-dir="$1" cat-file --batch --buffer |
    perl -e 'while (<STDIN>) { / (\d+)$/ or next; read STDIN, my $mail, $1; <STDIN>; open my $out, ">", sprintf("%s/cur/%06d:2,S", $ARGV[0], ++$n); print $out $mail }' "$2"
  cat >"$dir/notmuch.config" <<END
[database]
path=$2
[user]
name=x
primary_email=x@example.org
[new]
tags=unread
END
}

# ---- aggregate: both bundles, indexed before, into one index ----

aggregate_once() {  # HOW
  local lists=("$dir/runs/agg-a" "$dir/runs/agg-b")
  rm -rf "$dir/runs/agg-ours" "$dir/runs/agg-packaged" "$dir/runs/agg-inline"
  "$1" aggregate lorelei "$program" archive aggregate "$dir/runs/agg-ours" "${lists[@]}"
  "$1" aggregate packaged env -u PERL_INLINE_DIRECTORY public-inbox-extindex -j4 "$dir/runs/agg-packaged" "${lists[@]}"
  "$1" aggregate inline env PERL_INLINE_DIRECTORY="$dir/inline" public-inbox-extindex -j4 "$dir/runs/agg-inline" "${lists[@]}"
}

job_aggregate() {
  local run
  if [ ${#bundles[@]} -lt 2 ]; then
    talk 'aggregate: left out, it needs a second bundle'
    return
  fi
  forget aggregate
  epoch second "${bundles[1]}"
  archive_of ours "$dir/runs/agg-a" "$dir/small.git"
  "${ours[@]}" "$dir/runs/agg-a" >/dev/null 2>&1
  archive_of ours "$dir/runs/agg-b" "$dir/second.git"
  "${ours[@]}" "$dir/runs/agg-b" >/dev/null 2>&1
  for run in $(seq "$runs"); do
    talk "aggregate: run $run of $runs"
    aggregate_once timed
  done
  aggregate_once watched
  table "Aggregate of both bundles, $(count_of "$dir/small.git") + $(count_of "$dir/second.git") messages"
  row aggregate lorelei lorelei "$(index_mib "$dir/runs/agg-ours/ei15")"
  row aggregate packaged 'public-inbox-extindex -j4, as packaged' "$(index_mib "$dir/runs/agg-packaged/ei15")"
  row aggregate inline 'public-inbox-extindex -j4, Inline::C' "$(index_mib "$dir/runs/agg-inline/ei15")"
}

# ---- the large archive ----

epoch_large() {
  [ ! -d "$dir/large/git/0.git" ] || return 0
  talk "making $((size + 100)) messages"
  "$root/bench/make_corpus.sh" "$dir/small.git" "$dir/large" $((size + 100)) >&2
}
large() {
  epoch_large
  [ ! -d "$dir/large-ours" ] || return 0
  talk "indexing the first $size of them"
  archive_of ours "$dir/large-ours" "$dir/large/git/0.git" "$(nth_commit "$dir/large/git/0.git" "$size")"
  "${ours[@]}" "$dir/large-ours" >/dev/null 2>&1
}

# ---- growth: cost a message, from the size of the bundle to the large archive ----

job_growth() {
  epoch_large
  local start messages first=''
  start=$(count_of "$dir/small.git")
  printf '\n### Growth\n\n| messages | wall s | CPU s | ms CPU a message | against the first |\n|---|---|---|---|---|\n'
  for messages in "$start" $((size / 4)) $((size / 2)) "$size"; do
    talk "growth: $messages messages"
    forget growth
    archive_of ours "$dir/runs/growth" "$dir/large/git/0.git" "$(nth_commit "$dir/large/git/0.git" "$messages")"
    timed growth lorelei "${ours[@]}" "$dir/runs/growth"
    awk -v n="$messages" -v first="$first" '{ each = $2 * 1000 / n
      printf "| %d | %.1f | %.1f | %.3f | %s |\n", n, $1, $2, each, first == "" ? "-" : sprintf("%+.0f%%", (each / first - 1) * 100) }' \
      "$dir/results/growth.lorelei"
    [ -n "$first" ] || first=$(awk -v n="$messages" '{ print $2 * 1000 / n }' "$dir/results/growth.lorelei")
  done
}

# ---- incremental: 100 messages more ----

incremental_once() {  # HOW
  local tool tip
  tip=$(git --git-dir="$dir/large/git/0.git" rev-parse HEAD)
  for tool in lorelei packaged; do
    rm -rf "$dir/runs/incremental"
    cp -a --reflink=auto "$dir/large-ours" "$dir/runs/incremental"
    git --git-dir="$dir/runs/incremental/git/0.git" update-ref "$(branch "$dir/runs/incremental/git/0.git")" "$tip"
    sync -f "$dir/runs"
    if [ "$tool" = lorelei ]; then
      "$1" incremental lorelei "${ours[@]}" "$dir/runs/incremental"
    else
      "$1" incremental packaged "${packaged[@]}" "$dir/runs/incremental"
    fi
  done
}

job_incremental() {
  local run
  forget incremental
  large
  for run in $(seq "$runs"); do
    talk "incremental: run $run of $runs"
    incremental_once timed
  done
  incremental_once watched
  table "100 new messages into $size, durable"
  row incremental lorelei lorelei -
  row incremental packaged 'public-inbox-index -j4, as packaged' -
}

# ---- queries: a cold process of ours beside lei with a warm daemon, 200 results as JSON ----

# A line is a query, its arguments separated by |. Wildcards of more than 100 words are none of lei's.
queries='s:io_uring|f:axboe
dfn:block/blk-mq.c
nq:request queue|d:2025-02-01..2025-04-01
t:linux-block@vger.kernel.org
-s|relevance|blk_mq_alloc_request|timeout
-t|s:regression|OR|nq:bisect
dfhh:blk_mq_alloc*
(|dfn:drivers/block/floppy.c|OR|dfhh:floppy_*|OR|s:floppy|)|AND|rt:2025-06-01..'

answers() { grep -o '"blob":"[0-9a-f]*"' "$dir/results/$1.out"; }  # in their order

query_table() {  # TITLE ARCHIVE
  local words=() run job=0
  printf '\n### %s\n\n| query | lorelei ms | lei ms | ratio |\n|---|---|---|---|\n' "$1"
  while IFS='|' read -ra words; do
    job=$((job + 1))
    forget "query$job"
    lei q --no-save --only "$2" -f json -n 200 "${words[@]}" >/dev/null 2>&1 || true  # warms the daemon
    for run in $(seq "$runs"); do
      timed "query$job" lorelei "$program" q --no-save --only "$2" -f json -n 200 "${words[@]}"
      timed "query$job" lei lei q --no-save --only "$2" -f json -n 200 "${words[@]}"
    done
    [ "$(answers "query$job.lorelei")" = "$(answers "query$job.lei")" ] || talk "the answers differ: ${words[*]}"
    awk -v q="${words[*]}" -v us="$(median "$dir/results/query$job.lorelei" 1)" -v lei="$(median "$dir/results/query$job.lei" 1)" \
      'BEGIN { printf "| `%s` | %.1f | %.0f | %.1f |\n", q, us * 1000, lei * 1000, lei / us }'
  done <<<"$queries" | tee "$dir/results/queries"
  awk -F'|' '{ print $5 }' "$dir/results/queries" | sort -g |
    awk '{ v[NR] = $1 } END { printf "\nMedian of the ratios %.1f, lowest %.1f.\n", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1] }'
}

job_queries() {
  large
  archive_of ours "$dir/runs/ours" "$dir/small.git"
  "${ours[@]}" "$dir/runs/ours" >/dev/null 2>&1
  query_table "Queries in $(count_of "$dir/small.git") messages" "$dir/runs/ours"
  query_table "Queries in $size messages" "$dir/large-ours"
  lei daemon-kill >/dev/null 2>&1 || true
}

# ---- startup ----

job_startup() {
  local run
  forget startup
  for run in $(seq 50); do timed startup lorelei "$program" --version; done
  printf '\n### lorelei --version\n\n%.1f ms wall, %.1f ms CPU (median of 50)\n' \
    "$(awk -v s="$(median "$dir/results/startup.lorelei" 1)" 'BEGIN { print s * 1000 }')" \
    "$(awk -v s="$(median "$dir/results/startup.lorelei" 2)" 'BEGIN { print s * 1000 }')"
}

epoch small "${bundles[0]}"
echo "lorelei $("$program" --version | awk 'NR == 1 { print $2 }'), $(nproc) processors ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), medians of $runs runs"
for job in ${only//,/ }; do "job_$job"; done
