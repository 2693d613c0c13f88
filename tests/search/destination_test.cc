// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/destination.hh"

#include <gtest/gtest.h>

#include "base/files.hh"
#include "tests/fake_env.hh"

namespace lorelei::search {
namespace {

std::string chosen(const std::string& output, std::optional<std::string> format = {}, bool terminal = false) {
  FakeEnv fake;
  fake.env.out_is_terminal = terminal;
  const auto to = choose_destination(output, format, fake.env);
  if (!to) return "error: " + to.error().why;
  return std::string(format_name(to->format)) + " " + to->path + (to->compression == Destination::kGzip ? " gzip" : "");
}

TEST(Destination, StandardOutputIsAListOnATerminalElseJson) {
  EXPECT_EQ(chosen("-"), "json ");
  EXPECT_EQ(chosen("-", {}, true), "list ");
  EXPECT_EQ(chosen("/dev/stdout", "NDJSON"), "jsonl ");
  EXPECT_EQ(chosen("mboxrd:/dev/stdout"), "mboxrd ");
  EXPECT_EQ(chosen("-", "mboxo", true), "mboxo ");
}

TEST(Destination, APathIsAMaildirUnlessSaidOtherwise) {
  EXPECT_EQ(chosen("some/where"), "maildir some/where");
  EXPECT_EQ(chosen("MAILDIR:some/where"), "maildir some/where");
  EXPECT_EQ(chosen("MboxCL2:x.gz"), "mboxcl2 x.gz gzip");
  EXPECT_EQ(chosen("x", "mboxrd"), "mboxrd x");
  EXPECT_EQ(chosen("mboxrd:x", "mboxrd"), "mboxrd x");
}

TEST(Destination, WhatCannotBe) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "destination");
  const auto file = (scratch->path() / "file").string();
  ASSERT_TRUE(replace_file(file, ""));
  const std::pair<std::string, std::optional<std::string>> cases[] = {
      {"imaps://host/x", {}}, {"v2:x", {}},     {"http://host", {}}, {"x", "html"},
      {"mboxrd:x", "mboxo"},  {"-", "maildir"}, {file, {}},          {"mboxrd:x.xz", {}},
  };
  for (const auto& [output, format] : cases) {
    SCOPED_TRACE(output);
    EXPECT_TRUE(chosen(output, format).starts_with("error: ")) << chosen(output, format);
  }
}

}  // namespace
}  // namespace lorelei::search
