// SPDX-License-Identifier: GPL-3.0-or-later
// What is found, shown or passed on from start to end: JSON, a list, text to be read, an answer to be written, an mbox
// on standard output or in a pipe. Nothing of it is kept, so nothing is remembered either; destinations that keep mail
// are lei/box.hh.
//
// A listing takes one message after the other and knows which of them it has (search/dedupe.hh).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archive/over_reader.hh"
#include "base/env.hh"
#include "lei/destination.hh"
#include "lei/marks.hh"
#include "search/dedupe.hh"
#include "search/results.hh"

namespace lorelei::lei {

struct Shown {
  const archive::OverRow& row;
  std::optional<int> percent;
  Mark mark;                                         // what the user's marks say, and what the search says
  const std::function<Result<std::string>()>& read;  // the bytes of the message
};
enum class Taken { kShown, kDuplicate };

class Listing {
 public:
  virtual ~Listing() = default;
  virtual Result<Taken> take(const Shown&) = 0;
  virtual Result<void> finish() = 0;
};

struct ListingOptions {
  Destination to;  // a stream
  search::JsonLook look = search::JsonLook::kCompact;
  search::JsonLetters letters = search::JsonLetters::kAll;
  search::Sameness sameness = search::Sameness::kContent;
  Manner manner = Manner::kOurs;
};
// Errors: kFailed, the pipe cannot be opened.
Result<std::unique_ptr<Listing>> open_listing(Env&, const ListingOptions&);

}  // namespace lorelei::lei
