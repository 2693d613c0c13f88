// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/addresses_in_file.hh"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

bool is_accented(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 && byte <= 0xc3;
}
bool is_of_name(char c) {
  return is_alpha(c) || is_accented(c) || std::string_view("',.+-").find(c) != std::string_view::npos;
}
bool is_near(char c) { return is_of_name(c) || c == '"' || c == ' '; }
bool is_of_local(char c) { return is_alnum(c) || std::string_view("_.+-").find(c) != std::string_view::npos; }
bool is_of_domain(char c) { return is_alnum(c) || c == '.' || c == '-'; }
bool is_opening(char c) { return c == '(' || c == '<' || c == '{'; }
bool is_closing(char c) { return c == ')' || c == '>' || c == '}'; }

template <typename Is>
std::size_t back_over(std::string_view text, std::size_t from, std::size_t limit, const Is& is) {
  while (from > limit && is(text[from - 1])) --from;
  return from;
}

template <typename Is>
std::size_t on_over(std::string_view text, std::size_t from, const Is& is) {
  while (from < text.size() && is(text[from])) ++from;
  return from;
}

// Where a domain ends that has a dot with letters or digits behind it; nothing if it has none.
std::optional<std::size_t> end_of_domain(std::string_view text, std::size_t from) {
  const auto end = on_over(text, from, is_of_domain);
  for (auto dot = end; dot-- > from + 1;)
    if (text[dot] == '.' && dot + 1 < end && is_alnum(text[dot + 1])) return on_over(text, dot + 1, is_alnum);
  return std::nullopt;
}

// What begins with an initial, or has one between, keeps three words.
std::string shortened(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (is_of_name(c))
      words.back() += c;
    else
      words.emplace_back();
  }
  while (!words.empty() && words.back().empty()) words.pop_back();
  if (words.size() <= 2) return name;
  const auto& first = words[words.size() - 3];
  const auto& middle = words[words.size() - 2];
  const bool is_initial = (first.size() == 1 && is_alpha(first[0])) || (first.size() == 2 && first[1] == '.');
  const bool has_middle = middle.size() == 1 || (middle.size() == 2 && middle[1] == '.');
  auto out = is_initial || has_middle ? first + " " : std::string();
  out += middle;
  out += ' ';
  out += words.back();
  return out;
}

bool is_stop(char c) { return c == ',' || c == '.'; }

std::string without_stops(std::string name) {
  if (!name.empty() && is_stop(name.back()))
    name.pop_back();
  else if (name.size() > 1 && name.back() == '"' && is_stop(name[name.size() - 2]))
    name.erase(name.size() - 2, 1);
  if (!name.empty() && is_stop(name.front()))
    name.erase(0, 1);
  else if (name.size() > 1 && name.front() == '"' && is_stop(name[1]))
    name.erase(1, 1);
  return name;
}

// before: what stands in front of the address; it may be empty.
Contact contact_from(std::string_view before, std::string_view address) {
  std::string text(before);
  text += '<';
  text += address;
  text += '>';
  auto contact = contact_of(text);
  contact.name = without_stops(shortened(contact.name));
  return contact_of(to_text(contact));
}

}  // namespace

std::vector<Contact> addresses_in_file(std::string_view text) {
  std::vector<Contact> found;
  std::size_t limit = 0;  // the end of the one before
  for (auto at = text.find('@'); at != text.npos; at = text.find('@', at + 1)) {
    const auto local = back_over(text, at, limit, is_of_local);
    const auto end = end_of_domain(text, at + 1);
    if (local == at || !end) continue;
    const auto open = local > limit && is_opening(text[local - 1]) ? local - 1 : local;
    auto start = back_over(text, open, limit, is_space);
    start = back_over(text, start, limit, [](char c) { return c == ','; });
    start = back_over(text, start, limit, is_space);
    start = back_over(text, start, limit, is_near);
    found.push_back(contact_from(text.substr(start, open - start), text.substr(local, *end - local)));
    limit = *end < text.size() && is_closing(text[*end]) ? *end + 1 : *end;
  }
  return found;
}

}  // namespace lorelei::workflow
