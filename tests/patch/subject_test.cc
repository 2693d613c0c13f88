// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/subject.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lorelei::patch {
namespace {

// "reply patch rfc v3 2/17 {net-next} title", leaving out what is not there.
std::string summary(const Subject& s) {
  std::string text;
  if (s.is_reply) text += "reply ";
  if (s.is_patch) text += "patch ";
  if (s.is_rfc) text += "rfc ";
  if (s.is_resend) text += "resend ";
  if (s.is_pull) text += "pull ";
  if (s.revision) text += fmt::format("v{} ", *s.revision);
  if (s.counter) text += fmt::format("{}/{} ", s.counter->number, s.counter->total);
  if (const auto extra = s.extra_tags(); !extra.empty()) text += fmt::format("{{{}}} ", fmt::join(extra, " "));
  return text + s.title;
}

TEST(ParseSubject, EachSpelling) {
  const struct {
    const char *subject, *summary;
  } cases[] = {
      {"", ""},
      {"plain words", "plain words"},
      {"[PATCH] floppy: fix seek", "patch floppy: fix seek"},
      {"[PATCH RFC v3 02/17 net-next] tcp: fix it", "patch rfc v3 2/17 {RFC net-next} tcp: fix it"},
      {"[RFC PATCH 0/4] idea", "patch rfc 0/4 {RFC} idea"},
      {"[PATCHv3] x", "patch v3 x"},
      {"[PATCH-v2 1/2] x", "patch v2 1/2 x"},
      {"[RFCv2 PATCH 1/3] x", "patch rfc v2 1/3 {RFC} x"},
      {"[PATCH1/3] x", "patch 1/3 x"},
      {"[PATCH V10] x", "patch v10 x"},
      {"[PATCH v2.1] x", "patch v2 x"},
      {"[PATCH v6,19/24] x", "patch v6 19/24 x"},
      {"[net-next,v3,2/7] x", "v3 2/7 {net-next} x"},
      {"[PATCH 1/2 v4] x", "patch v4 1/2 x"},
      {"[V2 3/4] x", "v2 3/4 x"},
      {"[bug#9] [PATCH v2] x", "patch v2 {bug#9} x"},
      {"[PATCH v2 1 of 3] x", "patch v2 1/3 x"},
      {"[one of 3] x", "{one of 3} x"},
      {"[PATCH [RFC] v2 1/2] x", "patch rfc v2 1/2 {RFC} x"},
      {"[PATCH RESEND 5.10 1/1] x", "patch resend 1/1 {RESEND 5.10} x"},
      {"[REPOST PATCH] x", "patch resend {REPOST} x"},
      {"[PATCH] x: [a[1]] y", "patch x: [a[1]] y"},
      {"[PATCH] [foo] bar", "patch {foo} bar"},
      {"[PATCH]no space", "patch no space"},
      {"[GIT PULL] block fixes", "pull {GIT PULL} block fixes"},
      {"[PATCH 6/5] one more", "patch 6/5 one more"},
      {"[PATCH v12345 1/2] x", "patch 1/2 {v12345} x"},
      {"[PATCH 12345/2] x", "patch {12345/2} x"},
      {"[PATCH v2 x", "[PATCH v2 x"},
      {"[PATCH [v2 1/2] x", "patch v2 1/2 x"},
      {"[]", ""},
      {"  [PATCH]\t folded\n  title ", "patch folded title"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.subject);
    EXPECT_EQ(summary(parse_subject(c.subject)), c.summary);
  }
}

TEST(ParseSubject, RepliesInManyTongues) {
  const struct {
    const char *subject, *summary;
  } cases[] = {
      {"Re: [PATCH v2 1/3] x", "reply patch v2 1/3 x"},
      {"RE: Re: x", "reply x"},
      {"Re[2]: x", "reply x"},
      {"re(12) : x", "reply x"},
      {"Aw: x", "reply x"},
      {"Res: [PATCH 1/2] x", "reply patch 1/2 x"},
      {"Fwd: [PATCH] x", "reply patch x"},
      {"\u56de\u590d\uff1a[PATCH] x", "reply patch x"},
      {"[list] Re: [PATCH] x", "reply patch {list} x"},
      {"RFC: [PATCH] x", "RFC: [PATCH] x"},
      {"[PATCH] re: order the queue", "patch re: order the queue"},
      {"Rewrite: all", "Rewrite: all"},
      {"Re[]: x", "Re[]: x"},
      {"Re", "Re"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.subject);
    EXPECT_EQ(summary(parse_subject(c.subject)), c.summary);
  }
}

TEST(ParseSubject, TagsAreKeptAsWritten) {
  const std::vector<std::string> tags = {"PATCH", "v2", "net-next", "02/17"};
  EXPECT_EQ(parse_subject("[PATCHv2 net-next, 02/17] x").tags, tags);
}

TEST(ParseSubject, CoverIsNumberNought) {
  EXPECT_TRUE(parse_subject("[PATCH 00/12] x").is_cover());
  EXPECT_FALSE(parse_subject("[PATCH 1/12] x").is_cover());
  EXPECT_FALSE(parse_subject("[PATCH] x").is_cover());
}

TEST(ParseSubject, LongTagIsTitle) {
  const auto subject = "[" + std::string(kMaxTagBytes, 'x') + "] y";
  EXPECT_EQ(parse_subject(subject).title, subject);
}

TEST(SeriesKey, ForgivesCaseSpaceAndDots) {
  EXPECT_EQ(series_key("Floppy:  fix the SEEK..."), "floppy: fix the seek");
  EXPECT_EQ(series_key(" . "), "");
  EXPECT_NE(series_key("floppy: fix"), series_key("floppy fix"));
}

}  // namespace
}  // namespace lorelei::patch
