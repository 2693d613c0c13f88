// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/outgoing.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <iostream>

#include "attest/sign.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "mail/message.hh"
#include "workflow/sending.hh"

namespace lorelei::cmd {

using Kind = Error::Kind;

Result<void> sign_all(const Env& env, const Args& args, Signing signing, std::vector<std::string>& mails) {
  if (signing == Signing::kNo) return {};
  TRY(const auto how, attest::Settings::load(env, ""));
  if (signing == Signing::kIfThereIsAKey && how.signing_key.empty() && how.default_key_command.empty()) {
    args.remark("Not signed: no key is set (lorelei genkey makes one)");
    return {};
  }
  TRY(const auto signer, attest::signer_of(env, how));
  for (auto& mail : mails) {
    auto signed_mail = attest::sign(env, mail, signer, attest::Manner::kPosted);
    if (!signed_mail && signed_mail.error().kind == Kind::kRefused) {
      const auto subject = mail::Entity(mail).header("Subject");
      if (!subject.empty()) signed_mail.error().subject = subject.front();
      signed_mail.error().next = "--no-sign, or a patch without that";
    }
    TRY(mail, std::move(signed_mail));
  }
  return {};
}

std::string listed(const std::vector<mail::Correspondent>& people, const char* what) {
  std::string text;
  for (const auto& person : people)
    text += fmt::format("  {}: {}\n", what,
                        printable(person.name.empty() ? person.address : person.name + " <" + person.address + ">"));
  return text;
}

Result<void> ask_consent(const Env& env, const Args& args, Consent consent, const std::string& shown, const char* doing,
                         const char* question) {
  args.tell(shown);
  if (consent == Consent::kGiven) return {};
  if (!isatty(0) || !env.err_is_terminal) return err(Kind::kUsage, doing, "", "nobody is here to say yes", "--yes");
  args.tell(fmt::format("{} [y/N]", question));
  std::string answer;
  std::getline(std::cin, answer);
  if (const auto word = to_lower(trim(answer)); word == "y" || word == "yes") return {};
  return err(Kind::kCancelled, doing, "", "you did not say yes, and nothing was done");
}

Result<void> deliver(const Env& env, const Args& args, workflow::Outbox& outbox) {
  const auto total = outbox.mails().size();
  TRY_VOID(workflow::deliver(env, outbox, [&](const std::string& line) { args.tell(line); }));
  args.remark(plural(total, "mail is", "mails are") + " sent");
  return {};
}

Result<void> check_nothing_under_way(const fs::path& git_directory) {
  const auto names = workflow::Outbox::names(git_directory);
  if (names.empty()) return {};
  return err(Kind::kConflict, "send", names.front(), "it is still on its way", "lorelei send --continue, or --abort");
}

}  // namespace lorelei::cmd
