// SPDX-License-Identifier: GPL-3.0-or-later
// libcurl as this project calls it: the functions, opened on first use, and handles that free themselves.
//
// For .cc files of this room only: it brings in libcurl's own header.
#pragma once
#include <curl/curl.h>

#include <memory>

#include "base/library.hh"

namespace lorelei::net {

#define LORELEI_CURL_FUNCTIONS(F) \
  F(curl_global_init)             \
  F(curl_easy_init)               \
  F(curl_easy_cleanup)            \
  F(curl_easy_setopt)             \
  F(curl_easy_getinfo)            \
  F(curl_easy_strerror)           \
  F(curl_easy_pause)              \
  F(curl_easy_header)             \
  F(curl_multi_init)              \
  F(curl_multi_cleanup)           \
  F(curl_multi_setopt)            \
  F(curl_multi_add_handle)        \
  F(curl_multi_remove_handle)     \
  F(curl_multi_perform)           \
  F(curl_multi_poll)              \
  F(curl_multi_info_read)         \
  F(curl_slist_append)            \
  F(curl_slist_free_all)          \
  F(curl_getdate)

struct Libcurl {
  LORELEI_LIBRARY_TABLE(Libcurl, LORELEI_CURL_FUNCTIONS)
};

// The one table of the process. Errors: kFailed if the library is not installed.
Result<const Libcurl*> libcurl();

struct EasyFree {
  const Libcurl* curl = nullptr;
  void operator()(CURL* handle) const { curl->curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, EasyFree>;
struct MultiFree {
  const Libcurl* curl = nullptr;
  void operator()(CURLM* handle) const { curl->curl_multi_cleanup(handle); }
};
using MultiHandle = std::unique_ptr<CURLM, MultiFree>;
struct ListFree {
  const Libcurl* curl = nullptr;
  void operator()(curl_slist* list) const { curl->curl_slist_free_all(list); }
};
using ListHandle = std::unique_ptr<curl_slist, ListFree>;

}  // namespace lorelei::net
