// SPDX-License-Identifier: GPL-3.0-or-later
// A news server for tests: a thread on a loopback socket that answers each line as the test says. Lines that arrived
// together are answered together, as a server that is asked ahead does.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hh"

namespace lorelei {

class FakeNews {
 public:
  // answer: to a line without its CRLF, "" for the greeting. "" ends the connection.
  explicit FakeNews(std::function<std::string(const std::string& line)> answer) : answer_(std::move(answer)) {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 4) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      while (!stopped_) {
        if (!is_readable(listener_.get())) continue;
        Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (connection) converse(connection.get());
      }
    });
  }
  FakeNews(const FakeNews&) = delete;
  FakeNews& operator=(const FakeNews&) = delete;
  ~FakeNews() {
    stopped_ = true;
    thread_.join();
  }
  std::string url(const std::string& path) const { return "nntp://127.0.0.1:" + std::to_string(port_) + path; }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  static bool is_readable(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    return ::poll(&waiting, 1, 20) > 0;
  }
  void converse(int fd) {
    std::string got, reply = answer_("");
    while (!stopped_) {
      if (!reply.empty() && ::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return;
      reply.clear();
      if (!is_readable(fd)) continue;
      char block[4096];
      const auto size = ::recv(fd, block, sizeof block, 0);
      if (size <= 0) return;
      got.append(block, static_cast<std::size_t>(size));
      for (std::size_t end; (end = got.find("\r\n")) != got.npos; got.erase(0, end + 2)) {
        const std::string line = got.substr(0, end);
        {
          const std::lock_guard lock(mutex_);
          lines_.push_back(line);
        }
        const std::string one = answer_(line);
        if (one.empty()) {
          (void)::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
          return;
        }
        reply += one;
      }
    }
  }

  std::function<std::string(const std::string&)> answer_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_
  std::thread thread_;
};

// A group "org.example" with articles low to high; every third is gone.
inline std::string small_group(const std::string& line, unsigned low, unsigned high) {
  if (line.empty()) return "201 ready\r\n";
  if (line == "CAPABILITIES") return "101 list\r\nVERSION 2\r\nREADER\r\nOVER\r\n.\r\n";
  if (line == "GROUP org.example")
    return "211 " + std::to_string(high + 1 - low) + " " + std::to_string(low) + " " + std::to_string(high) +
           " org.example\r\n";
  if (line.starts_with("ARTICLE ")) {
    const unsigned number = static_cast<unsigned>(std::strtoul(line.c_str() + 8, nullptr, 10));
    if (number < low || number > high || number % 3 == 0) return "423 no such article\r\n";
    return "220 " + std::to_string(number) + " <x>\r\nSubject: " + std::to_string(number) + "\r\n\r\n..dot\r\n.\r\n";
  }
  return "500 what?\r\n";
}

}  // namespace lorelei
