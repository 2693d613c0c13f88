// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_translate.hh"

#include <gtest/gtest.h>

#include "tests/tla/pluscal.hh"

namespace lorelei::tla::pluscal {
namespace {

TEST(PluscalTranslate, AWholeAlgorithmWithoutProcesses) {
  const auto out = translated(
      "--algorithm A variables x = 0, y \\in {1, 2}, z; begin\n"
      "a: x := x + 1; y := x;\nb: while x < 3 do x := x + y; end while; z := x;\nend algorithm");
  EXPECT_EQ(out.messages, "");
  EXPECT_EQ(out.text, R"(CONSTANT defaultInitValue
VARIABLES pc, x, y, z

vars == << pc, x, y, z >>

Init == (* Global variables *)
        /\ x = 0
        /\ y \in {1, 2}
        /\ z = defaultInitValue
        /\ pc = "a"

a == /\ pc = "a"
     /\ x' = x + 1
     /\ y' = x'
     /\ pc' = "b"
     /\ UNCHANGED z

b == /\ pc = "b"
     /\ IF x < 3
           THEN /\ x' = x + y
                /\ pc' = "b"
                /\ UNCHANGED z
           ELSE /\ z' = x
                /\ pc' = "Done"
                /\ UNCHANGED x
     /\ UNCHANGED y

(* Endless stuttering, so that an end is no deadlock. *)
Terminating == /\ pc = "Done"
               /\ UNCHANGED vars

Next == \/ a \/ b
        \/ Terminating

Spec == /\ Init /\ [][Next]_vars

Termination == <>(pc = "Done")
)");
}

constexpr auto kProcesses = R"(--algorithm A
variables x = 0;
define
  Big == x > 2
end define;
procedure f(n) variables l = n + 1; begin
f1: x := n + l; return;
end procedure;
process p = 7 variables u = self; begin
a: u := self + x; call f(u);
end process;
fair process q \in {1, 2} variables v = self, w \in {v}; begin
b: v := w || x := v;
   call f(v); goto b;
end process;
end algorithm)";

TEST(PluscalTranslate, AWholeAlgorithmWithProcesses) {
  const auto out = translated(kProcesses);
  EXPECT_EQ(out.messages, "");
  EXPECT_EQ(out.text, R"(CONSTANT defaultInitValue
VARIABLES pc, x, stack

(* define statement *)
  Big == x > 2

VARIABLES n, l, u, v, w

vars == << pc, x, stack, n, l, u, v, w >>

ProcSet == {7} \cup ({1, 2})

Init == (* Global variables *)
        /\ x = 0
        (* Procedure f *)
        /\ n = [self \in ProcSet |-> defaultInitValue]
        /\ l = [self \in ProcSet |-> n[self] + 1]
        (* Process p *)
        /\ u = 7
        (* Process q *)
        /\ v = [self \in {1, 2} |-> self]
        /\ w \in [{1, 2} -> {v[CHOOSE self \in ({1, 2}) : TRUE]}]
        /\ stack = [self \in ProcSet |-> <<>>]
        /\ pc = [self \in ProcSet |-> CASE self = 7 -> "a"
                                        [] self \in {1, 2} -> "b"]

f1(self) == /\ pc[self] = "f1"
            /\ x' = n[self] + l[self]
            /\ pc' = [pc EXCEPT ![self] = Head(stack[self]).pc]
            /\ l' = [l EXCEPT ![self] = Head(stack[self]).l]
            /\ n' = [n EXCEPT ![self] = Head(stack[self]).n]
            /\ stack' = [stack EXCEPT ![self] = Tail(stack[self])]
            /\ UNCHANGED << u, v, w >>

f(self) == f1(self)

a == /\ pc[7] = "a"
     /\ u' = 7 + x
     /\ n' = [n EXCEPT ![7] = u']
     /\ stack' = [stack EXCEPT ![7] = <<[procedure |-> "f", pc |-> "Done", l |-> l[7], n |-> n[7]]>> \o stack[7]]
     /\ l' = [l EXCEPT ![7] = n'[7] + 1]
     /\ pc' = [pc EXCEPT ![7] = "f1"]
     /\ UNCHANGED << x, v, w >>

p == a

b(self) == /\ pc[self] = "b"
           /\ v' = [v EXCEPT ![self] = w[self]]
           /\ x' = v[self]
           /\ n' = [n EXCEPT ![self] = v'[self]]
           /\ stack' = [stack EXCEPT ![self] = <<[procedure |-> "f", pc |-> "b", l |-> l[self], n |-> n[self]]>> \o stack[self]]
           /\ l' = [l EXCEPT ![self] = n'[self] + 1]
           /\ pc' = [pc EXCEPT ![self] = "f1"]
           /\ UNCHANGED << u, w >>

q(self) == b(self)

(* Endless stuttering, so that an end is no deadlock. *)
Terminating == /\ \A self \in ProcSet: pc[self] = "Done"
               /\ UNCHANGED vars

Next == \/ \E self \in ProcSet: \/ f(self)
        \/ p
        \/ \E self \in {1, 2}: q(self)
        \/ Terminating

Spec == /\ Init /\ [][Next]_vars
        /\ \A self \in {1, 2} : /\ WF_vars(q(self))
                                /\ WF_vars(f(self))

Termination == <>(\A self \in ProcSet: pc[self] = "Done")
)");
}

// The step "a" of an algorithm without processes.
std::string step(std::string_view statements) {
  return definition_of("a", fmt::format("--algorithm A variables x = 0, y = 0, z = [i \\in 1..2 |-> 0]; begin\na: {}\n"
                                        "end algorithm",
                                        statements));
}

TEST(PluscalTranslate, Assignments) {
  EXPECT_EQ(step("z[1] := 1 || z[2].f[x, y] := z[1] || x := y || y := x;"), R"(a == /\ pc = "a"
     /\ z' = [z EXCEPT ![1] = 1, ![2].f[x, y] = z[1]]
     /\ x' = y
     /\ y' = x
     /\ pc' = "Done"
)");
  EXPECT_EQ(step("x := y = 1 \\/ y = 2; z[x] := x;"), R"(a == /\ pc = "a"
     /\ x' = (y = 1 \/ y = 2)
     /\ z' = [z EXCEPT ![x'] = x']
     /\ pc' = "Done"
     /\ UNCHANGED y
)");
  EXPECT_EQ(step("x := 1 || x := 2;"),
            "3:4 'x' is assigned to twice in one statement\n"
            "3:14 'x' is assigned to twice in one statement\n");
}

TEST(PluscalTranslate, Branches) {
  EXPECT_EQ(step("if x = 0 then x := 1; elsif y = 0 then y := 1; end if; z := x + y;"), R"(a == /\ pc = "a"
     /\ IF x = 0
           THEN /\ x' = 1
                /\ UNCHANGED y
           ELSE /\ IF y = 0
                      THEN /\ y' = 1
                      ELSE /\ UNCHANGED y
                /\ UNCHANGED x
     /\ z' = x' + y'
     /\ pc' = "Done"
)");
  EXPECT_EQ(step("either x := 1; or await y = 1; goto a; or skip; b: x := 2; end either;"), R"(a == /\ pc = "a"
     /\ \/ /\ x' = 1
           /\ pc' = "Done"
        \/ /\ y = 1
           /\ pc' = "a"
           /\ UNCHANGED x
        \/ /\ TRUE
           /\ pc' = "b"
           /\ UNCHANGED x
     /\ UNCHANGED << y, z >>
)");
}

TEST(PluscalTranslate, With) {
  EXPECT_EQ(step("with i \\in {1} \\cup {x}, j = i + x, k \\in {j} do x := k; y := x + z[i]; end with;"),
            R"(a == /\ pc = "a"
     /\ \E i \in {1} \cup {x}:
          /\ LET j == i + x IN
               /\ \E k \in {j}:
                    /\ x' = k
                    /\ y' = x' + z[i]
     /\ pc' = "Done"
     /\ UNCHANGED z
)");
  EXPECT_EQ(step("with i = 1 do i := 2; end with;"), "3:18 'i' is a name of 'with': nothing can be assigned to it\n");
}

TEST(PluscalTranslate, TheRestOfTheStatements) {
  EXPECT_EQ(step("skip; print <<x, \"a\\\"b\">>; assert x = 0; goto Done;"), R"(a == /\ pc = "a"
     /\ TRUE
     /\ PrintT(<<x, "a\"b">>)
     /\ Assert(x = 0, "Failure of assertion at line 3, column 31.")
     /\ pc' = "Done"
     /\ UNCHANGED << x, y, z >>
)");
}

TEST(PluscalTranslate, JunctionListsStayWhatTheyAre) {
  EXPECT_EQ(
      step(
          "x := 1; await /\\ x = 1 /\\ \\/ y = 1\n                             \\/ y = x\n                 /\\ y = 2;"),
      R"(a == /\ pc = "a"
     /\ x' = 1
     /\ /\ x' = 1 /\ \/ y = 1
                     \/ y = x'
        /\ y  = 2
     /\ pc' = "Done"
     /\ UNCHANGED << y, z >>
)");
}

TEST(PluscalTranslate, EndlessLoopsDropTheTestAndWhatIsBehind) {
  EXPECT_EQ(step("while TRUE do x := 1; b: y := 1; end while; z := 1;"), R"(a == /\ pc = "a"
     /\ x' = 1
     /\ pc' = "b"
     /\ UNCHANGED << y, z >>
)");
}

TEST(PluscalTranslate, WithoutPc) {
  const auto one =
      translated("--algorithm A variables x = 0; begin a: while TRUE do x := 1 - x; end while; end algorithm");
  EXPECT_EQ(one.text.substr(one.text.find("Init")),
            "Init == (* Global variables *)\n        /\\ x = 0\n\nNext == /\\ x' = 1 - x\n\n"
            "Spec == /\\ Init /\\ [][Next]_vars\n");
  const auto several = translated(
      "--fair algorithm A variables x = 0, y = 0; process p = 1 begin a: while TRUE do x := 1; "
      "end while; end process; process q \\in {2} begin b: while TRUE do y := self; end while; "
      "end process; end algorithm");
  EXPECT_EQ(definition(several.text, "p"), "p == /\\ x' = 1\n     /\\ UNCHANGED y\n");
  EXPECT_EQ(definition(several.text, "q"), "q(self) == /\\ y' = self\n           /\\ UNCHANGED x\n");
  EXPECT_EQ(definition(several.text, "Next"), "Next == \\/ p\n        \\/ \\E self \\in {2}: q(self)\n");
  for (const auto* with_pc :
       {"a:+ while TRUE do x := 1; end while;", "a: while TRUE do x := 1; b: skip; end while;",
        "a: skip; b: while TRUE do x := 1; end while;", "a: while TRUE do x := 1; goto a; end while;"})
    EXPECT_NE(translated(fmt::format("--algorithm A variables x = 0; begin {} end algorithm", with_pc))
                  .text.find("VARIABLES pc, x"),
              std::string::npos)
        << with_pc;
}

TEST(PluscalTranslate, WithoutTermination) {
  const auto of = [](std::string_view statements) {
    return translated(fmt::format("--algorithm A variables x = 0; process p = 1 begin {} end process; "
                                  "process q = 2 begin z: skip; end process; end algorithm",
                                  statements))
               .text.find("Terminating") == std::string::npos;
  };
  EXPECT_TRUE(of("a: while TRUE do x := 1; b: skip; end while;"));
  EXPECT_FALSE(of("a: while x = 0 do x := 1; b: skip; end while;"));
  EXPECT_FALSE(of("a: skip; b: while TRUE do x := 1; end while;"));
  EXPECT_FALSE(of("a: while TRUE do x := 1; goto Done; end while;"));
  Options options;
  options.has_no_done_disjunct = true;
  const auto text = translated("--algorithm A begin a: skip; end algorithm", options).text;
  EXPECT_EQ(definition(text, "Next"), "Next == \\/ a\n");
}

// Of a procedure "g(m)" with a local "v".
std::string in_procedure(std::string_view statement, const Options& options = {}) {
  return definition_of("a",
                       fmt::format("--algorithm A procedure h(n) variables l; begin h1: return; end procedure;"
                                   " procedure g(m) variables v = 1; begin a: {} end procedure;"
                                   " begin b: call g(1); end algorithm",
                                   statement),
                       options);
}

TEST(PluscalTranslate, CallsInPlaceOfTheCaller) {
  EXPECT_EQ(in_procedure("call h(m); return;"), R"(a == /\ pc = "a"
     /\ n' = m
     /\ v' = Head(stack).v
     /\ m' = Head(stack).m
     /\ stack' = <<[procedure |-> "h", pc |-> Head(stack).pc, l |-> l, n |-> n]>> \o Tail(stack)
     /\ l' = defaultInitValue
     /\ pc' = "h1"
)");
  Options options;
  options.is_compatible = true;
  EXPECT_EQ(in_procedure("call h(m); return;", options), R"(a == /\ pc = "a"
     /\ n' = m
     /\ v' = Head(stack).v
     /\ stack' = <<[procedure |-> "h", pc |-> Head(stack).pc, l |-> l, n |-> n]>> \o Tail(stack)
     /\ l' = defaultInitValue
     /\ pc' = "h1"
     /\ UNCHANGED m
)");
  EXPECT_EQ(in_procedure("call g(m + 1); return;"), R"(a == /\ pc = "a"
     /\ m' = m + 1
     /\ v' = 1
     /\ pc' = "a"
     /\ UNCHANGED << stack, n, l >>
)");
}

TEST(PluscalTranslate, WhatCannotBe) {
  EXPECT_EQ(step("w := 1;"), "3:4 'w' is assigned to but is no variable here\n");
  EXPECT_EQ(step("pc := 1;"), "3:4 'pc' is the translation's own\n");
  EXPECT_EQ(step("return;"), "3:4 'return' stands outside of a procedure\n");
  EXPECT_EQ(step("goto ab;"), "3:9 there is no label 'ab' in the algorithm\n");
  EXPECT_EQ(in_procedure("call hh(1); b: return;"), "2:125 there is no procedure 'hh'\n");
  EXPECT_EQ(in_procedure("call h(); b: return;"), "2:125 the procedure 'h' takes 1 argument(s), not 0\n");
}

TEST(PluscalTranslate, SaysWhatIsNearest) {
  const Source source("M.tla", module_with("--algorithm A variables count = 0; begin\nstart: conut := 1; goto strat;\n"
                                           "end algorithm"));
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(translate(source, {}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 2);
  EXPECT_EQ(diagnostics[0].hint, "is 'count' meant?");
  EXPECT_EQ(diagnostics[1].hint, "is 'start' meant?");
}

TEST(PluscalTranslate, Warnings) {
  EXPECT_EQ(step("goto b; c: skip; b: skip;"), "3:12 control never comes to the label 'c'\n");
  EXPECT_EQ(in_procedure("if m = 1 then return; end if;"),
            "2:117 the procedure 'g' can end here without 'return': its process stands still then\n");
  EXPECT_EQ(messages("--algorithm A variables x = 0, y = 0; define Old == x  Both(a) == Old + a end define; begin\n"
                     "a: y := Both(1); x := 1; b: x := 1; y := Both(2) + x; end algorithm"),
            "3:42 'Both' reads 'x' as it was before this step, though it was assigned to\n");
}

// The formula of an algorithm with one process "p" (with a label "b" as given) that calls "f", which calls "g".
std::string spec(std::string_view fair, std::string_view labels = "", Options options = {}) {
  return definition_of(
      "Spec",
      fmt::format("--algorithm A macro m() begin call f(); end macro;"
                  " procedure g() begin g1:+ return; end procedure; procedure f() begin f1: call g(); f2: return; end "
                  "procedure; {} process p \\in {{1}} begin a: m(); b:{} skip; end process; end algorithm",
                  fair, labels),
      options);
}

TEST(PluscalFairness, OfProcessesAndWhatTheyCall) {
  EXPECT_EQ(spec(""), "Spec == /\\ Init /\\ [][Next]_vars\n");
  EXPECT_EQ(spec("fair", "-"), R"(Spec == /\ Init /\ [][Next]_vars
        /\ \A self \in {1} : /\ WF_vars((pc[self] \notin {"b"}) /\ p(self))
                             /\ WF_vars(f(self))
                             /\ WF_vars(g(self))
                             /\ SF_vars(g1(self))
)");
  EXPECT_EQ(spec("fair+", "+"), R"(Spec == /\ Init /\ [][Next]_vars
        /\ \A self \in {1} : /\ SF_vars(p(self))
                             /\ SF_vars(f(self))
                             /\ SF_vars(g(self))
)");
  Options options;
  options.is_compatible = true;
  EXPECT_EQ(spec("fair", "", options), R"(Spec == /\ Init /\ [][Next]_vars
        /\ \A self \in {1} : /\ WF_vars(p(self))
)");
}

TEST(PluscalFairness, ByOptions) {
  using Fair = Options::Fair;
  Options options;
  options.fair = Fair::kNext;
  EXPECT_EQ(spec("", "", options), "Spec == /\\ Init /\\ [][Next]_vars\n        /\\ WF_vars(Next)\n");
  options.fair = Fair::kNone;
  EXPECT_EQ(spec("fair", "", options), spec(""));
  options.fair = Fair::kStrong;
  EXPECT_EQ(spec("", "", options), spec("fair+"));
  EXPECT_EQ(spec("fair", "", options), spec("fair"));
  options.fair = {};
  options.has_termination = true;
  EXPECT_EQ(spec("", "", options), spec("fair"));
  constexpr auto kOne = "--fair algorithm A begin a: skip; end algorithm";
  EXPECT_EQ(definition_of("Spec", kOne), "Spec == /\\ Init /\\ [][Next]_vars\n        /\\ WF_vars(Next)\n");
  options.fair = Fair::kNone;
  EXPECT_EQ(messages(kOne, options), "2:21 the option nof has no effect on a fair algorithm without processes\n");
}

TEST(PluscalTranslate, ATableOfWhatActionsAre) {
  const auto out = translated(kProcesses);
  ASSERT_TRUE(out.all);
  std::string table;
  for (const auto& one : out.all->actions)
    table += fmt::format("{}.{} {}\n", out.all->bodies[one.body].name, one.label, one.action);
  EXPECT_EQ(table, "f.f1 f1\np.a a\nq.b b\n");
  EXPECT_EQ(out.all->bodies[2].fairness, Fairness::kWeak);
  EXPECT_EQ(out.all->bodies[2].called, std::vector<std::size_t>{0});
  EXPECT_TRUE(out.all->needs_sequences);
  EXPECT_FALSE(out.all->needs_tlc);
}

}  // namespace
}  // namespace lorelei::tla::pluscal
