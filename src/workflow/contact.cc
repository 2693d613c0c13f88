// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/contact.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

bool is_plain(char c) { return is_alnum(c) || c == '_' || c == ' ' || c == '-'; }

std::string_view without_quotes(std::string_view name) {
  name = trim(name);
  if (name.starts_with('"')) name.remove_prefix(1);
  if (name.ends_with('"')) name.remove_suffix(1);
  return name;
}

std::string quoted_if_needed(std::string_view name) {
  name = without_quotes(name);
  if (std::all_of(name.begin(), name.end(), is_plain)) return std::string(name);
  std::string out(1, '"');
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"' && (i == 0 || name[i - 1] != '\\')) out += '\\';
    out += name[i];
  }
  out += '"';
  return out;
}

bool has_inner_at(std::string_view text) { return text.find('@', 1) != text.npos; }

// "<ADDRESS>" at the start: up to the last ">" of the last word that has one behind a "@".
std::string_view bare_address(std::string_view text) {
  if (!text.starts_with('<')) return {};
  text.remove_prefix(1);
  auto close = text.npos;
  for (auto i = text.size(); i-- > 1;) {
    if (is_space(text[i]))
      close = text.npos;
    else if (text[i] == '>' && close == text.npos)
      close = i;
    else if (text[i] == '@' && close != text.npos)
      return text.substr(0, close);
  }
  return {};
}

std::string_view address_and_more(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos || at == 0) return {};
  const auto end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_space);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

Contact contact_of(std::string_view text) {
  if (const auto open = text.find('<'); open != text.npos && open > 0) {
    const auto close = text.rfind('>');
    const auto between = close == text.npos || close < open ? "" : text.substr(open + 1, close - open - 1);
    if (!between.empty() && has_inner_at(between))
      return {quoted_if_needed(text.substr(0, open)), std::string(trim(between))};
  }
  auto address = bare_address(text.substr(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size())));
  if (address.empty()) address = address_and_more(text);
  return {"", std::string(trim(address))};
}

std::string to_text(const Contact& contact) {
  auto name = quoted_if_needed(contact.name);
  if (name.empty()) return std::string(trim(contact.address));
  name += " <";
  name += trim(contact.address);
  name += '>';
  return name;
}

std::string plain_name(const Contact& contact) {
  std::string out;
  const auto name = without_quotes(contact.name);
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) ++i;
    out += name[i];
  }
  return out;
}

}  // namespace lorelei::workflow
