// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/config.hh"

#include <limits>

#include "base/text.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;

// A key taken apart; its section and name in lower case.
struct Key {
  std::string section;
  std::optional<std::string> subsection;
  std::string name;

  explicit Key(std::string_view text) {
    const auto first = text.find('.'), last = text.rfind('.');
    if (first == std::string_view::npos) return;
    section = to_lower(text.substr(0, first));
    name = to_lower(text.substr(last + 1));
    if (first != last) subsection = text.substr(first + 1, last - first - 1);
  }
  bool operator==(const ConfigEntry& e) const {
    return name == e.name && section == e.section && subsection == e.subsection;
  }
};

// A file that is being read: its entries, and how far we are. Includes are read in place.
struct Reading {
  fs::path path;
  std::vector<ConfigEntry> entries;
  std::size_t next = 0;
};

fs::path included_path(const std::string& written, const fs::path& from, const std::string& home) {
  if (written.starts_with("~/")) return fs::path(home) / written.substr(2);
  return from.parent_path() / written;  // an absolute one stays what it is
}

std::string place(const ConfigEntry& entry) {
  return entry.line ? entry.file + ":" + std::to_string(entry.line) : entry.file;
}

tl::unexpected<Error> bad_value(const ConfigEntry& entry, std::string_view wanted) {
  return err(Kind::kUsage, "read the setting", entry.key(),
             "'" + entry.value.value_or("") + "' is not " + std::string(wanted) + " (" + place(entry) + ")");
}

// git's switch of a feature by an environment variable: set to something else than a false word.
bool is_set(const Env& env, const char* name) {
  const auto value = env.variable(name);
  if (!value) return false;
  ConfigEntry entry;
  entry.value = *value;
  return as_bool(entry).value_or(true);
}

}  // namespace

std::string ConfigEntry::key() const {
  return (section.empty() ? "" : section + ".") + (subsection ? *subsection + "." : "") + name;
}

Result<void> Config::add_file(const fs::path& path, const std::string& home) {
  int files = 0;
  std::vector<Reading> open;
  const auto start = [&](const fs::path& file) -> Result<void> {
    const auto text = read_file(file, kMaxConfigBytes);
    if (!text && text.error().kind == Kind::kNotFound) return {};
    if (!text) return tl::unexpected(text.error());
    TRY(auto entries, parse_config(*text, file.string()));
    open.push_back({file, std::move(entries), 0});
    if (++files > kMaxConfigFiles)
      return err(Kind::kTooLarge, "read the settings", path.string(),
                 "it includes more than " + std::to_string(kMaxConfigFiles) + " files");
    return {};
  };
  TRY_VOID(start(path));
  while (!open.empty()) {
    Reading& file = open.back();
    if (file.next == file.entries.size()) {
      open.pop_back();
      continue;
    }
    const ConfigEntry& entry = entries_.emplace_back(std::move(file.entries[file.next++]));
    if (entry.section != "include" || entry.subsection || entry.name != "path" || !entry.value) continue;
    if (open.size() > kMaxIncludeDepth)
      return err(Kind::kUsage, "read the settings", place(entry),
                 "files include each other more than " + std::to_string(kMaxIncludeDepth) + " levels deep");
    TRY_VOID(start(included_path(*entry.value, file.path, home)));
  }
  return {};
}

Result<void> Config::add_environment(const Env& env) {
  const auto count_text = env.variable("GIT_CONFIG_COUNT");
  if (!count_text || count_text->empty()) return {};
  const auto count = parse_uint(*count_text);
  if (!count || *count > 10'000)
    return err(Kind::kUsage, "read the setting", "GIT_CONFIG_COUNT",
               "'" + *count_text + "' is not a number of settings");
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto key_name = "GIT_CONFIG_KEY_" + std::to_string(i), value_name = "GIT_CONFIG_VALUE_" + std::to_string(i);
    const auto key = env.variable(key_name.c_str()), value = env.variable(value_name.c_str());
    if (!key || !value)
      return err(Kind::kUsage, "read the setting", key ? value_name : key_name,
                 "GIT_CONFIG_COUNT announces it, but it is not set");
    Key parts(*key);
    if (parts.section.empty() || parts.name.empty())
      return err(Kind::kUsage, "read the setting", key_name, "'" + *key + "' has no section or no name");
    entries_.push_back(
        {std::move(parts.section), std::move(parts.subsection), std::move(parts.name), *value, key_name, 0});
  }
  return {};
}

Result<Config> Config::load(const fs::path& path, const std::string& home) {
  Config config;
  TRY_VOID(config.add_file(path, home));
  return config;
}

Result<void> Config::add_user_files(const Env& env) {
  const auto home = env.home();
  if (!is_set(env, "GIT_CONFIG_NOSYSTEM"))
    TRY_VOID(add_file(env.variable("GIT_CONFIG_SYSTEM").value_or("/etc/gitconfig"), home));
  if (const auto global = env.variable("GIT_CONFIG_GLOBAL")) return add_file(*global, home);
  TRY_VOID(add_file(fs::path(env.config_home()) / "git" / "config", home));
  return add_file(fs::path(home) / ".gitconfig", home);
}

Result<Config> Config::user(const Env& env) {
  Config config;
  TRY_VOID(config.add_user_files(env));
  TRY_VOID(config.add_environment(env));
  return config;
}

const ConfigEntry* Config::find(std::string_view key) const {
  const Key wanted(key);
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    if (wanted == *entry) return &*entry;
  return nullptr;
}

std::vector<std::string> Config::all(std::string_view key) const {
  const Key wanted(key);
  std::vector<std::string> values;
  for (const auto& entry : entries_)
    if (wanted == entry) values.push_back(entry.value.value_or(""));
  return values;
}

Result<bool> as_bool(const ConfigEntry& entry) {
  if (!entry.value) return true;
  const auto word = to_lower(*entry.value);
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word.empty() || word == "false" || word == "no" || word == "off") return false;
  const auto number = as_integer(entry);
  if (!number) return bad_value(entry, "true or false");
  return *number != 0;
}

Result<std::int64_t> as_integer(const ConfigEntry& entry) {
  std::string_view text;
  if (entry.value) text = *entry.value;
  int shift = 0;
  if (!text.empty()) {
    const char unit = to_lower(text.back());
    shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
    if (shift) text.remove_suffix(1);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto number = parse_int(text);
  const std::int64_t limit = std::numeric_limits<std::int64_t>::max() >> shift;
  if (!number || *number > limit || *number < -limit) return bad_value(entry, "a number");
  return *number * (std::int64_t{1} << shift);
}

}  // namespace lorelei::git
