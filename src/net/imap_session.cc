// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/imap_session.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "wire/imap_literal.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using wire::ImapResponse;
using Kind = Error::Kind;
using Condition = ImapResponse::Condition;

constexpr std::size_t kFlushAt = 1 << 17;       // bytes of a command that wait to be sent
constexpr std::size_t kKeptRoom = 4 << 20;      // for them, after a large message
constexpr std::size_t kSmallLiteral = 4096;     // what LITERAL- allows to send without asking (RFC 7888)
constexpr std::size_t kMaxAlerts = 20;          // one is enough for people
constexpr std::size_t kMaxCapabilities = 1000;  // Dovecot has 40
constexpr std::size_t kShownText = 300;         // of what a server says to people

std::string shown(std::string_view text) { return printable(text.substr(0, kShownText)); }

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

ImapCommand& ImapCommand::text(std::string_view text) {
  if (parts_.back().is_whole()) parts_.push_back({});
  parts_.back().text += text;
  return *this;
}

ImapCommand& ImapCommand::astring(std::string_view value) {
  return wire::imap_can_quote(value) ? text(wire::imap_astring(value)) : literal(std::string(value));
}

ImapCommand& ImapCommand::literal(std::string bytes, Octets octets) {
  if (parts_.back().is_whole()) parts_.push_back({});
  parts_.back().literal = std::move(bytes);
  parts_.back().octets = octets;
  return *this;
}

ImapCommand& ImapCommand::message(std::string_view raw, Octets octets) {
  if (parts_.back().is_whole()) parts_.push_back({});
  parts_.back().message = raw;
  parts_.back().octets = octets;
  return *this;
}

bool is_passing(const ImapResponse& answer) {
  if (is_one_of(answer.code, {"OVERQUOTA", "LIMIT", "INUSE", "SERVERBUG", "UNAVAILABLE", "THROTTLED"})) return true;
  // Servers from before RFC 5530 say it in their own words, and all with this one in them.
  constexpr std::string_view kQuota = "quota";
  return answer.condition != Condition::kOk &&
         std::search(answer.text.begin(), answer.text.end(), kQuota.begin(), kQuota.end(),
                     [](char a, char b) { return to_lower(a) == b; }) != answer.text.end();
}

tl::unexpected<Error> refused(const ImapResponse& answer, std::string doing, std::string subject) {
  auto kind = Kind::kFailed;
  if (is_passing(answer)) kind = Kind::kTemporary;
  if (is_one_of(answer.code, {"TRYCREATE", "NONEXISTENT"})) kind = Kind::kNotFound;
  if (answer.code == "ALREADYEXISTS") kind = Kind::kConflict;
  if (is_one_of(answer.code, {"NOPERM", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "PRIVACYREQUIRED", "EXPIRED",
                              "CONTACTADMIN"}))
    kind = Kind::kRefused;
  return err(kind, std::move(doing), std::move(subject),
             answer.text.empty() ? "the server does not say why" : "the server says: " + shown(answer.text));
}

tl::unexpected<Error> ImapSession::lost(Error error) {
  // What it said last may be the reason, or answer a command.
  reader_.feed(connection_.read_kept());
  while (auto response = take())
    if (!*response) break;
  connection_.close();
  if (!goodbye_.empty() && error.kind == Kind::kTemporary) error.why = "the server says: " + shown(goodbye_);
  return tl::unexpected(std::move(error));
}

void ImapSession::hear(const ImapResponse& response) {
  using What = ImapResponse::Kind;
  const bool is_answer = response.kind == What::kTagged || response.kind == What::kCondition;
  const bool says_capabilities = response.kind == What::kCapability || (is_answer && response.code == "CAPABILITY");
  if (says_capabilities) {
    const auto words =
        response.kind == What::kCapability ? response.words : wire::imap_capabilities(response.code_arguments);
    capabilities_ = {words.begin(), words.begin() + static_cast<long>(std::min(words.size(), kMaxCapabilities))};
    capabilities_are_new_ = true;
  }
  if (!is_answer) return;
  if (response.code == "ALERT" && alerts_.size() < kMaxAlerts) alerts_.push_back(shown(response.text));
  if (response.kind == What::kCondition && response.condition == Condition::kBye) goodbye_ = response.text;
}

// A response out of what was received; answers to commands are put aside, and given as an untagged nothing would be.
Result<std::optional<ImapResponse>> ImapSession::take() {
  TRY(const auto bytes, reader_.next());
  if (!bytes) return std::nullopt;
  TRY(auto response, wire::parse_imap_response(*bytes));
  hear(response);
  // An answer to nothing that was asked is somebody's mistake, or a trick.
  if (response.kind == ImapResponse::Kind::kTagged && outstanding_.contains(response.tag))
    answers_[response.tag] = response;
  return response;
}

Result<std::optional<ImapResponse>> ImapSession::read(std::optional<std::chrono::milliseconds> limit) {
  for (;;) {
    auto response = take();
    if (!response) {
      connection_.close();
      response.error().subject = connection_.name();
      return tl::unexpected(std::move(response).error());
    }
    if (*response) return response;
    auto bytes = limit ? connection_.read_some(*limit) : connection_.read_some();
    if (!bytes) return lost(std::move(bytes).error());
    if (bytes->empty()) return std::nullopt;
    reader_.feed(*bytes);
  }
}

Result<void> ImapSession::write(std::string_view bytes) {
  auto done = connection_.write(bytes);
  if (!done) return lost(std::move(done).error());
  return {};
}

Result<void> ImapSession::write_out() {
  auto done = write(out_);
  out_.clear();
  if (out_.capacity() > kKeptRoom) std::string().swap(out_);
  return done;
}

Result<ImapResponse> ImapSession::greeting() {
  TRY(auto response, read(std::nullopt));
  if (response->kind != ImapResponse::Kind::kCondition) {
    connection_.close();
    return err(Kind::kFailed, "talk to", connection_.name(), "this is not an IMAP server");
  }
  if (response->condition != Condition::kOk && response->condition != Condition::kPreauth)
    return lost({Kind::kTemporary, "talk to", connection_.name(), "the server says: " + shown(response->text), {}, {}});
  return *std::move(response);
}

bool ImapSession::takes_at_once(std::size_t literal_bytes) const {
  return has("LITERAL+") || (has("LITERAL-") && literal_bytes <= kSmallLiteral);
}

Result<std::string> ImapSession::start(const ImapCommand& command) {
  capabilities_are_new_ = false;
  const auto tag = fmt::format("A{}", ++last_tag_);
  outstanding_.insert(tag);
  out_ = tag + ' ';
  for (const auto& part : command.parts_) {
    out_ += part.text;
    if (!part.is_whole()) continue;
    const auto size = part.message ? wire::imap_literal_size(*part.message) : part.literal->size();
    const bool at_once = takes_at_once(size);
    out_ +=
        fmt::format("{}{{{}{}}}\r\n", part.octets == ImapCommand::Octets::kAny ? "~" : "", size, at_once ? "+" : "");
    if (!at_once) {
      TRY_VOID(write_out());
      TRY(const bool goes_on, is_invited(tag));
      if (!goes_on) return tag;
    }
    if (part.message)
      wire::append_imap_literal(out_, *part.message);
    else
      out_ += *part.literal;
    if (out_.size() >= kFlushAt) TRY_VOID(write_out());
  }
  out_ += "\r\n";
  TRY_VOID(write_out());
  return tag;
}

Result<bool> ImapSession::is_invited(const std::string& tag, const Listener& listener) {
  while (!answers_.contains(tag)) {
    TRY(auto response, read(std::nullopt));
    if (response->kind == ImapResponse::Kind::kContinuation) return true;
    if (listener && response->kind != ImapResponse::Kind::kTagged) listener(*response);
  }
  return false;
}

Result<ImapResponse> ImapSession::finish(const std::string& tag, const Listener& listener) {
  for (;;) {
    if (auto answer = answers_.extract(tag)) {
      outstanding_.erase(tag);
      return std::move(answer.mapped());
    }
    auto response = read(std::nullopt);
    if (!response && answers_.contains(tag)) continue;  // it was among the last words
    if (!response) return tl::unexpected(std::move(response).error());
    if (listener && (*response)->kind != ImapResponse::Kind::kTagged) listener(**response);
  }
}

Result<void> ImapSession::encrypt(const TlsOptions& options) {
  if (!reader_.is_empty()) {
    connection_.close();
    return err(Kind::kRefused, "encrypt the connection to", connection_.name(),
               "somebody has put words in front of the encrypted ones");
  }
  capabilities_.clear();
  capabilities_are_new_ = false;
  answers_.clear();
  outstanding_.clear();
  alerts_.clear();
  goodbye_.clear();
  return connection_.start_tls(options);
}

Result<ImapResponse> ImapSession::run(const ImapCommand& command, const Listener& listener) {
  TRY(const auto tag, start(command));
  return finish(tag, listener);
}

Result<void> ImapSession::send_line(std::string_view line) { return write(std::string(line) + "\r\n"); }

Result<std::optional<ImapResponse>> ImapSession::next(std::chrono::milliseconds limit) { return read(limit); }

std::optional<std::uint64_t> ImapSession::number_of(std::string_view capability) const {
  const auto prefix = std::string(capability) + '=';
  const auto found = capabilities_.lower_bound(prefix);
  if (found == capabilities_.end() || !found->starts_with(prefix)) return std::nullopt;
  return parse_uint(std::string_view(*found).substr(prefix.size()));
}

}  // namespace lorelei::net
