// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes of the IMAP client: which one a path means, making and selecting them.
#include <algorithm>
#include <set>

#include "base/text.hh"
#include "net/imap_state.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using wire::ImapResponse;
using Kind = Error::Kind;
using What = ImapResponse::Kind;
using Condition = ImapResponse::Condition;

constexpr std::size_t kMaxListed = 100'000;  // mailboxes; the largest servers of lists have a few thousand

// A path as the server writes names. It may be so already: who had to write modified UTF-7 into a URL meant it.
std::string server_name(std::string_view path) {
  const auto decoded = wire::utf8_of_imap_name(path);
  const auto is_beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (decoded && std::any_of(decoded->begin(), decoded->end(), is_beyond_ascii)) return std::string(path);
  return wire::imap_name_of_utf8(path);
}

std::string_view without_slashes_at_end(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// The names that a path may mean, best first.
struct Candidates {
  std::vector<std::string> existing;  // to look for
  std::vector<std::string> wanted;    // to create
};
Candidates candidates(std::string_view path, const wire::ImapNamespace& home) {
  const auto literal = server_name(path);
  if (equal_ignore_case(literal, "INBOX")) return {{"INBOX"}, {"INBOX"}};
  const bool maps = !home.delimiter.empty() && home.delimiter != "/";
  const auto mapped = maps ? replace_all(literal, "/", home.delimiter) : literal;
  Candidates names;
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  };
  add(names.existing, literal);
  add(names.existing, mapped);
  add(names.wanted, mapped);
  if (!home.prefix.empty() && !starts_with_ignore_case(mapped, home.prefix)) {
    add(names.existing, home.prefix + mapped);
    add(names.wanted, home.prefix + mapped);
  }
  return names;
}

Result<ImapResponse> run_on(ImapSession& session, const char* verb, const std::string& name) {
  return session.run(ImapCommand(verb).text(" ").astring(name));
}

bool exists_now(const ImapResponse& answer) {
  return answer.condition == Condition::kOk || answer.code == "ALREADYEXISTS";
}

Result<bool> is_there(ImapSession& session, const std::string& name) {
  TRY(const auto answer, session.run(ImapCommand("STATUS ").astring(name).text(" (UIDVALIDITY)")));
  if (is_passing(answer)) return refused(answer, "look for the mailbox", name);
  return answer.condition == Condition::kOk;
}

// The levels above a name, one after the other; what the server thinks of each shows when the name itself is made.
Result<void> create_parents(ImapSession& session, const std::string& name, const wire::ImapNamespace& home) {
  if (home.delimiter.empty()) return {};
  for (auto at = name.find(home.delimiter); at != std::string::npos; at = name.find(home.delimiter, at + 1)) {
    const auto parent = name.substr(0, at);
    if (!parent.empty() && !(parent + home.delimiter == home.prefix)) TRY_VOID(run_on(session, "CREATE", parent));
  }
  return {};
}

// The name that could be made. Errors: that none could, with what was said of the last.
Result<std::string> create_one_of(ImapSession& session, const std::vector<std::string>& names,
                                  const wire::ImapNamespace& home, const std::string& subject) {
  ImapResponse answer;
  for (const auto& name : names) {
    TRY(answer, run_on(session, "CREATE", name));
    if (exists_now(answer)) return name;
    if (is_passing(answer)) return refused(answer, "create the mailbox", subject);
  }
  const auto& last = names.back();
  TRY_VOID(create_parents(session, last, home));
  TRY(answer, run_on(session, "CREATE", last));
  if (!exists_now(answer)) return refused(answer, "create the mailbox", subject);
  return last;
}

// What a server says of a mailbox that is being selected, one response after the other.
class Selecting {
 public:
  void hear(ImapResponse& response) {
    if (response.kind == What::kExists) selected_.exists = response.number;
    if (response.kind == What::kFlags) flags_ = std::move(response.words);
    if (response.kind != What::kCondition) return;
    const auto number = parse_uint(response.code_arguments);
    const auto small = number && *number <= UINT32_MAX ? static_cast<std::uint32_t>(*number) : 0;
    if (response.code == "UIDVALIDITY") selected_.uid_validity = small;
    if (response.code == "UIDNEXT") selected_.uid_next = small;
    if (response.code == "PERMANENTFLAGS") permanent_flags_ = wire::imap_flag_list(response.code_arguments);
  }
  ImapSelected finish(const ImapResponse& answer) {
    selected_.is_read_only = answer.code == "READ-ONLY";
    selected_.permanent_flags = permanent_flags_.value_or(flags_);  // RFC 3501 7.1: without them, all are
    return std::move(selected_);
  }

 private:
  ImapSelected selected_;
  std::vector<std::string> flags_;
  std::optional<std::vector<std::string>> permanent_flags_;
};

}  // namespace

Result<ImapMailbox> ImapClient::resolve_mailbox(std::string_view path, Missing missing, Subscribe subscribes) {
  auto& session = state_->session;
  path = without_slashes_at_end(path);
  if (path.empty())
    return err(Kind::kUsage, "find the mailbox", state_->url.shown(), "no mailbox is named", "imaps://host/mailbox");
  if (!is_utf8(path)) return err(Kind::kUsage, "find the mailbox", printable(path), "its name is not UTF-8");
  const auto names = candidates(path, state_->home);
  const auto shown = [](const std::string& name) { return wire::utf8_of_imap_name(name).value_or(name); };
  for (const auto& name : names.existing) {
    TRY(const bool found, is_there(session, name));
    if (found) return ImapMailbox{name, shown(name), false};
  }
  const auto subject = state_->subject(names.wanted.front());
  if (missing == Missing::kFail)
    return err(Kind::kNotFound, "find the mailbox", subject, "the server does not have it");
  TRY(const auto name, create_one_of(session, names.wanted, state_->home, subject));
  if (subscribes == Subscribe::kYes) TRY_VOID(run_on(session, "SUBSCRIBE", name));  // a NO is no harm
  return ImapMailbox{name, shown(name), true};
}

Result<void> ImapClient::create(const std::string& name) {
  TRY(const auto answer, run_on(state_->session, "CREATE", name));
  if (!exists_now(answer)) return refused(answer, "create the mailbox", state_->subject(name));
  return {};
}

Result<void> ImapClient::subscribe(const std::string& name) {
  TRY_VOID(must_run(state_->session, ImapCommand("SUBSCRIBE ").astring(name), "subscribe to the mailbox",
                    state_->subject(name)));
  return {};
}

Result<std::vector<wire::ImapListed>> ImapClient::list(std::string_view pattern) {
  std::vector<wire::ImapListed> all;
  const auto listener = [&all](ImapResponse& response) {
    if (response.kind == What::kList && all.size() < kMaxListed) all.push_back(std::move(response.listed));
  };
  const bool asks_for_uses = has("SPECIAL-USE") && has("LIST-EXTENDED");
  // A pattern is a string whose * and % mean something: quoted they still do.
  auto command = ImapCommand("LIST \"\" ").astring(pattern).text(asks_for_uses ? " RETURN (SPECIAL-USE)" : "");
  TRY_VOID(must_run(state_->session, command, "list the mailboxes of", state_->session.connection().name(), listener));
  return all;
}

Result<std::string> ImapClient::special_use(const std::string& name) {
  if (equal_ignore_case(name, "INBOX")) return "\\Inbox";
  TRY(const auto all, list(name));
  for (const auto& listed : all) {
    if (listed.name != name) continue;
    for (const auto use : {"\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash"})
      if (listed.has(use)) return use;
  }
  return std::string();
}

Result<wire::ImapMailboxStatus> ImapClient::status(const std::string& name) {
  wire::ImapMailboxStatus status;
  const auto listener = [&status](ImapResponse& response) {
    if (response.kind == What::kStatus) status = std::move(response.status);
  };
  auto command = ImapCommand("STATUS ").astring(name).text(" (MESSAGES UIDNEXT UIDVALIDITY)");
  TRY_VOID(must_run(state_->session, command, "look into the mailbox", state_->subject(name), listener));
  return status;
}

Result<ImapSelected> ImapClient::select(const std::string& name, Access access) {
  state_->selected_name.clear();  // a SELECT that fails leaves none selected
  Selecting selecting;
  const auto listener = [&selecting](ImapResponse& response) { selecting.hear(response); };
  auto command = ImapCommand(access == Access::kReadOnly ? "EXAMINE " : "SELECT ").astring(name);
  TRY(const auto answer, must_run(state_->session, command, "open the mailbox", state_->subject(name), listener));
  state_->selected_name = name;
  state_->selected = selecting.finish(answer);
  if (access == Access::kReadOnly) state_->selected.is_read_only = true;
  return state_->selected;
}

}  // namespace lorelei::net
