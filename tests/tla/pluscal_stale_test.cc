// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_stale.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

constexpr auto kBefore = R"(---- MODULE M ----
EXTENDS Naturals, TLC
(* --algorithm M
variable x = 0;
begin
a: x := x + 1;
   assert x > 0;
end algorithm; *)
)";

// The file with its translation, and with checksums of both.
std::string file_with(const std::string& before, std::string_view pcal = "= \"1f\"") {
  const Source source("M.tla", before + "====\n");
  std::vector<Diagnostic> diagnostics;
  const auto now = translate(source, {}, diagnostics);
  EXPECT_TRUE(now);
  auto text = with_translation(before + "====\n", source, now->found, now->text);
  const std::string open = "chksum(pcal) \\in STRING";
  return text.replace(text.find(open), open.size(), fmt::format("chksum(pcal) {}", pcal));
}

std::string warnings(const std::string& file, const Options& options = {}) {
  const Source source("M.tla", file);
  std::vector<Diagnostic> diagnostics;
  const auto now = translate(source, options, diagnostics);
  EXPECT_TRUE(now) << lines_of(diagnostics);
  diagnostics.clear();
  if (now) warn_if_stale(source, *now, diagnostics);
  std::string codes;
  for (const auto& one : diagnostics) codes += std::to_string(one.code) + " ";
  return codes;
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

TEST(PluscalStale, WhatWasChanged) {
  const auto file = file_with(kBefore);
  EXPECT_EQ(warnings(file), "");
  EXPECT_EQ(warnings(changed(file, "x := x + 1", "x := x + 2")), "4804 ");
  EXPECT_EQ(warnings(changed(file, "x' = x + 1", "x' = x + 2")), "4803 ");
  EXPECT_EQ(warnings(changed(file, "Init ==", "Init   ==")), "4805 ");
  EXPECT_EQ(warnings(changed(file, "Init ==", "\\* by hand\nInit ==")), "4805 ");
}

TEST(PluscalStale, WhatIsNoChange) {
  const auto file = file_with(kBefore);
  EXPECT_EQ(warnings(changed(file, "EXTENDS", "\n\nEXTENDS")), "");
  EXPECT_EQ(warnings(changed(file, "x := x + 1", "x :=   x + 1 \\* one more\n")), "");
  Options options;
  options.fair = Options::Fair::kWeak;
  EXPECT_EQ(warnings(file, options), "");
  EXPECT_EQ(warnings(changed(file, " (chksum", "")), "");
}

TEST(PluscalStale, ChecksumsThatAreNotLookedAt) {
  const auto open = file_with(kBefore, "\\in STRING");
  EXPECT_EQ(warnings(changed(open, "x := x + 1", "x := x + 2")), "");
  EXPECT_EQ(warnings(changed(open, "Init ==", "Init   ==")), "4805 ");
  const auto other_words = changed(changed(open, "chksum(pcal)", "ChkSum(PlusCal)"), "chksum(tla)", "checksum(TLA+)");
  EXPECT_EQ(warnings(other_words), "");
  EXPECT_EQ(warnings(changed(other_words, "Init ==", "Init   ==")), "4805 ");
}

TEST(PluscalStale, LinesThatEndAsOnWindows) {
  std::string file;
  for (const char c : file_with(kBefore)) file += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(warnings(file), "");
}

// As other translators write it.
TEST(PluscalStale, AnotherWayToWriteTheSame) {
  const std::string before = R"(---- MODULE M ----
EXTENDS Naturals, TLC
(* --algorithm M
variables x = 0, y = 0;
process p = 1 variable u = 2;
begin
a: x := x + u;
b: if x > 3 then y := x; end if;
   assert y >= 0;
end process;
process q \in {2, 3}
begin
c: await x > 0; skip;
end process;
end algorithm; *)
\* BEGIN TRANSLATION (chksum(pcal) = "1f" /\ chksum(tla) \in STRING)
)";
  const std::string translation = R"(VARIABLES pc, x, y, u

vars == << pc, x, y, u >>

ProcSet == {1} \cup ({2, 3})

Init == (* Global variables *)
        /\ x = 0
        /\ y = 0
        (* Process p *)
        /\ u = 2
        /\ pc = [self \in ProcSet |-> CASE self = 1 -> "a"
                                        [] self \in {2, 3} -> "c"]

a == /\ pc[1] = "a"
     /\ x' = x + u
     /\ pc' = [pc EXCEPT ![1] = "b"]
     /\ UNCHANGED << y, u >>

b == /\ pc[1] = "b"
     /\ IF x > 3
           THEN /\ y' = x
           ELSE /\ TRUE
                /\ y' = y
     /\ Assert(y' >= 0, "Failure of assertion at line 9, column 4.")
     /\ pc' = [pc EXCEPT ![1] = "Done"]
     /\ UNCHANGED << x, u >>

p == a \/ b

c(self) == /\ pc[self] = "c"
           /\ x > 0
           /\ TRUE
           /\ pc' = [pc EXCEPT ![self] = "Done"]
           /\ UNCHANGED << x, y, u >>

q(self) == c(self)

(* Allow infinite stuttering to prevent deadlock on termination. *)
Terminating == /\ \A self \in ProcSet: pc[self] = "Done"
               /\ UNCHANGED vars

Next == p
           \/ (\E self \in {2, 3}: q(self))
           \/ Terminating

Spec == Init /\ [][Next]_vars

Termination == <>(\A self \in ProcSet: pc[self] = "Done")

\* END TRANSLATION
====
)";
  EXPECT_EQ(warnings(before + translation), "");
  EXPECT_EQ(warnings(changed(before, "await x > 0", "await x > 1") + translation), "4804 ");
}

}  // namespace
}  // namespace lorelei::tla::pluscal
