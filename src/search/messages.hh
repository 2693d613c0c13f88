// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of messages that were found: from the git repositories of the archives and aggregates searched.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/over_reader.hh"
#include "git/repository.hh"
#include "search/places.hh"

namespace lorelei::search {

class Messages {
 public:
  explicit Messages(std::vector<Place> places) : places_(std::move(places)), readers_(places_.size()) {}
  // Is asked for what an archive has in its index only.
  using Elsewhere = std::function<Result<std::optional<std::string>>(const git::ObjectId&)>;
  void set_elsewhere(Elsewhere elsewhere) { elsewhere_ = std::move(elsewhere); }
  // As stored, less a "From " line of an mbox that some old archives have in front. Errors: kNotFound, kCorrupt.
  Result<std::string> read(unsigned place, const archive::OverRow&);

 private:
  std::vector<Place> places_;
  Elsewhere elsewhere_;
  std::vector<std::optional<git::BlobReader>> readers_;  // of each place, opened when it is needed
};

}  // namespace lorelei::search
