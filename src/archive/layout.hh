// SPDX-License-Identifier: GPL-3.0-or-later
// What kind of archive a directory is, and what lies where in it. Everything that reads an archive asks here; only what
// writes one (archive/inbox.hh, search/aggregate.hh) knows more of its own kind.
//
//               version 2           version 1                    aggregate (extindex)
//   known by    inbox.lock          ssoma.lock, public-inbox/    ei.lock, ALL.git
//   objects     all.git             DIR is the repository        ALL.git
//   numbers     msgmap.sqlite3      public-inbox/msgmap.sqlite3  -
//   index       xap15/              public-inbox/xapian15/       ei15/
//   overview    over.sqlite3 in the index
//   words       xap15/0, 1, ...     the index itself             ei15/0, 1, ...
//
// In version 1 all mail is in the one tree of HEAD: a blob at xx/yyyy... for each message, named by the SHA-1 of its
// Message-ID. Such archives are read here, and written by public-inbox.
#pragma once
#include <optional>
#include <string>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct Layout {
  enum class Kind { kVersion1, kVersion2, kAggregate };
  Kind kind = Kind::kVersion2;
  fs::path dir = {};

  fs::path index() const;
  fs::path over() const { return index() / "over.sqlite3"; }
  fs::path msgmap() const;  // of an archive
  // Objects of the repository that has, or borrows, every message.
  fs::path objects() const;
};

// That somebody wanted more of an archive of version 1 than to search it.
Error only_searched(const Layout&, const char* doing);

// What a user types to have it indexed. name: how it is registered, or its directory.
std::string indexing_command(const Layout&, const std::string& name);

// Nothing if the directory is neither an archive nor an aggregate, or not there.
std::optional<Layout> find_layout(const fs::path& dir);

}  // namespace lorelei::archive
