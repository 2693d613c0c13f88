// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei model new: a model to begin with.
#include <fmt/core.h>

#include <algorithm>

#include "base/command.hh"
#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::cmd {

namespace {

// NAME stands for the module's name.
constexpr std::string_view kModule = R"(---- MODULE NAME ----
\* Two threads and a lock. Change it into what you have in mind; `lorelei model NAME.tla` checks it.
EXTENDS Naturals

CONSTANT N  \* how many threads; NAME.cfg says it

(* An algorithm in PlusCal. What stands between two labels happens at once; between labels, anybody else may go on. So
   put a label wherever another processor could get in between: one for each access to what is shared.

--fair algorithm NAME
variables
    lock = 0,       \* who holds it; 0: nobody
    counter = 0;

process thread \in 1..N
variables seen = 0;
begin
    acquire:    await lock = 0;     \* waits until it is true; to test and to take is one step here
                lock := self;
    load:       seen := counter;
    store:      counter := seen + 1;
    release:    lock := 0;
end process;

end algorithm; *)
\* BEGIN TRANSLATION
\* END TRANSLATION

\* Must hold in every state: NAME.cfg names it as an INVARIANT. pc says at which label each thread is.
Mutex == \A a, b \in 1..N : a /= b => ~(pc[a] \in {"load", "store"} /\ pc[b] \in {"load", "store"})

\* Must hold at the end, when all have come to "Done".
Counted == (\A t \in 1..N : pc[t] = "Done") => counter = N
====
)";
constexpr std::string_view kConfig = R"(\* What `lorelei model NAME.tla` checks.
SPECIFICATION Spec
CONSTANT N = 2
INVARIANT Mutex
INVARIANT Counted
\* In the end all threads are done. Termination comes with the algorithm; it needs --fair, or steps need never be taken.
PROPERTY Termination
)";

std::string with_name(std::string_view text, const std::string& name) {
  std::string out;
  while (!text.empty()) {
    const auto at = text.find("NAME");
    out += text.substr(0, at);
    if (at == std::string_view::npos) break;
    out += name;
    text.remove_prefix(at + 4);
  }
  return out;
}

bool is_module_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return std::any_of(name.begin(), name.end(), is_letter) && !name.starts_with("WF_") && !name.starts_with("SF_") &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

}  // namespace

static int model_new(Env&, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const fs::path path = args.operand(0);
  const auto name = path.stem().string();
  if (path.extension() != ".tla" || !is_module_name(name))
    return args.fail({Error::Kind::kUsage, "make the model", path.string(),
                      "its name must be letters, digits and _, with .tla behind it: the module is called like its file",
                      "lorelei model new join.tla", "", 0});
  auto config = path;
  config.replace_extension(".cfg");
  std::error_code ignored;
  if (fs::exists(config, ignored))
    return args.fail({Error::Kind::kConflict, "make the model", config.string(), "it is there already",
                      "give the model another name", "", 0});
  if (const auto made = create_file(path, with_name(kModule, name)); !made) return args.fail(made.error());
  if (const auto made = create_file(config, with_name(kConfig, name)); !made) return args.fail(made.error());
  args.remark(fmt::format("# {} and {}; lorelei model {}", printable(path.string()), printable(config.string()),
                          printable(path.string())));
  return 0;
}

extern const Command kModelNew = {
    .verb = "model new",
    .operands = "FILE.tla",
    .help = "write a model to begin with",
    .description =
        "A small algorithm in PlusCal with comments that say what is what, and a .cfg with what is checked of it. It "
        "holds as it is: take the lock away and see what is found.",
    .examples = {{"lorelei model new join.tla", "join.tla and join.cfg"}},
    .run = model_new,
};

}  // namespace lorelei::cmd
