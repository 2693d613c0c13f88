// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/listening.hh"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/text.hh"

namespace lorelei::serve {

namespace {

using Kind = Error::Kind;
constexpr const char* kDoing = "listen on";
constexpr int kBacklog = 1024;
constexpr int kFirstInherited = 3;  // SD_LISTEN_FDS_START

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(in.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
    return fmt::format("[{}]:{}", text, ntohs(in.sin6_port));
  }
  if (address.ss_family == AF_UNIX) {
    const auto& un = reinterpret_cast<const sockaddr_un&>(address);
    return fmt::format("unix:{}", std::string_view(un.sun_path, strnlen(un.sun_path, sizeof un.sun_path)));
  }
  return "?";
}

std::string bound_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? text_of(address) : "?";
}

struct HostPort {
  std::string host, port;  // an empty host is every address
};
std::optional<HostPort> host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return {};
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const auto number = parse_uint(port);
  if (!number || *number > 65535) return {};
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != host.npos)
    return {};
  return HostPort{host == "*" ? "" : std::string(host), std::string(port)};
}

Result<Listener> listen_on(const std::string& name, const sockaddr* address, socklen_t size) {
  Fd fd(socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return err_errno(errno, kDoing, name);
  const int on = 1;
  if (address->sa_family != AF_UNIX) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd.get(), address, size) < 0) {
    if (errno == EADDRINUSE) return err(Kind::kConflict, kDoing, name, "somebody listens there already");
    return err_errno(errno, kDoing, name);
  }
  if (listen(fd.get(), kBacklog) < 0) return err_errno(errno, kDoing, name);
  auto bound = bound_address(fd.get());
  return Listener{std::move(fd), std::move(bound), {}};
}

// What a killed server left is no conflict: nobody answers there.
bool is_stale(const sockaddr_un& address) {
  const Fd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 &&
         errno == ECONNREFUSED;
}

Result<Listener> listen_in_file_system(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return err(Kind::kUsage, kDoing, "unix:" + path, "the path of a socket has 1 to 107 bytes");
  std::memcpy(address.sun_path, path.data(), path.size());
  if (is_stale(address)) unlink(path.c_str());
  TRY(auto listener, listen_on("unix:" + path, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  listener.own_path = path;
  return listener;
}

Result<void> listen_on_network(const std::string& text, std::vector<Listener>& listeners) {
  const auto place = host_and_port(text);
  if (!place) return err(Kind::kUsage, kDoing, text, "it is neither HOST:PORT nor unix:PATH", "127.0.0.1:8080");
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed =
          getaddrinfo(place->host.empty() ? nullptr : place->host.c_str(), place->port.c_str(), &hints, &found);
      failed != 0)
    return err(Kind::kFailed, kDoing, text, gai_strerror(failed));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, freeaddrinfo);
  std::optional<Error> failure;
  const auto before = listeners.size();
  for (const auto* one = found; one; one = one->ai_next) {
    auto listener = listen_on(text, one->ai_addr, one->ai_addrlen);
    if (listener)
      listeners.push_back(*std::move(listener));
    else
      failure = std::move(listener).error();
  }
  // A machine without IPv6 has a name for it.
  if (listeners.size() == before && failure) return tl::unexpected(*std::move(failure));
  return {};
}

}  // namespace

Result<std::vector<Listener>> open_listeners(const std::vector<std::string>& addresses) {
  std::vector<Listener> listeners;
  for (const auto& address : addresses) {
    if (address.starts_with("unix:")) {
      TRY(auto listener, listen_in_file_system(address.substr(5)));
      listeners.push_back(std::move(listener));
    } else {
      TRY_VOID(listen_on_network(address, listeners));
    }
  }
  return listeners;
}

Result<std::vector<Listener>> inherited_listeners(const Env& env) {
  std::vector<Listener> listeners;
  if (parse_uint(env.variable("LISTEN_PID").value_or("")) != static_cast<std::uint64_t>(getpid())) return listeners;
  const auto count = parse_uint(env.variable("LISTEN_FDS").value_or("")).value_or(0);
  if (count > 64) return err(Kind::kUsage, "take over the sockets of", "LISTEN_FDS", "there are too many");
  for (int fd = kFirstInherited; fd < kFirstInherited + static_cast<int>(count); ++fd) {
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
      return err_errno(errno, "take over the socket", fmt::format("descriptor {}", fd));
    listeners.push_back({Fd(fd), bound_address(fd), {}});
  }
  return listeners;
}

std::string peer_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) < 0) return "?";
  if (address.ss_family == AF_UNIX) return "unix";
  auto text = text_of(address);
  text.erase(text.rfind(':'));
  return text.starts_with('[') ? text.substr(1, text.size() - 2) : text;
}

std::string prefix_of_peer(const std::string& peer) {
  in6_addr address{};
  if (inet_pton(AF_INET6, peer.c_str(), &address) != 1) return peer == "unix" ? "" : peer;
  return hex({reinterpret_cast<const char*>(&address), 8});
}

void tell_service_manager(const Env& env, std::string_view state) {
  const auto path = env.variable("NOTIFY_SOCKET").value_or("");
  sockaddr_un address{};
  if (path.size() < 2 || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  const Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (fd) (void)sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size);
}

}  // namespace lorelei::serve
