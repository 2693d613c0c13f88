// SPDX-License-Identifier: GPL-3.0-or-later
// The zone of a date, by name or number, maybe both; taken out of its text.
#pragma once
#include <cstdint>
#include <optional>

#include "mail/date_text.hh"

namespace lorelei::mail {

struct DateZone {
  bool is_known = true;                 // false: there is a zone, but nobody knows it
  std::optional<std::int64_t> seconds;  // east of Greenwich
};
// before: what is known already ("12:34z"); it stays unless another zone follows.
DateZone take_zone(DateText&, std::optional<std::int64_t> before);

}  // namespace lorelei::mail
