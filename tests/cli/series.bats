#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lorelei series: the states of made-up series, filters, JSON, terminals. Now is Sat 2026-11-21 12:34:56 UTC.
load common

mail() { # ID FROM DAY SUBJECT REFERENCES BODY
  printf 'Received: from a by b; %s Nov 2026 10:00:00 +0000\nFrom: %s\nTo: list@example.org\nSubject: %s\nMessage-ID: <%s@x>\n' \
    "$3" "$2" "$4" "$1"
  [ -z "$5" ] || printf 'References: <%s@x>\nIn-Reply-To: <%s@x>\n' "$5" "$5"
  printf 'Date: %s Nov 2026 10:00:00 +0000\n\n%s\n' "$3" "$6"
} >"$1.eml"
patch() { # ID FROM DAY SUBJECT REFERENCES TRAILERS
  mail "$1" "$2" "$3" "$4" "$5" "It is better.

$6
---
diff --git a/drivers/block/$1.c b/drivers/block/$1.c
index 1111111..2222222 100644
--- a/drivers/block/$1.c
+++ b/drivers/block/$1.c
@@ -1,1 +1,1 @@ f()
-	old($1);
+	new($1);
-- 
2.39"
}
ANN='Ann Writer <ann@example.org>' BO='Bo Reader <bo@example.net>'

setup_here() {
  mail a0 "$ANN" 02 '[PATCH 0/2] floppy: spin' '' 'Both.'
  patch a1 "$ANN" 02 '[PATCH 1/2] floppy: up' a0 ''
  patch a2 "$ANN" 02 '[PATCH 2/2] floppy: down' a0 ''
  mail b0 "$ANN" 10 '[PATCH v2 0/2] floppy: spin' '' 'Both.'
  patch b1 "$ANN" 10 '[PATCH v2 1/2] floppy: up' b0 ''
  patch b2 "$ANN" 10 '[PATCH v2 2/2] floppy: down' b0 'Acked-by: Cy <cy@example.com>'
  mail r1 "$BO" 11 'Re: [PATCH v2 1/2] floppy: up' b1 'Reviewed-by: Bo Reader <bo@example.net>'
  mail r2 "$ANN" 12 'Re: [PATCH v2 1/2] floppy: up' b1 'Tested-by: Dee <dee@example.com>'
  patch c1 "$BO" 19 '[PATCH RFC 1/3] loop: one' '' 'Reviewed-by: Bo Reader <bo@example.net>'
  patch d1 $'Evil \e[31m <evil@example.org>' 20 $'[PATCH] bad \e]0;title\a subject' '' ''
  mail n1 "$BO" 21 'Re: bad' d1 'I do not like it.'
  # Only the second patch comes anew.
  mail e0 "$BO" 15 '[PATCH 0/2] nbd: both' '' 'Both.'
  patch e1 "$BO" 15 '[PATCH 1/2] nbd: first' e0 ''
  patch e2 "$BO" 15 '[PATCH 2/2] nbd: second' e0 ''
  patch f2 "$BO" 16 '[PATCH v2 2/2] nbd: second' e2 ''
  patch o1 "$ANN" 01 '[PATCH] old: thing' '' ''
  sed -i 's/ Nov 2026/ Mar 2026/' o1.eml
  lorelei archive import -q --address list@example.org toys ./*.eml
  lorelei archive index -q toys
}
ids() { sed 's/^{"m":"\([^@]*\)@.*/\1/' | paste -sd' '; }

@test "series: the newest of each, the last news first" {
  run --separate-stderr lorelei series
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = ' AGE S AUTHOR             REV PATCHES  R  A  T TITLE' ]
  [ "${lines[1]}" = '  2h . Evil ␛[31m          v1     1/1  -  -  - bad ␛]0;title␇ subject' ]
  [ "${lines[2]}" = '  2d ! Bo Reader           v1     1/3  -  -  - [RFC] loop: one' ]
  [ "${lines[3]}" = '  5d . Bo Reader           v2     2/2  -  -  - nbd: both' ]
  [ "${lines[4]}" = '  9d + Ann Writer          v2     2/2  1  1  - floppy: spin' ]
  [ "${#lines[@]}" -eq 5 ]
  [[ $stderr = *'# 1 more without news for a month'* ]]
  [[ $output != *$'\e'* && $output != *$'\a'* ]]
}

@test "series: filters" {
  [ "$(lorelei series --json --unreviewed | ids)" = 'd1 c1 f2' ]
  [ "$(lorelei series --json --incomplete | ids)" = 'c1' ]
  [ "$(lorelei series --json --older-than=4.days | ids)" = 'f2 b0 o1' ]
  [ "$(lorelei series --json --older-than=4.days --newer-than=1.week | ids)" = 'f2' ]
  [ "$(lorelei series --json --author=ANN@ --newer-than=1.year | ids)" = 'b0 o1' ]
  [ "$(lorelei series --json --all --author=writer | ids)" = 'b0 a0' ]
  [ "$(lorelei series -q --json -n1 --sort=title | ids)" = 'd1' ]
  [ "$(lorelei series -q --json --sort=author | ids)" = 'b0 c1 f2 d1' ]
  [ "$(lorelei series -q --json --sort=reviews | ids)" = 'd1 c1 f2 b0' ]
}

@test "series: a query matches a patch or the cover" {
  [ "$(lorelei series --json dfn:drivers/block/b2.c | ids)" = 'b0' ]
  [ "$(lorelei series --json dfn:drivers/block/a2.c | ids)" = '' ]
  [ "$(lorelei series --json --all dfn:drivers/block/a2.c | ids)" = 'a0' ]
  [ "$(lorelei series --json s:old | ids)" = 'o1' ]
  [ "$(lorelei series --json dfn:drivers/block/e1.c | ids)" = 'f2' ]
}

@test "series: JSON" {
  lorelei series --json --all s:spin >found
  grep -q '"superseded":"b0@x"' found
  lorelei series --json s:spin >found
  grep -q '^{"m":"b0@x","s":"floppy: spin","tags":\[\],"f":\["Ann Writer","ann@example.org"\],"revision":2,"total":2,"present":2,"missing":\[\],"cover":true,"state":"reviewed","reviewed":1,"acked":1,"tested":0,' found
  grep -q '"active":"2026-11-12T10:00:00Z","patches":\[{"n":1,"revision":2,"m":"b1@x","s":"floppy: up","reviewed":true}' found
  lorelei series --json s:second >found
  grep -q '{"n":1,"revision":1,"m":"e1@x"' found
  lorelei series --json s:loop >found
  grep -q '"present":1,"missing":\[2,3\],"cover":false,"state":"new"' found
}

@test "series: the same in two archives is one" {
  lorelei archive import -q --address other@example.org more c1.eml b0.eml b1.eml
  lorelei archive index -q more
  lorelei series -q >both
  lorelei series -q -O toys >one
  diff one both
}

@test "series: an aggregate has the series of its archives" {
  lorelei archive aggregate -q all --all
  diff <(lorelei series -q -O all) <(lorelei series -q -O toys)
  [ "$(lorelei series --json -O all dfn:drivers/block/b2.c | ids)" = 'b0' ]
}

@test "series: a narrow terminal" {
  need script
  PAGER=cat TERM=xterm script -qec 'stty cols 40; lorelei series -q' /dev/null >seen
  refute grep -q Writer seen
  refute grep -q $'\e\\]0' seen
  [ "$(sed 's/\x1b\[[0-9;]*m//g; s/\r//' seen | wc -L)" -le 40 ]
}

@test "series: exit statuses" {
  run lorelei series --older-than=foo
  [ "$status" -eq 2 ]
  run lorelei series -O nowhere
  [ "$status" -eq 3 ]
  run lorelei series 's:('
  [ "$status" -eq 2 ]
  rm -r "$(lorelei archive ls | awk '$1 == "toys" { print $NF }')/lorelei"
  run lorelei series
  [ "$status" -eq 3 ]
}

@test "series: signatures, once they are recorded" {
  git config --global user.email ann@example.org
  git config --global user.name 'Ann Writer'
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  patch s1 "$ANN" 20 '[PATCH] signed: thing' '' ''
  lorelei sign -q s1.eml
  lorelei archive import -q toys s1.eml
  lorelei archive index -q --attest toys
  [ "$(lorelei series -q | awk 'NR == 1 { print $9 } /signed: thing/ { print $10 }' | paste -sd' ')" = 'SIG yes' ]
  lorelei series --json s:signed | grep -q '"attested":"yes"'
  lorelei series --json s:spin | grep -q '"attested":"no"'
}

# A repository with the files that all but o1 change.
repository() {
  git init -q -b main tree && cd tree || return
  git config user.name 'Mia Maintainer' && git config user.email mia@example.org
  mkdir -p drivers/block
  for id in b1 b2 c1 d1 e1 f2; do printf '\told(%s);\n' $id >drivers/block/$id.c; done
  git add -A && GIT_COMMITTER_DATE='2026-11-01 00:00:00 +0000' git commit -qm 'old'
}

@test "series: whether it applies is tried in memory" {
  repository
  echo 'another(f2);' >drivers/block/f2.c
  git commit -qam 'block: another'
  git branch topic
  before=$(find .git -type f | sort | xargs sha1sum)
  run --separate-stderr lorelei series --json --applies=topic
  [ "$status" -eq 0 ]
  [ "$(jq -r '"\(.m) \(.applies) \(.upstream) \(.why_not | tostring[:61])"' <<<"$output")" = 'd1@x true 0 null
c1@x false 0 patch 2 of 3 is missing
f2@x false 0 patch 2 of 2, "nbd: second": drivers/block/f2.c: hunk 1 of 1 
b0@x true 0 null' ]
  [ "$(find .git -type f | sort | xargs sha1sum)" = "$before" ]
  lorelei series --applies=topic | grep -qx ' AGE S AUTHOR             REV PATCHES  IN FITS  R  A  T TITLE'
  lorelei series --applies=topic | grep -qx '  9d + Ann Writer          v2     2/2   - yes   1  1  - floppy: spin'
  # Where a commit is, and where the work tree is, are two things.
  git checkout -q --orphan other && git rm -rqf . && git commit -q --allow-empty -m none
  [ "$(lorelei series --json --applies=HEAD | jq -r .applies | sort -u)" = false ]
}

@test "series: patches that are commits of a branch already" {
  repository
  for id in b1 b2; do git am -q ../$id.eml; done
  # Under another title, but of the same author time; of another change, but the same title; by somebody else.
  git am -q ../d1.eml && git commit -q --amend -m 'good: a subject'
  echo 'other(f2);' >drivers/block/f2.c && git commit -qam 'nbd: second' --author='Bo Reader <bo@example.net>'
  echo 'other(e1);' >drivers/block/e1.c && git commit -qam 'nbd: first' --author='Eve <eve@example.net>'
  run --separate-stderr lorelei series --json --upstream=main
  [ "$status" -eq 0 ]
  same() { git log --format=%H -1 --grep="^$1\$"; }
  [ "$(jq -r '"\(.m) \(.upstream) \([.patches[] | "\(.commit) \(.same)"] | join(" "))"' <<<"$output")" = \
    "d1@x 1 $(same 'good: a subject') true
c1@x 0 null null
f2@x 1 null null $(same 'nbd: second') false
b0@x 2 $(same 'floppy: up') true $(same 'floppy: down') true" ]
  [ "$(lorelei series --json --upstream=main --pending | ids)" = 'c1 f2' ]
  lorelei series --upstream=main | grep -qx '  9d = Ann Writer          v2     2/2   2  1  1  - floppy: spin'
  # What is there is not tried, and is nothing that fails.
  [ "$(lorelei series --json --applies=main floppy | jq -c 'has("applies")')" = false ]
  # The link tells, too, whatever the title.
  echo 'other(c1);' >drivers/block/c1.c
  git commit -qam 'loop: mended' -m 'Link: https://lore.example.org/r/c1@x'
  [ "$(lorelei series --json --upstream=main | jq -r 'select(.m == "c1@x").patches[0].same')" = false ]
}

@test "series: half of it is there, and the rest applies; clocks that went wrong" {
  repository
  git am -q ../b1.eml
  [ "$(lorelei series --json --applies=main floppy | jq -c '[.upstream, .applies]')" = '[1,true]' ]
  git am -q ../b2.eml
  GIT_COMMITTER_DATE='2001-01-01 00:00:00 +0000' git commit -q --allow-empty -m 'an old clock'
  [ "$(lorelei series --json --upstream=main floppy | jq .upstream)" = 2 ]
}

@test "series: a branch that is not there, and no repository" {
  run lorelei series --pending
  [ "$status" -eq 2 ]
  run lorelei series --applies=main
  [ "$status" -eq 3 ]
  repository
  run lorelei series --applies=nowhere
  [ "$status" -eq 3 ]
  [[ $output = *nowhere*'no such commit'* ]]
}
