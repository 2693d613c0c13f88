// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei doctor: examine saved searches, the store and what they keep; mend what can be mended.
#include <fmt/format.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "lei/doctor.hh"

namespace lorelei::cmd {

namespace {

using lei::Ailment;
using lei::Treatment;

std::string text_of(const Ailment& ailment) {
  auto text = fmt::format("{}: {}\n", ailment.where, ailment.what);
  const auto* option = ailment.needs == Treatment::kFix ? " (--fix)" : " (--rebuild)";
  if (ailment.state == Ailment::State::kMended)
    text += "  done: " + ailment.remedy + "\n";
  else if (!ailment.failure.empty())
    text += "  failed: " + ailment.failure + "\n";
  else
    text += "  try: " + ailment.remedy + (ailment.needs == Treatment::kNone ? "" : option) + "\n";
  return text;
}

std::string json_of(const Ailment& ailment) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("where", ailment.where);
  json.member("what", ailment.what);
  json.member("remedy", ailment.remedy);
  json.member("needs", ailment.needs == Treatment::kNone  ? "user"
                       : ailment.needs == Treatment::kFix ? "fix"
                                                          : "rebuild");
  json.member("mended", ailment.state == Ailment::State::kMended);
  if (!ailment.failure.empty()) json.member("failure", ailment.failure);
  json.end_object();
  return text + "\n";
}

}  // namespace

static int doctor(Env& env, Args& args) {
  bool fix = false, rebuild = false, as_json = false;
  if (const auto done = args.parse({
          {"--fix", "", "mend what can be mended without loss", &fix},
          {"--rebuild", "", "also begin broken databases anew, from what is left", &rebuild},
          {"--json", "", "a line of JSON for each finding", &as_json},
      }))
    return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto treatment = rebuild ? Treatment::kRebuild : fix ? Treatment::kFix : Treatment::kNone;
  unsigned found = 0, left = 0;
  const auto done = lei::examine(env, *settings, treatment, [&](const Ailment& ailment) {
    ++found;
    left += ailment.state == Ailment::State::kLeft;
    print(env, as_json ? json_of(ailment) : printable(text_of(ailment), Lines::kKeep));
  });
  if (!done) return args.fail(done.error());
  args.remark(found == 0 ? "# nothing is wrong" : fmt::format("# {} found, {} mended", found, found - left));
  return left ? static_cast<int>(ExitCode::kFailed) : 0;
}

extern const Command kDoctor = {
    .verb = "doctor",
    .operands = "",
    .help = "examine saved searches and the store; mend them",
    .description =
        "Looks whether the files of saved searches can be read and their directories are named after their outputs, "
        "whether the databases of what was delivered, of keywords and labels are sound, whether a delivery was cut "
        "off, whether destinations are there, whether dead programs left locks, and whether the store is whole and "
        "indexed. Each finding comes with what can be done about it. Without an option nothing is changed.\n\n"
        "Mail is never deleted, nor any file that somebody may miss: what is in the way is set aside under a name "
        "with the time in it. The exit status is 0 if nothing is left to be mended.",
    .examples = {{"lorelei doctor", "say what is wrong, and what can be done"},
                 {"lorelei doctor --fix", "mend what can be mended without loss"}},
    .run = doctor,
};

}  // namespace lorelei::cmd
