// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_libraries.hh"

#include <csignal>

namespace lorelei::attest {

Result<const Rnp*> rnp() {
  static const Result<Rnp> opened = Rnp::open(LORELEI_LIBRNP, "librnp0");
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

static Result<Gpgme> open_gpgme() {
  TRY(const Gpgme library, Gpgme::open(LORELEI_GPGME, "libgpgme11"));
  struct sigaction before = {};
  sigaction(SIGPIPE, nullptr, &before);
  const char* version = (library.gpgme_check_version)("1.18.0");
  sigaction(SIGPIPE, &before, nullptr);
  if (!version) return err(Error::Kind::kFailed, "open the library", LORELEI_GPGME, "it is too old");
  return library;
}

Result<const Gpgme*> gpgme() {
  static const Result<Gpgme> opened = open_gpgme();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

}  // namespace lorelei::attest
