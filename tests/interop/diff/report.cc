// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/diff/report.hh"

#include <fmt/core.h>

#include <cstdio>

namespace lorelei::interop {

void Report::difference(const std::string& kind, std::string_view where, std::string_view left,
                        std::string_view right) {
  const std::size_t count = ++counts_[kind];
  if (count <= shown_) fmt::print("{}: {}\n    left   {}\n    right  {}\n", kind, where, left, right);
  if (count == shown_ + 1) fmt::print("{}: further differences are only counted\n", kind);
}

void Report::note(std::string_view text) { fmt::print("note: {}\n", text); }

std::size_t Report::differences() const {
  std::size_t sum = 0;
  for (const auto& [kind, count] : counts_) sum += count;
  return sum;
}

void Report::print_summary() const {
  for (const auto& [kind, count] : compared_) {
    const auto found = counts_.find(kind);
    fmt::print("{:<18} {:>10} compared {:>8} differ\n", kind, count, found == counts_.end() ? 0 : found->second);
  }
  for (const auto& [kind, count] : counts_)
    if (!compared_.contains(kind)) fmt::print("{:<18} {:>19} {:>8} differ\n", kind, "", count);
  fmt::print("{}\n", differences() == 0 ? "equal" : fmt::format("{} differences", differences()));
}

void PartitionDiff::add(const std::string& thing, std::string_view left_label, std::string_view right_label) {
  const std::string left(left_label), right(right_label);
  const auto& in_left = left_.try_emplace(left, Seen{right, thing}).first->second;
  const auto& in_right = right_.try_emplace(right, Seen{left, thing}).first->second;
  if (in_left.other_label != right)
    report_.difference(kind_, thing, fmt::format("together with {}", in_left.first_thing), "apart from it");
  else if (in_right.other_label != left)
    report_.difference(kind_, thing, "apart from it", fmt::format("together with {}", in_right.first_thing));
}

std::string place(std::int64_t number, const MessageIds& ids) {
  const auto found = ids.find(number);
  return fmt::format("{} <{}>", number, found == ids.end() ? "no message-id" : found->second);
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t kMax = 160;
  std::string out;
  for (const char c : text.substr(0, kMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  if (text.size() > kMax) out += fmt::format("... ({} bytes)", text.size());
  return out;
}

}  // namespace lorelei::interop
