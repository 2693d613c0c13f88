// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/messages.hh"

#include "base/files.hh"

namespace lorelei::search {

Result<std::string> Messages::read(unsigned place, const archive::OverRow& row) {
  auto& reader = readers_.at(place);
  if (!reader) {
    TRY(reader, git::BlobReader::open({fs::absolute(places_[place].objects()).string()}));
  }
  const auto blob = git::ObjectId::parse(row.blob);
  if (!blob)
    return err(Error::Kind::kCorrupt, "read the message", row.message_id, "the index has no object name for it",
               "lorelei archive index --reindex " + places_[place].directory);
  TRY(auto bytes, reader->read(*blob));
  if (bytes.starts_with("From ")) bytes.erase(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  return bytes;
}

}  // namespace lorelei::search
