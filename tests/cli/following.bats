#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What people follow: lists, threads, subsystems; each is a saved search.
load common
load arrivals
setup_here() { new_archive; }

@test "subscribe: the mail of a list by its address, shown as a query, then by up" {
  arrive b1@x 'block one' '' linux-block.vger.kernel.org
  arrive s1@x 'scsi one' '' linux-scsi.vger.kernel.org
  run --separate-stderr lorelei subscribe -o box Linux-Block@vger.kernel.org
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'# query: l:linux-block.vger.kernel.org AND rt:1.week.ago..'* ]]
  [ "$(files box)" -eq 1 ]
  arrive b2@x 'block two' '' linux-block.vger.kernel.org
  arrive s2@x 'scsi two' '' linux-scsi.vger.kernel.org
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
  [[ "$(lorelei ls-search -l)" == *'"dedupe":"mid"'*'"q":["l:linux-block.vger.kernel.org AND rt:1.week.ago.."]'* ]]
  # A second subscription does not start the first one anew.
  run lorelei subscribe -o box linux-scsi.vger.kernel.org
  [ "$status" -eq 6 ]
  [ "$(files box)" -eq 2 ]
}

@test "subscribe: several lists, an archive, a place below lorelei.maildir" {
  arrive b1@x 'block one' '' linux-block.vger.kernel.org
  arrive s1@x 'scsi one' '' linux-scsi.vger.kernel.org
  [ "$(lorelei subscribe --dry-run --since=never 'linux-block@vger.kernel.org' '<linux-scsi.vger.kernel.org>')" = \
    'l:linux-block.vger.kernel.org OR l:linux-scsi.vger.kernel.org' ]
  run lorelei subscribe toys
  [ "$status" -eq 2 ]
  [[ "$output" == *lorelei.maildir* ]]
  git config --global lorelei.maildir '~/Mail'
  lorelei subscribe -q toys
  [ "$(files "$HOME/Mail/toys")" -eq 3 ]
  lorelei subscribe -q linux-scsi@vger.kernel.org
  [ "$(lorelei ls-search)" = "$HOME/Mail/linux-scsi
$HOME/Mail/toys" ]
}

@test "subscribe: what cannot be subscribed to" {
  run lorelei subscribe -o box nosucharchive
  [ "$status" -eq 3 ]
  run lorelei subscribe -o box toys linux-scsi@vger.kernel.org
  [ "$status" -eq 2 ]
  run lorelei subscribe -o box --since=someday linux-scsi@vger.kernel.org
  [ "$status" -eq 2 ]
  run lorelei subscribe -o box 'linux scsi@vger.kernel.org'
  [ "$status" -eq 2 ]
  [ -z "$(lorelei ls-search)" ]
  [ ! -e box ]
  ln -s "$LORELEI" lei
  run ./lei subscribe -o box linux-scsi@vger.kernel.org
  [ "$status" -eq 1 ]
  [[ "$output" == *'no such command'* ]]
}

@test "track: a thread with its replies, until nothing comes any more" {
  arrive t1@x 'a patch'
  arrive r1@x 'Re: a patch' t1@x
  run --separate-stderr lorelei track -o box https://lore.kernel.org/all/t1@x/T/
  [[ "$stderr" == *'# query: mid:t1@x'* ]]
  [ "$(files box)" -eq 2 ]
  arrive r2@x 'quite another subject' r1@x
  # Twenty days later: what is new moves the end.
  LORELEI_NOW=$((LORELEI_NOW + 20 * 86400)) lorelei up -q --all
  [ "$(files box)" -eq 3 ]
  LORELEI_NOW=$((LORELEI_NOW + 40 * 86400)) lorelei up -q --all
  [[ "$(lorelei ls-search -l)" != *paused* ]]
  # Time is over, but what came since is looked for first.
  arrive r3@x 'Re: a patch' r2@x
  LORELEI_NOW=$((LORELEI_NOW + 60 * 86400)) lorelei up -q --all
  [ "$(files box)" -eq 4 ]
  run --separate-stderr env LORELEI_NOW=$((LORELEI_NOW + 99 * 86400)) lorelei up --all
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"nothing new for 30 days"*"lorelei resume"* ]]
  [[ "$(lorelei ls-search -l)" == *'"paused":"1"'* ]]
  [ "$(files box)" -eq 4 ]
  arrive r4@x 'Re: a patch' r2@x
  LORELEI_NOW=$((LORELEI_NOW + 99 * 86400)) lorelei up -q --all
  [ "$(files box)" -eq 4 ]
  LORELEI_NOW=$((LORELEI_NOW + 99 * 86400)) lorelei resume box
  LORELEI_NOW=$((LORELEI_NOW + 99 * 86400)) lorelei up -q --all
  [ "$(files box)" -eq 5 ]
}

@test "track: a Message-ID as it stands, another end, nothing to follow" {
  arrive t1@x 'a patch'
  lorelei track -q --expire=never -o box '<t1@x>'
  run ! grep -q expire "$HOME"/.local/share/lei/saved-searches/*/lei.saved-search
  lorelei track -q --expire=2.days -o other t1@x
  grep -q 'expireafter = 172800' "$HOME"/.local/share/lei/saved-searches/other-*/lei.saved-search
  run lorelei track -o third 'no id in this'
  [ "$status" -eq 2 ]
}

@test "track-subsystem: a section of MAINTAINERS is a query" {
  mkdir -p tree/drivers/block
  cat >tree/MAINTAINERS <<'EOF'
FLOPPY DRIVER
M:	Ann <ann@example.org>
L:	linux-block@vger.kernel.org
S:	Odd fixes
F:	drivers/block/floppy.c

OTHER THING
M:	Bob <bob@example.org>
F:	*
EOF
  arrive b1@x 'block one' '' linux-block.vger.kernel.org
  query=$(cd tree/drivers && lorelei track-subsystem --dry-run floppy)
  [ "$query" = '(l:linux-block.vger.kernel.org OR dfn:drivers/block/floppy.c) AND rt:1.week.ago..' ]
  lorelei track-subsystem -q --maintainers tree/MAINTAINERS -o box 'FLOPPY DRIVER'
  [ "$(files box)" -eq 1 ]
  arrive r1@x 'Re: block one' b1@x
  lorelei up -q box
  [ "$(files box)" -eq 2 ]
  run lorelei track-subsystem --maintainers tree/MAINTAINERS -o box2 floopy
  [ "$status" -eq 3 ]
  run lorelei track-subsystem --maintainers tree/MAINTAINERS -o box2 'other thing'
  [ "$status" -eq 2 ]
  cd tree && rm MAINTAINERS
  run lorelei track-subsystem -o box2 floppy
  [ "$status" -eq 3 ]
  [[ "$output" == *--maintainers* ]]
}
