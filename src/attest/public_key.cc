// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/public_key.hh"

#include "attest/ed25519.hh"
#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::uint64_t kMaxKeyFile = 64 << 10;

bool is_public(std::string_view text) { return text.starts_with("ssh-") || text.starts_with("sk-"); }

Result<std::string> of_seed_file(const std::string& path) {
  TRY(auto text, read_file(path, kMaxKeyFile));
  const auto seed = Ed25519Seed::parse(text, path);
  wipe(text);
  if (!seed) return tl::unexpected(seed.error());
  TRY(const auto key, seed->public_key());
  return to_text(key);
}

Result<std::string> of_openpgp(const Signer& signer) {
  RunOptions options;
  if (!signer.gnupg_home.empty()) options.process.environment.emplace_back("GNUPGHOME", signer.gnupg_home);
  TRY(const auto armour,
      output_of({signer.gpg, "--batch", "--export-options", "export-minimal", "--armor", "--export", "--", signer.key},
                options));
  if (!trim(armour).empty()) return armour;
  return err(Error::Kind::kNotFound, "export the public key of", signer.key, "gpg has none of that name",
             "gpg --list-keys");
}

// The key may be given itself, or the file of either half.
Result<std::string> of_openssh(const Signer& signer) {
  if (signer.key.starts_with("key::")) return signer.key.substr(5);
  if (is_public(signer.key)) return signer.key;
  for (const auto& path : {signer.key, signer.key + ".pub"})
    if (auto text = read_file(path, kMaxKeyFile)) {
      if (is_public(*text)) return std::string(trim(*text));
      wipe(*text);
    }
  TRY(const auto key, output_of({signer.ssh_keygen, "-y", "-f", signer.key}));
  return std::string(trim(key));
}

}  // namespace

Result<std::string> public_key_of(const Signer& signer) {
  switch (signer.algorithm) {
    case Algorithm::kEd25519:
      return of_seed_file(signer.key);
    case Algorithm::kOpenSsh:
      return of_openssh(signer);
    case Algorithm::kOpenPgp:
      break;
  }
  return of_openpgp(signer);
}

}  // namespace lorelei::attest
