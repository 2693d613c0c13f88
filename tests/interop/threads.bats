#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Beside b4: the same mails of a thread, the same file name, the same keys.
load common
load ../cli/thread_mail

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
  need b4
  export HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8
  unset "${!XDG_@}"
  mkdir -p "$HOME" ours theirs
}
theirs() { command b4 --offline-mode "$@"; }

# Message-ID, subject and body of each mail.
mails_in() {
  python3 - "$1" <<'E2'
import mailbox, sys, os
box = mailbox.Maildir(sys.argv[1], create=False) if os.path.isdir(sys.argv[1]) else mailbox.mbox(sys.argv[1], create=False)
for one in sorted((m["Message-ID"], m["Subject"], m.get_payload().rstrip("\n")) for m in box): print(one)
E2
}

a_thread() {
  cover c1@x '[PATCH 0/2] demo: two'
  patch p1@x '[PATCH 1/2] demo: a' c1@x a a1
  patch p2@x '[PATCH 2/2] demo: b' c1@x b b1
  reply r1@x p1@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>'
  reply r2@x gone@x 'Tom <tom@example.org>' 'To a mail that is not there.'
}
other_mail() { reply o1@x other@x 'Eve <eve@example.com>' 'Something else.'; }

@test "b4: the same thread under the same name" {
  { a_thread; other_mail; } >all.mbox
  for id in c1@x p2@x r1@x o1@x; do
    rm -rf ours theirs && mkdir ours theirs
    theirs mbox -m all.mbox -o theirs "$id"
    lorelei mbox -q -m all.mbox -o ours "$id"
    [ "$(ls ours)" = "$(ls theirs)" ]
    [ "$(mails_in "ours/$(ls ours)")" = "$(mails_in "theirs/$(ls theirs)")" ]
  done
  # All of a mailbox.
  theirs mbox -m all.mbox -o theirs -n all
  lorelei mbox -q -m all.mbox -o ours -n all
  [ "$(mails_in ours/all)" = "$(mails_in theirs/all)" ]
}

@test "b4: a Maildir that has some of it" {
  a_thread >all.mbox
  for side in ours theirs; do
    mkdir -p $side/md/cur $side/md/new $side/md/tmp
    reply r1@x p1@x 'Rob <rob@example.org>' 'It is there.' | sed 1d >$side/md/cur/1:2,S
  done
  theirs mbox -m all.mbox -f -o theirs/md p1@x
  lorelei mbox -q -m all.mbox -f -o ours/md p1@x
  [ "$(mails_in ours/md)" = "$(mails_in theirs/md)" ]
  # Each finds nothing new in what the other has made.
  lorelei mbox -q -m all.mbox -f -o theirs/md p1@x
  theirs mbox -m all.mbox -f -o ours/md p1@x
  [ "$(find ours/md theirs/md -type f | wc -l)" = 8 ]
}

@test "b4: the same keys" {
  command -v b4 >/dev/null && b4 kr --help | grep -q show-keys
  ed=$(head -c 32 /dev/zero | base64)
  { echo x | mail k1@x '[PATCH] x' 'Ann <ann@example.org>' '' '' "X-Developer-Signature: v=1; a=ed25519-sha256; t=1; l=2; i=ann@example.org; s=20260101; h=from:subject; bh=AA==; b=AA==
X-Developer-Key: i=ann@example.org; a=ed25519; pk=$ed"
    echo x | mail k2@x 'Re: [PATCH] x' "Bob O'Neil <bob+o'neil@example.org>" k1@x '' "X-Developer-Signature: v=1; a=openpgp-sha256; i=bob+o'neil@example.org; h=from:subject; bh=AA==; b=AA==
X-Developer-Key: i=bob+o'neil@example.org; a=openpgp; fpr=0123456789ABCDEF0123456789ABCDEF01234567"; } >keys.mbox
  theirs kr --show-keys -m keys.mbox 2>&1 | tr -d : | grep -E '^ *(keytype|keyid|pubkey|krpath|fullpath)' | sort >said
  lorelei kr -q --show-keys -m keys.mbox | tr -d : | grep -E '^ *(keytype|keyid|pubkey|krpath|fullpath)' | sort | diff - said
}
