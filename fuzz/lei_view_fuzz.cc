// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes can be shown, answered and made into a query; what comes out is safe, and linear in what went in.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "lei/patch_query.hh"
#include "lei/reply_view.hh"
#include "lei/text_view.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

// No control character but TAB and LF, and no escape unless it is one of the palette's.
static void require_safe(const std::string& text) {
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n');
  require(is_utf8(text));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const mail::Entity message(raw);
  const lei::ShownMessage shown{.message = message, .blob = "abc", .percent = 1};
  const lei::ViewLook terminal{.audience = lei::ViewLook::kTerminal};
  require_safe(lei::text_view(shown, terminal));
  require_safe(lei::reply_view(shown, terminal));
  const lei::Palette palette;
  // Colours change nothing but the escapes.
  std::string coloured = lei::text_view(shown, {.palette = &palette, .audience = lei::ViewLook::kTerminal}), plain;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b')
      i = coloured.find('m', i);
    else
      plain += coloured[i];
  }
  require(plain == lei::text_view(shown, terminal));
  lei::PatchQuery query(std::vector<std::string>{"s,a,dfn,OR,dfa,dfb*3,dfctx,dfhh,dfpre,dfpost7"});
  query.add(raw);
  require(query.text().size() <= 64 * 1024 + size * 4 * (lei::kMaxAlternatives + 10));
  return 0;
}
