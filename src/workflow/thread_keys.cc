// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thread_keys.hh"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "attest/key_file.hh"
#include "attest/verify.hh"
#include "base/json.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::workflow {

namespace {

using State = ThreadKey::State;
constexpr std::size_t kKeyIdDigits = 16;
constexpr std::size_t kLongFingerprint = 64;  // of OpenPGP's later versions

struct NamedSelector {
  attest::Algorithm algorithm;
  std::string identity, selector;
  bool is_taken = false;
};

// What the signatures of a mail say, in their order.
std::vector<NamedSelector> selectors_in(const mail::Entity& message, const PatchMail& mail) {
  std::vector<NamedSelector> selectors;
  for (const auto& value : message.header_raw(attest::kSignatureHeader)) {
    if (selectors.size() == attest::kMaxSignatures) break;
    const auto tags = attest::read_signature_header(value);
    // What else is wrong with a signature does not matter here.
    const auto name = tags ? std::string(attest::name_of(tags->algorithm)) : tags.error().algorithm;
    const auto algorithm = attest::algorithm_named(std::string_view(name).substr(0, name.find('-')));
    if (!algorithm) continue;
    const auto& identity = tags ? tags->identity : tags.error().identity;
    const auto& selector = tags ? tags->selector : tags.error().selector;
    selectors.push_back(
        {*algorithm, identity.empty() ? mail.sender.address : identity, selector.empty() ? "default" : selector});
  }
  return selectors;
}

// GnuPG makes its directory where there is none, which nobody asked for.
bool gnupg_has(const Env& env, const attest::Settings& settings, const std::string& fingerprint) {
  const auto named = env.variable("GNUPGHOME").value_or("");
  const auto home = !settings.gnupg_home.empty() ? settings.gnupg_home : named.empty() ? env.home() + "/.gnupg" : named;
  std::error_code failed;
  if (!fs::is_directory(home, failed)) return false;
  const auto finished = run_process({settings.gpg, "--batch", "--no-autostart", "--homedir", home, "--with-colons",
                                     "--list-keys", "0x" + fingerprint},
                                    {.cancelled = env.cancelled});
  return finished && finished->status == 0;
}

class Finder {
 public:
  Finder(const Env& env, const attest::Settings& settings)
      : env_(env), settings_(settings), keyring_(settings.sources, settings.signed_refs) {}

  Result<void> take(const PatchMail& mail) {
    const mail::Entity message(mail.raw);
    auto selectors = selectors_in(message, mail);
    std::size_t count = 0;
    for (const auto& value : message.header_raw(attest::kKeyHeader)) {
      if (count++ == attest::kMaxSignatures) break;
      const auto key = attest::read_key_header(value);
      if (!key) {
        found_.notes.push_back(fmt::format("{} of {}: {}", attest::kKeyHeader, mail.message_id, key.error().why));
        continue;
      }
      const auto selector = std::find_if(selectors.begin(), selectors.end(), [&](const NamedSelector& one) {
        return !one.is_taken && one.algorithm == key->algorithm && equal_ignore_case(one.identity, key->identity);
      });
      if (selector == selectors.end()) {
        found_.notes.push_back(
            fmt::format("the key of {} in {} comes with no signature", key->identity, mail.message_id));
        continue;
      }
      selector->is_taken = true;
      TRY_VOID(add(*key, selector->selector, mail.message_id));
    }
    return {};
  }
  ThreadKeys found() && { return std::move(found_); }

 private:
  Result<void> add(const attest::KeyHeader& key, const std::string& selector, const std::string& message_id) {
    for (auto& one : found_.keys)
      if (one.key.algorithm == key.algorithm && equal_ignore_case(one.key.identity, key.identity) &&
          one.selector == selector && one.key.key == key.key) {
        one.mails.push_back(message_id);
        return {};
      }
    ThreadKey one;
    one.key = key;
    one.selector = selector;
    one.mails.push_back(message_id);
    TRY_VOID(look_up(one));
    found_.keys.push_back(std::move(one));
    return {};
  }

  Result<void> look_up(ThreadKey& one) {
    const attest::KeyName name{one.key.algorithm, one.key.identity, one.selector};
    const auto path = attest::key_path(name);
    if (!path) {
      one.state = State::kUnusable;
      found_.notes.push_back(fmt::format("the key of {}: {}", one.key.identity, path.error().why));
      return {};
    }
    one.path = *path;
    one.place = env_.data_home() + "/b4/keyring/" + one.path;
    TRY(const auto known, keyring_.find(name));
    if (known) {
      const auto described = attest::describe_key(one.key.algorithm, known->content);
      one.state = described && described->fingerprint == one.key.key ? State::kKnown : State::kOther;
      one.source = known->source;
    } else if (one.key.algorithm == attest::Algorithm::kOpenPgp && gnupg_has(env_, settings_, one.key.key)) {
      one.state = State::kInGnupg;
    }
    return {};
  }

  const Env& env_;
  const attest::Settings& settings_;
  attest::Keyring keyring_;
  ThreadKeys found_;
};

std::string state_text(const ThreadKey& one) {
  switch (one.state) {
    case State::kKnown:
      return "known, " + one.source;
    case State::kOther:
      return "unknown: another key is " + one.source;
    case State::kInGnupg:
      return "in the default GnuPG keyring";
    case State::kUnusable:
      return "unusable: its identity or selector cannot be part of a path";
    case State::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string ThreadKey::key_id() const {
  if (key.algorithm != attest::Algorithm::kOpenPgp) return "";
  return key.key.size() == kLongFingerprint ? key.key.substr(0, kKeyIdDigits)
                                            : key.key.substr(key.key.size() - kKeyIdDigits);
}

std::string_view name_of(State state) {
  constexpr std::string_view kNames[] = {"unknown", "known", "gnupg", "other", "unusable"};
  return kNames[static_cast<std::size_t>(state)];
}

Result<ThreadKeys> keys_in(const Env& env, const attest::Settings& settings, const std::vector<PatchMail>& mails) {
  Finder finder(env, settings);
  for (const auto& mail : mails) TRY_VOID(finder.take(mail));
  return std::move(finder).found();
}

std::string text_of(const ThreadKey& one) {
  auto text = fmt::format("{}: ({})\n", printable(one.key.identity), printable(state_text(one)));
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:>11}: {}\n", name, printable(value));
  };
  line("keytype", attest::name_of(one.key.algorithm));
  line("keyid", one.key_id());
  line(one.key.algorithm == attest::Algorithm::kEd25519 ? "pubkey" : "fpr", one.key.key);
  line("krpath", one.path);
  line("fullpath", one.place.empty() ? "" : one.place);
  return text;
}

std::string json_of(const ThreadKey& one) {
  std::string text;
  JsonWriter json(text);
  const auto member = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) json.member(name, value);
  };
  json.begin_object();
  json.member("identity", one.key.identity);
  json.member("state", name_of(one.state));
  member("source", one.source);
  json.member("algorithm", attest::name_of(one.key.algorithm));
  json.member("selector", one.selector);
  member("keyid", one.key_id());
  json.member(one.key.algorithm == attest::Algorithm::kEd25519 ? "pubkey" : "fingerprint", one.key.key);
  member("path", one.path);
  member("place", one.place);
  json.key("mails");
  json.begin_array();
  for (const auto& mail : one.mails) json.value(mail);
  json.end_array();
  json.end_object();
  return text + "\n";
}

}  // namespace lorelei::workflow
