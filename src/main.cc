// SPDX-License-Identifier: GPL-3.0-or-later
// The table of commands.
#include <cstdio>

int main() {
  std::puts("lorelei " LORELEI_VERSION);
  return 0;
}
