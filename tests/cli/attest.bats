#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Signing and validating, as users type it.
load common
load signed_mail

@test "genkey: the files of patatt, for the owner alone, never overwritten" {
  lorelei genkey -n mine 2>said
  data=$HOME/.local/share/patatt
  [ "$(stat -c %a "$data/private")" = 700 ]
  [ "$(stat -c %a "$data/private/mine.key")" = 600 ]
  [ "$(stat -c %s "$data/private/mine.key")" = 44 ]
  cmp "$data/public/mine.pub" "$data/public/ed25519/example.org/zoe/mine"
  [ "$(readlink "$data/public/ed25519/example.org/zoe/default")" = mine ]
  grep -qx '    signingkey = ed25519:mine' said
  grep -qx '    lorelei keyring add --selector mine zoe@example.org FILE' said
  refute grep -qF "$(cat "$data/private/mine.key")" said
  cp "$data/private/mine.key" before
  run lorelei genkey -n mine
  [ "$status" -eq 6 ]
  cmp before "$data/private/mine.key"
  lorelei genkey -f -n mine 2>said
  cmp before "$data/private/mine.key.old1"
  refute cmp -s before "$data/private/mine.key"
  [ -e "$data/public/mine.pub.old1" ]
  echo kept >"$data/public/other.pub"
  run lorelei genkey -n other
  [ "$status" -eq 6 ]
  [ "$(cat "$data/public/other.pub")" = kept ]
  for name in ../x '' 'a;b' 'two words' .; do
    run lorelei genkey -n "$name"
    [ "$status" -eq 2 ]
  done
}

@test "sign and validate: files, a pipe, what was changed" {
  with_key
  a_patch one.patch
  a_patch two.patch
  run lorelei sign one.patch two.patch
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 'SIGN | one.patch' ]
  grep -q '^X-Developer-Signature: v=1; a=ed25519-sha256; t=1795264496;' one.patch
  run lorelei validate one.patch two.patch
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = '  PASS | zoe@example.org, one.patch' ]
  lorelei validate <one.patch
  sed -i 's/Hello, world/Hello, moon/' two.patch
  run lorelei validate one.patch two.patch
  [ "$status" -eq 32 ]
  [ "${lines[1]}" = 'BADSIG | zoe@example.org, two.patch' ]
  a_patch three.patch
  lorelei sign <three.patch >signed
  refute grep -q X-Developer three.patch
  lorelei validate signed
  lorelei sign signed 2>/dev/null  # again: one signature, not two
  [ "$(grep -c '^X-Developer-Signature:' signed)" = 1 ]
}

@test "validate: the statuses of patatt, also where there is nothing" {
  with_key
  a_patch unsigned.patch
  run lorelei validate unsigned.patch
  [ "$status" -eq 4 ]
  [ "${lines[0]}" = ' NOSIG | unsigned.patch' ]
  a_patch other.patch
  lorelei sign -q other.patch
  run lorelei validate --keyring "$PWD" other.patch
  [ "$status" -eq 8 ]
  [ "${lines[1]}" = '       | zoe@example.org/mine no matching ed25519 key found' ]
  : >empty
  run lorelei validate empty
  [ "$status" -eq 16 ]
  sed -i 's/ bh=/ x; bh=/' other.patch
  run lorelei validate other.patch
  [ "$status" -eq 16 ]
  run lorelei validate nowhere.patch
  [ "$status" -eq 3 ]
  mkdir -p dir
  run lorelei validate dir
  [ "$status" -eq 2 ]
}

@test "validate: none of several is passed over" {
  with_key
  a_patch good
  lorelei sign -q good
  : >empty
  run lorelei validate good empty good
  [ "$status" -eq 16 ]
  [ "${lines[1]}" = ' ERROR | empty' ]
  [ "${#lines[@]}" = 4 ]
  run lorelei validate good nowhere good
  [ "$status" -eq 3 ]
  run lorelei validate --policy=require good empty
  [ "$status" -eq 5 ]
}

@test "validate: a keyring that is named has to be there" {
  with_key
  a_patch p
  lorelei sign -q p
  git init -q tree
  for source in "$PWD/nowhere" "ref:$PWD/tree:refs/meta/keyring:" "ref:$PWD/nowhere::"; do
    run lorelei validate --keyring "$source" p
    [ "$status" -eq 3 ]
    run lorelei keyring list --keyring "$source"
    [ "$status" -eq 3 ]
  done
  for key in lorelei.attest.polcy lorelei.Attest.policy; do
    git config --global $key require
    run lorelei validate p
    [ "$status" -eq 2 ]
    [[ "$output" == *$key* ]]
    git config --global --unset $key
  done
  git config --global lorelei.attest.keyringSource "$PWD/nowhere"
  run lorelei keyring list
  [[ "$output" == *"$PWD/nowhere: there is no such directory"* ]]
}

@test "validate: what the keys of DKIM are to come from has to be there" {
  a_patch p
  run lorelei validate --resolver nonsense p
  [ "$status" -eq 2 ]
  run lorelei validate --dkim-keys nowhere p
  [ "$status" -eq 3 ]
}

@test "validate: as patatt, its names and its statuses" {
  with_key
  ln -s "$(command -v lorelei)" patatt
  a_patch a && a_patch b
  ./patatt sign a 2>/dev/null
  run ./patatt validate
  run ./patatt validate a b
  [ "${lines[0]}" = '  PASS | zoe@example.org, a' ]
  [ "$status" -eq 4 ]
  run ./patatt validate --nonsense a
  [ "$status" -eq 2 ]
  run ./patatt nonsense
  [ "$status" -eq 2 ]
  run ./patatt --help
  [[ "$output" == *'32 bad'* ]]
}

@test "validate: an mbox with equal subjects, a Maildir" {
  with_key
  mkdir -p md/cur md/new md/tmp
  for name in a b c; do
    a_patch $name
    lorelei sign -q $name
    cp $name "md/new/$name"
    { echo 'From zoe@example.org Mon Nov 30 12:00:00 2026'; cat $name; echo; } >>mbox
  done
  sed -i '0,/Hello, world/s//Hello, moon/' mbox
  run lorelei validate mbox
  [ "$status" -eq 32 ]
  [ "$(grep -c 'PASS | zoe@example.org, demo: say hello' <<<"$output")" = 2 ]
  [ "$(grep -c BADSIG <<<"$output")" = 1 ]
  git init -q tree && cd tree && cp ../a hello.txt && git add . && git commit -qm 'demo: one' && git format-patch -q --root
  lorelei sign -q 0001*
  run lorelei validate 0001*
  [ "${lines[0]}" = '  PASS | zoe@example.org, 0001-demo-one.patch' ]
  cd ..
  run lorelei validate md
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" = 3 ]
}

@test "validate: JSON, a summary, repeats" {
  with_key
  a_patch a
  lorelei sign -q a
  run lorelei validate --json a
  [[ "$output" == *'"state":"good"'* ]]
  [[ "$output" == *'"identity":"zoe@example.org"'* ]]
  run lorelei validate --summary a a
  [ "${lines[0]}" = 'zoe@example.org  ed25519             good                   2' ]
  # The same text and no signed Message-ID: it holds under another one, and that is told.
  a_patch b
  sed -i '/^Message-ID/d' b
  lorelei sign -q b
  { echo 'Message-ID: <x@y>'; cat b; } >b1
  { echo 'Message-ID: <z@y>'; cat b; } >b2
  run lorelei validate b1 b2
  [ "$status" -eq 0 ]
  [[ "$output" == *'the same was signed for <x@y>'* ]]
}

@test "policies: what may pass" {
  with_key
  a_patch unsigned
  a_patch good
  lorelei sign -q good
  sed 's/Hello, world/Hello, moon/' good >bad
  run lorelei validate --policy=check bad
  [ "$status" -eq 0 ]
  run lorelei validate --policy=hardfail unsigned good
  [ "$status" -eq 0 ]
  run lorelei validate --policy=hardfail bad
  [ "$status" -eq 5 ]
  run lorelei validate --policy=require unsigned
  [ "$status" -eq 5 ]
  lorelei validate --policy=require good
  lorelei validate --policy=require --arrived 2026-12-01 good
  run lorelei validate --policy=require --arrived 2027-02-01 good
  [ "$status" -eq 5 ]
  [[ "$output" == *' STALE | '* ]]
  [[ "$output" == *'does not pass: signed '*' days before it arrived'* ]]
  run lorelei validate --policy=require --arrived 2026-11-01 good
  [ "$status" -eq 5 ]
  # By the names of b4, and ours before them.
  git config --global b4.attestation-policy hardfail
  run lorelei validate bad
  [ "$status" -eq 5 ]
  git config --global b4.attestation-policy softfail  # what b4 shows is not what we say
  run lorelei validate bad
  [ "$status" -eq 32 ]
  git config --global lorelei.attest.policy off
  run lorelei validate bad
  [ "$status" -eq 0 ]
  git config --global lorelei.attest.policy nonsense
  run lorelei validate bad
  [ "$status" -eq 2 ]
}

@test "unsigned mail of who has a key, where that is asked for" {
  with_key
  a_patch p
  lorelei validate --policy=hardfail p
  git config --global lorelei.attest.requireKnownSigners true
  run lorelei validate --policy=hardfail p
  [ "$status" -eq 5 ]
  [[ "$output" == *'a keyring has a key of who wrote it'* ]]
  sed 's/zoe@/joe@/' p >of_joe
  lorelei validate --policy=hardfail of_joe
  # A signature that says nothing is none.
  lorelei sign -q p
  lorelei validate --policy=hardfail p
  sed 's/Hello, world/Hello, moon/; s/s=mine/s=other/' p >changed
  run lorelei validate --policy=hardfail changed
  [ "$status" -eq 5 ]
  sed 's/i=zoe@example.org/i=x@evil.example/' changed >foreign
  run lorelei validate --policy=hardfail foreign
  [ "$status" -eq 5 ]
  # Nor does it help that a keyring cannot be trusted.
  git init -q tree && cd tree
  lorelei keyring add --ref refs/meta/keyring joe@example.org "$HOME/.local/share/patatt/public/mine.pub" >/dev/null
  run lorelei validate --policy=hardfail ../of_joe
  [ "$status" -eq 5 ]
  git config lorelei.attest.requireSignedRef true
  run lorelei validate --policy=hardfail ../of_joe
  [ "$status" -eq 5 ]
}

@test "who signs for others must be allowed to" {
  with_key
  a_patch other
  sed -i 's/^From: .*/From: Joe <joe@example.org>/' other
  lorelei sign -q other
  run lorelei validate other
  [ "$status" -eq 0 ]
  [[ "$output" == *'signed by zoe@example.org, from joe@example.org'* ]]
  run lorelei validate --policy=hardfail other
  [ "$status" -eq 5 ]
  [ "${lines[0]}" = 'REFUSE | zoe@example.org, other' ]
  [ "${#lines[@]}" = 2 ]
  git config --global lorelei.attest.mayForward zoe@example.org
  lorelei validate --policy=require other
}

@test "sign: a hook, and what git send-email would do with it" {
  with_key
  git init -q tree
  lorelei -C tree install-hook 2>/dev/null
  [ -x tree/.git/hooks/sendemail-validate ]
  run lorelei -C tree install-hook
  [ "$status" -eq 6 ]
  a_patch p
  (cd tree && PATH=$(dirname "$LORELEI"):$PATH .git/hooks/sendemail-validate ../p)
  lorelei validate p
  printf 'GIT: please fill in\n' >cover
  cat p >>cover
  cp cover before
  lorelei sign --hook cover
  cmp cover before
  git -C tree commit -q --allow-empty -m x
  git -C tree worktree add -q ../wt 2>/dev/null
  git -C wt config core.hooksPath "$PWD/hooks"
  lorelei -C wt install-hook 2>/dev/null
  [ -x hooks/sendemail-validate ]
}

@test "sign: nothing is written unless all can be; a key that others may read is refused" {
  with_key
  a_patch good
  printf 'no message\n' >bad
  cp good before
  run lorelei sign good bad
  [ "$status" -ne 0 ]
  cmp good before
  chmod 644 "$HOME/.local/share/patatt/private/mine.key"
  run lorelei sign good
  [ "$status" -ne 0 ]
  [[ "$output" == *'chmod 600'* ]]
  cmp good before
}

@test "sign: what can be read in two ways is refused" {
  with_key
  a_patch twice
  sed -i '1i From: Root <root@kernel.org>' twice
  run lorelei sign twice
  [ "$status" -ne 0 ]
  [[ "$output" == *'more than one from'* ]]
}

@test "names in a signature lead nowhere out of the keyring" {
  need strace
  with_key
  mkdir -p k/ed25519/example.org/zoe outside
  cp "$HOME/.local/share/patatt/public/mine.pub" k/ed25519/example.org/zoe/mine
  cp "$HOME/.local/share/patatt/public/mine.pub" outside/mine
  a_patch p
  lorelei sign -q p
  n=0
  for who in 'zoe@../outside' '../../../outside@example.org' "zoe@$PWD/outside" '..%2f..%2foutside@example.org' 'a/../../outside@example.org'; do
    sed "s|i=zoe@example.org|i=$who|" p >"p$((n += 1))"
  done
  for selector in ../../../../outside/mine .. . "$PWD/outside/mine" '..%2foutside'; do
    sed "s|s=mine|s=$selector|" p >"p$((n += 1))"
  done
  ln -s ../../../../outside/mine k/ed25519/example.org/zoe/linked
  sed 's|s=mine|s=linked|' p >"p$((n += 1))"
  for file in p?*; do
    run lorelei validate --keyring "$PWD/k" "$file"
    [ "$status" -ne 0 ] && [ "$status" -ne 4 ]
  done
  strace -f -e trace=%file -o trace lorelei validate --keyring "$PWD/k" p p?* >/dev/null || true
  grep -q 'openat.*ed25519/example.org/zoe/mine' trace
  refute grep outside trace
}

@test "openssh and openpgp keys" {
  ssh-keygen -q -t ed25519 -N '' -f ssh_key
  git config --global patatt.signingkey "openssh:$PWD/ssh_key"
  mkdir -p keys/openssh/example.org/zoe
  cp ssh_key.pub keys/openssh/example.org/zoe/default
  a_patch s
  lorelei sign -q s
  grep -q "fpr=$(ssh-keygen -lf ssh_key.pub | cut -d' ' -f2)" s
  lorelei validate --keyring "$PWD/keys" s
  run lorelei validate --keyring "$PWD" --json s
  [ "$status" -eq 8 ]
  [[ "$output" == *'"state":"unknown-key"'* ]]
  GNUPGHOME=$(mktemp -d /tmp/lorelei-gpg.XXXXXX)
  export GNUPGHOME
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Zoe <zoe@example.org>' ed25519 sign never 2>/dev/null
  fpr=$(gpg --with-colons -k | awk -F: '/^fpr/ { print $10; exit }')
  git config --global patatt.signingkey "openpgp:$fpr"
  mkdir -p keys/openpgp/example.org/zoe
  gpg --armor --export >keys/openpgp/example.org/zoe/default
  a_patch p
  lorelei sign -q p
  grep -q "fpr=$fpr" p
  lorelei validate --keyring "$PWD/keys" p
  run lorelei validate -v p
  [ "$status" -eq 0 ]
  [[ "$output" == *"key: (default keyring)/$fpr"* ]]
  run lorelei validate --policy=require p
  [ "$status" -eq 5 ]
  run lorelei validate --keyring "$PWD" p
  [ "$status" -eq 8 ]
  gpgconf --kill all
  GNUPGHOME=/nonexistent run lorelei validate p
  [ "$status" -eq 8 ]
  rm -rf "$GNUPGHOME"
}

@test "openssh: a key that only the agent has, by its file and by itself" {
  eval "$(ssh-agent -s)" >/dev/null
  ssh-keygen -q -t ed25519 -N '' -f ssh_key
  ssh-add -q ssh_key
  mkdir -p keys/openssh/example.org/zoe
  cp ssh_key.pub keys/openssh/example.org/zoe/default
  rm ssh_key
  a_patch one
  a_patch two
  git config --global patatt.signingkey "openssh:$PWD/ssh_key.pub"
  lorelei sign -q one
  git config --global --unset patatt.signingkey
  git config --global gpg.format ssh
  git config --global user.signingkey "key::$(cat ssh_key.pub)"
  lorelei sign -q two
  kill "$SSH_AGENT_PID"
  lorelei validate --keyring "$PWD/keys" one two
  run lorelei sign one
  [ "$status" -ne 0 ]
}

@test "validate: mail of an archive, with a summary; verdicts are recorded with the index" {
  with_key
  for name in a b c; do
    a_patch $name
    [ $name = c ] || lorelei sign -q $name
    { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'; cat $name; echo; } >>mbox
  done
  lorelei archive import -q --new toys mbox
  run lorelei validate --archive toys
  [ "$status" -eq 4 ]
  [ "$(grep -c PASS <<<"$output")" = 2 ]
  [[ "$output" == *'3 messages, 2 of them signed'* ]]
  run lorelei archive index --attest toys
  [ "$status" -eq 0 ]
  [[ "$output" == *'verdicts on 3 messages recorded'* ]]
  run lorelei archive index --attest toys
  [[ "$output" == *'3 were known'* ]]
  run lorelei validate --summary --archive toys s:hello
  [[ "$output" == *'3 messages, 2 of them signed'* ]]
  run lorelei validate --archive toys m:a@example.org
  [ "$status" -eq 0 ]
}

@test "what others wrote cannot move the terminal" {
  with_key
  a_patch p
  lorelei sign -q p
  sed -i "s/^Subject: .*/Subject: $(printf '\033[31mred \342\200\256')/; s/s=mine/s=$(printf '\033[31m')/" p
  cp p mbox
  sed -i '1i From mboxrd@z Thu Jan  1 00:00:00 1970' mbox
  run lorelei validate mbox
  [ "$status" -ne 0 ]
  refute grep -q "$(printf '\033')" <<<"$output"
  run lorelei validate --json mbox
  refute grep -q "$(printf '\033')" <<<"$output"
}
