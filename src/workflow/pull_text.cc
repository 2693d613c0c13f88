// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_text.hh"

#include <fmt/core.h>

#include "base/json.hh"
#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::workflow {

namespace {

using State = git::SignatureStatus::State;

// The address of "Name <address>", lower case; else all of it.
std::string identity_of(const std::string& signer) {
  const auto person = patch::parse_person(signer);
  return to_lower(person.address.empty() ? signer : person.address);
}

const char* what_of(const PullSignature& signature) {
  return signature.of == PullSignature::Of::kTag ? "tag" : "commit";
}

// What the state is called in front, and what it means behind.
std::pair<const char*, const char*> words_for(const git::SignatureStatus& status) {
  switch (status.state) {
    case State::kGood:
      return {"Signed", ""};
    case State::kUntrusted:
      return {"Signed", "; nobody you trust says that the key is theirs"};
    case State::kExpired:
      return {"Signed", "; the signature or its key has ended"};
    case State::kRevoked:
      return {"BADSIG", "; the key was withdrawn"};
    case State::kNoKey:
      return {"No key", ""};
    case State::kBad:
      return {"BADSIG", ""};
    case State::kUnknown:
      return {"Unclear", "; git verify-tag or git verify-commit may say more"};
    case State::kUnsigned:
      break;
  }
  return {"Not signed", ""};
}

std::string signature_line(const Pull& pull, const Settings& settings) {
  const auto& signature = *pull.signature;
  const auto& status = signature.status;
  const auto [word, meaning] = words_for(status);
  const auto on =
      signature.of == PullSignature::Of::kTag ? "tag " + signature.tag : "commit " + pull.commit.substr(0, 12);
  const auto mark = settings.mark(status.state == State::kGood);
  if (status.state == State::kUnsigned) return fmt::format("{} {}: {}", mark, word, on);
  const auto identity = identity_of(status.signer);
  auto line = fmt::format("{} {}: {}", mark, word, status.kind.empty() ? "signature" : status.kind);
  if (!identity.empty()) line += "/" + identity;
  if (!identity.empty() && identity != to_lower(pull.mail->sender.address))
    line += fmt::format(" (From: {})", to_lower(pull.mail->sender.address));
  line += fmt::format(" ({}", on);
  if (!status.key.empty()) line += fmt::format(", key {}", status.key);
  return line + meaning + ")";
}

void add_signature(JsonWriter& json, const PullSignature& signature) {
  const auto& status = signature.status;
  json.key("signature");
  json.begin_object();
  json.member("state", git::name_of(status.state));
  json.member("of", what_of(signature));
  if (!signature.tag.empty()) json.member("tag", signature.tag);
  if (!status.kind.empty()) json.member("kind", status.kind);
  if (!status.signer.empty()) json.member("signer", status.signer);
  if (!status.key.empty()) json.member("key", status.key);
  if (!status.trust.empty()) json.member("trust", status.trust);
  if (status.when) json.member("time", *status.when);
  json.end_object();
}

void add_pull(JsonWriter& json, const Pull& pull) {
  json.member("fetched_ref", pull.ref);
  json.member("object", pull.object);
  json.member("commit", pull.commit);
  json.member("moved", pull.is_moved());
  if (pull.signature) add_signature(json, *pull.signature);
  if (!pull.objection.empty()) json.member("objection", pull.objection);
  json.key("notes");
  json.begin_array();
  for (const auto& note : pull.notes) json.value(note);
  json.end_array();
}

}  // namespace

std::string pull_heading(const AskedPull& asked, const std::vector<Attestor>& attestors, const Settings& settings) {
  auto text = printable(asked.mail->subject + ", of " + asked.mail->from_text()) + "\n";
  for (const auto& one : attestors) text += fmt::format("  {} {}\n", settings.mark(one.is_good), printable(one.text));
  const auto& request = asked.request;
  text += printable(fmt::format("  {} {}", net::without_password(request.url), request.ref)) + "\n";
  if (!request.base.empty() || !request.tip.empty())
    text += fmt::format("  {}..{}\n", request.base.substr(0, 12), request.tip.substr(0, 12));
  return text;
}

std::string pull_verdict(const Pull& pull, const Settings& settings) {
  std::string text;
  if (pull.signature) text += "  " + printable(signature_line(pull, settings)) + "\n";
  for (const auto& note : pull.notes) text += "  NOTE: " + printable(note) + "\n";
  return text;
}

std::string pull_json(const AskedPull& asked, const PullOutcome& outcome) {
  std::string text;
  JsonWriter json(text);
  const auto& request = asked.request;
  json.begin_object();
  json.member("message_id", asked.mail->message_id);
  json.member("subject", asked.mail->subject);
  json.member("from", asked.mail->from_text());
  json.member("sent", asked.mail->sent);
  json.member("url", net::without_password(request.url));
  json.member("ref", request.ref);
  if (!request.base.empty()) json.member("base", request.base);
  if (!request.tip.empty()) json.member("tip", request.tip);
  if (!request.message.empty()) json.member("message", request.message);
  if (outcome.is_merged) json.member("merged", *outcome.is_merged);
  if (outcome.pull) {
    add_pull(json, *outcome.pull);
    json.member("fetched", outcome.is_fetched);
  }
  if (!outcome.branch.empty()) json.member("branch", outcome.branch);
  if (!outcome.file.empty()) json.member("file", outcome.file);
  if (outcome.patches > 0) json.member("patches", outcome.patches);
  json.end_object();
  return text + "\n";
}

}  // namespace lorelei::workflow
