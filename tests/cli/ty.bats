#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Letters of thanks for series that am made ready and git am applied.
load common

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
  thread >thread.mbox
  git init -q linux && cd linux
  echo old >a && echo old >b && git add . && git commit -qm 'begin'
}

mail() {  # ID SUBJECT PARENT; the body on standard input
  printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann Author <ann@example.org>\n'
  printf 'To: Some List <list@lists.example.org>, mia@example.org\nCc: "Dev, The" <dev@example.net>, Robot <bot@ci.example>\n'
  printf 'Subject: %s\nDate: Fri, 20 Nov 2026 12:00:00 +0100\nMessage-ID: <%s>\n' "$2" "$1"
  [ -z "$3" ] || printf 'In-Reply-To: <%s>\n' "$3"
  printf '\n'
  cat
  printf '\n'
}
patch() {  # ID SUBJECT PARENT FILE TEXT
  printf 'Say %s.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\n %s | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\ndiff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-old\n+%s\n-- \n2.39.5\n' \
    "$5" "$4" "$4" "$4" "$4" "$4" "$5" | mail "$1" "$2" "$3"
}
thread() {
  mail c1@x '[PATCH v2 0/2] demo: two words' root@x <<'EOF'
Hi all,

This is why it is good.

---
 2 files changed, 2 insertions(+), 2 deletions(-)
EOF
  patch p1@x '[PATCH v2 1/2] demo: say aa' c1@x a aa
  patch p2@x '[PATCH v2 2/2] demo: say bb' c1@x b bb
}
prepare() { lorelei am -q -o "$BATS_TEST_TMPDIR" -n s "$@" -m "$BATS_TEST_TMPDIR/thread.mbox"; }
apply() { git am -q "$BATS_TEST_TMPDIR/s.mbx"; }
commit_of() { git log --format=%H -F --grep="$1" -1; }
header() { sed -n '/^$/q; p' "$1" | grep -i "^$2:"; }
only_letter() { ls "${1:-.}"/*.thanks; }

@test "from am over git am to a letter" {
  prepare && apply
  run -0 --separate-stderr lorelei ty -a -o out
  [ "$output" = "$PWD/out/ann_example_org_patch_v2_0_2_demo_two_words.thanks" ]
  [[ "$stderr" == *'Now: git send-email out/*.thanks'* ]]
  letter=$output
  [ "$(header "$letter" From)" = 'From: Mia Maintainer <mia@example.org>' ]
  [ "$(sed -n '/^To:/,/^Subject/p' "$letter")" = 'To: Ann Author <ann@example.org>, Some List <list@lists.example.org>
Cc: "Dev, The" <dev@example.net>, Robot <bot@ci.example>
Subject: Re: [PATCH v2 0/2] demo: two words' ]
  [ "$(sed -n '/^In-Reply-To:/,/^Message-Id/p' "$letter" | sed 's/[0-9a-f]\{16\}/R/')" = 'In-Reply-To: <c1@x>
References: <root@x>
 <c1@x>
Message-Id: <1795264496.R.b4-ty@example.org>' ]
  [ "$(header "$letter" Date)" = 'Date: Sat, 21 Nov 2026 12:34:56 +0000' ]
  [ "$(sed '1,/^$/d' "$letter")" = "On Fri, 20 Nov 2026 12:00:00 +0100, Ann Author wrote:
> This is why it is good.

Applied to main of local tree, thank you!

[1/2] demo: say aa
      commit: $(commit_of 'demo: say aa')
[2/2] demo: say bb
      commit: $(commit_of 'demo: say bb')

Best regards,
-- 
Mia Maintainer <mia@example.org>" ]
  run -0 --separate-stderr lorelei ty -a -o elsewhere
  [ "$stderr" = 'Nobody is to be thanked' ]
  [ ! -e elsewhere ]
}

@test "who sent by a web endpoint is thanked, not the endpoint" {
  sed -i 's/^From: Ann.*/From: Ann Author via B4 Relay <devnull+ann.example.org@kernel.org>\nX-Original-From: Ann Author <ann@example.org>/' ../thread.mbox
  sed -i 's/^Say aa\./From: Ann Author <ann@example.org>\n\n&/; s/^Say bb\./From: Ann Author <ann@example.org>\n\n&/' ../thread.mbox
  prepare && apply
  lorelei ty -q -a -o out >/dev/null
  letter=$(echo out/*.thanks)
  [[ "$(header "$letter" To)" == 'To: Ann Author <ann@example.org>,'* ]]
  grep -q 'Ann Author wrote:$' "$letter"
  refute grep -q devnull "$letter"
}

@test "X-Original-From of a mail that no endpoint sent says nothing" {
  sed -i 's/^From: Ann.*/&\nX-Original-From: Eve <eve@example.com>/' ../thread.mbox
  prepare && apply
  lorelei ty -q -a -o out >/dev/null
  [[ "$(header out/*.thanks To)" == 'To: Ann Author <ann@example.org>,'* ]]
}

@test "the list, and choosing from it" {
  run -0 --separate-stderr lorelei ty
  [ "$stderr" = 'Nobody is to be thanked' ]
  [ ! -e .git/lorelei ]
  prepare
  run -0 --separate-stderr lorelei ty -l
  [ "$output" = '  1: [PATCH v2 0/2] demo: two words
       From: Ann Author <ann@example.org>
       Date: Fri, 20 Nov 2026 12:00:00 +0100
       Link: https://patch.msgid.link/c1@x' ]
  run -2 --separate-stderr lorelei ty -d 7
  run -2 --separate-stderr lorelei ty -d x
  run -2 --separate-stderr lorelei ty -a -l
  run -0 --separate-stderr lorelei ty -d 1
  [ "$output" = 'Discarded: [PATCH v2 0/2] demo: two words' ]
  run -0 --separate-stderr lorelei ty
  [ "$output" = '' ]
  prepare  # wanted again
  run -0 --separate-stderr lorelei ty
  [[ "$output" == '  1: '* ]]
}

@test "what am is told not to track, and am outside of a repository" {
  prepare --no-track
  [ ! -e .git/lorelei ]
  (cd .. && prepare)
  [ ! -e ../.git ] && [ ! -e ../lorelei ]
  lorelei am -q -o - -m ../thread.mbox >/dev/null
  run -0 lorelei ty
  [ "${#lines[@]}" -eq 4 ]
  [ "$(git status --porcelain)" = '' ]
  git worktree add -q ../linked && cd ../linked  # they share it
  run -0 lorelei ty
  [ "${#lines[@]}" -eq 4 ]
  cd .. && run -3 --separate-stderr lorelei ty -a
  [[ "$stderr" == *'there is no git repository here'* ]]
}

@test "a record that cannot be written is a warning, the patches are there" {
  mkdir -p .git/lorelei/series-state.sqlite3
  run -0 --separate-stderr prepare
  [[ "$stderr" == *WARNING* ]]
  apply
}

@test "commits are found by change, and by link where they are others by now" {
  prepare -l && apply
  git commit -q --amend -m 'other title' -m 'Link: https://lore.kernel.org/r/p2@x' --date="$GIT_AUTHOR_DATE"
  echo changed >b && git commit -qa --amend --no-edit           # neither the change nor the title
  git reset -q --hard HEAD~1 && git cherry-pick ORIG_HEAD >/dev/null
  run -0 --separate-stderr lorelei ty -a
  grep -q "commit: $(git rev-parse HEAD)" "$output"
  grep -q "commit: $(git rev-parse HEAD~1)" "$output"
}

@test "somebody else's commits, and old ones, are not mine" {
  prepare
  GIT_COMMITTER_EMAIL=eve@example.com apply
  run -0 --separate-stderr lorelei ty -a
  [[ "$stderr" == *'Nothing to do'* ]]
  git reset -q --hard HEAD~2
  GIT_COMMITTER_DATE='2026-10-01 12:00:00 +0000' git commit -q --amend -m begin
  GIT_COMMITTER_DATE='2026-10-01 12:00:00 +0000' apply
  run -0 --separate-stderr lorelei ty -a
  [[ "$stderr" == *'Nothing to do'* ]]
  run -3 --separate-stderr lorelei ty -a -b nowhere
  [[ "$stderr" == *"read the branch 'nowhere'"* ]]
  run -0 --separate-stderr lorelei ty -a --since 3.months
  [[ "$output" == *.thanks ]]
}

@test "a part of a series waits, unless a letter is wished" {
  prepare
  git am -q ../s.mbx && git reset -q --hard HEAD~1
  run -0 --separate-stderr lorelei ty -a
  [ "$output" = '' ]
  [[ "$stderr" == *'1 of 2 patches found, no letter yet; with one: -t 1: [PATCH v2 0/2] demo: two words'* ]]
  run -0 --separate-stderr lorelei ty -t 1
  [ "$(header "$output" Subject)" = 'Subject: Re: (subset) [PATCH v2 0/2] demo: two words' ]
  run -1 grep 'say bb' "$output"
  run -0 --separate-stderr lorelei ty -l  # the other half is waited for
  [[ "$output" == '  1: '* ]]
  git am -q --skip 2>/dev/null || true
  git cherry-pick ORIG_HEAD >/dev/null
  run -0 --separate-stderr lorelei ty -a -o rest
  grep -q '^\[2/2\] demo: say bb' "$output"
  run -1 grep 'say aa' "$output"
  [ "$(cat ./*.thanks rest/*.thanks | grep -i '^message-id:' | sort -u | wc -l)" -eq 2 ]
  run -0 --separate-stderr lorelei ty -l
  [ "$stderr" = 'Nobody is to be thanked' ]
}

@test "cherry-picked patches are thanked for, then the rest" {
  prepare -P 1 && apply
  run -0 --separate-stderr lorelei ty -a -o one
  [ "$(header "$output" Subject)" = 'Subject: Re: (subset) [PATCH v2 0/2] demo: two words' ]
  prepare -P 2 && apply
  run -0 --separate-stderr lorelei ty -a -o two
  grep -q '^\[2/2\] demo: say bb' "$output"
  run -1 grep 'say aa' "$output"
  prepare
  run -0 --separate-stderr lorelei ty -a -o three
  [ "$stderr" = 'Nobody is to be thanked' ]
}

@test "old letters are in the way" {
  prepare && apply && touch sent-perhaps.thanks
  run -6 --separate-stderr lorelei ty -a
  [[ "$stderr" == *'there are some already, as sent-perhaps.thanks'* ]]
  run -6 --separate-stderr lorelei ty -t all
  rm sent-perhaps.thanks
  run -0 --separate-stderr lorelei ty -t all
  [ -s "$output" ]
}

@test "a dry run shows the letter and changes nothing" {
  prepare && apply
  before=$(sha1sum .git/lorelei/*.sqlite3)
  run -0 --separate-stderr lorelei ty -a --dry-run
  [[ "$output" == *'Subject: Re: [PATCH v2 0/2] demo: two words'* ]]
  [ "$(sha1sum .git/lorelei/*.sqlite3)" = "$before" ]
  run -2 ls ./*.thanks
}

@test "who gets it, and what is in it, by settings of b4" {
  prepare && apply
  git config b4.email-exclude '*@ci.example,nobody@*'
  git config b4.thanks-commit-url-mask 'https://example.org/c/%s'
  git config branch.main.remote up && git config branch.main.merge refs/heads/for-next
  git config remote.up.url https://git.example.org/pub/mia/linux.git
  git config remote.up.b4-commit-url-mask 'https://git.example.org/c/%.12s?h=x'
  git config b4.thanks-am-template '~/letter'
  printf '# a comment\nDear $fromname, ${treename} ($branch) for $$5 has ${nothing}\n${summary}\n' >"$HOME/letter"
  run -0 --separate-stderr lorelei ty -a --me-too
  [ "$(header "$output" Cc)" = 'Cc: "Dev, The" <dev@example.net>' ]
  header "$output" To | grep -q mia@example.org || sed -n '/^To/,/^Cc/p' "$output" | grep -q mia@example.org
  [ "$(sed '1,/^$/d' "$output" | head -3)" = "Dear Ann Author, mia/linux.git (for-next) for \$5 has \${nothing}
[1/2] demo: say aa
      https://git.example.org/c/$(commit_of 'say aa' | cut -c1-12)?h=x" ]
}

@test "a tree cannot choose a file to send" {
  prepare && apply
  echo secret >secret
  printf '[b4]\n\tthanks-am-template = secret\n\tthanks-treename = its own name\n' >.b4-config
  run -0 --separate-stderr lorelei ty -a
  grep -q 'its own name' "$output"
  run -1 grep secret "$output"
}

@test "titles and names cannot add to the header" {
  name='=?utf-8?q?Ann=0ABcc:_eve=40example.com?='
  sed -i "0,/^From: Ann Author/s//From: $name/; s/demo: two words/=?utf-8?q?two=0D=0AX-Evil:_1=C3=BC?=/" ../thread.mbox
  prepare && apply
  run -0 --separate-stderr lorelei ty -t 1 -o out
  letter=$(only_letter out)
  run -1 grep -iE '^(bcc|x-evil)' "$letter"
  grep -q '^Subject: =?utf-8?q?Re=3A' "$letter"
}

@test "the newer revision is thanked for, the older one is done with" {
  sed 's/v2 //; s/@x/@old/' ../thread.mbox >../v1.mbox
  lorelei am -q -o - -m ../v1.mbox >/dev/null
  prepare && apply
  run -0 --separate-stderr lorelei ty -a
  [ "${#lines[@]}" -eq 1 ]
  grep -q 'In-Reply-To: <c1@x>' "$output"
  [[ "$stderr" == *'Discarded, as it is older: [PATCH 0/2] demo: two words'* ]]
  run -0 lorelei ty
  [ "$output" = 'Nobody is to be thanked' ]
}

@test "the older revision, if that is what was applied" {
  sed 's/v2 //; s/@x/@old/' ../thread.mbox >../v1.mbox
  sed -i 's/^+aa/+AA/; s/^+bb/+BB/' ../thread.mbox
  prepare
  lorelei am -q -o .. -n s -m ../v1.mbox && apply
  run -0 --separate-stderr lorelei ty -a
  grep -q 'In-Reply-To: <c1@old>' "$output"
  run -0 lorelei ty
  [[ "$output" == *'[PATCH v2 0/2]'* ]]
  rm ./*.thanks && run -0 --separate-stderr lorelei ty -a  # its titles are there; but they were named before
  [ "$output" = '' ]
}

@test "one title over several patches: each is thanked for, none is lost" {
  patch f1@x '[PATCH 5.10] docs: fix typo' '' a aa >../one.mbox
  patch f2@x '[PATCH 5.15] docs: fix typo' '' b bb >../two.mbox
  patch f3@x '[PATCH 6.1] docs: fix typo' '' c cc >../three.mbox
  for n in one two three; do lorelei am -q -o .. -n $n -m ../$n.mbox; done
  git am -q ../one.mbx
  run -0 --separate-stderr lorelei ty -a -o out
  grep -q 'In-Reply-To: <f1@x>' "$output"
  [[ "$stderr" != *Discarded* ]]
  run -0 lorelei ty
  [ "$(grep -c 'docs: fix typo' <<<"$output")" -eq 2 ]
  git am -q ../two.mbx
  run -0 --separate-stderr lorelei ty -a -o out2
  [ "${#lines[@]}" -eq 1 ]
  grep -q 'In-Reply-To: <f2@x>' "$output"
  run -0 lorelei ty
  [[ "$output" == *'[PATCH 6.1] docs: fix typo'* ]]
}

@test "a stranger does not take over a series by its change-id" {
  sed '/^This is why/s/$/\n\nchange-id: 20260101-two-abc/' ../thread.mbox >../c.mbox && mv ../c.mbox ../thread.mbox
  sed 's/v2 /v3 /; s/@x/@eve/; s/Ann Author <ann@/Eve <eve@/' ../thread.mbox >../eve.mbox
  prepare
  lorelei am -q -o .. -n eve -m ../eve.mbox && git am -q ../eve.mbx
  run -0 --separate-stderr lorelei ty -t 2 -o out
  grep -q 'In-Reply-To: <c1@eve>' "$output"
  [[ "$stderr" != *Discarded* ]]
  run -0 lorelei ty
  [[ "$output" == *'[PATCH v2 0/2] demo: two words'* ]]
}

@test "what b4 has noted elsewhere is not discarded for a namesake" {
  b4=$HOME/.local/share/b4 && mkdir -p "$b4"
  echo '{"msgid": "old@x", "subject": "[PATCH 0/2] demo: two words", "fromname": "Ann", "fromemail": "ann@example.org",
    "patches": [["demo: say cc", null, null, "1/1"]]}' >"$b4/s.am"
  prepare && apply
  run -0 --separate-stderr lorelei ty -a
  [ "${#lines[@]}" -eq 1 ]
  [[ "$stderr" != *Discarded* ]]
  [ "$(ls "$b4")" = s.am ]
}

@test "a letter to nobody is an error, the others are written" {
  prepare && apply
  printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\n' >../n.mbox
  patch n1@x '[PATCH] demo: say dd' '' a dd | sed '1d; s/^From: Ann.*/From: nobody/; /^To:/d; /^Cc:/d' >>../n.mbox
  lorelei am -q -o - -m ../n.mbox >/dev/null
  run --separate-stderr lorelei ty -t all -o 'my letters'
  [ "$status" -ne 0 ]
  [ "${#lines[@]}" -eq 1 ]
  grep -q 'In-Reply-To: <c1@x>' "$output"
  [[ "$stderr" == *'[PATCH] demo: say dd'*'nobody would get it'*'lorelei ty -d 2'* ]]
  [[ "$stderr" == *"Now: git send-email 'my letters/'*.thanks"* ]]
  run -0 --separate-stderr lorelei ty -d 1
  run -0 --separate-stderr lorelei ty
  [ "$stderr" = 'Nobody is to be thanked' ]
}

@test "a branch that is not there is an error, whatever is asked" {
  run -3 --separate-stderr lorelei ty -l -b nosuch
  [[ "$stderr" == *"read the branch 'nosuch'"* ]]
  run -3 --separate-stderr lorelei ty -a --branch=-x
  run -0 lorelei ty -l -b main
}

@test "what b4 has noted is thanked for, and its file renamed" {
  prepare --no-track && apply
  b4=$HOME/.local/share/b4 && mkdir -p "$b4"
  cat >"$b4/v2_slug.am" <<'EOF'
{"msgid": "c1@x", "subject": "[PATCH v2 0/2] demo: two words", "fromname": "Ann Author",
 "fromemail": "ann@example.org", "to": "Some List <list@lists.example.org>", "cc": "", "references": "<root@x>",
 "sentdate": "Fri, 20 Nov 2026 12:00:00 +0100", "quote": "> Why.", "cherrypick": false,
 "patches": [["demo: say aa", "0123456789012345678901234567890123456789", "p1@x", "1/2"],
             ["demo: say bb", "0123456789012345678901234567890123456780", "p2@x", "2/2"]]}
EOF
  git switch -qc topic HEAD~2 && git commit -q --allow-empty -m topic
  tip=$(git rev-parse HEAD) && git switch -q main && git merge -q --no-ff -m 'Merge topic' topic
  sed 's/c1@x/pull@x/; s/PATCH v2 0.2/GIT PULL/; s/"cherrypick.*//' "$b4/v2_slug.am" | sed '/"patches"/d; /^ *\["demo/d' |
    sed '$ a "remote": "r", "ref": "topic"}' >"$b4/$tip.pr"
  echo '{' >"$b4/broken.am"
  touch -d @1795260000 "$b4"/*
  run -0 --separate-stderr lorelei ty -a
  [ "${#lines[@]}" -eq 2 ]
  [[ "$stderr" == *'broken.am'* ]]
  cat ./*.thanks | grep -q "commit: $(git rev-parse HEAD)"
  cat ./*.thanks | grep -q "commit: $(commit_of 'demo: say bb')"
  [ "$(cd "$b4" && echo *)" = "$tip.pr.sent broken.am v2_slug.am.sent" ]
  rm ./*.thanks && run -0 --separate-stderr lorelei ty -a
  [ "$output" = '' ]
}

@test "discarding what b4 has noted" {
  b4=$HOME/.local/share/b4 && mkdir -p "$b4"
  echo '{"msgid": "c1@x", "subject": "x", "fromname": "", "fromemail": "a@x", "patches": [["t", null, null, "1/1"]]}' >"$b4/s.am"
  run -0 lorelei ty -d all
  [ "$(ls "$b4")" = s.am.discarded ]
}

@test "killed at any change it makes, it loses no letter and doubles none" {
  prepare && apply
  cp -r .git/lorelei ../clean
  for ((n = 1; n < 300; n++)); do
    rm -rf .git/lorelei out again && cp -r ../clean .git/lorelei
    killed=1
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" ty -q -a -o out >said 2>/dev/null || killed=0
    [ ! -s said ] || [ -s "$(cat said)" ]  # what was reported is there
    [ "$killed" -eq 1 ] || break
    lorelei ty -q -a -o again >said 2>/dev/null
    if compgen -G 'out/*.thanks' >/dev/null; then [ ! -s said ]; else [ -s "$(cat said)" ]; fi
  done
  [ "$n" -gt 10 ] && [ "$n" -lt 300 ]
  run -0 --separate-stderr lorelei ty -a -o again
  [ "$output" = '' ]
}

@test "-i: in an editor it is decided, with what was found marked" {
  prepare && apply
  sed 's/c1@x/c9@x/; s/p1@x/p9@x/; s/p2@x/p8@x/; s/demo:/other:/; s/+aa/+cc/' "$BATS_TEST_TMPDIR/thread.mbox" >"$BATS_TEST_TMPDIR/other.mbox"
  lorelei am -q -o "$BATS_TEST_TMPDIR" -n o -m "$BATS_TEST_TMPDIR/other.mbox"
  export GIT_EDITOR='cp "$1" ../shown; sed -i "s/^\. /x /" "$1"; true'
  run -0 --separate-stderr lorelei ty -i -o out
  [ "$(grep -v '^#' ../shown)" = '+   1 [PATCH v2 0/2] demo: two words of Ann Author
.   2 [PATCH v2 0/2] other: two words of Ann Author' ]
  [ "${lines[0]}" = 'Discarded: [PATCH v2 0/2] other: two words' ]
  [ "${lines[1]}" = "$PWD/out/ann_example_org_patch_v2_0_2_demo_two_words.thanks" ]
  run -0 --separate-stderr lorelei ty -l
  [[ "$stderr" == *'Nobody is to be thanked'* ]]
  [ ! -e .git/lorelei-thanks ]
}

@test "-i: an editor that fails, and a line that means nothing, do nothing" {
  prepare && apply
  GIT_EDITOR=false run -1 --separate-stderr lorelei ty -i -o out
  rm -f .git/lorelei-thanks
  GIT_EDITOR='sed -i "s/^+/?/"' run -2 --separate-stderr lorelei ty -i -o out
  [[ "$stderr" == *'it has to begin with +, x or .'* ]]
  [ ! -e out ]
  run -0 lorelei ty -l
  [[ "$output" == *'demo: two words'* ]]
}

@test "-g: in another repository, with the letters here" {
  prepare && apply
  cd ..
  run -0 --separate-stderr lorelei ty -a -g linux -o out
  [ -s out/ann_example_org_patch_v2_0_2_demo_two_words.thanks ]
}

# A sendmail that keeps what it gets, from the third mail on only if WELL is set.
program() {
  mkdir -p ../taken
  cat >../sendmail <<'END'
#!/bin/sh
n=$(($(ls ../taken | wc -l) + 1))
[ -n "$WELL" ] || [ "$n" -lt "${FAIL_AT:-100}" ] || { cat >/dev/null; echo 'no more' >&2; exit 69; }
{ echo "$*"; cat; } >"../taken/$n"
END
  chmod +x ../sendmail
  git config sendemail.smtpserver "$PWD/../sendmail"
}

@test "letters are sent, shown first, and nothing is left behind" {
  program
  prepare && apply
  run --separate-stderr lorelei ty -a -S
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'Re: [PATCH v2 0/2] demo: two words'*'To: ann@example.org, list@lists.example.org'*'nobody is here to say yes'* ]]
  [ -z "$(ls ../taken)" ]
  run -0 --separate-stderr lorelei ty -a -S --yes
  [ "$(head -n 1 ../taken/1)" = '-i -- ann@example.org list@lists.example.org dev@example.net bot@ci.example' ]
  grep -q '^Applied to main of local tree' ../taken/1
  [ "$(ls ../taken)" = 1 ]
  [ -z "$(find .git/lorelei/letters .git/lorelei/outbox -type f)" ]
  run -0 --separate-stderr lorelei ty -a -S --yes
  [ "$stderr" = 'Nobody is to be thanked' ]
  run --separate-stderr lorelei ty -a -S -o out
  [ "$status" -eq 2 ]
}

@test "the setting of b4 sends them, unless -o says where they go" {
  program
  git config b4.ty-send-email yes
  prepare && apply
  lorelei ty -q -a -o out
  [ -n "$(only_letter out)" ]
  [ -z "$(ls ../taken)" ]
}

@test "the setting of b4 sends them" {
  program
  git config b4.ty-send-email yes
  prepare && apply
  lorelei ty -q -a --yes
  [ "$(ls ../taken)" = 1 ]
}

@test "with letters beyond ASCII, by a server for ASCII only" {
  program
  git config user.name 'Mía Maintainer'
  prepare && apply
  lorelei ty -q -a -S --yes
  refute grep -qP '[^\x00-\x7f]' ../taken/1
  grep -qx 'Content-Transfer-Encoding: quoted-printable' ../taken/1
}

@test "a letter that is refused waits, and goes out once" {
  program
  prepare && apply
  FAIL_AT=1 run --separate-stderr lorelei ty -a -S --yes
  [ "$status" -eq 1 ]
  [[ "$stderr" == *'no more'*'lorelei send --continue'* ]]
  run --separate-stderr lorelei ty -t all -S --yes
  [[ "$stderr" == *'still on its way'* ]]
  [ -z "$(ls ../taken)" ]
  lorelei send -q --continue
  [ "$(ls ../taken)" = 1 ]
}

@test "killed at any moment while it sends, each letter goes out once" {
  program
  prepare && apply
  cp -r .git ../git.keep
  for ((n = 1; n < 300; n++)); do
    rm -rf .git ../taken/* && cp -r ../git.keep .git
    killed=1
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" ty -q -a -S --yes >/dev/null 2>&1 || killed=0
    status=0
    lorelei send -q --continue 2>../said || status=$?
    if [ "$status" -eq 4 ]; then
      if [ -e ../taken/1 ]; then how=--sent; else how=--again; fi
      lorelei send -q --continue $how
    fi
    lorelei ty -q -a -S --yes 2>../said || { cat ../said; echo "killed at $n"; false; }
    [ "$(ls ../taken)" = 1 ] || { ls ../taken; echo "killed at $n"; false; }
    [ "$killed" -eq 1 ] || break
  done
  [ "$n" -gt 20 ] && [ "$n" -lt 300 ]
}

@test "letters that are not wanted any more are dropped" {
  program
  prepare && apply
  mkdir -p .git/lorelei/letters && printf 'To: ann@example.org\nSubject: Re: x\n\nThanks\n' >.git/lorelei/letters/x.thanks
  run --separate-stderr lorelei ty -a -S
  [[ "$stderr" == *'1 letter was written before'* ]]
  lorelei send -q --abort
  [ -z "$(ls .git/lorelei/letters)" ]
  [ -z "$(ls ../taken)" ]
}

