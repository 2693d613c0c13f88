// SPDX-License-Identifier: GPL-3.0-or-later
// A walk over the text of one response: atoms, strings, literals, lists. What is not understood can be skipped whole,
// however deep it is nested, without recursion.
//
// For .cc files of this room only.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::wire {

class ImapCursor {
 public:
  explicit ImapCursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool accept(char c);  // moves on if c is next
  void skip_spaces();
  std::string_view rest() const { return rest_; }

  // Up to a space, a parenthesis or the end; brackets keep what is between them together: BODY[HEADER.FIELDS (TO)]<0>.
  std::string_view atom();
  std::optional<std::uint64_t> number();
  // A quoted string, a literal or an atom. Nothing: none of them is next.
  std::optional<std::string> string();
  // The same, where NIL stands for no string.
  struct Nilable {
    bool is_well_formed = false;
    std::optional<std::string> value = {};
  };
  Nilable nilable();
  // "(a b c)" as its words. Empty if there is no list.
  std::vector<std::string> flat_list();
  // One value of any kind. False if the text ends before it does.
  bool skip_value();

 private:
  std::optional<std::string> quoted();
  std::optional<std::string_view> literal();

  std::string_view rest_;
};

}  // namespace lorelei::wire
