// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/libcurl.hh"

namespace lorelei::net {

namespace {

Result<Libcurl> open_and_set_up() {
  TRY(Libcurl curl, Libcurl::open(LORELEI_LIBCURL, "libcurl4"));
  if (curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return err(Error::Kind::kFailed, "open the library", LORELEI_LIBCURL, "it does not initialise");
  return curl;
}

}  // namespace

Result<const Libcurl*> libcurl() {
  static const Result<Libcurl> opened = open_and_set_up();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

}  // namespace lorelei::net
