// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/verify.hh"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "attest/sshsig.hh"
#include "base/sha256.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/date.hh"

namespace lorelei::attest {

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kDateDrift = 7 * kDay;  // between the signature and Date: beyond it, a remark

struct OutcomeRow {
  const char* name;
  int status;
};
// In the order of Outcome.
constexpr OutcomeRow kOutcomes[] = {
    {"good", 0},         {"good-other-from", 0}, {"good-relayed", 0}, {"good-trimmed", 0},   {"unsigned", 4},
    {"unknown-key", 8},  {"no-key", 8},          {"malformed", 16},   {"unsupported", 16},   {"ambiguous", 16},
    {"failed", 16},      {"bad-body", 32},       {"bad-header", 32},  {"bad-signature", 32}, {"expired-key", 32},
    {"revoked-key", 32}, {"weak-key", 32},       {"stale", 32},       {"future", 32},        {"other-identity", 32}};
static_assert(std::size(kOutcomes) == static_cast<std::size_t>(Outcome::kOtherIdentity) + 1);

std::string bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

// Addresses are one if their letters are; what looks alike in other scripts is another one.
bool is_same_address(std::string_view one, std::string_view other) {
  return is_ascii(one) && is_ascii(other) && equal_ignore_case(one, other);
}

std::string address_in(std::string_view header_value) {
  const auto found = mail::addresses(header_value);
  return found.empty() ? "" : found.front();
}

}  // namespace

class Check {
 public:
  Check(Verifier& verifier, std::string_view message, std::optional<std::int64_t> arrived)
      : verifier_(verifier), options_(verifier.options_), message_(message), arrived_(arrived) {}
  Verdict run();

 private:
  void judge(std::string_view header_value, Signature&);
  void judge_tags(const SignatureTags&, Signature&);
  bool body_holds(const SignatureTags&, const Canonical&, Signature&);
  Sha256Digest digest_of(const SignatureTags&, const Canonical&) const;
  Judgement ask(const SignatureTags&, const std::optional<FoundKey>&, const Sha256Digest&, Signature&) const;
  Judgement judge_by_ed25519(const SignatureTags&, const FoundKey&, const Sha256Digest&) const;
  std::shared_ptr<const Canonical> restored(const std::string& from) const;
  bool may_have_key(const std::string& identity) const;
  bool holds_via_relay(const SignatureTags&, const std::optional<FoundKey>&, Signature&);
  void judge_time(Signature&) const;
  void judge_author(Signature&) const;

  Verifier& verifier_;
  const VerifyOptions& options_;
  std::string_view message_;
  std::optional<std::int64_t> arrived_;
  std::shared_ptr<const Canonical> content_;                  // of the whole message, for all signatures
  std::optional<std::shared_ptr<const Canonical>> restored_;  // with the From of before; made once
  std::string outer_from_;                                    // the address of the last From as it came
};

static std::string no_key(const SignatureTags& tags, const Signature& signature) {
  return fmt::format("{}/{} no matching {} key found", signature.identity, tags.selector, signature.algorithm);
}

static void set(Signature& signature, Outcome outcome, std::string reason) {
  signature.outcome = outcome;
  signature.reason = std::move(reason);
}

bool Check::body_holds(const SignatureTags& tags, const Canonical& content, Signature& signature) {
  signature.covered = content.body.size();
  if (bytes_of(sha256(content.body)) == tags.body_hash) return true;
  set(signature, Outcome::kBadBody, "the text is another one than was signed");
  if (options_.trim == Trim::kNo || !tags.length) return false;
  if (*tags.length > content.body.size()) {
    signature.reason = "the text is shorter than what was signed";
    return false;
  }
  auto cut = trimmed(content, static_cast<std::size_t>(*tags.length));
  if (!cut) {
    signature.reason = cut.error().why;
    return false;
  }
  if (bytes_of(sha256(cut->body)) != tags.body_hash) return false;
  signature.covered = cut->body.size();
  signature.content = std::make_shared<const Canonical>(*std::move(cut));
  set(signature, Outcome::kGoodTrimmed,
      fmt::format("only the first {} of {} bytes are signed", *tags.length, content.body.size()));
  return true;
}

Sha256Digest Check::digest_of(const SignatureTags& tags, const Canonical& content) const {
  Sha256 hash;
  hash.update(content.hashed_headers(tags.headers));
  hash.update(to_lower(kSignatureHeader) + ':' + tags.hashed);
  return hash.digest();
}

Judgement Check::judge_by_ed25519(const SignatureTags& tags, const FoundKey& key, const Sha256Digest& digest) const {
  auto known = verifier_.ed25519_keys_.find(key.content);
  if (known == verifier_.ed25519_keys_.end())
    known = verifier_.ed25519_keys_.emplace(key.content, parse_ed25519_key(key.content, "")).first;
  if (!known->second)
    return {Outcome::kFailed, "the key file cannot be used: " + known->second.error().why, "", std::nullopt};
  return judge_ed25519(tags.object, digest, *known->second);
}

// The default one, of any kind: what a signature without a selector would be checked by. A keyring that cannot be read,
// or is not trusted, may have one.
bool Check::may_have_key(const std::string& identity) const {
  for (const auto one : {Algorithm::kEd25519, Algorithm::kOpenPgp, Algorithm::kOpenSsh}) {
    const auto key = verifier_.keyring_.find({one, identity, "default"});
    if (key ? key->has_value() : key.error().kind != Error::Kind::kUsage) return true;
  }
  return false;
}

Judgement Check::ask(const SignatureTags& tags, const std::optional<FoundKey>& key, const Sha256Digest& digest,
                     Signature& signature) const {
  switch (tags.algorithm) {
    case Algorithm::kEd25519:
      return judge_by_ed25519(tags, *key, digest);
    case Algorithm::kOpenSsh:
      return judge_sshsig(tags.object, digest, key->content);
    case Algorithm::kOpenPgp:
      break;
  }
  if (key) return verifier_.openpgp_.judge(tags.object, digest, std::span(&key->content, 1));
  if (!options_.asks_gnupg) {
    const auto refused = refuse_openpgp(read_openpgp_message(tags.object), digest);
    return refused ? *refused : Judgement{.outcome = Outcome::kNoKey};
  }
  auto judgement = judge_by_default_keyring(verifier_.env_, options_.gnupg, tags.object, digest, signature.identity);
  if (!judgement.fingerprint.empty()) signature.key_source = std::string(kDefaultKeyring) + judgement.fingerprint;
  return judgement;
}

// The message with the From that was taken away; null if there is any doubt about it.
std::shared_ptr<const Canonical> Check::restored(const std::string& from) const {
  const auto parts = split_raw(message_);
  if (!parts) return nullptr;
  std::string text;
  for (const auto header : parts->headers)
    text += equal_ignore_case(name_of_header(header), "from") ? "From:" + from : std::string(header);
  text += parts->terminator;
  text += parts->body;
  auto content = canonicalise(text);
  if (!content || !content->doubt.empty()) return nullptr;
  return std::make_shared<const Canonical>(*std::move(content));
}

// A list server that may not write under somebody's domain sends under its own address and keeps the other one in
// X-Original-From. A cover letter, whose text names no author, is as it was signed once that one is put back.
bool Check::holds_via_relay(const SignatureTags& tags, const std::optional<FoundKey>& key, Signature& signature) {
  const auto* original = content_->find("x-original-from");
  if (!options_.accepts_relays || content_->names_author_in_body || content_->has_diff() || !original ||
      !starts_with_ignore_case(outer_from_, "devnull+"))
    return false;
  if (!restored_) restored_ = restored(*original);
  if (!*restored_ || !is_same_address((*restored_)->email, signature.identity)) return false;
  const auto digest = digest_of(tags, **restored_);
  auto judgement = ask(tags, key, digest, signature);
  // Whole, but for want of a key.
  if (judgement.outcome == Outcome::kNoKey) set(signature, Outcome::kNoKey, no_key(tags, signature));
  if (judgement.outcome != Outcome::kGood) return judgement.outcome == Outcome::kNoKey;
  signature.relay = outer_from_;
  signature.fingerprint = judgement.fingerprint;
  if (judgement.signed_at) signature.signed_at = judgement.signed_at;
  set(signature, Outcome::kGoodRelayed,
      fmt::format("as {} sent it, before {} sent it on", signature.identity, signature.relay));
  signature.content = *restored_;
  return true;
}

void Check::judge_time(Signature& signature) const {
  if (!signature.signed_at) return;
  const auto at = *signature.signed_at;
  const auto note = [&](Outcome outcome, std::string text) {
    if (options_.enforce_time)
      set(signature, outcome, std::move(text));
    else
      signature.remarks.push_back(std::move(text));
  };
  if (const auto arrived = arrived_) {
    if (at > *arrived + kMaxClockSkew)
      note(Outcome::kFuture, "signed after it arrived");
    else if (*arrived - at > options_.staleness_days * kDay)
      note(Outcome::kStale, fmt::format("signed {} days before it arrived", (*arrived - at) / kDay));
  }
  const auto* date = content_->find("date");
  const auto seconds = date ? mail::parse_mail_date(*date) : std::nullopt;
  if (seconds && std::abs(seconds->seconds - at) > kDateDrift)
    signature.remarks.push_back(
        fmt::format("its Date is {} days away from when it was signed", std::abs(seconds->seconds - at) / kDay));
}

void Check::judge_author(Signature& signature) const {
  const auto& content = *signature.content;
  if (!is_same_address(signature.identity, content.email)) {
    auto text = fmt::format("signed by {}, from {}", signature.identity, content.email);
    signature.is_of_other = true;
    if (signature.outcome == Outcome::kGood)
      set(signature, Outcome::kGoodOtherFrom, std::move(text));
    else
      signature.remarks.push_back(std::move(text));
  }
  if (content.has_other_charset) signature.remarks.push_back("its charset is not signed, only its bytes are");
  if (content.has_unsigned_date && content.is_patch()) signature.remarks.push_back("the author's date is not signed");
}

void Check::judge_tags(const SignatureTags& tags, Signature& signature) {
  const auto key = verifier_.keyring_.find({tags.algorithm, signature.identity, tags.selector});
  if (!key) {
    const bool is_name = key.error().kind == Error::Kind::kUsage;
    return set(signature, is_name ? Outcome::kMalformed : Outcome::kFailed,
               is_name ? key.error().why : fmt::format("{}: {}", key.error().subject, key.error().why));
  }
  if (*key) signature.key_source = (*key)->source;
  if (!*key && tags.selector != "default")
    if (const auto other = verifier_.keyring_.find({tags.algorithm, signature.identity, "default"}); other && *other)
      signature.remarks.push_back(
          fmt::format("there is a default key of {}; none has this selector", signature.identity));
  if (!*key && tags.algorithm == Algorithm::kEd25519) return set(signature, Outcome::kNoKey, no_key(tags, signature));
  const bool body_is_good = body_holds(tags, *content_, signature);
  const auto digest = digest_of(tags, *content_);
  signature.digest = bytes_of(digest);
  if (!*key && tags.algorithm == Algorithm::kOpenSsh) {
    const auto embedded = key_of_sshsig(tags.object);
    const bool holds =
        body_is_good && embedded && judge_sshsig(tags.object, digest, to_text(*embedded)).outcome == Outcome::kGood;
    if (holds) signature.fingerprint = ssh_fingerprint(embedded->blob);
    return set(signature, holds ? Outcome::kUnknownKey : Outcome::kNoKey, no_key(tags, signature));
  }
  if (!body_is_good) return;
  auto judgement = ask(tags, *key, digest, signature);
  signature.fingerprint = judgement.fingerprint;
  if (judgement.signed_at) signature.signed_at = judgement.signed_at;
  if (judgement.outcome != Outcome::kGood) {
    if (holds_via_relay(tags, *key, signature)) return;
    if (judgement.outcome == Outcome::kNoKey) judgement.reason = no_key(tags, signature);
    return set(signature, judgement.outcome, judgement.reason);
  }
  if (signature.outcome != Outcome::kGoodTrimmed) set(signature, Outcome::kGood, "");
}

void Check::judge(std::string_view header_value, Signature& signature) {
  auto tags = read_signature_header(header_value);
  if (!tags) {
    auto& fault = tags.error();
    signature.algorithm = std::move(fault.algorithm);
    signature.identity = std::move(fault.identity);
    signature.selector = std::move(fault.selector);
    return set(signature, fault.outcome, std::move(fault.reason));
  }
  signature.algorithm = name_of(tags->algorithm);
  signature.identity = tags->identity.empty() ? outer_from_ : tags->identity;
  signature.selector = tags->selector;
  signature.signed_at = tags->algorithm == Algorithm::kOpenPgp ? std::nullopt : tags->time;
  signature.signed_headers = tags->headers;
  if (!content_) return;
  signature.content = content_;
  judge_tags(*tags, signature);
  if (!is_good(signature.outcome)) return;
  if (!content_->doubt.empty()) return set(signature, Outcome::kAmbiguous, content_->doubt);
  judge_time(signature);
  if (is_good(signature.outcome)) judge_author(signature);
}

Verdict Check::run() {
  Verdict verdict;
  const auto parts = split_raw(message_);
  if (!parts) {
    verdict.signatures.emplace_back();
    set(verdict.signatures.back(), Outcome::kMalformed, parts.error().why);
    return verdict;
  }
  std::vector<std::string_view> headers;
  for (const auto header : parts->headers) {
    const auto name = trim(name_of_header(header));
    if (equal_ignore_case(name, kSignatureHeader)) headers.push_back(value_of_header(header));
    if (equal_ignore_case(name, "from")) outer_from_ = address_in(value_of_header(header));
  }
  if (headers.empty()) {
    verdict.signatures.emplace_back();
    set(verdict.signatures.back(), Outcome::kUnsigned, "no signatures found");
  }
  auto content = canonicalise(message_);
  if (content) content_ = std::make_shared<const Canonical>(*std::move(content));
  for (const auto header : headers) {
    auto& signature = verdict.signatures.emplace_back();
    if (!content) set(signature, Outcome::kMalformed, content.error().why);
    if (verdict.signatures.size() > kMaxSignatures)
      set(signature, Outcome::kMalformed, fmt::format("more than {} signatures", kMaxSignatures));
    else
      judge(header, signature);
  }
  const auto& best = verdict.best();
  if (options_.looks_for_signers && !is_good(best.outcome))
    verdict.is_of_known_signer = may_have_key(content_ ? content_->email : outer_from_);
  verdict.content = is_good(best.outcome) ? best.content : content_;
  return verdict;
}

const Signature& Verdict::best() const {
  for (const auto wanted : {Outcome::kGood, Outcome::kGoodRelayed, Outcome::kGoodOtherFrom, Outcome::kGoodTrimmed})
    for (const auto& signature : signatures)
      if (signature.outcome == wanted) return signature;
  return signatures.front();
}

Verifier::Verifier(const Env& env, Keyring keyring, VerifyOptions options)
    : env_(env), keyring_(std::move(keyring)), options_(std::move(options)), openpgp_(env, options_.gnupg.program) {}

Verdict Verifier::verify(std::string_view message, std::optional<std::int64_t> arrived) {
  return Check(*this, message, arrived).run();
}

bool is_good(Outcome outcome) {
  return outcome == Outcome::kGood || outcome == Outcome::kGoodOtherFrom || outcome == Outcome::kGoodRelayed ||
         outcome == Outcome::kGoodTrimmed;
}
const char* name_of(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)].name; }
int patatt_status(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)].status; }

}  // namespace lorelei::attest
