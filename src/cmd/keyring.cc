// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei keyring list, show, add-dkim: the keys that signatures are checked by.
#include <fmt/core.h>

#include "attest/dkim_key_cache.hh"
#include "attest/key_file.hh"
#include "attest/keyring_list.hh"
#include "attest/settings.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/json.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

namespace {

std::string line_of(const attest::ListedKey& key) {
  const auto what = key.problem.empty() ? key.fingerprint : "unusable: " + key.problem;
  return fmt::format("{} {} {} {}\n", printable(key.name ? key.name->identity : key.path),
                     printable(key.name ? key.name->selector : "-"), key.kind.empty() ? "-" : key.kind,
                     printable(what));
}

void append_json(std::string& text, const attest::ListedKey& key) {
  JsonWriter json(text);
  json.begin_object();
  json.member("path", key.path);
  json.member("source", key.source);
  if (key.name) {
    json.member("identity", key.name->identity);
    json.member("selector", key.name->selector);
    json.member("algorithm", attest::name_of(key.name->algorithm));
  }
  if (!key.fingerprint.empty()) json.member("fingerprint", key.fingerprint);
  if (!key.problem.empty()) json.member("problem", key.problem);
  json.end_object();
  text += '\n';
}

// The sources of the command line, else those of the configuration.
struct Sources {
  std::vector<attest::KeyringSource> all;
  attest::Keyring::SignedRefs signed_refs;
  std::vector<std::string> absent;  // of those that somebody configured: why
};
Result<Sources> sources_of(const Env& env, const std::string& section, const std::vector<std::string>& keyrings) {
  TRY(auto settings, attest::Settings::load(env, section));
  Sources sources{{}, settings.signed_refs, {}};
  for (const auto& text : keyrings) {
    TRY(auto source, attest::parse_keyring_source(env, text));
    TRY_VOID(attest::must_exist(source));
    sources.all.push_back(std::move(source));
  }
  if (keyrings.empty()) sources.all = std::move(settings.sources);
  for (const auto& source : sources.all)
    if (source.is_configured)
      if (const auto there = attest::must_exist(source); !there)
        sources.absent.push_back(printable(source.text) + ": " + there.error().why);
  return sources;
}

}  // namespace

static int keyring_add_dkim(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto text = args.operand(0) == "-" ? read_all(0, "standard input", attest::kMaxKeyImport)
                                           : read_file(args.operand(0), attest::kMaxKeyImport);
  if (!text) return args.fail(text.error());
  auto cache = attest::DkimKeyCache::open(attest::dkim_key_cache_path(env));
  if (!cache) return args.fail(cache.error());
  const auto imported = cache->import(*text, env.now());
  if (!imported) return args.fail(imported.error());
  args.remark(fmt::format("{}, {} of them new", plural(imported->lines, "key"), imported->fresh));
  return 0;
}

static int keyring_list(Env& env, Args& args) {
  AttestOptions options;
  std::vector<std::string> keyrings;
  bool as_json = false;
  std::vector<Option> rows = {{"--keyring", "SOURCE", "this one only: a directory, or ref:REPO:REF:DIR", &keyrings},
                              {"--json", "", "an object a line", &as_json}};
  add_attest_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const std::string identity = args.operands().empty() ? "" : args.operand(0);
  const auto sources = sources_of(env, options.section, keyrings);
  if (!sources) return args.fail(sources.error());
  const auto keys = attest::list_keys(sources->all, identity, sources->signed_refs);
  if (!keys) return args.fail(keys.error());
  for (const auto& one : sources->absent) args.tell("# " + one);
  if (keys->empty() && !identity.empty())
    return args.fail(
        {Error::Kind::kNotFound, "list the keys of", identity, "no keyring has one", "lorelei keyring list", "", 0});
  std::string text;
  const std::string* source = nullptr;
  bool has_problem = false;
  for (const auto& key : *keys) {
    has_problem |= !key.problem.empty();
    if (as_json) {
      append_json(text, key);
      continue;
    }
    if (!source || *source != key.source) text += "# " + printable(key.source) + "\n";
    source = &key.source;
    text += line_of(key);
  }
  print(env, text);
  return has_problem ? static_cast<int>(ExitCode::kIncomplete) : 0;
}

static int keyring_show(Env& env, Args& args) {
  AttestOptions options;
  attest::KeyName name;
  std::string algorithm;
  std::vector<std::string> keyrings;
  std::vector<Option> rows = {
      {"--selector", "NAME", "which of somebody's keys; default unless given", &name.selector},
      {"--algorithm", "ed25519|openpgp|openssh", "of this algorithm; the first there is unless given",
       Target::choice([&](std::size_t i) { algorithm = attest::name_of(static_cast<attest::Algorithm>(i)); })},
      {"--keyring", "SOURCE", "look here only", &keyrings}};
  add_attest_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto sources = sources_of(env, options.section, keyrings);
  if (!sources) return args.fail(sources.error());
  attest::Keyring keyring(sources->all, sources->signed_refs);
  name.identity = args.operand(0);
  for (const auto one : {attest::Algorithm::kEd25519, attest::Algorithm::kOpenPgp, attest::Algorithm::kOpenSsh}) {
    if (!algorithm.empty() && algorithm != attest::name_of(one)) continue;
    name.algorithm = one;
    const auto found = keyring.find(name);
    if (!found) return args.fail(found.error());
    if (!*found) continue;
    const auto described = attest::describe_key(one, (*found)->content);
    if (!described) return args.fail(described.error());
    args.remark(fmt::format("# {} {} from {}", described->kind, described->fingerprint, printable((*found)->source)));
    print(env, (*found)->content + ((*found)->content.ends_with('\n') ? "" : "\n"));
    return 0;
  }
  return args.fail(
      {Error::Kind::kNotFound, "show the key of", name.identity, "no keyring has one", "lorelei keyring list", "", 0});
}

extern const Command kKeyringAddDkim = {
    .verb = "keyring add-dkim",
    .operands = "FILE",
    .help = "remember DKIM keys, for mail whose domains took them away",
    .description =
        "Each line of FILE is the name of a record (SELECTOR._domainkey.DOMAIN), a tab, and its text; lines from # on "
        "do "
        "not count. They stay beside the keys that were seen in the DNS; validate --dkim tries all that fit the time "
        "at "
        "which a mail arrived.",
    .examples = {{"lorelei keyring add-dkim keys.txt", "of a collection"},
                 {"lorelei keyring add-dkim - <keys.txt", "from a pipe"}},
    .run = keyring_add_dkim,
};

extern const Command kKeyringList = {
    .verb = "keyring list",
    .operands = "[IDENTITY]",
    .help = "list the keys that signatures are checked by",
    .description =
        "Identity, selector, kind and fingerprint of each key, source by source in the order in which they are asked. "
        "Keys that cannot be used are named with the reason, and the exit status is 4.",
    .examples = {{"lorelei -C ~/linux keyring list", "all that count for a repository"},
                 {"lorelei keyring list joe@example.org", "of one person"},
                 {"lorelei keyring list --keyring ref:::.keys", "of one source"}},
    .run = keyring_list,
};

extern const Command kKeyringShow = {
    .verb = "keyring show",
    .operands = "IDENTITY",
    .help = "print the key that signatures of somebody are checked by",
    .description = "The first that the sources have, and, on standard error, its fingerprint and where it is from.",
    .examples = {{"lorelei keyring show joe@example.org", "the default key"},
                 {"lorelei keyring show --selector 2026 joe@example.org", "another one"},
                 {"lorelei keyring show joe@example.org | gpg --import", "an OpenPGP key into a GnuPG keyring"}},
    .run = keyring_show,
};

}  // namespace lorelei::cmd
