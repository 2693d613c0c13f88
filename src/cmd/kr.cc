// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei kr: the keys that are mentioned in a thread.
#include "attest/settings.hh"
#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/text.hh"
#include "cmd/thread_rows.hh"
#include "workflow/thread_keys.hh"

namespace lorelei::cmd {

static int kr(Env& env, Args& args) {
  ThreadChoice choice;
  bool shows_keys = false, as_json = false;
  std::vector<Option> rows;
  add_thread_rows(rows, choice);
  rows.push_back({"--show-keys", "", "show all developers' keys that the mails name", &shows_keys});
  rows.push_back({"--json", "", "an object a line", &as_json});
  if (const auto done = args.parse(std::move(rows))) return *done;
  choice.source.root = workflow::MailSource::Root::kOfThread;
  if (!shows_keys)
    return args.fail({Error::Kind::kUsage, "start", "", "what to do is not said", "--show-keys MSGID", "", 0});
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto attest_settings = attest::Settings::load(env, "");
  if (!attest_settings) return args.fail(attest_settings.error());
  const auto asked = asked_thread(choice, args.operands());
  if (!asked) return args.fail(asked.error());
  const auto thread = workflow::fetch_thread(env, *settings, choice.source, *asked,
                                             [&](const std::string& line) { args.remark(line); });
  if (!thread) return args.fail(thread.error());
  const auto found = workflow::keys_in(env, *attest_settings, thread->mails);
  if (!found) return args.fail(found.error());
  for (const auto& note : found->notes) args.remark("# " + printable(note));
  for (const auto& key : found->keys) print(env, as_json ? workflow::json_of(key) : workflow::text_of(key));
  if (found->keys.empty())
    return args.fail({Error::Kind::kNotFound, "show the keys of", thread->id, "no mail of the thread names one",
                      "lorelei keyring list", "", 0});
  args.remark(
      "# A mail vouches for nothing: ask its owner for the fingerprint, then store the key as FULLPATH:\n"
      "#   all:     mkdir -p \"$(dirname FULLPATH)\"\n"
      "#   openpgp: gpg --recv-keys FPR && gpg -a --export FPR >FULLPATH\n"
      "#   ed25519: echo PUBKEY >FULLPATH\n"
      "#   openssh: the line of the owner's .pub file");
  return 0;
}

extern const Command kKr = {
    .also = "b4",
    .verb = "kr",
    .operands = "[MSGID]",
    .help = "show the developers' keys that the mails of a thread name",
    .description =
        "MSGID is the Message-ID of any mail of the thread, or its URL; without one, that of the mail on standard "
        "input. The thread comes from where am takes it.\n\n"
        "For each key: whose it is, and whether a keyring has it (known, and the file; unknown; unknown, and there is "
        "another key; in the default GnuPG keyring); its type, its id and fingerprint, or itself; its path below a "
        "keyring (krpath), and a file that is looked at for keys (fullpath), which is not written. The exit status is "
        "3 where there is no key.\n\n"
        "--json has identity, state (unknown, known, gnupg, other, unusable), source, algorithm, selector, keyid, "
        "fingerprint or pubkey, path, place, and mails.",
    .examples = {{"lorelei kr --show-keys 20260103-tls@example.org", "of a thread"},
                 {"lorelei kr --show-keys --json -m thread.mbox | jq 'select(.state==\"unknown\")'",
                  "of a mailbox, those that nobody has looked at"}},
    .run = kr,
};

}  // namespace lorelei::cmd
