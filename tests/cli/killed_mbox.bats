#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Deliveries to an mbox that are killed at every change they make: tests/killed/everywhere says which, and what must come of it.
load common
load killed

@test "mbox: a first delivery" { STRIDE=5 survives mboxrd first; }
@test "mbox: an update" { survives mboxrd update; }
@test "mbox: another query" { STRIDE=2 survives mboxrd delta; }
@test "mbox: mail of others is set aside" { STRIDE=9 survives mboxrd aside; }
@test "packed mbox: a first delivery" { STRIDE=9 survives mboxrd.gz first; }
@test "packed mbox: an update" { STRIDE=2 survives mboxrd.gz update; }
