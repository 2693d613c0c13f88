// SPDX-License-Identifier: GPL-3.0-or-later
// Recursive descent over tokens; tla/expression_parser and tla/module_parser are the ways in.
//
// Two ideas carry it.
//   Junction lists: while one is open, a token at its column or left of it looks like the end of the text to everything
//   that reads an item. Nothing else has to know of lists, and brackets inside an item cannot hide such a token.
//   Errors: the first one is kept, and from then on there is only the end of the text. So all loops end, and no
//   function asks whether the one before it succeeded. Whoever can go on behind an error takes it back with recover().
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tla/operators.hh"
#include "tla/syntax.hh"
#include "tla/token.hh"

namespace lorelei::tla {

class Parser {
 public:
  // tokens: without the kEnd; they outlive the parser.
  Parser(std::span<const Token> tokens, std::vector<Diagnostic>& diagnostics);

  // Never null; once failed() its content means nothing.
  NodePtr expression();
  // From "---- MODULE" to "====". Every unit that is wrong is one diagnostic, and reading goes on with the next.
  std::unique_ptr<Module> module();
  // All tokens as the definitions of a define block; as with modules, errors end only the one they are in.
  std::vector<UnitPtr> all_definitions();

  bool failed() const { return failed_; }
  std::size_t at() const { return next_; }  // how many tokens are read
  void require_end();                       // fails where there are more

 private:
  struct Pending;
  struct Operands;
  struct List {
    std::uint32_t column, line;
  };
  class Nesting;

  // tokens
  const Token& peek() const;
  const Token& ahead(std::size_t count) const;  // not hidden by lists
  bool is_symbol(std::string_view) const;
  bool is_word(std::string_view) const;
  bool is_name() const;  // no keyword
  const Token& take();   // what peek() gives
  bool take_symbol(std::string_view);
  bool take_word(std::string_view);
  void expect_symbol(std::string_view);
  void expect_word(std::string_view);
  Name expect_name(std::string_view what);
  void fail(const Place&, std::string text, std::string hint = {});
  void fail_here(std::string_view expected);
  std::string hint_here() const;
  bool is_proof_step() const;
  bool begins_definition(std::size_t count) const;  // "x ==" stands there

  // nodes
  NodePtr make(NodeKind, const Token&) const;
  NodePtr finish(NodePtr);       // all parts are there, and the last of its tokens is read
  NodePtr limit_depth(NodePtr);  // as deep as its parts make it
  NodePtr with_depth(NodePtr, std::uint32_t depth);
  NodePtr leaf(NodeKind);  // takes a token

  // expressions: expression_parser.cc
  const Operator* prefix_here() const;
  const Operator* infix_here() const;
  NodePtr operand_with_suffixes();
  void add_suffixes(NodePtr&);
  void reduce(Operands&);
  void reduce_before(Operands&, const Operator&, const Token&);
  NodePtr junction();

  // operands: operand_parser.cc
  NodePtr operand();
  NodePtr keyword_operand();
  NodePtr symbol_operand();
  NodePtr name_operand();
  NodePtr path(NodePtr first, bool takes_arguments);
  NodePtr path_component(bool takes_arguments);
  void arguments(Node&);
  NodePtr argument();
  bool continues_expression(std::size_t count) const;
  NodePtr label(NodePtr name);
  NodePtr parenthesised();
  NodePtr tuple();
  NodePtr braces();
  NodePtr brackets();
  NodePtr function(NodePtr node, NodePtr first);
  NodePtr record(NodePtr node);
  NodePtr except(NodePtr node, NodePtr function);
  NodePtr update();
  NodePtr subscript();
  NodePtr fairness();
  NodePtr quantifier(NodeKind);
  NodePtr choose();
  NodePtr lambda();
  NodePtr conditional();
  NodePtr case_of();
  NodePtr let();
  Bound bound();
  std::vector<Bound> bounds();
  static bool is_bound(const Node&);
  static Bound to_bound(Node&&);

  // definitions: definition_parser.cc
  bool starts_definition() const;
  UnitPtr definition();
  void operator_heading(Unit&);
  void instance(Unit&);
  void recursive(Unit&);
  Parameter parameter(std::string_view what);
  std::vector<Parameter> parameters(std::string_view what);
  UnitPtr make_unit(UnitKind) const;
  void finish(Unit&) const;

  // modules: module_parser.cc
  UnitPtr unit();
  UnitPtr local_unit();
  UnitPtr assumption();
  bool starts_unit(std::size_t token) const;
  void recover(std::uint32_t column, std::size_t from);

  // proofs: proof_parser.cc
  UnitPtr theorem();
  void assume_prove(bool is_nested = false);
  void no_label_below_new(const Name&);
  void proof();
  void proof_step();
  void facts();

  std::span<const Token> tokens_;
  std::vector<Diagnostic>& diagnostics_;
  Token end_;
  std::size_t next_ = 0;
  bool failed_ = false;
  std::uint32_t nesting_ = 0;
  std::vector<List> lists_;
};

}  // namespace lorelei::tla
