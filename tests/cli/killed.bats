#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Deliveries that are killed at every change they make: tests/killed/everywhere says which, and what must come of it.
load common

survives() {  # KIND STORY
  run "$BATS_TEST_DIRNAME/../killed/everywhere" "$@"
  echo "$output"
  [ "$status" -eq 0 ]
}
setup_here() { LORELEI=$(realpath "$LORELEI") && KILL_AT=$(realpath "${KILL_AT:?kills}") && export LORELEI KILL_AT; }

@test "Maildir: a first delivery" { STRIDE=3 survives maildir first; }
@test "Maildir: an update" { survives maildir update; }
@test "Maildir: another query" { survives maildir delta; }
@test "Maildir: mail of others is set aside" { STRIDE=9 survives maildir aside; }
@test "mbox: a first delivery" { STRIDE=5 survives mboxrd first; }
@test "mbox: an update" { survives mboxrd update; }
@test "mbox: another query" { STRIDE=2 survives mboxrd delta; }
@test "mbox: mail of others is set aside" { STRIDE=9 survives mboxrd aside; }
@test "packed mbox: a first delivery" { STRIDE=9 survives mboxrd.gz first; }
@test "packed mbox: an update" { STRIDE=2 survives mboxrd.gz update; }
@test "archive: a first delivery" { STRIDE=7 survives v2 first; }
@test "archive: an update" { STRIDE=4 survives v2 update; }
@test "the store: an import" { STRIDE=3 survives store import; }
