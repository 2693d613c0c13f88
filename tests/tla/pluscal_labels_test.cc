// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_labels.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

// The statements begin in line 3. There is another label, so that none are added.
std::string process(std::string_view statements) {
  return fmt::format(
      "--algorithm A variables x = 0, y = 0; procedure f(n) variables l = 0; begin f1: return; end procedure;"
      " process p = 1 begin\n{}\nend process; end algorithm",
      statements);
}
std::string procedure(std::string_view statements) {
  return fmt::format(
      "--algorithm A variables x = 0; procedure g(m) variables v; begin\n{}\nend procedure;"
      " process p = 1 begin a: call g(1); end process; end algorithm",
      statements);
}
// "LINE:COLUMN name" of each label that is added.
std::string added(std::string_view algorithm, Options options = {}) {
  options.may_add_labels = true;
  const Source source("M.tla", module_with(algorithm));
  const auto out = translated_file(source, options);
  if (!out.all) return out.messages;
  std::string text;
  for (const auto& label : out.all->added_labels) {
    const auto at = source.position(label.name.place.begin);
    text += fmt::format("{}:{} {}\n", at.line, at.column, label.name.text);
  }
  return text;
}

TEST(PluscalLabels, FirstStatements) {
  EXPECT_EQ(messages(process("skip;")), "3:1 a label is missing here: the first statement of a body needs one\n");
  EXPECT_EQ(messages(process("a: skip;")), "");
}

TEST(PluscalLabels, Loops) {
  EXPECT_EQ(messages(process("a: skip; while x = 0 do x := 1; end while;")),
            "3:10 a label is missing here: a 'while' needs one\n");
  EXPECT_EQ(messages(process("a: while x = 0 do b: x := 1; end while; x := 2;")), "");
  EXPECT_EQ(messages(process("a: x := 1; if x = 1 then while x = 0 do skip; end while; end if;")),
            "3:26 a label is missing here: a 'while' needs one\n");
}

TEST(PluscalLabels, BehindJumps) {
  EXPECT_EQ(messages(process("a: call f(1); skip;")),
            "3:15 a label is missing here: what stands behind 'call' needs one\n");
  EXPECT_EQ(messages(process("a: call f(1); goto a; skip;")),
            "3:23 a label is missing here: what stands behind 'goto' needs one\n");
  EXPECT_EQ(messages(process("a: goto a; skip;")).substr(0, 70),
            "3:12 a label is missing here: what stands behind 'goto' needs one\n");
  EXPECT_EQ(messages(procedure("a: call g(1); return;")), "");
  EXPECT_EQ(messages(procedure("a: call g(1); b: return;")), "");
  EXPECT_EQ(messages(procedure("a: return; skip;")),
            "3:12 a label is missing here: what stands behind 'return' needs one\n");
}

TEST(PluscalLabels, BehindBranchesThatJump) {
  constexpr auto kText = "a label is missing here: what stands behind an 'if' with a label or a jump in it needs one\n";
  EXPECT_EQ(messages(process("a: if x = 0 then goto a; end if; skip;")), fmt::format("3:34 {}", kText));
  EXPECT_EQ(messages(process("a: if x = 0 then if y = 0 then b: skip; end if; end if; skip;")),
            fmt::format("3:57 {}", kText));
  EXPECT_EQ(messages(process("a: if x = 0 then y := 1; end if; skip;")), "");
  EXPECT_EQ(messages(process("a: either call f(1); or skip; end either; skip;")),
            "3:43 a label is missing here: what stands behind an 'either' with a label or a jump in it needs one\n");
  EXPECT_EQ(messages(process("a: with i \\in {1} do goto a; end with; skip;")),
            "3:40 a label is missing here: what stands behind a 'with' with a jump in it needs one\n");
}

TEST(PluscalLabels, SecondAssignments) {
  EXPECT_EQ(messages(process("a: x := 1; y := x; x := 2;")),
            "3:20 a label is missing here: 'x' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(process("a: x := 1; if y = 0 then y := 2; else x := 2; end if;")),
            "3:39 a label is missing here: 'x' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(process("a: if y = 0 then x := 1; else y := 1; end if; y := 2;")),
            "3:47 a label is missing here: 'y' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(process("a: x := 1 || y := 1; b: x := 2;")), "");
  EXPECT_EQ(messages(process("a: x := 1; with i \\in {1} do x := i; end with;")),
            "3:12 a label is missing here: 'x' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(process("a: while x = 0 do x := 1; end while; x := 2;")), "");
}

TEST(PluscalLabels, CallsAndReturnsAssign) {
  EXPECT_EQ(messages(procedure("a: v := 1; return;")),
            "3:12 a label is missing here: 'v' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(procedure("a: m := 1; call g(2);\nb: return;")),
            "3:12 a label is missing here: 'm' was assigned to in this step already, in line 3\n");
  EXPECT_EQ(messages(procedure("a: x := 1; return;")), "");
}

TEST(PluscalLabels, WhatCannotBeWithinWith) {
  EXPECT_EQ(messages(process("a: with i \\in {1} do b: skip; end with;")), "3:22 a label cannot stand within 'with'\n");
  EXPECT_EQ(messages(process("a: with i \\in {1} do while x = 0 do skip; end while; end with;")),
            "3:22 a 'while' cannot stand within 'with'\n");
  EXPECT_EQ(messages(process("a: with i \\in {1} do call f(i); skip; end with;")),
            "3:33 nothing can stand here: control has left this 'with' before\n");
  EXPECT_EQ(messages(process("a: with i \\in {1} do x := i; if y = i then x := 2; end if; end with;")),
            "3:44 'x' is assigned to a second time within 'with' (first in line 3)\n");
  EXPECT_EQ(messages(process("a: with i \\in {1} do if y = i then x := 2; else x := 3; end if; end with;")), "");
}

TEST(PluscalLabels, AllMissingOnesAreListed) {
  EXPECT_EQ(messages(process("skip; while x = 0 do x := 1; x := 2; end while;")),
            "3:1 a label is missing here: the first statement of a body needs one\n"
            "3:7 a label is missing here: a 'while' needs one\n"
            "3:30 a label is missing here: 'x' was assigned to in this step already, in line 3\n");
}

TEST(PluscalLabels, AreAddedWhereTheyMustBe) {
  EXPECT_EQ(added(process("if x = 0 then x := 1; x := 2; end if; skip; Lbl_2: y := 1; call f(1);\n skip;")),
            "3:1 Lbl_1\n3:23 Lbl_3\n3:39 Lbl_4\n4:2 Lbl_5\n");
  Options options;
  options.label_root = "Step";
  EXPECT_EQ(added(process("skip; while x = 0 do skip; end while;"), options), "3:1 Step1\n3:7 Step2\n");
}

TEST(PluscalLabels, AnAlgorithmWithoutAnyGetsThem) {
  const auto out = translated("--algorithm A variables x = 0; begin x := 1; x := 2; end algorithm");
  EXPECT_EQ(out.messages, "");
  ASSERT_TRUE(out.all);
  EXPECT_EQ(out.all->added_labels.size(), 2);
  EXPECT_EQ(messages("--algorithm A variables x = 0; begin a: x := 1; x := 2; end algorithm"),
            "2:52 a label is missing here: 'x' was assigned to in this step already, in line 2\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
