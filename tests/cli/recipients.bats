#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Who gets a patch.
load common

setup_here() {
  mkdir -p tree/drivers/oven tree/lib
  cd tree || return
  cat >MAINTAINERS <<'END'
BREAD OVEN DRIVERS
M:	Ada Baker <ada@bakery.example>
R:	Rolf Crumb <rolf@bakery.example>
L:	linux-oven@lists.example (moderated for non-subscribers)
S:	Maintained
T:	git git://git.example/oven.git
W:	https://oven.example
F:	drivers/oven/

THE REST
M:	Linus Torvalds <torvalds@linux-foundation.org>
L:	linux-kernel@vger.example
S:	Buried alive in reporters
F:	*
F:	*/
END
  echo heat >drivers/oven/heat.c
  echo tool >lib/tool.c
}
a_patch() {  # PATH [LINE]
  printf 'Subject: [PATCH] x\n\n%s\n---\n--- a/%s\n+++ b/%s\n@@ -1 +1,2 @@\n x\n+y\n' "${2:-}" "$1" "$1"
}
commit() {  # AUTHOR DAYS-AGO MESSAGE
  git -c user.name="$1" -c user.email="${1,,}@x.example" -c commit.gpgSign=false \
    -c core.hooksPath=/dev/null commit -q -a -m "$3" --date="@$((LORELEI_NOW - $2 * 86400)) +0000"
}
a_history() {
  git init -q . && git add .
  for each in 'Dan 800' 'Ann 20' 'Bob 10' 'Ann 5'; do
    read -r who days <<<"$each"
    echo "$days" >>lib/tool.c
    GIT_COMMITTER_DATE="@$((LORELEI_NOW - days * 86400)) +0000" commit "$who" "$days" "tool: $days

Signed-off-by: $who <${who,,}@x.example>"
  done
}

@test "recipients: people and lists, each with what makes it one" {
  a_patch drivers/oven/heat.c >../x.patch
  run lorelei recipients ../x.patch
  [ "$status" -eq 0 ]
  [ "$output" = 'Ada Baker <ada@bakery.example> (maintainer:BREAD OVEN DRIVERS)
Rolf Crumb <rolf@bakery.example> (reviewer:BREAD OVEN DRIVERS)
linux-oven@lists.example (moderated list:BREAD OVEN DRIVERS)
linux-kernel@vger.example (open list)' ]
  run lorelei recipients --nol --norolestats <../x.patch
  [ "$output" = 'Ada Baker <ada@bakery.example>
Rolf Crumb <rolf@bakery.example>' ]
  run lorelei recipients --no-m --no-rolestats --separator ', ' --nomultiline -f drivers/oven/heat.c
  [ "$output" = 'Rolf Crumb <rolf@bakery.example>, linux-oven@lists.example, linux-kernel@vger.example' ]
  cd drivers
  run lorelei recipients --noemail --nol --scm --status --subsystem --web -f oven
  [ "$output" = 'git git://git.example/oven.git
Maintained
Buried alive in reporters
BREAD OVEN DRIVERS
THE REST
https://oven.example' ]
}

@test "recipients: as JSON" {
  a_patch drivers/oven/heat.c >../x.patch
  run lorelei recipients --json ../x.patch
  [ "$output" = '{"to":[{"name":"Ada Baker","address":"ada@bakery.example","roles":["maintainer:BREAD OVEN DRIVERS"]},{"name":"Rolf Crumb","address":"rolf@bakery.example","roles":["reviewer:BREAD OVEN DRIVERS"]}],"cc":[{"address":"linux-oven@lists.example","roles":["moderated list:BREAD OVEN DRIVERS"]},{"address":"linux-kernel@vger.example","roles":["open list"]}],"subsystems":["BREAD OVEN DRIVERS","THE REST"],"statuses":["Maintained","Buried alive in reporters"],"trees":["git git://git.example/oven.git"],"pages":["https://oven.example"],"bugs":[]}' ]
}

@test "recipients: history where no section names a file closely" {
  a_history
  a_patch lib/tool.c >../x.patch
  run lorelei recipients ../x.patch
  [ "$output" = 'Ann <ann@x.example> (commit_signer:2/3=67%,authored:2/3=67%,added_lines:2/3=67%)
Bob <bob@x.example> (commit_signer:1/3=33%,authored:1/3=33%,added_lines:1/3=33%)
linux-kernel@vger.example (open list)' ]
  run lorelei recipients --git-min-percent=50 --nol --norolestats ../x.patch
  [ "$output" = 'Ann <ann@x.example>' ]
  run lorelei recipients --git-since=5.years.ago --git-max-maintainers=1 --nol --roles --norolestats ../x.patch
  [ "$output" = 'Ann <ann@x.example> (commit_signer,authored,added_lines)' ]
  run lorelei recipients --nogit-fallback ../x.patch
  [ "$output" = 'linux-kernel@vger.example (open list)' ]
  # People who want none of it; what the tree, or the user, always wants.
  echo 'Ann <ann@x.example> # sleeps' >.get_maintainer.ignore
  echo '--nol --norolestats  # short' >"$HOME/.get_maintainer.conf"
  run lorelei recipients ../x.patch
  [ "$output" = 'Bob <bob@x.example>' ]
  run lorelei recipients --l ../x.patch
  [ "${lines[1]}" = 'linux-kernel@vger.example' ]
  echo '--never' >.get_maintainer.conf
  run lorelei recipients ../x.patch
  [ "$status" -eq 2 ]
  [[ "$output" == *'.get_maintainer.conf'*'--never'* ]]
}

@test "recipients: who signed the commit that is fixed" {
  a_history
  a_patch drivers/oven/heat.c "Fixes: $(git rev-parse --short=12 HEAD) (\"x\")
Fixes: 0123456789ab (\"not here\")" >../x.patch
  run lorelei recipients --nol ../x.patch
  [ "$status" -eq 0 ]
  [ "${lines[2]}" = 'Ann <ann@x.example> (blamed_fixes:1/1=100%)' ]
  run lorelei recipients --nol --nofixes ../x.patch
  [ "${#lines[@]}" -eq 2 ]
}

@test "recipients: a file that git knows is no patch" {
  a_history
  run --separate-stderr lorelei recipients --nol drivers/oven/heat.c
  [ "${lines[0]}" = 'Ada Baker <ada@bakery.example> (maintainer:BREAD OVEN DRIVERS)' ]
  [ -z "$stderr" ]
  cp drivers/oven/heat.c new
  run --separate-stderr lorelei recipients new
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ "$stderr" == *'does not look like a patch'* ]]
}

@test "recipients: what cannot be" {
  run lorelei recipients -f nothing.c
  [ "$status" -eq 3 ]
  run lorelei recipients missing.patch
  [ "$status" -eq 3 ]
  run lorelei recipients --noemail -f lib/tool.c
  [ "$status" -eq 2 ]
  run lorelei recipients --nom --nor --nol -f lib/tool.c
  [ "$status" -eq 2 ]
  cd ..
  run lorelei recipients <tree/lib/tool.c
  [ "$status" -eq 3 ]
  [[ "$output" == *MAINTAINERS* ]]
  run lorelei recipients -g tree --nol -f drivers/oven/heat.c
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 2 ]
}
