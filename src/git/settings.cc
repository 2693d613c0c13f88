// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/settings.hh"

#include <cassert>

namespace lorelei::git {

namespace {

// The entry that is written, or one that stands for the fallback.
ConfigEntry entry_of(const Config& config, const Setting& setting) {
  if (const ConfigEntry* written = config.find(setting.key)) return *written;
  const std::string key = setting.key;
  const auto dot = key.find('.');
  return {key.substr(0, dot), std::nullopt, key.substr(dot + 1), setting.fallback, "the built-in value", 0};
}

Result<std::uint64_t> not_negative(const ConfigEntry& entry) {
  TRY(const std::int64_t number, as_integer(entry));
  if (number >= 0) return static_cast<std::uint64_t>(number);
  return err(Error::Kind::kUsage, "read the setting", entry.key(), "it can't be negative",
             "correct it in " + entry.file);
}

}  // namespace

Result<std::string> text(const Config& config, const Setting& setting) {
  assert(setting.kind == Setting::Kind::kText);
  return entry_of(config, setting).value.value_or("");
}

Result<fs::path> path(const Config& config, const Setting& setting, const std::string& home) {
  assert(setting.kind == Setting::Kind::kPath);
  const auto entry = entry_of(config, setting);
  fs::path written = entry.value.value_or("");
  if (entry.value && entry.value->starts_with("~/")) written = fs::path(home) / entry.value->substr(2);
  if (!written.is_absolute())
    return err(Error::Kind::kUsage, "read the setting", entry.key(),
               "'" + written.string() + "' is not an absolute path", "correct it in " + entry.file);
  return written;
}

Result<std::uint64_t> count(const Config& config, const Setting& setting) {
  assert(setting.kind == Setting::Kind::kCount);
  return not_negative(entry_of(config, setting));
}

Result<std::uint64_t> bytes(const Config& config, const Setting& setting) {
  assert(setting.kind == Setting::Kind::kBytes);
  return not_negative(entry_of(config, setting));
}

Result<bool> flag(const Config& config, const Setting& setting) {
  assert(setting.kind == Setting::Kind::kFlag);
  return as_bool(entry_of(config, setting));
}

}  // namespace lorelei::git
