// SPDX-License-Identifier: GPL-3.0-or-later
// measure: what a command cost, with all the processes that it started.
//
//   measure [--memory] [--output=FILE] COMMAND...
//
// Prints one line of tab-separated numbers (or appends it to FILE):
//
//   wall seconds   CPU seconds, user + system   peak PSS MiB   peak RSS MiB   largest process MiB   exit status
//
// Wall and CPU are of the whole tree: orphans are adopted and waited for. Peak memory is the sum over all processes
// alive at one moment, sampled every 50 ms: PSS counts a page shared by n processes 1/n in each, RSS counts it in
// each. Sampling takes CPU from what it watches: times are measured by runs without --memory.
#include <dirent.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSampleInterval = std::chrono::milliseconds(50);

struct Memory {
  long pss_kib = 0, rss_kib = 0;
};

// Parent of every process, from /proc/PID/stat; the name in parentheses may hold anything, so the last one counts.
std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> out;
  DIR* proc = opendir("/proc");
  if (!proc) return out;
  while (const dirent* entry = readdir(proc)) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    std::ifstream stat("/proc/" + std::string(entry->d_name) + "/stat");
    std::string line;
    std::getline(stat, line);
    const auto end = line.rfind(')');
    if (end == std::string::npos || end + 4 >= line.size()) continue;
    out[pid] = std::atoi(line.c_str() + end + 4);
  }
  closedir(proc);
  return out;
}

std::vector<pid_t> descendants(pid_t top) {
  const auto parent = parents();
  std::vector<pid_t> found;
  for (auto [pid, up] : parent) {
    // Chains of parents are short; 64 bounds a loop in what /proc said at different moments.
    for (int depth = 0; depth < 64 && up != top && parent.contains(up); ++depth) up = parent.at(up);
    if (up == top) found.push_back(pid);
  }
  return found;
}

Memory memory_of(pid_t pid) {
  std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
  Memory memory;
  for (std::string line; std::getline(rollup, line);) {
    if (line.starts_with("Rss:")) memory.rss_kib = std::atol(line.c_str() + 4);
    if (line.starts_with("Pss:")) memory.pss_kib = std::atol(line.c_str() + 4);
  }
  return memory;
}

void sample(pid_t top, const std::atomic<bool>& finished, Memory& peak) {
  while (!finished.load()) {
    Memory sum;
    for (const pid_t pid : descendants(top)) {
      const auto one = memory_of(pid);
      sum.pss_kib += one.pss_kib;
      sum.rss_kib += one.rss_kib;
    }
    peak.pss_kib = std::max(peak.pss_kib, sum.pss_kib);
    peak.rss_kib = std::max(peak.rss_kib, sum.rss_kib);
    std::this_thread::sleep_for(kSampleInterval);
  }
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

// Waits for the command and for every orphan of it.
int wait_for_all(pid_t command) {
  int status = 0, result = 127;
  for (pid_t pid; (pid = wait(&status)) > 0;)
    if (pid == command) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  bool with_memory = false;
  const char* output = nullptr;
  int first = 1;
  for (; first < argc && std::string_view(argv[first]).starts_with("--"); ++first) {
    const std::string_view option = argv[first];
    if (option == "--memory") with_memory = true;
    if (option.starts_with("--output=")) output = argv[first] + std::strlen("--output=");
  }
  if (first >= argc) {
    std::fputs("usage: measure [--memory] [--output=FILE] COMMAND...\n", stderr);
    return 2;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto begin = Clock::now();
  const pid_t command = fork();
  if (command == 0) {
    execvp(argv[first], argv + first);
    std::perror(argv[first]);
    _exit(127);
  }
  Memory peak;
  std::atomic<bool> finished = false;
  std::thread sampler;
  if (with_memory) sampler = std::thread(sample, getpid(), std::cref(finished), std::ref(peak));
  const int status = wait_for_all(command);
  const std::chrono::duration<double> wall = Clock::now() - begin;
  finished = true;
  if (sampler.joinable()) sampler.join();

  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  std::FILE* out = output ? std::fopen(output, "a") : stdout;
  if (!out) {
    std::perror(output);
    return 1;
  }
  std::fprintf(out, "%.4f\t%.4f\t%.1f\t%.1f\t%.1f\t%d\n", wall.count(), seconds(used.ru_utime) + seconds(used.ru_stime),
               static_cast<double>(peak.pss_kib) / 1024, static_cast<double>(peak.rss_kib) / 1024,
               static_cast<double>(used.ru_maxrss) / 1024, status);
  return status;
}
