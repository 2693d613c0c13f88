// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei keyring add, remove, export, audit: a keyring in git, and who put which key into it.
#include <fmt/core.h>

#include "attest/key_file.hh"
#include "attest/keyring_list.hh"
#include "attest/keyring_ref.hh"
#include "attest/settings.hh"
#include "base/files.hh"
#include "base/json.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
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

constexpr const char* kChanges[] = {"added", "replaced", "removed"};  // in the order of KeyChange::Kind

// Where refs must be signed: why the keys do not count now, or count without having been signed one by one.
std::optional<std::string> doubt_about(const Env& env, const attest::KeyringRef& keyring,
                                       const attest::KeyAdded& added) {
  const auto settings = attest::Settings::load(env, "");
  if (!settings || settings->signed_refs == attest::Keyring::SignedRefs::kNotNeeded) return std::nullopt;
  const auto is_signed = [&](const std::string& commit) {
    return attest::verify_ref(keyring.ref, added.git_directory, commit).has_value();
  };
  if (!is_signed(added.commit))
    return "git does not take the signature of this commit, so no key of the ref counts; with git config "
           "commit.gpgSign "
           "true, the next one is signed";
  if (!added.parent.empty() && !is_signed(added.parent))
    return "the commit before was not signed, and this one vouches for all keys that it had: lorelei keyring audit";
  return std::nullopt;
}

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
  if (const auto doubt = doubt_about(env, keyring, *added)) args.tell(*doubt);
  if (added->is_default) args.remark("it is also the default key of " + printable(name.identity));
  return 0;
}

static int keyring_remove(Env& env, Args& args) {
  attest::KeyringRef keyring;
  std::string selector;
  std::vector<Option> rows = {{"--selector", "NAME", "this key of theirs only", &selector}};
  add_ref_rows(rows, keyring);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto removed = attest::remove_keys(keyring, args.operand(0), selector);
  if (!removed) return args.fail(removed.error());
  for (const auto& path : removed->paths) print(env, fmt::format("{} {}\n", removed->commit, printable(path)));
  return 0;
}

static int keyring_export(Env& env, Args& args) {
  attest::KeyringRef keyring;
  std::vector<Option> rows;
  add_ref_rows(rows, keyring);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto settings = attest::Settings::load(env, "");
  if (!settings) return args.fail(settings.error());
  const auto count = attest::export_keys(keyring, args.operand(0), settings->signed_refs);
  if (!count) return args.fail(count.error());
  args.remark(fmt::format("{} written to {}", plural(*count, "file"), printable(args.operand(0))));
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
      text += fmt::format("{} {} {} {}\n    {}, {}{}\n", utc_day(change.time), kind, printable(change.path),
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
        "signed if commit.gpgSign says so. A branch that is checked out is refused: commit there. What kind of key it "
        "is, is seen. The first key of somebody is their default "
        "one too. Without FILE the key is read from standard input.",
    .examples = {{"lorelei keyring add joe@example.org joe.pub", "the key of signatures that name no selector"},
                 {"gpg --export --armor KEYID | lorelei keyring add joe@example.org", "an OpenPGP key"},
                 {"lorelei keyring add --selector 20261128 joe@example.org joe.pub",
                  "a key that joe made with genkey"}},
    .run = keyring_add,
};

extern const Command kKeyringRemove = {
    .verb = "keyring remove",
    .operands = "IDENTITY",
    .help = "take somebody's keys out of a keyring in git",
    .description =
        "One commit on top of refs/meta/keyring removes the keys, and what names them too: a default, a path by hash. "
        "They stay in its history, where keyring audit shows them. Signatures made with them have no key from then on.",
    .examples = {{"lorelei keyring remove --selector 20261128 joe@example.org", "a key that was lost"},
                 {"lorelei keyring remove joe@example.org", "all that joe has"}},
    .run = keyring_remove,
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
