// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/standard_modules.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::tla {
namespace {

// A body that is a tuple of the parameters stands for what TLA+ does not say: only the level is read from it.
struct Text {
  std::string_view name, text;
};
constexpr Text kModules[] = {
    {"Naturals", R"(---- MODULE Naturals ----
Nat == CHOOSE N : TRUE
a + b == <<a, b>>
a - b == <<a, b>>
a * b == <<a, b>>
a ^ b == <<a, b>>
a < b == <<a, b>>
a > b == <<a, b>>
a <= b == <<a, b>>
a >= b == <<a, b>>
a % b == <<a, b>>
a \div b == <<a, b>>
a .. b == {i \in Nat : (a <= i) /\ (i <= b)}
====)"},
    {"Integers", R"(---- MODULE Integers ----
EXTENDS Naturals
Int == CHOOSE Z : TRUE
-. a == 0 - a
====)"},
    {"Reals", R"(---- MODULE Reals ----
EXTENDS Integers
Real == CHOOSE R : TRUE
Infinity == CHOOSE i : i \notin Real
a / b == <<a, b>>
====)"},
    {"Sequences", R"(---- MODULE Sequences ----
LOCAL INSTANCE Naturals
Seq(S) == UNION {[1..n -> S] : n \in Nat}
Len(s) == CHOOSE n \in Nat : DOMAIN s = 1..n
s \o t == [i \in 1..(Len(s) + Len(t)) |-> IF i <= Len(s) THEN s[i] ELSE t[i - Len(s)]]
Append(s, e) == s \o <<e>>
Head(s) == s[1]
Tail(s) == [i \in 1..(Len(s) - 1) |-> s[i + 1]]
SubSeq(s, m, n) == [i \in 1..(1 + n - m) |-> s[i + m - 1]]
SelectSeq(s, Test(_)) == <<s, Test(s)>>
====)"},
    {"FiniteSets", R"(---- MODULE FiniteSets ----
IsFiniteSet(S) == <<S>>
Cardinality(S) == <<S>>
====)"},
    {"Bags", R"(---- MODULE Bags ----
EXTENDS TLC
LOCAL INSTANCE Naturals
IsABag(B) == B \in [DOMAIN B -> {n \in Nat : n > 0}]
BagToSet(B) == DOMAIN B
SetToBag(S) == [e \in S |-> 1]
BagIn(e, B) == e \in BagToSet(B)
EmptyBag == SetToBag({})
CopiesIn(e, B) == IF BagIn(e, B) THEN B[e] ELSE 0
B1 (+) B2 == [e \in (DOMAIN B1) \cup (DOMAIN B2) |-> CopiesIn(e, B1) + CopiesIn(e, B2)]
B1 (-) B2 == [e \in {d \in DOMAIN B1 : CopiesIn(d, B1) > CopiesIn(d, B2)} |-> B1[e] - CopiesIn(e, B2)]
BagUnion(S) == <<S>>
B1 \sqsubseteq B2 == \A e \in DOMAIN B1 : B1[e] <= CopiesIn(e, B2)
SubBag(B) == <<B>>
BagOfAll(F(_), B) == <<F(B), B>>
BagCardinality(B) == <<B>>
====)"},
    {"TLC", R"(---- MODULE TLC ----
Print(out, val) == val
PrintT(out) == TRUE
Assert(val, out) == val
JavaTime == CHOOSE t : TRUE
TLCGet(i) == <<i>>
TLCSet(i, v) == <<i, v>>
d :> e == [x \in {d} |-> e]
f @@ g == [x \in (DOMAIN f) \cup (DOMAIN g) |-> IF x \in DOMAIN f THEN f[x] ELSE g[x]]
Permutations(S) == {f \in [S -> S] : \A w \in S : \E v \in S : f[v] = w}
SortSeq(s, Op(_, _)) == <<s, Op(s, s)>>
RandomElement(S) == CHOOSE x \in S : TRUE
Any == CHOOSE x : TRUE
ToString(v) == <<v>>
TLCEval(v) == v
====)"},
    {"TLCExt", R"(---- MODULE TLCExt ----
AssertError(err, exp) == <<err, exp>>
AssertEq(a, b) == a = b
Trace == CHOOSE s : TRUE
CounterExample == CHOOSE c : TRUE
ToTrace(CE) == <<CE>>
TLCModelValue(str) == <<str>>
TLCCache(expression, closure) == expression
TLCNoOp(val) == val
PickSuccessor(exp) == exp
TLCDefer(expression) == expression
TLCGetOrDefault(key, defaultVal) == <<key, defaultVal>>
TLCGetAndSet(key, Op(_, _), val, defaultVal) == <<key, Op(val, val), defaultVal>>
TLCFP(var) == <<var>>
TLCEvalDefinition(defName) == <<defName>>
====)"},
    {"Randomization", R"(---- MODULE Randomization ----
RandomSubset(k, S) == <<k, S>>
RandomSetOfSubsets(k, n, S) == <<k, n, S>>
RandomSubsetSet(k, probString, S) == <<k, probString, S>>
TestRandomSetOfSubsets(S, k, n) == <<S, k, n>>
TestRandomSubset(S, k, n) == <<S, k, n>>
====)"},
    {"Json", R"(---- MODULE Json ----
ToJson(val) == <<val>>
ToJsonArray(val) == <<val>>
ToJsonObject(val) == <<val>>
JsonSerialize(absoluteFilename, value) == <<absoluteFilename, value>>
JsonDeserialize(absoluteFilename) == <<absoluteFilename>>
ndJsonSerialize(absoluteFilename, value) == <<absoluteFilename, value>>
ndJsonDeserialize(absoluteFilename) == <<absoluteFilename>>
====)"},
};

// "Len(s)", "a + b", "-. a", "Nat": what stands on the left of a definition.
bool defines(std::string_view left, std::string_view symbol) {
  const auto words = split(left, ' ');
  const auto name = words.size() == 3 && words[0].find('(') == std::string_view::npos ? words[1] : words[0];
  return name.substr(0, std::max<std::size_t>(1, name.find('('))) == symbol;
}

}  // namespace

std::string_view standard_module_with(std::string_view symbol) {
  for (const auto& module : kModules)
    for (const auto line : split(module.text, '\n'))
      if (const auto end = line.find(" == "); end != std::string_view::npos && defines(line.substr(0, end), symbol))
        return module.name;
  return {};
}

std::optional<std::string_view> standard_module(std::string_view name) {
  for (const auto& module : kModules)
    if (module.name == name) return module.text;
  return {};
}

}  // namespace lorelei::tla
