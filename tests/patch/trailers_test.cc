// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/trailers.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lorelei::patch {
namespace {

using Lines = std::vector<std::string>;

// "Name=value|note" with a letter for the kind in front: u, p or o.
Lines found(std::string_view text, TrailerSource source) {
  Lines lines;
  for (const auto& t : find_trailers(text, source))
    lines.push_back(fmt::format("{} {}={}{}{}", "upo"[static_cast<int>(t.kind)], t.name, t.value,
                                t.note.empty() ? "" : "|", t.note));
  return lines;
}

TEST(FindTrailers, OfAPatch) {
  EXPECT_EQ(found("Signed-off-by: Ann Writer <ann@example.org>\n"
                  "Fixes: 0123456789ab (\"floppy: seek\")\n"
                  "Link: https://list.example.org/r/x@example.org\n"
                  "  Cc: <stable@example.org> # 6.1+\n"
                  "Tested-on: three machines\n",
                  TrailerSource::kPatch),
            (Lines{"p Signed-off-by=Ann Writer <ann@example.org>", "u Fixes=0123456789ab (\"floppy: seek\")",
                   "u Link=https://list.example.org/r/x@example.org", "p Cc=<stable@example.org>|# 6.1+",
                   "o Tested-on=three machines"}));
}

TEST(FindTrailers, OfAReplyNeedAnAddressOrAKnownName) {
  EXPECT_EQ(found("On Monday Ann wrote:\n"
                  "> Signed-off-by: Ann Writer <ann@example.org>\n"
                  "Note: this is prose\n"
                  "Reviewed-by: Bo Reader <bo@example.net>\n"
                  "Closes: https://bugs.example.org/7\n"
                  "Cc: Bo Reader <bo@example.net>\n"
                  "From: Bo Reader <bo@example.net>\n"
                  "base-commit: 0123456789ab\n"
                  "Fixes: 012345 (\"short\")\n"
                  "Fixes: 0123 (\"too short\")\n"
                  "Fixes: commit 012345\n"
                  "Seen-at: https://example.org/a@b.c\n"
                  "Pr\u00fcfung: Bo <bo@example.net>\n"
                  "-- \n"
                  "Tested-by: Sig Nature <sig@example.net>\n",
                  TrailerSource::kReply),
            (Lines{"p Reviewed-by=Bo Reader <bo@example.net>", "u Closes=https://bugs.example.org/7",
                   "u Fixes=012345 (\"short\")"}));
}

TEST(FindTrailers, WrappedOnesAreJoined) {
  EXPECT_EQ(found("Fixes: 0123456789ab (\"block: a title that was\nwrapped\")\n"
                  "Acked-by: A Person With A Long Name\n<long@example.org>\n"
                  "Fixes: 0123456789ab (\"never closed\nReviewed-by: B <b@example.org>\n",
                  TrailerSource::kPatch),
            (Lines{"u Fixes=0123456789ab (\"block: a title that was wrapped\")",
                   "p Acked-by=A Person With A Long Name <long@example.org>", "u Fixes=0123456789ab (\"never closed",
                   "p Reviewed-by=B <b@example.org>"}));
}

TEST(FindTrailers, NotesBelongToTheLineBefore) {
  EXPECT_EQ(found("Signed-off-by: A <a@example.org>\n[rebased]\n[no note]\nprose\n[nor this]\n", TrailerSource::kPatch),
            (Lines{"p Signed-off-by=A <a@example.org>|[rebased]"}));
  EXPECT_EQ(found("Fixes: 012345678 (\"x #1\")\nLink: https://x.example/#top\n", TrailerSource::kPatch),
            (Lines{"u Fixes=012345678 (\"x #1\")", "u Link=https://x.example/#top"}));
}

TEST(FindTrailers, NamesThatAreNone) {
  EXPECT_EQ(found("Phone: 555 a@example.org\nE-mail: a@example.org\nA: too@short.name\n-x: y@example.org\nhttp://x y\n"
                  "Name:none@example.org\nempty:   \n",
                  TrailerSource::kPatch),
            Lines{});
  EXPECT_EQ(found("From: A <a@example.org>\n\nprose\nDate: today a@example.org\n", TrailerSource::kPatch),
            (Lines{"p From=A <a@example.org>"}));
}

TEST(FindTrailers, MailtoJunkIsRemoved) {
  const auto trailers = find_trailers("Acked-by: A B <a@example.org<mailto:a@example.org>>\n", TrailerSource::kReply);
  ASSERT_EQ(trailers.size(), 1u);
  EXPECT_EQ(trailers[0].value, "A B <a@example.org>");
  EXPECT_EQ(trailers[0].person.address, "a@example.org");
}

TEST(ParsePerson, EachForm) {
  const struct {
    const char *text, *name, *address;
  } cases[] = {
      {"Ann Writer <ann@example.org>", "Ann Writer", "ann@example.org"},
      {"\"Writer, Ann\" <ann@example.org>", "Writer, Ann", "ann@example.org"},
      {"Ann (home) \"AW\" <ann@example.org>", "Ann (home) \"AW\"", "ann@example.org"},
      {"<ann@example.org>", "", "ann@example.org"},
      {"ann@example.org", "", "ann@example.org"},
      {"ann@example.org (by chat)", "", "ann@example.org"},
      {"A < b <ann@example.org> junk", "A < b", "ann@example.org"},
      {"just words", "just words", ""},
      {"broken <ann@example.org", "", "ann@example.org"},
      {"(\"ann@example.org\")", "", "ann@example.org"},
      {"Ann <ann@example.org<>", "", "ann@example.org"},
      {"Ann < >", "Ann < >", ""},
      {"", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto person = parse_person(c.text);
    EXPECT_EQ(person.name, c.name);
    EXPECT_EQ(person.address, c.address);
  }
}

}  // namespace
}  // namespace lorelei::patch
