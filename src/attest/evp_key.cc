// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/evp_key.hh"

namespace lorelei::attest {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

using ContextHandle = std::unique_ptr<EVP_PKEY_CTX, FreedByEvp<EVP_PKEY_CTX, &Evp::EVP_PKEY_CTX_free>>;
using BuilderHandle = std::unique_ptr<OSSL_PARAM_BLD, FreedByEvp<OSSL_PARAM_BLD, &Evp::OSSL_PARAM_BLD_free>>;
using ParametersHandle = std::unique_ptr<OSSL_PARAM, FreedByEvp<OSSL_PARAM, &Evp::OSSL_PARAM_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, FreedByEvp<BIGNUM, &Evp::BN_free>>;

// The key of the algorithm with the parameters; null if they make none.
PkeyHandle key_from(const Evp& evp, const char* algorithm, OSSL_PARAM_BLD* builder) {
  const ParametersHandle parameters(evp.OSSL_PARAM_BLD_to_param(builder), {&evp});
  const ContextHandle context(evp.EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr), {&evp});
  EVP_PKEY* key = nullptr;
  if (parameters && context && evp.EVP_PKEY_fromdata_init(context.get()) == 1)
    evp.EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  evp.ERR_clear_error();
  return {key, {&evp}};
}

}  // namespace

PkeyHandle ecdsa_key(const Evp& evp, const char* group, std::string_view point) {
  const BuilderHandle builder(evp.OSSL_PARAM_BLD_new(), {&evp});
  // Points in their long form only, as SSH has them; OpenSSL refuses those that are not on the curve.
  if (!builder || point.empty() || point[0] != 4) return {nullptr, {&evp}};
  evp.OSSL_PARAM_BLD_push_utf8_string(builder.get(), "group", group, 0);
  evp.OSSL_PARAM_BLD_push_octet_string(builder.get(), "pub", point.data(), point.size());
  return key_from(evp, "EC", builder.get());
}

PkeyHandle rsa_key(const Evp& evp, std::string_view exponent, std::string_view modulus) {
  const BuilderHandle builder(evp.OSSL_PARAM_BLD_new(), {&evp});
  const auto number = [&](std::string_view digits) {
    return NumberHandle(evp.BN_bin2bn(bytes_of(digits), static_cast<int>(digits.size()), nullptr), {&evp});
  };
  const auto e = number(exponent), n = number(modulus);
  if (!builder || !e || !n || !evp.BN_is_odd(e.get()) || !evp.BN_is_odd(n.get())) return {nullptr, {&evp}};
  evp.OSSL_PARAM_BLD_push_BN(builder.get(), "n", n.get());
  evp.OSSL_PARAM_BLD_push_BN(builder.get(), "e", e.get());
  return key_from(evp, "RSA", builder.get());
}

bool verifies(const Evp& evp, EVP_PKEY* key, const EVP_MD* method, std::string_view signature, std::string_view bytes) {
  const MdContextHandle context(evp.EVP_MD_CTX_new(), {&evp});
  const bool right =
      context && evp.EVP_DigestVerifyInit(context.get(), nullptr, method, nullptr, key) == 1 &&
      evp.EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
  evp.ERR_clear_error();
  return right;
}

}  // namespace lorelei::attest
