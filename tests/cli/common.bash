# SPDX-License-Identifier: GPL-3.0-or-later
# What every file of command-line tests loads: the program under test in PATH, a home of its own, a fixed clock.
# LORELEI is the program; CTest sets it.
bats_require_minimum_version 1.5.0

setup() {
  PATH="$(dirname "${LORELEI:?is the program to test}"):$PATH"
  export HOME="$BATS_TEST_TMPDIR/home" LORELEI_NOW=1795264496 TZ=UTC LC_ALL=C.UTF-8
  unset "${!GIT_@}" "${!XDG_@}" "${!PI_@}" NO_COLOR PAGER POSIXLY_CORRECT
  export GIT_CONFIG_NOSYSTEM=1
  mkdir -p "$HOME" && cd "$BATS_TEST_TMPDIR" || return
  if declare -F setup_here >/dev/null; then setup_here; fi
}

# Permissions hold for root, too.
as_anybody() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --bounding-set=-dac_override,-dac_read_search "$@"; else "$@"; fi
}

# What a test needs and this machine lacks: a reason to skip for somebody who runs ctest, a failure under ./check and on
# a build server, where contrib/install-packages has installed everything.
skip_or_fail() {
  if [ -n "${CI:-}" ] || [ "${LORELEI_PEERS:-}" = required ]; then
    echo "$1" >&2
    return 1
  fi
  skip "$1"
}
need() { command -v "$1" >/dev/null || skip_or_fail "$1 is not installed"; }
# Fails if the command does not. "! COMMAND" in the middle of a test fails nothing, whatever comes of it.
refute() {
  if "$@"; then
    echo "it succeeded: $*" >&2
    return 1
  fi
}
# Up to twenty seconds for a condition that a running program has to bring about.
wait_until() {
  for _ in $(seq 1200); do
    if eval "$1"; then return 0; fi
    sleep 0.05
  done
  echo "it did not come to pass: $1" >&2
  return 1
}
