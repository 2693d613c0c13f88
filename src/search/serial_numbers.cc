// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/serial_numbers.hh"

#include "search/prefixes.hh"

namespace lorelei::search {

Result<SerialNumbers> SerialNumbers::open(const std::vector<std::string>& altids,
                                          const std::filesystem::path& archive) {
  SerialNumbers numbers;
  for (const auto& altid : altids) {
    const auto spec = parse_altid(altid);
    if (!spec)
      return err(Error::Kind::kUsage, "read the setting altid of", archive.string(),
                 "'" + altid + "' is not understood", "serial:PREFIX:file=FILE");
    TRY(const auto db, archive::Sqlite::open(archive / spec->file, archive::SqliteMode::kReadOnly));
    numbers.maps_.push_back({spec->term(), archive::Statement(db, "SELECT num FROM msgmap WHERE mid = ?")});
  }
  return numbers;
}

Result<std::vector<std::string>> SerialNumbers::terms(const std::vector<std::string>& message_ids) {
  std::vector<std::string> all;
  for (auto& map : maps_)
    for (const auto& id : message_ids) {
      TRY(const bool found, map.number_of.bind(id).step());
      if (found) all.push_back(map.term + std::to_string(map.number_of.integer(0)));
      map.number_of.reset();
    }
  return all;
}

}  // namespace lorelei::search
