// SPDX-License-Identifier: GPL-3.0-or-later
// What `q` and `up` have in common: what is looked for, where, and how much of it is wanted.
#pragma once
#include <functional>
#include <string>

#include "lei/gather.hh"
#include "lei/sources.hh"
#include "net/http_options.hh"
#include "search/dedupe.hh"

namespace lorelei::lei {

struct Request {
  Manner manner = Manner::kOurs;
  QueryWords query;
  SourceWish wish;  // settled: lei/sources.hh
  search::Selection selection;
  bool has_limit = false;  // the user gave one
  search::Sameness sameness = search::Sameness::kContent;
  net::HttpOptions http = {};
};

// A line for the user: "# 12 written to ...", and the like; called from one thread.
using Say = std::function<void(const std::string& line)>;

}  // namespace lorelei::lei
