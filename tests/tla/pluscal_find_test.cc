// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_find.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

struct Where {
  std::string algorithm, messages;
  std::optional<Found> found;
};
Where find(std::string_view text) {
  const Source source("M.tla", text);
  std::vector<Diagnostic> diagnostics;
  auto found = find_algorithm(source, diagnostics);
  std::string algorithm;
  if (found) algorithm = std::string(source.text().substr(found->begin, found->end - found->begin));
  return {algorithm, lines_of(diagnostics), std::move(found)};
}

TEST(PluscalFind, InACommentOfTheModule) {
  EXPECT_EQ(find("---- MODULE M ----\n(* text --algorithm A x *)\n====\n").algorithm, "--algorithm A x ");
  EXPECT_EQ(find("---- MODULE M ----\n(*--fair\n algorithm A*) \\* more\n====\n").algorithm, "--fair\n algorithm A");
  EXPECT_EQ(find("---- MODULE M ----\n(***\n(* --algorithm A *)\n***)\n====\n").algorithm, "--algorithm A *)\n**");
  EXPECT_FALSE(find("---- MODULE M ----\n\\* --algorithm A\nx == --algorithm\n====\n").found);
  EXPECT_FALSE(find("---- MODULE M ----\n(* --algorithms --fairly algorithm *)\n====\n").found);
}

TEST(PluscalFind, WhatIsOutsideOrSecondDoesNotCount) {
  const auto outside = find("(* --algorithm A *)\n---- MODULE M ----\n(* --algorithm B *)\n====\n");
  EXPECT_EQ(outside.algorithm, "--algorithm B ");
  EXPECT_EQ(outside.messages, "1:4 this algorithm is outside of the module and does not count\n");
  const auto second = find("---- MODULE M ----\n(* --algorithm A *)\n(* --algorithm B *)\n====\n");
  EXPECT_EQ(second.algorithm, "--algorithm A ");
  EXPECT_EQ(second.messages, "3:4 this is the second algorithm of the module and does not count\n");
}

TEST(PluscalFind, CommentsAndStringsOfTheAlgorithm) {
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A \\* (* x\n b *)\n====\n").algorithm,
            "--algorithm A \\* (* x\n b ");
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A \\* (* x *)\n b *)\n====\n").algorithm,
            "--algorithm A \\* (* x *)\n b ");
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A (* \\* x *) b *)\n====\n").algorithm,
            "--algorithm A (* \\* x *) b ");
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A \"*)\" b *)\n====\n").algorithm, "--algorithm A \"*)\" b ");
}

TEST(PluscalFind, TextBeforeTheModuleHasNoComments) {
  EXPECT_EQ(find("(* \" text\n---- MODULE M ----\n(* --algorithm A *)\n====\n").algorithm, "--algorithm A ");
}

TEST(PluscalFind, NothingMayStandBehindIt) {
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A *) x == 1\n====\n").messages,
            "2:20 nothing may stand behind the comment with the algorithm\n");
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A\n====\n").messages,
            "2:4 the comment that this algorithm is in has no end\n");
}

TEST(PluscalFind, TheRegionOfTheTranslation) {
  const std::string file =
      "---- MODULE M ----\n(* --algorithm A *)\n"
      "\\* BEGIN TRANSLATION (chksum(pcal) = \"1f\" /\\ chksum(tla) \\in STRING)\nold\n\\* END TRANSLATION\nx == "
      "1\n====\n";
  const auto found = find(file).found;
  ASSERT_TRUE(found && found->region);
  EXPECT_EQ(file.substr(found->region->inner.begin, found->region->inner.end - found->region->inner.begin), "old\n");
  EXPECT_EQ(find("---- MODULE M ----\n(* --algorithm A *)\n\\* BEGIN TRANSLATION\n====\n").messages,
            "3:1 this BEGIN TRANSLATION has no END TRANSLATION\n");
}

TEST(PluscalFind, ATranslationIsPutInWithItsChecksum) {
  // CRC-32 of "123456789" is the check value of its definition.
  EXPECT_EQ(translation_checksum("12345\n6789\n"), "cbf43926");
  const std::string file = "---- MODULE M ----\n\t(* --algorithm A *)\nx == 1\n====\n";
  const auto put = [](const std::string& text, std::string_view lines) {
    const Source source("M.tla", text);
    std::vector<Diagnostic> diagnostics;
    return with_translation(text, source, *find_algorithm(source, diagnostics), lines);
  };
  const auto once = put(file, "12345\n6789\n");
  EXPECT_EQ(once,
            "---- MODULE M ----\n\t(* --algorithm A *)\n"
            "\\* BEGIN TRANSLATION (chksum(pcal) \\in STRING /\\ chksum(tla) = \"cbf43926\")\n"
            "12345\n6789\n\\* END TRANSLATION\nx == 1\n====\n");
  EXPECT_EQ(put(once, "12345\n6789\n"), once);
  EXPECT_EQ(put(put(file, "other\n"), "12345\n6789\n"), once);
}

TEST(PluscalOptions, AreReadFromAnyComment) {
  const auto found = find(
                         "---- MODULE M ----\n\\* PlusCal options (-wf, version 1.5)\n"
                         "(* --algorithm A PlusCal options (label, lineWidth 100) *)\n====\n")
                         .found;
  ASSERT_TRUE(found);
  EXPECT_EQ(found->options.fair, Options::Fair::kWeak);
  EXPECT_TRUE(found->options.may_add_labels);
  EXPECT_EQ(found->options.line_width, 100);
  const auto all = find(
                       "\\* PlusCal options (-sf, termination labelRoot Step)\n---- MODULE M ----\n"
                       "(* --algorithm A *)\n====\n")
                       .found;
  ASSERT_TRUE(all);
  EXPECT_EQ(all->options.fair, Options::Fair::kStrong);
  EXPECT_TRUE(all->options.has_termination);
  EXPECT_EQ(all->options.label_root, "Step");
}

TEST(PluscalOptions, WhatIsWrongWithThem) {
  EXPECT_EQ(find("---- MODULE M ----\n\\* PlusCal options (wf, sf)\n(* --algorithm A *)\n====\n").messages,
            "2:25 two PlusCal options say different things about fairness\n");
  EXPECT_EQ(find("---- MODULE M ----\n\\* PlusCal options (terminaton)\n(* --algorithm A *)\n====\n").messages,
            "2:21 there is no PlusCal option 'terminaton'\n");
}

TEST(PluscalOptions, ThoseOfTheFileWin) {
  Options command_line, file;
  command_line.fair = Options::Fair::kWeak;
  EXPECT_EQ(merged(command_line, file).fair, Options::Fair::kWeak);
  file.fair = Options::Fair::kNone;
  EXPECT_EQ(merged(command_line, file).fair, Options::Fair::kNone);
}

}  // namespace
}  // namespace lorelei::tla::pluscal
