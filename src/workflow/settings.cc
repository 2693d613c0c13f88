// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/settings.hh"

#include <algorithm>

#include "base/files.hh"
#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::uint64_t kMaxTreeConfig = 1 << 20;

// Names of keys that may come with the tree.
bool is_harmless(std::string_view name) {
  return name == "midmask" || name == "linkmask" || name == "trailer-order" || name == "trailers-ignore-from" ||
         name == "listid-preference";
}

class Values {
 public:
  static Result<Values> load(const Env& env) {
    Values values;
    std::error_code failed;
    for (auto place = fs::current_path(failed); !failed; place = place.parent_path()) {
      if (fs::exists(place / ".git", failed)) {
        TRY_VOID(values.take_from_tree(place / ".b4-config"));
        break;
      }
      if (place == place.root_path()) break;
    }
    TRY(values.config_, git::Config::here(env));
    return values;
  }
  std::optional<std::string> b4(std::string_view name) const {
    if (const auto* entry = config_.find("b4." + std::string(name))) return entry->value.value_or("true");
    for (auto entry = tree_.rbegin(); entry != tree_.rend(); ++entry)
      if (entry->name == name) return entry->value.value_or("true");
    return std::nullopt;
  }
  Result<bool> flag(std::string_view name, bool fallback) const {
    const auto* entry = config_.find("b4." + std::string(name));
    return entry ? git::as_bool(*entry) : Result<bool>(fallback);
  }
  bool has_policy() const {
    const auto* entry = config_.find("lorelei.attest.policy");
    return entry && (entry->value == "hardfail" || entry->value == "require");
  }
  std::string user(std::string_view name) const {
    const auto* entry = config_.find("user." + std::string(name));
    return entry ? entry->value.value_or("") : "";
  }

 private:
  Result<void> take_from_tree(const fs::path& file) {
    std::error_code failed;
    if (!fs::is_regular_file(fs::symlink_status(file, failed))) return {};
    TRY(const auto text, read_file(file, kMaxTreeConfig));
    TRY(auto entries, git::parse_config(text, file.string()));
    for (auto& entry : entries)
      if (entry.section == "b4" && !entry.subsection && is_harmless(entry.name)) tree_.push_back(std::move(entry));
    return {};
  }

  git::Config config_;
  std::vector<git::ConfigEntry> tree_;
};

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto part : split(text, ','))
    if (const auto word = trim(part); !word.empty()) words.emplace_back(word);
  return words;
}

Result<void> check_mask(const std::string& key, const std::string& mask) {
  const auto at = mask.find("%s");
  if (std::any_of(mask.begin(), mask.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' && c != ' '; }))
    return err(Kind::kUsage, "read the setting", "b4." + key, "it has a line break or control character");
  if (at != mask.npos && mask.find("%s", at + 2) == mask.npos) return {};
  return err(Kind::kUsage, "read the setting", "b4." + key, "'" + mask + "' needs one %s for the Message-ID");
}

}  // namespace

std::string Settings::link_to(const std::string& message_id) const { return replace_all(link_mask, "%s", message_id); }

Result<Settings> Settings::load(const Env& env) {
  TRY(const auto values, Values::load(env));
  Settings settings;
  if (const auto name = values.user("name"), address = values.user("email"); !name.empty() && !address.empty())
    settings.me = patch::Person{name, address};
  if (const auto mask = values.b4("midmask")) {
    TRY_VOID(check_mask("midmask", *mask));
    settings.archive_url = mask->substr(0, mask->find("%s"));
    while (settings.archive_url.ends_with('/')) settings.archive_url.pop_back();
    const auto host = settings.archive_url.find("://");
    if (host != std::string::npos && settings.archive_url.find('/', host + 3) == std::string::npos)
      settings.archive_url += "/all";
  }
  if (const auto mask = values.b4("linkmask")) {
    TRY_VOID(check_mask("linkmask", *mask));
    settings.link_mask = *mask;
  }
  if (const auto mask = values.b4("linktrailermask")) {
    TRY_VOID(check_mask("linktrailermask", *mask));
    const auto colon = mask->find(": ");
    if (colon == 0 || colon == std::string::npos)
      return err(Kind::kUsage, "read the setting", "b4.linktrailermask", "'" + *mask + "' is not NAME: VALUE%s");
    settings.link_name = mask->substr(0, colon);
    settings.link_mask = trim(std::string_view(*mask).substr(colon + 1));
  }
  if (const auto globs = values.b4("listid-preference")) {
    settings.list_preference = list_of(*globs);
    settings.list_preference.emplace_back("*");
  }
  if (const auto globs = values.b4("trailer-order")) settings.trailer_order = list_of(*globs);
  if (settings.trailer_order == std::vector<std::string>{"*"}) settings.trailer_order.clear();
  if (const auto globs = values.b4("trailers-ignore-from")) settings.ignored_from = list_of(*globs);
  TRY(settings.saves_maildirs, values.flag("save-maildirs", false));
  // b4's policy says what is shown; one of ours is kept whatever that is.
  settings.shows_attestation = values.b4("attestation-policy").value_or("softfail") != "off" || values.has_policy();
  settings.has_fancy_marks = values.b4("attestation-checkmarks").value_or("fancy") != "simple";
  return settings;
}

}  // namespace lorelei::workflow
