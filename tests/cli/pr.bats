#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Pull requests by mail: looked up, fetched, judged; as a branch, as mails, as a question.
load common

setup_here() {
  git config --global user.name 'Mia Maintainer'
  git config --global user.email mia@example.org
  git config --global init.defaultBranch main
  git config --global advice.detachedHead false
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
}
teardown() {
  [ -z "${GNUPGHOME:-}" ] || { gpgconf --kill all; rm -rf "$GNUPGHOME"; }
  [ -z "${daemon:-}" ] || kill "$daemon" 2>/dev/null || true
}

as_ann() { git -C ann -c user.name='Ann Author' -c user.email=ann@example.org "$@"; }
commit() {  # NAME TEXT
  echo "$2" >"ann/$1"
  as_ann add "$1" && as_ann commit -qm "demo: $1 is $2"
}
# mia has main; ann has two commits and a merge on top of it, on for-mia.
two_repositories() {
  git init -q mia
  echo old >mia/a
  git -C mia add a && git -C mia commit -qm 'demo: begin'
  git clone -q mia ann
  as_ann checkout -q -b side
  commit s side
  as_ann checkout -q -b for-mia origin/main
  commit a new
  as_ann merge -q --no-ff -m 'Merge side' side
  commit b more
}
# A request as git writes it, in a mail.
request() {  # REF [URL]
  echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'
  echo 'From: Ann Author <ann@example.org>'
  echo 'To: Mia Maintainer <mia@example.org>, =?utf-8?q?J=C3=B6rg?= <joerg@example.net>'
  echo 'Cc: list@lists.example.org'
  echo 'List-Id: demos <demo.lists.example.org>'
  echo "Subject: [GIT PULL] demo: for you"
  echo 'Date: Fri, 20 Nov 2026 12:00:00 +0000'
  echo 'Message-ID: <pull1@example.org>'
  echo
  as_ann request-pull origin/main "${2:-$PWD/ann}" "$1" 2>/dev/null
  echo
}
pr() { lorelei pr --no-stdin --allow-local -m ../request.mbox "$@"; }
gpg_key() {
  GNUPGHOME=$(mktemp -d /tmp/lorelei-gpg.XXXXXX)
  export GNUPGHOME
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Ann Author <ann@example.org>' ed25519 sign never 2>/dev/null
}
objects() { git count-objects -v | grep -E '^(count|in-pack):'; }

@test "pr: a branch is fetched, and nothing else changes" {
  two_repositories
  as_ann tag -m extra extra
  request for-mia >request.mbox
  cd mia
  git for-each-ref >../before
  run --separate-stderr pr
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ "$stderr" == *'[GIT PULL] demo: for you, of Ann Author <ann@example.org>'* ]]
  [[ "$stderr" == *"✗ Not signed: commit $(git -C ../ann rev-parse --short=12 for-mia)"* ]]
  [[ "$stderr" == *'git merge FETCH_HEAD'* ]]
  [ "$(git rev-parse FETCH_HEAD)" = "$(git -C ../ann rev-parse for-mia)" ]
  [ "$(git for-each-ref)" = "$(cat ../before)" ]
  [ -z "$(git status --porcelain)" ]
  cp .git/FETCH_HEAD ../ours
  git fetch -q --no-tags "$(dirname "$PWD")/ann" for-mia
  diff ../ours .git/FETCH_HEAD
  git merge -q --no-edit FETCH_HEAD
  [ "$(cat a b s)" = 'new
more
side' ]
}

@test "pr: merged or not" {
  two_repositories
  request for-mia >request.mbox
  cd mia
  run pr -c
  [ "$status" -eq 4 ]
  [[ "$output" == *'HEAD does not have it'* ]]
  pr -q
  run pr -c
  [ "$status" -eq 4 ]
  git merge -q --no-ff -m 'Merge for-mia' FETCH_HEAD
  run --separate-stderr pr -c --json
  [ "$status" -eq 0 ]
  [[ "$output" == *'"merged":true'* ]]
  # No server is asked, and shallow clones know, too.
  mv ../ann ../gone
  pr -q -c
  git clone -q --depth=2 "file://$PWD" ../shallow
  cd ../shallow
  pr -q -c
  git checkout -q HEAD~1
  run pr -c
  [ "$status" -eq 4 ]
}

@test "pr: a signed tag, by a key that is trusted, unknown, and of other bytes" {
  two_repositories
  gpg_key
  as_ann -c user.signingkey=ann@example.org tag -s -m 'Demo for you

It is new.' for-you for-mia
  request for-you >request.mbox
  grep -q ' tags/for-you$' request.mbox
  cd mia
  run --separate-stderr pr --json -b pulled
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'✓ Signed: openpgp/ann@example.org (tag for-you, key '* ]]
  [[ "$output" == *'"state":"good","of":"tag","tag":"for-you","kind":"openpgp","signer":"Ann Author <ann@example.org>"'* ]]
  [[ "$output" == *'"message":"Demo for you\n\nIt is new."'* ]]
  [[ "$output" == *'"fetched":true,"branch":"pulled"'* ]]
  [ "$(git rev-parse pulled)" = "$(git -C ../ann rev-parse for-mia)" ]
  [ -z "$(git tag)" ]
  cp .git/FETCH_HEAD ../ours
  git fetch -q --no-tags "$(dirname "$PWD")/ann" tags/for-you
  diff ../ours .git/FETCH_HEAD
  git merge -q --no-edit FETCH_HEAD
  [[ "$(git log -1 --format=%B)" == "Merge tag 'for-you' of $(dirname "$PWD")/ann"*'It is new.'* ]]
  # Somebody else's mail: the signer is named, and who sent it.
  sed 's/^From: Ann.*/From: Eve <eve@example.net>/' ../request.mbox >../eve.mbox
  run lorelei pr --no-stdin --allow-local -m ../eve.mbox
  [ "$status" -eq 0 ]
  [[ "$output" == *'✓ Signed: openpgp/ann@example.org (From: eve@example.net) (tag'* ]]
  # By a key that nobody has vouched for.
  gpg --armor --export >../ann.key
  mkdir -m 700 ../other
  GNUPGHOME=$PWD/../other run pr
  [ "$status" -eq 0 ]
  [[ "$output" == *'✗ No key: openpgp (tag for-you, key '* ]]
  GNUPGHOME=$PWD/../other gpg -q --import ../ann.key 2>/dev/null
  GNUPGHOME=$PWD/../other run pr
  [ "$status" -eq 0 ]
  [[ "$output" == *'✗ Signed: openpgp/ann@example.org (tag for-you, key '*'nobody you trust'* ]]
  git config b4.attestation-policy hardfail
  rm .git/FETCH_HEAD
  GNUPGHOME=$PWD/../other run pr
  [ "$status" -eq 5 ]
  [ ! -e .git/FETCH_HEAD ]
  pr -q
  git config b4.attestation-policy off
  run pr
  [[ "$output" != *Signed* ]]
}

@test "pr: a bad signature leaves nothing that a merge could come upon" {
  two_repositories
  gpg_key
  as_ann -c user.signingkey=ann@example.org tag -s -m 'honest' for-you for-mia
  as_ann cat-file tag for-you | sed 's/^honest/forged/' >tag
  as_ann update-ref refs/tags/for-you "$(as_ann hash-object -t tag -w ../tag)"
  request for-you >request.mbox
  cd mia
  echo before >.git/FETCH_HEAD
  run --separate-stderr pr -b pulled --json
  [ "$status" -eq 5 ]
  [[ "$stderr" == *'✗ BADSIG: openpgp/ann@example.org'* ]]
  [[ "$stderr" == *'the signature of the tag is bad'* ]]
  [[ "$output" == *'"objection":'*'"fetched":false'* ]]
  [ "$(cat .git/FETCH_HEAD)" = before ]
  [ -z "$(git branch --list pulled)" ]
  run pr -e -o out.mbox
  [ "$status" -eq 5 ]
  [ ! -e out.mbox ]
}

@test "pr: an old tag under a new name is told" {
  two_repositories
  gpg_key
  as_ann -c user.signingkey=ann@example.org tag -s -m 'old' v1 for-mia
  as_ann update-ref refs/tags/for-you "$(as_ann rev-parse v1)"
  request for-you >request.mbox
  cd mia
  run pr
  [ "$status" -eq 0 ]
  [[ "$output" == *'NOTE: the tag calls itself v1, not for-you'* ]]
  rm .git/FETCH_HEAD
  for policy in hardfail require; do
    run lorelei -c lorelei.attest.policy=$policy pr --no-stdin --allow-local -m ../request.mbox
    [ "$status" -eq 5 ]
    [[ "$output" == *'the tag calls itself v1, not for-you'* ]]
    [ ! -e .git/FETCH_HEAD ]
  done
}

@test "pr: SSH signatures of tags and commits; unsigned ones where the policy wants them" {
  two_repositories
  ssh-keygen -q -t ed25519 -N '' -f key
  as_ann config gpg.format ssh
  as_ann config user.signingkey "$PWD/key.pub"
  echo x >>ann/b
  as_ann commit -qam 'demo: signed' -S
  as_ann tag -m unsigned for-you for-mia
  request for-you >request.mbox
  cd mia
  run pr
  [ "$status" -eq 0 ]
  [[ "$output" == *'✗ No key: ssh (commit '* ]]
  echo "ann@example.org $(cat ../key.pub)" >../allowed
  git config gpg.ssh.allowedSignersFile "$PWD/../allowed"
  run pr
  [ "$status" -eq 0 ]
  [[ "$output" == *'✓ Signed: ssh/ann@example.org (commit '*', key SHA256:'* ]]
  git config lorelei.attest.policy require
  pr -q
  as_ann() { git -C ../ann -c user.name=Ann -c user.email=ann@example.org "$@"; }
  as_ann commit -q --allow-empty -m 'demo: not signed'
  as_ann tag -f -m unsigned for-you for-mia >/dev/null
  sed -i "s/up to [0-9a-f]*:/up to $(as_ann rev-parse for-mia):/" ../request.mbox
  run pr
  [ "$status" -eq 5 ]
  [[ "$output" == *'the tag is not signed'* ]]
  git config lorelei.attest.policy hardfail
  pr -q
}

@test "pr: a ref that has moved, or is gone" {
  two_repositories
  request for-mia >request.mbox
  commit c later
  cd mia
  before=$(objects)
  run pr
  [ "$status" -eq 7 ]
  [[ "$output" == *"the mail says $(git -C ../ann rev-parse for-mia~1), but it is $(git -C ../ann rev-parse for-mia) now"* ]]
  [ "$(objects)" = "$before" ]
  [ ! -e .git/FETCH_HEAD ]
  run pr --allow-moved
  [ "$status" -eq 0 ]
  [[ "$output" == *'NOTE: the mail says '* ]]
  [ "$(git rev-parse FETCH_HEAD)" = "$(git -C ../ann rev-parse for-mia)" ]
  git -C ../ann checkout -q --detach
  git -C ../ann branch -qD for-mia
  run pr
  [ "$status" -eq 7 ]
  [[ "$output" == *'there is no such ref'* ]]
  mv ../ann ../gone
  run pr
  [ "$status" -eq 8 ]
  [[ "$output" == *'ask the author'* ]]
  sed "s,$(dirname "$PWD")/ann,https://ann:hidden@localhost:1/ann," ../request.mbox >../secret.mbox
  run lorelei pr --no-stdin -m ../secret.mbox
  [ "$status" -eq 8 ]
  [[ "$output" == *'https://ann@localhost:1/ann'* && "$output" != *hidden* ]]
}

@test "pr: a branch that exists stays" {
  two_repositories
  request for-mia >request.mbox
  cd mia
  git branch mine
  before=$(objects)
  run pr -b mine
  [ "$status" -eq 6 ]
  [ "$(git rev-parse mine)" = "$(git rev-parse main)" ]
  [ "$(objects)" = "$before" ]
  for name in -x HEAD a..b 'a b'; do
    run pr "--branch=$name"
    [ "$status" -eq 2 ]
  done
}

@test "pr: where it does not belong" {
  two_repositories
  request for-mia >request.mbox
  git init -q elsewhere
  cd elsewhere
  run pr
  [ "$status" -eq 1 ]
  [[ "$output" == *'this repository does not have the commit'* ]]
  mkdir ../nowhere && cd ../nowhere
  run pr
  [ "$status" -eq 3 ]
  [[ "$output" == *'not a git repository'* ]]
}

@test "pr: GIT_DIR names the repository, for ty as well" {
  two_repositories
  request for-mia >request.mbox
  mkdir elsewhere && cd elsewhere
  export GIT_DIR=$PWD/../mia/.git
  pr -q
  [ -s "$GIT_DIR/FETCH_HEAD" ]
  run lorelei ty
  [[ "$output" == *'[GIT PULL] demo: for you'* ]]
  lorelei ty -q -d 1
  pr -q  # wanted again
  run lorelei ty
  [[ "$output" == *'[GIT PULL] demo: for you'* ]]
}

@test "pr: nothing in the mail makes git do anything else" {
  two_repositories
  request for-mia >request.mbox
  cd mia
  cp ../request.mbox ../good.mbox
  for url in 'ext::touch ran' 'ext::touch%20ran' '--upload-pack=touch${IFS}ran;/x' 'ssh://-oProxyCommand=touch${IFS}ran/x' \
    'git@-oProxyCommand=x:y' 'fd::17/x' "foo://$PWD/../ann" 'https://git.example.org/%0aHost:x'; do
    url=$url awk '/^  \// { print "  " ENVIRON["url"] " for-mia"; next } { print }' ../good.mbox >../request.mbox
    run pr
    [ "$status" -eq 1 ] || { echo "$url: $status $output"; false; }
    [[ "$output" == *"cannot fetch from"* ]]
  done
  for ref in '--upload-pack=x' '+refs/heads/for-mia:refs/heads/main' 'for-mia:main' '*'; do
    ref=$ref awk '/^  \// { print $1 " " ENVIRON["ref"]; next } { print }' ../good.mbox | sed 's,^/,  /,' >../request.mbox
    run pr
    [ "$status" -eq 1 ]
    [[ "$output" == *"it is no name of a ref"* ]]
  done
  cp ../good.mbox ../request.mbox
  run lorelei pr --no-stdin -m ../request.mbox
  [ "$status" -eq 1 ]
  [[ "$output" == *--allow-local* ]]
  # Not by a detour over the user's own rewriting either.
  git config url."$(dirname "$PWD")/ann".insteadOf https://git.example.org/ann
  sed -i "s,^  /.*,  https://git.example.org/ann for-mia," ../request.mbox
  run lorelei pr --no-stdin -m ../request.mbox
  [ "$status" -eq 8 ]
  pr -q
  # Nor by what the user forbids git.
  GIT_ALLOW_PROTOCOL=https run pr
  [ "$status" -eq 8 ]
  git config protocol.file.allow never
  run pr
  [ "$status" -eq 8 ]
  [ ! -e ran ]
  [ "$(git rev-parse main)" = "$(git -C ../ann rev-parse origin/main)" ]
}

@test "pr: hooks do not run, tags do not follow, damaged objects do not come in" {
  two_repositories
  as_ann tag -m follows follows for-mia~1
  request for-mia >request.mbox
  cd mia
  for hook in reference-transaction post-merge post-checkout; do
    printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >.git/hooks/$hook
    chmod +x .git/hooks/$hook
  done
  git config remote.origin.url ../ann
  git config fetch.prune true
  git config fetch.pruneTags true
  git tag keep
  rm -f ran
  pr -q -b pulled
  [ ! -e ran ]
  [ "$(git tag)" = keep ]
  rm .git/hooks/*
  # A tree with a file called .git
  cd ../ann
  blob=$(echo x | git hash-object -w --stdin)
  tree=$(printf '100644 .git\0%b' "$(echo "$blob" | sed 's/../\\x&/g')" | git hash-object -t tree -w --stdin --literally)
  git update-ref refs/heads/for-mia "$(echo bad | git commit-tree "$tree" -p for-mia)"
  cd ..
  request for-mia >request.mbox
  cd mia
  rm .git/FETCH_HEAD
  run pr
  [ "$status" -eq 8 ]
  [ ! -e .git/FETCH_HEAD ]
}

@test "pr: as mails, that git am and am take" {
  two_repositories
  printf 'demo: J\xc3\xb6rg says\n\nFrom the start of a line.\nFrom me Mon Sep 17 00:00:00 2001\n' >message
  echo z >ann/z
  as_ann add z
  git -C ann -c user.email=j@example.net -c user.name=$'J\xc3\xb6rg' commit -qF ../message
  as_ann commit -q --allow-empty -m 'demo: nothing'
  request for-mia >request.mbox
  cd mia
  # Nothing of this may count.
  git config format.noprefix true
  git config diff.noprefix true
  git config format.subjectPrefix XX
  git config format.signOff true
  git config format.coverLetter true
  git config format.attach true
  git config format.thread deep
  git config format.headers 'X-Mine: 1'
  git config diff.external false
  git config format.pretty oneline
  git config format.from true
  git config diff.context 0
  echo before >.git/FETCH_HEAD
  run --separate-stderr pr -e -o ../out.mbox
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'1 commit changes no file, and is left out'* ]]
  [[ "$stderr" == *'4 patches and a cover letter: ../out.mbox'* ]]
  [ "$(cat .git/FETCH_HEAD)" = before ]
  [ "$(grep -aic '^message-id: <b4-pr-[0-4]-pull1@example.org>' ../out.mbox)" = 5 ]
  [ "$(grep -ac '^In-Reply-To: <b4-pr-0-pull1@example.org>' ../out.mbox)" = 4 ]
  [ "$(grep -ac '^X-Original-List-Id: <demo.lists.example.org>' ../out.mbox)" = 5 ]
  [ "$(grep -ac '^To: Mia Maintainer <mia@example.org>, Jörg <joerg@example.net>' ../out.mbox)" = 5 ]
  [ "$(grep -ac '^Cc: list@lists.example.org, Ann Author <ann@example.org>' ../out.mbox)" = 5 ]
  grep -q "^base-commit: $(git rev-parse main)$" ../out.mbox
  grep -q "^pull-request: $(dirname "$PWD")/ann for-mia$" ../out.mbox
  run ! grep -E '^(X-Mine|Signed-off-by)|XX|^\+\+\+ [^b]' ../out.mbox
  run pr -e -o ../out.mbox
  [ "$status" -eq 6 ]
  for key in $(git config --local --name-only --get-regexp '^(format|diff)\.'); do git config --unset "$key"; done
  lorelei am -q --no-stdin -m ../out.mbox -o ../am
  git am -q --patch-format=mboxrd ../am/*.mbx
  [ "$(git log --format='%an %ae %s' main~4..main)" = "$(git -C ../ann log --no-merges --format='%an %ae %s' --grep nothing --invert-grep origin/main..for-mia)" ]
  [ "$(git rev-parse 'main^{tree}')" = "$(git -C ../ann rev-parse 'for-mia^{tree}')" ]
  [ "$(git log -1 --format=%b)" = 'From the start of a line.
From me Mon Sep 17 00:00:00 2001' ]
  # The name is made of the mail, and standard output takes it, too.
  git reset -q --hard HEAD~4
  pr -q -e
  cmp 20261120_ann_demo_for_you.mbx ../out.mbox
  pr -q -e -o - | cmp - ../out.mbox
}

@test "pr: without a base, that with HEAD is taken; a mail on standard input; a reply" {
  two_repositories
  request for-mia | sed 's/changes since commit/work after/' >request.mbox
  cd mia
  tail -n +2 ../request.mbox | lorelei pr -q --allow-local -e -o ../out.mbox
  grep -q "^base-commit: $(git rev-parse main)$" ../out.mbox
  { cat ../request.mbox
    echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'
    printf 'From: Mia <mia@example.org>\nSubject: Re: [GIT PULL] demo: for you\nMessage-ID: <re@x>\n'
    printf 'In-Reply-To: <pull1@example.org>\n\n'
    tail -n +12 ../request.mbox | sed 's/^/> /'
    printf '\nPulled.\n\n'; } >../thread.mbox
  lorelei pr -q --no-stdin --allow-local -m ../thread.mbox -b by-reply re@x
  git rev-parse -q --verify by-reply
  grep -v -e 'changes up to' -e 'work after' ../request.mbox >../none.mbox
  run lorelei pr --no-stdin --allow-local -m ../none.mbox
  [ "$status" -eq 3 ]
  run lorelei pr --no-stdin
  [ "$status" -eq 2 ]
  run lorelei pr --no-stdin -m ../none.mbox -c -e
  [ "$status" -eq 2 ]
}

@test "pr: from a server, into a work tree of its own" {
  [ -x "$(git --exec-path)/git-daemon" ] || skip_or_fail 'git daemon is not installed'
  two_repositories
  port=$((20000 + RANDOM % 20000))
  git daemon --listen=127.0.0.1 --port=$port --export-all --base-path="$PWD" --reuseaddr "$PWD" 2>daemon.log &
  daemon=$!
  wait_until "git ls-remote git://127.0.0.1:$port/ann >/dev/null 2>&1"
  request for-mia "git://127.0.0.1:$port/ann" >request.mbox
  git -C mia worktree add -q ../tree -b tree
  cd tree
  lorelei pr -q --no-stdin -m ../request.mbox
  [ "$(git rev-parse FETCH_HEAD)" = "$(git -C ../ann rev-parse for-mia)" ]
  [ ! -e ../mia/.git/FETCH_HEAD ]
  git merge -q --no-edit FETCH_HEAD
  lorelei pr -q --no-stdin -m ../request.mbox -c
}

@test "pr: the mails of -e are sent on, as somebody who may" {
  two_repositories
  request for-mia >request.mbox
  printf '#!/bin/sh\nn=$(($(ls ../taken | wc -l) + 1))\n{ echo "$*"; cat; } >"../taken/$n"\n' >sendmail
  chmod +x sendmail && mkdir taken && cd mia
  run --separate-stderr pr -e -s robot --yes
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'no setting sendemail.robot.*'* ]]
  git config sendemail.robot.smtpserver "$PWD/../sendmail"
  git config sendemail.robot.from 'Röbot <robot@example.org>'
  run --separate-stderr pr -e -s robot
  [ "$status" -eq 2 ]
  [[ "$stderr" == *'From: Röbot <robot@example.org>'*'demo: a is new'*'nobody is here to say yes'* ]]
  [ -z "$(ls ../taken)" ]
  pr -q -e -s robot --yes
  [ "$(ls ../taken | wc -l)" = 4 ]
  [ "$(head -n 1 ../taken/2)" = '-i -- mia@example.org joerg@example.net list@lists.example.org ann@example.org' ]
  refute grep -qP '[^\x00-\x7f]' ../taken/1 ../taken/2
  for n in 2 3 4; do sed 1d "../taken/$n" >"../$n.eml"; done
  git checkout -q main && git am -q ../2.eml ../3.eml ../4.eml
  [ "$(git log --format='%an <%ae>' -1)" = 'Ann Author <ann@example.org>' ]
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(as_ann_tree)" ]
}
as_ann_tree() { git -C ../ann rev-parse 'for-mia^{tree}'; }
