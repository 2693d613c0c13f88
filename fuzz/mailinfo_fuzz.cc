// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a mail for git mailinfo: both ways to treat charsets agree where the reading says that they do, and so
// do both ways to treat scissors where there are none.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mail/mailinfo.hh"

using namespace lorelei::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const auto kept = mailinfo(raw, Charsets::kKept);
  const auto converted = mailinfo(raw, Charsets::kConverted);
  const auto heeded = mailinfo(raw, Charsets::kKept, Scissors::kHeeded);
  if (kept && heeded && !heeded->reading.cut)
    if (kept->message != heeded->message || kept->patch != heeded->patch) std::abort();
  if (!kept || kept->reading.other_charset) return 0;
  if (!converted || kept->author != converted->author || kept->email != converted->email ||
      kept->subject != converted->subject || kept->date != converted->date || kept->message != converted->message ||
      kept->patch != converted->patch)
    std::abort();
  return 0;
}
