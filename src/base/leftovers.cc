// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/leftovers.hh"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/text.hh"

namespace lorelei {

namespace {

constexpr std::size_t kMachineDigits = 8;
constexpr std::time_t kOldSeconds = 36 * 3600;

std::string name_of_machine() {
  const auto boot = read_file("/proc/sys/kernel/random/boot_id", 4096);
  std::error_code ignored;  // without /proc all machines look alike, and age decides
  const auto space = fs::read_symlink("/proc/self/ns/pid", ignored).string();
  std::uint32_t sum = 2166136261U;  // FNV-1a
  for (const char c : (boot ? *boot : std::string()) + space) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
  return fmt::format("{:08x}", sum);
}

const std::string& machine() {
  static const std::string name = name_of_machine();
  return name;
}

}  // namespace

std::string owner_tag() { return fmt::format("{}-{}-", machine(), ::getpid()); }

std::optional<Owner> owner_of(std::string_view text) {
  if (text.size() <= kMachineDigits || text[kMachineDigits] != '-') return std::nullopt;
  const auto where = text.substr(0, kMachineDigits);
  if (where.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(kMachineDigits + 1);
  const auto end = text.find('-');
  const auto pid = end == std::string_view::npos ? std::nullopt : parse_uint(text.substr(0, end));
  if (!pid || *pid == 0 || *pid > INT32_MAX) return std::nullopt;
  if (where != machine()) return Owner::kElsewhere;
  return ::kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH ? Owner::kGone : Owner::kAlive;
}

void remove_leftovers(const fs::path& directory, std::string_view prefix) {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const auto owner = owner_of(std::string_view(name).substr(prefix.size()));
    struct stat status {};
    if (!owner || ::lstat(at->path().c_str(), &status) != 0) continue;
    if (*owner == Owner::kGone || std::time(nullptr) - status.st_mtime > kOldSeconds) old.push_back(at->path());
  }
  for (const auto& path : old) fs::remove_all(path, error);
}

}  // namespace lorelei
