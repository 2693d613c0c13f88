// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.hh"

#include <gtest/gtest.h>

namespace lorelei {
namespace {

TEST(Nearest, OneSlipOfEachKind) {
  const std::vector<std::string> known = {"archive clone", "archive fetch", "thread", "show", "q"};
  for (const char* typed : {"thraed", "tread", "threadd", "thread", "THREAD", "thr"}) {
    SCOPED_TRACE(typed);
    EXPECT_EQ(nearest(typed, known), "thread");
  }
  EXPECT_EQ(nearest("archive fecth", known), "archive fetch");
}

TEST(Nearest, NothingNearIsNothing) {
  const std::vector<std::string> known = {"q", "show", "s"};
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("frobnicate", known), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 's'), known), "");
}

TEST(Nearest, TheFewestSlipsWin) {
  EXPECT_EQ(nearest("words", {"WORD", "wordsy", "WORDS"}), "WORDS");
  EXPECT_EQ(nearest("dfblo", {"dfhh", "dfblob", "dfb"}), "dfblob");
  EXPECT_EQ(nearest("jsno", {"text", "json", "jsonl"}), "json");
}

}  // namespace
}  // namespace lorelei
