// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation with an IMAP server: commands go out with a tag, responses come in, and each finds the command that
// it belongs to. Several commands may be on their way at once.
//
// What a server says of itself (capabilities, alerts, its goodbye) is kept here whoever is listening. NO and BAD are
// answers, not errors, until refused() makes one of them; errors are that the connection is lost, or that the server
// does not speak IMAP (the connection is lost then, too).
//
// For .cc files of this room only.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "net/connection.hh"
#include "wire/imap_reader.hh"
#include "wire/imap_response.hh"

namespace lorelei::net {

// The text of a command, with strings in whatever form they need.
class ImapCommand {
 public:
  explicit ImapCommand(std::string_view text) { parts_.push_back({std::string(text)}); }
  ImapCommand& text(std::string_view text);
  ImapCommand& astring(std::string_view value);
  enum class Octets { kText, kAny };  // kAny: NUL among them; the server must know BINARY
  ImapCommand& literal(std::string bytes, Octets = Octets::kText);
  // A message as wire/imap_literal.hh has it. Its bytes stay where they are until the command was started.
  ImapCommand& message(std::string_view raw, Octets = Octets::kText);

 private:
  friend class ImapSession;
  struct Part {
    std::string text;
    std::optional<std::string> literal = {};  // behind text; or
    std::optional<std::string_view> message = {};
    Octets octets = Octets::kText;
    bool is_whole() const { return literal || message; }
  };
  std::vector<Part> parts_;
};

class ImapSession {
 public:
  using Listener = std::function<void(wire::ImapResponse&)>;  // of untagged responses

  explicit ImapSession(Connection connection) : connection_(std::move(connection)) {}

  // Up to the first thing that the server says. Errors: kTemporary, it does not want us.
  Result<wire::ImapResponse> greeting();

  // Behind the OK to STARTTLS. What was said in the clear is forgotten. Errors: those of Connection::start_tls;
  // kRefused, somebody said more in the clear, as if it were encrypted.
  Result<void> encrypt(const TlsOptions&);

  // Sends a command and returns its tag. If the server refuses a literal of it, finish() says so.
  Result<std::string> start(const ImapCommand&);
  // The answer to it. What comes before is heard by the listener. An answer that was received before the connection
  // was lost is still given.
  Result<wire::ImapResponse> finish(const std::string& tag, const Listener& = {});
  Result<wire::ImapResponse> run(const ImapCommand&, const Listener& = {});
  // A line that is no command: DONE, or an answer to a challenge.
  Result<void> send_line(std::string_view);
  // The next response, untagged or a continuation; nothing when the limit is over.
  Result<std::optional<wire::ImapResponse>> next(std::chrono::milliseconds limit);
  // True: the server wants to hear more of the command. False: it was answered. What comes before is heard by the
  // listener.
  Result<bool> is_invited(const std::string& tag, const Listener& = {});

  bool has(std::string_view capability) const { return capabilities_.contains(std::string(capability)); }
  // The n of CAPABILITY=n.
  std::optional<std::uint64_t> number_of(std::string_view capability) const;
  bool knows_capabilities() const { return !capabilities_.empty(); }
  // The last answer said them.
  bool capabilities_are_new() const { return capabilities_are_new_; }
  std::vector<std::string> take_alerts() { return std::exchange(alerts_, {}); }

  Connection& connection() { return connection_; }
  const Connection& connection() const { return connection_; }

 private:
  Result<std::optional<wire::ImapResponse>> read(std::optional<std::chrono::milliseconds> limit);
  Result<std::optional<wire::ImapResponse>> take();
  Result<void> write(std::string_view);
  Result<void> write_out();
  void hear(const wire::ImapResponse&);
  tl::unexpected<Error> lost(Error);
  bool takes_at_once(std::size_t literal_bytes) const;

  Connection connection_;
  wire::ImapReader reader_;
  std::string out_;  // what is to be sent; kept, as memory that was used before costs less than new memory
  unsigned last_tag_ = 0;
  std::set<std::string> capabilities_;
  bool capabilities_are_new_ = false;
  std::set<std::string> outstanding_;                  // tags of commands that finish() was not called for
  std::map<std::string, wire::ImapResponse> answers_;  // to some of them, by tag
  std::vector<std::string> alerts_;
  std::string goodbye_;
};

// The Error of a NO or BAD, of a kind that its code tells.
tl::unexpected<Error> refused(const wire::ImapResponse&, std::string doing, std::string subject);
// Codes that say: not now.
bool is_passing(const wire::ImapResponse&);

}  // namespace lorelei::net
