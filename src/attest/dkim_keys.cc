// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_keys.hh"

#include <fmt/core.h>

#include <algorithm>

#include "attest/dkim_tags.hh"
#include "attest/libcrypto.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "read the key";

tl::unexpected<Error> no_key(std::string why) { return err(Error::Kind::kCorrupt, kDoing, "", std::move(why)); }

// Whether the list in a tag holds one of the words; a tag that is not there holds all.
Result<bool> allows(const DkimTags& tags, std::string_view name, std::initializer_list<std::string_view> words) {
  const auto value = tags.find(name);
  if (!value) return true;
  const auto list = colon_list(*value);
  if (!list) return no_key(fmt::format("{}= is no list", name));
  return std::any_of(list->begin(), list->end(), [&](std::string_view word) {
    return std::any_of(words.begin(), words.end(), [&](auto wanted) { return equal_ignore_case(word, wanted); });
  });
}

Result<void> read_flags(const DkimTags& tags, DkimKeyRecord& record) {
  const auto t = tags.find("t");
  if (!t || t->empty()) return {};
  const auto flags = colon_list(*t);
  if (!flags) return no_key("t= is no list");
  for (const auto flag : *flags) {
    if (flag == "y") record.is_testing = true;
    if (flag == "s") record.is_exact = true;
  }
  return {};
}

}  // namespace

Result<DkimKeyRecord> parse_dkim_key(std::string_view text) {
  TRY(const auto tags, parse_dkim_tags(text));
  DkimKeyRecord record;
  if (const auto v = tags.find("v")) {
    if (tags.all[0].name != "v") return no_key("v= does not stand first");
    if (*v != "DKIM1") return no_key("v= is not DKIM1");
  }
  const auto k = tags.find("k").value_or("rsa");
  const bool is_ed25519 = equal_ignore_case(k, "ed25519");
  if (!is_ed25519 && !equal_ignore_case(k, "rsa"))
    return err(Error::Kind::kFailed, kDoing, "", fmt::format("k= names '{}', which is no type that we know", k));
  if (is_ed25519) record.type = DkimKeyRecord::Type::kEd25519;
  TRY(record.allows_sha256, allows(tags, "h", {"sha256"}));
  TRY(record.is_for_mail, allows(tags, "s", {"*", "email"}));
  TRY_VOID(read_flags(tags, record));
  const auto p = tags.find("p");
  if (!p) return no_key("p= is missing");
  auto key = unbase64(without_white_space(*p));
  if (!key) return no_key("p= is no base64");
  if (is_ed25519 && !key->empty() && key->size() != crypto_sign_ed25519_PUBLICKEYBYTES)
    return no_key(fmt::format("a key of Ed25519 has 32 bytes, not {}", key->size()));
  record.key = *std::move(key);
  return record;
}

bool is_dkim_record(std::string_view record) {
  const auto text = trim(record);
  const auto tags = parse_dkim_tags(text);
  if (!tags) return text.starts_with("v=DKIM");
  const auto v = tags->find("v");
  return v ? v->starts_with("DKIM") : tags->find("p").has_value();
}

struct DkimKey::Rsa {
  const Evp* library = nullptr;
  EVP_PKEY* key = nullptr;
  EVP_PKEY_CTX* context = nullptr;  // set up to verify

  ~Rsa() {
    if (context) library->EVP_PKEY_CTX_free(context);
    if (key) library->EVP_PKEY_free(key);
  }

  bool read(std::string_view der) {
    for (const bool is_bare : {false, true}) {
      const auto* at = reinterpret_cast<const unsigned char*>(der.data());
      const auto* const end = at + der.size();
      const auto size = static_cast<long>(der.size());
      key =
          is_bare ? library->d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size) : library->d2i_PUBKEY(nullptr, &at, size);
      if (key && at == end && library->EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return true;
      if (key) library->EVP_PKEY_free(key);
      key = nullptr;
    }
    library->ERR_clear_error();
    return false;
  }

  bool has_good_exponent() const {
    BIGNUM* e = nullptr;
    if (library->EVP_PKEY_get_bn_param(key, "e", &e) != 1) return false;
    const bool is_good = library->BN_is_odd(e) && library->BN_num_bits(e) > 1;
    library->BN_free(e);
    return is_good;
  }

  bool set_up() {
    context = library->EVP_PKEY_CTX_new(key, nullptr);
    return context && library->EVP_PKEY_verify_init(context) == 1 &&
           library->EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           library->EVP_PKEY_CTX_set_signature_md(context, library->EVP_sha256()) == 1;
  }
};

Result<DkimKey> DkimKey::load(const DkimKeyRecord& record) {
  DkimKey loaded;
  if (record.type == DkimKeyRecord::Type::kEd25519) {
    TRY_VOID(sodium());
    loaded.ed25519_ = record.key;
    loaded.bits_ = 256;
    return loaded;
  }
  TRY(const auto* library, evp());
  auto rsa = std::make_shared<Rsa>();
  rsa->library = library;
  if (!rsa->read(record.key)) return no_key("p= is no key of RSA");
  loaded.bits_ = library->EVP_PKEY_get_bits(rsa->key);
  if (loaded.bits_ > kMaxRsaBits) return no_key(fmt::format("it has more than {} bits", kMaxRsaBits));
  if (!rsa->has_good_exponent()) return no_key("its exponent is none");
  // A key below the minimum is only measured: the library may refuse to work with it.
  if (loaded.bits_ >= kMinRsaBits && !rsa->set_up()) {
    library->ERR_clear_error();
    return no_key("the library does not take it");
  }
  loaded.rsa_ = std::move(rsa);
  return loaded;
}

bool DkimKey::verifies(const Sha256Digest& digest, std::string_view signature) const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  if (!rsa_) {
    const auto library = sodium();
    return library && signature.size() == crypto_sign_ed25519_BYTES &&
           (*library)->crypto_sign_ed25519_verify_detached(
               bytes, digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(ed25519_.data())) == 0;
  }
  if (!rsa_->context) return false;
  const bool is_good =
      rsa_->library->EVP_PKEY_verify(rsa_->context, bytes, signature.size(), digest.data(), digest.size()) == 1;
  if (!is_good) rsa_->library->ERR_clear_error();
  return is_good;
}

}  // namespace lorelei::attest
