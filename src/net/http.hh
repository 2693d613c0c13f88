// SPDX-License-Identifier: GPL-3.0-or-later
// The web, as far as mail comes from it or leaves by it: requests, and answers that are read as they arrive.
//
//   Http web(env, {user_config, lei_config}, options);
//   TRY(auto response, web.send({.method = Method::kPost, .url = "https://lore.kernel.org/all/?x=m&q=..."}));
//   if (response.status() != 200) return tl::unexpected(response.error("search"));
//   for (std::string block; TRY(more, response.read_more(block)), more;) ...
//
// What send() does before it returns, so that nobody else has to:
//
//   mirrors    of the server (net/lore_settings) are tried, one after the other, before or behind it. One that failed
//              comes last from then on, for as long as this object lives
//   redirects  are followed, with the method kept (303 aside, which asks for GET): to http(s) only, from https never to
//              http, passwords and cookies of the command line not to another host
//   patience   when all were tried: three more rounds (Request::rounds) for 429, 502, 503, 504 and failures to connect,
//   after 1, 2, 4
//              seconds less some chance, or when the server says (Retry-After); not if that is too far off
//
// What breaks off later is the caller's: read_more() says so, and nothing is sent twice.
//
// Defaults: certificates are checked, 30 seconds to connect, given up after 60 seconds without a byte. Proxies: the
// command line, http.<url>.proxy, then the environment (https_proxy, all_proxy, no_proxy). An answer is passed on as it
// was sent: no encoding is asked for, none undone.
//
// Memory: 256 KiB a response, whatever its size. One object, with its responses, belongs to one thread.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "git/config.hh"
#include "net/http_error.hh"
#include "net/http_options.hh"

namespace lorelei::net {

enum class Method { kGet, kHead, kPost };

struct Request {
  Method method = Method::kGet;
  std::string url = {};
  std::vector<std::string> headers = {};  // "NAME: VALUE"
  std::string body = {};                  // of kPost
  // Of an earlier answer: if nothing has changed since, the status is 304 and there is nothing to read.
  std::string etag = {}, last_modified = {};
  enum class Mirrors { kUse, kNone } mirrors = Mirrors::kUse;
  unsigned rounds = 4;
};

class Response {
 public:
  Response(Response&&) noexcept;
  Response& operator=(Response&&) noexcept;
  ~Response();  // closes the connection if it was not read to its end

  int status() const;
  const std::string& url() const;           // where it came from in the end
  const std::string& content_type() const;  // "" if the server does not say
  const std::string& etag() const;
  const std::string& last_modified() const;
  // Where the server itself, not a mirror, says that the requested URL is from now on: the way there was 301 and 308
  // only.
  const std::optional<std::string>& moved_to() const;

  // Appends the next bytes; false at the end. Errors: what broke off the transfer, again at each further call.
  HttpResult<bool> read_more(std::string& to);
  // The rest of it. Errors: also kTooLarge.
  HttpResult<std::string> read_rest(std::uint64_t limit_bytes);

  // For a status that is of no use to the caller. doing: "search".
  HttpError error(std::string doing) const;

 private:
  friend class Http;
  struct Impl;
  explicit Response(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// What would make tests wait, and what is told while waiting.
struct Patience {
  std::function<void(std::chrono::milliseconds)> sleep = {};  // empty: sleeps; returns early if the user says stop
  std::function<double()> chance = {};                        // 0 to 1; empty: a random number
  std::function<void(std::string_view)> say = {};  // a line without its end: "https://h/: HTTP 503, again in 2 s"
};

class Http {
 public:
  // configs: the later ones win. Nothing is opened or looked up before the first send().
  Http(const Env& env, std::vector<git::Config> configs, HttpOptions options = {}, Patience patience = {});
  Http(Http&&) noexcept;
  ~Http();

  // The answer, whatever its status, as soon as its first bytes are there. Errors: kUsage (no URL, a setting), kFailed,
  // kTemporary (no connection, after all rounds), kCancelled.
  HttpResult<Response> send(const Request&);
  // All of an answer that is 200, for small things. Errors: also a status other than 200, kTooLarge.
  HttpResult<std::string> fetch(const std::string& url, std::uint64_t limit_bytes);

  // Through which a request to the URL goes; "" if none. For other programs that shall go the same way.
  std::string proxy_for(std::string_view url) const;

  const Env& env() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::net
