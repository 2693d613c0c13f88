// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/attestations.hh"

#include <fmt/core.h>

#include <algorithm>

#include "attest/dkim_judge.hh"
#include "attest/own_keys.hh"
#include "attest/policy.hh"
#include "attest/settings.hh"
#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::workflow {

namespace {

bool is_signed(const PatchMail& mail) {
  const mail::Entity message(mail.raw);
  return message.first_header_raw("X-Developer-Signature") || message.first_header_raw("DKIM-Signature");
}

}  // namespace

struct Attestations::Impl {
  Impl(const Env& the_env, Network the_network) : env(the_env), network(the_network) {}
  Result<void> open();

  const Env& env;
  Network network;
  std::optional<attest::Settings> settings;
  std::optional<attest::Verifier> verifier;
  std::optional<attest::DkimJudge> dkim;
  attest::OwnKeys own_keys;
  std::map<const PatchMail*, attest::Attested> found;
};

Result<void> Attestations::Impl::open() {
  if (settings) return {};
  TRY(auto loaded, attest::Settings::load(env, ""));
  auto options = attest::verify_options(loaded);
  options.enforce_time = loaded.policy.enforces_time();
  options.looks_for_signers = loaded.policy.wants_known_signers;
  verifier.emplace(env, attest::Keyring(loaded.sources, loaded.signed_refs), options);
  if (loaded.checks_dkim.value_or(true)) {
    TRY(auto judge, attest::DkimJudge::open(env, {network == Network::kNotUsed, "", loaded.dns_resolvers}));
    dkim.emplace(std::move(judge));
  }
  settings = std::move(loaded);
  return {};
}

Attestations::Attestations(const Env& env, Network network) : impl_(std::make_unique<Impl>(env, network)) {}
Attestations::~Attestations() = default;
Attestations::Attestations(Attestations&&) noexcept = default;

Result<const attest::Attested*> Attestations::of(const PatchMail& mail) {
  const auto [place, is_new] = impl_->found.try_emplace(&mail);
  auto& one = place->second;
  if (!is_new) return &one;
  one.name = mail.subject;
  one.message_id = mail.message_id;
  TRY_VOID(impl_->open());
  one.verdict = impl_->verifier->verify(mail.raw, std::nullopt);
  if (impl_->dkim && is_signed(mail)) one.dkim = impl_->dkim->check(mail.raw, mail.sent);
  return &one;
}

Result<const attest::Attested*> Attestations::of_patch(const PatchMail& mail) {
  TRY([[maybe_unused]] const auto* found, of(mail));
  auto& one = impl_->found.at(&mail);
  impl_->own_keys.judge(one.verdict);
  one.objection = attest::objection(impl_->settings->policy, one.verdict, one.dkim).value_or("");
  return &one;
}

std::vector<Attestor> attestors(const attest::Attested& one) {
  std::vector<Attestor> found;
  for (const auto& signature : one.verdict.signatures) {
    const auto who = fmt::format("{}/{}", signature.algorithm, to_lower(signature.identity));
    if (signature.outcome == attest::Outcome::kUnsigned) continue;
    if (attest::is_good(signature.outcome)) {
      const bool is_other = signature.is_of_other && one.verdict.content;
      found.push_back(
          {true, "Signed: " + who + (is_other ? " (From: " + one.verdict.content->email + ")" : std::string())});
    } else if (attest::patatt_status(signature.outcome) == attest::patatt_status(attest::Outcome::kNoKey)) {
      found.push_back({false, "No key: " + who});
    } else {
      found.push_back({false, "BADSIG: " + (signature.identity.empty() ? signature.reason : who)});
    }
  }
  const auto passes = [](const attest::DkimResult& result) { return result.outcome == attest::DkimOutcome::kPass; };
  const auto pass = std::find_if(one.dkim.begin(), one.dkim.end(), passes);
  if (pass != one.dkim.end()) {
    found.push_back({true, "Signed: DKIM/" + pass->signature.domain});
    return found;
  }
  for (const auto& result : one.dkim)
    if (result.outcome == attest::DkimOutcome::kBadBody || result.outcome == attest::DkimOutcome::kBadHeader)
      found.push_back({false, "BADSIG: DKIM/" + result.signature.domain});
  return found;
}

bool is_attested(const attest::Attested& one) {
  return std::any_of(one.dkim.begin(), one.dkim.end(),
                     [](const auto& result) { return result.outcome == attest::DkimOutcome::kPass; }) ||
         std::any_of(one.verdict.signatures.begin(), one.verdict.signatures.end(), [](const auto& signature) {
           return attest::is_good(signature.outcome) && !signature.is_of_other;
         });
}

}  // namespace lorelei::workflow
