// SPDX-License-Identifier: GPL-3.0-or-later
// Tar archives of a few files, in memory: what any tar reads. Written are regular files alone, mode 0644, of nobody;
// the same files give the same bytes.
//
//   archive := (header of 512 bytes, contents, zeros up to the next 512)*, 1024 zeros
//
// Source: POSIX.1-1988 (ustar), as pax(1) has it. Foreign bytes: linear; every length is checked.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei {

struct TarFile {
  std::string name;  // at most 100 bytes behind a "/" and 155 before it
  std::string bytes;
  std::int64_t modified = 0;  // seconds since 1970

  bool operator==(const TarFile&) const = default;
};
// Errors: kTooLarge, a name or a file that has no room in a header.
Result<std::string> ustar_of(const std::vector<TarFile>&);
// The regular files of one that anybody wrote; other kinds of entries are passed over. Nothing: it is damaged, or cut
// off.
std::optional<std::vector<TarFile>> read_ustar(std::string_view);

}  // namespace lorelei
