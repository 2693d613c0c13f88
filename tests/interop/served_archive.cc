// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/served_archive.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "sample_mail/archive.hh"

namespace lorelei::interop {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// One that nobody uses just now; the kernel gives it to the next who asks only much later.
std::uint16_t free_port() {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return 0;
  return ntohs(address.sin_port);
}

bool is_served(std::uint16_t port) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

bool has_public_inbox() {
  for (const char* program : {"public-inbox-init", "public-inbox-index", "public-inbox-httpd", "public-inbox-nntpd"})
    if (!fs::exists(fs::path("/usr/bin") / program)) return false;
  return true;
}

ProcessOptions ServedArchive::world() const {
  ProcessOptions options;
  options.environment = {{"HOME", directory_.path().string()},
                         {"PI_CONFIG", (directory_.path() / "pi.config").string()},
                         {"GIT_CONFIG_NOSYSTEM", "1"},
                         {"TZ", "UTC"}};
  return options;
}

Result<ServedArchive> ServedArchive::start(Protocol protocol, std::uint64_t count) {
  TRY(auto directory, TempDir::create(fs::temp_directory_path(), "served-"));
  ServedArchive archive(std::move(directory));
  TRY_VOID(archive.write_epoch(count));
  TRY_VOID(archive.index());
  TRY_VOID(archive.serve(protocol));
  return archive;
}

Result<void> ServedArchive::write_epoch(std::uint64_t count) {
  const std::string epoch = (directory_.path() / "sample/git/0.git").string();
  TRY_VOID(make_directories(directory_.path() / "sample/git"));
  RunOptions run;
  run.process = world();
  TRY_VOID(output_of({"git", "init", "-q", "--bare", "--initial-branch=master", epoch}, run));
  std::string stream;
  sample::Plan plan;
  plan.lists = sample::Lists::kDisk;
  plan.count = count;
  TRY_VOID(sample::generate(plan, [&](std::string_view bytes, std::int64_t arrival) -> Result<void> {
    mails_.emplace_back(bytes);
    stream += fmt::format("commit refs/heads/master\ncommitter x <x@example.org> {} +0000\ndata 0\n", arrival);
    stream += fmt::format("M 100644 inline m\ndata {}\n{}\n", bytes.size(), bytes);
    return {};
  }));
  run.input = stream;
  TRY_VOID(output_of({"git", "--git-dir=" + epoch, "fast-import", "--quiet"}, run));
  return {};
}

Result<void> ServedArchive::index() {
  RunOptions run;
  run.process = world();
  const std::string inbox = (directory_.path() / "sample").string();
  TRY_VOID(create_file(directory_.path() / "sample/inbox.lock", "", Sync::kNo));
  TRY_VOID(output_of(
      {"public-inbox-init", "-V2", "-L", "full", "sample", inbox, "http://localhost/sample", "sample@example.org"},
      run));
  TRY_VOID(output_of({"git", "config", "--file", (directory_.path() / "pi.config").string(),
                      "publicinbox.sample.newsgroup", "org.example.sample"},
                     run));
  TRY_VOID(output_of({"public-inbox-index", "-j1", inbox}, run));
  return {};
}

Result<void> ServedArchive::serve(Protocol protocol) {
  const bool is_web = protocol == Protocol::kWeb;
  const std::uint16_t port = free_port();
  ProcessOptions options = world();
  options.group = ProcessOptions::Group::kOwn;
  TRY(auto server, Process::start({is_web ? "public-inbox-httpd" : "public-inbox-nntpd", "-W0", "-l",
                                   fmt::format("127.0.0.1:{}", port)},
                                  {Stream::kNull, Stream::kNull, Stream::kKeep}, options));
  server_ = std::move(server);
  url_ = fmt::format("{}://127.0.0.1:{}/{}", is_web ? "http" : "nntp", port, is_web ? "sample/" : "org.example.sample");
  for (int i = 0; i < 300; ++i) {
    if (is_served(port)) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return err(Error::Kind::kFailed, "start", is_web ? "public-inbox-httpd" : "public-inbox-nntpd", server_->complaint());
}

}  // namespace lorelei::interop
