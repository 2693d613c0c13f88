# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The job of bench/compare.sh about developers' signatures: validating a thousand patches of the bundle, which are signed
# here with a key of each kind, beside patatt. Both find the keys in one directory. The caller sets what
# bench/compare.sh sets.
: "${dir=}" "${program=}" "${runs=}"

signed=1000

# Patches of the bundle that nobody signed, one a file.
patches_of() {  # REPOSITORY DIRECTORY
  local commit count=0
  mkdir -p "$2"
  for commit in $(git -C "$1" rev-list --all --grep='^\[PATCH'); do
    git -C "$1" cat-file blob "$commit:m" >"$2/mail" 2>/dev/null || continue
    if grep -q '^diff --git' "$2/mail" && ! grep -qi '^x-developer-signature' "$2/mail"; then
      count=$((count + 1))
      mv "$2/mail" "$2/$(printf %04d $count)"
      [ $count -lt $signed ] || break
    fi
  done
  rm -f "$2/mail"
}

signatures_world() {
  export HOME=$dir/home-signatures GNUPGHOME=$dir/gnupg.$$
  local keys=$HOME/keys kind
  rm -rf "$HOME"
  mkdir -p "$HOME" "$keys"/{openssh,openpgp}/example.org/zoe
  mkdir -m 700 "$GNUPGHOME"
  git config --global user.email zoe@example.org
  git config --global patatt.keyringsrc "$keys"
  "$program" genkey -q -n bench 2>/dev/null
  cp -r "$HOME/.local/share/patatt/public/ed25519" "$keys/"
  ssh-keygen -q -t ed25519 -N '' -f "$HOME/ssh_key"
  cp "$HOME/ssh_key.pub" "$keys/openssh/example.org/zoe/default"
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Zoe <zoe@example.org>' rsa2048 sign never 2>/dev/null
  gpg --armor --export >"$keys/openpgp/example.org/zoe/default"
  patches_of "$dir/small.git" "$HOME/plain"
  for kind in ed25519:bench "openssh:$HOME/ssh_key" openpgp:zoe@example.org; do
    talk "signatures: signing by ${kind%%:*}"
    cp -r "$HOME/plain" "$HOME/${kind%%:*}"
    git config --global patatt.signingkey "$kind"
    "$program" sign -q "$HOME/${kind%%:*}"/*
  done
}

job_signatures() {
  local kind run count
  signatures_world
  for kind in ed25519 openssh openpgp; do
    forget "signatures-$kind"
    count=$(find "$HOME/$kind" -type f | wc -l)
    for run in $(seq "$runs"); do
      talk "signatures: $kind, run $run of $runs"
      timed "signatures-$kind" lorelei "$program" validate "$HOME/$kind"/*
      timed "signatures-$kind" patatt patatt validate "$HOME/$kind"/*
    done
    search_table "validate $count messages signed by $kind, the key in a directory"
    search_row "signatures-$kind" lorelei lorelei "$count" -
    search_row "signatures-$kind" patatt patatt "$count" -
  done
  gpgconf --kill all
  rm -rf "$GNUPGHOME"
}
