# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of kills have in common: tests/killed/everywhere with the programs it needs.
survives() {  # KIND STORY
  run "$BATS_TEST_DIRNAME/../killed/everywhere" "$@"
  echo "$output"
  [ "$status" -eq 0 ]
}
setup_here() { LORELEI=$(realpath "$LORELEI") && KILL_AT=$(realpath "${KILL_AT:?kills}") && export LORELEI KILL_AT; }
