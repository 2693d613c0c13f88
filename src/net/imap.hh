// SPDX-License-Identifier: GPL-3.0-or-later
// A client of an IMAP server, for delivering mail and reading it back.
//
//   git::Credentials credentials(env, git::Prompt::kTerminal);
//   TRY(auto imap, ImapClient::connect(env, url, credentials));
//   TRY(const auto mailbox, imap.resolve_mailbox(url.mailbox, Missing::kCreate));
//   TRY(const auto selected, imap.select(mailbox.name, Access::kReadWrite));
//   const auto report = imap.append(mailbox.name, letters);
//   imap.logout();
//
// Names of mailboxes are those that resolve_mailbox() gives: in the server's writing. Numbers are UIDs.
//
// An error is either a refusal, after which the client goes on, or the loss of the connection, after which is_lost() is
// true and every call fails; connecting anew is the caller's business. What append() had on its way then is in doubt,
// and only looking at the mailbox on the next connection tells (lei/imap_arrived.hh).
//
// Passwords go over encrypted connections and to loopback only, and a server that claims to know us in the clear
// (PREAUTH) is believed on loopback only. No call blocks longer than ImapOptions allow.
// Source: RFC 3501, 4315 (UIDPLUS), 7888 (LITERAL+), 3502 (MULTIAPPEND), 2177 (IDLE), 6851 (MOVE), 6154 (SPECIAL-USE),
// 4959 (SASL-IR), 7628 (OAUTHBEARER), 2342 (NAMESPACE), 7889 (APPENDLIMIT).
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "git/credential.hh"
#include "net/connection.hh"
#include "wire/imap_response.hh"
#include "wire/imap_uids.hh"
#include "wire/imap_url.hh"

namespace lorelei::net {

struct ImapOptions {
  ConnectionOptions connection = {};
  TlsOptions tls = {.ca_setting = "imap.sslCAInfo"};
  enum class StartTls {
    kIfOffered,
    kRequired,
    kNever
  } start_tls = StartTls::kIfOffered;  // to loopback only if required
  // Of passwords, and of mail where a server knows us without one (PREAUTH).
  enum class ClearPassword { kLoopbackOnly, kAnywhere } clear_password = ClearPassword::kLoopbackOnly;
};

struct ImapMailbox {
  std::string name;   // for the other calls
  std::string shown;  // for people, UTF-8
  bool was_created = false;
};

struct ImapSelected {
  std::uint32_t uid_validity = 0;  // 0: the server has no lasting numbers
  std::uint32_t uid_next = 0;      // 0: it did not say
  std::uint32_t exists = 0;        // messages
  std::vector<std::string> permanent_flags = {};
  bool is_read_only = false;
};

// One message to be appended. Views must stay until append() returns.
struct ImapLetter {
  std::string_view raw = {};                  // LF or CRLF; a "From " line at the front is left out
  std::vector<std::string> flags = {};        // "\Seen", "$Forwarded"; those that the mailbox cannot keep are not sent
  std::optional<std::int64_t> received = {};  // seconds since 1970
};

struct ImapAppended {
  enum class State {
    kDone,
    kRefused,  // why says it; another time it may be taken
    kUnfit,    // it will always be refused: it is too large, empty, or has bytes that the server does not take
    kInDoubt,  // the connection was lost before the answer came
    kUnsent,   // it is not there; the report says why we stopped
  };
  State state = State::kUnsent;
  std::uint32_t uid = 0;  // of kDone; 0: the server did not say
  std::string why = {};
};

struct ImapAppendReport {
  std::vector<ImapAppended> letters;  // one for each, in order
  std::uint32_t uid_validity = 0;     // of the UIDs; 0 if there are none
  std::optional<Error> stopped = {};  // why not all were sent: kTemporary for a lost connection or a full mailbox, or
                                      // that the mailbox takes nothing from us
};

enum class Missing { kFail, kCreate };
enum class Subscribe { kYes, kNo };
enum class Access { kReadWrite, kReadOnly };
enum class FlagChange { kAdd, kRemove, kReplace };
// kMessageId: the fields of the header with ids; kWhole: flags, internal date, size and BODY.PEEK[].
enum class FetchItems { kFlags, kMessageId, kWhole };
enum class IdleEnd { kNews, kTimeout };

class ImapClient {
 public:
  // Connected and logged in. Errors: kTemporary, nobody answers; kRefused, certificate or password are not good, or the
  // password would go over an open wire; kUsage, the URL names a mechanism that we do not know; kCancelled. env must
  // outlive the client.
  static Result<ImapClient> connect(const Env&, const wire::ImapUrl&, git::Credentials&, const ImapOptions& = {});
  ImapClient(ImapClient&&) noexcept;
  ImapClient& operator=(ImapClient&&) noexcept;
  ~ImapClient();

  bool is_lost() const;
  bool is_encrypted() const;
  bool is_anonymous() const;                    // nobody was asked who we are
  bool has(std::string_view capability) const;  // in upper case
  // What the server wants the user to read, since the last call.
  std::vector<std::string> take_alerts();
  const std::string& delimiter() const;  // between levels of a name; empty: there are none
  const std::string& prefix() const;     // that our own mailboxes may be below; may be empty

  // The mailbox that a path of a URL means: the name as it is; with the server's delimiter for "/"; below the prefix.
  // The first that exists, else it is made, with the levels above it. Errors: kNotFound, kUsage (no UTF-8), kFailed.
  Result<ImapMailbox> resolve_mailbox(std::string_view path, Missing, Subscribe = Subscribe::kYes);
  // It may exist already.
  Result<void> create(const std::string& name);
  Result<void> subscribe(const std::string& name);
  Result<std::vector<wire::ImapListed>> list(std::string_view pattern = "*");
  // "\Sent", "\Trash" and so on, "\Inbox" for INBOX; empty: nothing special.
  Result<std::string> special_use(const std::string& name);
  Result<wire::ImapMailboxStatus> status(const std::string& name);  // messages, uid_next, uid_validity
  Result<ImapSelected> select(const std::string& name, Access);

  // Before (all from here to move): a mailbox is selected. An empty set of UIDs is nothing to do.
  // criteria: "ALL", "UID 5:*", as RFC 3501 6.4.4; 7 bits.
  Result<wire::ImapUids> search(std::string_view criteria);
  // Calls back once for each message that is there. At most one message is in memory. An error of the callback ends
  // it, and is returned.
  using FetchCallback = std::function<Result<void>(wire::ImapFetch&&)>;
  Result<void> fetch(const wire::ImapUids&, FetchItems, const FetchCallback&);
  Result<void> store(const wire::ImapUids&, FlagChange, const std::vector<std::string>& flags);
  // Marks them deleted and removes them, and no others. Errors: kRefused, the server cannot remove single messages and
  // others are marked deleted.
  Result<void> expunge(const wire::ImapUids&);
  Result<void> move(const wire::ImapUids&, const std::string& to);
  Result<void> copy(const wire::ImapUids&, const std::string& to);

  // Flags are limited to those of the selected mailbox if that is the one, else to the standard ones. A mailbox that is
  // missing is created. Many letters in one call are faster than many calls.
  ImapAppendReport append(const std::string& mailbox, std::span<const ImapLetter>);

  // Waits until something changes in the selected mailbox. Also keeps the connection alive. The server is asked once a
  // second at most, however often this is called.
  Result<IdleEnd> idle(std::chrono::milliseconds limit);
  Result<void> noop();
  void logout();

 private:
  struct State;
  explicit ImapClient(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace lorelei::net
