// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/dedupe.hh"

#include <gtest/gtest.h>

#include <string>

namespace lorelei::search {
namespace {

archive::OverRow row(std::string id, std::string subject, std::string blob) {
  archive::OverRow row;
  row.message_id = std::move(id);
  row.subject = std::move(subject);
  row.blob = std::move(blob);
  return row;
}

TEST(Dedupe, WhatIsTheSameDependsOnTheQuestion) {
  const auto first = row("a@x", "one", "11"), other_blob = row("a@x", "one", "22"),
             other_text = row("a@x", "two", "11");
  const struct {
    Sameness sameness;
    bool other_blob_is_new, other_text_is_new, first_again_is_new;
  } cases[] = {{Sameness::kContent, false, true, false},
               {Sameness::kOid, true, false, false},
               {Sameness::kMid, false, false, false},
               {Sameness::kNone, true, true, true}};
  for (const auto& c : cases) {
    SCOPED_TRACE(static_cast<int>(c.sameness));
    Dedupe dedupe(c.sameness);
    EXPECT_TRUE(dedupe.is_new(first));
    EXPECT_EQ(dedupe.is_new(other_blob), c.other_blob_is_new);
    EXPECT_EQ(dedupe.is_new(other_text), c.other_text_is_new);
    EXPECT_EQ(dedupe.is_new(first), c.first_again_is_new);
  }
}

TEST(Dedupe, WithoutMessageIdTheContentCounts) {
  Dedupe dedupe(Sameness::kMid);
  EXPECT_TRUE(dedupe.is_new(row("", "one", "11")));
  EXPECT_TRUE(dedupe.is_new(row("", "two", "11")));
  EXPECT_FALSE(dedupe.is_new(row("", "one", "22")));
}

TEST(Fingerprinter, TellsNearKeysApart) {
  const Fingerprinter fingerprinter;
  std::unordered_set<std::uint64_t> seen[2];
  std::size_t keys = 0;
  const auto add = [&](const std::string& key) {
    const auto fingerprint = fingerprinter.of(key);
    EXPECT_EQ(fingerprint, fingerprinter.of(key));
    for (std::size_t i = 0; i < 2; ++i) seen[i].insert(fingerprint[i]);
    ++keys;
  };
  for (std::size_t zeros = 0; zeros < 40; ++zeros) add(std::string(zeros, '\0'));
  const std::string base(200, 'x');
  add(base);
  for (std::size_t at = 0; at < base.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = base;
      changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
      add(changed);
    }
  EXPECT_EQ(seen[0].size(), keys);
  EXPECT_EQ(seen[1].size(), keys);
  EXPECT_NE(Fingerprinter().of("a"), fingerprinter.of("a"));  // the places are secret, and each one's own
}

}  // namespace
}  // namespace lorelei::search
