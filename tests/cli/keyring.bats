#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Keyrings in git: who is in them, who said so, and when they count.
load common
load signed_mail

@test "a keyring in git: add, list, show, export, audit" {
  with_key
  git init -q tree
  cd tree
  run lorelei keyring add --selector mine zoe@example.org "$HOME/.local/share/patatt/public/mine.pub"
  [ "$status" -eq 0 ]
  [ "$(git cat-file -p refs/meta/keyring:ed25519/example.org/zoe/mine)" = "$(cat "$HOME/.local/share/patatt/public/mine.pub")" ]
  [ "$(git ls-tree refs/meta/keyring:ed25519/example.org/zoe | awk '{ print $1, $4 }' | tr '\n' ,)" = '120000 default,100644 mine,' ]
  [ -z "$(git status --porcelain)" ]
  rm -r "$HOME/.local/share/patatt/public"
  a_patch ../p
  lorelei sign -q ../p
  run lorelei validate -v ../p
  [ "$status" -eq 0 ]
  [[ "$output" == *"key: ref:$PWD/.git:refs/meta/keyring:ed25519/example.org/zoe/mine"* ]]
  ssh-keygen -q -t ed25519 -N '' -f ../ssh_key
  run lorelei keyring add --selector mine zoe@example.org ../ssh_key.pub  # another algorithm: another name
  [ "$status" -eq 0 ]
  lorelei genkey -q -n new 2>/dev/null
  run lorelei keyring add --selector mine zoe@example.org "$HOME/.local/share/patatt/public/new.pub"
  [ "$status" -eq 6 ]
  lorelei keyring add --replace --selector mine zoe@example.org "$HOME/.local/share/patatt/public/new.pub" >/dev/null
  run lorelei validate ../p
  [ "$status" -eq 32 ]
  run lorelei keyring list --keyring ref::refs/meta/keyring: zoe@example.org
  [ "$status" -eq 0 ]
  [[ "$output" == *"zoe@example.org mine ed25519 $(cat "$HOME/.local/share/patatt/public/new.pub")"* ]]
  [ "$(lorelei keyring show -q --algorithm openssh --selector mine zoe@example.org)" = "$(cat ../ssh_key.pub)" ]
  run lorelei keyring audit
  [ "$status" -eq 0 ]
  [ "$(grep -c added <<<"$output")" = 4 ]
  [ "$(grep -c replaced <<<"$output")" = 1 ]
  [[ "$output" == *'Zoe Tester <zoe@example.org>, not signed'* ]]
  lorelei keyring export -q ../exported
  [ "$(cat ../exported/ed25519/example.org/zoe/default)" = "$(cat "$HOME/.local/share/patatt/public/new.pub")" ]
  run lorelei keyring export ../exported
  [ "$status" -eq 6 ]
  run lorelei keyring add 'Zoe <zoe@example.org>' ../ssh_key.pub
  [ "$status" -eq 2 ]
  run lorelei keyring add x@y /dev/null
  [ "$status" -eq 2 ]
  run lorelei keyring remove --selector other zoe@example.org
  [ "$status" -eq 3 ]
  run lorelei keyring remove --selector mine zoe@example.org
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" = 4 ]  # of two algorithms, each with its default
  [ -z "$(git ls-tree -r refs/meta/keyring)" ]
  run lorelei validate ../p
  [ "$status" -eq 8 ]
  run lorelei keyring audit
  [ "$(grep -c removed <<<"$output")" = 4 ]
  run lorelei keyring export ../nothing
  [ "$status" -eq 3 ]
}

@test "a keyring in git: never behind the back of a work tree" {
  with_key
  key=$HOME/.local/share/patatt/public/mine.pub
  git init -q tree
  cd tree
  git commit -q --allow-empty -m 'demo: begin'
  for ref in HEAD main refs/heads/main; do
    run lorelei keyring add --ref $ref zoe@example.org "$key"
    [ "$status" -ne 0 ]
    [[ "$output" == *'checked out'* ]]
  done
  run lorelei keyring add --ref keys zoe@example.org "$key"
  [ "$status" -eq 2 ]
  [ "$(git for-each-ref | wc -l)" = 1 ]
  lorelei keyring add --ref refs/heads/keys zoe@example.org "$key" >/dev/null
  lorelei keyring add --ref keys --selector two zoe@example.org "$key" >/dev/null  # it is a branch by now
  [ "$(git rev-list --count keys)" = 2 ]
  git tag v1.0 && git update-ref refs/remotes/origin/topic HEAD
  for ref in v1.0 origin/topic refs/tags/v1.0 refs/remotes/origin/topic refs/stash; do
    run lorelei keyring add --ref $ref zoe@example.org "$key"
    [ "$status" -eq 2 ]
  done
  git switch -qc topic && echo 1 >f && git add f && git commit -qm 'demo: one' && git switch -q main
  echo 2 >f && git add f && git commit -qm 'demo: two' && git switch -q topic
  refute git rebase -q main 2>/dev/null
  run lorelei keyring add --ref refs/heads/topic zoe@example.org "$key"
  [[ "$output" == *'in the middle of a rebase'* ]]
  git rebase --abort && git switch -q main
  echo no key >notes && git add notes && git commit -qm 'demo: notes'
  [ -z "$(lorelei keyring audit --ref HEAD)" ]
  git clone -q --bare . ../bare.git
  lorelei keyring add --repository ../bare.git --ref HEAD zoe@example.org "$key" >/dev/null
  [ "$(git -C ../bare.git show HEAD:ed25519/example.org/zoe/default)" = "$(cat "$key")" ]
}

@test "a keyring in git: what was removed is gone under every name" {
  with_key
  key=$HOME/.local/share/patatt/public/mine.pub
  git init -q --bare keys.git
  a_patch p && lorelei sign -q p
  git init -q tree && cd tree
  mkdir -p ed25519/example.org/zoe by-hash
  hash=$(printf ed25519/example.org/zoe/mine | sha256sum | cut -d' ' -f1)
  mkdir -p by-hash/${hash:0:2}
  cp "$key" ed25519/example.org/zoe/default
  cp "$key" by-hash/${hash:0:2}/${hash:2}
  ln -s default ed25519/example.org/zoe/also
  git add . && git commit -qm 'keys: all' && git push -q ../keys.git HEAD:refs/meta/keyring
  cd .. && rm -r "$HOME/.local/share/patatt/public"
  lorelei validate --keyring ref:keys.git:refs/meta/keyring: p
  lorelei keyring remove --repository keys.git --selector mine zoe@example.org >/dev/null
  [ -z "$(git -C keys.git ls-tree -r refs/meta/keyring)" ]
  run lorelei keyring export --repository keys.git out
  [ "$status" -eq 3 ]
}

@test "a key that the patches bring along themselves is none" {
  with_key
  git init -q tree
  cd tree
  mkdir -p .keys/ed25519/example.org/zoe
  cp "$HOME/.local/share/patatt/public/mine.pub" .keys/ed25519/example.org/zoe/mine
  rm -r "$HOME/.local/share/patatt/public"
  git add .keys && git commit -qm 'keys: mine' && echo x >f && git add f && git commit -qm 'demo: more'
  git format-patch -q -1 && git format-patch -q --root
  lorelei sign -q 00*
  lorelei validate 0001-demo-more.patch  # the keyring had the key before
  run lorelei validate 0001-keys-mine.patch 0002-demo-more.patch
  [ "$status" -eq 8 ]
  [ "$(grep -c 'bring the key along themselves' <<<"$output")" = 2 ]
}

@test "a keyring of a ref counts only if it is signed, where that is asked for" {
  with_key
  git init -q tree
  cd tree
  lorelei keyring add --selector mine zoe@example.org "$HOME/.local/share/patatt/public/mine.pub" >/dev/null
  rm -r "$HOME/.local/share/patatt/public"
  a_patch p
  lorelei sign -q p
  lorelei validate p >/dev/null
  git config lorelei.attest.requireSignedRef true
  git commit -q --allow-empty -m 'demo: not signed, without a key'
  run lorelei validate p p
  [ "$status" -eq 16 ]
  [[ "$output" == *refs/meta/keyring* ]]
  [[ "$output" == *"$(git rev-parse --short=12 refs/meta/keyring)"* ]]
  run lorelei keyring export ../laundered
  [ "$status" -eq 5 ]
  run lorelei keyring list --keyring ref::refs/meta/keyring:
  [ "$status" -eq 4 ]
  ssh-keygen -q -t ed25519 -N '' -f ../keeper
  git config gpg.format ssh
  git config user.signingkey "$PWD/../keeper.pub"
  git config commit.gpgsign true
  echo "zoe@example.org $(cat ../keeper.pub)" >../allowed
  git config gpg.ssh.allowedSignersFile "$PWD/../allowed"
  ssh-keygen -q -t ed25519 -N '' -f ../other
  run lorelei keyring add --selector other zoe@example.org ../other.pub
  [[ "$output" == *'the commit before was not signed'* ]]
  lorelei validate p
  git config commit.gpgsign false
  run lorelei keyring remove --selector mine zoe@example.org
  run lorelei validate p  # who takes a key away without a signature takes none away
  [ "$status" -eq 16 ]
}
