// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_source.hh"

#include <algorithm>

#include "archive/layout.hh"
#include "base/is_there.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

constexpr unsigned kMaxEpochs = 100'000;

// The number in "N", "N.git", "N.bundle".
std::optional<unsigned> number_in(std::string_view name) {
  for (const std::string_view suffix : {".git", ".bundle"})
    if (name.ends_with(suffix)) {
      name.remove_suffix(suffix.size());
      break;
    }
  const auto number = parse_uint(name);
  if (!number || *number >= kMaxEpochs) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::string without_slashes(std::string url) {
  while (url.size() > 1 && url.back() == '/') url.pop_back();
  return url;
}

bool is_bundle(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  const auto file = std::fopen(path.c_str(), "rb");
  if (!file) return false;
  char start[16] = {};
  const auto got = std::fread(start, 1, sizeof start - 1, file);
  std::fclose(file);
  const std::string_view text(start, got);
  return text.starts_with("# v2 git bundle") || text.starts_with("# v3 git bundle");
}

bool is_bare_repository(const fs::path& path) { return is_there(path / "HEAD") && is_there(path / "objects"); }

std::vector<EpochSource> sorted(std::vector<EpochSource> epochs) {
  std::sort(epochs.begin(), epochs.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return epochs;
}

// N.git or N.bundle in a directory.
std::vector<EpochSource> epochs_in(const fs::path& directory) {
  std::vector<EpochSource> epochs;
  std::error_code why;
  for (fs::directory_iterator at(directory, why), end; !why && at != end; at.increment(why)) {
    const auto name = at->path().filename().string();
    const auto number = number_in(name);
    if (!number) continue;
    if ((name.ends_with(".git") && is_bare_repository(at->path())) ||
        (name.ends_with(".bundle") && is_bundle(at->path())))
      epochs.push_back({*number, at->path().string()});
  }
  return sorted(std::move(epochs));
}

Result<std::vector<EpochSource>> find_in_directory(const fs::path& dir) {
  const auto refuse = [&](std::string why, std::string next) {
    return err(Kind::kRefused, "clone the archive", dir.string(), std::move(why), std::move(next));
  };
  const auto layout = find_layout(dir);
  if (layout && layout->kind == Layout::Kind::kVersion1)
    return tl::unexpected(only_searched(*layout, "clone the archive"));
  if (is_bare_repository(dir))
    return std::vector<EpochSource>{{number_in(dir.filename().string()).value_or(0), dir.string()}};
  auto epochs = epochs_in(dir / "git");
  if (epochs.empty()) epochs = epochs_in(dir);
  if (epochs.empty())
    return refuse("there are no epochs in it: no N.git, no N.bundle",
                  "name a v2 archive, a directory of epochs, or a bare repository");
  return epochs;
}

// PREFIX0SUFFIX, PREFIX1SUFFIX, ... as far as they go.
Result<std::vector<EpochSource>> find_numbered(const Env& env, const std::string& prefix, const std::string& suffix) {
  std::vector<EpochSource> epochs;
  unsigned absent = 0;
  for (unsigned number = 0; number < kMaxEpochs; ++number) {
    auto url = prefix + std::to_string(number) + suffix;
    TRY(const Presence presence, probe_repository(env, url));
    if (presence == Presence::kThere) {
      absent = 0;
      epochs.push_back({number, std::move(url)});
    } else if (++absent == 2 || epochs.empty()) {
      break;  // without epoch 0 this is not how the epochs are served
    }
  }
  return epochs;
}

Result<std::vector<EpochSource>> find_at_url(const Env& env, const std::string& source) {
  const auto base = without_slashes(source);
  TRY(auto epochs, find_numbered(env, base + "/", ""));
  if (!epochs.empty()) return epochs;
  TRY(epochs, find_numbered(env, base + "/git/", ".git"));
  if (!epochs.empty()) return epochs;
  TRY(const Presence presence, probe_repository(env, base));
  if (presence == Presence::kAbsent)
    return err(Kind::kNotFound, "clone the archive", source, "there is no git repository at it nor at " + base + "/0",
               "open the address in a browser: its page says how to mirror it");
  const auto name = base.substr(base.find_last_of("/:") + 1);
  return std::vector<EpochSource>{{number_in(name).value_or(0), base}};
}

// What git says when it reached the other side and nothing is there.
bool says_absent(std::string_view complaint) {
  static constexpr std::string_view kPhrases[] = {"not found",           "does not appear to be a git repository",
                                                  "does not exist",      "returned error: 404",
                                                  "returned error: 410", "no such repository",
                                                  "not a git repository"};
  const auto text = to_lower(complaint);
  return std::any_of(std::begin(kPhrases), std::end(kPhrases),
                     [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; }) &&
         text.find("could not resolve") == std::string::npos;
}

}  // namespace

bool is_remote_url(const std::string& text) {
  if (text.find("://") != std::string::npos || text.find("::") != std::string::npos) return true;
  const auto colon = text.find(':');
  return colon != std::string::npos && colon > 0 && text.find('/') > colon && !is_there(text);
}

Result<Presence> probe_repository(const Env& env, const std::string& url) {
  const auto seen = git::run_git("", {"ls-remote", "--quiet", "--", url, "HEAD", "refs/heads/*"},
                                 "ask for the repository", url, env.cancelled);
  if (seen) return Presence::kThere;
  if (seen.error().kind == Kind::kFailed && says_absent(seen.error().why)) return Presence::kAbsent;
  return tl::unexpected(seen.error());
}

std::optional<std::string> sibling_url(const std::string& url, unsigned from, unsigned to) {
  const auto base = without_slashes(url);
  const auto slash = base.find_last_of('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto name = std::string_view(base).substr(slash + 1);
  const auto digits = std::to_string(from);
  if (!name.starts_with(digits)) return std::nullopt;
  const auto suffix = name.substr(digits.size());
  if (!suffix.empty() && suffix != ".git" && suffix != ".bundle") return std::nullopt;
  return base.substr(0, slash + 1) + std::to_string(to) + std::string(suffix);
}

Result<std::vector<EpochSource>> find_epochs(const Env& env, const std::string& source) {
  if (is_remote_url(source)) return find_at_url(env, source);
  std::error_code why;
  const auto path = fs::path(without_slashes(fs::absolute(source, why).lexically_normal().string()));
  if (!is_there(path))
    return err(Kind::kNotFound, "clone the archive", source, "there is no such file or directory",
               "a URL starts with https:// or names a host: HOST:PATH");
  if (fs::is_directory(path, why)) return find_in_directory(path);
  if (is_bundle(path))
    return std::vector<EpochSource>{{number_in(path.filename().string()).value_or(0), path.string()}};
  return err(Kind::kRefused, "clone the archive", source, "it is no git bundle",
             "lorelei archive import reads mbox files and single messages");
}

}  // namespace lorelei::archive
