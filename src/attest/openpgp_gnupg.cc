// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_gnupg.hh"

#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "attest/openpgp.hh"
#include "attest/openpgp_libraries.hh"
#include "base/process.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr auto kPatience = std::chrono::minutes(10);  // somebody types a passphrase, or looks for a token

// The directory has nobody's secrets and no agent: gpg shall not start one, ask the network, or keep a trust database.
constexpr std::string_view kSettings =
    "no-autostart\ndisable-dirmngr\nno-auto-key-retrieve\nno-auto-check-trustdb\ntrust-model always\n"
    "no-random-seed-file\nno-greeting\n";

Judgement judged(Outcome outcome, std::string reason) { return {.outcome = outcome, .reason = std::move(reason)}; }

// While it lives, this thread's writes to programs that have gone fail instead of ending the process.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    if (!sigismember(&before_, SIGPIPE)) {
      const struct timespec at_once = {};
      sigtimedwait(&pipe_, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_, before_;
};

std::string path_of(const Env& env, const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const auto path = env.variable("PATH").value_or("/usr/bin:/bin");
  for (const auto directory : split(path, ':')) {
    const auto candidate = fs::path(directory) / program;
    if (candidate.is_absolute() && access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return program;
}

// One conversation with gpg about one keyring.
class Conversation {
 public:
  static Result<Conversation> begin(const Env& env, const Gnupg& gnupg) {
    TRY(const Gpgme* library, gpgme());
    gpgme_ctx_t context = nullptr;
    TRY_VOID(checked(*library, library->gpgme_new(&context), "begin"));
    Conversation conversation(*library, context);
    const auto program = path_of(env, gnupg.program);
    const char* home = gnupg.home.empty() ? nullptr : gnupg.home.c_str();
    TRY_VOID(checked(
        *library, library->gpgme_ctx_set_engine_info(context, GPGME_PROTOCOL_OpenPGP, program.c_str(), home), program));
    library->gpgme_set_offline(context, 1);
    return conversation;
  }

  Result<void> import(std::string_view certificates) {
    TRY(const auto data, data_of(certificates));
    return checked(library_, library_.gpgme_op_import(context_.get(), data.get()), "import a key");
  }
  // The pointer lives until the next operation; null if gpg says nothing of any signature.
  Result<gpgme_signature_t> verify(const OpenpgpMessage& message) {
    const auto packet = signature_packet(message.signature);
    TRY(const auto signature, data_of(packet));
    TRY(const auto text, data_of(message.literal));
    TRY_VOID(checked(library_, library_.gpgme_op_verify(context_.get(), signature.get(), text.get(), nullptr),
                     "verify a signature"));
    const auto result = library_.gpgme_op_verify_result(context_.get());
    const auto first = result ? result->signatures : nullptr;
    return first && !first->next ? first : nullptr;
  }
  // Null if the keyring does not have it.
  GpgmeKeyHandle key(const std::string& fingerprint) {
    gpgme_key_t key = nullptr;
    library_.gpgme_set_keylist_mode(context_.get(), GPGME_KEYLIST_MODE_LOCAL | GPGME_KEYLIST_MODE_SIGS);
    if (library_.gpgme_get_key(context_.get(), fingerprint.c_str(), &key, 0) != 0) key = nullptr;
    return {key, {&library_}};
  }

 private:
  Conversation(const Gpgme& library, gpgme_ctx_t context) : library_(library), context_(context, {&library}) {}

  static Result<void> checked(const Gpgme& library, gpgme_error_t error, const std::string& subject) {
    if (error == 0) return {};
    return err(Error::Kind::kFailed, "talk to gpg", subject, library.gpgme_strerror(error));
  }
  Result<GpgmeDataHandle> data_of(std::string_view bytes) const {
    gpgme_data_t data = nullptr;
    TRY_VOID(checked(library_, library_.gpgme_data_new_from_mem(&data, bytes.data(), bytes.size(), 0), "read"));
    return GpgmeDataHandle(data, {&library_});
  }

  const Gpgme& library_;
  GpgmeHandle context_;
};

// Whether the primary key, or the one that signed, had ended by then.
bool had_ended(const _gpgme_key& key, std::string_view signer, std::int64_t then) {
  for (const auto* subkey = key.subkeys; subkey; subkey = subkey->next) {
    const bool counts = subkey == key.subkeys || (subkey->fpr && signer == subkey->fpr);
    if (counts && subkey->expires > 0 && subkey->expires <= then) return true;
  }
  return false;
}

// Of the primary key and the one that signed, where their sizes say something.
std::vector<std::size_t> bits_of(const _gpgme_key& key, std::string_view signer) {
  std::vector<std::size_t> bits;
  for (const auto* subkey = key.subkeys; subkey; subkey = subkey->next) {
    const bool counts = subkey == key.subkeys || (subkey->fpr && signer == subkey->fpr);
    const bool is_sized = subkey->pubkey_algo == GPGME_PK_RSA || subkey->pubkey_algo == GPGME_PK_RSA_S ||
                          subkey->pubkey_algo == GPGME_PK_DSA;
    if (counts && is_sized) bits.push_back(subkey->length);
  }
  return bits;
}

// Whether the owner has withdrawn the primary key, or the one that signed. gpg names one reason only, and for a key
// that has ended, too, it names that.
bool is_revoked(const _gpgme_key& key, std::string_view signer) {
  if (key.revoked) return true;
  for (const auto* subkey = key.subkeys; subkey; subkey = subkey->next)
    if (subkey->revoked && (subkey == key.subkeys || (subkey->fpr && signer == subkey->fpr))) return true;
  return false;
}

enum class Usage { kSigning, kOther };  // of the key, as its owner wants it

// What gpg's word for one signature means here.
Judgement outcome_of(gpgme_err_code_t status, Usage usage, const std::string& signer, const _gpgme_key* key,
                     const OpenpgpSignature& made) {
  const bool is_whole = status == GPG_ERR_NO_ERROR || status == GPG_ERR_KEY_EXPIRED || status == GPG_ERR_SIG_EXPIRED;
  if (is_whole && key && is_revoked(*key, signer)) status = GPG_ERR_CERT_REVOKED;
  if (usage == Usage::kOther) return judged(Outcome::kBadSignature, "the key is not one for signing");
  switch (status) {
    case GPG_ERR_NO_ERROR:
      break;
    case GPG_ERR_KEY_EXPIRED:
      break;  // today: it is the day of the signature that counts
    case GPG_ERR_SIG_EXPIRED:
      return judged(Outcome::kStale, "the signer wanted it to count for a while, which is over");
    case GPG_ERR_CERT_REVOKED:
      return judged(Outcome::kRevokedKey, "the owner has withdrawn the key");
    case GPG_ERR_NO_PUBKEY:
      return judged(Outcome::kNoKey, "gpg does not have a usable key for it");
    case GPG_ERR_BAD_SIGNATURE:
      return judged(Outcome::kBadSignature, "the signature does not belong to the key");
    case GPG_ERR_UNSUPPORTED_ALGORITHM:
    case GPG_ERR_PUBKEY_ALGO:
    case GPG_ERR_UNKNOWN_CURVE:
      return judged(Outcome::kUnsupported, "an algorithm that gpg does not know");
    case GPG_ERR_DIGEST_ALGO:
      return judged(Outcome::kWeakKey, "gpg does not take the digest it was made with");
    default:
      return judged(Outcome::kBadSignature, "gpg does not take the signature");
  }
  if (!key) return judged(Outcome::kFailed, "gpg does not show the key");
  if (had_ended(*key, signer, made.created))
    return judged(Outcome::kExpiredKey, "the key had ended when the signature was made");
  if (auto weak = weakness(made, bits_of(*key, signer)); !weak.empty())
    return judged(Outcome::kWeakKey, std::move(weak));
  return judged(Outcome::kGood, {});
}

struct Answer {
  Judgement judgement = {};
  GpgmeKeyHandle key = {};
};

Result<Answer> ask(Conversation& conversation, const OpenpgpMessage& message) {
  TRY(const auto signature, conversation.verify(message));
  if (!signature) return Answer{judged(Outcome::kFailed, "gpg says nothing of the signature"), {}};
  // These are copied because the next operation takes the rest away.
  const auto status = gpgme_err_code(signature->status);
  const auto usage = signature->wrong_key_usage ? Usage::kOther : Usage::kSigning;
  const std::string signer = signature->fpr ? signature->fpr : "";
  auto found = status != GPG_ERR_NO_PUBKEY && !signer.empty() ? conversation.key(signer) : GpgmeKeyHandle{};
  auto judgement = outcome_of(status, usage, signer, found.get(), message.signature);
  judgement.signed_at = message.signature.created;
  if (found && found->subkeys && found->subkeys->fpr) judgement.fingerprint = found->subkeys->fpr;
  return Answer{std::move(judgement), std::move(found)};
}

// Whether the last signature by which the owner took the user id had not ended by then.
bool counts_at(const _gpgme_user_id& user_id, std::string_view primary_key_id, std::int64_t then) {
  const _gpgme_key_sig* newest = nullptr;
  for (const auto* signature = user_id.signatures; signature; signature = signature->next) {
    if (!signature->keyid || primary_key_id != signature->keyid || signature->revoked || signature->invalid) continue;
    if (signature->sig_class < 0x10 || signature->sig_class > 0x13) continue;
    if (!newest || signature->timestamp > newest->timestamp) newest = signature;
  }
  return newest && (newest->expires <= 0 || newest->expires > then);
}

bool belongs_to(const _gpgme_key& key, std::string_view identity, std::int64_t then) {
  const std::string_view primary = key.subkeys && key.subkeys->keyid ? key.subkeys->keyid : "";
  for (const auto* user_id = key.uids; user_id; user_id = user_id->next) {
    if (user_id->revoked || user_id->invalid || !user_id->uid) continue;
    if (!equal_ignore_case(address_of_user_id(user_id->uid), identity)) continue;
    if (counts_at(*user_id, primary, then)) return true;
  }
  return false;
}

Result<Judgement> in_fresh_directory(const Env& env, const std::string& program, const OpenpgpMessage& message,
                                     std::string_view certificates) {
  std::error_code none;
  TRY(const TempDir home, TempDir::create(fs::temp_directory_path(none), "lorelei-gnupg-"));
  TRY_VOID(create_file(home.path() / "gpg.conf", kSettings, Sync::kNo));
  TRY(auto conversation, Conversation::begin(env, {program, home.path()}));
  TRY_VOID(conversation.import(certificates));
  TRY(auto answer, ask(conversation, message));
  return std::move(answer.judgement);
}

Result<Judgement> in_default_keyring(const Env& env, const Gnupg& gnupg, const OpenpgpMessage& message,
                                     std::string_view identity) {
  TRY(auto conversation, Conversation::begin(env, gnupg));
  TRY(auto answer, ask(conversation, message));
  auto& judgement = answer.judgement;
  if (judgement.outcome == Outcome::kGood && answer.key &&
      !belongs_to(*answer.key, identity, message.signature.created)) {
    judgement.outcome = Outcome::kOtherIdentity;
    judgement.reason = fmt::format("no user id of the key is '{}'", printable(identity));
  }
  return std::move(judgement);
}

Result<void> check_key_name(const std::string& key) {
  const bool control = std::any_of(key.begin(), key.end(), [](char c) { return c >= 0 && (c < ' ' || c == 127); });
  if (!key.empty() && key.front() != '-' && !control && key.size() <= 1000) return {};
  return err(Error::Kind::kUsage, "sign with the OpenPGP key", printable(key), "that names no key",
             "give a key id in hex, or an e-mail address");
}

}  // namespace

Judgement judge_by_gnupg(const Env& env, const std::string& program, const OpenpgpMessage& message,
                         std::string_view certificates) {
  const WithoutSigpipe guard;
  auto judgement = in_fresh_directory(env, program, message, certificates);
  return judgement ? *std::move(judgement) : judged(Outcome::kFailed, to_text(judgement.error()));
}

Judgement judge_by_default_keyring(const Env& env, const Gnupg& gnupg, std::string_view object,
                                   const Sha256Digest& digest, std::string_view identity) {
  auto reading = read_openpgp_message(object);
  if (auto refused = refuse_openpgp(reading, digest)) return *std::move(refused);
  const WithoutSigpipe guard;
  auto judgement = in_default_keyring(env, gnupg, reading.message, identity);
  if (!judgement) return judged(Outcome::kFailed, to_text(judgement.error()));
  return *std::move(judgement);
}

std::string_view address_of_user_id(std::string_view user_id) {
  user_id = trim(user_id);
  const auto open = user_id.find('<');
  if (open != std::string_view::npos) {
    if (!user_id.ends_with('>')) return {};
    user_id = user_id.substr(open + 1, user_id.size() - open - 2);
  }
  const auto at = user_id.find('@');
  const bool one = at != std::string_view::npos && at > 0 && at + 1 < user_id.size() && user_id.rfind('@') == at;
  const bool plain = std::none_of(user_id.begin(), user_id.end(), [](char c) {
    return is_space(c) || (c >= 0 && c < ' ') || c == '<' || c == '>' || c == 127;
  });
  return one && plain ? user_id : std::string_view();
}

Result<std::string> sign_openpgp(const Env& env, const Gnupg& gnupg, const std::string& key,
                                 const Sha256Digest& digest) {
  TRY_VOID(check_key_name(key));
  Argv argv = {gnupg.program};
  if (!gnupg.home.empty()) argv.insert(argv.end(), {"--homedir", gnupg.home.string()});
  // Those who have it in their configuration would send armour, comments or another compression.
  argv.insert(argv.end(),
              {"--batch", "--no-armor", "--no-textmode", "--no-emit-version", "--no-comments", "--compress-level", "0",
               "--no-auto-key-retrieve", "--no-auto-check-trustdb", "--output", "-", "--local-user", key, "--sign"});
  RunOptions options;
  options.input = {reinterpret_cast<const char*>(digest.data()), digest.size()};
  options.limit = kPatience;
  options.limit_bytes = kMaxObject;
  options.cancelled = env.cancelled;
  TRY(std::string object, output_of(argv, options));
  const auto reading = read_openpgp_message(object);
  if (const auto refused = refuse_openpgp(reading, digest))
    return err(Error::Kind::kFailed, "sign with the OpenPGP key", key,
               fmt::format("{} did not sign what it was given: {}", gnupg.program, refused->reason));
  return object;
}

}  // namespace lorelei::attest
