// SPDX-License-Identifier: GPL-3.0-or-later
// An Error that knows what curl(1) would have ended with: users of lei have scripts that look at that number.
//
//   3 no URL   6, 7 no connection   18 cut off   22 HTTP 400 and above   28 out of time   42 stopped   47 redirects
//   52 no answer   60 a certificate
//
// A function that returns a plain Result may TRY an HttpResult: the number is left out then.
#pragma once
#include "base/result.hh"

namespace lorelei::net {

struct HttpError : Error {
  HttpError(Error error, int code = 0) : Error(std::move(error)), curl_code(code) {}
  int curl_code = 0;      // 0: the failure was not on the network
  bool was_sent = false;  // of the request, at least a part
};

template <typename T>
using HttpResult = tl::expected<T, HttpError>;

inline tl::unexpected<HttpError> http_err(int curl_code, Error error) {
  return tl::unexpected(HttpError(std::move(error), curl_code));
}

}  // namespace lorelei::net
