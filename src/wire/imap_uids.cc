// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_uids.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  const auto value = parse_uint(text);
  if (!value || *value == 0 || *value > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::string range_text(ImapUids::Range range) {
  auto text = std::to_string(range.first);
  if (range.last != range.first) text += ':' + std::to_string(range.last);
  return text;
}

}  // namespace

ImapUids::ImapUids(const std::vector<std::uint32_t>& uids) {
  auto sorted = uids;
  std::sort(sorted.begin(), sorted.end());
  for (const auto uid : sorted) add(uid);
}

std::optional<ImapUids> ImapUids::parse(std::string_view text) {
  ImapUids set;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto part = text.substr(0, comma);
    const auto colon = part.find(':');
    const auto first = number(part.substr(0, colon));
    const auto last = colon == std::string_view::npos ? first : number(part.substr(colon + 1));
    if (!first || !last) return std::nullopt;
    set.ranges_.push_back({std::min(*first, *last), std::max(*first, *last)});
    if (comma + 1 == text.size()) return std::nullopt;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return set;
}

void ImapUids::add(std::uint32_t uid) {
  if (!ranges_.empty() && ranges_.back().last == uid) return;
  if (!ranges_.empty() && ranges_.back().last + 1 == uid)
    ranges_.back().last = uid;
  else
    ranges_.push_back({uid, uid});
}

std::uint64_t ImapUids::count() const {
  std::uint64_t count = 0;
  for (const auto& range : ranges_) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

std::vector<std::uint32_t> ImapUids::numbers(std::size_t limit) const {
  std::vector<std::uint32_t> all;
  for (const auto& range : ranges_)
    for (std::uint64_t uid = range.first; uid <= range.last; ++uid) {
      if (all.size() == limit) return all;
      all.push_back(static_cast<std::uint32_t>(uid));
    }
  return all;
}

std::vector<std::string> ImapUids::texts(std::size_t limit_bytes, std::uint64_t limit_count) const {
  std::vector<std::string> texts;
  std::uint64_t room = 0;
  for (auto range : ranges_)
    for (;;) {
      const auto left = std::uint64_t{range.last} - range.first + 1;
      if (texts.empty() || room == 0 || texts.back().size() + 22 > limit_bytes) {
        texts.emplace_back();
        room = limit_count;
      }
      const auto taken = std::min(left, room);
      auto& text = texts.back();
      if (!text.empty()) text += ',';
      text += range_text({range.first, static_cast<std::uint32_t>(range.first + taken - 1)});
      room -= taken;
      if (taken == left) break;
      range.first = static_cast<std::uint32_t>(range.first + taken);
    }
  return texts;
}

}  // namespace lorelei::wire
