// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/mailmap.hh"

#include <algorithm>
#include <optional>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

// "TEXT<ADDRESS>" at the end of a line, taken apart; nothing if it does not end so.
struct Ending {
  std::string_view before, address;
};
std::optional<Ending> ending_of(std::string_view line) {
  if (!line.ends_with('>')) return std::nullopt;
  const auto open = line.rfind('<');
  if (open == line.npos) return std::nullopt;
  const auto address = line.substr(open + 1, line.size() - open - 2);
  if (address.empty() || address.find('>') != address.npos) return std::nullopt;
  return Ending{line.substr(0, open), address};
}

Contact joined(std::string_view name, std::string_view address) {
  std::string text(trim_end(name));
  text += " <";
  text += address;
  text += '>';
  return contact_of(text);
}

}  // namespace

Mailmap::Mailmap(std::string_view text, Case how) : case_(how) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    read_line(trim(text.substr(0, std::min(text.find('#'), end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Mailmap::read_line(std::string_view line) {
  const auto last = ending_of(line);
  if (!last) return;
  const auto wrong = case_ == Case::kIgnored ? to_lower(last->address) : std::string(last->address);
  const auto before = trim_end(last->before);
  if (before.find('<') == before.npos) {
    if (last->before.empty()) return;
    const auto real = joined(before, last->address);
    names_[case_ == Case::kIgnored ? to_lower(real.address) : real.address] = real.name;
  } else if (const auto first = ending_of(before)) {
    if (first->before.empty()) {
      addresses_[wrong] = first->address;
      return;
    }
    const auto real = joined(first->before, first->address);
    names_[wrong] = real.name;
    addresses_[wrong] = real.address;
  } else if (const auto close = before.rfind('>'); close != before.npos) {
    const auto other = ending_of(before.substr(0, close + 1));
    if (!other || other->before.empty()) return;
    const auto real = joined(other->before, other->address);
    const auto old = to_text(joined(before.substr(close + 1), wrong));
    names_[old] = real.name;
    addresses_[old] = real.address;
  }
}

Contact Mailmap::mapped(Contact contact) const {
  const auto replace = [&](const std::string& key) {
    const auto name = names_.find(key);
    const auto address = addresses_.find(key);
    const bool is_known = name != names_.end() || address != addresses_.end();
    if (name != names_.end()) contact.name = name->second;
    if (address != addresses_.end()) contact.address = address->second;
    return is_known;
  };
  const std::string address = contact.address;
  if (!replace(to_text(contact))) replace(address);
  return contact_of(to_text(contact));
}

std::optional<Contact> Mailmap::moved(std::string_view address) const {
  const auto key = to_lower(address);
  const auto found = addresses_.find(key);
  if (found == addresses_.end() || equal_ignore_case(found->second, address)) return std::nullopt;
  const auto name = names_.find(key);
  return Contact{name == names_.end() ? "" : name->second, found->second};
}

}  // namespace lorelei::workflow
