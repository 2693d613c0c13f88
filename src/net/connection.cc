// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/connection.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/addresses.hh"

namespace lorelei::net {

namespace {

using Kind = Error::Kind;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kGlance{250};        // how long the wish to stop may go unnoticed
constexpr std::size_t kChunk = 64 << 10;    // of one read
constexpr std::size_t kMaxKept = 64 << 20;  // of what a peer says while we write to it

Result<void> cancelled(const Env& env, const std::string& name) {
  if (env.stop_requested()) return err(Kind::kCancelled, "talk to", name, "stopped at your request");
  return {};
}

// poll(2) until something happens or the deadline; 0 then.
Result<short> poll_until(const Env& env, int fd, short events, Clock::time_point deadline, const std::string& name) {
  for (;;) {
    TRY_VOID(cancelled(env, name));
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    pollfd entry{fd, events, 0};
    const auto span = std::clamp(left, milliseconds(0), kGlance);
    const int ready = poll(&entry, 1, static_cast<int>(span.count()));
    if (ready < 0 && errno != EINTR) return err_errno(errno, "wait for", name);
    if (ready > 0) return entry.revents;
    if (left <= span) return short{0};
  }
}

Result<Fd> connect_to(const Env& env, const addrinfo& address, Clock::time_point deadline, const std::string& name) {
  Fd fd(socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  if (!fd) return err_errno(errno, "connect to", name);
  int reason = 0;
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) reason = errno;
  if (reason == EINPROGRESS) {
    TRY(const short events, poll_until(env, fd.get(), POLLOUT, deadline, name));
    if (events == 0) return err(Kind::kTemporary, "connect to", name, "it does not answer");
    socklen_t size = sizeof reason;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &reason, &size);
  }
  if (reason != 0) return err(Kind::kTemporary, "connect to", name, std::strerror(reason));
  const int yes = 1;  // commands are written whole: nothing is gained by waiting for more
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  return fd;
}

}  // namespace

Connection::Connection(const Env& env, std::string host, std::uint16_t port, const ConnectionOptions& options)
    : env_(&env), host_(std::move(host)), name_(fmt::format("{}:{}", host_, port)), options_(options) {}

Result<Connection> Connection::open(const Env& env, std::string host, std::uint16_t port,
                                    const ConnectionOptions& options) {
  Connection connection(env, std::move(host), port, options);
  TRY(const auto addresses, addresses_of(env, connection.host_, port, options.connect_limit));
  Result<Fd> fd = err(Kind::kTemporary, "connect to", connection.name_, "it has no address");
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next) {
    fd = connect_to(env, *each, Clock::now() + options.connect_limit, connection.name_);
    if (fd || fd.error().kind == Kind::kCancelled) break;
  }
  if (!fd) return tl::unexpected(std::move(fd).error());
  connection.fd_ = *std::move(fd);
  return connection;
}

bool Connection::is_loopback() const {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (!fd_ || getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.ss_family == AF_INET) return ntohl(reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr) >> 24 == 127;
  if (peer.ss_family != AF_INET6) return false;
  const auto& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&address) || (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
}

tl::unexpected<Error> Connection::lost(const char* doing, std::string why) {
  fd_ = Fd();
  return err(Kind::kTemporary, doing, name_, std::move(why));
}

Result<short> Connection::wait(Wait what, Time deadline) {
  const short events = what == Wait::kRead ? POLLIN : POLLIN | POLLOUT;
  auto ready = poll_until(*env_, fd_.get(), events, deadline, name_);
  if (!ready) fd_ = Fd();
  return ready;
}

Result<bool> Connection::receive() {
  char chunk[kChunk];
  const auto size = recv(fd_.get(), chunk, sizeof chunk, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (size < 0) return lost("read from", std::strerror(errno));
  if (size == 0) return lost("read from", "the server closed the connection");
  const std::string_view bytes(chunk, static_cast<std::size_t>(size));
  if (!tls_) {
    kept_ += bytes;
  } else {
    tls_->received(bytes);
    auto plain = tls_->decrypt();
    if (!plain) return lost("read from", plain.error().why);
    kept_ += *plain;
    if (tls_->peer_has_closed() && plain->empty()) return lost("read from", "the server closed the connection");
  }
  if (kept_.size() > kMaxKept) return lost("write to", "the server talks without reading what we say");
  return true;
}

Result<void> Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) {
      const int reason = errno;
      while (auto more = receive())  // its last words may say why
        if (!*more) break;
      return lost("write to", std::strerror(reason));
    }
    TRY(const short events, wait(Wait::kWriteOrRead, Clock::now() + options_.silence_limit));
    if (events == 0) return lost("write to", "the server does not read what we say");
    if (events & POLLIN) TRY_VOID(receive());
  }
  return {};
}

Result<void> Connection::write(std::string_view bytes) {
  if (!fd_) return lost("write to", "the connection is lost");
  TRY_VOID(cancelled(*env_, name_));
  if (!tls_) return send(bytes);
  // A batch is encrypted in parts, so that it is not in memory twice.
  constexpr std::size_t kPart = 1 << 20;
  for (std::size_t at = 0; at < bytes.size(); at += kPart) {
    if (auto done = tls_->encrypt(bytes.substr(at, kPart)); !done) return lost("write to", done.error().why);
    TRY_VOID(send(tls_->take_output()));
  }
  return {};
}

Result<std::string> Connection::read_some(milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (kept_.empty()) {
    if (!fd_) return lost("read from", "the connection is lost");
    TRY(const short events, wait(Wait::kRead, deadline));
    if (events == 0) return std::string();
    TRY_VOID(receive());
    if (tls_) TRY_VOID(send(tls_->take_output()));  // TLS 1.3 answers to a change of keys
  }
  return std::exchange(kept_, {});
}

Result<std::string> Connection::read_some() {
  TRY(auto bytes, read_some(options_.silence_limit));
  if (bytes.empty()) return lost("read from", "the server has fallen silent");
  return bytes;
}

std::string Connection::read_kept() {
  while (fd_)
    if (const auto more = receive(); !more || !*more) break;
  return std::exchange(kept_, {});
}

Result<void> Connection::start_tls(const TlsOptions& options) {
  if (!fd_) return lost("encrypt the connection to", "the connection is lost");
  if (!kept_.empty()) return lost("encrypt the connection to", "somebody spoke before it was encrypted");
  auto tls = TlsSession::open(host_, options);
  if (!tls) return tl::unexpected(std::move(tls).error());
  tls_ = *std::move(tls);
  auto done = shake_hands();
  if (!done) fd_ = Fd();
  return done;
}

Result<void> Connection::shake_hands() {
  const auto deadline = Clock::now() + options_.connect_limit;
  for (;;) {
    const auto finished = tls_->advance();
    const auto sent = send(tls_->take_output());  // in a failure, the reason for the peer
    if (!finished) return tl::unexpected(finished.error());
    TRY_VOID(sent);
    if (*finished) break;
    TRY(const short events, wait(Wait::kRead, deadline));
    if (events == 0) return lost("encrypt the connection to", "the server does not answer");
    char chunk[kChunk];
    const auto size = recv(fd_.get(), chunk, sizeof chunk, 0);
    if (size == 0) return lost("encrypt the connection to", "the server closed the connection");
    if (size < 0 && errno != EAGAIN && errno != EINTR) return lost("encrypt the connection to", std::strerror(errno));
    if (size > 0) tls_->received({chunk, static_cast<std::size_t>(size)});
  }
  TRY(kept_, tls_->decrypt());  // the server may have gone on talking
  return {};
}

void Connection::close() {
  if (fd_ && tls_) {
    tls_->close();
    const auto goodbye = tls_->take_output();
    (void)::send(fd_.get(), goodbye.data(), goodbye.size(), MSG_NOSIGNAL);
  }
  fd_ = Fd();
}

}  // namespace lorelei::net
