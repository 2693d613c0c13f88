// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei model translate: the TLA+ that an algorithm stands for.
#include <algorithm>

#include "base/command.hh"
#include "base/files.hh"
#include "base/text.hh"
#include "cmd/pluscal_rows.hh"
#include "tla/parser.hh"
#include "tla/pluscal_translate.hh"
#include "tla/standard_modules.hh"

namespace lorelei::cmd {

// Other tools need what `lorelei model` takes for granted. A module of the user's own may bring it, too.
static void tell_what_is_missing(const Args& args, const tla::Source& source, tla::pluscal::Translation translation) {
  std::vector<tla::Diagnostic> ignored;
  const auto tokens = tla::pluscal::module_tokens(source, translation, ignored);
  const auto module = tla::Parser(tokens, ignored).module();
  if (!module) return;
  std::vector<std::string> has;
  for (const auto& one : module->extends) has.push_back(one.text);
  for (const auto& unit : module->units)
    if (unit->kind == tla::UnitKind::kInstance && unit->name.text.empty()) has.push_back(unit->module_name.text);
  const auto brings = [&](std::string_view wanted) {
    return std::any_of(has.begin(), has.end(), [&](const auto& one) {
      return one == wanted || !tla::standard_module(one) || (one == "Bags" && wanted == "TLC");
    });
  };
  std::vector<std::string> missing;
  if (translation.needs_sequences && !brings("Sequences")) missing.emplace_back("Sequences");
  if (translation.needs_tlc && !brings("TLC")) missing.emplace_back("TLC");
  if (missing.empty()) return;
  tla::Diagnostic told;
  told.severity = tla::Diagnostic::Severity::kWarning;
  told.place = module->name.place;
  told.text = "for other tools it has to extend " + join(missing, " and ");
  told.hint = "EXTENDS " + join(missing, ", ");
  args.tell(tla::to_text(told));
}

static int model_translate(Env& env, Args& args) {
  tla::pluscal::Options options;
  std::string output;
  std::vector<Option> rows = {
      {"-o --output", "FILE", "write there, and leave the file as it is; - is stdout", &output},
  };
  add_pluscal_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const fs::path path = args.operand(0);
  const auto text = read_file(path, tla::kMaxSourceBytes);
  if (!text) return args.fail(text.error());
  const tla::Source source(path.string(), *text);
  std::vector<tla::Diagnostic> diagnostics;
  auto translation = tla::pluscal::translate(source, options, diagnostics);
  for (const auto& one : diagnostics) args.tell(tla::to_text(one));
  if (!translation) {
    if (!diagnostics.empty()) return 255;
    return args.fail({Error::Kind::kNotFound, "translate", path.string(), "there is no algorithm in it",
                      "write one in a comment of the module: (* --algorithm Name ... end algorithm *)", "", 255});
  }
  const auto whole = tla::pluscal::with_translation(*text, source, translation->found, translation->text);
  if (output == "-") {
    print(env, whole);
    return 0;
  }
  tell_what_is_missing(args, source, *std::move(translation));
  const auto written = replace_file(output.empty() ? path : fs::path(output), whole);
  if (!written) return args.fail(written.error());
  return 0;
}

extern const Command kModelTranslate = {
    .verb = "model translate",
    .operands = "FILE.tla",
    .help = "write the TLA+ of a PlusCal algorithm into its file",
    .description =
        "Puts the translation between the lines BEGIN TRANSLATION and END TRANSLATION, which are added behind the "
        "algorithm if they are not there. Everything else of the file stays as it is. `lorelei model` needs no "
        "translation; other tools do.",
    .examples = {{"lorelei model translate join.tla", "into the file itself"},
                 {"lorelei model translate -o - join.tla", "look at it only"}},
    .run = model_translate,
    .exit_statuses = "0:: it is translated\n255:: it could not be",
};

}  // namespace lorelei::cmd
