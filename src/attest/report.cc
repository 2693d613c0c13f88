// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/report.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.hh"
#include "base/progress.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

// The word in the first six columns.
const char* label_of(Outcome outcome, const TextLook& look) {
  // Right, but at the wrong time: patatt has no word for it.
  if (look.is_ours && outcome == Outcome::kStale) return "STALE";
  if (look.is_ours && outcome == Outcome::kFuture) return "FUTURE";
  switch (patatt_status(outcome)) {
    case 0:
      return "PASS";
    case 4:
      return "NOSIG";
    case 8:
      return "NOKEY";
    case 16:
      return "ERROR";
    default:
      return "BADSIG";
  }
}

std::string line(std::string_view text) { return fmt::format("       | {}\n", printable(text)); }

// patatt's own words, for whoever searches for them.
std::string patatt_reason(const Signature& signature) {
  switch (patatt_status(signature.outcome)) {
    case 4:
    case 8:
      return signature.reason;
    case 32:
      return "failed to validate using " + (signature.key_source.empty() ? "default keyring" : signature.key_source);
    default:
      return signature.reason;
  }
}

std::string head_of(const Attested& attested, const Signature& signature, const TextLook& look) {
  const auto who = signature.identity.empty() ? "" : printable(signature.identity) + ", ";
  // A good signature that the policy does not take is no PASS to whoever reads the first word.
  const bool is_refused = look.is_ours && is_good(signature.outcome) && !attested.objection.empty();
  const auto* label = is_refused ? "REFUSE" : label_of(signature.outcome, look);
  return fmt::format("{:>6} | {}{}\n", label, who, printable(attested.name));
}

std::string algorithm_of(const DkimResult& one) { return fmt::format("dkim-{}", name_of(one.signature.algorithm)); }

// A pass of somebody else's domain is told in another word than one of the author's.
std::string text_of(const DkimResult& one, const Attested& attested) {
  std::string text = fmt::format("  DKIM | {} {}, {}\n", printable(one.signature.domain), name_of(one.outcome),
                                 printable(attested.name));
  if (!one.reason.empty()) text += line(one.reason);
  if (one.outcome != DkimOutcome::kPass) return text;
  if (one.alignment == Alignment::kOrganisational) text += line("of the same organisation as " + one.author_domain);
  if (one.is_weak) text += line(fmt::format("a key of {} bits is weak", one.key_bits));
  if (one.leaves_white_space) text += line("white space is not covered");
  return text;
}

void append_json(std::string& text, const Attested& attested, const DkimResult& one, std::size_t index) {
  JsonWriter json(text);
  json.begin_object();
  json.member("name", attested.name);
  if (!attested.message_id.empty()) json.member("message_id", attested.message_id);
  json.member("kind", "dkim");
  json.member("index", index);
  json.member("state", name_of(one.outcome));
  if (!one.reason.empty()) json.member("reason", one.reason);
  json.member("algorithm", algorithm_of(one));
  json.member("domain", one.signature.domain);
  json.member("selector", one.signature.selector);
  json.member("alignment", one.alignment == Alignment::kExact            ? "exact"
                           : one.alignment == Alignment::kOrganisational ? "organisational"
                                                                         : "none");
  if (one.key_bits) json.member("key_bits", one.key_bits);
  if (one.key) json.member("key_source", name_of(one.key->source));
  if (one.signature.signed_at) json.member("signed_at", *one.signature.signed_at);
  json.member("covers_white_space", !one.leaves_white_space);
  json.end_object();
  text += '\n';
}

}  // namespace

int Attested::status() const {
  int worst = 0;
  for (const auto& signature : verdict.signatures) worst = std::max(worst, patatt_status(signature.outcome));
  return worst;
}

std::string text_of(const Attested& attested, const TextLook& look) {
  std::string text;
  for (const auto& signature : attested.verdict.signatures) {
    text += head_of(attested, signature, look);
    const bool is_pass = patatt_status(signature.outcome) == 0;
    if (is_pass && look.is_verbose) text += line("key: " + signature.key_source);
    const bool is_late = signature.outcome == Outcome::kStale || signature.outcome == Outcome::kFuture;
    if (!is_pass && !(look.is_ours && is_late)) text += line(patatt_reason(signature));
    if (!look.is_ours) continue;
    if (!signature.reason.empty() && signature.reason != attested.objection &&
        (is_pass || is_late || patatt_reason(signature) != signature.reason))
      text += line(signature.reason);
    for (const auto& remark : signature.remarks) text += line(remark);
  }
  for (const auto& one : attested.dkim) text += text_of(one, attested);
  if (look.is_ours && !attested.repeats.empty()) text += line("the same was signed for <" + attested.repeats + ">");
  if (look.is_ours && !attested.objection.empty()) text += line("does not pass: " + attested.objection);
  return text;
}

std::string json_of(const Attested& attested) {
  std::string text;
  for (std::size_t i = 0; i < attested.verdict.signatures.size(); ++i) {
    const auto& signature = attested.verdict.signatures[i];
    JsonWriter json(text);
    const auto add = [&json](std::string_view name, const std::string& value) {
      if (!value.empty()) json.member(name, value);
    };
    json.begin_object();
    json.member("name", attested.name);
    add("message_id", attested.message_id);
    json.member("kind", "developer");
    json.member("index", i);
    json.member("state", name_of(signature.outcome));
    add("reason", signature.reason);
    add("algorithm", signature.algorithm);
    add("identity", signature.identity);
    add("selector", signature.selector);
    add("key_source", signature.key_source);
    add("key_fingerprint", signature.fingerprint);
    if (!signature.digest.empty()) json.member("digest", hex(signature.digest));
    if (signature.signed_at) json.member("signed_at", *signature.signed_at);
    if (!signature.signed_headers.empty()) {
      json.key("signed_headers");
      json.begin_array();
      for (const auto& name : signature.signed_headers) json.value(name);
      json.end_array();
    }
    if (signature.covered) json.member("body_length", signature.covered);
    if (signature.outcome == Outcome::kGoodTrimmed) json.member("trimmed", true);
    add("relay", signature.relay);
    if (!signature.remarks.empty()) {
      json.key("remarks");
      json.begin_array();
      for (const auto& remark : signature.remarks) json.value(remark);
      json.end_array();
    }
    if (const auto& content = attested.verdict.content) {
      add("author", content->author);
      add("author_email", content->email);
      add("subject", content->subject);
    }
    add("repeats", attested.repeats);
    add("objection", attested.objection);
    json.end_object();
    text += '\n';
  }
  for (std::size_t i = 0; i < attested.dkim.size(); ++i) append_json(text, attested, attested.dkim[i], i);
  return text;
}

void AttestedSummary::add(const Attested& attested) {
  ++messages_;
  bool is_signed = false;
  for (const auto& signature : attested.verdict.signatures) {
    if (signature.outcome == Outcome::kUnsigned) continue;
    is_signed = true;
    ++rows_[{to_lower(signature.identity), signature.algorithm, name_of(signature.outcome)}];
  }
  signed_ += is_signed;
  refused_ += !attested.objection.empty();
  for (const auto& one : attested.dkim) ++rows_[{one.signature.domain, algorithm_of(one), name_of(one.outcome)}];
}

std::string AttestedSummary::text() const {
  std::string text;
  std::size_t width = 0;
  for (const auto& [row, count] : rows_) width = std::max(width, display_width(printable(row.who)));
  for (const auto& [row, count] : rows_) {
    const auto who = printable(row.who);
    text += fmt::format("{}{}  {:<19} {:<16} {:>7}\n", who, std::string(width - display_width(who), ' '),
                        printable(row.algorithm), row.result, count);
  }
  text += fmt::format("{} messages, {} of them signed", count_text(messages_), count_text(signed_));
  return text + (refused_ ? fmt::format(", {} may not pass\n", count_text(refused_)) : "\n");
}

std::string AttestedSummary::json() const {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("messages", messages_);
  json.member("signed", signed_);
  json.member("refused", refused_);
  json.key("results");
  json.begin_array();
  for (const auto& [row, count] : rows_) {
    json.begin_object();
    json.member("who", row.who);
    json.member("algorithm", row.algorithm);
    json.member("state", row.result);
    json.member("messages", count);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text + '\n';
}

}  // namespace lorelei::attest
