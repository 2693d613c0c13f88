// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "mail/address.hh"

namespace lorelei::attest {

namespace {

constexpr std::size_t kMaxLoaded = 4'096;  // keys that are kept ready
// Readers and programs disagree on which of two counts.
constexpr std::array<std::string_view, 7> kSingle = {"from", "subject",    "date",        "to",
                                                     "cc",   "message-id", "content-type"};

constexpr std::array<const char*, 15> kOutcomes = {
    "pass",      "misaligned",  "testing", "expired",         "partial-body", "bad-body",    "bad-header", "ambiguous",
    "malformed", "unsupported", "weak",    "key-unavailable", "no-key",       "revoked-key", "bad-key"};
static_assert(kOutcomes.size() == static_cast<std::size_t>(DkimOutcome::kBadKey) + 1);

DkimOutcome set(DkimResult& result, DkimOutcome outcome, std::string_view reason) {
  result.outcome = outcome;
  result.reason = reason;
  return outcome;
}

// The domain of all authors; empty if they have several.
std::string author_domain(std::string_view from) {
  std::string domain;
  for (const auto& address : mail::addresses(from)) {
    const auto at = address.rfind('@');
    auto one = to_lower(std::string_view(address).substr(at == address.npos ? address.size() : at + 1));
    if (one.empty() || (!domain.empty() && domain != one)) return "";
    domain = std::move(one);
  }
  return domain;
}

std::string doubt_about_coverage(const HeaderPicker& headers, const std::vector<std::string>& signed_names) {
  for (const auto name : kSingle) {
    const auto there = headers.count(name);
    if (there < 2) continue;
    const auto covered = static_cast<std::size_t>(std::count(signed_names.begin(), signed_names.end(), name));
    if (covered < there) return fmt::format("it has {} headers {}, of which {} are signed", there, name, covered);
  }
  return "";
}

}  // namespace

struct DkimChecker::Message {
  Message(DkimMessage read, std::int64_t at)
      : parts(std::move(read)), headers(parts.headers), body(parts.body), arrived(at) {}
  DkimMessage parts;
  HeaderPicker headers;
  BodyHashes body;
  std::string author;
  std::int64_t arrived;
};

// A record as it was read once: a key, or why there is none.
struct DkimChecker::LoadedKey {
  DkimOutcome outcome = DkimOutcome::kPass;
  std::string reason = {};
  DkimKeyRecord record = {};
  DkimKey key = {};
};

std::shared_ptr<const DkimChecker::LoadedKey> DkimChecker::loaded(const std::string& text) {
  if (const auto found = loaded_.find(text); found != loaded_.end()) return found->second;
  if (loaded_.size() >= kMaxLoaded) loaded_.clear();
  auto loaded = std::make_shared<LoadedKey>();
  loaded_.emplace(text, loaded);
  auto record = parse_dkim_key(text);
  if (!record) {
    loaded->outcome = record.error().kind == Error::Kind::kCorrupt ? DkimOutcome::kBadKey : DkimOutcome::kUnsupported;
    loaded->reason = "its key: " + record.error().why;
    return loaded;
  }
  loaded->record = *std::move(record);
  if (loaded->record.key.empty()) {
    loaded->outcome = DkimOutcome::kRevokedKey;
    loaded->reason = "the domain has withdrawn the key";
    return loaded;
  }
  auto key = DkimKey::load(loaded->record);
  if (!key) {
    // A library that is not there says nothing about the key.
    const bool is_corrupt = key.error().kind == Error::Kind::kCorrupt;
    loaded->outcome = is_corrupt ? DkimOutcome::kBadKey : DkimOutcome::kKeyUnavailable;
    loaded->reason = is_corrupt ? "its key: " + key.error().why : to_text(key.error());
    return loaded;
  }
  loaded->key = *std::move(key);
  return loaded;
}

namespace {

// Why a record is not for a signature; empty: it is.
std::string_view misfit(const DkimKeyRecord& record, const DkimSignature& signature) {
  const bool is_ed25519 = signature.algorithm == DkimAlgorithm::kEd25519Sha256;
  if (is_ed25519 != (record.type == DkimKeyRecord::Type::kEd25519)) return "the key is of another type than a= says";
  if (!record.allows_sha256) return "the key is not for SHA-256";
  if (!record.is_for_mail) return "the key is not for mail";
  if (record.is_exact &&
      !equal_ignore_case(std::string_view(signature.identity).substr(signature.identity.rfind('@') + 1),
                         signature.domain))
    return "the key is not for subdomains, and i= is one";
  return "";
}

}  // namespace

void DkimChecker::try_key(const LoadedKey& key, const Sha256Digest& digest, DkimResult& result) {
  const bool is_rsa = key.record.type == DkimKeyRecord::Type::kRsa;
  result.key_bits = key.key.bits();
  result.is_weak = is_rsa && result.key_bits > 0 && result.key_bits < kGoodRsaBits;
  if (key.outcome != DkimOutcome::kPass)
    set(result, key.outcome, key.reason);
  else if (const auto reason = misfit(key.record, result.signature); !reason.empty())
    set(result, DkimOutcome::kBadKey, reason);
  else if (is_rsa && result.key_bits < kMinRsaBits)
    set(result, DkimOutcome::kWeak, fmt::format("a key of {} bits protects nothing", result.key_bits));
  else if (!key.key.verifies(digest, result.signature.bytes))
    set(result, DkimOutcome::kBadHeader, "the signature does not fit the headers and the key");
  else if (key.record.is_testing)
    set(result, DkimOutcome::kTesting, "the domain only tests this key");
  else
    set(result, DkimOutcome::kPass, "");
}

// What the first record says is reported where none holds: it is the newest.
bool DkimChecker::try_records(const DkimKeyAnswer& answer, const Sha256Digest& digest, DkimResult& result) {
  const auto before = result;
  const auto count = std::min(answer.records.size(), kMaxDkimRecords);
  for (std::size_t i = 0; i < count; ++i) {
    auto attempt = before;
    attempt.key = answer.records[i];
    try_key(*loaded(answer.records[i].text), digest, attempt);
    const bool holds = attempt.outcome == DkimOutcome::kPass || attempt.outcome == DkimOutcome::kTesting;
    if (holds || i == 0) result = std::move(attempt);
    if (holds) return true;
  }
  return false;
}

DkimOutcome DkimChecker::verify(const std::string& signed_bytes, std::int64_t arrived, DkimResult& result) {
  const auto digest = sha256(signed_bytes);
  const auto name = result.signature.key_name();
  DkimKeyAnswer known, asked;
  if (keys_.known) known = keys_.known(name, arrived);
  if (known.state == DkimKeyAnswer::State::kFound && try_records(known, digest, result)) return result.outcome;
  if (keys_.ask)
    asked = keys_.ask(name);
  else
    asked.reason = known.reason.empty() ? "the key is not known, and nobody is asked while offline" : known.reason;
  switch (asked.state) {
    case DkimKeyAnswer::State::kFound:
      try_records(asked, digest, result);
      return result.outcome;
    case DkimKeyAnswer::State::kAmbiguous:
      return set(result, DkimOutcome::kBadKey, asked.reason);
    case DkimKeyAnswer::State::kNone:
      if (known.records.empty()) return set(result, DkimOutcome::kNoKey, asked.reason);
      return result.outcome;
    case DkimKeyAnswer::State::kUnavailable:
      break;
  }
  const bool is_from_then = std::any_of(known.records.begin(), known.records.end(), [&](const DkimRecord& record) {
    return record.source == KeySource::kImport || arrived >= record.first_seen - kKeyReach;
  });
  if (is_from_then) return result.outcome;
  return set(result, DkimOutcome::kKeyUnavailable,
             known.records.empty() ? std::string_view(asked.reason) : "the key of that time is not known");
}

void DkimChecker::judge(Message& message, std::size_t own, DkimResult& result) {
  auto& signature = result.signature;
  const auto& header = message.parts.headers[own];
  if (const auto read = parse_dkim_signature(header.value(), signature); !read) {
    const bool is_corrupt = read.error().kind == Error::Kind::kCorrupt;
    set(result, is_corrupt ? DkimOutcome::kMalformed : DkimOutcome::kUnsupported, read.error().why);
    return;
  }
  result.author_domain = message.author;
  result.alignment = alignment(signature.domain, message.author);
  result.leaves_white_space = signature.body == Canonicalisation::kRelaxed;
  if (signature.algorithm == DkimAlgorithm::kRsaSha1) {
    set(result, DkimOutcome::kWeak, "SHA-1 protects nothing");
    return;
  }
  const auto length = message.body.length(signature.body);
  const auto limit = signature.length.value_or(length);
  if (limit > length) {
    set(result, DkimOutcome::kMalformed, fmt::format("l= is {}, the text has {} bytes", limit, length));
    return;
  }
  const auto& hash = message.body.hash(signature.body, limit);
  if (signature.body_hash != std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size())) {
    set(result, DkimOutcome::kBadBody, "the text is not what was signed");
    return;
  }
  result.uncovered_bytes = length - limit;
  if (const auto doubt = doubt_about_coverage(message.headers, signature.headers); !doubt.empty()) {
    set(result, DkimOutcome::kAmbiguous, doubt);
    return;
  }
  std::string signed_bytes;
  message.headers.restart(own);
  for (const auto& name : signature.headers)
    if (const auto* picked = message.headers.next(name))
      append_canonical_header(signed_bytes, *picked, signature.header);
  append_signature_header(signed_bytes, header, signature);
  set(result, DkimOutcome::kPass, "");
  const auto outcome = verify(signed_bytes, message.arrived, result);
  if (outcome != DkimOutcome::kPass && outcome != DkimOutcome::kTesting) return;
  if (result.uncovered_bytes > 0)
    set(result, DkimOutcome::kPartialBody, fmt::format("the last {} bytes of the text are not signed", length - limit));
  else if (signature.expires && *signature.expires < message.arrived)
    set(result, DkimOutcome::kExpired, "it arrived after the signature had expired");
  else if (outcome == DkimOutcome::kPass && result.alignment == Alignment::kNone)
    set(result, DkimOutcome::kMisaligned,
        message.author.empty() ? "From does not name one domain"
                               : fmt::format("signed by {}, not by {}", signature.domain, message.author));
}

std::vector<DkimResult> DkimChecker::check(std::string_view raw, std::int64_t arrived) {
  auto parts = read_dkim_message(raw);
  if (!parts) {
    DkimResult result;
    set(result, DkimOutcome::kMalformed, parts.error().why);
    return {std::move(result)};
  }
  Message message(*std::move(parts), arrived);
  if (message.headers.count("dkim-signature") == 0) return {};
  std::vector<DkimResult> results;
  for (const auto& header : message.parts.headers)
    if (header.name == "from") message.author = author_domain(header.value());
  for (std::size_t i = message.parts.headers.size(); i-- > 0;) {
    if (message.parts.headers[i].name != "dkim-signature") continue;
    auto& result = results.emplace_back();
    if (results.size() > kMaxDkimSignatures) {
      set(result, DkimOutcome::kMalformed, fmt::format("more than {} signatures", kMaxDkimSignatures));
      break;
    }
    if (!message.parts.doubt.empty()) {
      set(result, DkimOutcome::kAmbiguous, message.parts.doubt);
    } else {
      judge(message, i, result);
      // Signed or not: programs show different ones.
      if (result.outcome == DkimOutcome::kPass && message.headers.count("from") > 1)
        set(result, DkimOutcome::kAmbiguous, "it has more than one From");
    }
  }
  return results;
}

const char* name_of(KeySource source) {
  constexpr std::array<const char*, 3> kNames = {"import", "dns", "dnssec"};
  return kNames[static_cast<std::size_t>(source)];
}
const char* name_of(DkimOutcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

}  // namespace lorelei::attest
