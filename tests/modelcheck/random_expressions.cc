// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include "tests/modelcheck/random_module.hh"

namespace lorelei::modelcheck {

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::string RandomExpressions::fresh(const char* stem) { return fmt::format("{}{}", stem, ++names_); }

template <typename Body>
std::string RandomExpressions::with(const std::string& name, Type type, const Body& body) {
  scope.push_back({name, type});
  auto made = body();
  scope.pop_back();
  return made;
}

std::string RandomExpressions::literal(Type type) {
  switch (type) {
    case Type::kInteger:
      return fmt::format("{}", dice_.below(4));
    case Type::kBoolean:
      return dice_.one_in(2) ? "TRUE" : "FALSE";
    case Type::kString:
      return dice_.any<std::string>({"\"a\"", "\"b\"", "\"c\""});
    case Type::kSet:
      return dice_.any<std::string>({"{}", "{0, 2}", "0..1", "{1}"});
    case Type::kSequence:
      return dice_.any<std::string>({"<<>>", "<<1>>", "<<0, 1>>"});
    case Type::kFunction:
      return dice_.any<std::string>({"<<0, 1>>", "[i0 \\in 1..2 |-> i0]", "(1 :> 0 @@ 2 :> 0)"});
    case Type::kRecord:
      break;
  }
  return fmt::format("[m |-> {}, n |-> {}]", literal(Type::kInteger), literal(Type::kBoolean));
}

std::string RandomExpressions::bounded(Type type, const std::string& of) {
  switch (type) {
    case Type::kInteger:
      return fmt::format("(({}) % 3)", of);
    case Type::kBoolean:
    case Type::kString:
      return of;
    case Type::kSet:
      return fmt::format("(({}) \\cap (0..2))", of);
    case Type::kSequence: {
      const auto name = fresh("q");
      return fmt::format("(LET {0} == {1} IN IF Len({0}) > 2 THEN <<>> ELSE [i{0} \\in DOMAIN {0} |-> {0}[i{0}] % 2])",
                         name, of);
    }
    case Type::kFunction: {
      const auto name = fresh("i");
      return fmt::format("[{0} \\in 1..2 |-> ({1})[{0}] % 2]", name, of);
    }
    case Type::kRecord:
      break;
  }
  return fmt::format("[({}) EXCEPT !.m = @ % 2]", of);
}

std::string RandomExpressions::any_set(Type of, int depth) {
  switch (of) {
    case Type::kInteger:
      return dice_.one_in(2) ? dice_.any<std::string>({"(0..2)", "{1, 2}", "{0}", "(1..2)"})
                             : fmt::format("({} \\cup {{1}})", expression(Type::kSet, depth));
    case Type::kBoolean:
      return dice_.one_in(4) ? "{TRUE}" : "BOOLEAN";
    case Type::kString:
      return dice_.one_in(2) ? "{\"a\", \"b\"}" : "{\"c\"}";
    case Type::kSet:
      return dice_.one_in(2) ? "(SUBSET {0, 1})" : fmt::format("(SUBSET ({} \\cap {{1}}))", expression(of, depth));
    case Type::kSequence:
      return fmt::format("{{<<>>, {}}}", expression(of, depth));
    case Type::kFunction:
      return dice_.one_in(2) ? "[1..2 -> {0, 1}]" : "[1..2 -> {1}]";
    case Type::kRecord:
      break;
  }
  return dice_.one_in(2) ? "[m : {0, 1}, n : {TRUE}]" : fmt::format("{{{}}}", expression(of, depth));
}

std::string RandomExpressions::expression(Type type, int depth) {
  if (dice_.one_in(600)) type = static_cast<Type>(dice_.below(kTypes));  // wrong, more often than not
  std::vector<std::string> known;
  for (const auto& [name, of] : scope)
    if (of == type) known.push_back(name);
  if (depth <= 0) return known.empty() || dice_.one_in(4) ? literal(type) : dice_.any(known);
  if (!known.empty() && dice_.one_in(5)) return dice_.any(known);
  if (dice_.one_in(4)) return common(type, depth - 1);
  switch (type) {
    case Type::kInteger:
      return integer(depth - 1);
    case Type::kBoolean:
      return truth(depth - 1);
    case Type::kString:
      return literal(type);
    case Type::kSet:
      return set(depth - 1);
    case Type::kSequence:
      return sequence(depth - 1);
    case Type::kFunction:
      return function(depth - 1);
    case Type::kRecord:
      break;
  }
  return record(depth - 1);
}

std::string RandomExpressions::lambda(Type type, int depth) {
  const auto name = fresh("l");
  return fmt::format("LAMBDA {} : {}", name, with(name, type, [&] { return expression(type, depth); }));
}

std::string RandomExpressions::common(Type type, int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(6)) {
    case 0:
      return fmt::format("(IF {} THEN {} ELSE {})", of(Type::kBoolean), of(type), of(type));
    case 1:
      return fmt::format("(CASE {} -> {} [] {} -> {} [] OTHER -> {})", of(Type::kBoolean), of(type), of(Type::kBoolean),
                         of(type), of(type));
    case 2: {
      const auto name = fresh("d");
      const auto other = static_cast<Type>(dice_.below(kTypes));
      const auto value = of(other);
      return fmt::format("(LET {} == {} IN {})", name, value, with(name, other, [&] { return of(type); }));
    }
    case 3: {
      const auto name = fresh("D"), parameter = fresh("p");
      const auto body = with(parameter, Type::kInteger, [&] { return of(type); });
      return fmt::format("(LET {0}({1}) == {2} IN IF {3} = {0}({4}) THEN {0}({5}) ELSE {0}(1))", name, parameter, body,
                         of(type), of(Type::kInteger), of(Type::kInteger));
    }
    default:
      break;
  }
  std::vector<const Defined*> known;
  for (const auto& one : defined_)
    if (one.type == type) known.push_back(&one);
  if (known.empty()) return literal(type);
  const auto& one = *dice_.any(known);
  if (one.kind == Defined::Kind::kFunction) return fmt::format("{}[({}) % 3]", one.name, of(Type::kInteger));
  if (one.kind == Defined::Kind::kRecursive)
    return fmt::format("{}(({}) % 3, {})", one.name, of(Type::kInteger), of(one.parameters[1]));
  std::string arguments = one.kind == Defined::Kind::kHigher ? lambda(type, depth) : "";
  for (const auto parameter : one.parameters) arguments += (arguments.empty() ? "" : ", ") + of(parameter);
  return arguments.empty() ? one.name : fmt::format("{}({})", one.name, arguments);
}

std::string RandomExpressions::integer(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  const auto two = [&](const char* name) {
    return fmt::format("(({}) {} ({}))", of(Type::kInteger), name, of(Type::kInteger));
  };
  switch (dice_.below(13)) {
    case 0:
      return two("+");
    case 1:
      return two("-");
    case 2:
      return two("*");
    case 3:
      return fmt::format("(({}) {} {})", of(Type::kInteger), dice_.one_in(2) ? "%" : "\\div", dice_.one_in(12) ? 0 : 2);
    case 4:
      return fmt::format("(-{})", literal(Type::kInteger));
    case 5:
      return fmt::format("Cardinality({})", of(Type::kSet));
    case 6:
      return fmt::format("Len({})", of(Type::kSequence));
    case 7:
      return fmt::format("({})[(({}) % 2) + 1]", of(Type::kFunction), of(Type::kInteger));
    case 8:
      return fmt::format("({}).m", of(Type::kRecord));
    case 9: {
      const auto name = fresh("s");
      if (dice_.one_in(8)) return fmt::format("Head({})", of(Type::kSequence));
      return fmt::format("(LET {0} == {1} IN IF {0} = <<>> THEN 0 ELSE Head({0}))", name, of(Type::kSequence));
    }
    case 10: {
      const auto name = fresh("c");
      const auto condition = with(name, Type::kInteger, [&] { return of(Type::kBoolean); });
      return fmt::format("(CHOOSE {} \\in {} : {} \\/ {} >= 0)", name, any_set(Type::kInteger, depth), condition, name);
    }
    case 11: {
      const auto a = fresh("t"), b = fresh("t");
      return fmt::format("Cardinality({{<<{0}, {1}>> \\in ({2}) \\X (1..2) : {0} < {1}}})", a, b, of(Type::kSet));
    }
    default:
      return two(dice_.one_in(2) ? "+" : "-");
  }
}

std::string RandomExpressions::truth(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(11)) {
    case 0:
      return fmt::format("({} /\\ {})", of(Type::kBoolean), of(Type::kBoolean));
    case 1:
      return fmt::format("({} \\/ {})", of(Type::kBoolean), of(Type::kBoolean));
    case 2:
      return fmt::format("({} {} {})", of(Type::kBoolean), dice_.one_in(2) ? "=>" : "<=>", of(Type::kBoolean));
    case 3:
      return fmt::format("(~{})", of(Type::kBoolean));
    case 4: {
      const auto type = static_cast<Type>(dice_.below(kTypes));
      return fmt::format("({} {} {})", of(type), dice_.one_in(3) ? "#" : "=", of(type));
    }
    case 5:
      return fmt::format("({} {} {})", of(Type::kInteger), dice_.any<std::string>({"<", "<=", ">", ">="}),
                         of(Type::kInteger));
    case 6: {
      const auto type = static_cast<Type>(dice_.below(kTypes));
      return fmt::format("({} {} {})", of(type), dice_.one_in(3) ? "\\notin" : "\\in", any_set(type, depth));
    }
    case 7:
      return fmt::format("({} \\subseteq {})", of(Type::kSet), of(Type::kSet));
    case 8: {
      const auto type = static_cast<Type>(dice_.below(kTypes));
      const auto a = fresh("e"), b = fresh("e"), over = any_set(type, depth);
      scope.push_back({a, type});
      const auto body = with(b, type, [&] { return of(Type::kBoolean); });
      scope.pop_back();
      return fmt::format("(\\{} {}, {} \\in {} : {})", dice_.one_in(2) ? "A" : "E", a, b, over, body);
    }
    case 9: {
      const auto a = fresh("t"), b = fresh("t"), over = any_set(Type::kInteger, depth);
      scope.push_back({a, Type::kInteger});
      const auto body = with(b, Type::kBoolean, [&] { return of(Type::kBoolean); });
      scope.pop_back();
      return fmt::format("(\\{} <<{}, {}>> \\in {} \\X BOOLEAN : {})", dice_.one_in(2) ? "A" : "E", a, b, over, body);
    }
    default:
      return fmt::format("({}).n", of(Type::kRecord));
  }
}

std::string RandomExpressions::set(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(8)) {
    case 0:
      return fmt::format("{{{}, {}}}", of(Type::kInteger), of(Type::kInteger));
    case 1:
      return fmt::format("({} {} {})", of(Type::kSet), dice_.any<std::string>({"\\cup", "\\cap", "\\"}),
                         of(Type::kSet));
    case 2: {
      const auto name = fresh("f");
      const auto body = with(name, Type::kInteger, [&] { return of(Type::kBoolean); });
      return fmt::format("{{{} \\in {} : {}}}", name, of(Type::kSet), body);
    }
    case 3: {
      const auto type = static_cast<Type>(dice_.below(kTypes));
      const auto name = fresh("g"), over = any_set(type, depth);
      return fmt::format("{{{} : {} \\in {}}}", with(name, type, [&] { return of(Type::kInteger); }), name, over);
    }
    case 4:
      return fmt::format("(({}) % 2 .. ({}) % 3)", of(Type::kInteger), of(Type::kInteger));
    case 5:
      return fmt::format("(UNION {{{}, {}}})", of(Type::kSet), of(Type::kSet));
    case 6: {
      const auto name = fresh("c");
      return fmt::format("(CHOOSE {0} \\in SUBSET ({1} \\cap 0..2) : Cardinality({0}) <= 1)", name, of(Type::kSet));
    }
    default:
      return fmt::format("(DOMAIN {})", of(dice_.one_in(2) ? Type::kFunction : Type::kSequence));
  }
}

std::string RandomExpressions::sequence(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(6)) {
    case 0:
      return fmt::format("Append({}, {})", of(Type::kSequence), of(Type::kInteger));
    case 1:
      return fmt::format("({} \\o {})", of(Type::kSequence), of(Type::kSequence));
    case 2: {
      const auto name = fresh("s");
      return fmt::format("(LET {0} == {1} IN IF {0} = <<>> THEN {0} ELSE Tail({0}))", name, of(Type::kSequence));
    }
    case 3: {
      const auto name = fresh("s");
      return fmt::format("(LET {0} == {1} IN SubSeq({0}, 1, Len({0}) - 1))", name, of(Type::kSequence));
    }
    case 4: {
      const auto name = fresh("l");
      const auto body = with(name, Type::kInteger, [&] { return of(Type::kBoolean); });
      return fmt::format("SelectSeq({}, LAMBDA {} : {})", of(Type::kSequence), name, body);
    }
    default:
      return fmt::format("<<{}, {}>>", of(Type::kInteger), of(Type::kInteger));
  }
}

std::string RandomExpressions::function(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(4)) {
    case 0: {
      const auto name = fresh("i");
      return fmt::format("[{} \\in 1..2 |-> {}]", name, with(name, Type::kInteger, [&] { return of(Type::kInteger); }));
    }
    case 1:
      return fmt::format("[{} EXCEPT ![{}] = @ + {}]", of(Type::kFunction), of(Type::kInteger), of(Type::kInteger));
    case 2:
      return fmt::format("[{} EXCEPT ![1] = {}, ![{}] = LET {} == @ IN @ * 2]", of(Type::kFunction), of(Type::kInteger),
                         literal(Type::kInteger), fresh("u"));
    default:
      return fmt::format("(1 :> {} @@ {})", of(Type::kInteger), of(Type::kFunction));
  }
}

std::string RandomExpressions::record(int depth) {
  const auto of = [&](Type what) { return expression(what, depth); };
  switch (dice_.below(4)) {
    case 0:
      return fmt::format("[n |-> {}, m |-> {}]", of(Type::kBoolean), of(Type::kInteger));
    case 1:
      return fmt::format("[{} EXCEPT !.m = {}, !.n = ~@]", of(Type::kRecord), of(Type::kInteger));
    case 2:
      return fmt::format("[<<{}, {}>> EXCEPT ![2].m = @ + {}, ![1] = {}][2]", of(Type::kRecord), of(Type::kRecord),
                         of(Type::kInteger), literal(Type::kRecord));
    default:
      return fmt::format("[[k |-> <<{}>>] EXCEPT !.k[1].n = {}].k[1]", of(Type::kRecord), of(Type::kBoolean));
  }
}

std::string RandomExpressions::definitions(int count) {
  std::string out;
  const auto outer = scope;
  for (int i = 0; i < count; ++i) {
    Defined made{fresh("Op"), {}, static_cast<Type>(dice_.below(kTypes)), static_cast<Defined::Kind>(dice_.below(4))};
    std::string parameters;
    const auto parameter = [&](Type type) {
      const auto name = fresh("p");
      scope.push_back({name, type});
      made.parameters.push_back(type);
      parameters += (parameters.empty() ? "" : ", ") + name;
      return name;
    };
    const auto body = [&](int depth) { return expression(made.type, depth); };
    switch (made.kind) {
      case Defined::Kind::kPlain:
        for (int n = dice_.below(3); n > 0; --n) parameter(static_cast<Type>(dice_.below(kTypes)));
        out += made.name + (parameters.empty() ? "" : "(" + parameters + ")") + " == " + body(3) + "\n";
        break;
      case Defined::Kind::kHigher: {
        const auto name = parameter(made.type), operation = fresh("F");
        out += fmt::format("{}({}(_), {}) == IF {} THEN {}({}({})) ELSE {}({})\n", made.name, operation, name,
                           expression(Type::kBoolean, 2), operation, operation, name, operation, body(2));
        break;
      }
      case Defined::Kind::kRecursive: {
        const auto number = parameter(Type::kInteger), value = parameter(made.type);
        out += fmt::format("RECURSIVE {}(_, _)\n{}({}) == IF {} <= 0 THEN {} ELSE {}({} - 1, {})\n", made.name,
                           made.name, parameters, number, value, made.name, number, body(2));
        break;
      }
      case Defined::Kind::kFunction: {
        const auto name = fresh("n");
        scope.push_back({name, Type::kInteger});
        out += fmt::format("{0}[{1} \\in 0..2] == IF {1} = 0 THEN {2} ELSE LET before{1} == {0}[{1} - 1] IN {3}\n",
                           made.name, name, body(1),
                           with("before" + name, made.type, [&] { return expression(made.type, 2); }));
        break;
      }
    }
    scope = outer;
    defined_.push_back(made);
  }
  return out;
}

}  // namespace lorelei::modelcheck
