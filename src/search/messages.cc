// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/messages.hh"

#include "base/files.hh"

namespace lorelei::search {

Result<std::string> Messages::read(unsigned place, const archive::OverRow& row) {
  auto& reader = readers_.at(place);
  if (!reader) {
    std::error_code error;
    const auto objects = fs::absolute(places_[place].objects(), error);
    if (error) return err_errno(error.value(), "read the message", row.message_id);
    TRY(reader, git::BlobReader::open({objects.string()}));
  }
  const auto blob = git::ObjectId::parse(row.blob);
  if (!blob)
    return err(Error::Kind::kCorrupt, "read the message", row.message_id, "the index has no object name for it",
               "lorelei archive index --reindex " + places_[place].directory);
  auto read = reader->read(*blob);
  if (!read && read.error().kind == Error::Kind::kNotFound && elsewhere_) {
    TRY(auto found, elsewhere_(*blob));
    if (found) return *std::move(found);
  }
  if (!read) {
    auto error = std::move(read).error();
    if (error.kind == Error::Kind::kNotFound) error.kind = Error::Kind::kCorrupt;  // the archive had it
    return tl::unexpected(std::move(error));
  }
  auto& bytes = *read;
  if (bytes.starts_with("From ")) bytes.erase(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  return std::move(bytes);
}

}  // namespace lorelei::search
