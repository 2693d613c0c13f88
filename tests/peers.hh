// SPDX-License-Identifier: GPL-3.0-or-later
// A test beside a program that is not installed is skipped with the reason; where peers are required (./check installs
// them, and sets LORELEI_PEERS=required), it fails.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace lorelei {

inline bool peers_are_required() {
  const char* wish = std::getenv("LORELEI_PEERS");
  return wish && std::string_view(wish) == "required";
}

}  // namespace lorelei

// Ends the test: reason says which peer is missing.
#define SKIP_WITHOUT_PEER(reason)                          \
  do {                                                     \
    if (lorelei::peers_are_required()) FAIL() << (reason); \
    GTEST_SKIP() << (reason);                              \
  } while (false)
