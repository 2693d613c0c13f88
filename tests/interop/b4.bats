#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Beside b4: a patch that it prepared and signed is taken from an archive here, with the signatures that it carries.
load common

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  cd "$BATS_TEST_TMPDIR" || return
  export HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C.UTF-8 TERM=dumb EDITOR="$PWD/editor"
  unset GIT_EDITOR VISUAL "${!XDG_@}"
  mkdir -p "$HOME"
  command -v b4 >/dev/null || need b4
  command -v git-filter-repo >/dev/null || need git-filter-repo
  /usr/bin/python3 -c 'import dkim' 2>/dev/null || skip_or_fail 'python3-dkim is not installed'
  git config --global user.email zoe@example.org
  git config --global user.name 'Zoe Tester'
  git config --global init.defaultBranch main
}

# b4 sends the one patch of a branch into out/, signed by patatt; the words of the cover stand below "---".
prepare() {
  patatt genkey -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
  printf '#!/bin/sh\nprintf "hello: cover\\n\\nWhy.\\n\\nTo: list@example.org\\n" >"$1"\n' >editor
  chmod +x editor
  git init -q tree && cd tree
  echo Hello. >hello.txt
  git add -A && git commit -qm begin
  b4 -q prep -n demo -f HEAD </dev/null
  sed -i s/Hello/Hi/ hello.txt
  git commit -qsam 'hello: say hi' -m 'It is shorter.'
  b4 -q prep --edit-cover </dev/null
  b4 -q --no-interactive send -o ../out </dev/null
  cd ..
}

# As the sender's server would.
sign_for_the_domain() { # FILE
  openssl genrsa -out key.pem 2048 2>/dev/null
  printf 'sel._domainkey.example.org\tv=DKIM1; k=rsa; p=%s\n' \
    "$(openssl rsa -in key.pem -pubout -outform DER 2>/dev/null | base64 -w0)" >keys
  /usr/bin/python3 - "$1" <<'END'
import dkim, sys
mail = open(sys.argv[1], 'rb').read().replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
signature = dkim.sign(mail, b'sel', b'example.org', open('key.pem', 'rb').read(), canonicalize=(b'relaxed', b'relaxed'))
open('sent', 'wb').write((signature + mail).replace(b'\r\n', b'\n'))
END
}

@test "what b4 has sent, patatt signed, and a server signed once more" {
  prepare
  sign_for_the_domain out/*.eml
  id=$(sed -n 's/^Message-Id: <\(.*\)>/\1/p' sent)
  { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'; cat sent; echo; } >mbox
  lorelei archive import -q --new toys mbox && lorelei archive index -q toys
  lorelei keyring add-dkim -q keys
  git -C tree checkout -q -b taken main
  cd tree
  run lorelei am --no-stdin --offline -o ../taken "$id"
  [ "$status" -eq 0 ]
  [[ $output = *'✓ [PATCH] hello: say hi
  ---
  ✓ Signed: ed25519/zoe@example.org
  ✓ Signed: DKIM/example.org
---
Total patches: 1'* ]]
  git am -q ../taken/*.mbx
  [ "$(git log -1 --format='%an %s')" = 'Zoe Tester hello: say hi' ]
  [ "$(cat hello.txt)" = Hi. ]
  # One byte of it is another one.
  sed 's/^+Hi\.$/+Ho./' ../sent >../changed
  run lorelei am --no-stdin --offline -m ../changed -o -
  [[ $output != *'✓'* ]]
  run lorelei -c b4.attestation-policy=hardfail am --no-stdin --offline -m ../changed -o -
  [ "$status" -eq 5 ]
}
