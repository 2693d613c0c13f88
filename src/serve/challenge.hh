// SPDX-License-Identifier: GPL-3.0-or-later
// The letter that asks whoever reads an address to show it.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hh"
#include "serve/endpoint_settings.hh"
#include "serve/endpoint_store.hh"
#include "serve/outbox.hh"

namespace lorelei::serve {

// A random UUID (RFC 9562, version 4).
Result<std::string> new_challenge();
// Errors: the key cannot be described.
Result<Letter> challenge_letter(const EndpointSettings&, const Contributor&, std::int64_t now);

}  // namespace lorelei::serve
