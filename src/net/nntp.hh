// SPDX-License-Identifier: GPL-3.0-or-later
// A reader of news: one connection to a server, groups and articles from it.
//
//   TRY(auto news, Nntp::open(env, url, options));
//   TRY(auto group, news.group("org.kernel.vger.linux-block"));
//   TRY_VOID(news.articles(group.low, group.high, [](NntpArticle&& article) { ... }));
//
// open() greets, takes up encryption where it is offered (on loopback it is not needed), says MODE READER where that is
// asked for, and logs in if the URL names a user. Where a server wants a login later (480), it gets one then. A
// password never goes over a connection that others can read.
//
// Articles are asked for ahead of their coming, so that a far server costs one delay, not one an article. Numbers
// without an article are passed over. Memory: one article.
//
// After any error but a refusal of a command the connection is of no more use.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/credential.hh"
#include "net/connection.hh"
#include "net/nntp_url.hh"
#include "wire/nntp.hh"

namespace lorelei::net {

inline constexpr std::uint64_t kMaxArticle = 256 << 20;  // as the largest message of an mbox
inline constexpr std::size_t kMaxGroups = 300'000;       // of a list; the largest servers have 120,000

struct NntpOptions {
  ConnectionOptions connection = {};
  TlsOptions tls = {.ca_setting = "nntp.sslCAInfo"};
  enum class StartTls { kIfOffered, kNever, kRequired } start_tls = StartTls::kIfOffered;
  std::uint64_t limit_bytes = kMaxArticle;
  // Who the user is to this server; nothing: nobody. user: what is known already. May prompt.
  std::function<Result<std::optional<git::Credential>>(const NntpUrl&)> ask_login = {};
  // What became of it, to be stored or forgotten: as ask_login gave it, or with what the URL says.
  enum class Verdict { kRight, kWrong };
  std::function<void(const git::Credential&, Verdict)> login_ended = {};
};

struct NntpArticle {
  std::uint64_t number = 0;
  std::string raw;      // lines end in LF
  bool is_cut = false;  // it is larger than the limit
};
using ArticleSink = std::function<Result<void>(NntpArticle&&)>;

class Nntp {
 public:
  // env must outlive it. Errors: kTemporary (no connection, a server that is closing), kRefused (certificate, password
  // in the clear, wrong password), kCorrupt (no news server).
  static Result<Nntp> open(const Env& env, const NntpUrl& url, NntpOptions options = {});
  Nntp(Nntp&&) noexcept = default;
  Nntp& operator=(Nntp&&) noexcept = default;

  // Selects it. Errors: also kNotFound.
  Result<wire::NntpGroup> group(const std::string& name);
  // All groups, in the order of the server. Errors: also kTooLarge, they are more than kMaxGroups.
  Result<void> groups(const std::function<Result<void>(wire::NntpGroup&&)>& sink);
  // Of the selected group. Articles that are gone are left out.
  Result<void> overview(std::uint64_t first, std::uint64_t last,
                        const std::function<Result<void>(wire::NntpOverview&&)>& sink);
  Result<void> articles(std::uint64_t first, std::uint64_t last, const ArticleSink&);
  // By its id, without brackets; nothing if the server does not have it.
  Result<std::optional<NntpArticle>> article(const std::string& message_id);

  // Says goodbye.
  void quit();
  bool is_encrypted() const { return connection_.is_encrypted(); }
  const wire::NntpCapabilities& capabilities() const { return capabilities_; }

 private:
  Nntp(Connection connection, const NntpUrl& url, NntpOptions options)
      : connection_(std::move(connection)), url_(url), options_(std::move(options)) {}
  Result<void> greet();
  Result<void> ask_capabilities();
  Result<void> encrypt();
  Result<void> log_in();
  Result<wire::NntpStatus> status();
  Result<wire::NntpStatus> exchange(const std::string& line);  // one command
  Result<wire::NntpStatus> command(const std::string& line);   // the same, with a login if one is wanted
  Result<NntpArticle> block();
  Result<void> lines(const std::function<Result<void>(std::string_view)>& sink);
  tl::unexpected<Error> refusal(const std::string& doing, const wire::NntpStatus&) const;

  Connection connection_;
  NntpUrl url_;
  NntpOptions options_;
  wire::NntpReader reader_;
  wire::NntpCapabilities capabilities_;
  bool is_logged_in_ = false;
};

}  // namespace lorelei::net
