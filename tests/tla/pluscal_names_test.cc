// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_names.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

std::string renamings(std::string_view algorithm) {
  const auto out = translated(algorithm);
  if (!out.all) return out.messages;
  std::string text = out.messages;
  for (const auto& one : out.all->renamings)
    text += fmt::format("{} {} of {} -> {}\n", one.what, one.name, one.of, one.renamed);
  return text;
}

TEST(PluscalNames, TheLastOfEqualOnesKeepsItsName) {
  EXPECT_EQ(renamings("--algorithm A procedure cvwait(p) begin c0: skip; c1: return; end procedure;"
                      " procedure lock(p) begin c1: return; end procedure;"
                      " process child = 1 begin c0: call cvwait(1); c1: call lock(2); end process; end algorithm"),
            "Label c0 of procedure cvwait -> c0_\n"
            "Label c1 of procedure cvwait -> c1_\n"
            "Label c1 of procedure lock -> c1_l\n"
            "Parameter p of procedure cvwait -> p_\n");
}

TEST(PluscalNames, GlobalsKeepTheirs) {
  EXPECT_EQ(renamings("--algorithm A variables a = 0, q = 1; process q = 1 begin a: skip; end process; end algorithm"),
            "Label a of process q -> a_\nProcess q of  -> q_\n");
}

TEST(PluscalNames, SuffixesGrowLetterByLetterThenByDigit) {
  EXPECT_EQ(
      renamings("--algorithm A variables v_ = 0, v_p = 0; procedure p(v) begin a: return; end procedure;"
                " procedure q(v) begin b: return; end procedure; begin c: call p(1); d: call q(2); end algorithm"),
      "Parameter v of procedure p -> v_p6\n");
}

TEST(PluscalNames, RenamedOnesAreUsedEverywhere) {
  const auto out = translated(
      "--algorithm A variables x = 0; procedure p(v) variables w = v; begin a: x := v + w; goto a; end procedure;"
      " procedure q(v) variables w; begin a: call p(v); b: return; end procedure;"
      " process r \\in {1} variables z = 2; begin a: call q(z); end process; end algorithm");
  EXPECT_EQ(out.messages, "");
  EXPECT_EQ(
      definition(out.text, "a_"),
      "a_(self) == /\\ pc[self] = \"a_\"\n            /\\ x' = v_[self] + w_[self]\n"
      "            /\\ pc' = [pc EXCEPT ![self] = \"a_\"]\n            /\\ UNCHANGED << stack, v_, w_, v, w, z >>\n");
  EXPECT_EQ(definition(out.text, "a_q"),
            "a_q(self) == /\\ pc[self] = \"a_q\"\n             /\\ v_' = [v_ EXCEPT ![self] = v[self]]\n"
            "             /\\ stack' = [stack EXCEPT ![self] = <<[procedure |-> \"p\", pc |-> \"b\", w_ |-> w_[self], "
            "v_ |-> v_[self]]>> \\o stack[self]]\n"
            "             /\\ w_' = [w_ EXCEPT ![self] = v_'[self]]\n"
            "             /\\ pc' = [pc EXCEPT ![self] = \"a_\"]\n             /\\ UNCHANGED << x, v, w, z >>\n");
  ASSERT_TRUE(out.all);
  const auto& first = out.all->actions.front();
  EXPECT_EQ(out.all->bodies[first.body].name + "." + first.label + " " + first.renamed, "p.a a_");
  EXPECT_EQ(out.text.substr(0, out.text.find('\n')), "\\* Label a of procedure p at line 2 col 73 changed to a_");
}

TEST(PluscalNames, WhatIsThereTwice) {
  EXPECT_EQ(messages("--algorithm A variables x = 0, x = 1; begin a: skip; end algorithm"),
            "2:35 there is a variable 'x' already, in line 2\n");
  EXPECT_EQ(messages("--algorithm A variables x = 0; process p = 1 variables x; begin a: skip; end process; "
                     "end algorithm"),
            "2:59 'x' is a variable of the whole algorithm already, in line 2\n");
  EXPECT_EQ(messages("--algorithm A begin a: skip; a: skip; end algorithm"),
            "2:33 there is a label 'a' already, in line 2\n");
  EXPECT_EQ(messages("--algorithm A variables pc = 0; begin a: skip; end algorithm"),
            "2:28 there is a variable 'pc' already, of the translation\n");
  EXPECT_EQ(messages("--algorithm A begin Next: skip; end algorithm"), "2:24 the translation defines 'Next' itself\n");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
