# SPDX-License-Identifier: GPL-3.0-or-later
# What tests of prep, send and trailers share: a small tree, and a series on it.

settings() {
  git config --global user.name 'Ann Author'
  git config --global user.email ann@example.org
  git config --global init.defaultBranch master
  git config --global gc.auto 0
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
  unset VISUAL EDITOR
}
a_tree() {
  git init -q tree && cd tree || return
  mkdir drivers && printf 'a\nb\nc\n' >drivers/one.c && echo 'config X' >Kconfig
  git add -A && git commit -qm 'demo: begin' && git tag v1
}
a_patch() {  # NUMBER [TRAILER]
  echo "line $1" >>drivers/one.c
  git commit -qam "demo: add line $1" -m "It was missing.

${2:+$2
}Signed-off-by: Ann Author <ann@example.org>"
}
a_series() {  # PATCHES
  lorelei prep -q -n two-lines
  GIT_EDITOR='printf "demo: some lines\n\nThey are needed.\n\nTo: Mia Maintainer <mia@example.com>\nCc: list@lists.example.org\nSigned-off-by: Ann Author <ann@example.org>\n" >' \
    lorelei prep -q --edit-cover
  for ((i = 1; i <= $1; i++)); do a_patch "$i" "Reported-by: Rob Reporter <rob$i@example.net>"; done
}
info() { lorelei prep --show-info "$1"; }
# Everything that a rewrite of messages must leave alone.
untouched() { sha1sum .git/index; find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 stat -c '%n %Y %Z %i %s'; }
