// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/results.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace lorelei::search {
namespace {

archive::OverRow some_row() {
  archive::OverRow row;
  row.number = 7;
  row.sent = 1'752'396'449;
  row.received = 1'752'396'464;
  row.subject = "Re: [PATCH v2] \"quoted\" caf\xc3\xa9";
  row.from = "Ann Example <ann@example.org>";
  row.to = "\"Bob, B.\" <bob@example.org>, carl@example.org";
  row.cc = "list@example.org (the list)";
  row.references = "<a@x> <b@x>";
  row.blob = "2203486ada87392c6562afc5b2416c24e23c91e4";
  row.message_id = "m@example.org";
  return row;
}

std::string json(JsonForm form, JsonLook look, std::optional<int> percent, std::set<std::string> keywords = {}) {
  std::string out;
  JsonResults results(form, look);
  results.begin(out);
  results.add(out, some_row(), {.percent = percent, .keywords = std::move(keywords)});
  results.end(out);
  return out;
}

const std::string kObject =
    R"({"blob":"2203486ada87392c6562afc5b2416c24e23c91e4","c":[["the list","list@example.org"]],)"
    R"("dt":"2025-07-13T08:47:29Z","f":[["Ann Example","ann@example.org"]],"m":"m@example.org","pct":99,)"
    "\"refs\":[\"a@x\",\"b@x\"],\"rt\":\"2025-07-13T08:47:44Z\",\"s\":\"Re: [PATCH v2] \\\"quoted\\\" caf\xc3\xa9\","
    R"("t":[["Bob, B.","bob@example.org"],[null,"carl@example.org"]]})";

TEST(JsonResults, HasTheShapeOfLei) {
  EXPECT_EQ(json(JsonForm::kJson, JsonLook::kCompact, 99), "[" + kObject + ",\nnull]\n");
  EXPECT_EQ(json(JsonForm::kLines, JsonLook::kPretty, 99), kObject + "\n");
  EXPECT_EQ(json(JsonForm::kConcatenated, JsonLook::kCompact, 99), kObject + "\n\n");
}

TEST(JsonResults, PrettyPutsListsBelowEachOther) {
  EXPECT_EQ(json(JsonForm::kJson, JsonLook::kPretty, std::nullopt, {"flagged"}),
            "[{\n"
            "  \"blob\": \"2203486ada87392c6562afc5b2416c24e23c91e4\",\n"
            "  \"c\": [[\"the list\", \"list@example.org\"]],\n"
            "  \"dt\": \"2025-07-13T08:47:29Z\",\n"
            "  \"f\": [[\"Ann Example\", \"ann@example.org\"]],\n"
            "  \"kw\": [\"flagged\"],\n"
            "  \"m\": \"m@example.org\",\n"
            "  \"refs\": [\"a@x\",\n"
            "           \"b@x\"],\n"
            "  \"rt\": \"2025-07-13T08:47:44Z\",\n"
            "  \"s\": \"Re: [PATCH v2] \\\"quoted\\\" caf\xc3\xa9\",\n"
            "  \"t\": [[\"Bob, B.\", \"bob@example.org\"],\n"
            "        [null, \"carl@example.org\"]]\n"
            "},null]\n");
}

TEST(JsonResults, EmptyMembersAreLeftOutButTheSubjectIsNot) {
  archive::OverRow row;
  row.blob = "00";
  std::string out;
  JsonResults(JsonForm::kLines, JsonLook::kCompact).add(out, row, {});
  EXPECT_EQ(out, "{\"blob\":\"00\",\"dt\":\"1970-01-01T00:00:00Z\",\"rt\":\"1970-01-01T00:00:00Z\",\"s\":\"\"}\n");
}

class ListLine : public testing::Test {
 protected:
  ListLine() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(ListLine, ShowsDaySenderAndSubject) {
  const auto row = some_row();
  EXPECT_EQ(list_line(row, {.now = row.sent, .columns = 80}),
            "Jul 13 08:47  Ann Example           Re: [PATCH v2] \"quoted\" caf\xc3\xa9");
  EXPECT_EQ(list_line(row, {.now = 1'795'264'496, .columns = 60}, Mark::kFlagged),
            "2025 Jul 13   Ann Example          *Re: [PATCH v2] \"quoted\"\xe2\x80\xa6");
  EXPECT_TRUE(list_line(row, {.now = 0, .columns = 80, .colour = ListLook::kColour}).starts_with("\x1b[36m2025"));
}

TEST_F(ListLine, ForeignTextCannotReachTheTerminal) {
  auto row = some_row();
  row.subject = "evil\x1b[2J\nsecond line";
  row.from = "\x1b]0;title\x07 <a@b>";
  const auto line = list_line(row, {.now = row.sent, .columns = 120});
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace lorelei::search
