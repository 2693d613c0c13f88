#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A series out of a thread, ready for git am.
load common
load thread_mail

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
}

trailers_of() {  # NUMBER, of what am wrote to out
  awk -v n="$1" '/^From git@z/ { i++ } i == n' out | sed -n '/^Say/,/^---/p' | grep -E '^[A-Z][a-z-]+-by: |^Cc: |^Link: |^Message-ID: '
}
@test "am: the latest revision, with what replies say to it" {
  chain >thread.mbox
  run --separate-stderr lorelei am --no-stdin -m thread.mbox -o -
  [ "$status" -eq 0 ]
  echo "$output" >out
  [ "$(grep -c '^From git@z' out)" = 2 ]
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v2 1/2] demo: a
[PATCH v2 2/2] demo: b' ]
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>
Acked-by: Eve <eve@example.com>
Tested-by: Tom <tom@example.com>' ]
  [ "$(trailers_of 2)" = 'Signed-off-by: Ann <ann@example.org>
Reviewed-by: Rob <rob@example.org>
Tested-by: Tom <tom@example.com>' ]  # the first of v1, where the patch is the same
  [[ "$stderr" == *'Will use the latest revision: v2'* ]]
  [[ "$stderr" == *'    + Acked-by: Eve <eve@example.com>'* ]]
  [[ "$stderr" == *'! Trailer: Reviewed-by: Somebody Else <else@example.com>
     Msg From: Eve <eve@example.com>'* ]]
  [[ "$stderr" == *'Total patches: 2'* ]]
}

@test "am: git am takes it; files of an earlier run are written anew, others stay" {
  chain >thread.mbox
  old_tree
  cd tree
  run lorelei am --no-stdin -m ../thread.mbox -o ../out
  [ "$status" -eq 0 ]
  file=../out/v2_20261120_ann_demo_two.mbx
  [[ "$output" == *"Cover: ${file%.mbx}.cover"* ]]
  [[ "$output" == *' Base: applies clean to current tree'* ]]
  [[ "$output" == *"git am $file"* ]]
  git am -q $file
  [ "$(git log --format=%s -2)" = 'demo: b
demo: a' ]
  [ "$(git log --format=%b -1)" = 'Say b2.

Signed-off-by: Ann <ann@example.org>
Reviewed-by: Rob <rob@example.org>
Tested-by: Tom <tom@example.com>' ]
  [ "$(cat a b)" = 'a2
b2' ]
  lorelei am -q --no-stdin -m ../thread.mbox -o ../out
  echo mine >../out/other.mbx
  run lorelei am --no-stdin -m ../thread.mbox -o ../out -n other
  [ "$status" -eq 6 ]
  [ "$(cat ../out/other.mbx)" = mine ]
}

@test "am: which trailers" {
  chain >thread.mbox
  am() { lorelei am -q --no-stdin -m thread.mbox -o - "$@" >out; }
  am -T
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>' ]
  am -S
  [[ "$(trailers_of 1)" == *'Reviewed-by: Somebody Else <else@example.com>'* ]]
  am -T -sli --cc-trailers
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>
Cc: Dev <dev@example.net>
Cc: Some List <list@lists.example.org>
Link: https://patch.msgid.link/q1@x
Message-ID: <q1@x>
Signed-off-by: Mia Maintainer <mia@example.org>' ]
  git config --global b4.trailer-order 'Tested*,Acked*,*'
  git config --global b4.trailers-ignore-from '*@sub.example.com'
  git config --global b4.linkmask 'https://lists.example.org/r/%s'
  am -l
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>
Acked-by: Eve <eve@example.com>
Link: https://lists.example.org/r/q1@x' ]
  run lorelei am --no-stdin -m thread.mbox -o -
  [[ "$output" == *'x Trailer: Tested-by: Tom <tom@example.com>'* ]]
  # The tree that one is in may set the order, and no program.
  git config --global --unset b4.trailer-order
  git config --global --unset b4.trailers-ignore-from
  old_tree
  printf '[b4]\n\ttrailer-order = Tested*,*\n\tam-perpatch-check-cmd = touch ran\n' >tree/.b4-config
  cd tree
  lorelei am -q --no-stdin -m ../thread.mbox -o - >out
  [ "$(trailers_of 1 | sed -n 2p)" = 'Tested-by: Tom <tom@example.com>' ]
  [ ! -e ran ]
}

@test "am: revisions and picks" {
  chain >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - -v1 >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH 1/2] demo: a
[PATCH 2/2] demo: b' ]
  run lorelei am --no-stdin -m thread.mbox -o - -v9
  [ "$status" -eq 3 ]
  [[ "$output" == *'v9'* ]]
  lorelei am -q --no-stdin -m thread.mbox -o - -P 2 >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v2 2/2] demo: b' ]
  lorelei am -q --no-stdin -m thread.mbox -o - -P _ q1@x >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v2 1/2] demo: a' ]
  lorelei am -q --no-stdin -m thread.mbox -o - -P '*: b' >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v2 2/2] demo: b' ]
  run lorelei am --no-stdin -m thread.mbox -o - -P x
  [ "$status" -eq 2 ]
  run lorelei am --no-stdin -m thread.mbox -o - -P 7-9
  [ "$status" -eq 3 ]
  # The number counts, not the date.
  { patch a@x '[PATCH v3] demo: a' '' a a3 'Thu, 1 Jan 2026 12:00:00 +0000'
    patch b@x '[PATCH v2] demo: a' a@x a a2; } >late.mbox
  run --separate-stderr lorelei am --no-stdin -m late.mbox -o -
  [[ "$output" == *'[PATCH v3] demo: a'* ]]
  [[ "$stderr" == *'v2 was sent later than v3'* ]]
}

@test "am: what is missing is named, and is no success" {
  { cover c@x '[PATCH 0/3] demo: three'; patch p1@x '[PATCH 1/3] demo: a' c@x a a1; patch p3@x '[PATCH 3/3] demo: b' c@x b b1; } >gap.mbox
  run lorelei am --no-stdin -m gap.mbox -o out
  [ "$status" -eq 4 ]
  [[ "$output" == *'ERROR: missing [2/3]!'* ]]
  [[ "$output" == *'Thread incomplete'* ]]
  [ "$(grep -c '^Subject:' out/*.mbx)" = 2 ]
  lorelei am -q --allow-incomplete --no-stdin -m gap.mbox -o out
  cover c@x '[PATCH 0/3] demo: three' >cover.mbox
  run lorelei am --no-stdin -m cover.mbox -o -
  [ "$status" -eq 3 ]
  reply r@x p@x 'Rob <rob@example.org>' 'Hm.' >reply.mbox
  run lorelei am --no-stdin -m reply.mbox -o -
  [ "$status" -eq 3 ]
  : >empty.mbox
  run lorelei am --no-stdin -m empty.mbox -o -
  [ "$status" -eq 3 ]
  run lorelei am --no-stdin -m nowhere -o -
  [ "$status" -eq 3 ]
  run lorelei am --no-stdin
  [ "$status" -eq 2 ]
}

@test "am: a revision of which only some patches were sent again" {
  { cover c@x '[PATCH v2 0/2] demo: two'; patch p1@x '[PATCH v2 1/2] demo: a' c@x a a1; patch p2@x '[PATCH v2 2/2] demo: b' c@x b b1
    reply r@x p2@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>'
    reply s@x c@x 'Tom <tom@example.org>' 'Tested-by: Tom <tom@example.org>'
    patch q2@x '[PATCH v3 2/2] demo: b' p2@x b b2; } >thread.mbox
  run --separate-stderr lorelei am --no-stdin -m thread.mbox -o -
  [ "$status" -eq 0 ]
  echo "$output" >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v3 1/2] demo: a
[PATCH v3 2/2] demo: b' ]
  [ "$(trailers_of 2)" = 'Signed-off-by: Ann <ann@example.org>
Tested-by: Tom <tom@example.org>' ]  # the patch is another one than was reviewed
  [[ "$stderr" == *'[PATCH v2->v3 1/2] demo: a'* ]]
  [[ "$stderr" == *'partial reroll'* ]]
  run lorelei am --no-stdin --no-partial-reroll -m thread.mbox -o -
  [ "$status" -eq 4 ]
}

@test "am: counters and revisions however they are spelled" {
  { patch p1@x '[PATCH net-next,v6,1/2] demo: a' '' a a1; patch p2@x '[PATCH v6 2 of 2] demo: b' p1@x b b1; } >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH v6 1/2] demo: a
[PATCH v6 2/2] demo: b' ]
  patch p@x 'RFC: [PATCH] demo: [a[1]] b' '' a a1 >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  grep -q 'demo: \[a\[1\]\] b$' out
}

@test "am: the author's own text stays, whatever it looks like" {
  { printf 'Text.\n\nFixes: https://example.org/bug\nMail: me\nNote: a thing\nFixes: 0123456789AB ("x: y")\nSigned-off-by: Ann <ann@example.org>\n'
    diff_of a a1; } | mail p@x '[PATCH] demo: a' 'Ann <ann@example.org>' '' >thread.mbox
  reply r@x p@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>' >>thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  [ "$(sed -n '/^Text/,/^---/p' out)" = 'Text.

Fixes: https://example.org/bug
Mail: me
Note: a thing
Fixes: 0123456789AB ("x: y")
Signed-off-by: Ann <ann@example.org>
Reviewed-by: Rob <rob@example.org>
---' ]
  # "From " at the start of a line, with and without what a mailbox would take for a separator.
  old_tree
  rm out
  for line in 'From here on it works.' 'From nobody Thu Jan  1 00:00:00 1970'; do
    { printf 'Text.\n\n%s\n>From there, too.\n' "$line"; diff_of a a1; } | sed 's/^From /=46rom /; s/^>From/=3EFrom/' |
      mail p@x '[PATCH] demo: a' 'Ann <ann@example.org>' '' |
      sed 's/^Message-ID/Content-Transfer-Encoding: quoted-printable\nMIME-Version: 1.0\nContent-Type: text\/plain\nMessage-ID/; s/^-- $/--=20/' >thread.mbox
    run lorelei am --no-stdin -m thread.mbox -o out
    [ "$status" -eq 0 ]
    eval "git -C tree am -q $(sed -n 's/^ *git am //p' <<<"$output" | sed "s|out/|../out/|")"
    [ "$(git -C tree log -1 --format=%b)" = "Text.

$line
>From there, too." ]
    git -C tree reset -q --hard HEAD~1
  done
}

@test "am: who can give a trailer" {
  patch p@x '[PATCH] demo: a' '' a a1 >thread.mbox
  reply r1@x p@x '"Smith, John" <john@smith.example>' 'Reviewed-by: Somebody <some@body.example>' >>thread.mbox
  reply r2@x p@x 'Rob <rob@example.org>' 'Acked-by: Rob <rob@elsewhere.example>' >>thread.mbox
  reply r3@x p@x 'Eve Tester <eve+lists@example.org>' 'Tested-by: Eve Tester (corporate) <Eve@example.org>' >>thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>
Tested-by: Eve Tester (corporate) <Eve@example.org>' ]
}

@test "am: text that hides something is refused, with all its places" {
  { printf 'Text.\n'; diff_of a "$(printf 'x\342\200\256y')"; } | mail p@x "[PATCH] demo: $(printf 'a\342\200\213b')" 'Ann <ann@example.org>' '' >thread.mbox
  run lorelei am --no-stdin -m thread.mbox -o out
  [ "$status" -ne 0 ]
  [ ! -e out ]
  [[ "$output" == *'title: U+200B'* ]]
  [[ "$output" == *'U+202E'* ]]
  refute grep -q "$(printf '\342\200\256')" <<<"$output"
  lorelei am -q --allow-unicode-control-chars --no-stdin -m thread.mbox -o -
}

@test "am: from an archive here, from a mail on standard input, with a URL" {
  chain >thread.mbox
  lorelei archive import -q --new toys thread.mbox
  lorelei archive index -q toys
  lorelei am -q q1@x -o - >by_id
  [ "$(grep -c '^Subject: \[PATCH v2' by_id)" = 2 ]
  for word in '<q1@x>' mid:q1@x 'https://lore.kernel.org/all/q1%40x/T/#t' 'https://lore.kernel.org/all/c2@x/raw'; do
    lorelei am -q --offline "$word" -o - | cmp - by_id
  done
  lorelei show --raw q2@x | lorelei am -q -o - | cmp - by_id
  lorelei am -q -m - -o - <thread.mbox | cmp - by_id
  run lorelei am --offline nobody@x
  [ "$status" -eq 3 ]
  mkdir -p md/cur md/new md/tmp
  lorelei am -q q1@x -o out -M
  [ "$(find out -name '*.maildir' -type d | wc -l)" = 1 ]
  run lorelei am q1@x -o out -M
  [ "$status" -eq 6 ]
  lorelei am -q q1@x -o quilt -Q
  [ "$(cat quilt/*.patches/series)" = '0001_demo_a.patch
0002_demo_b.patch' ]
}

@test "am: a posting that answers another one" {
  { patch old@x '[PATCH] demo: old' '' a a0; patch p@x '[PATCH] demo: new' old@x b b1; } >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - p@x >out
  [ "$(sed -n 's/^Subject: //p' out)" = '[PATCH] demo: new' ]
}

# A forger has a signed mail and changes what surrounds the signed bytes. Either the signature is not shown as good, or the
# tree, the author and the message become what was signed.
@test "am: what is applied is what was signed" {
  git config --global user.email zoe@example.org
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  { printf 'Say it.\n\nSigned-off-by: Zoe <zoe@example.org>\n'; diff_of a a1; } |
    mail p@x '[PATCH 1/2] demo: a' 'Zoe <zoe@example.org>' '' | sed 1d >signed
  lorelei sign -q signed
  old_tree
  applied() {  # FILE; prints tree, author, date and message of the commit, nothing if nothing is good or nothing applies
    rm -rf out
    lorelei am --no-stdin --allow-incomplete -m "$1" -o out >said 2>&1 || return 0
    grep -q '✓ Signed: ed25519/zoe@example.org' said || return 0
    git -C tree reset -q --hard main
    git -C tree am -q "$PWD"/out/*.mbx >/dev/null 2>&1 || { git -C tree am --abort; echo conflict; return 0; }
    git -C tree log -1 --format='%T %an %ae %ad %s%n%b'
    git -C tree reset -q --hard HEAD~1
  }
  wanted=$(applied signed)
  [[ "$wanted" == *'demo: a'* ]]
  applied signed >/dev/null && grep -q 'do not cover the numbers of patches' said
  head=$(sed '/^$/,$d' signed) body=$(sed '1,/^$/d' signed)
  evil() { printf 'diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-old\n+evil\n'; }
  with() { printf '%s\n%s\n\n' "$head" "$1"; cat; }  # HEADER; the body on standard input
  { evil; echo; echo --X; echo; echo "$body"; echo --X--; } | with 'Content-Type: text/plain; boundary=X' >f1
  { echo --X; echo; echo "$body"; echo --X--; evil; } | with 'Content-Type: multipart/mixed; boundary=X' >f2
  { echo --X; echo; evil; echo --X; echo; echo "$body"; echo --X--; } | with 'Content-Type: multipart/mixed; boundary=X' >f3
  { echo --X; echo; echo "$body"; echo --XY; echo; evil; echo --X--; } | with 'Content-Type: multipart/mixed; boundary=X' >f4
  { printf 'From: Eve <eve@example.com>\n\n%s\n' "$body"; } | with 'X-Mailer: x' >f5
  { printf 'Subject: other\n\n%s\n' "$body"; } | with 'X-Mailer: x' >f6
  { printf 'Date: Thu, 1 Jan 1998 00:00:00 +0000\n\n%s\n' "$body"; } | with 'X-Mailer: x' >f7
  { printf '[PATCH] other\n\n%s\n' "$body"; } | with 'X-Mailer: x' >f8
  { printf 'Dropped.\n-- >8 --\n%s\n' "$body"; } | with 'X-Mailer: x' >f9
  { printf '%s\n' "$body"; evil; } | with 'X-Mailer: x' >f10
  printf '%s\n' "$body" | sed 's/=/=3D/g; s/^-- $/--=20/' | with 'Content-Transfer-Encoding: quoted-printable' >f11
  printf '%s\n' "$body" | base64 | with 'Content-Transfer-Encoding: base64' >f12
  printf '%s\n' "$body" | with 'Content-Type: text/plain; format=flowed; delsp=yes' >f13
  printf '%s\n' "$body" | sed 's/+a1/+A2GAYQBh-/' | with 'Content-Type: text/plain; charset=utf-7' >f14
  printf '%s\n' "$body" | with 'From: Eve <eve@example.com>' >f15
  printf '%s\n' "$body" | with 'Subject: [PATCH] other' >f16
  sed 's/^Subject: .*/Subject: [PATCH v9 2\/7] demo: a/' signed >f17
  sed 's/^Subject: /Subject: Re: /' signed >f18
  held=0
  for file in f?*; do
    got=$(applied $file)
    [ -z "$got" ] || [ "$got" = "$wanted" ] || { echo "$file: $got"; cat said; return 1; }
    [ -z "$got" ] || held=$((held + 1))
  done
  [ $held -ge 3 ]  # other encodings of the same bytes, other numbers
  # A part that is signed, in a charset that is not: nothing is guessed at.
  git config --global patatt.trimbody yes
  { printf 'Caf\351.\n'; diff_of a a1; } | mail l@x '[PATCH] demo: a' 'Zoe <zoe@example.org>' '' |
    sed '1d; s/^Message-ID/MIME-Version: 1.0\nContent-Type: text\/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n&/' >latin
  lorelei sign -q latin
  lorelei am -q --no-stdin -m latin -o - >said
  grep -q 'Café' said
  { cat latin; evil; } >f
  run lorelei am --no-stdin -m f -o -
  [ "$status" -eq 5 ]
  [[ "$output" != *+evil* ]]
  git config --global patatt.trimbody no
  # What carries no diff is not made to carry one: a letter stays unsigned words.
  { printf 'Why.\n'; } | mail c@x '[PATCH 0/1] demo: why' 'Zoe <zoe@example.org>' '' | sed 1d >letter
  lorelei sign -q letter
  { sed '/^$/,$d' letter; echo; evil; sed '1,/^$/d' letter; } >f
  run lorelei am --no-stdin -m f -o -
  [[ "$output" != *'✓ Signed'* ]]
}

@test "am: git reads from the result what it reads from the posting" {
  old_tree
  commit_of() {  # FILE: what git am makes of it
    git -C tree reset -q --hard main
    git -C tree am -q "$PWD/$1" >/dev/null 2>&1
    git -C tree log -1 --format='%an %ae %s%n%b' && git -C tree reset -q --hard HEAD~1
  }
  { printf 'From: Ann <ann@example.org>\n\nFrom: Linus <linus@example.com>\n\nText.\n'; diff_of a a1; } |
    mail p@x '[PATCH] demo: a' 'Ann <ann@example.org>' '' >two_froms
  { printf 'Text.\n'; diff_of a a1; } |
    mail p@x '[PATCH] =?utf-8?q?=3D=3Futf-8=3Fq=3Fodd=3F=3D?=' '=?utf-8?q?=3D=3Futf-8=3Fq=3FLinus=5F=3D3Clinus=3D40example=2Ecom=3D3E=3F=3D?= <ann@example.org>' '' >encoded
  for file in two_froms encoded; do
    lorelei am -q --no-stdin -m $file -o - >out
    [ "$(commit_of out)" = "$(commit_of $file)" ]
    [[ "$(commit_of out)" == *ann@example.org* ]]
  done
  # What follows a signature is applied, too: it is not the patch that was reviewed.
  patch p@x '[PATCH] demo: a' '' a a1 >thread.mbox
  reply r@x p@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>' >>thread.mbox
  { printf 'Say a1.\n\nSigned-off-by: Ann <ann@example.org>\n'; diff_of a a1; diff_of b evil | sed 1,/^$/d; } |
    mail q@x '[PATCH v2] demo: a' 'Ann <ann@example.org>' p@x >>thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  grep -q '+evil' out
  [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>' ]
}

@test "am: what a reply cannot do" {
  patch p@x '[PATCH 1/1] demo: a' '' a a1 >thread.mbox
  reply r1@x p@x 'Rob <rob@example.org>' 'Index: rob@example.org
Reviewed-by: Linus <linus@example.com> <rob@example.org>
Acked-by: Linus <linus@example.com>,<rob@example.org>
Tested-by: Rob '"$(printf '\342\200\256\033[2J')"' <rob@example.org>' >>thread.mbox
  patch e@x '[PATCH 1/1] demo: a' p@x a evil '' '' 'Eve <eve@example.com>' >>thread.mbox
  patch f@x '[PATCH] demo: b' p@x b evil '' '' 'Eve <eve@example.com>' >>thread.mbox
  cp thread.mbox last.mbox
  { patch e@x '[PATCH 1/1] demo: a' p@x a evil '' '' 'Eve <eve@example.com>'; cat thread.mbox; } >first.mbox
  for file in last first; do
    run --separate-stderr lorelei am --no-stdin -m $file.mbox -o - -s
    echo "$output" >out
    [ "$(trailers_of 1)" = 'Signed-off-by: Ann <ann@example.org>
Signed-off-by: Mia Maintainer <mia@example.org>' ]
    [ "$(grep -c evil out)" = 0 ]
    [[ "$stderr" == *'from eve@example.com'* ]]
    [[ "$stderr" != *"$(printf '\033')"* ]]
  done
}

@test "am: what the tree that one is in cannot do" {
  patch p@x '[PATCH] demo: a' '' a a1 >thread.mbox
  git init -q tree
  printf '[b4]\n\tlinkmask = "https://x/%%s\\nSigned-off-by: Linus <linus@example.com>"\n' >tree/.b4-config
  cd tree
  lorelei am -q --no-stdin -m ../thread.mbox -o - -l >../out
  grep -q '^Link: https://patch.msgid.link/p@x$' ../out
  [ "$(grep -c Linus ../out)" = 0 ]
  # Its lines that are wrong count for nothing, the others do; it names no server.
  printf '[b4\n= x\n[b4]\n\tlinkmask = no place\n\tmidmask = nonsense\n\t"\n\tlinkmask = https://y/%%s\n' >.b4-config
  lorelei am -q --no-stdin -m ../thread.mbox -o - -l >../out
  grep -q '^Link: https://y/p@x$' ../out
  rm .b4-config
  # Files that look like a repository.
  mkdir -p odd/objects odd/refs
  echo 'ref: refs/heads/main' >odd/HEAD
  touch odd/objects/x odd/refs/x
  printf '[core]\n\tbare = false\n[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tdefaultKeyCommand = touch %s/ran\n[user]\n\temail = evil@example.com\n' "$PWD" >odd/config
  cd odd
  lorelei am -q --no-stdin -m ../../thread.mbox -o - -s >../out || true
  lorelei validate ../../thread.mbox >/dev/null || true
  [ ! -e ../ran ]
}

@test "am: what it applies to" {
  chain >thread.mbox
  am() { run lorelei am --no-stdin -m ../thread.mbox -o ../out "$@"; }
  mkdir outside && cd outside
  am
  [[ "$output" == *' Base: 0123456789012345678901234567890123456789
       git checkout -b v2_20261120_ann_example_org 0123456789012345678901234567890123456789'* ]]
  am -g
  [ "$status" -eq 3 ]
  cd ..
  old_tree
  cd tree
  was=$(git rev-parse HEAD)
  blob=$(git rev-parse --short HEAD:a)
  sed -i "s/^diff --git.*/&\nindex $blob..1234567 100644/" ../thread.mbox
  export GIT_COMMITTER_DATE='2026-11-25 12:00:00 +0000'
  echo changed >b && git commit -qam 'demo: later'
  am
  [[ "$output" == *'does not apply to current tree: patch 2 of 2, "demo: b"'* ]]
  [[ "$output" == *' Base: 0123456789012345678901234567890123456789 (not known here)'* ]]
  am -g
  [[ "$output" == *" Base: ${was:0:12} \"demo: begin\" (exact match)
       git checkout -b v2_20261120_ann_example_org ${was:0:12}"* ]]
  am -b nothing-like-it
  [ "$status" -eq 3 ]
  sed -i "s/^base-commit: .*/base-commit: $was/" ../thread.mbox
  am
  [[ "$output" == *" Base: $was
       git checkout -b v2_20261120_ann_example_org $was"* ]]
  git reset -q --hard "$was"
  sed -i 1iabove a && git commit -qam 'demo: above'
  am
  [[ "$output" == *'does not apply'* ]]  # one line without context is at the begin, or not there
}

@test "am: a bare --- stays where no trailer is added" {
  { printf 'Say.\n---\n\n' && diff_of a a1 | sed 1,4d; } | mail m1@x '[PATCH] demo: a' 'Ann <ann@example.org>' '' >thread.mbox
  lorelei am -q --no-stdin -T -m thread.mbox -o - | grep -A3 '^Say' | cmp - <(printf 'Say.\n---\n\ndiff --git a/a b/a\n')
  lorelei am -q --no-stdin -m thread.mbox -o - | grep -A2 '^Say' | cmp - <(printf 'Say.\n\ndiff --git a/a b/a\n')
}

@test "am: what git am -3 needs of a series" {
  git init -q tree && cd tree
  seq 20 >a && git add a && git commit -qm 'demo: begin'
  git checkout -qb topic
  sed -i 's/^5$/five/' a && git commit -qam 'demo: five'
  sed -i 's/^9$/nine/' a && git commit -qam 'demo: nine'
  git format-patch -q --thread --stdout main | sed 's/^From [0-9a-f]\{40\}.*/From mboxrd@z Thu Jan  1 00:00:00 1970/' >../thread.mbox
  git checkout -q main && git branch -qD topic
  git reflog expire --expire=now --all && git gc -q --prune=now
  # The place of the first is another one now; the second was made from a file that nobody has.
  sed -i 's/^6$/six/; s/^10$/ten/' a && git commit -qam 'demo: others'
  lorelei am -q --no-stdin -P2 --allow-incomplete -m ../thread.mbox -o ../out -n second
  refute git am -q -3 ../out/second.mbx 2>/dev/null
  [ -z "$(git ls-files -u)" ]
  git am --abort
  run lorelei am --no-stdin -3 -m ../thread.mbox -o ../out -n merged
  [ "$status" -eq 0 ]
  [[ $output = *'git am -3 ../out/merged.mbx' ]]
  git fsck --no-dangling
  # They meet in one line, which git can tell only of a file that it has.
  refute git am -q -3 ../out/second.mbx 2>/dev/null
  git ls-files -u | grep -q .
}

@test "am: a Maildir is in the order of the patches" {
  old_tree
  for file in 1 2 3 4 5 6 7 8 9 10 11; do patch p$file@x "[PATCH $file/11] demo: $file" "$([ $file = 1 ] || echo p1@x)" f$file new; done |
    sed 's/^-old$//; s/^@@ -1 +1 @@$/@@ -0,0 +1 @@/; s/^--- a\/f.*/--- \/dev\/null/; /^$/b' | sed '/^@@ -0,0/{n;/^$/d}; s/^index.*//' >thread.mbox
  sed -i 's/^diff --git.*/&\nnew file mode 100644/' thread.mbox
  lorelei am -q --no-stdin -M -n box -o out -m thread.mbox
  [ "$(cat out/box.maildir/new/* | sed -n 's/^Subject: \[PATCH \([0-9]*\)\/11\].*/\1/p' | paste -sd' ')" = '1 2 3 4 5 6 7 8 9 10 11' ]
  git -C tree am -q ../out/box.maildir
}

@test "b4: the commands that it stands for, with its options before them" {
  chain >thread.mbox
  mkdir bin && ln -s "$(command -v lorelei)" bin/b4 && PATH=$PWD/bin:$PATH
  lorelei am -q --no-stdin --offline -m thread.mbox -o - -s >ours
  b4 --offline-mode --no-stdin -q -c b4.attestation-policy=off -c user.name='Test Override' am -m thread.mbox -o - -s >out
  sed 's/^Signed-off-by: Mia Maintainer/Signed-off-by: Test Override/' ours | cmp - out
  for verb in am shazam mbox diff dig kr pr ty; do
    run b4 $verb --help
    [ "$status" -eq 0 ]
    [[ "$output" == *"b4 $verb"* ]]
  done
  run b4 series
  [ "$status" -eq 2 ]
  run b4 --no-stdin am -m thread.mbox -v9 -o -
  [ "$status" -eq 3 ]
  old_tree
  cd tree
  b4 -q -n --no-stdin shazam -M -m ../thread.mbox
  [ "$(git log -1 --format=%s)" = 'Merge patch series "demo: two"' ]
  run b4 --no-stdin ty -l
  [ "$status" -eq 0 ]
  [[ "$output" == *'demo: two'* ]]
}
