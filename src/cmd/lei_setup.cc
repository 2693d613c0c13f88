// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei config, init, ls-label, blob: small commands around the settings and the store.
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/process.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/blob_finder.hh"
#include "lei/store.hh"
#include "mail/message.hh"

namespace lorelei::cmd {

// Everything behind the verb is git's: only what must not get there is looked at.
static int config(Env& env, Args& args) {
  bool edit = false, list = false, all = false, boolean = false;
  std::vector<std::string> foreign;
  std::optional<std::string> unset;
  if (const auto done = args.parse({
          {"-e --edit", "", "open it in an editor", &edit},
          {"-l --list", "", "all settings", &list},
          {"--get-all", "", "all values of one", &all},
          {"--bool", "", "as true or false", &boolean},
          {"--unset", "NAME", "take one out", &unset},
          {"-f --file --config-file", "FILE", "not supported: the file is always the same one", &foreign},
          {"--global --system", "", "not supported", Target::Setter([&](std::string_view) -> Result<void> {
             foreign.emplace_back("--global");
             return {};
           })},
      }))
    return *done;
  if (!foreign.empty())
    return args.fail(
        {Error::Kind::kUsage, "use", foreign[0], "another file is not supported", "git config -f FILE", ""});
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  if (const auto made = settings->create_file(env, Talk::kQuiet); !made) return args.fail(made.error());
  // -c NAME=VALUE is above the file, as it is for git.
  Argv git = {"git", "config"};
  const bool reads = !edit && !unset && args.operands().size() < 2;
  const bool has_settings = std::getenv("GIT_CONFIG_COUNT") != nullptr;
  if (reads && has_settings && !list) {
    setenv("GIT_CONFIG_GLOBAL", settings->home().config.c_str(), 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  } else {
    git.insert(git.end(), {"-f", settings->home().config.string()});
  }
  if (boolean) git.emplace_back("--bool");
  if (all) git.emplace_back("--get-all");
  if (edit) git.emplace_back("--edit");
  if (list) git.emplace_back("--list");
  if (unset) git.insert(git.end(), {"--unset", *unset});
  git.insert(git.end(), args.operands().begin(), args.operands().end());
  std::fflush(env.out);
  std::vector<char*> argv;
  for (auto& word : git) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp("git", argv.data());
  return args.fail(err_errno(errno, "start", "git").value());
}

static int init(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto asked = args.operands().empty() ? std::string() : lei::absolute_path(args.operand(0));
  std::error_code error;
  const bool is_there = fs::exists(settings->home().store, error);
  if (!asked.empty() && asked != settings->home().store) {
    if (is_there)
      return args.fail({Error::Kind::kConflict, "make the store in", asked,
                        "it is in " + settings->home().store.string() + " already",
                        "move that directory, then: lorelei config lorelei.store " + asked, ""});
    if (const auto set = settings->set(env, "lorelei.store", asked, args.talk()); !set) return args.fail(set.error());
    if (settings = lei::Settings::load(env); !settings) return args.fail(settings.error());
  }
  const auto opened = lei::Store::open(env, settings->home());
  if (!opened) return args.fail(opened.error());
  args.remark(fmt::format("# {} {}", settings->home().store.string(), is_there ? "is there already" : "was made"));
  return 0;
}

static int ls_label(Env& env, Args& args) {
  bool nul = false;
  std::string statistics;
  if (const auto done = args.parse({{"-z -0", "", "end labels by NUL", &nul}})) return *done;
  auto marks = lei::Marks::open(lei::Home(env), lei::Marks::Access::kRead);
  if (!marks) return args.fail(marks.error());
  const auto labels = marks->all_labels();
  if (!labels) return args.fail(labels.error());
  for (const auto& label : *labels) print(env, label + (nul ? std::string(1, '\0') : "\n"));
  return 0;
}

// A part of a message, decoded; nothing if it has no such part.
static std::optional<std::string> part_of(const std::string& raw, std::string_view index) {
  std::optional<std::string> body;
  const mail::Entity message(raw);
  mail::each_part(message, [&](const mail::Part& part) {
    if (part.index == index) body = part.entity.body();
    return !body;
  });
  return body;
}

static int blob(Env& env, Args& args) {
  bool mail = true;
  if (const auto done = args.parse({{"--[no-]mail", "", "of a message (nothing else is looked for)", &mail}}))
    return *done;
  const auto& word = args.operand(0);
  const auto colon = word.find(':');
  const auto oid = git::ObjectId::parse(word.substr(0, colon));
  constexpr auto kDoing = "show the blob";
  if (!oid) return args.fail({Error::Kind::kUsage, kDoing, word, "it is not 40 hexadecimal digits", "", ""});
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  auto finder = lei::BlobFinder::open(env, *settings, lei::manner_of(args.tool()));
  if (!finder) return args.fail(finder.error());
  const auto bytes = finder->read(*oid);
  if (!bytes) return args.fail(bytes.error());
  if (!*bytes) return args.fail({Error::Kind::kNotFound, kDoing, word, "no archive at hand has it", "", ""});
  if (colon == std::string::npos) return print(env, **bytes), 0;
  const auto part = part_of(**bytes, std::string_view(word).substr(colon + 1));
  if (!part)
    return args.fail({Error::Kind::kNotFound, kDoing, word, "the message has no such part",
                      "lorelei lcat blob:" + oid->hex() + " shows the parts", ""});
  print(env, *part);
  return 0;
}

extern const Command kConfig = {
    .also = "lei",
    .verb = "config",
    .operands = "[NAME] [VALUE]",
    .help = "read and write settings of saved searches",
    .description = "The file is $XDG_CONFIG_HOME/lei/config which is lei's, too; `git config` does the work.",
    .examples = {{"lorelei config lei.overwrite", "one setting"}, {"lorelei config -e", "in an editor"}},
    .run = config,
};
extern const Command kDaemonPid = {
    .tool = "lei",
    .verb = "daemon-pid",
    .operands = "",
    .help = "fail, for there is no daemon",
    .description = "Kept for scripts.",
    .examples = {},
    .run = [](Env&, Args& args) { return args.parse({}).value_or(1); },
    .listed = Listed::kNo,
};
extern const Command kDaemonKill = {
    .tool = "lei",
    .verb = "daemon-kill",
    .operands = "",
    .help = "succeed, for there is no daemon",
    .description = "Kept for scripts.",
    .examples = {},
    .run =
        [](Env&, Args& args) {
          std::string signal;
          return args.parse({{"-s --signal -NUMBER", "SIGNAL", "accepted for scripts", &signal}}).value_or(0);
        },
    .listed = Listed::kNo,
};
extern const Command kInit = {
    .also = "lei",
    .verb = "init",
    .operands = "[DIR]",
    .help = "make your own store before it is needed",
    .description =
        "Other commands make it by themselves, in $XDG_DATA_HOME/lorelei/store unless another DIR was chosen here.",
    .examples = {{"lorelei init", "make it"}, {"lorelei init /srv/mail/mine", "make it there"}},
    .run = init,
};
extern const Command kLsLabel = {
    .also = "lei",
    .verb = "ls-label",
    .operands = "",
    .help = "list the labels that messages have",
    .description = "",
    .examples = {{"lorelei ls-label", "all of them"}},
    .run = ls_label,
};
extern const Command kBlob = {
    .also = "lei",
    .verb = "blob",
    .operands = "OID[:PART]",
    .help = "show a message by the name of its blob",
    .description = "The name is what JSON calls blob. PART is the number of a part, 2 or 1.3, which is decoded.",
    .examples = {{"lorelei blob 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c", "the message as it is stored"},
                 {"lorelei blob 5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c:2", "its attachment"}},
    .run = blob,
};

}  // namespace lorelei::cmd
