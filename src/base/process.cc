// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/process.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/text.hh"

extern char** environ;

namespace lorelei {
namespace {

using Kind = Error::Kind;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kChunk = 64 << 10;            // a pipe's own size
constexpr std::uint64_t kKeptComplaint = 16 << 10;  // the end of a long complaint says why

std::string command_line(const Argv& argv) {
  auto line = join(argv, " ");
  constexpr std::size_t kShown = 200;
  if (line.size() <= kShown) return line;
  line.resize(kShown);
  line += "...";
  return line;
}

struct Pipe {
  Fd read, write;
};
Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return err_errno(errno, "make a pipe", "");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// The environment for execve: ours, changed.
class Environment {
 public:
  explicit Environment(const ProcessOptions& options) {
    for (char** variable = environ; *variable; ++variable) {
      const std::string_view text(*variable);
      const auto name = text.substr(0, text.find('='));
      const auto overrides = [name](const auto& change) { return change.first == name; };
      if (std::none_of(options.environment.begin(), options.environment.end(), overrides)) texts_.emplace_back(text);
    }
    for (const auto& [name, value] : options.environment)
      if (value) texts_.push_back(name + "=" + *value);
    for (auto& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

// What posix_spawn has to be told, freed at the end.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    sigaddset(&standard, SIGPIPE);  // whatever we do with it, children expect the default
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  void lead_a_group() {
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  void connect(int target, int source) { posix_spawn_file_actions_adddup2(&actions, source, target); }
  void connect_null(int target) {
    posix_spawn_file_actions_addopen(&actions, target, "/dev/null", target == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// write(2) that returns EPIPE instead of ending us, in this thread only.
ssize_t write_without_sigpipe(int fd, const void* bytes, std::size_t size) {
  sigset_t pipe_signal, before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const auto written = ::write(fd, bytes, size);
  const int number = errno;
  if (written < static_cast<ssize_t>(size)) {  // a write that the reader's end cut short raises it too
    const timespec at_once{};
    sigtimedwait(&pipe_signal, nullptr, &at_once);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = number;
  return written;
}

Result<int> wait_for(pid_t pid, const std::string& name) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return err_errno(errno, "wait for", name);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string end_of(int fd) {
  struct stat st {};
  if (fd < 0 || fstat(fd, &st) < 0) return {};
  const auto size = static_cast<std::uint64_t>(st.st_size);
  std::string text(std::min(size, kKeptComplaint), '\0');
  const auto got = pread(fd, text.data(), text.size(), static_cast<off_t>(size - text.size()));
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

std::string how_it_ended(int status) {
  constexpr int kSignals = 64;  // ssh-keygen's 255 is none
  return status > 128 && status <= 128 + kSignals
             ? fmt::format("it was ended by signal {} ({})", status - 128, strsignal(status - 128))
             : fmt::format("it failed with status {}", status);
}

// "it failed with status 128: fatal: no such repository": the complaint's last lines.
std::string why_it_failed(std::string_view how, std::string_view complaint) {
  constexpr std::size_t kLines = 3;
  auto lines = split(trim(complaint), '\n');
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  std::string why(how);
  for (const auto line : lines)
    if (!line.empty()) why += (why.size() == how.size() ? ": " : "\n    ") + std::string(trim_end(line));
  return why;
}

// Whether it ends within that many milliseconds (-1: however long).
bool ends_within(pid_t pid, int patience_ms) {
  const Fd handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));  // glibc 2.36 has no header of it for C++
  struct pollfd ended = {handle.get(), POLLIN, 0};
  return !handle || poll(&ended, 1, patience_ms) > 0;
}

void end_for_good(pid_t pid) {
  constexpr int kGraceMs = 2'000;
  kill(pid, SIGTERM);
  if (!ends_within(pid, kGraceMs)) kill(pid, SIGKILL);
}

}  // namespace

Process::Process(Process&& other) noexcept { *this = std::move(other); }
Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(name_, other.name_);
  std::swap(in_, other.in_);
  std::swap(out_, other.out_);
  std::swap(kept_, other.kept_);
  std::swap(buffer_, other.buffer_);
  std::swap(position_, other.position_);
  return *this;
}

Process::~Process() {
  if (pid_ < 0) return;
  end_for_good(pid_);
  (void)wait();
}

Result<Process> Process::start(const Argv& argv, Streams streams, const ProcessOptions& options) {
  Process process;
  process.name_ = command_line(argv);
  SpawnPlan plan;
  Pipe in, out;
  if (streams.in == Stream::kPipe) {
    TRY(in, make_pipe());
    plan.connect(STDIN_FILENO, in.read.get());
  } else if (streams.in == Stream::kNull) {
    plan.connect_null(STDIN_FILENO);
  } else if (options.input >= 0) {
    plan.connect(STDIN_FILENO, options.input);
  }
  if (streams.out == Stream::kPipe) {
    TRY(out, make_pipe());
    plan.connect(STDOUT_FILENO, out.write.get());
  } else if (streams.out == Stream::kNull) {
    plan.connect_null(STDOUT_FILENO);
  } else if (options.output >= 0) {
    plan.connect(STDOUT_FILENO, options.output);
  }
  if (streams.err == Stream::kKeep) {
    process.kept_ = Fd(memfd_create("stderr", MFD_CLOEXEC));  // no pipe: nobody has to empty it
    if (!process.kept_) return err_errno(errno, "run", process.name_);
    plan.connect(STDERR_FILENO, process.kept_.get());
  } else if (streams.err == Stream::kNull) {
    plan.connect_null(STDERR_FILENO);
  }
  if (options.keep_open >= 0) plan.connect(options.keep_open, options.keep_open);  // to itself: it is not closed
  if (options.group == ProcessOptions::Group::kOwn) plan.lead_a_group();
  if (!options.directory.empty()) posix_spawn_file_actions_addchdir_np(&plan.actions, options.directory.c_str());

  Argv copies(argv);
  std::vector<char*> pointers;
  for (auto& word : copies) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  Environment environment(options);
  pid_t pid = -1;
  const int number =
      posix_spawnp(&pid, pointers[0], &plan.actions, &plan.attributes, pointers.data(), environment.get());
  if (number == ENOENT && (options.directory.empty() || fs::is_directory(options.directory)))
    return err(Kind::kFailed, "run", process.name_, "there is no such program", "install " + argv[0]);
  if (number != 0) return err_errno(number, "run", process.name_);
  process.pid_ = pid;
  process.in_ = std::move(in.write);
  process.out_ = std::move(out.read);
  return process;
}

tl::unexpected<Error> Process::gone(const char* doing) const {
  return err(Kind::kFailed, doing, name_, why_it_failed("it has ended", complaint()));
}

Result<void> Process::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = write_without_sigpipe(in_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return gone("write to");
    if (written < 0) return err_errno(errno, "write to", name_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

void Process::close_input() { in_ = Fd(); }

Result<bool> Process::fill() {
  if (position_ > 0) buffer_.erase(0, std::exchange(position_, 0));
  const auto have = buffer_.size();
  buffer_.resize(have + kChunk);
  const auto got = read(out_.get(), buffer_.data() + have, kChunk);
  buffer_.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0 && errno == EINTR) return err(Kind::kCancelled, "read from", name_, "interrupted");
  if (got < 0) return err_errno(errno, "read from", name_);
  return got > 0;
}

Result<std::string> Process::read_some() {
  if (position_ == buffer_.size()) TRY_VOID(fill());
  auto chunk = position_ == 0 ? std::move(buffer_) : buffer_.substr(position_);
  buffer_.clear();
  position_ = 0;
  return chunk;
}

Result<std::optional<std::string>> Process::read_line(std::size_t limit_bytes) {
  std::size_t searched = 0;  // of what is unread: no byte is looked at twice
  for (;;) {
    const auto end = buffer_.find('\n', position_ + searched);
    const auto size = (end == std::string::npos ? buffer_.size() : end) - position_;
    if (size > limit_bytes)
      return err(Kind::kTooLarge, "read a line from", name_, fmt::format("it is longer than {} bytes", limit_bytes));
    if (end != std::string::npos) {
      auto line = buffer_.substr(position_, size);
      position_ = end + 1;
      return line;
    }
    searched = size;
    TRY(const bool more, fill());
    if (more) continue;
    if (size == 0) return std::nullopt;
    position_ = 0;
    return std::exchange(buffer_, {});  // a last line without LF
  }
}

Result<std::string> Process::read_exactly(std::size_t count) {
  while (buffer_.size() - position_ < count) {
    TRY(const bool more, fill());
    if (!more) return gone("read from");
  }
  auto bytes = buffer_.substr(position_, count);
  position_ += count;
  return bytes;
}

Result<int> Process::wait() {
  in_ = Fd();
  out_ = Fd();
  return wait_for(std::exchange(pid_, -1), name_);
}

Result<void> Process::finish() {
  TRY(const int status, wait());
  if (status == 0) return {};
  return err(Kind::kFailed, "run", name_, why_it_failed(how_it_ended(status), complaint()));
}

std::string Process::complaint() const { return end_of(kept_.get()); }

namespace {

// The three ways to be stopped: by the clock, by the user, by too much output.
class Supervision {
 public:
  Supervision(const RunOptions& options, std::string name) : options_(options), name_(std::move(name)) {
    if (options.limit) deadline_ = Clock::now() + *options.limit;
  }
  // How long poll(2) may sleep; the flag of the user is looked at ten times a second.
  int patience_ms() const {
    constexpr std::int64_t kLook = 100;
    if (!deadline_) return options_.cancelled ? static_cast<int>(kLook) : -1;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - Clock::now()).count() + 1;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, kLook));
  }
  Result<void> check(std::uint64_t size) const {
    if (options_.cancelled && options_.cancelled->load(std::memory_order_relaxed))
      return err(Kind::kCancelled, "run", name_, "interrupted");
    if (deadline_ && Clock::now() >= *deadline_)
      return err(Kind::kTemporary, "run", name_,
                 fmt::format("it did not end within {} s", static_cast<double>(options_.limit->count()) / 1000),
                 "run the command again");
    if (size > options_.limit_bytes)
      return err(Kind::kTooLarge, "run", name_, fmt::format("it printed more than {} bytes", options_.limit_bytes));
    return {};
  }

 private:
  const RunOptions& options_;
  std::string name_;
  std::optional<Clock::time_point> deadline_;
};

// Feeds and empties the pipes until the child has ended.
Result<std::string> converse(Process& process, std::string_view left, const Supervision& watch,
                             const std::string& name) {
  std::string result, chunk(kChunk, '\0');
  if (!left.empty()) fcntl(process.input_fd(), F_SETFL, O_NONBLOCK);  // poll promises room for one byte only
  for (;;) {
    if (left.empty()) process.close_input();
    struct pollfd fds[] = {{process.output_fd(), POLLIN, 0}, {process.input_fd(), POLLOUT, 0}};
    if (poll(fds, 2, watch.patience_ms()) < 0 && errno != EINTR) return err_errno(errno, "run", name);
    TRY_VOID(watch.check(result.size()));
    if (fds[1].revents) {
      const auto written = write_without_sigpipe(process.input_fd(), left.data(), left.size());
      if (written < 0 && errno != EAGAIN && errno != EINTR) left = {};  // it does not want the rest: its right
      if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
    }
    if (!fds[0].revents) continue;
    const auto got = read(process.output_fd(), chunk.data(), chunk.size());
    if (got < 0 && errno != EINTR) return err_errno(errno, "read from", name);
    if (got == 0) break;
    if (got > 0) result.append(chunk, 0, static_cast<std::size_t>(got));
  }
  process.close_input();
  while (!ends_within(process.pid(), watch.patience_ms())) TRY_VOID(watch.check(result.size()));
  return result;
}

}  // namespace

Result<Finished> run_process(const Argv& argv, const RunOptions& options) {
  const auto in = options.input.empty() ? Stream::kNull : Stream::kPipe;
  TRY(auto process, Process::start(argv, {in, Stream::kPipe, Stream::kKeep}, options.process));
  const auto name = command_line(argv);
  const Supervision watch(options, name);
  auto out = converse(process, options.input, watch, name);
  if (!out) end_for_good(process.pid());
  TRY(const int status, process.wait());
  if (!out) return tl::unexpected(std::move(out).error());
  return Finished{status, *std::move(out), process.complaint()};
}

Result<std::string> output_of(const Argv& argv, const RunOptions& options) {
  TRY(auto finished, run_process(argv, options));
  if (finished.status == 0) return std::move(finished.out);
  return err(Kind::kFailed, "run", command_line(argv), why_it_failed(how_it_ended(finished.status), finished.err));
}

}  // namespace lorelei
