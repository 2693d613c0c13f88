// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_parser.hh"

#include <fmt/core.h>

#include "tla/pluscal_cursor.hh"
#include "tla/pluscal_layout.hh"
#include "tla/pluscal_statements.hh"

namespace lorelei::tla::pluscal {
namespace {

// The order of the sections.
enum class Section { kVariables, kDefine, kMacros, kProcedures, kProcesses };
constexpr std::string_view kSections[] = {"variables", "define", "macros", "procedures", "processes"};

Name name_of(const Token& token) { return {token.text, token.text, token.place}; }

class Parser {
 public:
  Parser(const Tokens& tokens, std::vector<Diagnostic>& diagnostics) : cursor_(tokens, diagnostics) {}

  std::optional<Algorithm> run() {
    if (!head()) return std::nullopt;
    StatementReader statements(cursor_, all_.is_c_syntax);
    statements_ = &statements;
    while (section() && !cursor_.gave_up()) {
    }
    body();
    foot();
    if (cursor_.has_errors()) return std::nullopt;
    all_.end = cursor_.before().place.end;
    return std::move(all_);
  }

 private:
  bool head() {
    cursor_.take_if("--");
    all_.is_fair = cursor_.take_if("fair");
    Token name;
    if (!cursor_.expect("algorithm", "this") || !cursor_.expect_name(name, "the algorithm's name")) return false;
    all_.name = name_of(name);
    all_.is_c_syntax = cursor_.take_if("{");
    return true;
  }

  // The next section, if there is one.
  bool section() {
    if (cursor_.is_any({"variable", "variables"})) {
      enter(Section::kVariables);
      variables(all_.globals, Kind::kFree);
    } else if (cursor_.is("define")) {
      enter(Section::kDefine);
      define();
    } else if (cursor_.is("macro")) {
      enter(Section::kMacros);
      macro();
    } else if (cursor_.is("procedure")) {
      enter(Section::kProcedures);
      procedure();
    } else if (cursor_.is("process") || (cursor_.is("fair") && (cursor_.is("process", 1) || cursor_.is("+", 1)))) {
      enter(Section::kProcesses);
      process();
    } else {
      return false;
    }
    if (cursor_.is_broken()) skip_to_section();
    return true;
  }

  void enter(Section section) {
    if (section < last_ || (section == last_ && section < Section::kMacros && is_entered_)) {
      cursor_.error(cursor_.peek().place,
                    section == last_ ? fmt::format("there are {} already", kSections[static_cast<int>(section)])
                                     : fmt::format("{} must stand before {}", kSections[static_cast<int>(section)],
                                                   kSections[static_cast<int>(last_)]),
                    "the order is: variables, define, macros, procedures, processes");
      cursor_.mended();
    }
    last_ = std::max(last_, section);
    is_entered_ = true;
  }

  void skip_to_section() {
    cursor_.take();
    while (!cursor_.at_end() && !cursor_.is_any({"define", "macro", "procedure", "process", "fair", "begin"}) &&
           !(cursor_.is("end") && cursor_.is("algorithm", 1))) {
      if (cursor_.take_if("end") && !cursor_.is("algorithm"))
        cursor_.take();
      else if (!cursor_.is("end"))
        cursor_.take();
    }
    cursor_.mended();
  }

  enum class Kind { kFree, kProcedure };
  bool at_variables_end() const {
    return cursor_.at_end() ||
           cursor_.is_any({"begin", "define", "macro", "procedure", "process", "fair", "{", "}", "end"});
  }
  void variables(std::vector<Variable>& out, Kind kind) {
    cursor_.take();
    do {
      if (!variable(out, kind)) {
        while (!at_variables_end() && !cursor_.is(";") && !cursor_.is(",")) cursor_.take();
        cursor_.mended();
      }
      if (cursor_.take_if(";") || cursor_.take_if(",")) continue;
      if (at_variables_end() || cursor_.gave_up()) break;
      cursor_.error(cursor_.behind(), fmt::format("a ';' is missing here, before {}", named(cursor_.peek())));
      if (!is_name(cursor_.peek())) return;
      cursor_.mended();
    } while (!at_variables_end() && !cursor_.gave_up());
  }

  bool variable(std::vector<Variable>& out, Kind kind) {
    Token name;
    if (!cursor_.expect_name(name, "a variable")) return false;
    Variable one{.name = name_of(name)};
    if (cursor_.is("=") || cursor_.is("==") || cursor_.is(":=")) {
      if (!cursor_.is("=")) {
        cursor_.error(cursor_.peek().place, fmt::format("the first value of '{}' stands behind '=', not '{}'",
                                                        name.text, cursor_.peek().text));
        cursor_.mended();
      }
      cursor_.take();
      one.start = Variable::Start::kEqual;
    } else if (cursor_.is("\\in")) {
      if (kind == Kind::kProcedure) {
        cursor_.error(cursor_.peek().place, "what a procedure declares has one first value, behind '='");
        cursor_.mended();
      }
      cursor_.take();
      one.start = Variable::Start::kIn;
    }
    if (one.start != Variable::Start::kAny &&
        !cursor_.expression(one.value, fmt::format("the first value of '{}'", name.text)))
      return false;
    out.push_back(std::move(one));
    return true;
  }

  void define() {
    const auto begin = cursor_.take().place;
    const bool is_braced = all_.is_c_syntax && cursor_.take_if("{");
    if (all_.is_c_syntax && !is_braced) {
      cursor_.expect("{", "'define'");
      return;
    }
    const auto first = cursor_.position();
    const auto from = cursor_.before().place.end;
    for (int depth = 0; !cursor_.at_end(); cursor_.take()) {
      if (!is_braced && cursor_.is("end")) break;
      if (is_braced && cursor_.is("{")) ++depth;
      if (is_braced && cursor_.is("}") && depth-- == 0) break;
    }
    all_.has_definitions = true;
    all_.definitions = cursor_.range(first, cursor_.position());
    all_.definitions_place = {begin.source, from, cursor_.peek().place.begin};
    if (is_braced) {
      if (cursor_.expect("}", "'define'")) cursor_.take_if(";");
    } else {
      statements_->end_of("define", begin);
    }
  }

  // What is between "begin" and "end WHAT", or braces.
  void statements(Statements& out, std::string_view what, Place begin, bool may_have_labels = true) {
    const auto quoted = fmt::format("'{}'", what);
    if (!all_.is_c_syntax && !cursor_.expect("begin", quoted)) return;
    statements_->sequence(out, quoted, may_have_labels);
    if (all_.is_c_syntax) {
      cursor_.take_if(";");
      return;
    }
    if (out.empty() && !cursor_.has_errors()) cursor_.error(begin, fmt::format("this '{}' has no statement", what));
    statements_->end_of(what, begin);
  }

  void macro() {
    const auto begin = cursor_.take().place;
    Token name;
    if (!cursor_.expect_name(name, "the macro's name") || !cursor_.expect("(", "'macro'")) return;
    Macro one{.name = name_of(name)};
    if (!cursor_.is(")")) {
      do {
        if (!cursor_.expect_name(one.parameters.emplace_back(), "a parameter")) return;
      } while (cursor_.take_if(","));
    }
    if (!cursor_.expect(")", "'macro'")) return;
    statements(one.statements, "macro", begin, /*may_have_labels=*/false);
    all_.macros.push_back(std::move(one));
  }

  void procedure() {
    const auto begin = cursor_.take().place;
    Token name;
    if (!cursor_.expect_name(name, "the procedure's name") || !cursor_.expect("(", "'procedure'")) return;
    Body one{.kind = Body::Kind::kProcedure, .name = name_of(name), .place = begin};
    if (!cursor_.is(")")) {
      do {
        if (!variable(one.parameters, Kind::kProcedure)) return;
      } while (cursor_.take_if(","));
    }
    if (!cursor_.expect(")", "'procedure'")) return;
    if (cursor_.is_any({"variable", "variables"})) variables(one.locals, Kind::kProcedure);
    statements(one.statements, "procedure", begin);
    all_.procedures.push_back(std::move(one));
  }

  void process() {
    Body one{.kind = Body::Kind::kProcess, .place = cursor_.peek().place};
    if (cursor_.take_if("fair")) one.fairness = cursor_.take_if("+") ? Fairness::kStrong : Fairness::kWeak;
    const auto begin = cursor_.peek().place;
    if (!cursor_.expect("process", "'fair'")) return;
    const bool has_parenthesis = all_.is_c_syntax ? cursor_.expect("(", "'process'") : cursor_.take_if("(");
    Token name;
    if (cursor_.is_broken() || !cursor_.expect_name(name, "the process' name")) return;
    one.name = name_of(name);
    if (cursor_.take_if("\\in")) {
      one.kind = Body::Kind::kProcesses;
    } else if (!cursor_.expect("=", fmt::format("process '{}'", name.text))) {
      return;
    }
    if (!cursor_.expression(one.identity, "'process'")) return;
    if (has_parenthesis && !cursor_.expect(")", "'process'")) return;
    if (cursor_.is_any({"variable", "variables"})) variables(one.locals, Kind::kFree);
    statements(one.statements, "process", begin);
    all_.processes.push_back(std::move(one));
  }

  // Of an algorithm without processes.
  void body() {
    if (cursor_.gave_up()) return;
    const bool is_here = all_.is_c_syntax ? cursor_.is("{") : cursor_.is("begin");
    if (!is_here) {
      if (all_.processes.empty() && !cursor_.has_errors())
        cursor_.error(cursor_.peek().place, fmt::format("a section, a process or '{}' must stand here, but {} does",
                                                        all_.is_c_syntax ? "{" : "begin", named(cursor_.peek())));
      return;
    }
    Body one{.kind = Body::Kind::kAlgorithm, .place = cursor_.peek().place};
    if (!all_.processes.empty())
      cursor_.error(one.place, "an algorithm with processes has no body of its own", "make it a process");
    cursor_.mended();
    cursor_.take_if("begin");
    statements_->sequence(one.statements, "the algorithm");
    if (one.statements.empty() && !cursor_.has_errors()) cursor_.error(one.place, "the algorithm has no statement");
    if (all_.is_c_syntax) cursor_.take_if(";");
    one.name = all_.name;
    all_.processes.push_back(std::move(one));
  }

  void foot() {
    if (cursor_.is_broken() || cursor_.gave_up()) return;
    if (all_.is_c_syntax) {
      cursor_.expect("}", "the algorithm");
    } else if (cursor_.is("end") && cursor_.is("algorithm", 1)) {
      cursor_.take();
      cursor_.take();
    } else if (!cursor_.has_errors()) {
      cursor_.error(cursor_.peek().place,
                    fmt::format("'end algorithm' must stand here, but {} does", named(cursor_.peek())));
    }
  }

  Cursor cursor_;
  StatementReader* statements_ = nullptr;
  Algorithm all_;
  Section last_ = Section::kVariables;
  bool is_entered_ = false;
};

}  // namespace

std::optional<Algorithm> parse_algorithm(const Tokens& tokens, std::vector<Diagnostic>& diagnostics) {
  if (tokens.empty()) return std::nullopt;
  return Parser(tokens, diagnostics).run();
}

}  // namespace lorelei::tla::pluscal
