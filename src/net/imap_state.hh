// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the IMAP client share.
//
// For .cc files of this room only.
#pragma once
#include <fmt/core.h>

#include "net/imap.hh"
#include "net/imap_session.hh"

namespace lorelei::net {

struct ImapClient::State {
  State(const Env& world, ImapSession talk, wire::ImapUrl address)
      : env(world), session(std::move(talk)), url(std::move(address)) {}

  const Env& env;
  ImapSession session;
  const wire::ImapUrl url;
  bool is_anonymous = false;
  wire::ImapNamespace home = {};   // the personal namespace
  std::string selected_name = {};  // empty: none
  ImapSelected selected = {};
  std::chrono::steady_clock::time_point next_idle = {};  // not earlier
  std::optional<std::uint64_t> append_limit = {};        // of append_limit_name
  std::string append_limit_name = {};

  std::string subject(const std::string& mailbox) const;  // a mailbox, for error texts
};

// Runs a command whose refusal is an error.
Result<wire::ImapResponse> must_run(ImapSession&, const ImapCommand&, const char* doing, const std::string& subject,
                                    const ImapSession::Listener& = {});

// One command for each text of the set, because servers limit the length of a line and we the work lost by an error.
inline constexpr std::size_t kMaxSetBytes = 4000;  // servers take 8000 bytes a line (RFC 7162 4)

// net/imap_login.cc: what has to be sent before mailboxes are seen.
enum class LoginAs { kUser, kAnonymous };
Result<LoginAs> imap_log_in(ImapSession&, const wire::ImapUrl&, git::Credentials&, const ImapOptions&);
Result<void> imap_ask_capabilities(ImapSession&);
// That nobody can listen, or that the user does not mind. Errors: kRefused.
Result<void> check_privacy(const ImapSession&, const ImapOptions&, const char* doing);

}  // namespace lorelei::net
