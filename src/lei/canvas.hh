// SPDX-License-Identifier: GPL-3.0-or-later
// What a message is painted on: text by slots of the palette, with every control character made visible.
//
//   \0 \a \b \v \f \r   as in C          ^[   escape          \x7f, \x01 ...   others below U+0020
//
// For a terminal, also what printable() replaces: C1 controls, turned text, broken UTF-8.
#pragma once
#include <string>
#include <string_view>

#include "lei/palette.hh"
#include "mail/characters.hh"

namespace lorelei::lei {

struct ViewLook {
  const Palette* palette = nullptr;  // nothing: without colours
  enum Audience { kProgram, kTerminal } audience = kProgram;
};

class Canvas {
 public:
  explicit Canvas(const ViewLook& look) : look_(look) {}

  // The UTF-8 of a foreign text, safe to add. TAB and LF stay.
  std::string clean(const mail::Text&) const;

  void add(std::string_view text) { out_ += text; }
  void add(Slot, std::string_view text);
  bool is_coloured() const { return look_.palette != nullptr; }
  const std::string& text() const { return out_; }

 private:
  ViewLook look_;
  std::string out_;
};

}  // namespace lorelei::lei
