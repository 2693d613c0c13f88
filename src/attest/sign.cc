// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/sign.hh"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "attest/ed25519.hh"
#include "attest/sshsig.hh"
#include "base/files.hh"
#include "base/process.hh"
#include "base/sha256.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;
constexpr auto kDoing = "sign";

bool has_header(const Canonical& content, std::string_view name) { return content.find(name) != nullptr; }

// What h= lists.
Result<std::vector<std::string>> names_to_sign(const Canonical& content, Manner manner) {
  std::vector<std::string> names;
  for (const auto* name : {"from", "subject", "message-id"}) {
    const bool is_optional = std::string_view(name) == "message-id";
    if (!has_header(content, name)) {
      if (is_optional) continue;
      return err(Kind::kCorrupt, kDoing, "the message", fmt::format("it has no {}", name));
    }
    names.insert(names.end(), manner == Manner::kOurs ? 2 : 1, name);
  }
  return names;
}

struct Made {
  std::string object;
  std::string key;  // as X-Developer-Key shows it: "pk=..." or "fpr=..."
};

// The key may be given itself, as git has it: its private half is then the agent's.
Result<std::string> sign_by_ssh(const Env& env, const Signer& signer, const Sha256Digest& digest) {
  SshSigner ssh;
  ssh.program = signer.ssh_keygen;
  if (!signer.key.starts_with("key::") && !signer.key.starts_with("ssh-")) {
    ssh.key = signer.key;
    return sign_sshsig(env, ssh, digest);
  }
  TRY(const auto place, TempDir::create(fs::temp_directory_path(), "lorelei-sign-"));
  ssh.key = place.path() / "key.pub";
  TRY_VOID(create_file(ssh.key, signer.key.substr(signer.key.starts_with("key::") ? 5 : 0) + "\n", Sync::kNo));
  return sign_sshsig(env, ssh, digest);
}

// Of the primary key, whichever of its subkeys signed: that is what keyrings and people know.
Result<std::string> primary_fingerprint(const Signer& signer) {
  RunOptions options;
  if (!signer.gnupg_home.empty()) options.process.environment.emplace_back("GNUPGHOME", signer.gnupg_home);
  TRY(const auto said,
      output_of({signer.gpg, "--batch", "--no-auto-check-trustdb", "--with-colons", "--fingerprint", "--", signer.key},
                options));
  bool is_primary = false;
  for (const auto line : split(said, '\n')) {
    const auto fields = split(line, ':');
    if (fields[0] == "pub") is_primary = true;
    if (fields[0] == "fpr" && is_primary && fields.size() > 9) return std::string(fields[9]);
  }
  return err(Kind::kNotFound, "find the fingerprint of", signer.key, "gpg does not say it", "gpg --list-keys");
}

Result<Made> make_object(const Env& env, const Signer& signer, const Sha256Digest& digest) {
  switch (signer.algorithm) {
    case Algorithm::kEd25519: {
      TRY(auto text, read_file(signer.key, kMaxKeyFile));
      const auto seed = Ed25519Seed::parse(text, signer.key);
      wipe(text);
      if (!seed) return tl::unexpected(seed.error());
      TRY(auto object, seed->sign(digest));
      TRY(const auto public_key, seed->public_key());
      return Made{std::move(object), "pk=" + to_text(public_key)};
    }
    case Algorithm::kOpenSsh: {
      TRY(auto object, sign_by_ssh(env, signer, digest));
      TRY(const auto key, key_of_sshsig(object));
      return Made{std::move(object), "fpr=" + ssh_fingerprint(key.blob)};
    }
    case Algorithm::kOpenPgp:
      break;
  }
  TRY(auto object, sign_openpgp(env, {signer.gpg, signer.gnupg_home}, signer.key, digest));
  TRY(const auto fingerprint, primary_fingerprint(signer));
  return Made{std::move(object), "fpr=" + fingerprint};
}

// The text that is hashed for the signature header, and what the header begins with.
std::string tags_of(const Signer& signer, const Canonical& content, const std::vector<std::string>& names,
                    std::int64_t now) {
  const auto hash = sha256(content.body);
  auto tags = fmt::format("v=1; a={}-sha256; ", name_of(signer.algorithm));
  if (signer.algorithm != Algorithm::kOpenPgp) tags += fmt::format("t={}; ", now);
  tags += fmt::format("l={}; i={}; ", content.body.size(), signer.identity);
  if (!signer.selector.empty()) tags += fmt::format("s={}; ", signer.selector);
  return tags + fmt::format("h={}; bh={}; b=", join(names, ":"),
                            base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
}

bool is_clean(std::string_view tag_value) {
  return std::all_of(tag_value.begin(), tag_value.end(), [](char c) { return c > ' ' && c < 127 && c != ';'; });
}

Result<std::string> ed25519_key_file(const Env& env, const std::string& name) {
  std::vector<std::string> places;
  if (name.starts_with('/'))
    places.push_back(name);
  else
    places.push_back(patatt_directory(env) + "/private/" + name + ".key");
  // patatt looks there last.
  if (!name.starts_with('/'))
    if (const auto top = git::run_git("", {"rev-parse", "--absolute-git-dir"}, "find", "the repository"); top)
      places.push_back(fmt::format("{}/{}.key", trim(*top), name));
  for (const auto& place : places) {
    struct stat status {};
    if (stat(place.c_str(), &status) < 0) continue;
    if (status.st_mode & 077)
      return err(Kind::kRefused, "use the private key", place, "others may read it", "chmod 600 " + place);
    return place;
  }
  return err(Kind::kNotFound, "find the private key", name, "it is not at " + places.front(), "lorelei genkey");
}

}  // namespace

Result<Signer> signer_of(const Env& env, const Settings& settings) {
  Signer signer;
  signer.identity = settings.identity;
  signer.selector = settings.selector;
  signer.gpg = settings.gpg;
  signer.gnupg_home = settings.gnupg_home;
  signer.ssh_keygen = settings.ssh_keygen;
  auto signing_key = settings.signing_key;
  if (signing_key.empty() && !settings.default_key_command.empty()) {
    // As git does: the first line that names a key.
    TRY(const auto said, output_of({"sh", "-c", settings.default_key_command}));
    for (const auto line : split(said, '\n'))
      if (signing_key.empty() && (line.starts_with("key::") || line.starts_with("ssh-")))
        signing_key = "openssh:" + std::string(line);
  }
  if (signing_key.empty())
    return err(Kind::kUsage, kDoing, "", "patatt.signingkey is not set",
               "git config --global patatt.signingkey ed25519:NAME, of a key that lorelei genkey has made");
  if (!is_clean(signer.identity) || !is_clean(signer.selector))
    return err(Kind::kUsage, kDoing, signer.identity,
               "the identity or the selector has a byte that a header cannot hold");
  const auto colon = signing_key.find(':');
  const auto algorithm = algorithm_named(signing_key.substr(0, colon));
  if (!algorithm || colon == std::string::npos)
    return err(Kind::kUsage, kDoing, signing_key, "the kind of key is unknown",
               "ed25519:NAME, openpgp:KEYID or openssh:PATH");
  signer.algorithm = *algorithm;
  signer.key = signing_key.substr(colon + 1);
  if (*algorithm == Algorithm::kEd25519) {
    TRY(signer.key, ed25519_key_file(env, signer.key));
  } else if (*algorithm == Algorithm::kOpenSsh && !signer.key.starts_with("key::") && !signer.key.starts_with("ssh-")) {
    TRY(const auto path, parse_keyring_source(env, signer.key));
    signer.key = path.directory;
  }
  return signer;
}

Result<std::string> sign(const Env& env, std::string_view message, const Signer& signer, Manner manner) {
  TRY(const auto parts, split_raw(message));
  std::string header;
  for (const auto one : parts.headers) {
    const auto name = trim(name_of_header(one));
    if (!equal_ignore_case(name, kSignatureHeader) && !equal_ignore_case(name, kKeyHeader)) header += one;
  }
  const auto rest = std::string(parts.terminator) + std::string(parts.body);
  TRY(const auto content, canonicalise(header + rest));
  if (manner != Manner::kPatatt && !content.doubt.empty())
    return err(Kind::kRefused, kDoing, "the message", content.doubt,
               "write it so that there is one way to read it; a signature over this would hold for none");
  auto as = signer;
  if (as.identity.empty()) as.identity = content.email;
  TRY(const auto names, names_to_sign(content, manner));
  const auto tags = tags_of(as, content, names, env.now());
  Sha256 hash;
  hash.update(content.hashed_headers(names));
  hash.update(to_lower(kSignatureHeader) + ':' + tags);
  TRY(const auto made, make_object(env, as, hash.digest()));
  const std::string line_end = parts.terminator.ends_with("\r\n") ? "\r\n" : "\n";
  header += folded(kSignatureHeader, tags + in_chunks(base64(made.object)), line_end) + line_end;
  header += folded(kKeyHeader, fmt::format("i={}; a={}; {}", as.identity, name_of(as.algorithm), made.key), line_end) +
            line_end;
  return header + rest;
}

}  // namespace lorelei::attest
