// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/setting_values.hh"

#include <algorithm>
#include <iterator>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::workflow {

namespace {

constexpr std::uint64_t kMaxTreeConfig = 1 << 20;
constexpr std::uint64_t kMaxTemplate = 1 << 20;

// Line by line where the whole is no configuration.
std::vector<git::ConfigEntry> entries_in_tree(std::string_view text, const std::string& file) {
  if (auto entries = git::parse_config(text, file)) return *std::move(entries);
  constexpr std::string_view kSection = "[b4]";
  std::vector<git::ConfigEntry> all;
  bool is_ours = false;
  for (const auto line : split(text, '\n')) {
    const auto bare = trim(line);
    if (bare.starts_with('[')) is_ours = equal_ignore_case(bare, kSection);
    if (!is_ours || bare.starts_with('[')) continue;
    auto entries = git::parse_config(std::string(kSection) + "\n" + std::string(line) + "\n", file);
    if (entries) std::move(entries->begin(), entries->end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

Result<SettingValues> SettingValues::load(const Env& env,
                                          const std::function<bool(const git::ConfigEntry&)>& is_usable) {
  SettingValues values;
  std::error_code failed;
  for (auto place = fs::current_path(failed); !failed; place = place.parent_path()) {
    if (fs::exists(place / ".git", failed)) {
      values.take_from_tree(place / ".b4-config", is_usable);
      break;
    }
    if (place == place.root_path()) break;
  }
  TRY(values.config_, git::Config::here(env));
  return values;
}

SettingValues SettingValues::of(git::Config config, const fs::path& top,
                                const std::function<bool(const git::ConfigEntry&)>& is_usable) {
  SettingValues values;
  values.take_from_tree(top / ".b4-config", is_usable);
  values.config_ = std::move(config);
  return values;
}

std::optional<std::string> SettingValues::b4(std::string_view name) const {
  if (const auto* entry = config_.find("b4." + std::string(name))) return entry->value.value_or("true");
  for (auto entry = tree_.rbegin(); entry != tree_.rend(); ++entry)
    if (entry->name == name) return entry->value.value_or("true");
  return std::nullopt;
}

std::vector<std::string> SettingValues::all_of_b4(std::string_view name) const {
  auto values = config_.all("b4." + std::string(name));
  if (!values.empty()) return values;
  for (const auto& entry : tree_)
    if (entry.name == name) values.push_back(entry.value.value_or(""));
  return values;
}

Result<bool> SettingValues::flag(std::string_view name, bool fallback) const {
  const auto* entry = config_.find("b4." + std::string(name));
  return entry ? git::as_bool(*entry) : Result<bool>(fallback);
}

std::optional<std::string> SettingValues::sendemail(const std::string& name, const std::string& identity) const {
  const auto who =
      !identity.empty() ? identity : b4("sendemail-identity").value_or(git("sendemail.identity").value_or(""));
  if (!who.empty())
    if (auto own = git("sendemail." + who + "." + name)) return own;
  return git("sendemail." + name);
}

std::string SettingValues::user(std::string_view name) const { return git("user." + std::string(name)).value_or(""); }

std::optional<std::string> SettingValues::git(const std::string& key) const {
  const auto* entry = config_.find(key);
  return entry ? std::optional(entry->value.value_or("")) : std::nullopt;
}

void SettingValues::take_from_tree(const fs::path& file,
                                   const std::function<bool(const git::ConfigEntry&)>& is_usable) {
  std::error_code failed;
  if (!fs::is_regular_file(fs::symlink_status(file, failed))) return;
  const auto text = read_file(file, kMaxTreeConfig);
  if (!text) return;
  for (auto& entry : entries_in_tree(*text, file.string())) {
    const auto value = entry.value.value_or("");
    const bool has_control =
        std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
    if (!has_control && entry.section == "b4" && !entry.subsection && is_usable(entry))
      tree_.push_back(std::move(entry));
  }
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto part : split(text, ','))
    if (const auto word = trim(part); !word.empty()) words.emplace_back(word);
  return words;
}

Result<std::optional<std::string>> template_in(const Env& env, const std::optional<std::string>& file) {
  if (!file || file->empty()) return std::nullopt;
  TRY(std::optional<std::string> text,
      read_file(file->starts_with("~/") ? env.home() + file->substr(1) : *file, kMaxTemplate));
  return text;
}

}  // namespace lorelei::workflow
