// SPDX-License-Identifier: GPL-3.0-or-later
// The name of a git object (SHA-1; a repository with SHA-256 is refused where it is opened).
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hh"

namespace lorelei::git {

struct ObjectId {
  std::array<unsigned char, 20> bytes{};

  auto operator<=>(const ObjectId&) const = default;
  std::string hex() const { return lorelei::hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }
  // 40 hexadecimal digits; nothing for anything else.
  static std::optional<ObjectId> parse(std::string_view digits) {
    const auto raw = digits.size() == 40 ? unhex(digits) : std::nullopt;
    if (!raw) return std::nullopt;
    ObjectId id;
    std::memcpy(id.bytes.data(), raw->data(), id.bytes.size());
    return id;
  }
};

struct ObjectIdHash {
  std::size_t operator()(const ObjectId& id) const {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);  // the digest is uniform already
    return h;
  }
};

}  // namespace lorelei::git
