// SPDX-License-Identifier: GPL-3.0-or-later
// Other programs, run by their argument list: no shell sees it. They are found in PATH, share our terminal, our process
// group unless they shall not (^C reaches them too), and start with no descriptor of ours but those named here.
//
//   run_process    feeds a text, waits, returns what it said and its status
//   output_of      the same for the usual case: stdout if it ended well, else an Error with what it complained of
//   Process        a conversation: both ends of a `git fast-import` or `git cat-file --batch`
#pragma once
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei {

using Argv = std::vector<std::string>;

enum class Stream {
  kInherit,  // ours
  kNull,     // /dev/null
  kPipe,     // to us
  kKeep,     // stderr only: kept aside, for an error message
};

struct ProcessOptions {
  std::vector<std::pair<std::string, std::optional<std::string>>> environment = {};  // set; without a value: removed
  fs::path directory = {};                                                           // empty: ours
  int input = -1, output = -1;  // descriptors that a kInherit stream has instead of ours
  int keep_open = -1;           // a descriptor that it gets too, under the same number: a lock that it shall hold
  enum class Group { kOurs, kOwn } group = Group::kOurs;  // kOwn: ^C is for us alone, who end it when it is done
};

class Process {
 public:
  struct Streams {
    Stream in = Stream::kPipe, out = Stream::kPipe, err = Stream::kInherit;
  };
  // Errors: kFailed, the program cannot be started (what to install is named).
  static Result<Process> start(const Argv&, Streams, const ProcessOptions& = {});
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  // ends it with SIGTERM if it was not waited for

  // Its standard input. What it does not read at once waits here: whoever talks both ways reads an answer before
  // writing on, or both block. Errors: kFailed, it has gone (its own complaint is in the error if stderr is kept).
  Result<void> write(std::string_view bytes);
  void close_input();
  Fd release_input() { return std::move(in_); }

  // Its standard output: at most one chunk, empty at the end.
  Result<std::string> read_some();
  // A line without its LF; nothing at the end. Errors: kTooLarge.
  Result<std::optional<std::string>> read_line(std::size_t limit_bytes = 1 << 20);
  // Exactly count bytes. Errors: kFailed, it ended before.
  Result<std::string> read_exactly(std::size_t count);

  pid_t pid() const { return pid_; }
  int input_fd() const { return in_.get(); }  // -1 if it is closed or no pipe
  int output_fd() const { return out_.get(); }
  // Closes both ends and waits. The exit status, 128 + n if signal n ended it.
  Result<int> wait();
  // wait() where anything but 0 is an Error.
  Result<void> finish();
  // What it wrote to a kept stderr: the last 16 KiB at most.
  std::string complaint() const;

 private:
  Process() = default;
  tl::unexpected<Error> gone(const char* doing) const;
  Result<bool> fill();  // reads more into buffer_; false at the end

  pid_t pid_ = -1;
  std::string name_;
  Fd in_, out_, kept_;
  std::string buffer_;  // read, not yet handed out; from position_ on
  std::size_t position_ = 0;
};

struct RunOptions {
  std::string_view input = {};  // its standard input
  ProcessOptions process = {};
  std::uint64_t limit_bytes = kMaxSmallFile;            // of stdout
  std::optional<std::chrono::milliseconds> limit = {};  // of time; then SIGTERM, and SIGKILL two seconds later
  const std::atomic<bool>* cancelled = nullptr;         // Env's
};

struct Finished {
  int status = 0;        // 128 + n if signal n ended it
  std::string out, err;  // err: the last 16 KiB
};
// Errors: kFailed cannot be started, kTemporary out of time, kTooLarge, kCancelled. A status other than 0 is none.
Result<Finished> run_process(const Argv&, const RunOptions& = {});
// Errors: also kFailed for a status other than 0, with the last lines of stderr.
Result<std::string> output_of(const Argv&, const RunOptions& = {});

}  // namespace lorelei
