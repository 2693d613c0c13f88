// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a module M, and behind a line "CFG" as what is to be checked of it: it is loaded and its states are gone
// through, as far as a small bound on states and on work lets it. Whatever it is, there is an end and a verdict.
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/files.hh"
#include "modelcheck/check.hh"

using namespace lorelei;
using namespace lorelei::modelcheck;

static void require(bool holds) {
  if (!holds) std::abort();
}

// Where the two files of each run are put.
static const fs::path& directory() {
  static auto made = TempDir::create(fs::temp_directory_path(), "model-fuzz-").value();
  return made.path();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kMark = "\nCFG\n";
  constexpr std::size_t kMaxBytes = 4096;
  constexpr std::uint64_t kMaxStates = 500, kMaxWork = 20'000;
  if (size > kMaxBytes) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto mark = text.find(kMark);
  ModelFiles files;
  files.specification = directory() / "M.tla";
  files.work_limit = kMaxWork;
  const auto config = mark == text.npos ? std::string_view() : text.substr(mark + kMark.size());
  require(replace_file(files.specification, std::string(text.substr(0, mark)), Sync::kNo).has_value());
  require(replace_file(directory() / "M.cfg", std::string(config), Sync::kNo).has_value());

  std::vector<tla::Diagnostic> diagnostics;
  auto loaded = Model::load(files, diagnostics);
  for (const auto& one : diagnostics) require(!tla::to_text(one).empty());
  if (!loaded || loaded->state != Model::State::kReady) {
    require(!loaded || !diagnostics.empty());
    return 0;
  }
  auto& model = *loaded->model;
  std::uint64_t distinct = 0;
  CheckOptions wish;
  wish.explore.memory_bytes = 64 << 20;
  wish.explore.progress = [&](const Progress& progress) { distinct = progress.distinct; };
  wish.explore.is_cancelled = [&] { return distinct > kMaxStates; };
  const auto verdict = check(model, wish);
  require(verdict.outcome == Outcome::kHolds || verdict.finding || !verdict.explored.is_whole);
  return 0;
}
