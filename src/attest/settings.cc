// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/settings.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/nearest.hh"
#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;

// The user's public keys are the same whichever of the tools made them.
constexpr const char* kDefaultSources[] = {"ref:::.keys", "ref:::.local-keys", "ref::refs/meta/keyring:"};

class Values {
 public:
  static Result<Values> load(const Env&);
  std::vector<std::string> all(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::vector<std::string>() : found->second;
  }
  std::optional<std::string> last(const std::string& key) const {
    const auto found = all(key);
    return found.empty() ? std::nullopt : std::optional(found.back());
  }
  std::vector<std::string> names_below(const std::string& prefix) const {
    std::vector<std::string> names;
    for (auto at = values_.lower_bound(prefix); at != values_.end() && at->first.starts_with(prefix); ++at)
      names.push_back(at->first.substr(prefix.size()));
    return names;
  }
  // The first of the keys that is set.
  std::optional<std::string> first_of(std::initializer_list<const char*> keys) const {
    for (const auto* key : keys)
      if (auto value = last(key)) return value;
    return std::nullopt;
  }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

Result<Values> Values::load(const Env& env) {
  TRY(const auto config, git::Config::here(env));
  Values values;
  for (const auto& entry : config.entries()) values.values_[entry.key()].push_back(entry.value.value_or("true"));
  return values;
}

Result<bool> as_yes(const std::string& key, const std::string& value) {
  for (const auto* yes : {"yes", "true", "on", "1"})
    if (equal_ignore_case(value, yes)) return true;
  for (const auto* no : {"no", "false", "off", "0", ""})
    if (equal_ignore_case(value, no)) return false;
  return err(Kind::kUsage, "read the setting", key, fmt::format("'{}' is neither yes nor no", value));
}

// As git gives them, in lower case. A policy under a misspelt name would be none.
const std::vector<std::string> kOurs = {"policy",          "stalenessdays", "checkdkim",           "dnsresolvers",
                                        "gnupghome",       "keyringsource", "requireknownsigners", "mayforward",
                                        "requiresignedref"};

Result<void> check_names(const Values& values) {
  for (const auto& key : values.names_below("lorelei."))
    if (starts_with_ignore_case(key, "attest.") && !key.starts_with("attest."))
      return err(Kind::kUsage, "read the setting", "lorelei." + key, "'attest' is written in lower case",
                 "lorelei." + to_lower(key));
  for (const auto& name : values.names_below("lorelei.attest."))
    if (std::find(kOurs.begin(), kOurs.end(), name) == kOurs.end())
      return err(Kind::kUsage, "read the setting", "lorelei.attest." + name, "there is no such setting",
                 "lorelei.attest." + nearest(name, kOurs) + "; man 7 lorelei-trust has all");
  return {};
}

Result<void> read_policy(const Values& values, Settings& settings) {
  // b4's says, as a rule, what b4 shows; only the one that makes it fail is one for us.
  auto level = values.last("lorelei.attest.policy");
  if (!level && values.last("b4.attestation-policy").value_or("") == "hardfail") level = "hardfail";
  if (level) {
    const auto named = policy_level_named(*level);
    if (!named)
      return err(Kind::kUsage, "read the setting", "lorelei.attest.policy", fmt::format("'{}' is no policy", *level),
                 "off, check, softfail, hardfail or require");
    settings.policy.level = *named;
  }
  if (const auto days = values.first_of({"lorelei.attest.stalenessdays", "b4.attestation-staleness-days"})) {
    const auto number = parse_int(*days);
    if (!number || *number < 0)
      return err(Kind::kUsage, "read the setting", "lorelei.attest.stalenessDays", "it is no number of days");
    settings.policy.staleness_days = *number;
  }
  if (const auto wanted = values.last("lorelei.attest.requireknownsigners")) {
    TRY(settings.policy.wants_known_signers, as_yes("lorelei.attest.requireKnownSigners", *wanted));
  }
  for (const auto& one : values.all("lorelei.attest.mayforward"))
    if (one.find_first_of(" <>") != std::string::npos)
      return err(Kind::kUsage, "read the setting", "lorelei.attest.mayForward",
                 fmt::format("'{}' is no address alone", one), "NAME@DOMAIN");
  settings.policy.may_forward = values.all("lorelei.attest.mayforward");
  if (const auto check = values.first_of({"lorelei.attest.checkdkim", "b4.attestation-check-dkim"})) {
    TRY(const bool checks, as_yes("lorelei.attest.checkDkim", *check));
    settings.checks_dkim = checks;
  }
  if (const auto needed = values.last("lorelei.attest.requiresignedref")) {
    TRY(const bool is_needed, as_yes("lorelei.attest.requireSignedRef", *needed));
    if (is_needed) settings.signed_refs = Keyring::SignedRefs::kNeeded;
  }
  if (const auto resolvers = values.first_of({"lorelei.attest.dnsresolvers", "b4.attestation-dns-resolvers"}))
    for (const auto one : split(*resolvers, ','))
      if (!trim(one).empty()) settings.dns_resolvers.emplace_back(trim(one));
  return {};
}

Result<void> read_sources(const Env& env, const Values& values, const std::string& own, Settings& settings) {
  std::vector<std::string> texts = values.all("lorelei.attest.keyringsource");
  for (const auto& key : {own + "keyringsrc", std::string("b4.keyringsrc")})
    for (auto& one : values.all(key)) texts.push_back(std::move(one));
  const auto configured = texts.size();
  texts.insert(texts.end(), std::begin(kDefaultSources), std::end(kDefaultSources));
  if (settings.signed_refs == Keyring::SignedRefs::kNotNeeded) {
    texts.push_back(patatt_directory(env) + "/public");
    texts.push_back(env.data_home() + "/b4/keyring");
  }
  for (const auto& text : texts) {
    TRY(auto source, parse_keyring_source(env, text));
    source.is_configured = settings.sources.size() < configured;
    settings.sources.push_back(std::move(source));
  }
  return {};
}

void read_signing_key(const Values& values, const std::string& own, Settings& settings) {
  settings.identity = values.last(own + "identity").value_or(values.last("user.email").value_or(""));
  settings.selector = values.last(own + "selector").value_or("");
  if (const auto key = values.last(own + "signingkey")) {
    settings.signing_key = *key;
    return;
  }
  const bool is_ssh = values.last("gpg.format").value_or("") == "ssh";
  const auto key = values.last("user.signingkey").value_or("");
  if (const auto command = values.last("gpg.ssh.defaultkeycommand"); is_ssh && key.empty() && command) {
    settings.default_key_command = *command;
  }
  if (!key.empty()) settings.signing_key = (is_ssh ? "openssh:" : "openpgp:") + key;
}

}  // namespace

VerifyOptions verify_options(const Settings& settings) {
  VerifyOptions options;
  options.trim = settings.trims_body ? Trim::kYes : Trim::kNo;
  options.staleness_days = settings.policy.staleness_days;
  options.enforce_time = settings.policy.enforces_time();
  options.looks_for_signers = settings.policy.wants_known_signers;
  options.gnupg = {settings.gpg, settings.gnupg_home};
  return options;
}

std::string patatt_directory(const Env& env) { return env.data_home() + "/patatt"; }

Result<Settings> Settings::load(const Env& env, const std::string& section) {
  TRY(const auto values, Values::load(env));
  const auto own = section.empty() ? std::string("patatt.") : "patatt." + section + ".";
  Settings settings;
  TRY_VOID(check_names(values));
  read_signing_key(values, own, settings);
  TRY_VOID(read_policy(values, settings));
  TRY_VOID(read_sources(env, values, own, settings));
  settings.trims_body = values.last(own + "trimbody").value_or("") == "yes";
  settings.gpg =
      values.last(own + "gpg-bin").value_or(values.first_of({"gpg.openpgp.program", "gpg.program"}).value_or("gpg"));
  settings.ssh_keygen =
      values.last(own + "ssh-keygen-bin").value_or(values.last("gpg.ssh.program").value_or("ssh-keygen"));
  settings.gnupg_home = values.first_of({"lorelei.attest.gnupghome", "b4.attestation-gnupghome"}).value_or("");
  return settings;
}

}  // namespace lorelei::attest
