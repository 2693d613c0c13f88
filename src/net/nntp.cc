// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/nntp.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::net {

using wire::NntpStatus;
using Kind = Error::Kind;

namespace {

constexpr std::uint64_t kMaxNumber = 1ULL << 62;
constexpr std::uint64_t kAhead = 32;          // articles that are asked for before the first has come
constexpr std::uint64_t kMaxList = 16 << 20;  // of CAPABILITIES and such
constexpr std::size_t kMaxLine = 1 << 20;     // of an overview: References of long threads

bool is_no_article(int code) { return code == 420 || code == 423 || code == 430; }

}  // namespace

tl::unexpected<Error> Nntp::refusal(const std::string& doing, const NntpStatus& status) const {
  Kind kind = Kind::kFailed;
  if (status.code == 400 || status.code == 403) kind = Kind::kTemporary;
  if (status.code == 411 || is_no_article(status.code)) kind = Kind::kNotFound;
  if (status.code == 480 || status.code == 481 || status.code == 482 || status.code == 483 || status.code == 502)
    kind = Kind::kRefused;
  return err(kind, doing, url_.canonical, fmt::format("the server says: {} {}", status.code, printable(status.text)));
}

// --- conversation ---

Result<NntpStatus> Nntp::status() {
  for (;;) {
    TRY(auto status, reader_.next_status());
    if (status) return *std::move(status);
    TRY(const std::string bytes, connection_.read_some());
    reader_.feed(bytes);
  }
}

Result<NntpStatus> Nntp::exchange(const std::string& line) {
  TRY_VOID(connection_.write(line + "\r\n"));
  return status();
}

Result<NntpStatus> Nntp::command(const std::string& line) {
  TRY(auto answer, exchange(line));
  if (answer.code != 480 || is_logged_in_) return answer;
  TRY_VOID(log_in());
  return exchange(line);
}

Result<NntpArticle> Nntp::block() {
  NntpArticle article;
  while (reader_.take_block(article.raw, options_.limit_bytes, article.is_cut) == wire::BlockPart::kMore) {
    TRY(const std::string bytes, connection_.read_some());
    reader_.feed(bytes);
  }
  return article;
}

// A block of any size, line by line. An error of the sink ends the conversation.
Result<void> Nntp::lines(const std::function<Result<void>(std::string_view)>& sink) {
  std::string waiting;
  for (bool at_end = false; !at_end;) {
    bool is_cut = false;
    at_end = reader_.take_block(waiting, kMaxList + kMaxLine, is_cut) == wire::BlockPart::kEnd;
    std::size_t start = 0;
    for (std::size_t end; (end = waiting.find('\n', start)) != waiting.npos; start = end + 1) {
      const auto taken = sink(std::string_view(waiting).substr(start, end - start));
      if (!taken) {
        connection_.close();
        return taken;
      }
    }
    waiting.erase(0, start);
    if (waiting.size() > kMaxLine)
      return err(Kind::kTooLarge, "read from the news server", url_.canonical, "a line does not end");
    if (at_end) break;
    TRY(const std::string bytes, connection_.read_some());
    reader_.feed(bytes);
  }
  return {};
}

// --- the beginning ---

Result<Nntp> Nntp::open(const Env& env, const NntpUrl& url, NntpOptions options) {
  TRY(auto connection, Connection::open(env, url.host, url.port, options.connection));
  Nntp news(std::move(connection), url, std::move(options));
  if (url.security == NntpUrl::Security::kTls) TRY_VOID(news.connection_.start_tls(news.options_.tls));
  TRY_VOID(news.greet());
  if (url.user) TRY_VOID(news.log_in());
  return news;
}

Result<void> Nntp::greet() {
  TRY(const auto greeting, status());
  if (greeting.code != 200 && greeting.code != 201) return refusal("read news from", greeting);
  TRY_VOID(ask_capabilities());
  TRY_VOID(encrypt());
  if (capabilities_.has("MODE-READER") || !capabilities_.has("READER")) {
    // Old servers without CAPABILITIES want it, too; those that do not know it need not.
    TRY(const auto mode, exchange("MODE READER"));
    if (mode.code == 400 || mode.code == 502) return refusal("read news from", mode);
    TRY_VOID(ask_capabilities());
  }
  return {};
}

Result<void> Nntp::ask_capabilities() {
  capabilities_ = {};
  TRY(const auto answer, exchange("CAPABILITIES"));
  if (answer.code != 101) return {};
  TRY(const auto list, block());
  capabilities_ = wire::parse_capabilities(list.raw);
  return {};
}

Result<void> Nntp::encrypt() {
  using StartTls = NntpOptions::StartTls;
  if (connection_.is_encrypted() || options_.start_tls == StartTls::kNever) return {};
  const bool is_required = options_.start_tls == StartTls::kRequired;
  if (!is_required && (!capabilities_.has("STARTTLS") || connection_.is_loopback())) return {};
  TRY(const auto answer, exchange("STARTTLS"));
  if (answer.code != 382 && is_required) return refusal("encrypt the connection to", answer);
  if (answer.code != 382) return {};
  if (!reader_.is_empty())
    return err(Kind::kRefused, "encrypt the connection to", url_.canonical,
               "somebody has put words in front of the encrypted ones");
  TRY_VOID(connection_.start_tls(options_.tls));
  return ask_capabilities();
}

Result<void> Nntp::log_in() {
  if (!connection_.is_encrypted() && !connection_.is_loopback())
    return err(Kind::kRefused, "log in to", url_.canonical, "the connection is not encrypted",
               "use nntps:// if the server has it");
  std::optional<git::Credential> login;
  if (url_.user && url_.password) login = git::Credential{.username = *url_.user, .secret = *url_.password};
  if (!login && options_.ask_login) {
    TRY(login, options_.ask_login(url_));
  }
  if (!login)
    return err(Kind::kRefused, "log in to", url_.canonical, "the server wants to know who you are",
               "write nntps://USER@HOST/GROUP");
  if (!wire::is_nntp_argument(login->username) || !wire::is_nntp_argument(login->secret))
    return err(Kind::kUsage, "log in to", url_.canonical, "the name or the password holds what cannot be sent");
  TRY(auto answer, exchange("AUTHINFO USER " + login->username));
  if (answer.code == 381) {
    TRY(answer, exchange("AUTHINFO PASS " + login->secret));
  }
  is_logged_in_ = answer.code == 281;
  using Verdict = NntpOptions::Verdict;
  if (options_.login_ended && (is_logged_in_ || answer.code == 481))
    options_.login_ended(*login, is_logged_in_ ? Verdict::kRight : Verdict::kWrong);
  if (!is_logged_in_) return refusal("log in to", answer);
  return ask_capabilities();
}

// --- groups and articles ---

Result<wire::NntpGroup> Nntp::group(const std::string& name) {
  if (!wire::is_nntp_argument(name))
    return err(Kind::kUsage, "select the group", printable(name), "this is no name of a group");
  TRY(const auto answer, command("GROUP " + name));
  if (answer.code != 211) return refusal("select the group", answer);
  const auto group = wire::parse_group(answer.text);
  if (!group) return refusal("select the group", answer);
  return *group;
}

Result<void> Nntp::groups(const std::function<Result<void>(wire::NntpGroup&&)>& sink) {
  TRY(const auto answer, command("LIST ACTIVE"));
  if (answer.code != 215) return refusal("list the groups of", answer);
  std::size_t count = 0;
  return lines([&](std::string_view line) -> Result<void> {
    auto group = wire::parse_active(line);
    if (!group || !wire::is_nntp_argument(group->name)) return {};
    if (++count > kMaxGroups)
      return err(Kind::kTooLarge, "list the groups of", url_.canonical,
                 fmt::format("there are more than {}", kMaxGroups));
    return sink(*std::move(group));
  });
}

Result<void> Nntp::overview(std::uint64_t first, std::uint64_t last,
                            const std::function<Result<void>(wire::NntpOverview&&)>& sink) {
  const bool is_new = capabilities_.has("OVER");
  TRY(const auto answer, command(fmt::format("{} {}-{}", is_new ? "OVER" : "XOVER", first, last)));
  if (is_no_article(answer.code)) return {};
  if (answer.code != 224) return refusal("read the overview of", answer);
  return lines([&](std::string_view line) -> Result<void> {
    auto row = wire::parse_overview(line);
    if (!row || row->number < first || row->number > last) return {};
    return sink(*std::move(row));
  });
}

Result<void> Nntp::articles(std::uint64_t first, std::uint64_t last, const ArticleSink& sink) {
  last = std::min(last, kMaxNumber);
  std::uint64_t asked = first;  // all before it
  for (std::uint64_t number = first; number <= last; ++number) {
    if (asked <= last && asked - number <= kAhead / 2) {
      std::string commands;
      const std::uint64_t end = std::min(last + 1, number + kAhead);
      for (; asked < end; ++asked) commands += fmt::format("ARTICLE {}\r\n", asked);
      TRY_VOID(connection_.write(commands));
    }
    TRY(const auto answer, status());
    if (is_no_article(answer.code)) continue;
    if (answer.code != 220) {
      connection_.close();  // what else was asked for is still to come
      return refusal("fetch articles of", answer);
    }
    TRY(auto article, block());
    article.number = number;
    if (const auto taken = sink(std::move(article)); !taken) {
      connection_.close();
      return taken;
    }
  }
  return {};
}

Result<std::optional<NntpArticle>> Nntp::article(const std::string& message_id) {
  if (!wire::is_nntp_argument(message_id) || message_id.find_first_of("<>") != message_id.npos)
    return err(Kind::kUsage, "fetch the article", printable(message_id), "this is no message-id");
  TRY(const auto answer, command("ARTICLE <" + message_id + ">"));
  if (is_no_article(answer.code)) return std::nullopt;
  if (answer.code != 220) return refusal("fetch the article <" + message_id + "> of", answer);
  TRY(auto article, block());
  return article;
}

void Nntp::quit() {
  if (connection_.is_lost()) return;
  (void)connection_.write("QUIT\r\n");
  connection_.close();
}

}  // namespace lorelei::net
