// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/model_search.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/text.hh"

namespace lorelei::cmd {

// 500M, 4G.
static Target memory_of(std::uint64_t& bytes) {
  return Target(Target::Setter([&bytes](std::string_view value) -> Result<void> {
    const auto unit = value.empty() ? std::string_view::npos : std::string_view("KMGT").find(value.back());
    const auto number = parse_uint(unit == std::string_view::npos ? value : value.substr(0, value.size() - 1));
    constexpr std::uint64_t kLeast = 64 << 20;
    if (!number || *number > 1'000'000'000)
      return err(Error::Kind::kUsage, "", "", "not an amount of memory", "bytes, or a number with K, M, G or T");
    bytes = *number << (unit == std::string_view::npos ? 0 : 10 * (unit + 1));
    if (bytes < kLeast) return err(Error::Kind::kUsage, "", "", "too little to work with", "64M or more");
    return {};
  }));
}

void ModelSearch::add_rows(std::vector<Option>& rows, modelcheck::CheckOptions& wish) {
  const std::vector<Option> mine = {
      {"--memory", "SIZE", "take about so much of it, as 4G, and keep the other states in a file",
       memory_of(wish.explore.memory_bytes)},
      {"--spill-dir -metadir", "DIR", "where that file is (TMPDIR, or /var/tmp); it has no name", &spill_directory_},
      {"--hash64", "", "keep 64 bits of each state and not all of it: smaller, and almost certainly right",
       &wish.explore.keeps_hashes},
      {"--checkpoint", "FILE", "write the search there now and then, and when it is stopped", &checkpoint_},
      {"--checkpoint-every", "MINUTES", "how often (10)", &minutes_},
      {"--resume -recover", "FILE", "go on with the search that was written there", &resume_},
  };
  rows.insert(rows.end(), mine.begin(), mine.end());
}

// Not /tmp, which often is memory itself.
static std::filesystem::path default_directory(const Env& env) {
  const auto chosen = env.variable("TMPDIR");
  return chosen && !chosen->empty() ? std::filesystem::path(*chosen) : std::filesystem::path("/var/tmp");
}

Result<void> ModelSearch::prepare(const Env& env, const Args& args, bool overwrites, modelcheck::CheckOptions& wish) {
  wish.explore.spill_directory = spill_directory_ ? std::filesystem::path(*spill_directory_) : default_directory(env);
  if (resume_) wish.resume = *resume_;
  if (!checkpoint_) return {};
  const std::filesystem::path file = *checkpoint_, directory = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code ignored;
  const bool is_same = resume_ && std::filesystem::equivalent(file, *resume_, ignored);
  if (std::filesystem::exists(file, ignored) && !is_same && !overwrites)
    return err(Error::Kind::kConflict, "write the search to", file.string(), "it is there already",
               "--resume it, or --overwrite");
  if (access(directory.c_str(), W_OK) != 0) return err_errno(errno, "write the search to", file.string());
  wish.explore.checkpoint = *checkpoint_;
  const std::chrono::minutes interval(std::min<std::uint64_t>(minutes_, 1'000'000));
  due_ = Clock::now() + interval;
  wish.explore.is_checkpoint_due = [this, interval] {
    if (Clock::now() < due_) return false;
    due_ = Clock::now() + interval;
    return true;
  };
  wish.explore.checkpointed = [this, &args](const Result<void>& status) {
    is_written_ = status.has_value();
    if (!status) args.fail(status.error());  // the search goes on: what is on disk already is whole
  };
  return {};
}

void ModelSearch::tell_how_to_resume(const Args& args, const modelcheck::Verdict& verdict) const {
  if (verdict.outcome == modelcheck::Outcome::kStopped && is_written_)
    args.remark(fmt::format("--resume '{}' goes on from here", *checkpoint_));
}

}  // namespace lorelei::cmd
