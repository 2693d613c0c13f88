# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The job of bench/compare.sh about series of patches: made ready and applied to a tree of 5,000 files beside b4 and
# git am, and listed. The caller sets what bench/compare.sh sets.
: "${dir=}" "${program=}" "${runs=}"

# A tree of 5,000 files and, on the branch topic, 60 commits on top that change three files each.
patches_world() {
  export HOME=$dir/home-patches GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
  export GIT_CONFIG_GLOBAL=$HOME/.gitconfig tree=$HOME/tree
  rm -rf "$HOME"
  mkdir -p "$HOME"
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global b4.attestation-policy off
  git config --global gc.auto 0
  git init -q -b main "$tree"
  awk -v tree="$tree" 'BEGIN {
    for (d = 0; d < 100; d++) {
      system("mkdir -p " tree "/dir" d)
      for (f = 0; f < 50; f++) {
        name = tree "/dir" d "/file" f ".c"
        for (l = 0; l < 150; l++) printf "static int value_%d_%d_%d = %d;\n", d, f, l, (d * 50 + f) * l % 9973 >name
        close(name)
      }
    }
  }'
  git -C "$tree" add -A
  git -C "$tree" commit -qm begin
  git -C "$tree" tag begin
  git -C "$tree" repack -adq
  git -C "$tree" checkout -q -b topic
  local i f
  for i in $(seq 60); do
    for f in 1 2 3; do sed -i "$((i * 2))s/ = / = 1 + /" "$tree/dir$i/file$f.c"; done
    git -C "$tree" commit -qam "dir$i: add one" -m "It was one too few.

Signed-off-by: Ann Author <ann@example.org>" --author='Ann Author <ann@example.org>'
  done
  git -C "$tree" checkout -q main
  series_mbox 10 >"$HOME/10.mbox"
  series_mbox 60 >"$HOME/60.mbox"
}

# A series of N patches with its cover letter, two reviews of each.
series_mbox() {
  git -C "$tree" format-patch -q --cover-letter --stdout --thread=shallow "main..topic~$((60 - $1))" |
    sed 's/^\(Subject: \[PATCH.*\] \)\*\*\* SUBJECT.*/\1add one everywhere/; s/^\*\*\* BLURB.*/Why./'
  local i
  for i in $(seq "$1"); do
    for who in 'Rob Reviewer <rob@example.com>' 'Tom Tester <tom@example.net>'; do
      printf 'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: %s\n' "$who"
      printf 'Date: Sat, 21 Nov 2026 12:00:00 +0000\nSubject: Re: [PATCH %d/%d] dir%d: add one\n' "$i" "$1" "$i"
      printf 'Message-ID: <%s.%d@example.com>\nIn-Reply-To: %s\n\n' "${who%% *}" "$i" \
        "$(git -C "$tree" format-patch -q --cover-letter --stdout --thread=shallow "main..topic~$((60 - $1))" | grep -i '^message-id' | sed -n "$((i + 1))s/.*: *//p")"
      printf 'Good.\n\nReviewed-by: %s\n\n' "$who"
    done
  done
}
fresh_tree() { git -C "$tree" reset -q --hard begin && git -C "$tree" update-index -q --refresh; }

patches_row() {  # JOB TOOL NAME
  local at=$dir/results/$1
  printf '| %s | %.3f | %.3f | %s |\n' "$3" "$(median "$at.$2" 1)" "$(median "$at.$2" 2)" \
    "$(quotient "$(median "$at.$2" 2)" "$(median "$at.lorelei" 2)")"
}
patches_table() {  # TITLE
  printf '\n### %s\n\n| tool | wall s | CPU s | CPU / ours |\n|---|---|---|---|\n' "$1"
}

job_patches() {
  local run count
  patches_world
  cd "$HOME" || return
  for count in 10 60; do
    forget "patches-am-$count"
    for run in $(seq "$runs"); do
      talk "patches: am of $count, run $run of $runs"
      timed "patches-am-$count" lorelei "$program" am -q --no-stdin --offline -m "$count.mbox" -o -
      timed "patches-am-$count" b4 b4 -q --offline-mode --no-stdin am -m "$count.mbox" -o -
    done
    patches_table "am of $count patches with a cover letter and $((count * 2)) reviews, from an mbox"
    patches_row "patches-am-$count" lorelei 'lorelei am'
    patches_row "patches-am-$count" b4 'b4 am'
  done
  cd "$tree" || return
  forget patches-apply
  forget patches-trial
  "$program" am -q --no-stdin --offline -m ../10.mbox -o - >../10.am
  for run in $(seq "$runs"); do
    talk "patches: applied, run $run of $runs"
    fresh_tree
    timed patches-trial lorelei "$program" shazam -q --dry-run --no-stdin --offline -m ../10.mbox
    timed patches-apply lorelei "$program" shazam -q --no-track --no-stdin --offline -m ../10.mbox
    fresh_tree
    timed patches-apply b4 b4 -q --offline-mode --no-stdin shazam -m ../10.mbox
    fresh_tree
    timed patches-apply git git am -q ../10.am
  done
  patches_table '10 patches applied to a tree of 5,000 files'
  patches_row patches-apply lorelei 'lorelei shazam'
  patches_row patches-apply b4 'b4 shazam'
  patches_row patches-apply git 'git am, of what am wrote'
  printf '| lorelei shazam --dry-run | %.3f | %.3f | |\n' "$(median "$dir/results/patches-trial.lorelei" 1)" \
    "$(median "$dir/results/patches-trial.lorelei" 2)"
  cd "$dir" || return
  archive_of ours "$dir/runs/series" "$dir/small.git"
  "$program" archive index "$dir/runs/series" >/dev/null 2>&1
  forget patches-series
  for run in $(seq "$runs"); do
    timed patches-series lorelei "$program" series -q -O "$dir/runs/series" --newer-than=20.years
  done
  patches_table "series over $(count_of "$dir/small.git") messages"
  patches_row patches-series lorelei 'lorelei series'
}
