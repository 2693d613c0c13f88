#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Deliveries that are killed at every change they make: tests/killed/everywhere says which, and what must come of it.
load common
load killed

@test "Maildir: a first delivery" { STRIDE=3 survives maildir first; }
@test "Maildir: an update" { survives maildir update; }
@test "Maildir: another query" { survives maildir delta; }
@test "Maildir: mail of others is set aside" { STRIDE=9 survives maildir aside; }
@test "archive: a first delivery" { STRIDE=7 survives v2 first; }
@test "archive: an update" { STRIDE=4 survives v2 update; }
@test "the store: an import" { STRIDE=3 survives store import; }
