// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/libcrypto.hh"

namespace lorelei::attest {

Result<const Evp*> evp() {
  static const Result<Evp> opened = Evp::open(LORELEI_LIBCRYPTO, "libssl3");
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

static Result<Sodium> open_sodium() {
  TRY(const Sodium library, Sodium::open(LORELEI_LIBSODIUM, "libsodium23"));
  if (library.sodium_init() < 0)
    return err(Error::Kind::kFailed, "open the library", LORELEI_LIBSODIUM, "it does not initialise");
  return library;
}

Result<const Sodium*> sodium() {
  static const Result<Sodium> opened = open_sodium();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

}  // namespace lorelei::attest
