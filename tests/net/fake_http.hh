// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP server for tests: a thread on a loopback socket that answers as the test says, well or badly.
//
//   FakeHttp server([](const FakeHttp::Asked& asked) -> FakeHttp::Answer { return {http_answer(404, "text/plain", "")};
//   }); server.url("/all/?x=m")      server.requests()
//
// One request a connection.
#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hh"

namespace lorelei {

inline std::string http_answer(int status, const std::string& type, const std::string& body,
                               const std::string& headers = {}) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                     type, body.size(), headers, body);
}
// Ends with the connection, whatever that means.
inline std::string open_ended_answer(const std::string& type, const std::string& body) {
  return fmt::format("HTTP/1.1 200 X\r\nContent-Type: {}\r\nConnection: close\r\n\r\n{}", type, body);
}

class FakeHttp {
 public:
  struct Asked {
    std::string text;  // head of the request
    std::string line;  // "GET /all/ HTTP/1.1"
    std::size_t number = 0;
    bool has(std::string_view part) const { return text.find(part) != std::string::npos; }
  };
  struct Answer {
    std::string bytes;
    enum class Then { kClose, kHang } then = Then::kClose;  // kHang: the connection stays open and silent
  };

  explicit FakeHttp(std::function<Answer(const Asked&)> answer) : answer_(std::move(answer)) {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;
  ~FakeHttp() { stop(); }

  void stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
    listener_ = Fd();
  }
  std::string origin() const { return fmt::format("http://127.0.0.1:{}", port_); }
  std::string url(const std::string& path) const { return origin() + path; }
  std::vector<Asked> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!stopped_) {
      pollfd waiting{listener_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection) converse(std::move(connection));
    }
  }

  void converse(Fd connection) {
    Asked asked;
    char block[4096];
    while (asked.text.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(connection.get(), block, sizeof block, 0);
      if (got <= 0) return;
      asked.text.append(block, static_cast<std::size_t>(got));
    }
    asked.line = asked.text.substr(0, asked.text.find("\r\n"));
    {
      const std::lock_guard lock(mutex_);
      asked.number = requests_.size();
      requests_.push_back(asked);
    }
    const Answer answer = answer_(asked);
    std::string_view rest = answer.bytes;
    while (!rest.empty()) {
      const auto sent = ::send(connection.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (answer.then == Answer::Then::kHang) hanging_.push_back(std::move(connection));
  }

  std::function<Answer(const Asked&)> answer_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;
  std::vector<Asked> requests_;  // guarded by mutex_
  std::vector<Fd> hanging_;
  std::thread thread_;
};

}  // namespace lorelei
