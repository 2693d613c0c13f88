// SPDX-License-Identifier: GPL-3.0-or-later
// The addresses of a host by its name, for as long as one wants to wait and no longer.
//
// The C library's resolver waits for its servers as long as it likes, and nothing ends it. So it works in a thread of
// its own, which is left to itself when nobody wants to know any more. Numeric addresses and "localhost" need none.
//
// For .cc files of this room only.
#pragma once
#include <netdb.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::net {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// Errors: kTemporary, the name is not known, or nobody said so within the limit; kCancelled, within a quarter of a
// second.
Result<Addresses> addresses_of(const Env&, const std::string& host, std::uint16_t port,
                               std::chrono::milliseconds limit);

}  // namespace lorelei::net
