// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/libraries.hh"

#include <libdeflate.h>
#include <sqlite3.h>
#include <xapian.h>
#include <zlib.h>

namespace lorelei::search {

std::vector<std::pair<std::string, std::string>> linked_libraries() {
  return {{"Xapian", Xapian::version_string()},
          {"SQLite", sqlite3_libversion()},
          {"zlib", zlibVersion()},
          {"libdeflate", LIBDEFLATE_VERSION_STRING}};
}

}  // namespace lorelei::search
