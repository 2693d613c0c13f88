// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes that are packed as a whole, told by their names: .gz by us, .bz2 and .xz by the programs bzip2 and xz. All
// three take several packed pieces behind each other for one, so that packed mail can be appended.
#pragma once
#include <string>
#include <string_view>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::source {

enum class Packing { kNone, kGzip, kBzip2, kXz };
Packing packing_of(std::string_view path);
// One complete piece.
Result<std::string> packed(std::string_view bytes, Packing);
// The file's contents from an offset on, unpacked, in a file without a name where they are packed by other programs;
// gzip is left to mail/gzip.hh. Errors: kNotFound, kCorrupt.
Result<Fd> open_unpacked(const fs::path&, Packing, std::uint64_t offset = 0);
// A file without a name, for what is too large for memory.
Result<Fd> nameless_file();

}  // namespace lorelei::source
