// SPDX-License-Identifier: GPL-3.0-or-later
// Where the sample goes: one mbox file of the mboxrd kind, or a new Maildir.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::sample {

class Output {
 public:
  virtual ~Output() = default;
  virtual Result<void> add(std::string_view bytes, std::int64_t arrival) = 0;
  virtual Result<void> close() = 0;
};

// path "-" is standard output; otherwise nothing may be there yet.
Result<std::unique_ptr<Output>> open_mboxrd(const fs::path&);
Result<std::unique_ptr<Output>> open_maildir(const fs::path&);

}  // namespace lorelei::sample
