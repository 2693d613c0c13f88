// SPDX-License-Identifier: GPL-3.0-or-later
// fault_proxy PORT up|down BYTES [once|always] [DELAY_MS]: a connection on loopback that breaks where it is told to.
//
// Prints the number of its own port, and hands on what comes there to 127.0.0.1:PORT and back. When BYTES have gone in
// one direction (up: to the server), both ends are closed, and what would have come behind is lost. Once: connections
// after that one are whole; always: each breaks. DELAY_MS: so long nothing is handed on after each piece.
// It ends when its standard input does.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kPiece = 16 << 10;

struct Fault {
  enum class Direction { kUp, kDown } direction = Direction::kUp;
  unsigned long bytes = 0;
  bool always = false;
  int delay_ms = 0;
  bool has_struck = false;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_anywhere(int& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 16) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return -1;
  port = ntohs(address.sin_port);
  return fd;
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool send_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

class Pair {
 public:
  Pair(int client, int server, bool breaks) : client_(client), server_(server), breaks_(breaks) {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    close(client_);
    close(server_);
  }
  int client() const { return client_; }
  int server() const { return server_; }

  // One piece in this direction. False: the connection is over.
  bool hand_on(Fault& fault, Fault::Direction direction) {
    char piece[kPiece];
    const int from = direction == Fault::Direction::kUp ? client_ : server_;
    const auto got = recv(from, piece, sizeof piece, 0);
    if (got <= 0) return false;
    auto size = static_cast<std::size_t>(got);
    const bool strikes = breaks_ && direction == fault.direction && passed_ + size >= fault.bytes;
    if (strikes) size = fault.bytes - passed_;
    if (direction == fault.direction) passed_ += size;
    if (fault.delay_ms > 0) poll(nullptr, 0, fault.delay_ms);
    if (!send_all(direction == Fault::Direction::kUp ? server_ : client_, piece, size)) return false;
    fault.has_struck |= strikes;
    return !strikes;
  }

 private:
  const int client_, server_;
  const bool breaks_;
  std::size_t passed_ = 0;  // in the direction of the fault
};

void serve(int listener, int target, Fault fault) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (;;) {
    std::vector<pollfd> waiting = {{STDIN_FILENO, POLLIN, 0}, {listener, POLLIN, 0}};
    for (const auto& pair : pairs) {
      waiting.push_back({pair->client(), POLLIN, 0});
      waiting.push_back({pair->server(), POLLIN, 0});
    }
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[0].revents != 0) {
      char piece[kPiece];
      if (read(STDIN_FILENO, piece, sizeof piece) <= 0) return;
    }
    std::vector<std::unique_ptr<Pair>> going_on;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const bool up = waiting[2 + 2 * i].revents == 0 || pairs[i]->hand_on(fault, Fault::Direction::kUp);
      const bool down = up && (waiting[3 + 2 * i].revents == 0 || pairs[i]->hand_on(fault, Fault::Direction::kDown));
      if (up && down) going_on.push_back(std::move(pairs[i]));
    }
    pairs = std::move(going_on);
    if (waiting[1].revents == 0) continue;
    const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int server = connect_to(target);
    if (server < 0)
      close(client);
    else
      pairs.push_back(std::make_unique<Pair>(client, server, fault.always || !fault.has_struck));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view direction = argc > 2 ? argv[2] : "";
  if (argc < 4 || (direction != "up" && direction != "down")) {
    std::fputs("usage: fault_proxy PORT up|down BYTES [once|always] [DELAY_MS]\n", stderr);
    return 2;
  }
  Fault fault;
  fault.direction = direction == "up" ? Fault::Direction::kUp : Fault::Direction::kDown;
  fault.bytes = std::strtoul(argv[3], nullptr, 10);
  fault.always = argc > 4 && std::string_view(argv[4]) == "always";
  fault.delay_ms = argc > 5 ? std::atoi(argv[5]) : 0;
  std::signal(SIGPIPE, SIG_IGN);
  int port = 0;
  const int listener = listen_anywhere(port);
  if (listener < 0) {
    std::perror("fault_proxy");
    return 2;
  }
  std::printf("%d\n", port);
  std::fflush(stdout);
  serve(listener, std::atoi(argv[1]), fault);
}
