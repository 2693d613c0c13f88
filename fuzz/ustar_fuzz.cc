// SPDX-License-Identifier: GPL-3.0-or-later
// Tar archives that anybody wrote: what is read from one that has short names is written and read alike.
#include <cstdint>
#include <cstdlib>

#include "base/ustar.hh"

using namespace lorelei;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 100'000) return 0;
  const auto files = read_ustar({reinterpret_cast<const char*>(data), size});
  if (!files) return 0;
  const auto archive = ustar_of(*files);
  if (!archive) return 0;
  const auto again = read_ustar(*archive);
  if (!again || again->size() != files->size()) std::abort();
  for (std::size_t i = 0; i < files->size(); ++i)
    if ((*again)[i].name != (*files)[i].name || (*again)[i].bytes != (*files)[i].bytes) std::abort();
  return 0;
}
