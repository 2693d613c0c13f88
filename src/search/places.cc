// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/places.hh"

#include "base/text.hh"
#include "search/shards.hh"

namespace lorelei::search {

Result<Place> find_place(const std::string& directory) {
  using Kind = Error::Kind;
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored))
    return err(Kind::kNotFound, "search", directory, "there is no such directory", "lorelei archive ls");
  const auto layout = archive::find_layout(directory);
  if (!layout || !fs::is_directory(layout->index(), ignored))
    return err(Kind::kNotFound, "search", directory, "it has no index",
               archive::indexing_command(layout.value_or(archive::Layout{}), directory));
  Place place{directory, *layout, named_shards(layout->index())};
  // One database need not have a directory of its own.
  if (place.shards.empty() && fs::exists(layout->index() / "iamglass", ignored)) place.shards = {layout->index()};
  return place;
}

std::string identity_of(const Place& place) {
  constexpr std::size_t kAt = 16, kSize = 16;  // search/glass_version.hh
  if (place.shards.empty()) return "";
  const auto version = read_file(place.shards.front() / "iamglass");
  return version && version->size() >= kAt + kSize ? hex(std::string_view(*version).substr(kAt, kSize)) : "";
}

}  // namespace lorelei::search
