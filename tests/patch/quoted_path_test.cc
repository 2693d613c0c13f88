// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/quoted_path.hh"

#include <gtest/gtest.h>

#include <string>

namespace lorelei::patch {

TEST(UnquotePath, EachForm) {
  const struct {
    const char *written, *name;
  } cases[] = {
      {"plain.c", "plain.c"},
      {"", ""},
      {"\"", "\""},
      {"\"\"", ""},
      {"\"a\\tb\\\\c\\\"d\"", "a\tb\\c\"d"},
      {"\"\\a\\b\\f\\n\\r\\v\"", "\a\b\f\n\r\v"},
      {"\"\\303\\244\\377\"", "\303\244\377"},
      {"\"\\400\\19\\x\\\"", "\\400\\19\\x\\"},  // nothing that git writes: as it is
      {"\"open", "\"open"},
      {"back\\tslash", "back\\tslash"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.written);
    EXPECT_EQ(unquote_path(c.written), c.name);
  }
}

TEST(ReadQuotedPath, TakesWhatGitTakes) {
  const auto path = read_quoted_path("\"a\\tb\\\"\\303\\244\" rest");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->name, "a\tb\"\303\244");
  EXPECT_EQ(path->rest, " rest");
  for (const char* bad : {"", "plain", "\"open", "\"\\", "\"\\x\"", "\"\\40\"", "\"\\400\""})
    EXPECT_FALSE(read_quoted_path(bad)) << bad;
}

}  // namespace lorelei::patch
