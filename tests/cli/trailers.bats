#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Reviews of a list that come into the commits they are for.
load common
load prepared

setup_here() { settings && a_tree; }

# The series as it was sent, and answers to it, as a mailbox.
sent() {
  lorelei send -q --no-sign -o ../out >/dev/null
  for mail in ../out/*.eml; do
    echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'
    cat "$mail"
    echo
  done >../thread.mbox
}
answer() {  # NUMBER FROM TRAILER...
  local number=$1 from=$2
  shift 2
  printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: %s\nDate: Sat, 21 Nov 2026 12:00:00 +0000\nSubject: Re: x\n' "$from"
  printf 'Message-ID: <answer-%s-%s@example.com>\nIn-Reply-To: %s\n\nFine.\n\n' "$number" "${from%% *}" \
    "$(grep -i '^message-id' ../out/000"$number"*.eml | sed 's/.*: //')"
  printf '%s\n' "$@" ''
}
trailers() { lorelei trailers --no-stdin -m ../thread.mbox "$@"; }

@test "each review goes to its commit, those of the letter to all" {
  a_series 2
  sent
  { answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>'
    answer 0 'Tom Tester <tom@example.net>' 'Tested-by: Tom Tester <tom@example.net>'
    answer 2 'Eve <eve@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>'; } >>../thread.mbox
  before=$(untouched) old=$(git rev-parse HEAD)
  run -0 --separate-stderr trailers
  [[ "$output" == 'demo: add line 1
  + Reviewed-by: Rob Reviewer <rob@example.com>
    via: https://patch.msgid.link/answer-1-Rob@example.com
  + Tested-by: Tom Tester <tom@example.net>
    via: '*'
demo: add line 2
  + Tested-by: Tom Tester <tom@example.net>' ]]
  [[ "$stderr" == *'the address of who sent it is another: Reviewed-by: Rob'*'sent by Eve'*', Re: x)'*'trailers -S'* ]]
  [ "$(git rev-parse HEAD)" = "$old" ]
  run -2 --separate-stderr trailers -u </dev/null
  run -0 trailers -u --yes
  [ "$(untouched)" = "$before" ]
  [ "$(git log -1 --format=%b HEAD~1)" = 'It was missing.

Reported-by: Rob Reporter <rob1@example.net>
Reviewed-by: Rob Reviewer <rob@example.com>
Tested-by: Tom Tester <tom@example.net>
Signed-off-by: Ann Author <ann@example.org>' ]
  [ "$(git rev-parse refs/original/b4/two-lines)" = "$old" ]
  run -0 --separate-stderr trailers -u --yes
  [[ "$stderr" == *'No trailer updates found'* ]]
}

@test "a changed patch loses its review, unless it is looked for by its title" {
  a_series 2
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  answer 2 'Rob Reviewer <rob@example.com>' 'Acked-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  git reset -q --hard HEAD~1 && echo changed >>drivers/one.c && git commit -qa --amend --no-edit
  run -0 --separate-stderr trailers
  [ "$stderr" = 'Not taken, the patch was changed since:
  [PATCH 1/2] demo: add line 1
    Reviewed-by: Rob Reviewer <rob@example.com>
      via: https://patch.msgid.link/answer-1-Rob@example.com
  Where they still hold, this takes them, too: lorelei trailers --fuzzy
Not taken, no commit here has this change or this title:
  [PATCH 2/2] demo: add line 2
    Acked-by: Rob Reviewer <rob@example.com>
      via: https://patch.msgid.link/answer-2-Rob@example.com
  Where they hold, put them in by git rebase -i, with reword
No trailer updates found' ]
  run -0 --separate-stderr trailers --fuzzy
  [[ "$output" == *'add line 1'*'Reviewed-by: Rob'* ]]
  [[ "$output" != *Acked-by* ]]
  [[ "$stderr" == *Acked-by* && "$stderr" != *Reviewed-by* ]]
}

@test "a changed patch that has its review again, or by hand, has lost nothing" {
  a_series 1
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  echo changed >>drivers/one.c && git commit -qa --amend -m "$(git log -1 --format=%B)
Reviewed-by: Rob Reviewer <rob@example.com>"
  run -0 --separate-stderr trailers
  [ "$stderr" = 'No trailer updates found' ]
}

@test "what was said of an earlier cover letter, or of a mail that is not there, is told" {
  a_series 2
  sent
  answer 0 'Tom Tester <tom@example.net>' 'Tested-by: Tom Tester <tom@example.net>' >>../thread.mbox
  answer 1 'Zoe <zoe@example.net>' 'Acked-by: Zoe <zoe@example.net>' | sed 's/^In-Reply-To.*/In-Reply-To: <absent@example.org>/' >>../thread.mbox
  lorelei prep -q --force-revision 2 && rm -r ../out && cat ../thread.mbox >../first.mbox
  sent
  cat ../first.mbox >>../thread.mbox
  run -0 --separate-stderr trailers
  [[ "$stderr" == *'nor of the last cover letter:
  [PATCH 0/2] demo: some lines
    Tested-by: Tom Tester <tom@example.net>'* ]]
  [[ "$stderr" == *'the mail that it answers is not there:
  Re: x
    Acked-by: Zoe <zoe@example.net>'* ]]
}

@test "an objection is told first, and is put into no commit" {
  a_series 2
  sent
  answer 1 'Eve <eve@example.com>' 'Nacked-by: Eve <eve@example.com>' 'Tested-by: Eve <eve@example.com>' >>../thread.mbox
  answer 0 'Max <max@example.com>' 'NAKed-by: Max <max@example.com>' >>../thread.mbox
  run -0 --separate-stderr trailers -u --yes
  [[ "$stderr" == 'WARNING: somebody is against it, which is to be answered and is put into no commit:
  [PATCH 1/2] demo: add line 1
    Nacked-by: Eve <eve@example.com>
      via: https://patch.msgid.link/answer-1-Eve@example.com
  [PATCH 0/2] demo: some lines
    NAKed-by: Max <max@example.com>
      via: '* ]]
  git log -2 --format=%B | grep -q '^Tested-by: Eve'
  refute grep -qi 'na.*ked-by' <(git log -2 --format=%B)
}

@test "below a line --- trailers are not looked for, and new ones go above the Signed-off-by there" {
  a_series 1
  git commit -q --amend -m 'demo: add line 1' -m 'It was missing.

Signed-off-by: Ann Author <ann@example.org>
---
v2: as Rob said'
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  trailers -q -u --yes >/dev/null
  [ "$(git log -1 --format=%b)" = 'It was missing.

Reviewed-by: Rob Reviewer <rob@example.com>
Signed-off-by: Ann Author <ann@example.org>
---
v2: as Rob said' ]
}

@test "git is asked what changed only where it could see a rename" {
  mkdir ../watched
  printf '#!/bin/sh\necho "$*" >>%q\nexec %q "$@"\n' "$PWD/../asked" "$(command -v git)" >../watched/git
  chmod +x ../watched/git
  watched() { PATH="$PWD/../watched:$PATH" trailers; }
  a_series 2
  sent
  answer 2 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  run -0 watched
  [[ "$output" == *'add line 2'*'Reviewed-by: Rob'* ]]
  [ ! -e ../asked ]
  git mv drivers/one.c drivers/two.c && echo more >>drivers/two.c && git commit -qam 'demo: call it two' -m 'It is.'
  rm -r ../out
  sent
  answer 3 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  grep -q '^rename to drivers/two.c' ../out/0003*
  run -0 watched
  [[ "$output" == *'call it two'*'Reviewed-by: Rob'* ]]
  grep -q diff-tree ../asked
}

@test "notes below --- stay there, and other bytes, too" {
  a_series 1
  git commit -q --amend -m 'demo: add line 1' -m 'It was missing.

Fixes: https://example.org/bug
---
Private: not for the list.
v2: x'
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  trailers -q -u --yes >/dev/null
  [ "$(git log -1 --format=%B)" = 'demo: add line 1

It was missing.

Fixes: https://example.org/bug
Reviewed-by: Rob Reviewer <rob@example.com>
---
Private: not for the list.
v2: x' ]
}

@test "what is not wanted in the editor is never offered again" {
  a_series 1
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' \
    'Tested-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  GIT_EDITOR='touch ../opened' run -2 --separate-stderr trailers -i
  [[ "$stderr" == *'lorelei trailers -u -i'* && ! -e ../opened ]]
  # The editor is the question: nobody is here to answer another.
  GIT_EDITOR='sed -i /Reviewed-by/d' run -0 --separate-stderr trailers -u -i </dev/null
  [[ "$output" == *Tested-by* && "$output" != *Reviewed-by* ]]
  git log -1 --format=%B | grep -q Tested-by
  run -0 --separate-stderr trailers
  [[ "$stderr" == *'No trailer updates'* ]]
}

@test "from an archive here, by what was sent" {
  a_series 1
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  lorelei archive import -q --new ../list ../thread.mbox && lorelei archive index -q ../list
  run -0 --separate-stderr lorelei trailers -O ../list --offline
  [[ "$output" == *'Reviewed-by: Rob Reviewer'* ]]
}

@test "where no series is prepared: one's own commits, or from one on" {
  git checkout -q -b plain v1
  a_patch 1
  GIT_COMMITTER_DATE='2026-09-01 12:00:00 +0000' a_patch 2
  git checkout -q -b series v1 && git cherry-pick -q plain~1 2>/dev/null || git cherry-pick plain~1 >/dev/null
  lorelei prep -q -e v1
  GIT_EDITOR='printf "x\n\nTo: mia@example.com\n" >' lorelei prep -q --edit-cover
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  git checkout -q plain
  run -3 --separate-stderr trailers
  [[ "$stderr" == *'--since-commit'* ]]
  run -0 trailers --since-commit HEAD~1
  [[ "$output" == *'add line 1'*'Reviewed-by'* ]]
}

@test "an emptied sheet changes nothing, and nothing is remembered" {
  a_series 1
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  GIT_EDITOR='true >' run -0 trailers -u -i --yes
  [ ! -e .git/b4-trailers-ignore.json ]
  run -0 trailers
  [[ "$output" == *Reviewed-by* ]]
}

@test "a commit that changes nothing is passed over" {
  a_series 2
  sent
  first=$(git rev-parse HEAD~1) second=$(git rev-parse HEAD)
  git reset -q --hard "$first"
  git commit -q --allow-empty -m 'demo: nothing'
  git cherry-pick "$second" >/dev/null
  answer 2 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  trailers -u --yes >/dev/null
  [ "$(git log --format=%s --grep=Reviewed-by:)" = 'demo: add line 2' ]
  [ "$(git log -1 --format=%s HEAD~1)" = 'demo: nothing' ]
}

# The commits of a branch, and whether git finds their signatures good.
verdicts() { git log --format='%G? %s' v1..; }

@test "commits that are made anew are signed where commit.gpgSign says so, with a key of ssh" {
  ssh-keygen -q -t ed25519 -N '' -f ../id
  echo "ann@example.org $(cat ../id.pub)" >../allowed
  git config gpg.format ssh
  git config user.signingKey ../id.pub
  git config gpg.ssh.allowedSignersFile "$PWD/../allowed"
  git config commit.gpgSign true
  a_series 2
  [ "$(verdicts)" = 'G demo: add line 2
G demo: add line 1
G demo: some lines' ]
  sent
  answer 1 'Rob Reviewer <rob@example.com>' 'Reviewed-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  run -0 --separate-stderr trailers -u --yes
  [[ "$stderr" != *signature* ]]
  [ "$(verdicts)" = 'G demo: add line 2
G demo: add line 1
G demo: some lines' ]
  git cat-file commit HEAD >now
  sed '/^gpgsig/,/END SSH/d' now >signed
  git commit --amend --no-edit --no-gpg-sign -q && git cat-file commit HEAD >plain
  cmp signed plain

  # The key itself, from a command, of an agent that is not there; nothing is rewritten then.
  git reset -q --hard HEAD@{1}
  git config --unset user.signingKey
  git config gpg.ssh.defaultKeyCommand "sed s/^/key::/ $PWD/../id.pub"
  before=$(git rev-parse HEAD)
  answer 2 'Rob Reviewer <rob@example.com>' 'Acked-by: Rob Reviewer <rob@example.com>' >>../thread.mbox
  SSH_AUTH_SOCK='' run -1 --separate-stderr trailers -u --yes
  [[ "$stderr" == *"cannot sign the commit with 'ssh-keygen key::ssh-ed25519 "*'git config commit.gpgSign false'* ]]
  [ "$(git rev-parse HEAD)" = "$before" ]
  git config commit.gpgSign false
  run -0 --separate-stderr trailers -u --yes
  [[ "$stderr" == *'The signatures of rewritten commits are gone'* ]]
}

@test "commits that are made anew are signed where commit.gpgSign says so, by gpg" {
  export GNUPGHOME
  GNUPGHOME=$(mktemp -d /tmp/lorelei-gpg.XXXXXX)
  gpg --batch --quiet --passphrase '' --quick-gen-key 'Ann Author <ann@example.org>' ed25519 sign never 2>/dev/null
  git config commit.gpgSign true
  a_series 2
  [ "$(verdicts | cut -c1)" = "$(printf 'U\nU\nU')" ] || [ "$(verdicts | cut -c1)" = "$(printf 'G\nG\nG')" ]
  git verify-commit HEAD HEAD~1 HEAD~2
  git config user.signingKey nobody@example.com
  run -1 --separate-stderr lorelei prep --set-prefixes RFC
  [[ "$stderr" == *"cannot sign the commit with 'gpg nobody@example.com'"* ]]
  git verify-commit HEAD
  gpgconf --kill all
  rm -rf "$GNUPGHOME"
}
