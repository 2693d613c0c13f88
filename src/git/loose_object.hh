// SPDX-License-Identifier: GPL-3.0-or-later
// An object that lies by itself in a file, not in a pack: deflated, "TYPE SIZE", NUL, bytes.
//
// Foreign bytes: linear; the limit below. Source: gitformat-loose(5).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "git/object_id.hh"
#include "git/objects.hh"

namespace lorelei::git {

inline constexpr std::size_t kMaxLooseBytes = 64 << 20;  // as it lies, and inflated

struct LooseObject {
  ObjectType type = ObjectType::kBlob;
  std::string bytes;
};
// Nothing if it is none, or larger.
std::optional<LooseObject> parse_loose_object(std::string_view deflated);
// Nothing if there is none in the object directory, or not one that is whole and bears its name rightly.
std::optional<LooseObject> read_loose_object(const std::string& directory, const ObjectId&);

}  // namespace lorelei::git
