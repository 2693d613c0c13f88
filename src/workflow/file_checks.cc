// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/file_checks.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "patch/diff.hh"

namespace lorelei::workflow {

namespace {

using Kind = CheckFinding::Kind;

constexpr unsigned kExecutable = 0111;
constexpr std::string_view kOfTools[] = {".orig", ".rej", ".swp", ".swo", "~"};
constexpr std::string_view kOfBuilds[] = {".o", ".ko", ".obj", ".mod.c", ".pyc", ".gcno", ".gcda"};
constexpr std::string_view kSources[] = {".c",   ".h",    ".S",    ".s",  ".dts", ".dtsi",   ".dtso",
                                         ".rs",  ".lds",  ".cc",   ".hh", ".cpp", ".hpp",    ".rst",
                                         ".txt", ".yaml", ".json", ".md", ".mk",  ".config", ".cocci"};
constexpr std::string_view kSourceNames[] = {"Kconfig", "Makefile", "Kbuild", "MAINTAINERS"};

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <std::size_t Size>
bool ends_with_any(std::string_view name, const std::string_view (&ends)[Size]) {
  return std::any_of(std::begin(ends), std::end(ends),
                     [&](auto end) { return name.size() > end.size() && name.ends_with(end); });
}

bool is_numbered_patch(std::string_view name) {
  return name.size() > 5 && std::all_of(name.begin(), name.begin() + 4, is_digit) && name[4] == '-' &&
         name.ends_with(".patch");
}

bool is_source(std::string_view name) {
  return ends_with_any(name, kSources) ||
         std::find(std::begin(kSourceNames), std::end(kSourceNames), name) != std::end(kSourceNames) ||
         name.starts_with("Kconfig.");
}

void check_added(const std::string& path, std::vector<CheckFinding>& findings) {
  const auto name = name_of(path);
  const bool is_of_build = ends_with_any(name, kOfBuilds) || (name.starts_with('.') && name.ends_with(".cmd"));
  if (ends_with_any(name, kOfTools))
    findings.push_back({Kind::kFailure, fmt::format("{}: a file that a tool left is added: git rm --cached it", path)});
  else if (is_of_build)
    findings.push_back({Kind::kWarning, fmt::format("{}: what a build makes is added: git rm --cached it", path)});
  else if (is_numbered_patch(name))
    findings.push_back({Kind::kWarning, fmt::format("{}: a patch is added as a file: git rm --cached it", path)});
}

}  // namespace

std::vector<CheckFinding> check_files(std::string_view text) {
  std::vector<CheckFinding> findings;
  const auto diff = patch::parse_diff(text);
  if (!diff) return findings;  // added_line_checks says so
  for (const auto& change : diff->files) {
    if (change.kind == patch::FileKind::kDelete) continue;
    const auto& path = change.new_path;
    if (change.kind != patch::FileKind::kModify) check_added(path, findings);
    const bool was = (change.old_mode.value_or(0) & kExecutable) != 0;
    const bool is = (change.new_mode.value_or(0) & kExecutable) != 0;
    if (is && !was && is_source(name_of(path)))
      findings.push_back(
          {Kind::kWarning, fmt::format("{0}: a source becomes executable: git update-index --chmod=-x {0}", path)});
  }
  return findings;
}

}  // namespace lorelei::workflow
