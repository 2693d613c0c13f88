// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei keyring add, add-dkim, list, show, export, audit: who signs with which key, and who said so.
#include <fmt/core.h>

#include "attest/dkim_key_cache.hh"
#include "attest/key_file.hh"
#include "attest/keyring_list.hh"
#include "attest/keyring_ref.hh"
#include "attest/settings.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

namespace {

void add_ref_rows(std::vector<Option>& rows, attest::KeyringRef& keyring) {
  rows.push_back(
      {"--repository", "DIR", "of this repository; unless given, of the current directory's", &keyring.repository});
  rows.push_back({"--ref", "REF", "the ref that keys are kept in; refs/meta/keyring unless given", &keyring.ref});
  rows.push_back({"--dir", "SUBDIR", "the directory of it; its root unless given", &keyring.directory});
}

// Without a file, what standard input holds.
Result<std::string> key_content(const Args& args) {
  if (args.operands().size() > 1) return read_file(args.operand(1), attest::kMaxKeyFile);
  return read_all(0, "standard input", attest::kMaxKeyFile);
}

std::string day(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

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
Result<std::vector<attest::KeyringSource>> sources_of(const Env& env, const std::string& section,
                                                      const std::vector<std::string>& keyrings) {
  if (keyrings.empty()) {
    TRY(auto settings, attest::Settings::load(env, section));
    return std::move(settings.sources);
  }
  std::vector<attest::KeyringSource> sources;
  for (const auto& text : keyrings) {
    TRY(auto source, attest::parse_keyring_source(env, text));
    sources.push_back(std::move(source));
  }
  return sources;
}

constexpr const char* kChanges[] = {"added", "replaced", "removed"};  // in the order of KeyChange::Kind

const char* told_signature(char signature) {
  switch (signature) {
    case 'G':
      return "signed";
    case 'U':
      return "signed, by a key that is not marked as trusted";
    case 'N':
      return "not signed";
    case 'E':
      return "signed, by a key that is not at hand";
    case 'B':
      return "BAD SIGNATURE";
    default:
      return "signed, by a key that has expired or was revoked";
  }
}

}  // namespace

static int keyring_add(Env& env, Args& args) {
  attest::KeyringRef keyring;
  attest::KeyName name;
  std::string kind;
  bool replace = false;
  std::vector<Option> rows = {
      {"--selector", "NAME", "which of somebody's keys it is; default unless given", &name.selector},
      {"--replace", "", "take the place of another key of that name", &replace},
  };
  add_ref_rows(rows, keyring);
  if (const auto done = args.parse(std::move(rows))) return *done;
  name.identity = args.operand(0);
  if (name.identity.find_first_of(" \t<>\"") != std::string::npos)
    return args.fail(
        {Error::Kind::kUsage, "add the key of", name.identity, "an address alone is needed", "NAME@DOMAIN", "", 0});
  const auto content = key_content(args);
  if (!content) return args.fail(content.error());
  const auto algorithm = attest::algorithm_of_key(*content);
  if (!algorithm)
    return args.fail({Error::Kind::kUsage, "add the key of", name.identity, "this is no public key that we know",
                      "ed25519 of lorelei genkey, a line of an SSH key, gpg --export --armor", "", 0});
  name.algorithm = *algorithm;
  const auto added = attest::add_key(keyring, name, *content, replace ? attest::Replace::kYes : attest::Replace::kNo);
  if (!added) return args.fail(added.error());
  print(env, fmt::format("{} {}\n", added->commit, printable(added->path)));
  if (added->is_default) args.remark("it is also the default key of " + printable(name.identity));
  return 0;
}

static int keyring_add_dkim(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto text = args.operand(0) == "-" ? read_all(0, "standard input", attest::kMaxKeyImport)
                                           : read_file(args.operand(0), attest::kMaxKeyImport);
  if (!text) return args.fail(text.error());
  auto cache = attest::DkimKeyCache::open(attest::dkim_key_cache_path(env));
  if (!cache) return args.fail(cache.error());
  const auto count = cache->import(*text, env.now());
  if (!count) return args.fail(count.error());
  args.remark(fmt::format("{} keys", *count));
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
  const auto sources = sources_of(env, options.section, keyrings);
  if (!sources) return args.fail(sources.error());
  const auto keys = attest::list_keys(*sources, args.operands().empty() ? "" : args.operand(0));
  if (!keys) return args.fail(keys.error());
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
  attest::Keyring keyring(*sources);
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

static int keyring_export(Env&, Args& args) {
  attest::KeyringRef keyring;
  std::vector<Option> rows;
  add_ref_rows(rows, keyring);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto count = attest::export_keys(keyring, args.operand(0));
  if (!count) return args.fail(count.error());
  args.remark(fmt::format("{} files written to {}", *count, printable(args.operand(0))));
  return 0;
}

static int keyring_audit(Env& env, Args& args) {
  attest::KeyringRef keyring;
  bool as_json = false;
  std::vector<Option> rows = {{"--json", "", "an object a line", &as_json}};
  add_ref_rows(rows, keyring);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto changes = attest::key_history(keyring);
  if (!changes) return args.fail(changes.error());
  std::string text;
  for (const auto& change : *changes) {
    const auto* kind = kChanges[static_cast<std::size_t>(change.kind)];
    if (!as_json) {
      text += fmt::format("{} {} {} {}\n    {}, {}{}\n", day(change.time), kind, printable(change.path),
                          change.commit.substr(0, 12), printable(change.author), told_signature(change.signature),
                          change.signer.empty() ? "" : " by " + printable(change.signer));
      continue;
    }
    JsonWriter json(text);
    json.begin_object();
    json.member("path", change.path);
    json.member("change", kind);
    json.member("commit", change.commit);
    json.member("time", change.time);
    json.member("author", change.author);
    json.member("signature", std::string(1, change.signature));
    if (!change.signer.empty()) json.member("signer", change.signer);
    json.end_object();
    text += '\n';
  }
  print(env, text);
  return 0;
}

extern const Command kKeyringAdd = {
    .verb = "keyring add",
    .operands = "IDENTITY [FILE]",
    .help = "put somebody's public key into a keyring in git",
    .description =
        "The key becomes a file in a commit on top of refs/meta/keyring, without touching a work tree; the commit is "
        "signed if commit.gpgSign says so. What kind of key it is, is seen. The first key of somebody is their default "
        "one too. Without FILE the key is read from standard input.",
    .examples = {{"lorelei keyring add joe@example.org joe.pub", "a key that joe made with genkey"},
                 {"gpg --export --armor KEYID | lorelei keyring add joe@example.org", "an OpenPGP key"},
                 {"lorelei keyring add --selector 2026 --replace joe@example.org new.pub", "in the place of another"}},
    .run = keyring_add,
};

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

extern const Command kKeyringExport = {
    .verb = "keyring export",
    .operands = "DIRECTORY",
    .help = "write the keys of a keyring in git to a directory",
    .description = "DIRECTORY is new or empty. It is a keyring too: --keyring DIRECTORY.",
    .examples = {{"lorelei keyring export ~/keys", "for a tool that reads directories"},
                 {"lorelei keyring export --ref HEAD --dir .keys ~/keys", "of a directory of a branch"}},
    .run = keyring_export,
};

extern const Command kKeyringAudit = {
    .verb = "keyring audit",
    .operands = "",
    .help = "say who put which key into a keyring in git, and when",
    .description =
        "Every change of a key, the oldest first: when, the commit, its author, and whether the commit is signed and "
        "by whom, as git judges it.",
    .examples = {{"lorelei -C ~/linux keyring audit", "of refs/meta/keyring"},
                 {"lorelei keyring audit --ref master --dir .keys", "of a directory of a branch"},
                 {"lorelei keyring audit --json", "for scripts"}},
    .run = keyring_audit,
};

}  // namespace lorelei::cmd
