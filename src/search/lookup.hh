// SPDX-License-Identifier: GPL-3.0-or-later
// A message by its Message-ID, and the conversation it is in. Needs no words, only the overview: archives of level
// basic will do.
//
// A message may be in several archives, and an id may (rarely) belong to several messages: one copy of each is given,
// from the first archive that has it. A thread is put together from all archives.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "archive/over_reader.hh"
#include "base/result.hh"
#include "search/places.hh"

namespace lorelei::search {

// What people paste: id, <id>, mid:id, a URL of a public-inbox server with the id in its path (percent-encoded).
std::string message_id_of(std::string_view argument);

struct Located {
  unsigned place;
  archive::OverRow row;
};

class Lookup {
 public:
  static Result<Lookup> open(const std::vector<std::string>& directories);

  const std::vector<Place>& places() const { return places_; }
  // Errors: kNotFound.
  Result<std::vector<Located>> messages(std::string_view message_id);
  // All of the thread, by date. An id that is only referred to has a thread, too. Errors: kNotFound.
  Result<std::vector<Located>> thread(std::string_view message_id);

 private:
  Result<void> read_into(std::vector<Located>&, unsigned place, const std::vector<std::int64_t>& numbers);

  std::vector<Place> places_;
  std::vector<archive::OverReader> overs_;
};

}  // namespace lorelei::search
