// SPDX-License-Identifier: GPL-3.0-or-later
// How deep the parser may call itself: foreign text does not decide how much stack there is.
#pragma once
#include <fmt/core.h>

#include "tla/parser.hh"

namespace lorelei::tla {

inline constexpr std::uint32_t kMaxNesting = 400;

class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (++parser_.nesting_ > kMaxNesting)
      parser_.fail(parser_.peek().place, fmt::format("this is nested more than {} deep", kMaxNesting),
                   "give parts of it names of their own");
  }
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
};

}  // namespace lorelei::tla
