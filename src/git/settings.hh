// SPDX-License-Identifier: GPL-3.0-or-later
// Our own settings: keys lorelei.* of git's configuration. Each is declared once, in a table of the room that uses it:
//
//   inline constexpr Setting kMemory{"lorelei.memory", Setting::Kind::kBytes, "256m", "memory that indexing may use"};
//   TRY(const auto memory, bytes(config, kMemory));
//
// A setting that is not written has its fallback, which is read like a written value. Lists and manuals are made from
// the tables.
#pragma once
#include <cstdint>
#include <string>

#include "git/config.hh"

namespace lorelei::git {

struct Setting {
  enum class Kind { kText, kPath, kCount, kBytes, kFlag };
  const char* key;
  Kind kind;
  const char* fallback;
  const char* help;  // one line, no full stop
};

// Errors (all): kUsage for a value of another kind, with its place.
Result<std::string> text(const Config&, const Setting&);
Result<fs::path> path(const Config&, const Setting&, const std::string& home);  // "~/" is home; must be absolute
Result<std::uint64_t> count(const Config&, const Setting&);                     // 0 or more
Result<std::uint64_t> bytes(const Config&, const Setting&);                     // 0 or more; with k, m, g
Result<bool> flag(const Config&, const Setting&);

}  // namespace lorelei::git
