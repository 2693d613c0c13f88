// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/folded_addresses.hh"

#include <vector>

#include "lei/character_class.hh"

namespace lorelei::lei {

namespace {

using mail::Text;

constexpr std::size_t kColumns = 72;
constexpr std::size_t kTab = 8;
constexpr std::size_t kRoom = kColumns - kTab;  // what a line holds behind its TAB

// The characters of a text, with the place of each.
class Characters {
 public:
  explicit Characters(const Text& text) {
    for (std::size_t at = 0; at < text.bytes.size();) {
      all_.push_back(character_at(text.bytes, at, text.form));
      places_.push_back(at);
      at += all_.back().length;
    }
    places_.push_back(text.bytes.size());
  }

  std::size_t size() const { return all_.size(); }
  std::size_t place(std::size_t i) const { return places_[i]; }
  bool is(std::size_t i, char32_t c) const { return i < size() && all_[i].value == c; }
  bool is_space(std::size_t i) const { return i < size() && all_[i].is_space; }
  bool is_word(std::size_t i) const { return i < size() && all_[i].is_word; }
  bool may_end(std::size_t i) const { return i == size() || is_space(i); }

 private:
  std::vector<Character> all_;
  std::vector<std::size_t> places_;
};

// A piece may end at end if a comma or the end of the text is there; the comma is part of it. 0: it may not.
std::size_t end_at_comma(const Characters& text, std::size_t end) {
  if (text.is(end, ',') && text.may_end(end + 1)) return end + 1;
  return end == text.size() ? end : 0;
}

// Where the piece that starts at start ends; 0 if none can start there.
std::size_t end_of_piece(const Characters& text, std::size_t start) {
  std::size_t line = 0;  // characters up to the next line end
  while (line < kRoom && start + line < text.size() && !text.is(start + line, '\n')) ++line;
  for (std::size_t n = line + 1; n-- > 0;) {
    const auto last = start + n;
    if (last >= text.size() || text.is_word(last)) continue;
    if (const auto end = end_at_comma(text, last + 1)) return end;
  }
  for (std::size_t n = line; n > 0; --n)
    if (const auto end = end_at_comma(text, start + n)) return end;
  for (std::size_t n = line; n > 0; --n)
    if (text.may_end(start + n)) return start + n;
  if (line < kRoom) return 0;
  for (std::size_t end = start + kRoom; end < text.size() && !text.is(end, '\n'); ++end)
    if (text.may_end(end + 1)) return end + 1;
  return 0;
}

}  // namespace

Text folded_addresses(const Text& text) {
  const Characters all(text);
  if (all.size() <= kColumns) return text;
  std::size_t size = all.size();
  while (size > 0 && all.is_space(size - 1)) --size;
  const Text trimmed{text.bytes.substr(0, all.place(size)), text.form};
  const Characters characters(trimmed);
  Text folded{"", text.form};
  for (std::size_t start = 0; start < characters.size();) {
    const auto end = end_of_piece(characters, start);
    if (end == 0) {
      ++start;
      continue;
    }
    if (!folded.bytes.empty()) folded.bytes += "\n\t";
    folded.bytes += trimmed.bytes.substr(characters.place(start), characters.place(end) - characters.place(start));
    start = end + 1;  // the white space behind it goes
  }
  return folded;
}

}  // namespace lorelei::lei
