// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/submission.hh"

#include <fmt/core.h>

#include <algorithm>

#include "attest/canonical.hh"
#include "attest/signed_header.hh"
#include "attest/verify.hh"
#include "base/sha256.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/bracketed_ids.hh"
#include "mail/characters.hh"
#include "mail/date.hh"
#include "mail/header_writer.hh"
#include "mail/message.hh"
#include "patch/body.hh"
#include "patch/regex_set.hh"

namespace lorelei::serve {

namespace {

using Kind = Error::Kind;
constexpr const char* kDoing = "accept";
constexpr std::size_t kMaxMessageId = 250;

// What the mail is called in an error.
std::string name_of_mail(const mail::Entity& entity) {
  const auto subject = entity.header("Subject");
  return subject.empty() ? "a mail without a subject" : printable(subject.front()).substr(0, 120);
}

struct Rules {
  std::string_view message;
  const mail::Entity& entity;
  const EndpointSettings& settings;

  tl::unexpected<Error> broken(std::string why) const {
    return err(Kind::kRefused, kDoing, name_of_mail(entity), std::move(why));
  }
  Result<void> headers() const;
  Result<void> subject() const;
  Result<void> text(bool& has_diff) const;
  Result<std::string> message_id() const;
  Result<std::vector<std::string>> recipients() const;
};

Result<void> Rules::headers() const {
  TRY(const auto raw, attest::split_raw(message));
  if (raw.headers.size() != entity.fields().size() || message.starts_with("From "))
    return broken("its header can be read in two ways");
  for (const char* name : {"From", "Date", "Subject", "Message-ID"}) {
    const auto count = entity.header_raw(name).size();
    if (count != 1) return broken(fmt::format("it has {} {}", count == 0 ? "no" : "more than one", name));
  }
  if (!mail::parse_mail_date(*entity.first_header_raw("Date"))) return broken("its Date cannot be read");
  const auto& type = entity.content_type();
  if (type.type != "text" || type.subtype != "plain") return broken("it is not text/plain");
  return {};
}

// "([...])*[PATCH": tags, one of which begins so.
bool has_patch_tag(std::string_view subject) {
  for (subject = trim(subject); subject.starts_with('['); subject = trim(subject)) {
    if (starts_with_ignore_case(subject, "[patch")) return true;
    const auto end = subject.find(']');
    if (end == subject.npos) return false;
    subject.remove_prefix(end + 1);
  }
  return false;
}

Result<void> Rules::subject() const {
  return has_patch_tag(entity.header("Subject").front()) ? Result<void>() : broken("its subject has no [PATCH] tag");
}

Result<void> Rules::text(bool& has_diff) const {
  const auto text = entity.text();
  if (!text) return broken("it has no text");
  has_diff = patch::has_diff(*text);
  if (!has_diff && !patch::has_diffstat(*text)) return broken("it has neither a diff nor a diffstat");
  return {};
}

Result<std::string> Rules::message_id() const {
  const auto unfolded = mail::unfolded(*entity.first_header_raw("Message-ID"));
  const auto value = trim(unfolded);
  const auto ids = mail::bracketed_ids(value);
  const bool is_id = ids.size() == 1 && value.size() == ids.front().size() + 2 && value.size() <= kMaxMessageId &&
                     std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 127; });
  if (!is_id) return broken("its Message-ID is none");
  return ids.front();
}

Result<std::vector<std::string>> Rules::recipients() const {
  std::vector<std::string> found;
  for (const char* name : {"To", "Cc"})
    for (const auto& value : entity.header_raw(name))
      for (const auto& address : mail::addresses(value)) {
        if (!mail::is_writable_address(address)) return broken("it is to an address that cannot be written to");
        const bool is_there =
            std::any_of(found.begin(), found.end(), [&](const auto& one) { return equal_ignore_case(one, address); });
        if (!is_there) found.push_back(address);
      }
  if (found.size() > static_cast<std::size_t>(settings.limits.recipients))
    return broken(fmt::format("it is to more than {} addresses", settings.limits.recipients));
  patch::RegexSet destinations;
  for (const auto& pattern : settings.must_destinations) TRY_VOID(destinations.add(pattern, patch::Blanks::kCount));
  const bool is_ours = std::any_of(found.begin(), found.end(),
                                   [&](const auto& one) { return !destinations.found_in(to_lower(one)).empty(); });
  if (!is_ours) return broken("neither To nor Cc has a list that this service sends to");
  return found;
}

// Of one From with one mailbox.
Result<mail::Mailbox> author_of(const mail::Entity& entity) {
  const auto refused = [&](const char* why) { return err(Kind::kRefused, kDoing, name_of_mail(entity), why); };
  const auto values = entity.header_raw("From");
  if (values.size() != 1) return refused("it must have one From");
  const auto groups = mail::parse_addresses(values.front());
  if (groups.size() != 1 || groups.front().phrase || groups.front().mailboxes.size() != 1)
    return refused("its From must be one address");
  const auto& mailbox = groups.front().mailboxes.front();
  const auto address = mailbox.address();
  if (!address || !mail::is_writable_address(*address)) return refused("its From is no address");
  return mailbox;
}

std::string without_extension(std::string_view address) {
  const auto at = address.rfind('@');
  const auto plus = address.find('+');
  if (plus == address.npos || at == address.npos || plus > at) return std::string(address);
  return std::string(address.substr(0, plus)) += address.substr(at);
}

std::string digest_of(const attest::Canonical& content) {
  Sha256 hash;
  for (const auto* part : {&content.author, &content.email, &content.subject, &content.body}) {
    hash.update(std::to_string(part->size()) + ':');
    hash.update(*part);
  }
  const auto digest = hash.digest();
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::vector<attest::KeyName> named_signers(std::string_view message) {
  std::vector<attest::KeyName> names;
  const mail::Entity entity(message);
  for (const auto& field : entity.fields()) {
    if (!equal_ignore_case(field.name, attest::kSignatureHeader) || names.size() == attest::kMaxSignatures) continue;
    const auto tags = attest::read_signature_header(field.value);
    if (!tags) continue;
    auto identity = tags->identity;
    if (identity.empty()) {
      const auto author = author_of(entity);
      if (!author) continue;
      identity = author->address().value_or("");
    }
    const bool is_there = std::any_of(names.begin(), names.end(), [&](const auto& one) {
      return one.algorithm == tags->algorithm && one.identity == identity && one.selector == tags->selector;
    });
    if (!is_there) names.push_back({tags->algorithm, identity, tags->selector});
  }
  return names;
}

Result<void> check_signature(const Env& env, std::string_view message, const SignerKey& signer, std::int64_t most_days,
                             Sent sent) {
  TRY(auto keyring, attest::Keyring::of_key(signer.name, signer.key, "the key that was submitted"));
  attest::VerifyOptions options;
  options.staleness_days = most_days;
  options.enforce_time = true;
  options.accepts_relays = sent == Sent::kRelayed;
  options.asks_gnupg = false;
  const auto verdict = attest::Verifier(env, std::move(keyring), options).verify(message, env.now());
  const auto& best = verdict.best();
  // Who signs may send on what another one wrote; the text names that one then.
  if (best.outcome == attest::Outcome::kGood || best.outcome == attest::Outcome::kGoodOtherFrom ||
      best.outcome == attest::Outcome::kGoodRelayed)
    return {};
  return err(Kind::kAttestation, "verify", name_of_mail(mail::Entity(message)),
             best.reason.empty() ? attest::name_of(best.outcome) : best.reason);
}

std::optional<std::string> line_after(std::string_view message, std::string_view prefix) {
  const auto text = mail::Entity(message).text();
  if (!text) return std::nullopt;
  for (const auto line : split(*text, '\n'))
    if (line.starts_with(prefix)) return std::string(trim(line.substr(prefix.size())));
  return std::nullopt;
}

Result<void> check_author(std::string_view message, std::string_view identity) {
  const mail::Entity entity(message);
  TRY(const auto author, author_of(entity));
  const auto address = author.address().value_or("");
  if (equal_ignore_case(address, identity) || equal_ignore_case(without_extension(address), identity)) return {};
  return err(Kind::kRefused, kDoing, name_of_mail(entity),
             fmt::format("its From is {}, the signature of {}", printable(address), printable(identity)));
}

Result<Submitted> check_submission(const Env& env, const std::string& message, const SignerKey& signer,
                                   const EndpointSettings& settings) {
  const mail::Entity entity(message);
  if (message.size() > static_cast<std::size_t>(settings.limits.message_bytes))
    return err(Kind::kTooLarge, kDoing, name_of_mail(entity),
               fmt::format("it has more than {} bytes", settings.limits.message_bytes));
  const Rules rules{message, entity, settings};
  if (message.find_first_of(std::string_view("\0\r", 2)) != message.npos)
    return rules.broken("a NUL or a carriage return stands in it");
  TRY_VOID(check_signature(env, message, signer, settings.limits.signature_days));
  TRY_VOID(rules.headers());
  TRY_VOID(check_author(message, signer.name.identity));
  TRY_VOID(rules.subject());
  Submitted submitted;
  TRY_VOID(rules.text(submitted.has_diff));
  TRY(submitted.message_id, rules.message_id());
  TRY(submitted.recipients, rules.recipients());
  TRY(const auto author, author_of(entity));
  submitted.author = author.address().value_or("");
  // The phrase as it reads after its encoded words.
  auto from = mail::decode_addresses(entity.header_raw("From").front());
  mail::decode_utf8(from);
  const auto names = mail::names_in(mail::to_utf8(from));
  if (author.phrase && !names.empty()) submitted.author_name = names.front();
  TRY(const auto content, attest::canonicalise(message));
  submitted.digest = digest_of(content);
  submitted.message = message;
  return submitted;
}

}  // namespace lorelei::serve
