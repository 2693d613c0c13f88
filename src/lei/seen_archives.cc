// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/seen_archives.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::lei {

namespace {

constexpr std::size_t kMaxArchives = 1000;  // the oldest are forgotten

}  // namespace

std::vector<std::string> seen_archives(const Home& home) {
  std::vector<std::string> directories;
  const auto text = read_file(home.seen_archives());
  if (!text) return directories;
  std::error_code error;
  for (const auto line : split(*text, '\n'))
    if (!line.empty() && fs::is_directory(line, error)) directories.emplace_back(line);
  return directories;
}

void remember_archives(const Home& home, const std::vector<std::string>& directories) {
  auto seen = seen_archives(home);
  const auto before = seen.size();
  for (const auto& each : directories) {
    const auto directory = absolute_path(each);
    if (directory.find('\n') == std::string::npos && std::find(seen.begin(), seen.end(), directory) == seen.end())
      seen.push_back(directory);
  }
  if (seen.size() == before || !make_private_directory(home.own)) return;
  if (seen.size() > kMaxArchives) seen.erase(seen.begin(), seen.end() - kMaxArchives);
  (void)replace_file(home.seen_archives(), join(seen, "\n") + "\n", Sync::kNo);
}

}  // namespace lorelei::lei
