#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The model checker beside Spin, in alternation on the same idle machine; prints a table for bench/RESULTS.md.
#
#   bench/models.sh [OPTION...] [MODEL.tla...]
#
#   --runs=N        runs of each; medians are shown (5)
#   --dir=DIR       where Spin's program is made, and results lie (build/bench)
#   --program=FILE  the lorelei to measure (build/release/lorelei)
#
# Without models those of bench/models. Where there is MODEL.pml beside one, Spin checks it: depth first, all states
# stored in full, no reduction, no other check (-DNOREDUCE -DSAFETY, gcc -O2, statements not merged: spin -o3); making
# its program is measured apart. CPU seconds are user and system, memory is the largest process.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=bench/lib.sh
. "$root/bench/lib.sh"

usage() { sed -n '3,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
runs=5 dir=$root/build/bench program=$root/build/release/lorelei
models=()
for arg in "$@"; do
  case $arg in
    --runs=*) runs=${arg#*=} ;;
    --dir=*) dir=${arg#*=} ;;
    --program=*) program=${arg#*=} ;;
    -*) usage ;;
    *) models+=("$(realpath "$arg")") ;;
  esac
done
[ ${#models[@]} -gt 0 ] || models=("$root"/bench/models/*.tla)
measure=$(dirname "$(realpath "$program")")/bench/measure
mkdir -p "$dir/results"

row_of() {  # NAME TOOL TITLE
  local file=$dir/results/$1.$2 memory=-
  [ -e "$file" ] || return 0
  [ ! -e "$file.memory" ] || memory=$(median "$file.memory" 4)
  printf '| %s | %s | %.3f | %.3f | %s | %s |\n' "$1" "$3" "$(median "$file" 2)" "$(median "$file" 1)" "$memory" \
    "$(quotient "$(median "$file" 2)" "$(median "$dir/results/$1.lorelei" 2)")"
}
# job NAME TOOL COMMAND...: one more run of it
job() { timed "$@" || exit 1; }

echo "| model | tool | CPU s | wall s | MiB | CPU / ours |"
echo "|---|---|---|---|---|---|"
for model in "${models[@]}"; do
  name=$(basename "$model" .tla) twin=${model%.tla}.pml
  work=$dir/$name
  mkdir -p "$work"
  forget "$name"
  if [ -e "$twin" ]; then
    job "$name" make sh -c "cd '$work' && spin -a -o3 '$twin' && gcc -O2 -w -DNOREDUCE -DSAFETY -o pan pan.c"
  fi
  for ((run = 0; run < runs; run++)); do
    job "$name" lorelei "$program" model --no-warnings -j1 "$model"
    job "$name" two "$program" model --no-warnings -j2 "$model"
    [ ! -e "$twin" ] || job "$name" spin "$work/pan" -m1000000
  done
  for tool in lorelei two spin; do
    [ -e "$dir/results/$name.$tool" ] || continue
    case $tool in
      lorelei) watched "$name" $tool "$program" model --no-warnings -j1 "$model" ;;
      two) watched "$name" $tool "$program" model --no-warnings -j2 "$model" ;;
      spin) watched "$name" $tool "$work/pan" -m1000000 ;;
    esac
  done
  row_of "$name" lorelei 'ours, one thread'
  row_of "$name" two 'ours, two threads'
  row_of "$name" spin Spin
  row_of "$name" make 'spin and gcc, to make its program'
done
