// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_statements.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "tla/c_habits.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

using Kind = Statement::Kind;

constexpr std::array kBegins = std::to_array<std::string_view>(
    {"if", "either", "while", "with", "call", "return", "goto", "print", "assert", "skip", "await", "when"});

bool begins_statement(const Token& token) {
  return token.kind == TokenKind::kName && std::find(kBegins.begin(), kBegins.end(), token.text) != kBegins.end();
}

// "end if" and the like, which end a statement.
bool ends_one(const Cursor& cursor) {
  return cursor.is("end") &&
         (cursor.is("if", 1) || cursor.is("while", 1) || cursor.is("with", 1) || cursor.is("either", 1));
}
// What stands there, with the word behind "end".
std::string named_end(const Cursor& cursor) {
  if (!cursor.is("end") || cursor.peek(1).kind != TokenKind::kName) return named(cursor.peek());
  return fmt::format("'end {}'", cursor.peek(1).text);
}

class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  int& depth_;
};

}  // namespace

void StatementReader::sequence(Statements& out, std::string_view of_what, bool may_have_labels) {
  may_have_labels_ = may_have_labels;
  is_c_ ? c_block(out, of_what) : p_sequence(out);
  may_have_labels_ = true;
}

bool StatementReader::at_sequence_end() const {
  return cursor_.at_end() || cursor_.gave_up() ||
         cursor_.is_any({"end", "else", "elsif", "or", "}", "procedure", "process", "macro", "define", "begin"}) ||
         (cursor_.is("fair") && (cursor_.is("process", 1) || cursor_.is("+", 1)));
}

void StatementReader::p_sequence(Statements& out) {
  while (!at_sequence_end() || skip_stray()) {
    if (at_sequence_end()) continue;
    if (labelled(out)) semicolon();
    if (cursor_.is_broken()) skip_to_next();
  }
}

// The rest of an "if" and the like whose head was wrong: its statements are read as if they stood by themselves.
bool StatementReader::skip_stray() {
  if (strays_ == 0) return false;
  if (ends_one(cursor_)) {
    --strays_;
    cursor_.take();
    cursor_.take();
    cursor_.take_if(";");
    return true;
  }
  return cursor_.take_if("else") || cursor_.take_if("or");
}

bool StatementReader::abandon() {
  if (!is_c_) ++strays_;
  return false;
}

void StatementReader::c_block(Statements& out, std::string_view of_what) {
  const auto open = cursor_.peek().place;
  if (!cursor_.expect("{", of_what)) return;
  const auto first = out.size();
  while (!cursor_.is("}") && !cursor_.at_end() && !cursor_.gave_up()) {
    if (at_sequence_end() && !cursor_.is("begin")) {
      cursor_.error(cursor_.peek().place,
                    fmt::format("{} stands where a statement or '}}' must", named(cursor_.peek())));
      cursor_.take();
    } else if (labelled(out)) {
      semicolon();
    }
    if (cursor_.is_broken()) skip_to_next();
  }
  if (cursor_.is("}") && out.size() == first && !cursor_.has_errors())
    cursor_.error(open, fmt::format("the braces of {} are empty", of_what), "write skip");
  if (!cursor_.take_if("}")) cursor_.error(open, fmt::format("this '{{' of {} is not closed", of_what));
}

// To where a statement may begin: behind a ";", or before a word that begins or ends something.
void StatementReader::skip_to_next() {
  const auto start = cursor_.position();
  while (!cursor_.at_end()) {
    if (cursor_.take_if(";")) break;
    if (at_sequence_end() || (cursor_.position() > start && begins_statement(cursor_.peek()))) break;
    if (cursor_.is("{") && is_c_ && cursor_.position() > start) break;
    cursor_.take();
  }
  cursor_.mended();
}

void StatementReader::semicolon() {
  if (cursor_.is_broken() || cursor_.take_if(";") || at_sequence_end()) return;
  if (cursor_.is("{") || (is_c_ && is_word(cursor_.before(), "}"))) return;
  const auto& next = cursor_.peek();
  cursor_.error(cursor_.behind(), fmt::format("a ';' is missing here, before {}", named(next)),
                std::string(in_place_of(next.text)));
  if (begins_statement(next) || is_name(next)) cursor_.mended();
}

bool StatementReader::label(std::vector<Label>& out) {
  const bool is_one = is_name(cursor_.peek()) && cursor_.is(":", 1);
  if (!is_one) return true;
  Token name;
  if (!cursor_.expect_name(name, "a label")) return false;
  cursor_.take();
  Label label{.name = {name.text, name.text, name.place}};
  if (cursor_.take_if("+")) {
    label.modifier = Label::Modifier::kPlus;
  } else if (cursor_.take_if("-")) {
    label.modifier = Label::Modifier::kMinus;
  }
  if (name.text == "Done" || name.text == "Error") {
    cursor_.error(name.place, fmt::format("no label may be called '{}': that is where a body ends", name.text));
    cursor_.mended();
  } else if (!may_have_labels_) {
    cursor_.error(name.place, "a macro has no labels: what it stands for is part of one step",
                  "put the label before the use of the macro");
    cursor_.mended();
  }
  out.push_back(std::move(label));
  return true;
}

bool StatementReader::labelled(Statements& out) {
  std::vector<Label> label_here;
  if (!label(label_here)) return false;
  return unlabelled(out, std::move(label_here));
}

bool StatementReader::unlabelled(Statements& out, std::vector<Label> label_here) {
  const Deeper deeper(depth_);
  if (depth_ > kMaxDepth) {
    cursor_.error(cursor_.peek().place, fmt::format("statements are nested more than {} deep here", kMaxDepth),
                  "make a macro or a procedure of the inner ones");
    cursor_.give_up();  // what is open here nobody can tell
    return false;
  }
  if (is_c_ && cursor_.is("{")) {
    const auto first = out.size();
    c_block(out, "the block");
    if (label_here.empty() || out.size() == first) return !cursor_.is_broken();
    if (!out[first].label.empty()) {
      cursor_.error(out[first].label.front().name.place,
                    fmt::format("the block has the label '{}' already", label_here.front().name.text),
                    "leave one of the two");
      return false;
    }
    out[first].label = std::move(label_here);
    return !cursor_.is_broken();
  }
  Statement made;
  made.label = std::move(label_here);
  made.place = cursor_.peek().place;
  if (!statement(made)) return false;
  out.push_back(std::move(made));
  return true;
}

bool StatementReader::statement(Statement& out) {
  const auto& first = cursor_.peek();
  if (first.kind == TokenKind::kName) {
    const auto& word = first.text;
    if (word == "if") return is_c_ ? if_c(out) : if_p(out);
    if (word == "while") return while_loop(out);
    if (word == "either") return either(out);
    if (word == "with") return with(out);
    if (word == "await" || word == "when") return one_expression(out, Kind::kAwait);
    if (word == "print") return one_expression(out, Kind::kPrint);
    if (word == "assert") return one_expression(out, Kind::kAssert);
    if (word == "call") return call(out);
    if (word == "return" || word == "goto" || word == "skip") return jump(out);
    if (word == "elseif" || word == "elif") {
      cursor_.error(first.place, fmt::format("'{}' is written 'elsif'", word));
      return false;
    }
    const auto lower = to_lower(word);
    if (lower != word && is_pluscal_keyword(lower) && !cursor_.is(":=", 1) && !cursor_.is("[", 1)) {
      cursor_.error(first.place, fmt::format("a statement does not begin with '{}'", word),
                    fmt::format("words of PlusCal are in lower case: {}", lower));
      return false;
    }
  }
  if (is_name(first) && !is_pluscal_keyword(first.text)) return assignment(out);
  cursor_.error(first.place, fmt::format("{} does not begin a statement", named(first)),
                is_word(first, ";") ? "one ';' is enough; an empty statement is written skip"
                                    : std::string(in_place_of(first.text)));
  return false;
}

bool StatementReader::assignment(Statement& out) {
  if (cursor_.is("(", 1)) {
    out.kind = Kind::kMacro;
    out.target = cursor_.take();
    return arguments(out.arguments, "the use of a macro");
  }
  out.kind = Kind::kAssign;
  do {
    Assignment one;
    if (!left_side(one) || !assignment_operator(one.variable) || !cursor_.expression(one.value, "an assignment"))
      return false;
    out.assignments.push_back(std::move(one));
  } while (cursor_.take_if("||"));
  return true;
}

bool StatementReader::left_side(Assignment& out) {
  if (!cursor_.expect_name(out.variable, "the variable that is assigned to")) return false;
  const auto begin = cursor_.position();
  while (cursor_.is("[") || cursor_.is(".")) {
    if (cursor_.take_if(".")) {
      if (cursor_.peek().kind != TokenKind::kName) {
        cursor_.error(cursor_.peek().place, fmt::format("{} is no field", named(cursor_.peek())));
        return false;
      }
      cursor_.take();
      continue;
    }
    const auto open = cursor_.take();
    do {
      Tokens index;
      if (!cursor_.expression(index, "the index")) return false;
    } while (cursor_.take_if(","));
    if (!cursor_.is("]")) {
      cursor_.error(open.place, fmt::format("this '[' is not closed before {}", named(cursor_.peek())));
      return false;
    }
    cursor_.take();
  }
  out.subscript = lay_out(cursor_.range(begin, cursor_.position()));
  return true;
}

bool StatementReader::assignment_operator(const Token& variable) {
  if (cursor_.take_if(":=")) return true;
  if (cursor_.is("=") || cursor_.is("==") || cursor_.is("::=")) {
    cursor_.error(cursor_.peek().place,
                  fmt::format("'{}' does not assign: '{} := ...' does", cursor_.peek().text, variable.text),
                  "write :=, or await before a condition");
    cursor_.mended();
    cursor_.take();
    return true;
  }
  cursor_.error(
      cursor_.peek().place,
      fmt::format("':=' must stand behind '{}', but {} does", variable.text, named(cursor_.peek())),
      begins_statement(cursor_.peek()) || is_name(cursor_.peek())
          ? fmt::format("is '{}' a label? then ':' is missing; a macro is used as {}()", variable.text, variable.text)
          : std::string(in_place_of(cursor_.peek().text)));
  return false;
}

bool StatementReader::condition(Tokens& out, std::string_view of_what, std::string_view word) {
  if (!is_c_) {
    if (cursor_.expression(out, of_what) && cursor_.expect(word, of_what)) return true;
    while (!cursor_.at_end() && !cursor_.is(word) && !cursor_.is(";") && !at_sequence_end()) cursor_.take();
    if (!cursor_.take_if(word)) return false;
    cursor_.mended();
    return true;
  }
  return cursor_.expect("(", of_what) && cursor_.expression(out, of_what) && cursor_.expect(")", of_what);
}

bool StatementReader::part(Statement& out, std::string_view of_what) {
  auto& statements = out.parts.emplace_back();
  const auto place = cursor_.peek().place;
  if (is_c_) return labelled(statements);
  p_sequence(statements);
  if (cursor_.is_broken()) return false;
  if (statements.empty() && !cursor_.has_errors()) {
    cursor_.error(place, fmt::format("there is no statement in {}", of_what), "write skip");
    cursor_.mended();
  }
  return true;
}

bool StatementReader::close(std::string_view what, Place begin) {
  if (is_c_) return true;
  if (cursor_.is("end") && cursor_.is(what, 1)) {
    cursor_.take();
    cursor_.take();
    return true;
  }
  const auto line = begin.source ? begin.source->position(begin.begin).line : 0;
  cursor_.error(cursor_.peek().place, fmt::format("the '{}' of line {} needs 'end {}', but {} stands here", what, line,
                                                  what, named_end(cursor_)));
  if (!cursor_.is("end")) return false;
  // Most often the wrong word behind "end", or a missing end: what is around us takes it then.
  cursor_.mended();
  if (ends_one(cursor_)) {
    cursor_.take();
    cursor_.take();
  }
  return true;
}

bool StatementReader::if_p(Statement& out) {
  const auto begin = cursor_.take().place;
  auto* here = &out;
  here->kind = Kind::kIf;
  const int outer = depth_;
  bool is_good = true;
  for (;;) {
    is_good = condition(here->expression, "'if'", "then");
    if (!is_good) break;
    part(*here, "'then'");
    here->parts.resize(2);
    if (cursor_.is("elsif")) {
      Statement next;
      next.kind = Kind::kIf;
      next.place = cursor_.take().place;
      if (++depth_ > kMaxDepth) {
        cursor_.error(next.place, fmt::format("there are more than {} conditions one behind the other", kMaxDepth));
        cursor_.give_up();
        is_good = false;
        break;
      }
      here->parts[1].push_back(std::move(next));
      here = &here->parts[1].back();
      continue;
    }
    if (cursor_.take_if("else")) {
      here->parts.pop_back();
      part(*here, "'else'");
    }
    break;
  }
  depth_ = outer;
  return is_good ? close("if", begin) : abandon();
}

bool StatementReader::if_c(Statement& out) {
  cursor_.take();
  out.kind = Kind::kIf;
  if (!condition(out.expression, "'if'", "")) return false;
  if (!part(out, "'if'")) return false;
  if (cursor_.is(";") && cursor_.is("else", 1)) cursor_.take();
  if (cursor_.take_if("else")) return part(out, "'else'");
  out.parts.resize(2);
  return true;
}

bool StatementReader::while_loop(Statement& out) {
  const auto begin = cursor_.take().place;
  out.kind = Kind::kWhile;
  if (!condition(out.expression, "'while'", "do")) return abandon();
  return part(out, "'while'") && close("while", begin);
}

bool StatementReader::either(Statement& out) {
  const auto begin = cursor_.take().place;
  out.kind = Kind::kEither;
  if (!part(out, "'either'")) return false;
  for (;;) {
    if (is_c_ && cursor_.is(";") && cursor_.is("or", 1)) cursor_.take();
    if (!cursor_.take_if("or")) break;
    if (!part(out, "'or'")) return false;
  }
  if (out.parts.size() < 2) {
    cursor_.error(begin, "this 'either' has no 'or'");
    cursor_.mended();
  }
  return close("either", begin);
}

bool StatementReader::binding(Statement& out) {
  Binding one;
  if (!cursor_.expect_name(one.variable, "the name that 'with' gives a value")) return false;
  one.is_choice = cursor_.is("\\in");
  if (!cursor_.is("=") && !cursor_.is("\\in")) {
    cursor_.error(cursor_.peek().place, fmt::format("'=' or '\\in' must stand behind '{}' of 'with', but {} does",
                                                    one.variable.text, named(cursor_.peek())));
    return false;
  }
  cursor_.take();
  if (!cursor_.expression(one.value, "'with'")) return false;
  out.bindings.push_back(std::move(one));
  return true;
}

bool StatementReader::with(Statement& out) {
  const auto begin = cursor_.take().place;
  out.kind = Kind::kWith;
  if (is_c_ && !cursor_.expect("(", "'with'")) return false;
  const std::string_view last = is_c_ ? ")" : "do";
  do {
    if (!binding(out)) return abandon();
    if (out.bindings.size() > kMaxDepth) {
      cursor_.error(begin, fmt::format("this 'with' has more than {} names", kMaxDepth));
      return abandon();
    }
  } while ((cursor_.take_if(",") || cursor_.take_if(";")) && !cursor_.is(last));
  if (!cursor_.expect(last, "'with'")) return abandon();
  return part(out, "'with'") && close("with", begin);
}

bool StatementReader::one_expression(Statement& out, Kind kind) {
  const auto word = cursor_.take().text;
  out.kind = kind;
  return cursor_.expression(out.expression, fmt::format("'{}'", word));
}

bool StatementReader::arguments(std::vector<Tokens>& out, std::string_view of_what) {
  if (!cursor_.expect("(", of_what)) return false;
  if (cursor_.take_if(")")) return true;
  do {
    if (!cursor_.expression(out.emplace_back(), of_what)) return false;
  } while (cursor_.take_if(","));
  return cursor_.expect(")", of_what);
}

bool StatementReader::call(Statement& out) {
  cursor_.take();
  out.kind = Kind::kCall;
  return cursor_.expect_name(out.target, "the procedure that is called") && arguments(out.arguments, "'call'");
}

bool StatementReader::jump(Statement& out) {
  const auto word = cursor_.take().text;
  out.kind = word == "return" ? Kind::kReturn : word == "goto" ? Kind::kGoto : Kind::kSkip;
  if (out.kind != Kind::kGoto) return true;
  if (cursor_.peek().kind == TokenKind::kString) {
    out.target = cursor_.take();
    out.target.kind = TokenKind::kName;
    return true;
  }
  return cursor_.expect_name(out.target, "the label that 'goto' goes to");
}

bool StatementReader::end_of(std::string_view what, Place begin) {
  if (cursor_.is("end") && cursor_.is(what, 1)) {
    cursor_.take();
    cursor_.take();
    cursor_.take_if(";");
    return true;
  }
  const auto line = begin.source ? begin.source->position(begin.begin).line : 0;
  cursor_.error(cursor_.peek().place, fmt::format("the '{}' of line {} needs 'end {}', but {} stands here", what, line,
                                                  what, named_end(cursor_)));
  return false;
}

}  // namespace lorelei::tla::pluscal
