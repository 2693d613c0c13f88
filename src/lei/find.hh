// SPDX-License-Identifier: GPL-3.0-or-later
// A search whose results are shown: on a terminal, to a pipe. Archives here are searched as one, in the order that was
// asked for; what servers answer comes behind.
#pragma once
#include <vector>

#include "lei/listing.hh"
#include "lei/request.hh"

namespace lorelei::lei {

struct FindReport {
  std::uint64_t matches = 0, shown = 0, duplicates = 0;
  std::uint64_t estimated = 0;     // of archives here, without limit and offset
  std::vector<std::string> notes;  // what the user may want to know: one line each
  std::vector<Error> problems;     // messages or sources that could not be read
  int status = 0;                  // the exit status that stands for the first problem
};
// blobs: messages that are shown before what the query finds; with an empty query they are all.
Result<FindReport> find_messages(Env&, const Settings&, const Request&, const ListingOptions&, const Say&,
                                 const std::vector<git::ObjectId>& blobs = {});

}  // namespace lorelei::lei
