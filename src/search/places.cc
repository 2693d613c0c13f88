// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/places.hh"

#include <algorithm>

#include "base/text.hh"
#include "search/schema.hh"

namespace lorelei::search {

Result<Place> find_place(const std::string& directory) {
  using Kind = Error::Kind;
  std::error_code ignored;
  const fs::path dir(directory);
  if (!fs::is_directory(dir, ignored))
    return err(Kind::kNotFound, "search", directory, "there is no such directory", "lorelei archive ls");
  const auto version = std::to_string(kSchemaVersion);
  Place place{directory, Place::kArchive, dir / ("xap" + version), 0};
  if (fs::is_directory(dir / ("ei" + version), ignored)) {
    place.kind = Place::kAggregate;
    place.index = dir / ("ei" + version);
  } else if (!fs::is_directory(place.index, ignored)) {
    if (fs::exists(dir / "public-inbox" / ("xapian" + version), ignored))
      return err(Kind::kRefused, "search", directory, "it is an archive of version 1",
                 "public-inbox-convert makes one of version 2 from it");
    return err(Kind::kNotFound, "search", directory, "it has no index", "lorelei archive index " + directory);
  }
  std::error_code why;
  for (fs::directory_iterator at(place.index, why), end; !why && at != end; at.increment(why))
    if (const auto number = parse_uint(at->path().filename().string()))
      place.shards = std::max(place.shards, static_cast<unsigned>(*number) + 1);
  if (why) return err_errno(why.value(), "search", place.index.string());
  return place;
}

std::string identity_of(const Place& place) {
  constexpr std::size_t kAt = 16, kSize = 16;  // search/glass_version.hh
  const auto version = read_file(place.index / "0" / "iamglass");
  return version && version->size() >= kAt + kSize ? hex(std::string_view(*version).substr(kAt, kSize)) : "";
}

}  // namespace lorelei::search
