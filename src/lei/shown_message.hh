// SPDX-License-Identifier: GPL-3.0-or-later
// A message as a search found it: its bytes, and what the results say of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/message.hh"

namespace lorelei::lei {

struct ShownMessage {
  const mail::Entity& message;
  std::string blob = {};            // its id; empty: not known
  std::optional<int> percent = {};  // how well it matched
  std::vector<std::string> keywords = {};
  std::vector<std::string> labels = {};
  std::int64_t received = 0;  // seconds since 1970
};

}  // namespace lorelei::lei
