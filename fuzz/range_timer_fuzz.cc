// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a script of additions, cancellations and wakeups: the queue does what a vector would.
#include "base/range_timer.hh"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "range_timer_script.hh"

using namespace lorelei;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  for (const auto policy : {RangeTimerQueue::Policy::kEager, RangeTimerQueue::Policy::kLazy}) {
    const std::string wrong = RangeTimerScript(policy, script).run();
    if (wrong.empty()) continue;
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
