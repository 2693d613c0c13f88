// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/ssh_signature.hh"

#include "attest/evp_key.hh"
#include "attest/ssh_public_key.hh"

namespace lorelei::attest {

namespace {

constexpr int kMinRsaBits = 2048;
constexpr std::size_t kMaxRsaBytes = 16384 / 8;  // OpenSSL and ssh-keygen have this limit too
constexpr std::size_t kMaxExponentBytes = 8;
constexpr std::size_t kEd25519Bytes = 64;
constexpr unsigned char kTouched = 1;

struct Curve {
  std::string_view type, name;
  const char* group;
  SshHash hash;
};
constexpr Curve kCurves[] = {
    {"ecdsa-sha2-nistp256", "nistp256", "P-256", SshHash::kSha256},
    {"ecdsa-sha2-nistp384", "nistp384", "P-384", SshHash::kSha384},
    {"ecdsa-sha2-nistp521", "nistp521", "P-521", SshHash::kSha512},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "P-256", SshHash::kSha256},
};
constexpr std::string_view kTokenEd25519 = "sk-ssh-ed25519@openssh.com";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Judgement judged(Outcome outcome, std::string reason) { return {.outcome = outcome, .reason = std::move(reason)}; }
Judgement bad() { return judged(Outcome::kBadSignature, "the signature does not belong to the key"); }
Judgement malformed() { return judged(Outcome::kMalformed, "the signature is not one that ssh-keygen makes"); }
Judgement broken_key() { return judged(Outcome::kFailed, "the key file cannot be used: the key makes no sense"); }

const EVP_MD* method_of(const Evp& evp, SshHash hash) {
  if (hash == SshHash::kSha256) return evp.EVP_sha256();
  return hash == SshHash::kSha384 ? evp.EVP_sha384() : evp.EVP_sha512();
}

void append_der(std::string& out, char tag, std::string_view content) {
  out += tag;
  if (content.size() > 127) out += '\x81';  // two numbers of 521 bits have less than 256 bytes
  out += static_cast<char>(content.size());
  out += content;
}

// Two integers, as OpenSSL wants them; nothing if bytes are not two.
std::optional<std::string> ecdsa_der(std::string_view bytes) {
  SshReader reader(bytes);
  std::string numbers;
  for (int i = 0; i < 2; ++i) {
    const auto digits = reader.integer();
    if (!digits || digits->size() > 66) return std::nullopt;
    const bool high = (static_cast<unsigned char>(digits->front()) & 0x80) != 0;
    append_der(numbers, 2, high ? std::string(1, '\0').append(*digits) : std::string(*digits));
  }
  if (!reader.at_end()) return std::nullopt;
  std::string der;
  append_der(der, 0x30, numbers);
  return der;
}

// What a signature consists of; token has flags and counter.
struct Signature {
  std::string_view type, bytes, token;
};
std::optional<Signature> parse_signature(std::string_view text) {
  SshReader reader(text);
  const auto type = reader.string(), bytes = reader.string();
  if (!type || !bytes) return std::nullopt;
  const bool by_token = type->starts_with("sk-");
  const auto token = by_token ? reader.take(5) : std::string_view();
  if (!token || !reader.at_end()) return std::nullopt;
  return Signature{*type, *bytes, *token};
}

// What the token signed.
Result<std::string> token_bytes(std::string_view application, std::string_view token, std::string_view bytes) {
  TRY(std::string out, ssh_hash(SshHash::kSha256, application));
  TRY(const std::string hashed, ssh_hash(SshHash::kSha256, bytes));
  return out.append(token).append(hashed);
}

Judgement judge_ed25519(const Signature& signature, std::string_view bytes, SshReader key, bool by_token) {
  const auto point = key.string();
  const auto application = by_token ? key.string() : std::string_view();
  if (!point || point->size() != 32 || !application || !key.at_end()) return broken_key();
  if (signature.bytes.size() != kEd25519Bytes) return malformed();
  const auto library = sodium();
  if (!library) return judged(Outcome::kFailed, library.error().why);
  auto message = by_token ? token_bytes(*application, signature.token, bytes) : Result<std::string>(bytes);
  if (!message) return judged(Outcome::kFailed, message.error().why);
  const bool right = (*library)->crypto_sign_ed25519_verify_detached(bytes_of(signature.bytes), bytes_of(*message),
                                                                     message->size(), bytes_of(*point)) == 0;
  return right ? judged(Outcome::kGood, {}) : bad();
}

Judgement judge_ecdsa(const Evp& evp, const Curve& curve, const Signature& signature, std::string_view bytes,
                      SshReader key) {
  const bool by_token = curve.type.starts_with("sk-");
  const auto name = key.string(), point = key.string();
  const auto application = by_token ? key.string() : std::string_view();
  if (name != curve.name || !point || !application || !key.at_end()) return broken_key();
  const auto handle = ecdsa_key(evp, curve.group, *point);
  if (!handle) return broken_key();
  const auto der = ecdsa_der(signature.bytes);
  if (!der) return malformed();
  auto message = by_token ? token_bytes(*application, signature.token, bytes) : Result<std::string>(bytes);
  if (!message) return judged(Outcome::kFailed, message.error().why);
  return verifies(evp, handle.get(), method_of(evp, curve.hash), *der, *message) ? judged(Outcome::kGood, {}) : bad();
}

Judgement judge_rsa(const Evp& evp, const Signature& signature, std::string_view bytes, SshReader key) {
  const auto exponent = key.integer(), modulus = key.integer();
  if (!modulus || !key.at_end() || modulus->size() > kMaxRsaBytes || exponent->size() > kMaxExponentBytes)
    return broken_key();
  const auto handle = rsa_key(evp, *exponent, *modulus);
  if (!handle) return broken_key();
  if (signature.type != "rsa-sha2-256" && signature.type != "rsa-sha2-512")
    return judged(Outcome::kBadSignature, "it is signed with SHA-1, which does not protect any more");
  if (signature.bytes.size() > modulus->size()) return malformed();
  // SSH leaves zero bytes at the front away.
  const auto padded = std::string(modulus->size() - signature.bytes.size(), '\0').append(signature.bytes);
  const auto hash = signature.type == "rsa-sha2-256" ? SshHash::kSha256 : SshHash::kSha512;
  if (!verifies(evp, handle.get(), method_of(evp, hash), padded, bytes)) return bad();
  if (const int bits = evp.EVP_PKEY_get_bits(handle.get()); bits < kMinRsaBits)
    return judged(Outcome::kWeakKey, fmt::format("the RSA key has only {} bits", bits));
  if (exponent->size() < 3) return judged(Outcome::kWeakKey, "the RSA key has a small exponent");
  return judged(Outcome::kGood, {});
}

}  // namespace

Result<std::string> ssh_hash(SshHash hash, std::string_view bytes) {
  TRY(const Evp* library, evp());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (library->EVP_Digest(bytes.data(), bytes.size(), digest, &size, method_of(*library, hash), nullptr) != 1)
    return err(Error::Kind::kFailed, "compute a digest", {}, "OpenSSL refuses it");
  return std::string(reinterpret_cast<const char*>(digest), size);
}

Judgement judge_ssh_signature(std::string_view text, std::string_view bytes, std::string_view key_blob) {
  SshReader key(key_blob);
  const auto type = key.string();
  if (!type) return broken_key();
  const auto signature = parse_signature(text);
  if (!signature) return malformed();
  const auto library = evp();
  if (!library) return judged(Outcome::kFailed, library.error().why);
  if (*type == "ssh-rsa") return judge_rsa(**library, *signature, bytes, key);
  if (signature->type != *type) return judged(Outcome::kBadSignature, "the signature is of another type than the key");
  if (!signature->token.empty() && (static_cast<unsigned char>(signature->token[0]) & kTouched) == 0)
    return judged(Outcome::kBadSignature, "nobody touched the security token");
  if (*type == "ssh-ed25519" || *type == kTokenEd25519)
    return judge_ed25519(*signature, bytes, key, *type == kTokenEd25519);
  for (const Curve& curve : kCurves)
    if (curve.type == *type) return judge_ecdsa(**library, curve, *signature, bytes, key);
  return judged(Outcome::kUnsupported, "a kind of SSH key that is not known");
}

}  // namespace lorelei::attest
