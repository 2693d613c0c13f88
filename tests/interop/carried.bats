#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole way of a signed series: sent by SMTP to Postfix, kept by it, read from Dovecot by IMAP. What arrives
# still validates, here and by patatt, and applies as it was committed. The settings are what mail servers make of 8bit.
load common
load ../cli/prepared

setup() {
  bats_require_minimum_version 1.5.0
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  export HOME="$BATS_TEST_TMPDIR/home" LORELEI_NOW=1795264496 TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1
  mkdir -p "$HOME" && cd "$BATS_TEST_TMPDIR" || return
  need patatt
  need dovecot
  settings && a_tree
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
}
teardown() {
  [ ! -e "$BATS_TEST_TMPDIR/imap/home" ] || "$BATS_TEST_DIRNAME/dovecot" stop "$BATS_TEST_TMPDIR/imap"
  [ ! -e "$BATS_TEST_TMPDIR/smtp/home" ] || "$BATS_TEST_DIRNAME/postfix" stop "$BATS_TEST_TMPDIR/smtp"
}

# Only build servers have Postfix for sure, see contrib/packages.
mail_servers() {  # SETTING of Postfix
  local started=0
  POSTFIX_CONFIG=$1 "$BATS_TEST_DIRNAME/postfix" start "$BATS_TEST_TMPDIR/smtp" >../smtp.env 2>../smtp.err || started=$?
  if [ $started -eq 77 ]; then
    [ -z "${CI:-}" ] || { cat ../smtp.err >&2; return 1; }
    skip "$(cat ../smtp.err)"
  fi
  eval "$(cat ../smtp.env)"
  git config sendemail.smtpsslcertpath "$CA_FILE"
  # The second mail_location is the one that counts.
  eval "$(DOVECOT_CONFIG="mail_location = maildir:$MAIL/%u" "$BATS_TEST_DIRNAME/dovecot" start "$BATS_TEST_TMPDIR/imap")"
  git config sendemail.smtpserver localhost
  git config sendemail.smtpserverport "$SMTP_PORT"
  git config sendemail.smtpencryption tls
}

# Patches with all that mail may break: other alphabets, long lines, "From ", dots, blanks at the end, a form feed.
odd_series() {
  lorelei prep -q -n odd-lines
  GIT_EDITOR='printf "demo: Zeilen \303\274ber Zeilen\n\nSie fehlen.\n\nTo: Bob \305\201 <bob@example.org>\nSigned-off-by: Ann Author <ann@example.org>\n" >' \
    lorelei prep -q --edit-cover
  printf 'From here on\n.\n..\ntrailing  \n\ttab\t\n\f\nz\303\274rich = 3\n' >>drivers/one.c
  git commit -qam $'demo: z\xc3\xbcrich\n\nFrom Z\xc3\xbcrich.\n\nSigned-off-by: Ann Author <ann@example.org>'
  printf '%0900d\n' 7 >>drivers/one.c
  git commit -qam $'demo: a long line\n\nSigned-off-by: Ann Author <ann@example.org>'
}
arrive() {  # writes got/N.eml as IMAP has them
  mkdir -p ../got
  wait_until "[ \"\$(find $MAIL/bob/new $MAIL/bob/cur -type f 2>/dev/null | wc -l)\" -eq 3 ]"
  lorelei convert -q -o "mboxrd:$PWD/../got.mbox" "imap://bob:secret@127.0.0.1:$IMAP_PORT/INBOX"
  for n in 1 2 3; do curl -sS "imap://bob:secret@127.0.0.1:$IMAP_PORT/INBOX;UID=$n" | tr -d '\r' >../got/$n.eml; done
}
arrived_well() {
  arrive
  lorelei validate ../got.mbox
  lorelei validate --policy=require ../got/*.eml
  patatt validate ../got/*.eml
  lorelei am -q -o - "-m../got.mbox" "$(sed -n 's/^Message-I[Dd]: <\(.*\)>/\1/p' ../got/1.eml | head -n 1)" >../am.mbox
  git checkout -q v1 && git am -q ../am.mbox
  [ "$(git rev-parse 'HEAD^{tree}')" = "$(git rev-parse 'b4/odd-lines^{tree}')" ]
  [ "$(git log --format=%B v1..HEAD)" = "$(git log --format=%B -2 b4/odd-lines)" ]
}

@test "where the server takes 8 bits" {
  odd_series
  mail_servers ''
  lorelei send -q --yes --not-me-too
  arrived_well
  [ "$(grep -ci '^content-transfer-encoding: 8bit' <(cat ../got/*.eml))" -ge 2 ]
}

@test "where it takes 7 only" {
  odd_series
  mail_servers 'smtpd_discard_ehlo_keywords = 8bitmime'
  lorelei send -q --yes --not-me-too
  arrived_well
  [ "$(grep -ci '^content-transfer-encoding: quoted-printable' <(cat ../got/*.eml))" -ge 2 ]
}
