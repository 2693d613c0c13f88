// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that another archive or newsgroup once gave to the messages of an archive: what `gmane:12345` finds.
//
// The file of a SerialSpec (search/prefixes.hh) is a msgmap (archive/msgmap.hh), below the archive's directory if it is
// not absolute. A message gets a term for each of its Message-IDs that is in there.
#pragma once
#include <string>
#include <vector>

#include "archive/sqlite.hh"
#include "base/result.hh"

namespace lorelei::search {

// Not for two threads at once.
class SerialNumbers {
 public:
  // altids: those of the configuration. Errors: kUsage (not understood), those of SQLite.
  static Result<SerialNumbers> open(const std::vector<std::string>& altids, const std::filesystem::path& archive);
  Result<std::vector<std::string>> terms(const std::vector<std::string>& message_ids);

 private:
  struct Map {
    std::string term;
    archive::Statement number_of;
  };
  std::vector<Map> maps_;
};

}  // namespace lorelei::search
