// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp.hh"

#include <fcntl.h>

#include <cstring>
#include <list>

#include "attest/openpgp_key_file.hh"
#include "attest/openpgp_libraries.hh"
#include "attest/openpgp_native.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

Judgement judged(Outcome outcome, std::string reason) { return {.outcome = outcome, .reason = std::move(reason)}; }

// One certificate, loaded into librnp when it is first needed. False from is_good() means no more than that.
class LoadedCertificate {
 public:
  explicit LoadedCertificate(OpenpgpCertificate certificate) : certificate_(std::move(certificate)) {}
  const OpenpgpCertificate& certificate() const { return certificate_; }

  Word ask(const OpenpgpMessage& message, const OpenpgpKey& issuer) {
    // librnp complains on stderr, which cannot be turned off, of what is new to it; so it gets what it knows.
    if (!certificate_.is_common || !message.signature.is_common || issuer.created > message.signature.created)
      return Word::kUnsure;
    const auto word = verify_openpgp(message, issuer);
    if (word == Word::kBad) return word;
    const auto library = rnp();
    if (!library || !load(**library)) return Word::kUnsure;
    if (!was_valid(**library, issuer, message.signature.created)) return Word::kUnsure;
    if (word == Word::kGood) return word;
    return verify(**library, message);
  }

 private:
  bool load(const Rnp& library) {
    if (tried_) return ffi_ != nullptr;
    tried_ = true;
    rnp_ffi_t ffi = nullptr;
    if (library.rnp_ffi_create(&ffi, "GPG", "GPG") != RNP_SUCCESS) return false;
    RnpHandle handle(ffi, {&library});
    if (const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0)
      library.rnp_ffi_set_log_fd(ffi, nowhere);  // which closes it
    const auto input = input_of(library, certificate_.packets);
    if (library.rnp_load_keys(ffi, "GPG", input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS) != RNP_SUCCESS) return false;
    ffi_ = std::move(handle);
    return true;
  }
  bool was_valid(const Rnp& library, const OpenpgpKey& issuer, std::int64_t then) {
    const auto [known, is_new] = valid_until_.try_emplace(issuer.fingerprint, 0);
    if (is_new) known->second = valid_until(library, issuer);
    return known->second > static_cast<std::uint64_t>(then);
  }
  // Seconds since 1970; 0 if the key was never valid, is withdrawn, or is not one for signing.
  std::uint64_t valid_until(const Rnp& library, const OpenpgpKey& issuer) {
    rnp_key_handle_t found = nullptr;
    library.rnp_locate_key(ffi_.get(), "fingerprint", hex(issuer.fingerprint).c_str(), &found);
    const RnpKeyHandle key(found, {&library});
    bool revoked = true, signs = false;
    std::uint64_t until = 0;
    const bool usable = found && library.rnp_key_is_revoked(found, &revoked) == RNP_SUCCESS && !revoked &&
                        library.rnp_key_allows_usage(found, "sign", &signs) == RNP_SUCCESS && signs &&
                        library.rnp_key_valid_till64(found, &until) == RNP_SUCCESS;
    return usable ? until : 0;
  }
  Word verify(const Rnp& library, const OpenpgpMessage& message) {
    const auto packet = signature_packet(message.signature);
    const auto data = input_of(library, message.literal), signature = input_of(library, packet);
    // As of the moment of signing: whether the signature has come too late or too early is not for librnp to say.
    library.rnp_set_timestamp(ffi_.get(), static_cast<std::uint64_t>(message.signature.created));
    rnp_op_verify_t raw = nullptr;
    if (library.rnp_op_verify_detached_create(&raw, ffi_.get(), data.get(), signature.get()) != RNP_SUCCESS)
      return Word::kUnsure;
    const RnpVerifyHandle operation(raw, {&library});
    const auto executed = library.rnp_op_verify_execute(raw);
    std::size_t count = 0;
    rnp_op_verify_signature_t first = nullptr;
    if (library.rnp_op_verify_get_signature_count(raw, &count) != RNP_SUCCESS || count != 1 ||
        library.rnp_op_verify_get_signature_at(raw, 0, &first) != RNP_SUCCESS)
      return Word::kUnsure;
    const auto status = library.rnp_op_verify_signature_get_status(first);
    if (executed == RNP_SUCCESS && status == RNP_SUCCESS) return Word::kGood;
    return status == RNP_ERROR_SIGNATURE_INVALID ? Word::kBad : Word::kUnsure;
  }
  static RnpInputHandle input_of(const Rnp& library, std::string_view bytes) {
    rnp_input_t input = nullptr;
    library.rnp_input_from_memory(&input, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), false);
    return {input, {&library}};
  }

  OpenpgpCertificate certificate_;
  bool tried_ = false;
  RnpHandle ffi_;
  std::map<std::string, std::uint64_t> valid_until_;  // by fingerprint
};

struct KeyFile {
  Sha256Digest name = {};
  std::string damage = {};
  std::vector<LoadedCertificate> certificates = {};
};

}  // namespace

struct OpenpgpJudge::Impl {
  Impl(const Env& world, std::string gpg) : env(world), program(std::move(gpg)) {}

  KeyFile& key_file(const std::string& content);
  Judgement judge_by(LoadedCertificate&, const OpenpgpKey& issuer, const OpenpgpMessage&);

  const Env& env;
  std::string program;
  std::list<KeyFile> recent;  // the one that was used last in front
  std::map<Sha256Digest, std::list<KeyFile>::iterator> by_name;
};

KeyFile& OpenpgpJudge::Impl::key_file(const std::string& content) {
  const auto name = sha256(content);
  if (const auto found = by_name.find(name); found != by_name.end()) {
    recent.splice(recent.begin(), recent, found->second);
    return recent.front();
  }
  recent.push_front({name, {}, {}});
  by_name[name] = recent.begin();
  if (recent.size() > kOpenpgpKeyFilesKept) {
    by_name.erase(recent.back().name);
    recent.pop_back();
  }
  auto certificates = parse_openpgp_key_file(content, {});
  if (!certificates) recent.front().damage = certificates.error().why;
  if (certificates)
    for (auto& certificate : *certificates) recent.front().certificates.emplace_back(std::move(certificate));
  return recent.front();
}

Judgement OpenpgpJudge::Impl::judge_by(LoadedCertificate& loaded, const OpenpgpKey& issuer,
                                       const OpenpgpMessage& message) {
  const auto& signature = message.signature;
  const auto weak = weakness(signature, {issuer.bits, loaded.certificate().keys.front().bits});
  const bool ended = signature.ends && *signature.ends <= env.now();
  const auto word = weak.empty() && !ended ? loaded.ask(message, issuer) : Word::kUnsure;
  Judgement judgement;
  if (word == Word::kGood) judgement = judged(Outcome::kGood, {});
  if (word == Word::kBad) judgement = judged(Outcome::kBadSignature, "the signature does not belong to the key");
  if (word == Word::kUnsure) {
    judgement = judge_by_gnupg(env, program, message, loaded.certificate().packets);
    if (judgement.outcome == Outcome::kGood && !weak.empty()) judgement = judged(Outcome::kWeakKey, weak);
    // The key is in the file, but nothing of its owner's says that it is the owner's.
    if (judgement.outcome == Outcome::kNoKey)
      judgement = judged(Outcome::kFailed, "the key file cannot be used: the key does not vouch for itself");
  }
  judgement.fingerprint = loaded.certificate().fingerprint();
  judgement.signed_at = signature.created;
  return judgement;
}

OpenpgpJudge::OpenpgpJudge(const Env& env, std::string program)
    : impl_(std::make_unique<Impl>(env, std::move(program))) {}
OpenpgpJudge::OpenpgpJudge(OpenpgpJudge&&) noexcept = default;
OpenpgpJudge& OpenpgpJudge::operator=(OpenpgpJudge&&) noexcept = default;
OpenpgpJudge::~OpenpgpJudge() = default;

Judgement OpenpgpJudge::judge(std::string_view object, const Sha256Digest& digest,
                              std::span<const std::string> key_files) {
  const auto reading = read_openpgp_message(object);
  if (auto refused = refuse_openpgp(reading, digest)) return *std::move(refused);
  std::optional<Judgement> best;
  std::string damage;
  for (const auto& content : key_files) {
    auto& file = impl_->key_file(content);
    if (!file.damage.empty()) damage = file.damage;
    for (auto& loaded : file.certificates) {
      const auto* issuer = loaded.certificate().issuer_of(reading.message.signature);
      if (!issuer) continue;
      auto judgement = impl_->judge_by(loaded, *issuer, reading.message);
      // Withdrawn in one copy is withdrawn; else a good copy, which is not as old as another, decides.
      if (judgement.outcome == Outcome::kRevokedKey) return judgement;
      if (!best || judgement.outcome == Outcome::kGood) best = std::move(judgement);
    }
  }
  if (best) return *std::move(best);
  auto judgement = damage.empty() ? judged(Outcome::kNoKey, "no key in the keyring is the one that signed")
                                  : judged(Outcome::kFailed, "the key file cannot be used: " + damage);
  judgement.signed_at = reading.message.signature.created;
  return judgement;
}

std::optional<Judgement> refuse_openpgp(const OpenpgpReading& reading, const Sha256Digest& digest) {
  if (reading.outcome != Outcome::kGood) return judged(reading.outcome, reading.reason);
  const auto& literal = reading.message.literal;
  if (literal.size() == digest.size() && std::memcmp(literal.data(), digest.data(), digest.size()) == 0)
    return std::nullopt;
  return judged(Outcome::kBadHeader, "what was signed has another digest");
}

}  // namespace lorelei::attest
