// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/settings.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/process.hh"
#include "base/talk.hh"
#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::lei {

bool is_web_url(std::string_view location) {
  return starts_with_ignore_case(location, "http://") || starts_with_ignore_case(location, "https://");
}

bool External::is_remote() const { return location.find("://") != std::string::npos; }

std::string canonical_location(std::string_view location) {
  if (!is_web_url(location)) return absolute_path(location);
  // What is no URL stays as it is, for the one who uses it to say so.
  return net::canonical_archive_url(location).value_or(std::string(location));
}

Result<Settings> Settings::load(const Env& env) {
  Settings settings(env);
  TRY(settings.config_, git::Config::load(settings.home_.config, env.home()));
  TRY(settings.user_, git::Config::user(env));
  for (const auto& entry : settings.config_.entries()) {
    if (entry.section != "external" || !entry.subsection) continue;
    const auto same = [&](const External& other) { return other.location == *entry.subsection; };
    auto& all = settings.externals_;
    auto found = std::find_if(all.begin(), all.end(), same);
    if (found == all.end()) found = all.insert(all.end(), External{*entry.subsection, 0});
    if (entry.name == "boost") {
      TRY(found->boost, git::as_integer(entry));
    }
  }
  std::sort(settings.externals_.begin(), settings.externals_.end(), [](const External& a, const External& b) {
    return a.boost != b.boost ? a.boost > b.boost : a.location < b.location;
  });
  if (const auto* moved = settings.find("lorelei.store"); moved && moved->value && !moved->value->empty())
    settings.home_.store = absolute_path(*moved->value);
  return settings;
}

const git::ConfigEntry* Settings::find(std::string_view key) const {
  const auto* users = user_.find(key);
  if (users && users->line == 0) return users;  // of the environment, where -c puts it
  const auto* own = config_.find(key);
  return own ? own : users;
}

Result<void> Settings::create_file(const Env& env, Talk talk) const {
  std::error_code error;
  if (fs::exists(home_.config, error)) return {};
  TRY_VOID(make_directories(home_.config.parent_path()));
  if (auto made = lorelei::create_file(home_.config, ""); !made && made.error().kind != Error::Kind::kConflict)
    return made;
  if (talk == Talk::kNormal) say(env, fmt::format("# {} created\n", home_.config.string()));
  return {};
}

Result<void> Settings::set(const Env& env, const std::string& key, const std::string& value, Talk talk) const {
  TRY_VOID(create_file(env, talk));
  TRY(const auto ignored, output_of({"git", "config", "-f", home_.config.string(), key, value}));
  (void)ignored;
  return {};
}

Result<void> Settings::set_all(const Env& env, const std::string& key, const std::vector<std::string>& values,
                               Talk talk) const {
  TRY_VOID(create_file(env, talk));
  const char* how = "--replace-all";
  for (const auto& value : values) {
    TRY([[maybe_unused]] const auto ignored,
        output_of({"git", "config", "-f", home_.config.string(), how, key, value}));
    how = "--add";
  }
  return {};
}

Result<void> Settings::remove_section(const std::string& section) const {
  return output_of({"git", "config", "-f", home_.config.string(), "--remove-section", section}).map([](auto&&) {});
}

Result<Settings::Unset> Settings::unset(const Env& env, const std::string& key, Talk talk) const {
  constexpr int kNoSuchKey = 5;  // git-config(1)
  TRY_VOID(create_file(env, talk));
  TRY(const auto ran, run_process({"git", "config", "-f", home_.config.string(), "--unset", key}));
  if (ran.status == kNoSuchKey) return Unset::kAbsent;
  if (ran.status != 0)
    return err(Error::Kind::kFailed, "change the setting", key, std::string(trim(ran.err)), "edit it by hand");
  return Unset::kDone;
}

namespace {

// A pattern, cut into pieces that match one character, a run without a slash, or one of several texts.
class Glob {
 public:
  explicit Glob(std::string_view pattern) : pattern_(pattern) {}

  bool has_wildcards() const {
    bool escaped = false;
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '*' || c == '?' || c == '[' || c == ']') {
        return true;
      } else if (c == '{') {
        const auto end = pattern_.find('}', i);
        if (end != std::string_view::npos && pattern_.substr(i, end - i).find(',') != std::string_view::npos)
          return true;
      }
    }
    return false;
  }
  // Anywhere in the text.
  bool found_in(std::string_view text) const {
    for (const auto& alternative : alternatives(pattern_))
      for (std::size_t start = 0; start <= text.size(); ++start)
        if (matches_start(alternative, text.substr(start))) return true;
    return false;
  }

 private:
  static constexpr std::size_t kMaxAlternatives = 1000;  // of all braces together; more are nobody's list of archives

  // Braces written out: "a{b,c}" is "ab" and "ac".
  static std::vector<std::string> alternatives(std::string_view pattern) {
    std::vector<std::string> all = {""};
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const auto end = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
      const auto inside = end == std::string_view::npos ? std::string_view() : pattern.substr(i + 1, end - i - 1);
      if (inside.find(',') == std::string_view::npos) {
        for (auto& each : all) each += pattern[i];
        continue;
      }
      std::vector<std::string> next;
      for (const auto& each : all)
        for (const auto word : split(inside, ','))
          if (next.size() < kMaxAlternatives) next.push_back(each + std::string(word));
      all = std::move(next);
      i = end;
    }
    return all;
  }

  // Whether the text starts so. A star goes back to the last one only: linear for each start.
  static bool matches_start(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    for (;;) {
      if (p == pattern.size()) return true;
      if (pattern[p] == '*') {
        star = p++;
        resume = t;
        continue;
      }
      std::size_t width = 1;
      if (t < text.size() && one(pattern.substr(p), text[t], width)) {
        p += width;
        ++t;
        continue;
      }
      if (star == std::string_view::npos || resume >= text.size() || text[resume] == '/') return false;
      t = ++resume;
      p = star + 1;
    }
  }
  // Whether the first piece matches the character; its width in the pattern.
  static bool one(std::string_view pattern, char c, std::size_t& width) {
    if (pattern[0] == '\\' && pattern.size() > 1) return width = 2, pattern[1] == c;
    if (pattern[0] == '?') return c != '/';
    const auto end = pattern[0] == '[' ? pattern.find(']', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return pattern[0] == c;
    width = end + 1;
    const auto set = pattern.substr(1, end - 1);
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (i + 2 < set.size() && set[i + 1] == '-') {
        if (set[i] <= c && c <= set[i + 2]) return true;
        i += 2;
      } else if (set[i] == c) {
        return true;
      }
    }
    return false;
  }

  std::string_view pattern_;
};

// "http://[::1]:8080/" has brackets that are no pattern.
std::size_t literal_host(std::string_view pattern) {
  const auto scheme = pattern.find("://[");
  if (scheme == std::string_view::npos) return 0;
  const auto end = pattern.find('/', scheme + 3);
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

std::optional<bool> glob_matches(std::string_view pattern, std::string_view text) {
  const auto host = literal_host(pattern);
  const Glob glob(pattern.substr(host));
  if (!glob.has_wildcards()) return std::nullopt;
  const auto at = host ? text.find(pattern.substr(0, host)) : 0;
  return at != std::string_view::npos && glob.found_in(text.substr(at + host));
}

Result<std::vector<std::string>> find_locations(const Settings& settings, const std::string& location, Globs globs,
                                                bool only_known) {
  std::error_code error;
  if (location.find('\n') != std::string::npos)  // git's alternates and lei's files have a name a line
    return err(Error::Kind::kUsage, "search", location, fmt::format("`\\n' not allowed in `{}'", location),
               "another name for it");
  if (fs::exists(location, error)) return std::vector<std::string>{canonical_location(location)};
  std::vector<std::string> found;
  bool is_pattern = false;
  for (const auto& external : settings.externals()) {
    const auto matched = globs == Globs::kYes ? glob_matches(location, external.location) : std::nullopt;
    is_pattern |= matched.has_value();
    if (matched.value_or(false)) found.push_back(external.location);
  }
  if (is_pattern && !found.empty()) return found;
  if (location.find('/') == std::string::npos) {
    for (const auto& external : settings.externals()) {
      auto path = std::string_view(external.location);
      if (path.ends_with('/')) path.remove_suffix(1);
      if (path.ends_with("/" + location)) found.push_back(external.location);
    }
    if (found.size() == 1) return found;
  } else if (!is_pattern) {
    const auto canonical = canonical_location(location);
    const auto is_it = [&](const External& e) { return e.location == canonical; };
    if (!only_known || std::any_of(settings.externals().begin(), settings.externals().end(), is_it))
      return std::vector<std::string>{canonical};
  }
  if (found.empty())
    return err(Error::Kind::kNotFound, "search", location, fmt::format("`{}' is unknown", location),
               "lei ls-external lists what is known; a directory or a URL will do, too");
  return err(Error::Kind::kUsage, "search", location, fmt::format("`{}' is ambiguous: {}", location, join(found, ", ")),
             "more of its name");
}

}  // namespace lorelei::lei
