// SPDX-License-Identifier: GPL-3.0-or-later
// The letter and the tracking of a posted series, and lines of what a series needs first.
#include "workflow/posted_letter.hh"

#include <gtest/gtest.h>

#include "base/deflate.hh"
#include "base/text.hh"
#include "workflow/dependencies.hh"
#include "workflow/prep_import.hh"

namespace lorelei::workflow {
namespace {

std::string field_of(const std::string& json) {
  Deflater gzip(Deflater::Form::kGzip);
  return "v=1; b=" + base64(gzip.deflate(json));
}

TEST(PostedLetter, TrackingIsReadHoweverItIsFolded) {
  auto field = field_of(R"({"series":{"revision":3,"change-id":"20260101-x-0123456789ab","prefixes":["RFC"]}})");
  for (std::size_t at = 30; at < field.size(); at += 20) field.insert(at, "\n ");
  const auto tracking = read_tracking_field(field);
  ASSERT_TRUE(tracking);
  EXPECT_EQ(tracking->revision, 3);
  EXPECT_EQ(tracking->change_id, "20260101-x-0123456789ab");
  EXPECT_EQ(tracking->prefixes, std::vector<std::string>{"RFC"});
}

TEST(PostedLetter, WhatIsNoTrackingIsNone) {
  const std::string json = R"({"series":{"revision":3,"change-id":"a-b-c"}})";
  const auto field = field_of(json);
  EXPECT_TRUE(read_tracking_field(field));
  EXPECT_FALSE(read_tracking_field(""));
  EXPECT_FALSE(read_tracking_field(field.substr(5)));                      // of no version
  EXPECT_FALSE(read_tracking_field(field.substr(0, field.size() - 8)));    // cut off
  EXPECT_FALSE(read_tracking_field("v=1; b=" + base64(json)));             // not packed
  EXPECT_FALSE(read_tracking_field(field_of(std::string(3 << 20, '{'))));  // too large when it is unpacked
  EXPECT_FALSE(read_tracking_field(field_of(R"({"series":{"revision":3,"change-id":"../x"}})")));
}

TEST(PostedLetter, OnlyWhatIsKnownIsKeptOfWhatOthersTrack) {
  const std::string id(40, 'a');
  const auto json =
      R"({"series":{"revision":3,"change-id":"a-b-c","other":{"x":1},"prerequisites":["base-commit: HEAD",)"
      R"("base-commit: )" +
      id + R"(","change-id: q:v2"]},"more":[1]})";
  const auto tracking = read_tracking_field(field_of(json));
  ASSERT_TRUE(tracking);
  EXPECT_EQ(tracking->prerequisites, (std::vector<std::string>{"base-commit: " + id, "change-id: q:v2"}));
  const auto again = tracking_json(*tracking, TrackingForm::kOneLine);
  EXPECT_EQ(again.find("other"), std::string::npos);
  EXPECT_EQ(again.find("more"), std::string::npos);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
  const auto large =
      read_tracking_field(field_of(R"({"series":{"revision":3,"change-id":"a-b-c","prefixes":[)" + many + "]}}"));
  ASSERT_TRUE(large);
  EXPECT_TRUE(large->prefixes.empty());
}

TEST(PostedLetter, EndsAboveWhatIsForPrograms) {
  EXPECT_EQ(
      text_above_diffstat("Why.\n\n---\nChanges in v2:\n- x\n\n---\nAnn Author (2):\n      demo: a\n      demo: b\n"
                          "\nBob (1):\n      demo: c\n\n a | 2 +-\n 2 files changed, 2 insertions(+)\n\n---\n"
                          "base-commit: 0123\n"),
      "Why.\n\n---\nChanges in v2:\n- x");
  EXPECT_EQ(text_above_diffstat("Why.\n\nAnn Author (1):\n  demo: a\n\n a | 2 +-\n 1 file changed, 2 insertions(+)\n"),
            "Why.");
  EXPECT_EQ(text_above_diffstat("Why:\n\n      indented, no shortlog\n\n a | 2 +-\n 1 file changed, 2 insertions(+)\n"),
            "Why:\n\n      indented, no shortlog");
  EXPECT_EQ(text_above_diffstat("Why.\n\nchange-id: x\n"), "Why.");
  EXPECT_EQ(text_above_diffstat("Why.\n-- \nAnn\n"), "Why.");
  EXPECT_EQ(text_above_diffstat("Why."), "Why.");
  EXPECT_EQ(text_above_diffstat(""), "");
}

TEST(PostedLetter, NamesABranchByItsTitle) {
  EXPECT_EQ(branch_slug("mm: fix it"), "mm-fix-it");
  EXPECT_EQ(branch_slug("mm: fix what nobody else could ever fix"), "mm-fix-what");
  EXPECT_EQ(branch_slug("onewordthatislongerthanthirtybytes"), "onewordthatislongerthanthirtybytes");
  EXPECT_EQ(branch_slug(""), "");
}

TEST(Dependencies, AreReadAsTheyAreWritten) {
  const auto all = read_dependencies(
      "# note\n\nbase-commit: v6.9\nchange-id:  20260101-x-0123456789ab:v12 \n"
      "message-id: <a@x>\nbase-commit: v6.9\n");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].line(), "base-commit: v6.9");
  EXPECT_EQ((*all)[1].line(), "change-id: 20260101-x-0123456789ab:v12");
  EXPECT_EQ((*all)[1].revision, 12);
  EXPECT_EQ((*all)[2].line(), "message-id: a@x");
}

TEST(Dependencies, RefuseWhatMakesNoSense) {
  for (const char* line : {"patch-id: 1234", "change-id: x", "change-id: x:v0", "change-id: x:v10000",
                           "change-id: ../x:v1", "change-id: -x:v1", "message-id: x", "message-id: a@x b@x",
                           "base-commit: --all", "base-commit: a b", "something else", "patch-id:"})
    EXPECT_FALSE(read_dependencies(line)) << line;
  EXPECT_FALSE(read_dependencies("base-commit: a\nbase-commit: b"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "message-id: " + std::to_string(i) + "@x\n";
  EXPECT_FALSE(read_dependencies(many));
  EXPECT_EQ(dependencies_in({"nonsense", "base-commit: v1"}).size(), 1U);
}

}  // namespace
}  // namespace lorelei::workflow
