// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/lookups.hh"

#include "base/percent.hh"
#include "base/text.hh"

namespace lorelei::lei {

namespace {

std::optional<Lookup> of_url(std::string_view url) {
  while (!url.empty() && std::string_view(">]),.;").find(url.back()) != std::string_view::npos) url.remove_suffix(1);
  auto path = url.substr(url.find("://") + 3);
  path = path.substr(0, path.find_first_of("?#"));
  const auto host_end = path.find('/');
  if (host_end == std::string_view::npos) return std::nullopt;
  const auto parts = split(path.substr(host_end + 1), '/');
  std::optional<std::size_t> at;
  for (std::size_t i = 0; i < parts.size() && !at; ++i) {
    const auto sign = percent_decoded(parts[i]).find('@');
    if (sign != std::string::npos && sign > 0 && sign + 1 < percent_decoded(parts[i]).size()) at = i;
    const bool names_view =
        i + 1 < parts.size() && (parts[i + 1] == "raw" || parts[i + 1] == "t" || parts[i + 1] == "T" ||
                                 parts[i + 1] == "t.mbox.gz" || parts[i + 1] == "t.atom");
    if (!at && names_view && i > 0 && !parts[i].empty()) at = i;
  }
  if (!at) return std::nullopt;
  Lookup lookup{"mid:" + percent_decoded(parts[*at]), Lookup::Extent::kMessage};
  if (*at + 1 < parts.size()) {
    const auto view = parts[*at + 1];
    if (view == "t" || view == "T" || view == "t.mbox.gz" || view == "t.atom") lookup.extent = Lookup::Extent::kThread;
  }
  return lookup;
}

std::string_view up_to_space(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && !is_space(text[end])) ++end;
  return text.substr(0, end);
}

}  // namespace

std::optional<Lookup> find_message_id(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos && scheme > 0) {
    auto start = scheme;
    while (start > 0 && is_alpha(text[start - 1])) --start;
    return of_url(up_to_space(text.substr(start)));
  }
  if (const auto open = text.find('<'); open != std::string_view::npos) {
    const auto close = text.find('>', open);
    if (close != std::string_view::npos && close > open + 1)
      return Lookup{"mid:" + std::string(text.substr(open + 1, close - open - 1)), Lookup::Extent::kMessage};
  }
  for (const std::string_view prefix : {"mid:", "m:", "id:"}) {
    const auto at = text.find(prefix);
    if (at == std::string_view::npos || (at > 0 && is_alnum(text[at - 1]))) continue;
    const auto id = up_to_space(text.substr(at + prefix.size()));
    if (!id.empty()) return Lookup{(prefix == "id:" ? "mid:" : std::string(prefix)) + std::string(id), {}};
  }
  return std::nullopt;
}

}  // namespace lorelei::lei
