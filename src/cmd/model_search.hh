// SPDX-License-Identifier: GPL-3.0-or-later
// How large a search may grow, and how it outlives its process.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/command.hh"
#include "modelcheck/check.hh"

namespace lorelei::cmd {

class ModelSearch {
 public:
  // The rows write into this object and into the options.
  void add_rows(std::vector<Option>&, modelcheck::CheckOptions&);
  // Once the rows are read. This object must live as long as the search. Errors: --checkpoint names a file that cannot
  // be written, or one that is there and neither gone on with nor to be overwritten.
  Result<void> prepare(const Env&, const Args&, bool overwrites, modelcheck::CheckOptions&);
  // What was not finished can be gone on with.
  void tell_how_to_resume(const Args&, const modelcheck::Verdict&) const;

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<std::string> spill_directory_, checkpoint_, resume_;
  std::uint64_t minutes_ = 10;
  Clock::time_point due_;
  bool is_written_ = false;
};

}  // namespace lorelei::cmd
