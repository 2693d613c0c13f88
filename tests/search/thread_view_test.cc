// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/thread_view.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "base/text.hh"

namespace lorelei::search {
namespace {

Located message(const std::string& id, const std::string& references, int hour, const std::string& subject) {
  Located each;
  each.place = 0;
  each.row.number = hour + 1;
  each.row.message_id = id;
  each.row.references = references;
  each.row.sent = 1'752'364'800 + hour * 3600;  // 2025-07-13 00:00
  each.row.subject = subject;
  each.row.from = "Ann <ann@example.org>";
  return each;
}

std::string shown(const std::vector<Located>& messages, const std::string& marked = "") {
  setenv("TZ", "UTC", 1);
  tzset();
  const auto text = thread_text(thread_lines(messages), {.now = 1'752'364'800, .columns = 90}, marked);
  std::string subjects;  // behind date and sender
  for (const auto line : split(text, '\n'))
    if (!line.empty()) subjects += std::string(line.substr(35)) + "\n";
  return subjects;
}

TEST(ThreadView, DrawsBranches) {
  EXPECT_EQ(shown({message("a", "", 0, "root"), message("b", "<a>", 1, "Re: root"), message("c", "<a> <b>", 2, "other"),
                   message("d", "<a>", 3, "Re: root"), message("e", "<a> <d>", 4, "RE: re: root")},
                  "c"),
            " root\n"
            " \u251c\u2500 Re:\n"
            "*\u2502  \u2514\u2500 other\n"
            " \u2514\u2500 Re:\n"
            "    \u2514\u2500 Re:\n");
}

TEST(ThreadView, GhostsHaveALineWithoutDate) {
  const auto text = shown({message("b", "<gone>", 1, "Re: x"), message("c", "<gone>", 2, "Re: x")});
  EXPECT_EQ(text,
            " (not in the archive) <gone>\n"
            " \u251c\u2500 Re: x\n"
            " \u2514\u2500 Re: x\n");
}

TEST(ThreadView, DeepThreadsStopMovingToTheRight) {
  std::vector<Located> messages = {message("m0", "", 0, "root")};
  std::string references;
  for (int i = 1; i < 40; ++i) {
    references += fmt::format("<m{}> ", i - 1);
    messages.push_back(message(fmt::format("m{}", i), references, i, "Re: root"));
  }
  const auto text = thread_text(thread_lines(messages), {.now = 0, .columns = 90}, "");
  for (const auto line : split(text, '\n')) EXPECT_LE(display_width(line), 90u);
  EXPECT_NE(text.find("\u2026  "), std::string::npos);
}

TEST(MessageIdOf, WhatPeoplePaste) {
  for (const char* text : {"a%b@x.org", "<a%b@x.org>", " mid:a%b@x.org\n", "id:a%b@x.org",
                           "https://lore.kernel.org/all/a%25b@x.org/", "http://lore.kernel.org/r/a%25b%40x.org/T/#u"})
    EXPECT_EQ(message_id_of(text), "a%b@x.org") << text;
  EXPECT_EQ(message_id_of("https://lore.kernel.org/all/"), "https://lore.kernel.org/all/");
}

TEST(ThreadView, DepthCostsNoMoreThanLines) {
  std::vector<ThreadLine> lines;
  for (int depth = 0; depth < 50'000; ++depth) lines.push_back({nullptr, "x", depth});
  const auto text = thread_text(lines, {.columns = 90}, "");
  EXPECT_LT(text.size(), lines.size() * 150);
}

}  // namespace
}  // namespace lorelei::search
