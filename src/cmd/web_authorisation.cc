// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/web_authorisation.hh"

#include <fmt/core.h>

#include "attest/public_key.hh"
#include "base/text.hh"
#include "cmd/outgoing.hh"
#include "git/work_tree.hh"
#include "net/url.hh"
#include "workflow/web_endpoint.hh"

namespace lorelei::cmd {

namespace {

// Who is to be known there: as the signatures of the mails will say.
Result<attest::Signer> signer_here(const Env& env, const workflow::SendSettings& settings) {
  TRY(const auto how, attest::Settings::load(env, ""));
  TRY(auto signer, attest::signer_of(env, how));
  if (signer.identity.empty()) signer.identity = settings.from.address;
  return signer;
}

std::string shown(const std::string& url, const std::string& name, const attest::Signer& signer,
                  const std::string& key) {
  const auto first_line = std::string(split(key, '\n').front());
  return fmt::format("  Endpoint: {}\n      Name: {}\n  Identity: {}\n  Selector: {}\n       Key: {} {}",
                     printable(net::without_password(url)), printable(name), printable(signer.identity),
                     printable(signer.selector.empty() ? "default" : signer.selector), name_of(signer.algorithm),
                     printable(signer.algorithm == attest::Algorithm::kOpenPgp ? signer.key : first_line));
}

}  // namespace

Result<void> authorise(const Env& env, const Args& args, const AuthorisationWishes& wishes) {
  TRY(const auto settings, workflow::SendSettings::load(env));
  TRY(const auto tree, git::WorkTree::here(env));
  TRY(const auto url, workflow::endpoint_url(settings, tree.directory()));
  TRY(const auto signer, signer_here(env, settings));
  const workflow::WebEndpoint endpoint(env, url);
  std::string said;
  if (wishes.begins) {
    TRY(const auto key, attest::public_key_of(signer));
    const auto what = shown(url, settings.me.name, signer, key);
    TRY_VOID(ask_consent(env, args, wishes.consent, what, "ask for authorisation", "Send this?"));
    TRY(said, endpoint.authorise(settings.me.name, signer, key));
    args.remark("The endpoint says: " + said);
    args.remark("When the mail has come: lorelei send --web-auth-verify CHALLENGE");
    return {};
  }
  if (wishes.ends) {
    TRY(said, endpoint.end_authorisation(signer));
  } else {
    TRY(said, endpoint.answer_challenge(signer, wishes.challenge));
  }
  args.remark("The endpoint says: " + said);
  return {};
}

}  // namespace lorelei::cmd
