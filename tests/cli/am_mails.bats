#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Which mails am makes a series of, and what of them it reads: parts, scissors, patches posted apart, other threads.
load common
load thread_mail

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
}

@test "am: one mail alone, with patches attached to it" {
  old_tree
  {
    separator
    printf 'From: Ann <ann@example.org>\nDate: Fri, 20 Nov 2026 12:00:00 +0000\nMessage-ID: <one@x>\n'
    printf 'Subject: two demos\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n'
    printf -- '--b\nContent-Type: text/plain\n\nBoth are attached.\n'
    for file in a b; do
      printf -- '--b\nContent-Type: text/x-patch; name=%s.patch\nContent-Transfer-Encoding: base64\n\n' $file
      {
        printf 'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n'
        printf 'From: Bo <bo@example.net>\nDate: Thu, 19 Nov 2026 12:00:00 +0000\nSubject: [PATCH] demo: %s\n\nSay.\n' $file
        diff_of $file new
      } | base64
    done
    printf -- '--b--\n\n'
    reply r1@x one@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>'
  } >thread.mbox
  run --separate-stderr lorelei am --no-stdin --single-message -m thread.mbox -o - one@x
  [ "$status" -eq 0 ]
  [ "$(grep -E '^(Subject|From|Message-Id): ' <<<"$output")" = 'Subject: [PATCH 1/2] demo: a
From: Bo <bo@example.net>
Message-Id: <att1-one@x>
Subject: [PATCH 2/2] demo: b
From: Bo <bo@example.net>
Message-Id: <att2-one@x>' ]
  refute grep -q Reviewed-by <<<"$output"
  git -C tree am -q < <(echo "$output")
  [ "$(cat tree/a tree/b)" = $'new\nnew' ]
  lorelei am -q --no-stdin --single-message -m thread.mbox -o out one@x
  grep -qx 'Both are attached.' out/*.cover
  # A patch of a thread, and nothing of the rest of it.
  chain >chain.mbox
  lorelei am -q --no-stdin --single-message -m chain.mbox -o - p2@x >out.mbox
  [ "$(grep '^Subject: ' out.mbox)" = 'Subject: [PATCH 2/2] demo: b' ]
}

@test "am: mails on standard input with something else between them" {
  chain | sed 's/^From mboxrd@z.*/==next==/' >piped
  lorelei am -q -m - --stdin-pipe-sep='\n==next==\n' -o - <piped >out
  [ "$(grep -c '^Subject: \[PATCH v2' out)" = 2 ]
  tr '\n' '\1' <piped | sed 's/\x01==next==\x01/\x0c/g' | tr '\1' '\n' >piped2
  lorelei am -q -m - --stdin-pipe-sep='\x0c' -o - <piped2 | cmp - out
  run lorelei am -m - --stdin-pipe-sep='\y' -o - <piped
  [ "$status" -eq 2 ]
}

@test "am: what stands above scissors is talk" {
  {
    printf 'Hello,\nFrom: Nobody <nobody@example.org>\n how about this?\n\n---- >8 ----\n'
    printf 'From: Bo <bo@example.net>\nSubject: [PATCH] demo: cut\n\nSay.\n'
    diff_of a a1
  } | mail m1@x '[PATCH] demo: talk' 'Ann <ann@example.org>' '' >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  grep -qx 'From: Bo <bo@example.net>' out
  grep -qx 'Subject: \[PATCH\] demo: cut' out
  [ "$(sed '1,/^$/d' out | head -n 2)" = $'Say.\n---' ]
  refute grep -q 'Hello' out
}

@test "am: patches that were posted as mails of their own" {
  patch p1@x '[PATCH v2 net] demo: a' '' a a1 'Fri, 20 Nov 2026 12:00:00 +0000' >thread.mbox
  reply r1@x p1@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>' >>thread.mbox
  patch p2@x '[PATCH v2 net] demo: b' '' b b2 'Fri, 20 Nov 2026 12:00:05 +0000' >>thread.mbox
  patch p3@x '[PATCH v2 net] demo: much later' '' b b3 'Fri, 20 Nov 2026 13:00:00 +0000' >>thread.mbox
  patch p4@x '[PATCH v2 net] demo: of somebody else' '' b b4 '' '' 'Bo <bo@example.org>' >>thread.mbox
  cover n0@x '[PATCH 0/2] demo: numbered' 'Fri, 20 Nov 2026 15:00:00 +0000' >>thread.mbox
  patch n2@x '[PATCH 2/2] demo: b' '' b b2 'Fri, 20 Nov 2026 15:00:01 +0000' >>thread.mbox
  patch n1@x '[PATCH 1/2] demo: a' '' a a1 'Fri, 20 Nov 2026 15:00:02 +0000' >>thread.mbox
  an_archive toys thread.mbox
  subjects() { grep '^Subject: ' <<<"$output"; }
  run --separate-stderr lorelei am --no-stdin --rethread -o - p2@x
  [ "$status" -eq 0 ]
  [ "$(subjects)" = $'Subject: [PATCH v2 1/2] demo: a\nSubject: [PATCH v2 2/2] demo: b' ]
  [ "$(grep -c '^Reviewed-by: Rob' <<<"$output")" = 1 ]
  run --separate-stderr lorelei am --no-stdin --rethread -o - n1@x
  [ "$(subjects)" = $'Subject: [PATCH 1/2] demo: a\nSubject: [PATCH 2/2] demo: b' ]
  # In the order they are named, whoever sent them; from standard input, too.
  run --separate-stderr lorelei am --no-stdin --rethread -o - p3@x p2@x
  [ "$(subjects)" = $'Subject: [PATCH v2 1/2] demo: much later\nSubject: [PATCH v2 2/2] demo: b' ]
  run --separate-stderr lorelei am --rethread -o - - <<<$'# two\np3@x # the first\n\np2@x'
  [ "$(subjects)" = $'Subject: [PATCH v2 1/2] demo: much later\nSubject: [PATCH v2 2/2] demo: b' ]
  run lorelei am --no-stdin -o - p3@x p2@x
  [ "$status" -eq 2 ]
  # Patches of two series that have the same number.
  cover m0@x '[PATCH 0/2] demo: others' 'Fri, 20 Nov 2026 18:00:00 +0000' >other.mbox
  patch m1@x '[PATCH 1/2] demo: other' '' b b7 'Fri, 20 Nov 2026 18:00:01 +0000' >>other.mbox
  lorelei archive import -q toys other.mbox && lorelei archive index -q toys
  run --separate-stderr lorelei am --no-stdin --rethread -o - m1@x n1@x
  [ "$(subjects)" = $'Subject: [PATCH 1/2] demo: other\nSubject: [PATCH 2/2] demo: a' ]
  # Of two revisions, and of threads with more in them: what is named, and nothing else.
  run --separate-stderr lorelei am --no-stdin --rethread -o - n2@x p1@x
  [ "$(subjects)" = $'Subject: [PATCH 1/2] demo: b\nSubject: [PATCH 2/2] demo: a' ]
  run lorelei am --no-stdin --rethread -m thread.mbox -o - p3@x
  [ "$status" -eq 2 ]
  run lorelei am --no-stdin --offline --rethread -o - p3@x nowhere@x
  [ "$status" -eq 3 ]
}

@test "am: what was said of the same patch elsewhere" {
  patch p1@x '[PATCH] demo: a' '' a a1 >thread.mbox
  # Once more below another cover, months before, with another patch beside it.
  cover c0@x '[PATCH 0/2] demo: all of it' >>thread.mbox
  patch o1@x '[PATCH 1/2] demo: a, as it was called then' c0@x a a1 >>thread.mbox
  patch o2@x '[PATCH 2/2] demo: b' c0@x b b9 >>thread.mbox
  reply r1@x o1@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>' >>thread.mbox
  reply r2@x c0@x 'Tom <tom@example.com>' 'Tested-by: Tom <tom@example.com>' >>thread.mbox
  reply r3@x o2@x 'Eve <eve@example.com>' 'Acked-by: Eve <eve@example.com>' >>thread.mbox
  reply r4@x o1@x 'Eve <eve@example.com>' 'Acked-by: Nobody <nobody@example.com>' >>thread.mbox
  an_archive toys thread.mbox
  run --separate-stderr lorelei am --no-stdin -o - p1@x
  [ "$status" -eq 0 ]
  [ "$(grep -E "^[A-Z][a-z-]+-by: " <<<"$output")" = 'Signed-off-by: Ann <ann@example.org>
Reviewed-by: Rob <rob@example.org>
Tested-by: Tom <tom@example.com>' ]
  [[ $stderr = *'Nobody <nobody@example.com>'* ]]
  [ "$(grep -c '^Subject: ' <<<"$output")" = 1 ]
  lorelei am -q --no-stdin -T -o - p1@x | refute grep Reviewed-by
  # Of a mailbox, too, and not where the change is another one.
  patch q1@x '[PATCH] demo: a' '' a a7 >one.mbox
  lorelei am -q --no-stdin -m one.mbox -o - | refute grep Reviewed-by
  patch q2@x '[PATCH] demo: a' '' a a1 >two.mbox
  lorelei am -q --no-stdin -m two.mbox -o - | grep 'Reviewed-by: Rob'
}

@test "am: what is below scissors is signed by whom it is from, or refused" {
  git config --global user.email zoe@example.org
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  # The names on top of the body are signed in place of the header's, and are above the scissors.
  { printf 'From: Zoe <zoe@example.org>\nSubject: demo: a\n\nHello.\n\n-- >8 --\nSay it.\n' && diff_of a a1; } |
    mail p@x '[PATCH] demo: in the header' 'Zoe <zoe@example.org>' '' | sed 1d >signed
  lorelei sign -q signed
  sed '0,/^From: /s/^From: .*/From: Mallory <mallory@example.com>/; 0,/^Subject: /s/^Subject: .*/Subject: [PATCH] forged/' signed >forged
  run lorelei am --no-stdin -m forged -o -
  [ "$status" -eq 5 ]
  [[ $output != *a1* ]]
  # Without them, the header's are what is signed.
  { printf 'Hello.\n\n-- >8 --\nSay it.\n' && diff_of a a1; } | mail q@x '[PATCH] demo: a' 'Zoe <zoe@example.org>' '' | sed 1d >plain
  lorelei sign -q plain
  run lorelei am --no-stdin -m plain -o -
  [ "$status" -eq 0 ]
  [[ $output = *'✓ Signed: ed25519/zoe@example.org'* && $output != *Hello* ]]
}

@test "am: what nobody gets from another thread" {
  # A stranger hangs a copy of his patch below the cover of somebody else's series.
  cover c0@x '[PATCH 0/1] demo: well reviewed' >thread.mbox
  patch o1@x '[PATCH 1/1] demo: b' c0@x b b9 >>thread.mbox
  reply r1@x c0@x 'Greg <greg@example.org>' 'Reviewed-by: Greg <greg@example.org>' >>thread.mbox
  patch e1@x '[PATCH] demo: a' '' a evil '' '' 'Eve <eve@example.com>' >>thread.mbox
  patch e2@x '[PATCH 1/1] demo: a' c0@x a evil '' '' 'Eve <eve@example.com>' >>thread.mbox
  # A patch-id is blind to white space, a review is not.
  patch w1@x '[PATCH] demo: w' '' a 'rm -rf /tmp/x' '' '' 'Bo <bo@example.org>' >>thread.mbox
  reply r2@x w1@x 'Greg <greg@example.org>' 'Reviewed-by: Greg <greg@example.org>' >>thread.mbox
  patch w2@x '[PATCH] demo: v' '' a 'rm -rf / tmp/x' '' '' 'Eve <eve@example.com>' >>thread.mbox
  # Who passed it on there has not passed on this one.
  patch s1@x '[PATCH] demo: s' '' b b5 '' '' 'Bo <bo@example.org>' >>thread.mbox
  reply r3@x s1@x 'Tom <tom@example.com>' $'Signed-off-by: Tom <tom@example.com>\nTested-by: Tom <tom@example.com>' >>thread.mbox
  patch s2@x '[PATCH] demo: t' '' b b5 >>thread.mbox
  an_archive toys thread.mbox
  for id in e1 w2; do
    run lorelei am --no-stdin -o - $id@x
    [ "$status" -eq 0 ]
    [[ $output != *'Reviewed-by: Greg'* ]]
  done
  run --separate-stderr lorelei am --no-stdin -o - s2@x
  grep -qx 'Tested-by: Tom <tom@example.com>' <<<"$output"
  refute grep -q 'Signed-off-by: Tom' <<<"$output"
  [[ $stderr = *'said in <r3@x>'* ]]
  # An archive that cannot be read costs the reviews, not the series.
  truncate -s 100 "$HOME"/.local/share/lorelei/archives/toys/xap15/*/postlist.glass
  patch m1@x '[PATCH] demo: m' '' a a1 >one.mbox
  run --separate-stderr lorelei am --no-stdin -m one.mbox -o -
  [ "$status" -eq 0 ]
  grep -q '^Subject: \[PATCH\] demo: m' <<<"$output"
}

@test "am: parts of a mail, of which one has the patch" {
  {
    separator
    printf 'From: Ann <ann@example.org>\nDate: Fri, 20 Nov 2026 12:00:00 +0000\nMessage-ID: <one@x>\n'
    printf 'Subject: [PATCH] demo: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n'
    printf -- '--m\nContent-Type: multipart/alternative; boundary=n\n\n'
    printf -- '--n\nContent-Type: text/plain\n\nSay it.\n\n---\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1\n@@\n-old\n+wrapped\n'
    printf -- '--n\nContent-Type: text/html\n\n<p>Say it.</p>\n--n--\n'
    printf -- '--m\nContent-Type: text/x-patch; name=a.patch\n\nSay.\n'
    diff_of a new
    printf -- '--m--\n'
  } >thread.mbox
  lorelei am -q --no-stdin -m thread.mbox -o - >out
  [ "$(sed '1,/^$/d' out | head -n 2)" = $'Say.\n---' ]
  [ "$(grep -c '^diff --git' out)" = 1 ]
  old_tree
  git -C tree am -q <out
  [ "$(cat tree/a)" = new ]
}

@test "am: a newer revision in a thread of its own is told" {
  patch p1@x '[PATCH] demo: a' '' a a1 'Wed, 18 Nov 2026 12:00:00 +0000' >thread.mbox
  patch p2@x '[PATCH v2] demo: a' '' a a2 'Thu, 19 Nov 2026 12:00:00 +0000' >>thread.mbox
  patch p3@x '[PATCH v3] demo: a' '' a a3 >>thread.mbox
  an_archive toys thread.mbox
  run --separate-stderr lorelei am --no-stdin -o - p1@x
  [ "$status" -eq 0 ]
  grep -q '^Subject: \[PATCH\] demo: a' <<<"$output"
  [[ $stderr = *'There is a newer revision, v3: p3@x; -c takes it'* ]]
  run --separate-stderr lorelei am --no-stdin -o - p3@x
  [[ $stderr != *'newer revision'* ]]
  # What is applied is the newest, unless one is named.
  old_tree
  cd tree
  lorelei shazam -q --no-stdin p1@x
  [ "$(cat a)" = a3 ]
  lorelei shazam -q --abort
  lorelei shazam -q --no-stdin -v1 p1@x
  [ "$(cat a)" = a1 ]
}
