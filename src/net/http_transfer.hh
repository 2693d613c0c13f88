// SPDX-License-Identifier: GPL-3.0-or-later
// One exchange over HTTP: a request that goes out, bytes that come in, nothing decided. For .cc files of this room.
//
// All transfers of a Session share its connections and are driven together by turn(). A transfer that nobody reads from
// stops when its buffer is full, and the server with it.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/env.hh"
#include "net/http.hh"
#include "net/libcurl.hh"

namespace lorelei::net {

inline constexpr std::size_t kTransferBuffer = 256 << 10;

struct Session {
  static Result<std::shared_ptr<Session>> open(const Env&);
  // Moves what can be moved, waiting at most a fifth of a second for it. Errors: kCancelled, kFailed.
  HttpResult<void> turn();

  Env env;
  const Libcurl* curl = nullptr;
  MultiHandle multi;
  unsigned finished = 0;     // transfers so far
  bool has_arrived = false;  // bytes, or the end of a transfer, in this turn
};

// What is sent, after all decisions.
struct Exchange {
  Method method = Method::kGet;
  std::string url;
  std::vector<std::string> headers;
  std::string body;
  std::string user_agent;
  std::string proxy, no_proxy;                                   // "": none
  enum class Secrets { kSent, kKept } secrets = Secrets::kSent;  // of the options: user, cookies, Authorization
};

class Transfer {
 public:
  // Starts it. Errors: kFailed, kUsage.
  static HttpResult<std::unique_ptr<Transfer>> start(std::shared_ptr<Session>, const Exchange&, const HttpOptions&);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  // Until the head of the answer is there and a byte of its body, or its end. Errors: no head came.
  HttpResult<void> wait_for_head();
  HttpResult<bool> read_more(std::string& to);

  bool done() const { return done_; }
  unsigned place() const { return place_; }  // how many were done before this one
  int status() const;
  std::string header(const char* name) const;  // the last one; "" if there is none
  std::string redirect() const;                // the absolute URL that it sends us to; "" if to none

 private:
  friend struct Session;
  explicit Transfer(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  Result<void> set_up(const Exchange&, const HttpOptions&);
  Result<void> set_security(const HttpOptions&);
  Result<void> set_identity(const Exchange&, const HttpOptions&);
  Result<void> set_network(const Exchange&, const HttpOptions&);
  Result<void> set(CURLoption, const char* name, const std::string& text);  // unless it is empty
  void set(CURLoption, long);
  void add(ListHandle& list, const std::string& line) const;
  HttpError failure() const;
  static std::size_t take(char* bytes, std::size_t one, std::size_t count, void* self);
  static int tell(CURL*, curl_infotype, char* bytes, std::size_t count, void* unused);

  std::shared_ptr<Session> session_;
  std::string url_;
  std::array<char, CURL_ERROR_SIZE> complaint_{};
  ListHandle headers_, resolve_;
  EasyHandle easy_;
  std::string buffer_;
  bool is_paused_ = false;
  bool done_ = false;
  CURLcode code_ = CURLE_OK;
  unsigned place_ = 0;
};

}  // namespace lorelei::net
