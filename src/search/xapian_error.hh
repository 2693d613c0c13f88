// SPDX-License-Identifier: GPL-3.0-or-later
// Xapian's exceptions end at the call that threw them: this turns one into an Error.
//
//   try { ... } catch (const Xapian::Error& e) { return xapian_error(e, "open the index", directory); }
#pragma once
#include <filesystem>
#include <string>

#include "base/result.hh"

namespace Xapian {
class Error;
}

namespace lorelei::search {

// kTemporary for a lock, kNotFound for what cannot be opened, kCorrupt, else kFailed; with advice.
tl::unexpected<Error> xapian_error(const Xapian::Error&, std::string doing, const std::filesystem::path& subject);

}  // namespace lorelei::search
