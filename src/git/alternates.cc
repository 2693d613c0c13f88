// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/alternates.hh"

#include <set>

#include "base/text.hh"

namespace lorelei::git {

namespace {

struct Waiting {
  fs::path directory;
  int depth;
};

bool is_readable_directory(const fs::path& path) {
  std::error_code ignored;  // what can't be looked at can't be read either
  return fs::is_directory(path, ignored);
}

}  // namespace

Result<std::vector<std::string>> expand_alternates(const fs::path& object_directory) {
  if (!is_readable_directory(object_directory))
    return err(Error::Kind::kNotFound, "read the objects", object_directory.string(), "no such directory");
  std::vector<std::string> found;
  std::set<std::string> seen;
  std::error_code ignored;
  std::vector<Waiting> waiting{{fs::absolute(object_directory, ignored), 0}};  // a stack: the next one is at its end
  while (!waiting.empty()) {
    const Waiting here = std::move(waiting.back());
    waiting.pop_back();
    const auto name = here.directory.lexically_normal().string();
    if (!is_readable_directory(here.directory) || !seen.insert(name).second) continue;
    if (found.size() == kMaxObjectDirectories)
      return err(Error::Kind::kTooLarge, "read the objects", object_directory.string(),
                 "it borrows from more than " + std::to_string(kMaxObjectDirectories) + " directories");
    found.push_back(name);
    if (here.depth == kMaxAlternatesDepth) continue;
    const auto listed = read_file(here.directory / "info" / "alternates");
    if (!listed && listed.error().kind == Error::Kind::kNotFound) continue;
    if (!listed) return tl::unexpected(listed.error());
    std::vector<Waiting> next;
    for (const auto line : split(*listed, '\n'))
      if (!line.empty() && line.front() != '#') next.push_back({here.directory / fs::path(line), here.depth + 1});
    waiting.insert(waiting.end(), next.rbegin(), next.rend());
  }
  return found;
}

}  // namespace lorelei::git
