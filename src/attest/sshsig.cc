// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/sshsig.hh"

#include <array>
#include <chrono>

#include "attest/ssh_signature.hh"
#include "base/process.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::string_view kMagic = "SSHSIG";
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr auto kPatience = std::chrono::minutes(10);  // somebody looks for a token, or types a passphrase

struct Parts {
  std::uint32_t version = 0;
  std::string_view key, name_space, reserved, hash, signature;
};

std::optional<Parts> parts_of(std::string_view blob) {
  SshReader reader(blob);
  if (blob.size() > kMaxSshsig || reader.take(kMagic.size()) != kMagic) return std::nullopt;
  const auto version = reader.number();
  const auto key = reader.string(), name_space = reader.string(), reserved = reader.string(), hash = reader.string(),
             signature = reader.string();
  if (!signature || !reader.at_end()) return std::nullopt;
  return Parts{*version, *key, *name_space, *reserved, *hash, *signature};
}

std::string signed_bytes(const Parts& parts, std::string_view hashed) {
  std::string bytes(kMagic);
  append_ssh_string(bytes, parts.name_space);
  append_ssh_string(bytes, parts.reserved);
  append_ssh_string(bytes, parts.hash);
  append_ssh_string(bytes, hashed);
  return bytes;
}

// Why it cannot be a signature of this key for this purpose; empty if it can.
std::string contradiction(const Parts& parts, std::string_view key_blob, std::string_view name_space) {
  if (parts.version != 1) return fmt::format("the signature is of version {}", parts.version);
  if (parts.name_space != name_space) return fmt::format("it was signed for '{}'", printable(parts.name_space));
  if (!parts.reserved.empty()) return "the reserved part of the signature is not empty";
  if (parts.hash != "sha256" && parts.hash != "sha512")
    return fmt::format("the digest was signed by its {}", printable(parts.hash));
  if (parts.key != key_blob) return "it was made with another key: " + ssh_fingerprint(parts.key);
  return {};
}

std::string without_white_space(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (!is_space(c)) out += c;
  return out;
}

Judgement judged(Outcome outcome, std::string reason) { return {.outcome = outcome, .reason = std::move(reason)}; }

}  // namespace

Judgement judge_sshsig(std::string_view blob, const Sha256Digest& digest, std::string_view key_line,
                       std::string_view name_space) {
  const auto key = parse_ssh_public_key(key_line, {});
  if (!key) return judged(Outcome::kFailed, "the key file cannot be used: " + key.error().why);
  const auto parts = parts_of(blob);
  if (!parts) return judged(Outcome::kMalformed, "the signature is not one that ssh-keygen makes");
  auto judgement = [&] {
    if (auto why = contradiction(*parts, key->blob, name_space); !why.empty())
      return judged(Outcome::kBadSignature, std::move(why));
    const auto hashed = ssh_hash(parts->hash == "sha512" ? SshHash::kSha512 : SshHash::kSha256,
                                 {reinterpret_cast<const char*>(digest.data()), digest.size()});
    if (!hashed) return judged(Outcome::kFailed, hashed.error().why);
    return judge_ssh_signature(parts->signature, signed_bytes(*parts, *hashed), key->blob);
  }();
  judgement.fingerprint = ssh_fingerprint(key->blob);
  return judgement;
}

Result<SshPublicKey> key_of_sshsig(std::string_view blob) {
  const auto parts = parts_of(blob);
  const auto type = parts ? SshReader(parts->key).string() : std::nullopt;
  if (!type || type->empty())
    return err(Error::Kind::kCorrupt, "read the key of a signature", {}, "it is not one that ssh-keygen makes");
  return SshPublicKey{std::string(*type), std::string(parts->key), {}};
}

Result<std::string> sign_sshsig(const Env& env, const SshSigner& signer, const Sha256Digest& digest) {
  const Argv argv = {signer.program, "-Y", "sign", "-n", signer.name_space, "-f", fs::absolute(signer.key).string()};
  RunOptions options;
  options.input = {reinterpret_cast<const char*>(digest.data()), digest.size()};
  options.limit = kPatience;
  options.limit_bytes = 2 * kMaxSshsig;
  options.cancelled = env.cancelled;
  TRY(const std::string printed, output_of(argv, options));
  const auto text = trim(printed);
  auto blob = text.starts_with(kBegin) && text.ends_with(kEnd) && text.size() > kBegin.size() + kEnd.size()
                  ? unbase64(without_white_space(text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size())))
                  : std::nullopt;
  if (!blob || !parts_of(*blob))
    return err(Error::Kind::kFailed, "sign with", signer.key.string(),
               fmt::format("{} did not print a signature", signer.program));
  return *std::move(blob);
}

}  // namespace lorelei::attest
