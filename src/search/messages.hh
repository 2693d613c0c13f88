// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of messages that a search has found: from the git repositories of the archives and aggregates searched.
#pragma once
#include <string>
#include <vector>

#include "archive/over_reader.hh"
#include "git/repository.hh"
#include "search/engine.hh"

namespace lorelei::search {

class Messages {
 public:
  explicit Messages(const Engine& engine) : engine_(engine), readers_(engine.places().size()) {}
  // As stored, less a "From " line of an mbox that some old archives have in front. Errors: kNotFound, kCorrupt.
  Result<std::string> read(unsigned place, const archive::OverRow&);

 private:
  const Engine& engine_;
  std::vector<std::optional<git::BlobReader>> readers_;  // of each place, opened when it is needed
};

}  // namespace lorelei::search
