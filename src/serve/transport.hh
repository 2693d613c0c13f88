// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP/1.1 server: requests in, answers out.
//
//   accept -> limits of connections -> TLS -> head -> route -> body -> answer(), on a thread of its own -> response
//
// The one idea: one thread has all sockets and never waits; an answer may take its time (it signs, writes, asks a
// database) and is made by one of a few other threads. What is made here is whole requests and whole responses.
//
// Each wait has an end, each amount a limit (Limits); what is over one is answered with its status where the peer can
// still read it, and the connection closed. The head of a request: serve/http_head. No Boost is seen from outside.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "serve/http_head.hh"
#include "serve/log.hh"

namespace lorelei::serve {

struct Request {
  Head head;
  std::string path;  // of the target, as it came: up to "?", without scheme and host
  std::string body;
  std::string peer;  // who is connected: "192.0.2.1", "2001:db8::1", "unix"
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<HeaderField> fields = {};  // more of the header; neither Content-* nor Connection
};

struct Route {
  std::string path;                // one path; with "/" at its end: that and all below it. The longest one counts
  std::uint64_t body_limit_bytes;  // 0: no body
  std::function<Response(const Request&)> answer;  // several at a time
};

struct Limits {
  using Time = std::chrono::milliseconds;
  HeadLimits head;
  Time head_time{10'000};                 // from its first byte to its last; also TLS's greeting
  Time idle_time{30'000};                 // between two requests
  Time progress_time{60'000};             // without a byte of a body or a response
  std::uint64_t bytes_per_second = 1024;  // of a body, on average, after head_time
  std::size_t connections = 512;
  std::size_t connections_per_address = 64;  // of IPv6: per 64 bits of prefix
  std::size_t queued = 32;                   // requests that wait for a thread; more are answered 503
  Time stop_time{10'000};                    // for what is under way when the server is told to stop
};

struct HttpOptions {
  std::vector<std::string> listen;         // serve/listening; empty: what the service manager hands over
  std::string certificate_file, key_file;  // PEM; both empty: no TLS. They are read again when they change
  unsigned threads = 4;                    // for answers
  Limits limits = {};
  // Names that a request may be to, in its Host or its target (lower case, without port); empty: any. Of others 421.
  std::vector<std::string> hosts = {};
  // SIGTERM, SIGINT and SIGQUIT stop it gracefully, the second one at once. SIGHUP and SIGUSR1: the log is opened and
  // the certificate read again.
  bool obeys_signals = false;
};

class HttpServer {
 public:
  // Listens when this returns. The log must outlive the server. Errors: no address, one that is taken, the certificate.
  static Result<HttpServer> open(const Env&, HttpOptions, std::vector<Route>, Log&);
  HttpServer(HttpServer&&) noexcept;
  ~HttpServer();

  std::vector<std::string> addresses() const;  // as they are bound: with the port, where 0 was asked for
  // Serves until stop() or a signal; then no connection is taken any more, what is idle is closed, and what is under
  // way is answered.
  Result<void> run();
  void stop();  // from any thread

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::serve
