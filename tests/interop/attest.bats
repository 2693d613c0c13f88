#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Beside patatt: each accepts what the other signs, says the same of what is bad, and finds the same keys.
load common

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
  command -v patatt >/dev/null || need patatt
  export HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8
  unset GNUPGHOME SSH_AUTH_SOCK "${!XDG_@}"
  mkdir -p "$HOME"
  git config --global user.email zoe@example.org
  git config --global user.name 'Zoe Tester'
  mkdir -p ours
  ln -s "$(realpath "$LORELEI")" ours/patatt
  OURS=$PWD/ours/patatt
  THEIRS=$(command -v patatt)
  keys=$PWD/keys
  git config --global patatt.keyringsrc "$keys"
}
teardown() {
  if [ -n "${GNUPGHOME:-}" ]; then gpgconf --kill all && rm -rf "$GNUPGHOME"; fi
}
ours() { "$OURS" "$@"; }
theirs() { "$THEIRS" "$@"; }

with_ed25519() {
  theirs genkey -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
}
with_openssh() {  # TYPE...
  ssh-keygen -q -N '' -f ssh_key -t "$@"
  mkdir -p "$keys/openssh/example.org/zoe"
  cp ssh_key.pub "$keys/openssh/example.org/zoe/default"
  git config --global patatt.signingkey "openssh:$PWD/ssh_key"
}
with_openpgp() {  # ALGORITHM
  GNUPGHOME=$(mktemp -d /tmp/lorelei-gpg.XXXXXX)
  export GNUPGHOME
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Zoe <zoe@example.org>' "$1" sign never 2>/dev/null
  mkdir -p "$keys/openpgp/example.org/zoe"
  gpg --armor --export >"$keys/openpgp/example.org/zoe/default"
  git config --global patatt.signingkey "openpgp:$(gpg --with-colons -k | awk -F: '/^fpr/ { print $10; exit }')"
}

# Mails of every kind that lists see, as files in $1/.
mails() {
  local head='From: Zoe Tester <zoe@example.org>
Date: Sat, 21 Nov 2026 12:00:00 +0000'
  local patch='---
 hello.txt | 2 +-

diff --git a/hello.txt b/hello.txt
--- a/hello.txt
+++ b/hello.txt
@@ -1 +1 @@
-Hello.
+Hello, world.
-- 
2.39.5'
  mkdir -p "$1"
  printf '%s\nSubject: [PATCH] plain\n\nText.\n%s\n' "$head" "$patch" >"$1/plain"
  printf '%s\nSubject: [PATCH v2 1/2] with\n an id\nMessage-ID: <a@b>\n\nText.\n%s\n' "$head" "$patch" >"$1/id"
  printf '%s\nSubject: [PATCH] crlf\n\nText.\n%s\n' "$head" "$patch" | sed 's/$/\r/' >"$1/crlf"
  printf '%s\nSubject: [PATCH 0/2] cover\n\nWhy we do it.\n' "$head" >"$1/cover"
  printf 'From: =?UTF-8?q?Zo=C3=AB?= Tester <zoe@example.org>\nSubject: =?utf-8?b?W1BBVENIXSDDqXTDqQ==?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\nCafé.\n%s\n' "$patch" >"$1/utf8"
  printf '%s\nSubject: [PATCH] qp\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9 with a soft=\n break.\n%s\n' "$head" "$patch" >"$1/qp"
  { printf '%s\nSubject: [PATCH] base64\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n' "$head"; printf 'Text.\n%s\n' "$patch" | base64; } >"$1/base64"
  printf '%s\nSubject: [PATCH] parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="X"\n\n--X\nContent-Type: text/plain\n\nText.\n%s\n--X--\n' "$head" "$patch" >"$1/parts"
  printf '%s\nSubject: [PATCH] of another\n\nFrom: Zoe Other <zoe@example.org>\n\nText.\n%s\n' "$head" "$patch" >"$1/inbody"
  printf 'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n%s\nSubject: [PATCH] formatted\n\nText.\n%s\n' "$head" "$patch" >"$1/formatted"
}
# Both validators say the same of each file, and it is STATUS. theirs needs two files, or it takes one for an mbox.
both_say() {  # STATUS FILE...
  local wanted=$1 file status_ours status_theirs
  shift
  for file; do
    status_ours=0 status_theirs=0
    ours validate "$file" 2>said || status_ours=$?
    theirs validate <"$file" 2>>said || status_theirs=$?
    [ "$status_ours" = "$wanted" ] && [ "$status_theirs" = "$wanted" ] ||
      { echo "$file: ours $status_ours, theirs $status_theirs, wanted $wanted"; cat said; return 1; }
  done
}
same_lines() {  # FILE...
  ours -v validate "$@" 2>said-ours || true
  theirs -v validate "$@" 2>said-theirs || true
  diff said-theirs said-ours
}
both_sign() {
  mails ours-signed && mails theirs-signed
  ours sign ours-signed/* 2>/dev/null
  theirs sign theirs-signed/* 2>/dev/null
  both_say 0 ours-signed/* theirs-signed/*
}

@test "ed25519: each accepts what the other signs, of every kind of mail" {
  with_ed25519
  both_sign
}

@test "openssh: the same, for several kinds of keys" {
  with_openssh ed25519
  both_sign
  rm ssh_key ssh_key.pub
  with_openssh ecdsa
  mails one && theirs sign one/plain 2>/dev/null && ours sign one/id 2>/dev/null && both_say 0 one/plain one/id
  rm ssh_key ssh_key.pub
  with_openssh rsa -b 2048
  mails two && theirs sign two/plain 2>/dev/null && ours sign two/id 2>/dev/null && both_say 0 two/plain two/id
}

@test "openpgp: the same, also with armour from the user's settings" {
  with_openpgp ed25519
  both_sign
  echo armor >"$GNUPGHOME/gpg.conf"
  mails one && theirs sign one/plain 2>/dev/null && ours sign one/id 2>/dev/null && both_say 0 one/plain one/id
}

@test "openpgp: an RSA key" {
  with_openpgp rsa2048
  mails one && theirs sign one/plain 2>/dev/null && ours sign one/id 2>/dev/null && both_say 0 one/plain one/id
}

@test "ed25519: at the same time, the same bytes" {
  command -v faketime >/dev/null || need faketime
  with_ed25519
  mails a && mails b
  for name in plain id cover utf8 qp base64 parts inbody formatted; do
    faketime -f '2026-11-21 12:34:56' "$THEIRS" sign "a/$name" 2>/dev/null  # the clock stands still
    LORELEI_NOW=1795264496 ours sign "b/$name" 2>/dev/null
    cmp "a/$name" "b/$name"
  done
}

@test "bad, unknown, unsigned: the same statuses and the same lines" {
  with_ed25519
  mails m
  both_say 4 m/plain
  theirs sign m/* 2>/dev/null
  for name in plain id cover utf8; do
    sed 's/Text\|Why\|Café/Other/' "m/$name" >"m/$name.body"
    sed 's/^Subject: /Subject: x/' "m/$name" >"m/$name.subject"
    sed 's/s=mine/s=none/' "m/$name" >"m/$name.selector"
    both_say 32 "m/$name.body" "m/$name.subject"
    both_say 8 "m/$name.selector"
  done
  for file in m/plain m/plain.body m/plain.selector m/cover.subject m/formatted; do same_lines "$file" m/id; done
  { cat m/formatted && echo && echo 'From x@y Mon Sep 17 00:00:00 2001' && cat m/plain.body; } >m/mbox
  for file in m/formatted m/mbox; do same_lines "$file"; done
}

@test "keys: of a ref, by hash, made by the other" {
  git init -q tree
  cd tree
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  git config --global --unset-all patatt.keyringsrc
  lorelei keyring add --selector mine zoe@example.org "$HOME/.local/share/patatt/public/mine.pub" >/dev/null
  rm -r "$HOME/.local/share/patatt/public"
  mails m
  theirs sign m/plain 2>/dev/null
  ours validate m/plain 2>/dev/null
  theirs validate <m/plain 2>/dev/null
}

@test "git send-email signs by our hook, and theirs takes what it sent" {
  [ -x "$(git --exec-path)/git-send-email" ] || skip_or_fail 'git send-email is not installed'
  with_ed25519
  git init -q tree
  cd tree
  echo hello >f && git add f && git commit -qm 'demo: hello' && git format-patch -q -1
  PATH=${OURS%/*}:$PATH ours install-hook 2>/dev/null
  PATH=${OURS%/*}:$PATH git send-email --quiet --confirm=never --sendmail-cmd='cat >../sent; true' --to=list@example.org 0001-demo-hello.patch >/dev/null
  cd ..
  both_say 0 sent
}
