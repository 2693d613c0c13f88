// SPDX-License-Identifier: GPL-3.0-or-later
// How tests of PlusCal write what they expect.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tests/tla/parsing.hh"
#include "tla/pluscal_translate.hh"

namespace lorelei::tla::pluscal {

// A module in which the algorithm begins in line 2, column 4.
inline std::string module_with(std::string_view algorithm) {
  return fmt::format("---- MODULE M ----\n(* {} *)\n====\n", algorithm);
}

struct Translated {
  std::string text;      // of the translation, "" if there is none
  std::string messages;  // "LINE:COLUMN TEXT" each
  std::optional<Translation> all;
};
inline Translated translated_file(const Source& source, const Options& options = {}) {
  std::vector<Diagnostic> diagnostics;
  auto all = translate(source, options, diagnostics);
  return {all ? all->text : "", lines_of(diagnostics), std::move(all)};
}
inline Translated translated(std::string_view algorithm, const Options& options = {}) {
  const Source source("M.tla", module_with(algorithm));
  auto out = translated_file(source, options);
  if (out.all) out.all->tokens.clear();  // their places are of a source that goes
  return out;
}
// What is wrong with it.
inline std::string messages(std::string_view algorithm, const Options& options = {}) {
  return translated(algorithm, options).messages;
}

// One definition of the translation, from its name to the empty line behind it.
inline std::string definition(const std::string& text, const std::string& name) {
  auto at = text.rfind("\n" + name + " ==");
  if (at == text.npos) at = text.rfind("\n" + name + "(self) ==");
  if (at == text.npos) return "there is no " + name + " in\n" + text;
  const auto end = std::min(text.find("\n\n", at + 1), text.size() - 1);
  return text.substr(at + 1, end - at);
}
// Of a translation without messages.
inline std::string definition_of(std::string_view name, std::string_view algorithm, const Options& options = {}) {
  const auto out = translated(algorithm, options);
  if (!out.messages.empty()) return out.messages;
  return definition(out.text, std::string(name));
}

}  // namespace lorelei::tla::pluscal
