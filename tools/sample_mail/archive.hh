// SPDX-License-Identifier: GPL-3.0-or-later
// The sample as a whole: which threads there are, in which order their mail arrives, what each list adds to it.
//
// The floppy story and the odd mails come first and are always in it; threads drawn at random fill up to the count,
// from kSpan (longer for more than a thousand mails) before kNow to kNow. Only mail that has not arrived yet is kept in
// memory, so the count may be as large as a disk allows.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.hh"
#include "sample_mail/people.hh"
#include "sample_mail/stories.hh"

namespace lorelei::sample {

inline constexpr std::int64_t kSpan = 180 * kDay;
inline constexpr std::uint64_t kDefaultCount = 640;

struct Plan {
  Lists lists = Lists::kBoth;           // kBoth: mail to both lists comes once, as the disk list sends it
  std::uint64_t count = kDefaultCount;  // of all mails to either list; a single list has fewer
  std::uint64_t seed = 1;
};

// In order of arrival; bytes as the list delivers them. Ends with the first error that visit returns.
Result<void> generate(const Plan&,
                      const std::function<Result<void>(std::string_view bytes, std::int64_t arrival)>& visit);

}  // namespace lorelei::sample
