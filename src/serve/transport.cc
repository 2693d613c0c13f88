// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/transport.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <set>

#include "base/text.hh"
#include "serve/dates.hh"
#include "serve/listening.hh"
#include "serve/request_reader.hh"
#include "serve/tls.hh"

namespace lorelei::serve {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Clock = std::chrono::steady_clock;
using Outcome = Step::Outcome;
using Time = Limits::Time;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
const Head kNoHead;  // of a request whose head cannot be read
constexpr std::size_t kChunk = 16 << 10;
constexpr std::size_t kMaxLingering = 1 << 20;  // bytes that a refused client may still send before it reads why
constexpr Time kLingeringTime{2'000};
constexpr Time kCertificateTime{60'000};  // between two looks at its files
constexpr Time kNoDescriptorTime{100};    // until the next try to accept

// One peer. All of it is used by the loop's thread only.
//
// What coroutines take and wait for are references and plain values: GCC 12 destroys other temporaries of an expression
// with co_await in it twice.
struct Connection : std::enable_shared_from_this<Connection> {
  Connection(asio::io_context& context, int fd)
      : socket(context, fd), timer(context), peer(peer_of(fd)), prefix(prefix_of_peer(peer)) {}

  asio::posix::stream_descriptor socket;
  asio::steady_timer timer;
  std::unique_ptr<TlsSide> tls;
  const std::string peer, prefix;
  bool is_idle = true;   // nothing of a request is here
  bool is_late = false;  // the time of what it waits for is over
};
// From now on, everything that the connection waits for has to come within that time.
void allow(Connection& connection, Time time) {
  connection.timer.expires_after(time);
  connection.timer.async_wait([weak = connection.weak_from_this()](const boost::system::error_code& error) {
    const auto late = weak.lock();
    if (error || !late || late->timer.expiry() > Clock::now()) return;
    late->is_late = true;
    late->socket.cancel();
  });
}

Step of_result(ssize_t size) {
  if (size > 0) return {Outcome::kDone, static_cast<std::size_t>(size)};
  if (size == 0) return {Outcome::kEnd, 0};
  return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Outcome::kWantsRead : Outcome::kBroken, 0};
}

// Repeats a step that does not wait until it is done or cannot be.
template <typename Call>
awaitable<Step> repeat(Connection& connection, Call call) {
  using asio::posix::stream_descriptor;
  for (;;) {
    if (connection.is_late) co_return Step{};
    const Step step = call();
    if (step.outcome != Outcome::kWantsRead && step.outcome != Outcome::kWantsWrite) co_return step;
    const auto wanted =
        step.outcome == Outcome::kWantsRead ? stream_descriptor::wait_read : stream_descriptor::wait_write;
    const auto [error] = co_await connection.socket.async_wait(wanted, kTuple);
    if (error) co_return Step{};
  }
}

awaitable<Step> read_some(Connection& connection, std::span<char> into) {
  return repeat(connection, [&connection, into] {
    if (connection.tls) return connection.tls->read(into);
    return of_result(recv(connection.socket.native_handle(), into.data(), into.size(), 0));
  });
}

awaitable<bool> write_whole(Connection& connection, std::string_view bytes, Time progress_time) {
  while (!bytes.empty()) {
    allow(connection, progress_time);
    const auto step = co_await repeat(connection, [&] {
      if (connection.tls) return connection.tls->write(bytes);
      auto sent = of_result(send(connection.socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (sent.outcome == Outcome::kWantsRead) sent.outcome = Outcome::kWantsWrite;
      return sent;
    });
    if (step.outcome != Outcome::kDone) co_return false;
    bytes.remove_prefix(step.bytes);
  }
  co_return true;
}

enum class Afterwards { kKeep, kClose };

std::string text_of(const Response& response, std::string_view method, Afterwards afterwards, std::int64_t now) {
  auto text = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", response.status,
                          reason_phrase(response.status), http_date(now), response.content_type, response.body.size());
  text += "X-Content-Type-Options: nosniff\r\n";
  for (const auto& [name, value] : response.fields) text += fmt::format("{}: {}\r\n", name, value);
  text += afterwards == Afterwards::kClose ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  if (method != "HEAD") text += response.body;
  return text;
}

Response of_fault(const Fault& fault) {
  return {fault.status, "text/plain; charset=utf-8", fmt::format("{}: {}\n", reason_phrase(fault.status), fault.why)};
}

std::string path_of(std::string_view target) {
  if (const auto scheme = target.find("://"); !target.starts_with('/') && scheme != target.npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  return std::string(target.substr(0, target.find('?')));
}

// Whom a request is to: what its target says, else its Host (RFC 9112 3.2.2); without port and in lower case.
std::string host_of(const Head& head) {
  std::string_view host;
  if (const auto* named = head.find("host")) host = *named;
  if (const auto scheme = head.target.find("://"); !head.target.starts_with('/') && scheme != head.target.npos) {
    host = std::string_view(head.target).substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?"));
    host = host.substr(host.rfind('@') + 1);
  }
  // The colons of [2001:db8::1] are none before a port.
  if (const auto colon = host.rfind(':'); colon != host.npos && host.find(']', colon) == host.npos)
    host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  return to_lower(host);
}

bool is_for(const std::vector<std::string>& hosts, const Head& head) {
  return hosts.empty() || std::find(hosts.begin(), hosts.end(), host_of(head)) != hosts.end();
}

std::pair<std::int64_t, std::int64_t> change_times(const std::string& one, const std::string& other) {
  struct stat first {
  }, second{};
  (void)::stat(one.c_str(), &first);
  (void)::stat(other.c_str(), &second);
  return {first.st_mtime, second.st_mtime};
}

}  // namespace

struct HttpServer::Impl {
  Impl(const Env& world, HttpOptions chosen, std::vector<Route> given, Log& to)
      : env(world), options(std::move(chosen)), limits(options.limits), routes(std::move(given)), log(to) {}
  ~Impl() {
    for (const auto& listener : listeners)
      if (!listener.own_path.empty()) ::unlink(listener.own_path.c_str());
  }

  awaitable<void> accept_from(asio::posix::stream_descriptor& socket);
  void take(int fd);
  awaitable<void> converse(std::shared_ptr<Connection>);
  awaitable<bool> greet(Connection&);
  awaitable<bool> receive_head(Connection&, RequestReader&, std::span<char>);
  awaitable<bool> receive_body(Connection&, RequestReader&, std::span<char>);
  awaitable<bool> answer_one(Connection&, RequestReader&, std::span<char>);
  awaitable<bool> respond(Connection&, const Head&, const Response&, Afterwards, Clock::time_point begun);
  awaitable<void> refuse(Connection&, const Head&, Fault, std::span<char>);
  Response answered(const Route&, const Request&) const;
  awaitable<Response> made_by_pool(const Route&, const Request&);
  const Route* route_of(std::string_view path) const;
  void renew_identity();
  void load_identity();
  void await_signals();
  awaitable<void> renew_by_signal();
  void begin_stop();
  void end_if_done();

  const Env& env;
  const HttpOptions options;
  const Limits& limits;
  const std::vector<Route> routes;
  Log& log;
  std::vector<Listener> listeners;
  std::optional<TlsIdentity> identity;
  std::pair<std::int64_t, std::int64_t> identity_times;
  Clock::time_point identity_looked_at;

  asio::io_context context{1};
  std::vector<std::unique_ptr<asio::posix::stream_descriptor>> acceptors;
  std::set<Connection*> connections;
  std::map<std::string, std::size_t> per_prefix;
  std::size_t in_pool = 0;  // answers that are being made or wait for a thread
  bool is_stopping = false;
  asio::steady_timer stop_timer{context};
  std::optional<asio::signal_set> ending, renewing;
  std::optional<asio::thread_pool> pool;
};

const Route* HttpServer::Impl::route_of(std::string_view path) const {
  const Route* best = nullptr;
  for (const auto& route : routes) {
    const bool fits = route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
    if (fits && (!best || route.path.size() > best->path.size())) best = &route;
  }
  return best;
}

void HttpServer::Impl::renew_identity() {
  if (Clock::now() - identity_looked_at < kCertificateTime) return;
  identity_looked_at = Clock::now();
  if (change_times(options.certificate_file, options.key_file) != identity_times) load_identity();
}

void HttpServer::Impl::load_identity() {
  const auto times = change_times(options.certificate_file, options.key_file);
  auto fresh = TlsIdentity::load(options.certificate_file, options.key_file);
  // Half of it may be written yet; the old one goes on.
  if (!fresh) return log.event(env.now(), to_text(fresh.error()));
  identity = *std::move(fresh);
  identity_times = times;
}

Response HttpServer::Impl::answered(const Route& route, const Request& request) const {
  try {
    return route.answer(request);
  } catch (const std::exception& failure) {  // of a library; ours return errors
    log.event(env.now(), fmt::format("{} {}: {}", request.head.method, request.path, failure.what()));
    return of_fault({500, "the answer could not be made"});
  }
}

// Runs the answer on a thread of the pool; what follows is on the loop's again.
awaitable<Response> HttpServer::Impl::made_by_pool(const Route& route, const Request& request) {
  ++in_pool;
  Response response;
  const auto make = [this, &route, &request, &response]() -> awaitable<void> {
    response = answered(route, request);
    co_return;
  };
  co_await asio::co_spawn(*pool, make, asio::use_awaitable);
  --in_pool;
  co_return response;
}

awaitable<bool> HttpServer::Impl::respond(Connection& connection, const Head& head, const Response& response,
                                          Afterwards afterwards, Clock::time_point begun) {
  const auto text = text_of(response, head.method, afterwards, env.now());
  const bool is_sent = co_await write_whole(connection, text, limits.progress_time);
  const auto took = std::chrono::duration<double>(Clock::now() - begun).count();
  log.line(fmt::format("{} - - [{}] \"{} {} HTTP/1.{}\" {} {} {:.3f}{}", connection.peer, log_date(env.now()),
                       head.method.empty() ? "-" : head.method, head.target.empty() ? "-" : head.target,
                       head.minor_version, response.status, response.body.size(), took, is_sent ? "" : " not sent"));
  co_return is_sent;
}

// The answer to who has more to say than we listen to: closing at once would take it away from them.
awaitable<void> HttpServer::Impl::refuse(Connection& connection, const Head& head, Fault fault, std::span<char> chunk) {
  connection.is_late = false;
  const auto response = of_fault(fault);
  if (!co_await respond(connection, head, response, Afterwards::kClose, Clock::now())) co_return;
  if (connection.tls) connection.tls->say_goodbye();
  ::shutdown(connection.socket.native_handle(), SHUT_WR);
  allow(connection, kLingeringTime);
  for (std::size_t dropped = 0; dropped < kMaxLingering;) {
    const auto step = co_await repeat(
        connection, [&] { return of_result(recv(connection.socket.native_handle(), chunk.data(), chunk.size(), 0)); });
    if (step.outcome != Outcome::kDone) co_return;
    dropped += step.bytes;
  }
}

awaitable<bool> HttpServer::Impl::greet(Connection& connection) {
  allow(connection, limits.head_time);
  const auto step = co_await repeat(connection, [&] { return connection.tls->greet(); });
  co_return step.outcome == Outcome::kDone;
}

// False: the connection is over, and whoever is there has been told.
awaitable<bool> HttpServer::Impl::receive_head(Connection& connection, RequestReader& reader, std::span<char> chunk) {
  connection.is_idle = !reader.has_begun();
  allow(connection, connection.is_idle ? limits.idle_time : limits.head_time);
  while (reader.state() == RequestReader::State::kHead) {
    if (is_stopping && connection.is_idle) co_return false;
    const auto step = co_await read_some(connection, chunk);
    if (connection.is_late && !connection.is_idle)
      co_await refuse(connection, kNoHead, Fault{408, "the header did not come in time"}, chunk);
    if (step.outcome != Outcome::kDone) co_return false;
    if (connection.is_idle) allow(connection, limits.head_time);
    connection.is_idle = false;
    reader.feed({chunk.data(), step.bytes});
  }
  if (reader.state() != RequestReader::State::kFault) co_return true;
  co_await refuse(connection, kNoHead, reader.fault(), chunk);
  co_return false;
}

awaitable<bool> HttpServer::Impl::receive_body(Connection& connection, RequestReader& reader, std::span<char> chunk) {
  const auto begun = Clock::now();
  std::uint64_t received = 0;
  while (reader.state() == RequestReader::State::kBody) {
    allow(connection, limits.progress_time);
    const auto step = co_await read_some(connection, chunk);
    received += step.bytes;
    const auto took = std::chrono::duration_cast<Time>(Clock::now() - begun);
    const bool is_slow = took > limits.head_time && received * 1000 < limits.bytes_per_second * took.count();
    if (connection.is_late || (is_slow && step.outcome == Outcome::kDone))
      co_await refuse(connection, reader.head(), Fault{408, "the body comes too slowly"}, chunk);
    if (is_slow || step.outcome != Outcome::kDone) co_return false;
    reader.feed({chunk.data(), step.bytes});
  }
  if (reader.state() == RequestReader::State::kDone) co_return true;
  co_await refuse(connection, reader.head(), reader.fault(), chunk);
  co_return false;
}

// Whether the connection goes on.
awaitable<bool> HttpServer::Impl::answer_one(Connection& connection, RequestReader& reader, std::span<char> chunk) {
  if (!co_await receive_head(connection, reader, chunk)) co_return false;
  const auto begun = Clock::now();
  Request request{reader.head(), path_of(reader.head().target), "", connection.peer};
  const auto* route = route_of(request.path);
  const auto refusal = [&](unsigned status, const char* why) {
    return refuse(connection, request.head, Fault{status, why}, chunk);
  };
  if (!is_for(options.hosts, request.head)) {
    co_await refusal(421, "there is no such host here");
    co_return false;
  }
  if (!route) {
    co_await refusal(404, "there is nothing of that name");
    co_return false;
  }
  if (request.head.find("expect") && !request.head.expects_continue()) {
    co_await refusal(417, "100-continue is all that can be expected");
    co_return false;
  }
  if (request.head.content_length.value_or(0) <= route->body_limit_bytes && request.head.has_body() &&
      request.head.expects_continue() &&
      !co_await write_whole(connection, "HTTP/1.1 100 Continue\r\n\r\n", limits.progress_time))
    co_return false;
  reader.read_body(route->body_limit_bytes);
  if (!co_await receive_body(connection, reader, chunk)) co_return false;
  if (in_pool >= options.threads + limits.queued) {
    co_await refusal(503, "too many requests wait already");
    co_return false;
  }
  request.body = reader.take_body();
  connection.timer.cancel();
  const auto response = co_await made_by_pool(*route, request);
  const bool goes_on = request.head.keeps_connection() && !is_stopping;
  if (!co_await respond(connection, request.head, response, goes_on ? Afterwards::kKeep : Afterwards::kClose, begun))
    co_return false;
  if (goes_on) reader.next();
  co_return goes_on;
}

awaitable<void> HttpServer::Impl::converse(std::shared_ptr<Connection> connection) {
  if (!connection->tls || co_await greet(*connection)) {
    std::vector<char> chunk(kChunk);
    RequestReader reader(limits.head);
    while (co_await answer_one(*connection, reader, chunk)) {
    }
    if (connection->tls && !connection->is_late) connection->tls->say_goodbye();
  }
  connection->timer.cancel();
  connections.erase(connection.get());
  if (const auto count = per_prefix.find(connection->prefix); --count->second == 0) per_prefix.erase(count);
  end_if_done();
}

void HttpServer::Impl::take(int fd) {
  auto connection = std::make_shared<Connection>(context, fd);
  const bool is_full =
      connections.size() >= limits.connections ||
      (!connection->prefix.empty() && per_prefix[connection->prefix] >= limits.connections_per_address);
  if (is_full) {
    // As much as fits into the socket's buffer; nobody waits for it.
    constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (!identity) (void)send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    log.line(fmt::format("{} - - [{}] \"-\" 503 0 0.000 too many connections", connection->peer, log_date(env.now())));
    return;
  }
  if (identity) {
    renew_identity();
    connection->tls = identity->begin(fd);
    if (!connection->tls) return;
  }
  connections.insert(connection.get());
  ++per_prefix[connection->prefix];
  asio::co_spawn(context, converse(std::move(connection)), asio::detached);
}

awaitable<void> HttpServer::Impl::accept_from(asio::posix::stream_descriptor& socket) {
  asio::steady_timer pause(context);
  for (;;) {
    const auto [error] = co_await socket.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
    if (error) co_return;
    for (;;) {
      const int fd = accept4(socket.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        take(fd);
        continue;
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) continue;
      pause.expires_after(kNoDescriptorTime);
      co_await pause.async_wait(kTuple);
      if (is_stopping) co_return;
    }
  }
}

void HttpServer::Impl::begin_stop() {
  if (is_stopping) return;
  is_stopping = true;
  tell_service_manager(env, "STOPPING=1");
  for (auto& acceptor : acceptors) acceptor->close();
  ending.reset();  // the next one ends the process
  if (renewing) renewing->cancel();
  for (auto* connection : connections)
    if (connection->is_idle) connection->socket.cancel();
  stop_timer.expires_after(limits.stop_time);
  stop_timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) context.stop();
  });
  end_if_done();
}

void HttpServer::Impl::await_signals() {
  ending.emplace(context, SIGTERM, SIGINT, SIGQUIT);
  ending->async_wait([this](const boost::system::error_code& error, int) {
    if (!error) begin_stop();
  });
  renewing.emplace(context, SIGHUP, SIGUSR1);
  asio::co_spawn(context, renew_by_signal(), asio::detached);
}

awaitable<void> HttpServer::Impl::renew_by_signal() {
  while (!is_stopping) {
    const auto [error, number] = co_await renewing->async_wait(kTuple);
    if (error) co_return;
    if (const auto opened = log.reopen(); !opened) log.event(env.now(), to_text(opened.error()));
    if (identity) load_identity();
  }
}

void HttpServer::Impl::end_if_done() {
  if (is_stopping && connections.empty()) stop_timer.cancel();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::open(const Env& env, HttpOptions options, std::vector<Route> routes, Log& log) {
  if (options.key_file.empty()) options.key_file = options.certificate_file;
  auto impl = std::make_unique<Impl>(env, std::move(options), std::move(routes), log);
  const auto& chosen = impl->options;
  if (!chosen.certificate_file.empty()) {
    TRY(impl->identity, TlsIdentity::load(chosen.certificate_file, chosen.key_file));
    impl->identity_times = change_times(chosen.certificate_file, chosen.key_file);
    impl->identity_looked_at = Clock::now();
  }
  TRY(impl->listeners, chosen.listen.empty() ? inherited_listeners(env) : open_listeners(chosen.listen));
  if (impl->listeners.empty())
    return err(Error::Kind::kUsage, "start the server", "", "there is no address to listen on", "127.0.0.1:8080");
  return HttpServer(std::move(impl));
}

std::vector<std::string> HttpServer::addresses() const {
  std::vector<std::string> out;
  for (const auto& listener : impl_->listeners) out.push_back(listener.address);
  return out;
}

Result<void> HttpServer::run() {
  auto& impl = *impl_;
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peers have gone
  impl.pool.emplace(impl.options.threads);
  if (impl.options.obeys_signals && !impl.env.stop_requested()) impl.await_signals();
  for (auto& listener : impl.listeners) {
    // The descriptor has its own copy, which closes with it.
    const int fd = fcntl(listener.fd.get(), F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return err_errno(errno, "listen on", listener.address);
    listener.fd = Fd();
    auto& socket = *impl.acceptors.emplace_back(std::make_unique<asio::posix::stream_descriptor>(impl.context, fd));
    asio::co_spawn(impl.context, impl.accept_from(socket), asio::detached);
  }
  tell_service_manager(impl.env, "READY=1");
  if (impl.env.stop_requested()) impl.begin_stop();
  impl.context.run();
  impl.pool->join();
  return {};
}

void HttpServer::stop() {
  asio::post(impl_->context, [impl = impl_.get()] { impl->begin_stop(); });
}

}  // namespace lorelei::serve
