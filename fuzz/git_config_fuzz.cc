// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration file as any bytes. Whatever is read must name its line, and an error must show its place.
#include <cstdint>

#include "git/config.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entries = lorelei::git::parse_config(text, "f");
  if (!entries) {
    if (entries.error().excerpt.empty()) __builtin_trap();
    return 0;
  }
  for (const auto& entry : *entries) {
    if (entry.name.empty() || entry.line == 0) __builtin_trap();
    (void)as_bool(entry);
    (void)as_integer(entry);
  }
  return 0;
}
