// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/destination.hh"

#include <gtest/gtest.h>

#include "base/files.hh"
#include "tests/fake_env.hh"

namespace lorelei::lei {
namespace {

// "maildir PATH" where the current directory is DIR.
std::string chosen(const std::string& output, std::optional<std::string> format = {}, bool terminal = false,
                   Manner manner = Manner::kOurs) {
  FakeEnv fake;
  fake.env.out_is_terminal = terminal;
  const auto to = choose_destination(output, format, fake.env, manner);
  if (!to) return "error: " + to.error().why;
  const auto here = fs::current_path().string() + "/";
  const auto path = to->path.starts_with(here) ? "./" + to->path.substr(here.size()) : to->path;
  return std::string(format_name(to->format)) + " " + path + (to->is_stream ? " stream" : "");
}

TEST(Destination, StandardOutputIsAListOnATerminalElseJson) {
  EXPECT_EQ(chosen("-"), "json  stream");
  EXPECT_EQ(chosen("-", {}, true), "list  stream");
  EXPECT_EQ(chosen("-", {}, true, Manner::kLei), "json  stream");
  EXPECT_EQ(chosen("/dev/stdout", "NDJSON"), "jsonl  stream");
  EXPECT_EQ(chosen("mboxrd:/dev/stdout"), "mboxrd  stream");
  EXPECT_EQ(chosen("-", "mboxo", true), "mboxo  stream");
}

TEST(Destination, APathIsAMaildirUnlessSaidOtherwise) {
  EXPECT_EQ(chosen("some/where"), "maildir ./some/where");
  EXPECT_EQ(chosen("MAILDIR:some//where/"), "maildir ./some/where");
  EXPECT_EQ(chosen("MboxCL2:x.gz"), "mboxcl2 ./x.gz");
  EXPECT_EQ(chosen("x", "mboxrd"), "mboxrd ./x");
  EXPECT_EQ(chosen("mboxrd:x", "mboxrd"), "mboxrd ./x");
  EXPECT_EQ(chosen("v2:x"), "v2 ./x");
}

TEST(Destination, AUrlIsAMailboxOnAServer) {
  EXPECT_EQ(chosen("imaps://host/INBOX/x"), "imap imaps://host/INBOX/x");
  EXPECT_EQ(chosen("imaps://host/"), "error: No mailbox: imaps://host/");
  EXPECT_EQ(chosen("imap://host/x", "mboxrd"), "error: --format=mboxrd invalid with URL imap://host/x");
}

TEST(Destination, WhatIsSavedReadsBack) {
  for (const std::string text : {"maildir:/home/u/Mail/x", "mboxrd:/home/u/x.gz", "imaps://h/INBOX.x"}) {
    const auto to = parse_destination(text);
    ASSERT_TRUE(to) << text;
    EXPECT_EQ(to->text(), text);
  }
}

TEST(Destination, WhatCannotBe) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "destination");
  const auto file = (scratch->path() / "file").string();
  ASSERT_TRUE(replace_file(file, ""));
  const std::pair<std::string, std::optional<std::string>> cases[] = {
      {"http://host", {}}, {"x", "html"}, {"mboxrd:x", "mboxo"}, {"-", "maildir"}, {file, {}}, {"maildir:" + file, {}},
  };
  for (const auto& [output, format] : cases) {
    SCOPED_TRACE(output);
    EXPECT_TRUE(chosen(output, format).starts_with("error: ")) << chosen(output, format);
  }
}

}  // namespace
}  // namespace lorelei::lei
