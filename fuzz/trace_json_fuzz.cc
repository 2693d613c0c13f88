// SPDX-License-Identifier: GPL-3.0-or-later
// Traces in JSON that anybody wrote: what is taken for one has states, and a loop that leads to one of them.
#include <cstdint>
#include <cstdlib>

#include "modelcheck/trace_json.hh"

using namespace lorelei;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 100'000) return 0;
  const auto trace = modelcheck::JsonTrace::parse({reinterpret_cast<const char*>(data), size});
  if (!trace) return 0;
  if (trace->size() == 0) std::abort();
  if (trace->back_to() && *trace->back_to() >= trace->size()) std::abort();
  return 0;
}
