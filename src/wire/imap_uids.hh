// SPDX-License-Identifier: GPL-3.0-or-later
// Sets of message numbers as IMAP writes them, "1:3,7": ranges, because a mailbox may have a million messages and a
// server may claim four thousand million.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::wire {

class ImapUids {
 public:
  struct Range {
    std::uint32_t first, last;  // first <= last
    bool operator==(const Range&) const = default;
  };

  ImapUids() = default;
  explicit ImapUids(const std::vector<std::uint32_t>& uids);  // in any order
  // "*" is no number here. Nothing if the text is no set.
  static std::optional<ImapUids> parse(std::string_view);

  void add(std::uint32_t uid);
  const std::vector<Range>& ranges() const { return ranges_; }  // in the order they were added
  bool empty() const { return ranges_.empty(); }
  std::uint64_t count() const;
  // The numbers in order of the ranges, at most limit.
  std::vector<std::uint32_t> numbers(std::size_t limit) const;
  // As texts for as many commands, each at most limit bytes and, in all its ranges, at most limit_count numbers.
  std::vector<std::string> texts(std::size_t limit_bytes, std::uint64_t limit_count) const;

 private:
  std::vector<Range> ranges_;
};

}  // namespace lorelei::wire
