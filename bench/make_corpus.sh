#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a v2 archive of N messages from one real epoch (a bundle or a bare repository): see bench/make_copies.cc.
#
#   bench/make_corpus.sh BUNDLE DIR [N]      N is 100,000 if not given; the epoch is DIR/git/0.git
set -euo pipefail
[ $# -ge 2 ] || { sed -n '3,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
source=$1 target=$2/git/0.git wanted=${3:-100000}
tools=${LORELEI_BENCH_TOOLS:-$(dirname "$0")/../build/release/bench}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

git clone -q --bare "$source" "$scratch/source.git"
export GIT_DIR=$scratch/source.git
git log --reverse --format='%H %at %ct' >"$scratch/log"
# A message that was removed again is a commit without "m"; a corpus can do without those.
cut -d' ' -f1 "$scratch/log" | sed 's/$/:m/' | git cat-file --batch-check='%(objecttype)' >"$scratch/types"
paste -d' ' "$scratch/types" "$scratch/log" | awk '$1 == "blob" { print $2 ":m" }' >"$scratch/names"
paste -d' ' "$scratch/types" "$scratch/log" | awk '$1 == "blob" { print $3, $4 }' >"$scratch/times"

git init -q --bare --initial-branch=master "$target"
git cat-file --batch --buffer <"$scratch/names" |
  "$tools/make_copies" "$scratch/times" "$wanted" |
  git --git-dir="$target" fast-import --quiet --force
git --git-dir="$target" -c gc.auto=0 repack -adq
echo "$target: $(git --git-dir="$target" rev-list --count master) messages"
