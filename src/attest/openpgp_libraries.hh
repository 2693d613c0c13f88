// SPDX-License-Identifier: GPL-3.0-or-later
// librnp and GPGME as this room calls them: the functions, opened on first use.
//
// For .cc files of this room only: it brings in the libraries' own headers.
#pragma once
#include <gpgme.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include <memory>
#include <type_traits>

#include "base/library.hh"

namespace lorelei::attest {

#define LORELEI_RNP_FUNCTIONS(F)        \
  F(rnp_ffi_create)                     \
  F(rnp_ffi_destroy)                    \
  F(rnp_ffi_set_log_fd)                 \
  F(rnp_load_keys)                      \
  F(rnp_locate_key)                     \
  F(rnp_key_handle_destroy)             \
  F(rnp_key_is_revoked)                 \
  F(rnp_key_valid_till64)               \
  F(rnp_key_allows_usage)               \
  F(rnp_input_from_memory)              \
  F(rnp_input_destroy)                  \
  F(rnp_set_timestamp)                  \
  F(rnp_op_verify_detached_create)      \
  F(rnp_op_verify_execute)              \
  F(rnp_op_verify_get_signature_count)  \
  F(rnp_op_verify_get_signature_at)     \
  F(rnp_op_verify_signature_get_status) \
  F(rnp_op_verify_destroy)
struct Rnp {
  LORELEI_LIBRARY_TABLE(Rnp, LORELEI_RNP_FUNCTIONS)
};
// The one table of the process. Errors: kFailed if the library is not installed.
Result<const Rnp*> rnp();

#define LORELEI_GPGME_FUNCTIONS(F) \
  F(gpgme_check_version)           \
  F(gpgme_new)                     \
  F(gpgme_release)                 \
  F(gpgme_ctx_set_engine_info)     \
  F(gpgme_set_offline)             \
  F(gpgme_set_keylist_mode)        \
  F(gpgme_data_new_from_mem)       \
  F(gpgme_data_release)            \
  F(gpgme_op_import)               \
  F(gpgme_op_verify)               \
  F(gpgme_op_verify_result)        \
  F(gpgme_get_key)                 \
  F(gpgme_key_unref)               \
  F(gpgme_strerror)
struct Gpgme {
  LORELEI_LIBRARY_TABLE(Gpgme, LORELEI_GPGME_FUNCTIONS)
};
// The same for GPGME, initialised. It makes the process ignore SIGPIPE when it is; that is undone.
Result<const Gpgme*> gpgme();

template <typename Handle, auto Free>
struct FreedByTable {
  using pointer = Handle;
  using Table = std::conditional_t<std::is_same_v<decltype(Free), decltype(&Gpgme::gpgme_release)> ||
                                       std::is_same_v<decltype(Free), decltype(&Gpgme::gpgme_data_release)> ||
                                       std::is_same_v<decltype(Free), decltype(&Gpgme::gpgme_key_unref)>,
                                   Gpgme, Rnp>;
  const Table* library = nullptr;
  void operator()(Handle handle) const { (void)(library->*Free)(handle); }
};
template <typename Handle, auto Free>
using TableHandle = std::unique_ptr<std::remove_pointer_t<Handle>, FreedByTable<Handle, Free>>;

using RnpHandle = TableHandle<rnp_ffi_t, &Rnp::rnp_ffi_destroy>;
using RnpKeyHandle = TableHandle<rnp_key_handle_t, &Rnp::rnp_key_handle_destroy>;
using RnpInputHandle = TableHandle<rnp_input_t, &Rnp::rnp_input_destroy>;
using RnpVerifyHandle = TableHandle<rnp_op_verify_t, &Rnp::rnp_op_verify_destroy>;
using GpgmeHandle = TableHandle<gpgme_ctx_t, &Gpgme::gpgme_release>;
using GpgmeDataHandle = TableHandle<gpgme_data_t, &Gpgme::gpgme_data_release>;
using GpgmeKeyHandle = TableHandle<gpgme_key_t, &Gpgme::gpgme_key_unref>;

}  // namespace lorelei::attest
