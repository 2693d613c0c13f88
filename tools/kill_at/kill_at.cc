// SPDX-License-Identifier: GPL-3.0-or-later
// kill_at N PROGRAM [ARGUMENT...]: runs a program as it is, and kills it at the entry of the N-th system call that
// would change something, with all its threads and children: SIGKILL, nothing is cleaned up.
//
//   exit status   0: it was killed; 1: it ended by itself before (its status is on standard error, if it is not 0);
//                 2: it could not be run
//   N             from 1; 0 kills nothing, and prints on standard output how many calls there were
//
// Calls that count: those that create, write, cut, rename, link, remove, make durable or send. The kernel stops the
// program at these alone (a seccomp filter), so that hundreds of runs take seconds. Writing to standard error does not
// count: nobody reads it again.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <vector>

namespace {

constexpr unsigned kChanging[] = {
#ifdef __NR_rename
    __NR_rename,          __NR_link,      __NR_unlink,    __NR_symlink,  __NR_mkdir,     __NR_rmdir,
    __NR_creat,           __NR_chmod,
#endif
    __NR_renameat,        __NR_renameat2, __NR_linkat,    __NR_unlinkat, __NR_symlinkat, __NR_mkdirat,
    __NR_pwrite64,        __NR_writev,    __NR_pwritev,   __NR_pwritev2, __NR_ftruncate, __NR_truncate,
    __NR_fallocate,       __NR_fsync,     __NR_fdatasync, __NR_fchmod,   __NR_fchmodat,  __NR_utimensat,
    __NR_copy_file_range, __NR_sendfile,  __NR_sendto,    __NR_sendmsg,  __NR_msync};

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)); }
std::size_t argument(unsigned index) {  // its low half, on the little-endian machines that this is run on
  return offsetof(seccomp_data, args) + index * sizeof(__u64);
}

// Stops at what changes something; everything else goes on undisturbed.
std::vector<sock_filter> filter() {
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_filter trace = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  std::vector<sock_filter> code = {load(offsetof(seccomp_data, nr))};
  for (const auto number : kChanging) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    code.push_back(trace);
  }
  const std::vector<sock_filter> write = {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_write, 0, 4), load(argument(0)),
                                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, 0, 1), allow, trace};
  const std::vector<sock_filter> open = {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 4), load(argument(2)),
                                         BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_CREAT | O_TRUNC, 0, 1), trace, allow};
  code.insert(code.end(), write.begin(), write.end());
  code.insert(code.end(), open.begin(), open.end());
  code.push_back(allow);
  return code;
}

[[noreturn]] void be_traced(char** command) {
  auto code = filter();
  const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0 || raise(SIGSTOP) != 0 ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    std::perror("kill_at: cannot trace");
  else
    execvp(command[0], command);
  std::perror(command[0]);
  _exit(2);
}

class Tree {
 public:
  Tree(pid_t first, unsigned long last) : first_(first), last_(last) { members_.insert(first); }

  // What kill_at itself exits with.
  int run() {
    for (;;) {
      int status = 0;
      const auto pid = waitpid(-1, &status, __WALL);
      if (pid < 0 && errno == EINTR) continue;
      if (pid < 0) return finish();
      if (WIFSTOPPED(status)) {
        members_.insert(pid);
        if (event_of(status) == PTRACE_EVENT_SECCOMP && ++calls_ == last_) kill_all();
        if (is_killed_)
          ::kill(pid, SIGKILL);  // forked before, and seen first now
        else
          go_on(pid, status);
        continue;
      }
      members_.erase(pid);
      if (pid == first_) status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }

 private:
  static int event_of(int status) { return status >> 16; }

  void go_on(pid_t pid, int status) {
    const int signal = WSTOPSIG(status);
    const bool is_ours = event_of(status) != 0 || signal == SIGTRAP || signal == SIGSTOP;
    ptrace(PTRACE_CONT, pid, nullptr, reinterpret_cast<void*>(is_ours ? 0L : static_cast<long>(signal)));
  }
  void kill_all() {
    is_killed_ = true;
    for (const auto pid : members_) ::kill(pid, SIGKILL);
  }
  int finish() const {
    if (last_ == 0) std::printf("%lu\n", calls_);
    if (!is_killed_ && status_ != 0) std::fprintf(stderr, "kill_at: the program ended with status %d\n", status_);
    return is_killed_ ? 0 : 1;
  }

  const pid_t first_;
  const unsigned long last_;
  unsigned long calls_ = 0;
  std::set<pid_t> members_;  // threads and processes that were seen to stop
  bool is_killed_ = false;
  int status_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  char* end = nullptr;
  const unsigned long last = argc > 2 ? std::strtoul(argv[1], &end, 10) : 0;
  if (argc < 3 || *end != '\0') {
    std::fputs("usage: kill_at N PROGRAM [ARGUMENT...]\n", stderr);
    return 2;
  }
  const auto pid = fork();
  if (pid == 0) be_traced(argv + 2);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status)) {
    std::perror("kill_at: cannot trace");
    return 2;
  }
  constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SETOPTIONS, pid, nullptr, reinterpret_cast<void*>(kOptions)) != 0 ||
      ptrace(PTRACE_CONT, pid, nullptr, nullptr) != 0) {
    std::perror("kill_at: cannot trace");
    return 2;
  }
  return Tree(pid, last).run();
}
