// SPDX-License-Identifier: GPL-3.0-or-later
// What a series that is being prepared needs first, as its tracking has it, a line each and in the order in which it is
// applied:
//
//   line := "patch-id: " 40 hexadecimal digits          one patch
//         | "change-id: " ID ":v" NUMBER                a revision of a series
//         | "message-id: " ID                           the revision that this mail belongs to
//         | "base-commit: " REVISION                    what all of it is based on; at most one
//         | "#" comment | ""
//
// Foreign bytes (a branch may come from anybody): linear.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/work_tree.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxDependencies = 100;

struct Dependency {
  enum class Kind { kPatchId, kChangeId, kMessageId, kBaseCommit } kind = Kind::kPatchId;
  std::string value;  // the id; without the revision
  int revision = 0;   // of kChangeId

  std::string line() const;
  bool operator==(const Dependency&) const = default;
};
// Nothing: it is no such line.
std::optional<Dependency> dependency_in(std::string_view line);
// Those of a tracking; lines that make no sense are left out.
std::vector<Dependency> dependencies_in(const std::vector<std::string>& lines);
// Of a text that a person wrote, each once. Errors: kUsage, with the line.
Result<std::vector<Dependency>> read_dependencies(std::string_view text);
// The commit of the base-commit among them. Nothing: there is none. Errors: kNotFound, it is not here.
Result<std::optional<git::ObjectId>> named_base(const git::WorkTree&, const std::vector<Dependency>&);

}  // namespace lorelei::workflow
