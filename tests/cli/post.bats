#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A contributor's way from a branch to the list and into a maintainer's tree, step by step: one patch and three, by a
# mail server and by a web endpoint, and each time the sender is killed in the middle.
load common
load endpoint

setup_here() {
  unset VISUAL EDITOR SSH_AUTH_SOCK
  git config --global user.name 'Ann Author'
  git config --global user.email ann@example.org
  git config --global init.defaultBranch master
  git config --global gc.auto 0
  export GIT_AUTHOR_DATE='2026-11-20 12:00:00 +0000' GIT_COMMITTER_DATE='2026-11-20 12:00:00 +0000'
  a_kernel_tree
}
teardown() {
  stop_endpoint
  [ -z "${sink:-}" ] || kill "$sink" 2>/dev/null || true
}

a_kernel_tree() {
  git init -q linux && cd linux || return
  mkdir -p arch/arm64 scripts drivers/oven
  echo 'mainmenu "Linux"' >Kconfig
  cat >MAINTAINERS <<'END'
List of maintainers

BREAD OVEN DRIVERS
M:	Ada Baker <ada@bakery.example>
L:	linux-oven@lists.example.net
S:	Maintained
F:	drivers/oven/

THE REST
M:	Linus Torvalds <torvalds@linux-foundation.example>
L:	linux-kernel@lists.example.net
S:	Buried alive in reporters
F:	*
F:	*/
END
  printf '%s\n' heat fan light door timer >drivers/oven/oven.c
  git add -A && git commit -qm 'Linux 6.1' && git tag v6.1
  git clone -q . ../maintainer
}

# --- where mail goes ---

start_sink() {
  "${SMTP_SINK:?is the server}" --port-file ../port --store "$BATS_TEST_TMPDIR/store" 3>&- &
  sink=$!
  wait_until '[ -s ../port ]'
  git config sendemail.smtpserver 127.0.0.1
  git config sendemail.smtpserverport "$(cat ../port)"
}
start_service() {
  mkdir ../service && pushd ../service >/dev/null || return
  echo 'mustDest = @lists[.]example[.]net' >more.conf
  start_endpoint
  popd >/dev/null || return
  git config b4.send-endpoint-web "$url"
}
# What has arrived, the envelope in the first line or lines, in order.
arrived() {
  if [ "$1" = smtp ]; then ls ../store/*.eml; else ls -v ../service/sent/*; fi 2>/dev/null
}
envelope() {  # WAY FILE
  if [ "$1" = smtp ]; then sed -n 's/^X-Envelope-To: //p' "$2"; else sed -n '1s/.* -- //p' "$2" | tr ' ' '\n'; fi
}
mail_in() {  # WAY FILE
  if [ "$1" = smtp ]; then grep -v '^X-Envelope-' "$2"; else sed 1d "$2"; fi
}
forget_arrived() { rm -f ../store/* ../service/sent/*; }

# Killed when some of it has left and some has not, or of a single mail nobody knows; what it left is sent.
send_killed() {  # WAY MAILS
  local n sent index id status=0
  for ((n = 5; n < 300; n += 3)); do
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" send -q --yes >/dev/null 2>&1 || break
    find .git -name '*.lock' -delete
    sent=$(cat .git/lorelei/outbox/*/log 2>/dev/null | grep -c ' sent ') || true
    if [ "$2" -gt 1 ] && [ "$1" = smtp ]; then
      [ "$sent" -lt 1 ] || break
    elif grep -qs ' sending ' .git/lorelei/outbox/*/log; then
      break
    fi
    lorelei send -q --abort 2>/dev/null || true
    forget_arrived
  done
  lorelei send -q --continue || status=$?
  if [ "$status" -eq 4 ]; then  # killed between the last byte and the answer
    index=$(awk '$2 == "sending" { at = $1 } $2 != "sending" && $1 == at { at = "" } END { print at }' .git/lorelei/outbox/*/log)
    id=$(grep -ih '^message-id:' .git/lorelei/outbox/*/*.eml | sed -n "$((index + 1))p" | sed 's/.*: //')
    if [ -n "$(arrived "$1" | xargs -r grep -liF "message-id: $id")" ]; then
      lorelei send -q --continue --sent
    else
      lorelei send -q --continue --again
    fi
  else
    [ "$status" -eq 0 ]
  fi
}
# --- the post ---

post() {  # PATCHES smtp|web
  local patches=$1 way=$2 mails=$(($1 == 1 ? 1 : $1 + 1)) before n

  # 1: a branch for it
  run -0 --separate-stderr lorelei prep -n lanyang-dts-typo -f v6.1
  [ "$(git branch --show-current)" = b4/lanyang-dts-typo ]
  [ "$(git rev-parse HEAD^)" = "$(git rev-parse v6.1)" ]
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse 'v6.1^{tree}')" ]

  # 2: its cover letter
  before=$(git status --porcelain=v2; sha1sum .git/index)
  GIT_EDITOR='printf "oven: mend the heat\n\nIt was too hot.\n\nSigned-off-by: Ann Author <ann@example.org>\n" >' \
    lorelei prep -q --edit-cover
  [ "$(git status --porcelain=v2; sha1sum .git/index)" = "$before" ]
  id=$(lorelei prep --show-info change-id)
  [[ "$id" =~ ^20261121-lanyang-dts-typo-[0-9a-f]{12}$ ]]
  [ "$(lorelei prep --show-revision)" = v1 ]

  # 3: the patches
  for ((n = 1; n <= patches; n++)); do
    sed -i "${n}s/\$/ mended/" drivers/oven/oven.c
    git commit -qam "oven: mend part $n" -m "It was wrong.

Reported-by: Rob Reporter <rob$n@example.com>
Signed-off-by: Ann Author <ann@example.org>"
  done

  # 4: who gets them
  run -0 --separate-stderr lorelei prep --auto-to-cc
  [[ "$stderr" == *'+ To: Ada Baker <ada@bakery.example>'* ]]
  [[ "$stderr" == *'+ Cc: linux-oven@lists.example.net'* ]]

  # 5: a key
  lorelei genkey -q -n 20261121 2>/dev/null
  git config patatt.signingkey ed25519:20261121
  git config patatt.selector 20261121

  # 6: the mails, as files
  lorelei send -q -o ../out >/dev/null
  [ "$(ls ../out | wc -l)" -eq "$mails" ]
  for file in ../out/*.eml; do lorelei validate "$file"; done
  [ "$patches" -gt 1 ] || sed -n '/^diff/,$p' ../out/0001-*.eml | grep -qx "change-id: $id"

  # 7, 8: the service knows the key
  if [ "$way" = web ]; then
    start_service
    run -0 --separate-stderr lorelei send --web-auth-new --yes
    [[ "$stderr" == *"$url"*'Ann Author'*'ann@example.org'*'20261121'*'ed25519'* ]]
    wait_until '[ -s ../service/sent/1 ]'
    lorelei send -q --web-auth-verify "$(sed -n 's/.*--web-auth-verify //p' ../service/sent/1)"
    forget_arrived
  else
    start_sink
  fi

  # 9: to herself
  lorelei send -q --reflect --yes
  wait_until "[ \$(arrived $way | wc -l) -eq $mails ]"
  for file in $(arrived "$way"); do
    [ "$(envelope "$way" "$file")" = ann@example.org ]
    mail_in "$way" "$file" >../reflected.eml
    lorelei validate ../reflected.eml
    grep -q '^To: Ada Baker <ada@bakery.example>' ../reflected.eml
  done
  [ "$(lorelei prep --show-revision)" = v1 ] && [ -z "$(git tag -l 'sent/*')" ]
  forget_arrived

  # 10: to everybody, killed in the middle
  send_killed "$way" "$mails"
  wait_until "[ \$(arrived $way | wc -l) -ge $mails ]"
  [ "$(arrived "$way" | wc -l)" -eq "$mails" ]
  [ -z "$(arrived "$way" | xargs grep -ih '^message-id:' | sort | uniq -d)" ]
  for file in $(arrived "$way"); do
    [[ "$(envelope "$way" "$file")" == *ada@bakery.example*linux-oven@lists.example.net* ]]
    mail_in "$way" "$file" >../arrived.eml
    lorelei validate ../arrived.eml
    { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970' && cat ../arrived.eml && echo; } >>../list.mbox
  done
  git rev-parse -q --verify "refs/tags/sent/$id-v1" >/dev/null
  [ "$(lorelei prep --show-revision)" = v2 ]
  git log --format=%B -1 b4/lanyang-dts-typo~"$patches" | grep -q '^Changes in v2:'

  # 11: a patch is changed, and a review of another, or of the same, comes
  review "$patches" >>../list.mbox
  printf '%s\n' heat fan light door timer >../plain
  GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/edit/'" git rebase -q -i HEAD~1 >/dev/null 2>&1
  sed -i '1s/$/ well/' drivers/oven/oven.c
  git commit -q -a --amend --no-edit && git rebase --continue >/dev/null 2>&1
  lorelei trailers --no-stdin -m ../list.mbox -u --yes >/dev/null
  local reviewed
  reviewed=$(git log --format=%s --grep='^Reviewed-by: Ada Baker' v6.1..HEAD)
  if [ "$patches" -eq 1 ]; then [ -z "$reviewed" ]; else [ "$reviewed" = 'oven: mend part 1' ]; fi

  # 12: what is new
  run -0 lorelei prep --compare-to v1 --range-diff-opts --creation-factor=200
  [[ "$output" == *'+heat mended well'* ]]
  [[ "$output" != *'Changes in v2'* ]]

  # 13: the maintainer takes it
  cd ../maintainer || return
  git config patatt.keyringsrc "$BATS_TEST_TMPDIR/keys"
  mkdir -p ../keys/ed25519/example.org/ann
  cp "$HOME/.local/share/patatt/public/20261121.pub" ../keys/ed25519/example.org/ann/20261121
  run -0 --separate-stderr lorelei am --no-stdin --offline -m ../list.mbox -o .. -n series
  [[ "$stderr" == *'✓ Signed: ed25519/ann@example.org'* ]]
  [[ "$stderr" == *"Total patches: $patches"* ]]
  git am -q ../series.mbx
  [ "$(git log -1 --format='%an <%ae> %s')" = "Ann Author <ann@example.org> oven: mend part $patches" ]
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git -C ../linux rev-parse "sent/$id-v1^{tree}")" ]
}
review() {  # PATCHES; of the first patch
  local first
  first=$(formail_id "oven: mend part 1")
  printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ada Baker <ada@bakery.example>\nDate: Sat, 21 Nov 2026 13:00:00 +0000\n'
  printf 'Subject: Re: oven\nMessage-ID: <review@bakery.example>\nIn-Reply-To: %s\n\n' "$first"
  printf 'Good.\n\nReviewed-by: Ada Baker <ada@bakery.example>\n\n'
}
formail_id() {  # of the mail with that subject in the list
  awk -v want="$1" 'tolower($1) == "message-id:" { id = $2 } /^Subject:/ { found = index($0, want) }
    /^$/ { if (found && id) { print id; exit } } /^From mboxrd/ { id = ""; found = 0 }' ../list.mbox
}

@test "the whole post: one patch, by a mail server" { post 1 smtp; }
@test "the whole post: three patches, by a mail server, killed between two mails" { post 3 smtp; }
@test "the whole post: one patch, by a web endpoint" { post 1 web; }
@test "the whole post: three patches, by a web endpoint" { post 3 web; }
