// SPDX-License-Identifier: GPL-3.0-or-later
// A file as lines, of which hunks replace some. Part of patch/apply.
//
// The lines before the last replacement and those behind it are two stacks, tops together: hunks mostly come in order,
// so a replacement moves only the lines between it and the one before. No line is copied, they are views.
#pragma once
#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include "patch/lines.hh"

namespace lorelei::patch {

class LineImage {
 public:
  struct Line {
    std::string_view bytes;   // with its LF, if it has one
    bool is_patched = false;  // a hunk has brought it
  };

  explicit LineImage(std::string_view bytes) {
    while (!bytes.empty()) behind_.push_back({next_whole_line(bytes)});
    std::reverse(behind_.begin(), behind_.end());
  }

  std::size_t size() const { return before_.size() + behind_.size(); }
  const Line& operator[](std::size_t at) const { return at < before_.size() ? before_[at] : behind_[size() - 1 - at]; }

  void replace(std::size_t at, std::size_t count, const std::vector<std::string_view>& lines) {
    assert(at <= size() && count <= size() - at);
    for (; before_.size() > at; before_.pop_back()) behind_.push_back(before_.back());
    for (; before_.size() < at; behind_.pop_back()) before_.push_back(behind_.back());
    behind_.resize(behind_.size() - count);
    for (const auto line : lines) before_.push_back({line, /*is_patched=*/true});
  }

  std::string bytes() const {
    std::size_t total = 0;
    for (std::size_t i = 0; i < size(); ++i) total += (*this)[i].bytes.size();
    std::string all;
    all.reserve(total);
    for (std::size_t i = 0; i < size(); ++i) all += (*this)[i].bytes;
    return all;
  }

 private:
  std::vector<Line> before_, behind_;  // behind_ has the last line first
};

}  // namespace lorelei::patch
