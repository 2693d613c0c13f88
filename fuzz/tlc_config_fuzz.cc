// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .cfg: what is read stands in the text, sets are no deeper than they may be, and what is wrong is said
// with a place. What is read of it, written down again, is the same.
#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "modelcheck/config.hh"

using namespace lorelei;
using namespace lorelei::modelcheck;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::string written(const ConfigValue& value) {
  switch (value.kind) {
    case ConfigValue::Kind::kString: {
      std::string out = "\"";
      for (const char c : value.text) {
        static constexpr std::string_view kValues = "\"\\\t\n\f\r", kEscapes = "\"\\tnfr";
        const auto at = kValues.find(c);
        if (at != kValues.npos) out += '\\';
        out += at == kValues.npos ? c : kEscapes[at];
      }
      return out + "\"";
    }
    case ConfigValue::Kind::kSet: {
      std::string out = "{";
      for (const auto& element : value.elements) {
        if (out.size() > 1) out += ", ";
        out += written(element);
      }
      return out + "}";
    }
    default:
      return value.text;
  }
}

static std::string written(const Config& config) {
  std::string out;
  const auto single = [&](std::string_view word, const ConfigName& name) {
    if (!name.text.empty()) out += fmt::format("{} {}\n", word, name.text);
  };
  const auto list = [&](std::string_view word, const std::vector<ConfigName>& names) {
    for (const auto& name : names) single(word, name);
  };
  single("SPECIFICATION", config.specification);
  single("INIT", config.init);
  single("NEXT", config.next);
  single("SYMMETRY", config.symmetry);
  single("VIEW", config.view);
  single("ALIAS", config.alias);
  list("INVARIANT", config.invariants);
  list("PROPERTY", config.properties);
  list("CONSTRAINT", config.constraints);
  list("ACTION_CONSTRAINT", config.action_constraints);
  list("POSTCONDITION", config.postconditions);
  if (config.check_deadlock) out += fmt::format("CHECK_DEADLOCK {}\n", *config.check_deadlock ? "TRUE" : "FALSE");
  for (const auto& one : config.constants) {
    out += "CONSTANT " + one.name.text;
    for (std::size_t i = 0; i < one.arguments.size(); ++i) out += (i == 0 ? "(" : ", ") + written(one.arguments[i]);
    if (!one.arguments.empty()) out += ")";
    out += one.value ? " = " : " <- ";
    if (!one.module.empty()) out += "[" + one.module + "] ";
    out += (one.value ? written(*one.value) : one.replacement.text) + "\n";
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tla::Source source("M.cfg", {reinterpret_cast<const char*>(data), size});
  std::vector<tla::Diagnostic> diagnostics;
  const auto config = parse_config(source, diagnostics);
  bool is_right = true;
  for (const auto& one : diagnostics) {
    require(!one.text.empty() && one.place.begin <= one.place.end && one.place.end <= source.text().size());
    require(!tla::to_text(one).empty());
    is_right &= one.severity != tla::Diagnostic::Severity::kError;
  }
  if (!is_right) return 0;
  const auto text = written(config);
  const tla::Source again("M.cfg", text);
  std::vector<tla::Diagnostic> of_again;
  require(written(parse_config(again, of_again)) == text);
  return 0;
}
