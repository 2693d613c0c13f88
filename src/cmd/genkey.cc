// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei genkey: make a key to sign with.
#include <fmt/core.h>

#include <ctime>

#include "attest/new_key.hh"
#include "attest/settings.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

static std::string today(const Env& env) {
  const std::time_t now = env.now();
  std::tm local{};
  localtime_r(&now, &local);
  return fmt::format("{:04}{:02}{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

static int genkey(Env& env, Args& args) {
  AttestOptions options;
  std::optional<std::string> name;
  bool force = false;
  std::vector<Option> rows = {
      {"-n --keyname", "NAME", "what it is called, and its selector; today's date unless given", &name},
      {"-f --force", "", "if there is a key of that name, set it aside", &force},
  };
  add_attest_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto settings = attest::Settings::load(env, options.section);
  if (!settings) return args.fail(settings.error());
  if (settings->identity.empty())
    return args.fail({Error::Kind::kUsage, "make a key", "", "user.email is not set",
                      "git config --global user.email NAME@DOMAIN", "", 0});
  args.tell("Generating a new ed25519 keypair");
  const auto made = attest::make_key(env, settings->identity, name.value_or(today(env)),
                                     force ? attest::Existing::kSetAside : attest::Existing::kRefuse);
  if (!made) return args.fail(made.error());
  if (!made->set_aside.empty()) args.tell("The key of that name is now: " + printable(made->set_aside));
  for (const auto& path : made->wrote) args.tell("Wrote: " + printable(path));
  args.tell("Add the following to your .git/config (or global ~/.gitconfig):\n---");
  args.tell(options.section.empty() ? "[patatt]" : fmt::format("[patatt \"{}\"]", printable(options.section)));
  args.tell(fmt::format("    signingkey = ed25519:{0}\n    selector = {0}\n---", made->name));
  args.tell("Next, send the contents of the following file to those who keep\nthe keyring of the project:");
  args.tell(printable(made->wrote[1]));
  if (!is_patatt(args))
    args.tell(fmt::format("They add it by:\n    lorelei keyring add --selector {} {} FILE", shell_word(made->name),
                          shell_word(settings->identity)));
  return 0;
}

extern const Command kGenkey = {
    .also = "patatt",
    .verb = "genkey",
    .operands = "",
    .help = "make a key to sign patches with",
    .description =
        "An ed25519 key pair, in the files that patatt uses, below $XDG_DATA_HOME/patatt: either tool signs with it. "
        "The private key is readable by nobody else, and no key is ever overwritten. What to put into git's "
        "configuration is printed.",
    .examples = {{"lorelei genkey", "a key named by today's date"},
                 {"lorelei genkey -n workstation", "one of another name"},
                 {"lorelei -C ~/linux genkey -s work", "for [patatt \"work\"]"}},
    .run = genkey,
};

}  // namespace lorelei::cmd
