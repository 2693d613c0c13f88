// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/commit_signer.hh"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;

constexpr const char* kDoing = "sign the commit with";
constexpr const char* kNext = "git config commit.gpgSign false, to leave it unsigned";

struct Signer {
  std::string format, program, key;
  fs::path top;
};

std::string text_of(const Config& config, const std::string& key, const std::string& otherwise) {
  const auto* entry = config.find(key);
  return entry && entry->value && !entry->value->empty() ? *entry->value : otherwise;
}

tl::unexpected<Error> failed(const Signer& signer, std::string_view complaint) {
  const auto last = trim_end(complaint).substr(trim_end(complaint).rfind('\n') + 1);
  return err(Kind::kFailed, kDoing, signer.program + " " + signer.key.substr(0, 200),
             last.empty() ? "it made no signature" : printable(last.substr(0, 500)), kNext);
}

// It may talk to the user: a passphrase, a card, a key to be touched.
Result<Finished> run(const Argv& argv, const fs::path& top) {
  auto options = git_options_for_user();
  options.directory = top;
  TRY(auto process, Process::start(argv, {Stream::kInherit, Stream::kPipe, Stream::kKeep}, options));
  Finished done;
  for (;;) {
    TRY(const auto more, process.read_some());
    if (more.empty()) break;
    done.out += more;
    if (done.out.size() > kMaxSmallFile)
      return err(Kind::kTooLarge, kDoing, argv.front(), "it does not stop talking", kNext);
  }
  TRY(done.status, process.wait());
  done.err = process.complaint();
  return done;
}

// As git asks gpg and gpgsm: what the status says counts, for they end with 0 in other cases, too.
Result<std::string> signed_by_gpg(const Signer& signer, const std::string& bytes) {
  RunOptions how;
  how.process = git_options_for_user();
  how.process.directory = signer.top;
  how.input = bytes;
  TRY(const auto done, run_process({signer.program, "--status-fd=2", "-bsau", signer.key}, how));
  const bool is_made =
      done.err.starts_with("[GNUPG:] SIG_CREATED ") || done.err.find("\n[GNUPG:] SIG_CREATED ") != std::string::npos;
  if (done.status == 0 && is_made && !done.out.empty()) return done.out;
  std::string complaint;
  for (const auto line : split(done.err, '\n'))
    if (!line.starts_with("[GNUPG:]") && !trim(line).empty()) complaint = line;
  return failed(signer, complaint);
}

bool is_public_key(std::string_view key) { return key.starts_with("ssh-") || key.starts_with("key::"); }

Result<std::string> signed_by_ssh(const Env& env, const Signer& signer, const std::string& bytes) {
  TRY(const auto scratch, TempDir::create(fs::temp_directory_path(), "lorelei-sign-"));
  const auto payload = scratch.path() / "commit";
  TRY_VOID(create_file(payload, bytes, Sync::kNo));
  Argv argv = {signer.program, "-Y", "sign", "-n", "git", "-f"};
  if (is_public_key(signer.key)) {
    const auto key = scratch.path() / "key";
    TRY_VOID(create_file(key, signer.key.substr(signer.key.starts_with("key::") ? 5 : 0) + "\n", Sync::kNo));
    argv.insert(argv.end(), {key.string(), "-U"});
  } else {
    argv.push_back(signer.key.starts_with("~/") ? env.home() + signer.key.substr(1) : signer.key);
  }
  argv.push_back(payload.string());
  TRY(const auto done, run(argv, signer.top));
  if (done.status != 0) return failed(signer, done.err);
  TRY(auto signature, read_file(payload.string() + ".sig"));
  signature.erase(std::remove(signature.begin(), signature.end(), '\r'), signature.end());
  return signature;
}

// The first key that gpg.ssh.defaultKeyCommand prints, as git has it.
Result<std::string> default_ssh_key(const Config& config, const fs::path& top) {
  const auto command = text_of(config, "gpg.ssh.defaultkeycommand", "");
  if (command.empty())
    return err(Kind::kUsage, "sign the commit", "", "user.signingKey names no key of ssh",
               "git config user.signingKey ~/.ssh/id_ed25519.pub");
  TRY(const auto done, run({"sh", "-c", command}, top));
  const auto line = std::string(trim(done.out.substr(0, done.out.find('\n'))));
  if (done.status != 0 || !is_public_key(line))
    return err(Kind::kFailed, "ask for the key of ssh", command, "it printed no public key",
               "git config user.signingKey");
  return line;
}

Result<Signer> signer_of(const Config& config, const fs::path& top, const std::string& committer) {
  Signer signer;
  signer.format = text_of(config, "gpg.format", "openpgp");
  signer.key = text_of(config, "user.signingkey", "");
  signer.top = top;
  if (signer.format == "ssh") {
    signer.program = text_of(config, "gpg.ssh.program", "ssh-keygen");
    if (signer.key.empty()) {
      TRY(signer.key, default_ssh_key(config, top));
    }
    return signer;
  }
  if (signer.format == "openpgp")
    signer.program = text_of(config, "gpg.openpgp.program", text_of(config, "gpg.program", "gpg"));
  else if (signer.format == "x509")
    signer.program = text_of(config, "gpg.x509.program", "gpgsm");
  else
    return err(Kind::kUsage, "sign the commit", "gpg.format = " + signer.format, "it is none of openpgp, x509 and ssh",
               "git config gpg.format openpgp");
  if (signer.key.empty())
    signer.key = std::string(name_in_ident(committer)) + " <" + std::string(address_in_ident(committer)) + ">";
  return signer;
}

}  // namespace

Result<std::string> signed_bytes(const CommitText& commit, const SignCommit& sign) {
  auto bytes = commit.bytes();
  if (!sign) return bytes;
  TRY(const auto signature, sign(bytes));
  return commit.bytes_with(signature);
}

Result<SignCommit> commit_signer(const Env& env, const Config& config, const fs::path& top,
                                 const std::string& committer) {
  const auto* wanted = config.find("commit.gpgsign");
  if (!wanted) return SignCommit();
  TRY(const bool is_wanted, as_bool(*wanted));
  if (!is_wanted) return SignCommit();
  // Who signs with what is found out when there is something to be signed.
  const auto signer = std::make_shared<std::optional<Signer>>();
  return SignCommit([&env, &config, top, committer, signer](const std::string& bytes) -> Result<std::string> {
    if (!*signer) {
      TRY(*signer, signer_of(config, top, committer));
    }
    return (*signer)->format == "ssh" ? signed_by_ssh(env, **signer, bytes) : signed_by_gpg(**signer, bytes);
  });
}

}  // namespace lorelei::git
