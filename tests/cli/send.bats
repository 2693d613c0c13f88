#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A series goes out: who gets what, what the mails are, and that none is lost and none sent twice.
load common
load prepared

setup_here() { settings && a_tree; }
teardown() { [ -z "${sink:-}" ] || kill "$sink" 2>/dev/null || true; }

sink() {  # OPTION...
  rm -f port
  "${SMTP_SINK:?is the server}" --port-file port --store "$BATS_TEST_TMPDIR/store" "$@" 3>&- &
  sink=$!
  wait_until '[ -s port ]'
  git config sendemail.smtpserver 127.0.0.1
  git config sendemail.smtpserverport "$(cat port)"
  rm -f port
}
stored() { ls "$BATS_TEST_TMPDIR/store" 2>/dev/null | grep -c "${1:-eml}" || true; }
ids() { cat "$BATS_TEST_TMPDIR"/store/*.eml | grep -i '^message-id:' | sort; }
header() { sed '/^$/q' "$1" | grep -i "^$2:" || true; }
body() { sed '1,/^$/d' "$1"; }
program() {  # a sendmail: arguments and mail go to files, until the third
  cat >"$HOME/sendmail" <<'END'
#!/bin/sh
n=$(($(ls "$HOME/taken" | wc -l) / 2 + 1))
[ "$n" -ne "${FAIL_AT:-0}" ] || { cat >/dev/null; echo 'no more' >&2; exit 69; }
echo "$*" >"$HOME/taken/$n.args"
cat >"$HOME/taken/$n.mail"
END
  chmod +x "$HOME/sendmail" && mkdir -p "$HOME/taken"
  git config sendemail.smtpserver "$HOME/sendmail"
}

@test "one patch is one mail, with the letter below its ---" {
  a_series 1
  run -0 --separate-stderr lorelei send --no-sign -o ../out
  [ "$output" = ../out/0001-demo-add-line-1.eml ]
  mail=../out/0001-demo-add-line-1.eml
  [ "$(header $mail Subject)" = 'Subject: [PATCH] demo: add line 1' ]
  [ "$(header $mail To)" = 'To: Mia Maintainer <mia@example.com>' ]
  [ "$(header $mail X-Change-ID)" = "X-Change-ID: $(info change-id)" ]
  [ "$(body $mail | sed '/^diff/,/^---$/d')" = "It was missing.

Reported-by: Rob Reporter <rob1@example.net>
Signed-off-by: Ann Author <ann@example.org>
---
They are needed.
---
 drivers/one.c | 1 +
 1 file changed, 1 insertion(+)

base-commit: $(git rev-parse v1)
change-id: $(info change-id)

Best regards,
-- 
Ann Author <ann@example.org>" ]
  git checkout -q v1 && git am -q $mail
  [ "$(git log -1 --format=%B)" = "$(git log -1 --format=%B b4/two-lines)" ]
  [ "$(git rev-parse HEAD^{tree})" = "$(git rev-parse 'b4/two-lines^{tree}')" ]
}

@test "several patches have a cover letter, and are answers to it" {
  a_series 3
  lorelei send -q --no-sign -o ../out >/dev/null
  cd ../out
  [ "$(ls)" = '0000-demo-some-lines.eml
0001-demo-add-line-1.eml
0002-demo-add-line-2.eml
0003-demo-add-line-3.eml' ]
  [ "$(header 0000* Subject)" = 'Subject: [PATCH 0/3] demo: some lines' ]
  first=$(header 0000* Message-Id | sed 's/.*: //')
  [[ "$first" =~ ^'<20261121-two-lines-v1-0-'[0-9a-f]{12}'@example.org>'$ ]]
  [ "$(header 0002* In-Reply-To)" = "In-Reply-To: $first" ]
  [ "$(header 0002* References)" = "References: $first" ]
  header 0000* Cc | grep -q list@lists.example.org
  [[ "$(sed -n '/^Cc:/,/^X-Mailer/p' 0000*)" == *rob1@example.net*rob3@example.net* ]]
  [[ "$(sed -n '/^Cc:/,/^X-Mailer/p' 0002*)" == *rob2@example.net* ]]
  refute grep -q rob1@example.net <(header 0002* Cc)
  body 0000* | grep -A3 -xF 'Ann Author (3):' | grep -qxF '      demo: add line 3'
  body 0000* | grep -qxF ' 1 file changed, 3 insertions(+)'
  body 0000* | grep -qxF -e '-- '
  git -C ../tree checkout -q v1 && git -C ../tree am -q ../out/000[123]*
  [ "$(git -C ../tree rev-parse HEAD^{tree})" = "$(git -C ../tree rev-parse 'b4/two-lines^{tree}')" ]
}

@test "an address in a diff gets nothing" {
  a_series 1
  printf 'Contact: Eve <eve@example.com>\nCc: eve@example.com\n' >drivers/two.c
  git add drivers/two.c && git commit -q --amend --no-edit
  lorelei send -q --no-sign -o ../out >/dev/null
  refute grep -q eve <(sed '/^$/q' ../out/*.eml)
}

@test "who is somebody else, excluded or unwanted" {
  a_series 1
  git commit -q --amend --no-edit --author='Bob Builder <bob@example.com>'
  git config b4.email-exclude '*@example.net'
  git config b4.send-series-to 'Tree List <tree@lists.example.org>'
  lorelei send -q --no-sign --not-me-too --cc 'Max <max@example.org>' -o ../out >/dev/null
  mail=../out/0001-demo-add-line-1.eml
  [ "$(header $mail From)" = 'From: Ann Author <ann@example.org>' ]
  [ "$(body $mail | head -n 2)" = 'From: Bob Builder <bob@example.com>' ]
  people=$(sed -n '/^To:/,/^X-Mailer/p' $mail)
  [[ "$people" == *tree@lists.example.org*max@example.org* ]]
  [[ "$people" != *rob1* && "$people" != *ann@* ]]
  lorelei send -q --no-sign --no-trailer-to-cc --to x@example.org -o ../alone >/dev/null
  [ "$(sed -n '/^To:/,/^X-Mailer/p' ../alone/*.eml | grep -v X-Mailer)" = 'To: x@example.org' ]
}

@test "with letters beyond ASCII, and lines that no mail can carry" {
  a_series 1
  git commit -q --amend -m 'demo: größer' -m 'Für Jörg.

Reviewed-by: Jörg Müller <joerg@example.net>
Signed-off-by: Ann Author <ann@example.org>'
  head -c 3000 /dev/zero | tr '\0' x >>drivers/one.c && git commit -q -a --amend --no-edit
  lorelei send -q --no-sign -o ../out >/dev/null
  [ "$(header ../out/*.eml Content-Transfer-Encoding)" = 'Content-Transfer-Encoding: quoted-printable' ]
  [ "$(wc -L <../out/*.eml)" -le 998 ]
  git checkout -q v1 && git am -q ../out/*.eml
  [ "$(git log -1 --format=%B)" = "$(git log -1 --format=%B b4/two-lines)" ]
  [ "$(git rev-parse HEAD^{tree})" = "$(git rev-parse 'b4/two-lines^{tree}')" ]
}

@test "what is sent is shown, tagged and counted; the next revision begins" {
  a_series 2
  sink
  run -2 --separate-stderr lorelei send --no-sign </dev/null
  [[ "$stderr" == *'To: Mia Maintainer <mia@example.com>'*'[PATCH 1/2] demo: add line 1'*'begin v2'*'--yes'* ]]
  [ "$(stored)" = 0 ]
  before=$(untouched) patches=$(git rev-parse HEAD^{tree})
  run -0 --separate-stderr lorelei send --no-sign --yes
  [ "$(untouched)" = "$before" ]
  [ "$(stored)" = 3 ]
  grep -q '^X-Envelope-To: mia@example.com' "$BATS_TEST_TMPDIR"/store/001.eml
  grep -q '^X-Envelope-To: rob2@example.net' "$BATS_TEST_TMPDIR"/store/001.eml
  tag=sent/$(info change-id)-v1
  [ "$(git cat-file -t "$tag")" = tag ]
  [ "$(git rev-parse "$tag^{commit}^{tree}")" = "$patches" ]
  [ "$(git log --format=%s v1.."$tag")" = 'demo: add line 2
demo: add line 1' ]
  [ "$(git tag -l --format='%(contents:subject)' "$tag")" = 'demo: some lines' ]
  git cat-file tag "$tag" | grep -qx "base-commit: $(git rev-parse v1)"
  [ "$(lorelei prep --show-revision)" = v2 ]
  git log -1 --format=%B HEAD~2 | grep -qx 'Changes in v2:'
  git log -1 --format=%B HEAD~2 | grep -qE '^- Link to v1: https://patch.msgid.link/20261121-two-lines-v1-0-[0-9a-f]{12}@example.org$'
  [[ "$(info series-v1)" == "$(git rev-parse v1 | cut -c1-12)..$(git rev-parse "$tag^{commit}" | cut -c1-12) 20261121-two-lines-v1-0-"* ]]
  [ -z "$(ls .git/lorelei/outbox)" ]
  run -1 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *EDITME* ]]
  # The second revision, and the first once more.
  GIT_EDITOR='sed -i "s/- EDITME.*/- less of it/"' lorelei prep -q --edit-cover
  git reset -q --hard HEAD~1
  lorelei prep --compare-to v1 | grep -q '^2: .* < -: .* demo: add line 2'
  lorelei send -q --no-sign --yes
  [ "$(stored)" = 4 ]
  grep -q '^Subject: \[PATCH v2\] demo: add line 1' "$BATS_TEST_TMPDIR"/store/004.eml
  lorelei send -q --no-sign --yes --resend=v1
  [ "$(stored)" = 7 ]
  grep -q '^Subject: \[PATCH RESEND 2/2\] demo: add line 2' "$BATS_TEST_TMPDIR"/store/007.eml
  [ "$(lorelei prep --show-revision)" = v3 ]
}

@test "a preview and a reflection count for nothing" {
  a_series 2
  sink
  lorelei send -q --no-sign --yes --preview-to 'Max <max@example.org>'
  [ "$(cat "$BATS_TEST_TMPDIR"/store/*.eml | grep -c '^X-Envelope-To: max@example.org')" = 3 ]
  refute grep -q 'X-Envelope-To: [^m]' "$BATS_TEST_TMPDIR"/store/001.eml
  grep -q '^Subject: \[PATCH PREVIEW 0/2\]' "$BATS_TEST_TMPDIR"/store/001.eml
  lorelei send -q --no-sign --yes --reflect
  [ "$(grep X-Envelope-To "$BATS_TEST_TMPDIR"/store/004.eml)" = 'X-Envelope-To: ann@example.org' ]
  grep -q '^To: Mia' "$BATS_TEST_TMPDIR"/store/004.eml
  [ "$(lorelei prep --show-revision)" = v1 ]
  [ -z "$(git tag -l 'sent/*')" ]
  program
  run -1 lorelei send --no-sign --yes --reflect
}

@test "a recipient whom the server refuses is named, and left out for those who wait" {
  a_series 3
  sink --refuse rob2@example.net
  run -1 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'rob2@example.net with: 550'*'nobody gets "[PATCH 0/3] demo: some lines"; 0 of 4 were sent'* ]]
  [[ "$stderr" == *'lorelei send --continue --without rob2@example.net'* ]]
  [ "$(stored)" = 0 ]
  run -3 --separate-stderr lorelei send --continue --without nobody@example.net
  run -2 lorelei send --without rob2@example.net
  run -1 lorelei send --continue
  run -0 --separate-stderr lorelei send --continue --without ROB2@example.net
  [[ "$stderr" == *'2 mails go without ROB2@example.net'*'4 mails are sent'* ]]
  [ "$(stored)" = 4 ]
  refute grep -q '^X-Envelope-To: rob2' "$BATS_TEST_TMPDIR"/store/*.eml
  [ "$(grep -l '^X-Envelope-To: rob1' "$BATS_TEST_TMPDIR"/store/*.eml | wc -l)" = 2 ]
  [ "$(ids | uniq -d)" = '' ]
  [ "$(lorelei prep --show-revision)" = v2 ]
}

@test "a recipient refused in the middle: what was sent is not sent again" {
  a_series 2
  git config sendemail.confirm never
  GIT_EDITOR='printf "demo: x\n\ny\n\nTo: mia@example.com\n" >' lorelei prep -q --edit-cover
  git commit -q --amend -m 'demo: add line 2' -m 'Cc: Bad <bad@example.net>'
  sink --refuse bad@example.net
  run -1 --separate-stderr lorelei send --no-sign --yes
  lorelei send -q --continue --without bad@example.net
  [ "$(stored)" = 3 ]
  [ "$(ids | uniq -d)" = '' ]
}

@test "nobody is left out who is the last" {
  a_series 1
  GIT_EDITOR='printf "demo: x\n\ny\n\nTo: mia@example.com\n" >' lorelei prep -q --edit-cover
  git commit -q --amend -m 'demo: add line 1'
  sink --refuse mia@example.com
  run -1 --separate-stderr lorelei send --no-sign --yes
  run -1 --separate-stderr lorelei send --continue --without mia@example.com
  [[ "$stderr" == *'nobody else would get'* ]]
  lorelei send -q --abort
}

@test "by a program: with its arguments, LF ends, and what it refuses" {
  a_series 2
  program
  FAIL_AT=2 run -1 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'no more'*'1 of 3 were sent'*'--continue'* ]]
  [[ "$(cat "$HOME/taken/1.args")" == '-i -- mia@example.com list@lists.example.org '* ]]
  refute grep -q "$(printf '\r')" "$HOME/taken/1.mail"
  [ "$(lorelei prep --show-revision)" = v1 ]
  run -6 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'still on its way'* ]]
  lorelei send -q --continue
  [ "$(cat "$HOME"/taken/*.mail | grep -i ^message-id: | sort -u | wc -l)" = 3 ]
  [ "$(ls "$HOME"/taken/*.mail | wc -l)" = 3 ]
  [ "$(lorelei prep --show-revision)" = v2 ]
  run -3 lorelei send --continue
}

@test "a server that goes away after any of its answers: --continue sends the rest, none twice" {
  a_series 2
  for ((n = 1; n < 80; n++)); do
    rm -rf "$BATS_TEST_TMPDIR/store"
    git branch -q -f "try$n" && git checkout -q "try$n"
    sink --drop-after-replies "$n"
    status=0
    lorelei send -q --no-sign --yes 2>/dev/null || status=$?
    for ((again = 0; status != 0 && again < 5; again++)); do
      status=0
      lorelei send -q --continue 2>../said || status=$?
      if [ "$status" -eq 3 ]; then  # nothing had begun
        status=0
        lorelei send -q --no-sign --yes 2>../said || status=$?
      fi
    done
    [ "$status" -eq 0 ] || { echo "n=$n"; cat ../said; false; }
    kill "$sink"
    [ "$(stored)" = 3 ]
    [ "$(ids | uniq -d)" = '' ]
    [ "$again" -gt 0 ] || [ "$n" -lt 15 ] || break  # before, it was only asked what the server can
    git tag -d "$(git tag -l 'sent/*')" >/dev/null
    git checkout -q b4/two-lines
  done
  [ "$n" -gt 15 ] && [ "$n" -lt 80 ]
}

@test "an answer that is lost: nobody knows, and nothing is sent twice unasked" {
  a_series 2
  sink --drop-after-dot 2
  run -1 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'did not say whether it takes it'*'--continue --sent'*'--continue --again'* ]]
  run -4 --separate-stderr lorelei send --continue
  [[ "$stderr" == *'of 1 mail nobody knows'* ]]
  [ "$(stored)" = 2 ]
  lorelei send -q --continue --sent
  [ "$(stored)" = 2 ] && [ "$(stored taken)" = 1 ]
  [ "$(lorelei prep --show-revision)" = v2 ]
}

@test "killed at any system call that changes something, each mail is sent once" {
  a_series 1
  program
  id=$(info change-id)
  for ((n = 1; n < 400; n++)); do
    rm -rf "$HOME"/taken/* .git/lorelei
    git update-ref -d "refs/tags/sent/$id-v1"
    git checkout -q -B try b4/two-lines
    killed=1
    "${KILL_AT:?kills}" "$n" "$(command -v lorelei)" send -q --no-sign --yes >/dev/null 2>&1 || killed=0
    find .git -name '*.lock' -delete  # git's own way: whoever is killed leaves the locks of refs
    status=0
    if [ "$(lorelei prep --show-revision)" = v1 ]; then
      lorelei send -q --continue 2>../said || status=$?
      if [ "$status" -eq 4 ]; then  # killed between the last byte and the answer
        if compgen -G "$HOME/taken/*.mail" >/dev/null; then how=--sent; else how=--again; fi
        status=0
        lorelei send -q --continue $how 2>../said || status=$?
      elif [ "$status" -eq 3 ]; then  # nothing had begun
        [ ! -e "$HOME/taken/1.mail" ]
        status=0
        lorelei send -q --no-sign --yes 2>../said || status=$?
      fi
    fi
    [ "$status" -eq 0 ] || { cat ../said; echo "killed at $n"; }
    [ "$status" -eq 0 ] || { echo "n=$n"; cat ../said; false; }
    [ "$(ls "$HOME"/taken/*.mail | wc -l)" = 1 ]
    [ "$(lorelei prep --show-revision)" = v2 ]
    git rev-parse -q --verify "refs/tags/sent/$id-v1" >/dev/null
    [ "$killed" -eq 1 ] || break
  done
  [ "$n" -gt 20 ] && [ "$n" -lt 400 ]
}

@test "what would keep it from being written down is said before the first mail" {
  a_series 1
  GIT_COMMITTER_EMAIL=mia@example.com a_patch 2
  program
  run -1 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'committed by'* ]]
  [ -z "$(ls "$HOME/taken")" ]
}

@test "signed, before and after the way" {
  a_series 1
  lorelei genkey -q -n dev 2>/dev/null || lorelei genkey -n dev >/dev/null
  git config patatt.signingkey ed25519:dev
  lorelei send -q -o ../out >/dev/null
  sed '/^$/q' ../out/*.eml | grep -A3 '^X-Developer-Signature' | grep -q 'i=ann@example.org'
  sink
  lorelei send -q --yes
  sed '/^X-Envelope/d' "$BATS_TEST_TMPDIR"/store/001.eml >../arrived
  key=$(header ../arrived X-Developer-Key)
  [ -n "$key" ]
  run lorelei validate ../arrived
  [[ "$output" != *BADSIG* ]]
}

@test "without a way to send, and without recipients, it is said" {
  git rm -q Kconfig && git commit -qm 'demo: no tree of the kernel'
  a_series 1
  run -2 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *sendemail.smtpServer* ]]
  program
  run -2 --separate-stderr lorelei send --no-sign --no-trailer-to-cc --yes
  [[ "$stderr" == *'nobody would get it'* ]]
  run -3 lorelei send --abort
}

@test "everybody whom the letter names gets it, however the lines stand" {
  a_series 1
  GIT_EDITOR='printf "demo: x\n\nbody\n\nline\nline2\nline3\nTo: A One <a1@x.org>, B Two <b2@x.org>\nCc: c3@x.org, d4@x.org\n---\nnote\n" >' \
    lorelei prep -q --edit-cover
  lorelei send -q --no-sign -o ../out >/dev/null
  [ "$(header ../out/*.eml To)" = 'To: A One <a1@x.org>, B Two <b2@x.org>' ]
  [[ "$(header ../out/*.eml Cc)" == 'Cc: c3@x.org, d4@x.org,'* ]]
  body ../out/*.eml | grep -qx line3
  refute grep -q '^To:' <(body ../out/*.eml)
}

@test "people above a line --- in a message get the mail, and those at the end of the notes below" {
  a_series 1
  git commit -q --amend -m 'demo: x' -m 'It was missing.

Reported-by: Rob <rob@example.net>
Signed-off-by: Ann Author <ann@example.org>
---
v2: as they said

Cc: Zoe <zoe@example.net>'
  lorelei send -q --no-sign -o ../out >/dev/null
  [[ "$(header ../out/*.eml Cc)$(grep '^ ' ../out/*.eml)" == *'rob@example.net'*'zoe@example.net'* ]]
}

@test "what is quoted in a message, and ids of mails, are nobody" {
  a_series 1
  git commit -q --amend -m 'demo: x' -m '    Contact: Someone <someone@victim.org>

> Cc: quoted@victim.org

In-Reply-To: <id@victim.org>
  Reported: root@victim.org
Signed-off-by: Ann Author <ann@example.org>'
  lorelei send -q --no-sign -o ../out >/dev/null
  refute grep -q victim <(sed '/^$/q' ../out/*.eml)
}

@test "words that contradict each other, and words that nothing takes, send nothing" {
  a_series 1
  program
  for words in '--dry-run --continue' '-o ../out --continue' '--continue --abort' '--resend --abort' 'typo' '--to x@x.org y@x.org'; do
    # shellcheck disable=SC2086  # a list of words
    run -2 lorelei send --no-sign --yes $words
  done
  [ -z "$(ls "$HOME/taken")" ]
}

@test "a revision is sent once" {
  a_series 1
  program
  lorelei send -q --no-sign --yes
  GIT_EDITOR='sed -i /EDITME/d' lorelei prep -q --edit-cover
  lorelei prep -q --force-revision 1
  run -6 --separate-stderr lorelei send --no-sign --yes
  [[ "$stderr" == *'it was sent already'* ]]
  [ "$(ls "$HOME"/taken/*.mail | wc -l)" = 1 ]
}

@test "what a server cannot carry is encoded before the first mail leaves" {
  a_series 2
  git commit -q --amend -m 'demo: größer' -m 'Signed-off-by: Ann Author <ann@example.org>'
  sink --no-8bitmime
  lorelei send -q --no-sign --yes
  [ "$(stored)" = 3 ]
  grep -q '^Content-Transfer-Encoding: quoted-printable' "$BATS_TEST_TMPDIR"/store/00[13].eml
  sed '/^X-Envelope/d' "$BATS_TEST_TMPDIR"/store/003.eml >../arrived
  git checkout -q HEAD~1 && git am -q ../arrived
  [ "$(git log -1 --format=%B)" = "$(git log -1 --format=%B "sent/$(git for-each-ref --format='%(refname:lstrip=3)' refs/tags/sent | head -n 1)")" ]
}

@test "a reflection stays one when it goes on" {
  a_series 1
  git config sendemail.smtpserver 127.0.0.1 && git config sendemail.smtpserverport 1
  sink --drop-after-replies 5
  run lorelei send --no-sign --yes --reflect
  [ "$status" -ne 0 ] && [ "$(stored)" = 0 ]
  program
  run -1 --separate-stderr lorelei send --continue
  [[ "$stderr" == *'b4-really-reflect-via'* ]]
  [ -z "$(ls "$HOME/taken")" ]
}

@test "a change-id from elsewhere is no header, no path and no name of a ref" {
  a_series 1
  for id in 'x\\nBcc: evil@evil.example' '../../x-y-z' 'a b' 'x..y' 'x:y'; do
    git commit -q --allow-empty -m "$(printf 'demo: x\n\nTo: mia@example.com\n\n--- b4-submit-tracking ---\n{"series": {"revision": 1, "change-id": "%b", "prefixes": []}}' "$id")"
    run lorelei send --no-sign -o ../evil
    refute grep -riq '^Bcc' ../evil
    git reset -q --hard HEAD~1
  done
}

@test "what is sent again has the prefixes that it had" {
  a_series 1
  program
  lorelei prep -q --set-prefixes RFC net-next
  lorelei send -q --no-sign --yes
  lorelei prep -q --set-prefixes bpf
  lorelei send -q --no-sign --yes --resend=v1
  grep -qxF 'Subject: [PATCH RFC net-next] demo: add line 1' "$HOME/taken/1.mail"
  grep -qxF 'Subject: [PATCH RESEND RFC net-next] demo: add line 1' "$HOME/taken/2.mail"
}

@test "commits above a cover letter at the tip are not sent, and not forgotten" {
  git config b4.prep-cover-strategy tip-commit
  lorelei prep -q -n tip
  git config branch.b4/tip.b4-prep-cover-strategy tip-commit
  cover=$(git rev-parse HEAD)
  a_patch 1
  [ "$(info cover-strategy)" = tip-commit ]
  run -1 --separate-stderr lorelei send --no-sign -o ../out
  [[ "$stderr" == *'1 commit stands above its cover letter'*'git rebase -i'* ]]
  [ ! -e ../out ]
  git reset -q --hard HEAD~2
  git cherry-pick ORIG_HEAD >/dev/null
  git cherry-pick --allow-empty "$cover" >/dev/null
  lorelei send -q --no-sign -o ../out >/dev/null
  [ "$(ls ../out)" = 0001-demo-add-line-1.eml ]
}

@test "who has another address now gets it there" {
  a_series 1
  printf 'Rob Newname <rob@new.example.org> <ROB1@example.net>\n<mia@new.example.org> <mia@example.com>\n' >.mailmap
  lorelei send -q --no-sign -o ../out >/dev/null
  people=$(sed -n '/^To:/,/^X-Mailer/p' ../out/*.eml)
  [[ "$people" == *'To: Mia Maintainer <mia@new.example.org>'*'Rob Newname'*'<rob@new.example.org>'* ]]
  grep -qx 'Reported-by: Rob Reporter <rob1@example.net>' ../out/*.eml
  git config b4.email-exclude 'rob@new.example.org'
  lorelei send -q --no-sign -o ../less >/dev/null
  refute grep -q 'Newname' ../less/*.eml
}

@test "a revision may answer the one before, or the first" {
  a_series 1
  program
  for n in 1 2 3; do
    [ "$n" -lt 3 ] || git config b4.send-same-thread yes
    GIT_EDITOR='sed -i s/EDITME/x/' lorelei prep -q --edit-cover || true
    lorelei send -q --no-sign --yes
  done
  id() { header "$HOME/taken/$1.mail" Message-Id | sed 's/.*: //'; }
  [ -z "$(header "$HOME/taken/2.mail" In-Reply-To)" ]
  [ "$(header "$HOME/taken/3.mail" In-Reply-To)" = "In-Reply-To: $(id 2)" ]
  GIT_EDITOR='sed -i s/EDITME/x/' lorelei prep -q --edit-cover
  git config b4.send-same-thread shallow
  lorelei send -q --no-sign --yes
  [ "$(header "$HOME/taken/4.mail" In-Reply-To)" = "In-Reply-To: $(id 1)" ]
}

@test "what nobody could verify is not signed" {
  lorelei genkey -q -n mine 2>/dev/null
  git config patatt.signingkey ed25519:mine
  a_series 1
  printf 'with CR\r\n' >>drivers/one.c && git commit -q -a --amend --no-edit
  run -1 --separate-stderr lorelei send -o ../out
  [[ "$stderr" == *'cannot sign'*'--no-sign'* ]]
  [ -z "$(ls ../out 2>/dev/null)" ]
  lorelei send -q --no-sign -o ../out >/dev/null
  git checkout -q v1 && git am -q --keep-cr ../out/*.eml
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse 'b4/two-lines^{tree}')" ]
}

@test "an editor that is given up leaves nothing behind" {
  a_series 1
  run -1 env EDITOR=false lorelei prep --edit-cover
  GIT_EDITOR='sed -i s/needed/wanted/' lorelei prep -q --edit-cover
  git log -1 --format=%B HEAD~1 | grep -q 'They are wanted'
}

