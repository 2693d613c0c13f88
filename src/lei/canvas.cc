// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/canvas.hh"

#include <fmt/core.h>

#include "base/text.hh"

namespace lorelei::lei {

static void append_visible(std::string& out, char c) {
  switch (c) {
    case '\t':
    case '\n':
      out += c;
      break;
    case '\0':
      out += "\\0";
      break;
    case '\a':
      out += "\\a";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\v':
      out += "\\v";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\x1b':
      out += "^[";
      break;
    default:
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

std::string Canvas::clean(const mail::Text& text) const {
  const auto utf8 = to_utf8(text);
  std::string out;
  out.reserve(utf8.size());
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      append_visible(out, c);
    else
      out += c;
  }
  return look_.audience == ViewLook::kTerminal ? printable(out, Lines::kKeep) : out;
}

void Canvas::add(Slot slot, std::string_view text) {
  if (look_.palette)
    look_.palette->paint(out_, slot, text);
  else
    out_ += text;
}

}  // namespace lorelei::lei
