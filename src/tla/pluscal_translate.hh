// SPDX-License-Identifier: GPL-3.0-or-later
// An algorithm as TLA+: find, read, expand, label, name, make steps, write.
//
//   if (auto algorithm = pluscal::translate(source, {}, diagnostics)) module = parse(module_tokens(source,
//   *algorithm));
//
// The translation is what every PlusCal translator makes of it, so that a module has the same states and the same
// steps, but for three things, which Options::is_compatible brings back or which were errors before: see
// pluscal_options.hh.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tla/pluscal_find.hh"
#include "tla/pluscal_names.hh"
#include "tla/pluscal_options.hh"
#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// For traces and explanations: what an action of the translation is in the words of the user.
struct LabelAction {
  std::string action;          // its name in the translation; without pc that of the process, or "Next"
  std::string label, renamed;  // as written; as pc has it
  std::size_t body = 0;        // number in Translation::bodies
  Place place;                 // of the label; of the statement for one that was added
  bool is_added = false;
  Label::Modifier modifier = Label::Modifier::kNone;
};
struct BodyFacts {
  Body::Kind kind = Body::Kind::kAlgorithm;
  std::string name, renamed;
  Place place;
  Fairness fairness = Fairness::kNone;  // of a process in the end, with all options
  std::vector<std::size_t> called;      // procedures, directly or through others: they are fair with it
};
struct VariableFacts {
  std::string name, original;
  std::optional<std::size_t> body;  // whose it is
  Place place;
  bool is_indexed = false;  // by process
};

struct Translation {
  std::vector<Token> tokens;  // without kEnd; Token::at is in text, from line 1; Token::place in the user's source
  std::string text;           // the lines between BEGIN and END TRANSLATION
  std::vector<LabelAction> actions;
  std::vector<BodyFacts> bodies;  // procedures, then processes, or the one of an algorithm without them
  std::vector<VariableFacts> variables;
  std::vector<Renaming> renamings;
  std::vector<Label> added_labels;
  Found found;
  Options options;  // of the command line and the file
  bool has_pc = true;
  bool has_termination = true;                      // "Terminating", "Termination" are there
  bool is_next_fair = false;                        // WF_vars(Next)
  bool needs_default_value = false;                 // the constant defaultInitValue, as a value of its own kind
  bool needs_sequences = false, needs_tlc = false;  // modules that must be extended
};

// An algorithm of more bytes is none that anybody wrote.
inline constexpr std::uint32_t kMaxAlgorithmBytes = 1 << 20;
inline constexpr std::size_t kMaxVariables = 1000, kMaxLabels = 10'000;

// command_line: what the user asked for. Nothing if the module has no algorithm, or if there is an error.
std::optional<Translation> translate(const Source&, const Options& command_line, std::vector<Diagnostic>&);

// The words of the module with this translation in its place, for the parser of modules; without kEnd. Lines and
// columns of Token::at are those of the file with the translation put in. The translation's own are moved into them.
std::vector<Token> module_tokens(const Source&, Translation&, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
