// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/arguments.hh"

#include <gtest/gtest.h>

namespace lorelei::search {
namespace {

TEST(QueryArguments, BecomeOneQuery) {
  const struct {
    std::vector<std::string> arguments;
    const char* text;
    std::size_t notes;
  } cases[] = {
      {{"s:floppy", "f:axboe"}, "s:floppy f:axboe", 0},
      {{"s:a quick fox"}, "s:\"a quick fox\"", 0},
      {{"a quick fox"}, "\"a quick fox\"", 0},
      {{"net: fix it"}, "\"net: fix it\"", 0},
      {{"foo s:bar baz"}, "foo s:\"bar baz\"", 0},
      {{"f:torvalds AND rt:1.month.ago.."}, "f:torvalds AND rt:1.month.ago..", 0},
      {{"(s:a AND (rt:1.month.ago..))"}, "(s:a AND (rt:1.month.ago..))", 0},
      {{"rt:1.month.ago.. AND f:torvalds"}, "rt:1.month.ago.. AND f:torvalds", 1},
      {{"s:floppy OR s:nvme"}, "s:floppy OR s:nvme", 1},
      {{"s:a f:b"}, "s:a f:b", 1},
      {{"s:a NEAR/3 b"}, "s:a NEAR/3 b", 1},
      {{"s:\"a b\""}, "s:\"a b\"", 0},
      {{"s:\"a b\" c"}, "s:\"a b\" c", 1},
      {{"s:floppy\n"}, "s:floppy", 1},
      {{"s:a \\\nOR s:b"}, "s:a   OR s:b", 1},
      {{}, "", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto query = query_of_arguments(c.arguments);
    EXPECT_EQ(query.text, c.text);
    EXPECT_EQ(query.notes.size(), c.notes);
  }
}

}  // namespace
}  // namespace lorelei::search
