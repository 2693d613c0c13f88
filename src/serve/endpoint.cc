// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint.hh"

#include <fmt/core.h>

#include <set>

#include "attest/key_file.hh"
#include "base/plural.hh"
#include "base/sha256.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "mail/mailinfo.hh"
#include "serve/challenge.hh"
#include "serve/endpoint_store.hh"
#include "serve/listening.hh"
#include "serve/relayed_mail.hh"
#include "serve/submission.hh"

namespace lorelei::serve {

namespace {

using Kind = Error::Kind;
using Action = EndpointRequest::Action;
constexpr std::int64_t kHour = 3600, kDay = 86400;
constexpr std::size_t kMaxName = 200, kMaxAddress = 254, kMaxSelector = 64, kMaxKey = 64 << 10;
constexpr const char* kSubmission = "submission";
constexpr const char* kChallenge = "challenge";
constexpr const char* kAsked = "challenge asked for";

Response plain(unsigned status, std::string text) { return {status, "text/plain; charset=utf-8", std::move(text)}; }

// What a client may know. Anything else is for the log: it tells of this machine.
bool is_clients(Kind kind) {
  return kind == Kind::kUsage || kind == Kind::kNotFound || kind == Kind::kAttestation || kind == Kind::kConflict ||
         kind == Kind::kRefused || kind == Kind::kTooLarge;
}

std::string sha256_of(std::string_view text) {
  const auto digest = sha256(text);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Who has signed, among those that wanted() takes.
Result<Contributor> signer_in(const EndpointStore& store, const std::string& message, bool is_verified) {
  const auto names = named_signers(message);
  if (names.empty()) return err(Kind::kAttestation, "verify", "the mail", "it has no developer's signature");
  for (const auto& name : names) {
    TRY(auto found, store.find(name.identity, name.selector));
    if (found && found->is_verified == is_verified && found->key_name.algorithm == name.algorithm)
      return *std::move(found);
  }
  return err(Kind::kNotFound, "verify", fmt::format("{}/{}", names.front().identity, names.front().selector),
             is_verified ? "no such key is authorised" : "no such key waits for its authorisation");
}

SignerKey key_of(const Contributor& one) { return {one.key_name, one.key}; }

std::string name_of(const Contributor& one) {
  return fmt::format("{}/{}", one.key_name.identity, one.key_name.selector);
}

Result<Contributor> contributor_asked_for(const EndpointRequest& request) {
  const auto refused = [](const char* what, const char* why) { return err(Kind::kRefused, "authorise", what, why); };
  Contributor one;
  one.name = squeeze_spaces(request.name);
  one.key_name.identity = std::string(trim(request.identity));
  one.key_name.selector = request.selector.empty() ? "default" : request.selector;
  one.key = std::string(trim(request.key));
  if (one.name.size() > kMaxName) return refused("the name", "it is too long");
  if (one.key_name.identity.size() > kMaxAddress || !mail::is_writable_address(one.key_name.identity))
    return refused("the identity", "it is no address");
  for (const char c : one.key_name.selector)
    if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
      return refused("the selector", "it has other characters than letters, digits, '-', '_' and '.'");
  if (one.key_name.selector.size() > kMaxSelector) return refused("the selector", "it is too long");
  if (one.key.size() > kMaxKey) return refused("the key", "it is too long");
  const auto algorithm = attest::algorithm_of_key(one.key);
  if (!algorithm) return refused("the key", "it is neither ed25519 in base64 nor OpenPGP in armour nor OpenSSH");
  if (!attest::describe_key(*algorithm, one.key)) return refused("the key", "it cannot be used");
  one.key_name.algorithm = *algorithm;
  TRY_VOID(attest::key_path(one.key_name));
  return one;
}

}  // namespace

Response Endpoint::answer(const Request& request) const {
  const auto& method = request.head.method;
  if (method == "GET" || method == "HEAD")
    return plain(
        200, fmt::format("{}: patches are handed in here by POST, with b4 send or lorelei send.\n", settings_.name));
  if (method != "POST") {
    auto response = plain(405, "POST is what this is for\n");
    response.fields.push_back({"Allow", "GET, HEAD, POST"});
    return response;
  }
  if (trim(request.body).empty()) return plain(500, "the request is empty\n");
  const auto parsed = parse_endpoint_request(request.body);
  if (!parsed && parsed.error().kind == Kind::kUsage) return plain(500, parsed.error().why + "\n");
  const auto client = client_of(request);
  auto done = parsed ? answer_to(*parsed, client) : tl::unexpected(parsed.error());
  const char* action = parsed ? name_of(parsed->action) : "-";
  if (done) {
    log_.event(env_.now(), fmt::format("{} {}: {}", client.address, action, *done));
    return {200, "application/json", endpoint_answer(true, *done)};
  }
  const auto text = to_text(done.error());
  log_.event(env_.now(), fmt::format("{} {}: {}", client.address, action, text));
  return {
      500, "application/json",
      endpoint_answer(false, is_clients(done.error().kind) ? text : "the service is out of order, try again later")};
}

Endpoint::Client Endpoint::client_of(const Request& request) const {
  const auto* forwarded = settings_.trusts_forwarded ? request.head.find("X-Forwarded-For") : nullptr;
  if (!forwarded) return {request.peer};
  // The last one is who came to our own proxy; those before are what they said.
  return {std::string(trim(forwarded->substr(forwarded->rfind(',') + 1)))};
}

Result<std::string> Endpoint::answer_to(const EndpointRequest& request, const Client& client) const {
  if (request.action == EndpointRequest::Action::kDescribe)
    return fmt::format("copies are recognised for {} days", kRememberedDays);
  auto db = open_endpoint_database(settings_.database, Making::kKeep);
  if (!db) {
    db.error().kind = Kind::kFailed;  // what is not found here is nothing of the client's
    return tl::unexpected(std::move(db).error());
  }
  EndpointStore store(*std::move(db));
  switch (request.action) {
    case Action::kNew:
      return begin_authorisation(store, request, client);
    case Action::kVerify:
      return finish_authorisation(store, request.message);
    case Action::kDelete:
      return end_authorisation(store, request.message);
    case Action::kReceive:
    case Action::kReflect:
    case Action::kDescribe:
      break;
  }
  return submit(store, request);
}

Result<void> Endpoint::check_rate(const EndpointStore& store, const char* kind, std::string_view subject,
                                  std::int64_t most, std::int64_t seconds) const {
  TRY(const auto count, store.count(kind, subject, env_.now() - seconds));
  if (count < most) return {};
  return err(Kind::kRefused, "accept more from", std::string(subject),
             fmt::format("{} in {} hours is the limit", most, seconds / kHour), "wait, and try again");
}

Result<std::string> Endpoint::begin_authorisation(EndpointStore& store, const EndpointRequest& request,
                                                  const Client& client) const {
  TRY(auto one, contributor_asked_for(request));
  const auto network = prefix_of_peer(client.address);
  one.created = env_.now();
  TRY(one.challenge, new_challenge());
  TRY(const auto letter, challenge_letter(settings_, one, env_.now()));
  TRY(auto transaction, archive::Transaction::begin(store.database()));
  TRY_VOID(check_rate(store, kChallenge, one.key_name.identity, settings_.limits.challenges_per_day, kDay));
  if (!network.empty()) TRY_VOID(check_rate(store, kAsked, network, settings_.limits.challenges_per_hour, kHour));
  TRY_VOID(store.add(one));
  TRY_VOID(store.note(kChallenge, one.key_name.identity, env_.now()));
  if (!network.empty()) TRY_VOID(store.note(kAsked, network, env_.now()));
  TRY_VOID(Outbox(store.database()).accept(LetterAction::kChallenge, 0, {letter}, {CarrierKind::kMail}, env_.now()));
  TRY_VOID(transaction.commit());
  posted_();
  return fmt::format("a challenge is on its way to {}", one.key_name.identity);
}

Result<std::string> Endpoint::finish_authorisation(EndpointStore& store, const std::string& message) const {
  TRY(const auto one, signer_in(store, message, /*is_verified=*/false));
  TRY_VOID(check_signature(env_, message, key_of(one), settings_.limits.signature_days));
  TRY_VOID(check_author(message, one.key_name.identity));
  const auto answer = line_after(message, "verify:");
  if (!answer || *answer != one.challenge)
    return err(Kind::kRefused, "authorise", name_of(one), "the challenge is not answered in it");
  if (env_.now() - one.created > settings_.limits.challenge_hours * kHour)
    return err(Kind::kRefused, "authorise", name_of(one), "the challenge is too old", "ask for a new one");
  TRY_VOID(store.verify(one.id));
  return fmt::format("{} is authorised", name_of(one));
}

Result<std::string> Endpoint::end_authorisation(EndpointStore& store, const std::string& message) const {
  TRY(const auto one, signer_in(store, message, /*is_verified=*/true));
  TRY_VOID(check_signature(env_, message, key_of(one), settings_.limits.signature_days));
  TRY_VOID(check_author(message, one.key_name.identity));
  if (!line_after(message, "auth-delete"))
    return err(Kind::kRefused, "delete", name_of(one), "the mail does not ask for it");
  TRY_VOID(store.remove(one.key_name.identity, one.key_name.selector));
  return fmt::format("{} is authorised no more", name_of(one));
}

// A letter for the outbox, and proof that the signature survives what was done to the mail.
static Result<Letter> letter_of(const Env& env, const EndpointSettings& settings, const Contributor& one,
                                const Submitted& submitted, Action action) {
  TRY(const auto relayed, relayed_mail(submitted, settings, one.key_name, one.id));
  // A cover letter is put right by verifiers that know such addresses by their beginning.
  if (submitted.has_diff || settings.local == "devnull")
    TRY_VOID(check_signature(env, relayed.message, key_of(one), settings.limits.signature_days, Sent::kRelayed));
  Letter letter{submitted.message_id, submitted.digest, {relayed.sender, submitted.recipients}, relayed.message};
  if (action == Action::kReflect) {
    // Who looks at the mail once more after a change wants it once more.
    letter.digest = sha256_of(submitted.message);
    letter.envelope.recipients = {one.key_name.identity};
    return letter;
  }
  auto& recipients = letter.envelope.recipients;
  for (const auto& bcc : settings.bcc)
    if (std::find(recipients.begin(), recipients.end(), bcc) == recipients.end()) recipients.push_back(bcc);
  return letter;
}

Result<std::string> Endpoint::submit(EndpointStore& store, const EndpointRequest& request) const {
  const auto& messages = request.messages;
  const auto& limits = settings_.limits;
  if (messages.empty()) return err(Kind::kRefused, "accept", "the submission", "there is no mail in it");
  if (messages.size() > static_cast<std::size_t>(limits.messages))
    return err(Kind::kTooLarge, "accept", "the submission", fmt::format("it has more than {} mails", limits.messages));
  TRY(const auto one, signer_in(store, messages.front(), /*is_verified=*/true));
  std::vector<Letter> letters;
  std::set<std::string> ids;
  for (const auto& message : messages) {
    TRY(const auto submitted, check_submission(env_, message, key_of(one), settings_));
    if (!ids.insert(submitted.message_id).second)
      return err(Kind::kRefused, "accept", submitted.message_id, "two mails have this Message-ID");
    TRY(auto letter, letter_of(env_, settings_, one, submitted, request.action));
    letters.push_back(std::move(letter));
  }
  const bool is_received = request.action == Action::kReceive;
  std::vector<CarrierKind> carriers;
  if (is_received && !settings_.archive.empty()) carriers.push_back(CarrierKind::kArchive);
  carriers.push_back(CarrierKind::kMail);
  TRY(auto transaction, archive::Transaction::begin(store.database()));
  TRY(const auto added, Outbox(store.database())
                            .accept(is_received ? LetterAction::kReceive : LetterAction::kReflect, one.id, letters,
                                    carriers, env_.now()));
  if (added == 0) return fmt::format("{} of {} accepted before", plural(letters.size(), "mail"), name_of(one));
  TRY_VOID(check_rate(store, kSubmission, one.key_name.identity, limits.per_hour, kHour));
  TRY_VOID(check_rate(store, kSubmission, one.key_name.identity, limits.per_day, kDay));
  TRY_VOID(store.note(kSubmission, one.key_name.identity, env_.now()));
  TRY_VOID(transaction.commit());
  posted_();
  return fmt::format("{} of {} accepted", plural(added, "mail"), name_of(one));
}

}  // namespace lorelei::serve
