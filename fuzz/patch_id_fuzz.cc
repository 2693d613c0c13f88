// SPDX-License-Identifier: GPL-3.0-or-later
// patch_id on any bytes: no crash; words before the patch change nothing; no id without a diff line.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "patch/diff_terms.hh"
#include "patch/patch_id.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto id = lorelei::patch::patch_id(text);
  if (id && !lorelei::patch::has_diff_line(text)) std::abort();
  if (id != lorelei::patch::patch_id("words\n" + text)) std::abort();
  return 0;
}
