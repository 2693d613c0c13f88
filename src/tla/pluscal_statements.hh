// SPDX-License-Identifier: GPL-3.0-or-later
// Reads statements; the sections around them are in pluscal_parser.
#pragma once
#include <string_view>

#include "tla/pluscal_cursor.hh"
#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

class StatementReader {
 public:
  StatementReader(Cursor& cursor, bool is_c_syntax) : cursor_(cursor), is_c_(is_c_syntax) {}

  // p-syntax: up to "end", "else", "elsif", "or", or a word that begins a section. c-syntax: "{" ... "}".
  void sequence(Statements&, std::string_view of_what, bool may_have_labels = true);
  // "end WHAT" and an optional ";".
  bool end_of(std::string_view what, Place begin);
  // The ";" behind a statement, or an error that says where it is missing.
  void semicolon();

 private:
  void p_sequence(Statements&);
  void c_block(Statements&, std::string_view of_what);
  bool labelled(Statements&);
  bool unlabelled(Statements&, std::vector<Label>);
  bool label(std::vector<Label>&);

  bool statement(Statement&);
  bool assignment(Statement&);
  bool assignment_operator(const Token& variable);
  bool left_side(Assignment&);
  bool if_p(Statement&);
  bool if_c(Statement&);
  bool while_loop(Statement&);
  bool either(Statement&);
  bool with(Statement&);
  bool binding(Statement&);
  bool call(Statement&);
  bool jump(Statement&);
  bool one_expression(Statement&, Statement::Kind);
  bool arguments(std::vector<Tokens>&, std::string_view of_what);
  bool condition(Tokens&, std::string_view of_what, std::string_view word);  // "e do", "e then", "(e)"
  bool part(Statement&, std::string_view of_what);                           // one clause, into Statement::parts
  bool close(std::string_view what, Place begin);                            // "end if" in the p-syntax

  bool at_sequence_end() const;
  bool skip_stray();
  bool abandon();  // false
  void skip_to_next();

  Cursor& cursor_;
  bool is_c_;
  bool may_have_labels_ = true;
  int depth_ = 0;
  int strays_ = 0;  // ends of statements that are still to come, but whose heads were given up
};

}  // namespace lorelei::tla::pluscal
