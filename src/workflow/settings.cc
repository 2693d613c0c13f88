// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/settings.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/files.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "workflow/setting_values.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
// Names of keys that may come with the tree.
bool is_harmless(std::string_view name) {
  return name == "linkmask" || name == "trailer-order" || name == "trailers-ignore-from" ||
         name == "listid-preference" || name == "thanks-treename" || name == "thanks-commit-url-mask";
}

Result<void> check_mask(const std::string& key, const std::string& mask) {
  const auto at = mask.find("%s");
  if (std::any_of(mask.begin(), mask.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' && c != ' '; }))
    return err(Kind::kUsage, "read the setting", "b4." + key, "it has a line break or control character");
  if (at != mask.npos && mask.find("%s", at + 2) == mask.npos) return {};
  return err(Kind::kUsage, "read the setting", "b4." + key, "'" + mask + "' needs one %s for the Message-ID");
}

// Where the "%s" or "%.12s" is.
struct Conversion {
  std::size_t at = std::string::npos, size = 0;
  std::size_t digits = std::string::npos;
};
Conversion conversion_in(std::string_view mask) {
  for (auto at = mask.find('%'); at != mask.npos; at = mask.find('%', at + 1)) {
    auto end = at + 1;
    std::optional<std::uint64_t> digits;
    if (end < mask.size() && mask[end] == '.') {
      const auto first = ++end;
      while (end < mask.size() && is_digit(mask[end])) ++end;
      digits = parse_uint(mask.substr(first, end - first));
      if (!digits) continue;
    }
    if (end < mask.size() && mask[end] == 's') return {at, end + 1 - at, digits.value_or(std::string::npos)};
  }
  return {};
}

// What is wrong in a file that came with the tree is passed over: no command fails for it.
bool is_usable(const git::ConfigEntry& entry) {
  const auto value = entry.value.value_or("");
  if (!is_harmless(entry.name)) return false;
  if (entry.name == "linkmask") return check_mask(entry.name, value).has_value();
  if (entry.name == "thanks-commit-url-mask") return conversion_in(value).size > 0;
  return true;
}

Result<SettingValues> load_values(const Env& env) { return SettingValues::load(env, is_usable); }

bool has_policy(const SettingValues& values) {
  const auto policy = values.git("lorelei.attest.policy");
  return policy == "hardfail" || policy == "require";
}

Result<std::vector<std::string>> flags_of(const SettingValues& values, const std::string& key,
                                          std::vector<std::string> fallback) {
  const auto line = values.b4(key);
  if (!line) return fallback;
  auto words = shell_words(*line);
  if (!words) return err(Kind::kUsage, "read the setting", "b4." + key, "a quote in it is not ended");
  return *std::move(words);
}

}  // namespace

std::string Settings::link_to(const std::string& message_id) const {
  std::string encoded;
  for (const char c : message_id) {
    if (is_alnum(c) || std::string_view("-._~@+=").find(c) != std::string_view::npos)
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return replace_all(link_mask, "%s", encoded);
}

const char* Settings::mark(bool is_good) const {
  if (has_fancy_marks) return is_good ? "✓" : "✗";
  return is_good ? "v" : "x";
}

Result<Settings> Settings::load(const Env& env) {
  TRY(const auto values, load_values(env));
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
  settings.shows_attestation = values.b4("attestation-policy").value_or("softfail") != "off" || has_policy(values);
  settings.has_fancy_marks = values.b4("attestation-checkmarks").value_or("fancy") != "simple";
  TRY(settings.am_flags, flags_of(values, "shazam-am-flags", {}));
  TRY(settings.merge_flags, flags_of(values, "shazam-merge-flags", {"--signoff"}));
  TRY(const auto merge_template, template_in(env, values.b4("shazam-merge-template")));
  settings.merge_template = merge_template.value_or("");
  return settings;
}

namespace {

constexpr std::uint64_t kMaxSignature = 64 << 10;

struct Upstream {
  std::string remote, branch;  // remote: may be empty
};
Upstream upstream_of(const SettingValues& values, const std::string& branch) {
  const auto key = "branch." + branch + ".";
  if (const auto remote = values.git(key + "remote"); remote && !remote->empty() && *remote != ".") {
    constexpr std::string_view kHeads = "refs/heads/";
    auto merge = values.git(key + "merge").value_or(branch);
    if (merge.starts_with(kHeads)) merge.erase(0, kHeads.size());
    return {*remote, merge};
  }
  for (const auto& entry : values.config().entries())
    if (entry.section == "remote" && entry.subsection && branch.starts_with(*entry.subsection + "/"))
      return {*entry.subsection, branch.substr(entry.subsection->size() + 1)};
  return {"", branch};
}

// The last two parts of "https://git.example.org/pub/mia/linux.git".
std::string tree_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const auto last = url.find_last_of("/:");
  const auto before = last == 0 || last == url.npos ? url.npos : url.find_last_of("/:", last - 1);
  return before == url.npos ? url : url.substr(before + 1);
}

}  // namespace

std::string ThanksSettings::commit_url(std::string_view commit) const {
  const auto place = conversion_in(commit_url_mask);
  auto url = commit_url_mask;
  return url.replace(place.at, place.size, commit.substr(0, place.digits));
}

Result<ThanksSettings> ThanksSettings::load(const Env& env, const std::string& branch) {
  TRY(const auto values, load_values(env));
  const auto upstream = upstream_of(values, branch);
  const auto setting = [&](const std::string& of_remote, const std::string& of_all) {
    if (!upstream.remote.empty())
      if (auto value = values.git("remote." + upstream.remote + "." + of_remote)) return value;
    return of_all.empty() ? std::nullopt : values.b4(of_all);
  };
  ThanksSettings settings;
  settings.committer = values.user("email");
  settings.from = {values.b4("thanks-from-name").value_or(values.user("name")),
                   values.b4("thanks-from-email").value_or(settings.committer)};
  if (settings.committer.empty() || settings.from.address.empty())
    return err(Kind::kUsage, "write a letter", "", "user.email is not set", "git config --global user.email ADDRESS");
  settings.branch = upstream.branch;
  settings.excluded = list_of(values.b4("email-exclude").value_or(""));
  const auto url = setting("url", "");
  settings.tree_name = setting("b4-treename", "thanks-treename").value_or(url ? tree_of(*url) : "local tree");
  settings.commit_url_mask = setting("b4-commit-url-mask", "thanks-commit-url-mask").value_or("commit: %s");
  if (conversion_in(settings.commit_url_mask).size == 0)
    return err(Kind::kUsage, "read the setting", "b4.thanks-commit-url-mask",
               "'" + settings.commit_url_mask + "' has no %s for the commit");
  TRY(settings.am_template, template_in(env, setting("b4-am-template", "thanks-am-template")));
  TRY(settings.pr_template, template_in(env, setting("b4-pr-template", "thanks-pr-template")));
  settings.signature =
      settings.from.name.empty() ? settings.from.address : settings.from.name + " <" + settings.from.address + ">";
  if (const auto own = read_file(env.home() + "/.signature", kMaxSignature)) settings.signature = trim_end(*own);
  return settings;
}

}  // namespace lorelei::workflow
