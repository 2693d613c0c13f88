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

# Mails of a series, as a mailbox: of some files, as we would send them, and as git would.
mbox_of() {  # MAILS
  for mail in "$@"; do
    echo 'From mboxrd@z Thu Jan  1 00:00:00 1970' && sed 's/^>*From />&/' "$mail" && echo
  done
}
posted() { rm -rf ../out && lorelei send -q --no-sign -o ../out >/dev/null && mbox_of ../out/*; }
by_git() {  # as git send-email would have sent it: nothing of ours is in it
  local base
  base=$(info start-commit)
  rm -rf ../out && git format-patch -q --cover-letter --thread=shallow -o ../out "$base" &&
    sed -i 's/\*\*\* SUBJECT HERE \*\*\*/demo: some lines/; s/\*\*\* BLURB HERE \*\*\*/They are needed.\n\n# not a note/' ../out/0000* &&
    mbox_of ../out/*
}
id_of() { sed -n 's/^Message-I[Dd]: <\(.*\)>/\1/p' "$1" | head -n 1; }
