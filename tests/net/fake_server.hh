// SPDX-License-Identifier: GPL-3.0-or-later
// A server on loopback that says what a test wants it to say: in a thread of its own, to one client at a time.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/files.hh"

namespace lorelei::net {

// Thrown by a conversation that cannot go on: its client has gone, or its bytes are used up.
struct HungUp {};

class FakeServer {
 public:
  // One conversation; it ends with the function.
  class Line {
   public:
    Line(int fd, std::size_t may_say, std::size_t may_hear) : fd_(fd), may_say_(may_say), may_hear_(may_hear) {}
    // From now on.
    void limit(std::size_t may_say, std::size_t may_hear) {
      may_say_ = may_say;
      may_hear_ = may_hear;
    }
    bool is_used_up() const { return may_say_ == 0 || may_hear_ == 0; }
    int fd() const { return fd_; }
    // Bytes go through these in place of recv(2) and send(2), and what was heard before is for nobody.
    using Receive = std::function<ssize_t(char*, std::size_t)>;
    using Send = std::function<ssize_t(const char*, std::size_t)>;
    void wrap(Receive receive, Send send) {
      heard_.clear();
      receive_ = std::move(receive);
      send_ = std::move(send);
    }
    // Up to LF, without CRLF.
    std::string hear() {
      auto line = hear_raw();
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    // Up to LF, without that.
    std::string hear_raw() {
      for (;;) {
        const auto end = heard_.find('\n');
        if (end != std::string::npos) {
          auto line = heard_.substr(0, end);
          heard_.erase(0, end + 1);
          return line;
        }
        receive();
      }
    }
    std::string hear_bytes(std::size_t count) {
      while (heard_.size() < count) receive();
      auto bytes = heard_.substr(0, count);
      heard_.erase(0, count);
      return bytes;
    }
    void say(const std::string& bytes) {
      const auto size = std::min(bytes.size(), may_say_);
      const auto sent = send_ ? send_(bytes.data(), size) : send(fd_, bytes.data(), size, MSG_NOSIGNAL);
      if (sent < 0) throw HungUp();
      may_say_ -= size;
      if (size < bytes.size()) throw HungUp();
    }

   private:
    void receive() {
      char chunk[4096];
      const auto wanted = std::min(sizeof chunk, may_hear_);
      const auto size = receive_ ? receive_(chunk, wanted) : recv(fd_, chunk, wanted, 0);
      if (size <= 0) throw HungUp();
      may_hear_ -= static_cast<std::size_t>(size);
      heard_.append(chunk, static_cast<std::size_t>(size));
    }

    int fd_;
    std::size_t may_say_, may_hear_;
    std::string heard_;
    Receive receive_;
    Send send_;
  };
  using Script = std::function<void(Line&)>;

  // The connection is cut when the server has said or heard that many bytes.
  explicit FakeServer(Script script, std::size_t may_say = SIZE_MAX, std::size_t may_hear = SIZE_MAX,
                      std::uint32_t address_to_listen = INADDR_LOOPBACK)
      : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(address_to_listen);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_.get(), where, size) != 0 || listen(listener_.get(), 5) != 0) std::abort();
    getsockname(listener_.get(), where, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, script = std::move(script), may_say, may_hear] {
      for (;;) {
        const Fd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client) return;
        const int yes = 1;  // answers may be many small ones
        setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        Line line(client.get(), may_say, may_hear);
        try {
          script(line);
        } catch (const HungUp&) {
        }
      }
    });
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  // Before: the client has gone.
  ~FakeServer() {
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::uint16_t port() const { return port_; }

 private:
  Fd listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace lorelei::net
