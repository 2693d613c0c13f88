// SPDX-License-Identifier: GPL-3.0-or-later
// A message as it goes into a literal of APPEND, and how long it will be.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lorelei::wire {

// Appends it without a "From " line of an mbox at the front; every line end as CRLF. A CR elsewhere stays.
void append_imap_literal(std::string& out, std::string_view message);
std::size_t imap_literal_size(std::string_view message);  // of the same, without making it

}  // namespace lorelei::wire
