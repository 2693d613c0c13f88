# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What bench/compare.sh is made of: archives to measure on, measured commands, rows of its tables.
#
# The caller sets dir (where everything lies) and measure (the program of bench/measure.cc).
: "${dir=}" "${measure=}"

talk() { echo "$(date +%T) $*" >&2; }

# ---- archives ----

# A bare clone with one pack, made once: epoch NAME SOURCE
epoch() {
  [ ! -d "$dir/$1.git" ] || return 0
  talk "unpacking $1"
  git clone -q --bare "$2" "$dir/$1.git"
  git --git-dir="$dir/$1.git" config gc.auto 0
  git --git-dir="$dir/$1.git" repack -adq
}

# A v2 archive without an index: archive_of WHOSE DIR EPOCH [COMMIT]; WHOSE is ours or theirs, who gets what init makes.
# With COMMIT the epoch ends there, as if nothing later had arrived yet.
archive_of() {
  rm -rf "$2"
  mkdir -p "$2/git"
  cp -a --reflink=auto "$3" "$2/git/0.git"
  [ -z "${4:-}" ] || git --git-dir="$2/git/0.git" update-ref "$(branch "$3")" "$4"
  : >"$2/inbox.lock"
  [ "$1" = theirs ] || return 0
  public-inbox-init -V2 -L full -j4 "$(basename "$2")" "$2" http://localhost/x "$(basename "$2")@example.org" \
    >"$dir/init.log" 2>&1 || { cat "$dir/init.log" >&2; return 1; }
}
branch() { git --git-dir="$1" symbolic-ref HEAD; }
count_of() { git --git-dir="$1" rev-list --count HEAD; }
nth_commit() { git --git-dir="$1" rev-list --reverse HEAD | sed -n "${2}p"; }
index_mib() { du -cm --apparent-size "$@" | awk 'END { print $1 }'; }

# ---- measuring ----

# Adds a line to results/JOB.TOOL: timed JOB TOOL COMMAND...
timed() {
  local at=$dir/results/$1.$2
  shift 2
  if ! "$measure" --output="$at" "$@" >"$at.out" 2>"$at.err"; then
    talk "failed: $*"
    tail -n 5 "$at.err" >&2
    return 1
  fi
}
# The same for a run that watches memory and whose times do not count.
watched() {
  local at=$dir/results/$1.$2.memory
  shift 2
  "$measure" --memory --output="$at" "$@" >/dev/null 2>&1
}
forget() { rm -f "$dir/results/$1".*; }

# ---- numbers and rows ----

median() {  # FILE COLUMN
  cut -f"$2" "$1" | sort -g |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { print (b > 0 ? sprintf("%.1f", a / b) : "-") }'; }

table() {  # TITLE
  printf '\n### %s\n\n' "$1"
  echo '| tool | wall s | CPU s | peak PSS MiB | peak RSS MiB | on disk MiB | wall / ours | CPU / ours |'
  echo '|---|---|---|---|---|---|---|---|'
}
# A line of it, medians of what timed and watched wrote: row JOB TOOL NAME ON-DISK
row() {
  local file=$dir/results/$1.$2 ours=$dir/results/$1.lorelei wall cpu pss=- rss=-
  wall=$(median "$file" 1)
  cpu=$(median "$file" 2)
  if [ -f "$file.memory" ]; then
    pss=$(median "$file.memory" 3)
    rss=$(median "$file.memory" 4)
  fi
  printf '| %s | %.2f | %.2f | %s | %s | %s | %s | %s |\n' "$3" "$wall" "$cpu" "$pss" "$rss" "$4" \
    "$(quotient "$wall" "$(median "$ours" 1)")" "$(quotient "$cpu" "$(median "$ours" 2)")"
}
