#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The keys that the mails of a thread name.
load common
load thread_mail

ED=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
OTHER=PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
FPR=0123456789ABCDEF0123456789ABCDEF01234567
signature() { echo "X-Developer-Signature: v=1; a=$1-sha256; t=1; i=$2; ${3:+s=$3; }h=from:subject; bh=AA==; b=AA=="; }
key() { echo "X-Developer-Key: i=$2; a=$1; $3"; }
by() {  # ID PARENT ALGORITHM IDENTITY KEY [SELECTOR]
  echo Text. | mail "$1" 'Re: [PATCH] x' "Ann <$4>" "$2" '' "$(signature "$3" "$4" "${6:-}")
$(key "$3" "$4" "$5")"
}
a_thread() {
  by k1@x '' ed25519 ann@example.org "pk=$ED" 20260101
  by k2@x k1@x openpgp bob@example.org "fpr=$FPR"
  by k3@x k1@x ed25519 ann@example.org "pk=$ED" 20260101
}

@test "kr: whose, what, and where to store it" {
  a_thread >thread.mbox
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "$status" -eq 0 ]
  [ "$output" = "ann@example.org: (unknown)
    keytype: ed25519
     pubkey: $ED
     krpath: ed25519/example.org/ann/20260101
   fullpath: $HOME/.local/share/b4/keyring/ed25519/example.org/ann/20260101
bob@example.org: (unknown)
    keytype: openpgp
      keyid: 89ABCDEF01234567
        fpr: $FPR
     krpath: openpgp/example.org/bob/default
   fullpath: $HOME/.local/share/b4/keyring/openpgp/example.org/bob/default" ]
  [ ! -e "$HOME/.local/share/b4" ]
  [ ! -e "$HOME/.gnupg" ]
  # What is stored there is known then; another key is not the same.
  place=$HOME/.local/share/b4/keyring/ed25519/example.org/ann/20260101
  mkdir -p "$(dirname "$place")"
  echo "$ED" >"$place"
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "${lines[0]}" = "ann@example.org: (known, $place)" ]
  echo "$OTHER" >"$place"
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "${lines[0]}" = "ann@example.org: (unknown: another key is $place)" ]
  lorelei kr -q --show-keys --no-stdin --json -m thread.mbox >json
  [ "$(sed -n 1p json)" = "{\"identity\":\"ann@example.org\",\"state\":\"other\",\"source\":\"$place\",\"algorithm\":\"ed25519\",\"selector\":\"20260101\",\"pubkey\":\"$ED\",\"path\":\"ed25519/example.org/ann/20260101\",\"place\":\"$place\",\"mails\":[\"k1@x\",\"k3@x\"]}" ]
}

@test "kr: a fingerprint of 64 digits begins with the id" {
  by z@x '' openpgp bob@example.org "fpr=FEDCBA9876543210$FPR${FPR:0:8}" >thread.mbox
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "$status" -eq 0 ]
  [[ "$output" == *'keyid: FEDCBA9876543210'* ]]
  [[ "$stderr" == *'mkdir -p'*'gpg --recv-keys FPR && gpg -a --export FPR >FULLPATH'* ]]
}

@test "kr: from an archive here, by any mail of the thread" {
  a_thread >thread.mbox
  an_archive toys thread.mbox
  lorelei kr -q --show-keys --offline k3@x >out
  [ "$(grep -c '^[a-z].*: (' out)" = 2 ]
  run lorelei kr --show-keys --offline nobody@x
  [ "$status" -eq 3 ]
  run lorelei kr k1@x
  [ "$status" -eq 2 ]
}

@test "kr: a thread without keys" {
  reply r@x '' 'Rob <rob@example.org>' Hm. >thread.mbox
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "$status" -eq 3 ]
  [ -z "$output" ]
  # A key that comes with no signature, one that is none, one of another than who signs.
  { echo x | mail a@x '[PATCH] x' 'Ann <ann@example.org>' '' '' "$(key ed25519 ann@example.org "pk=$ED")"
    by b@x a@x ed25519 ann@example.org pk=AAAA
    echo x | mail c@x '[PATCH] x' 'Ann <ann@example.org>' a@x '' "$(signature ed25519 ann@example.org)
$(key ed25519 eve@example.com "pk=$ED")"; } >thread.mbox
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "$status" -eq 3 ]
  [ -z "$output" ]
  [[ "$stderr" == *'the key of ann@example.org in a@x comes with no signature'* ]]
  [[ "$stderr" == *'it has no key'* ]]
  [[ "$stderr" == *'the key of eve@example.com in c@x comes with no signature'* ]]
}

@test "kr: names that would lead elsewhere" {
  { by a@x '' ed25519 '..@..' "pk=$ED"
    by b@x a@x ed25519 '../../etc@example.org' "pk=$ED" ../../passwd
    by c@x a@x ed25519 "$(printf 'x\033[31mevil\007@example.org')" "pk=$ED" .
    by d@x a@x ed25519 "$(printf 'y\033[31m@example.org')" "pk=$ED" "$(printf '\033c')"; } >thread.mbox
  run lorelei kr --show-keys --no-stdin -m thread.mbox
  [ "$status" -eq 0 ]
  [ -z "$(tr -dc '\033\007' <<<"$output")" ]
  [[ "$output" == *"krpath: ed25519/example.org/..%2F..%2Fetc/..%2F..%2Fpasswd"* ]]
  [ "$(grep -c unusable: <<<"$output")" = 2 ]
  [ -z "$(grep path: <<<"$output" | grep -e '/\.\./' -e '/\.\.$')" ]
  run lorelei kr -q --show-keys --json --no-stdin -m thread.mbox
  [ -z "$(tr -dc '\033\007' <<<"$output")" ]
}

@test "kr: the keyring of GnuPG" {
  command -v gpg >/dev/null || skip_or_fail 'gpg is not installed'
  GNUPGHOME=$(mktemp -d /tmp/lorelei-gpg.XXXXXX)
  export GNUPGHOME
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Zoe <zoe@example.org>' ed25519 sign never 2>/dev/null
  fpr=$(gpg --with-colons -k | awk -F: '/^fpr/ { print $10; exit }')
  by z@x '' openpgp zoe@example.org "fpr=$fpr" >thread.mbox
  run --separate-stderr lorelei kr --show-keys --no-stdin -m thread.mbox
  gpgconf --kill all
  rm -rf "$GNUPGHOME"
  [ "${lines[0]}" = 'zoe@example.org: (in the default GnuPG keyring)' ]
}
