// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/three_way_blobs.hh"

#include <fmt/core.h>

#include <optional>

#include "git/new_objects.hh"
#include "patch/apply.hh"
#include "patch/diff.hh"

namespace lorelei::workflow {

namespace {

// git's shortest abbreviation; fewer digits name nothing.
constexpr std::size_t kLeastDigits = 7;

bool names_a_file(const patch::FileChange& change) {
  return change.kind != patch::FileKind::kCreate && change.old_id.size() >= kLeastDigits &&
         change.old_id.find_first_not_of('0') != std::string::npos;
}

Result<std::optional<std::string>> blob_of(const git::NewObjects& objects, const std::string& id) {
  TRY(const auto found, objects.find(id));
  if (!found) return std::nullopt;
  const auto object = objects.read(*found, git::ObjectType::kBlob);
  if (!object) return std::nullopt;  // something else has a name that begins so
  return std::string(object->bytes());
}

}  // namespace

Result<ThreeWayBlobs> make_three_way_blobs(const AmSeries& series, const git::Objects& objects,
                                           const fs::path& object_directory) {
  ThreeWayBlobs blobs;
  std::set<std::string> wanted;
  git::NewObjects made(objects);
  for (const auto& entry : series.entries) {
    const auto diff = patch::parse_diff(entry.patch.notes);
    if (!diff) continue;  // git am will say what is wrong with it
    for (const auto& change : diff->files) {
      if (!names_a_file(change)) continue;
      blobs.wanted += wanted.insert(change.old_id).second;
      TRY(const auto before, blob_of(made, change.old_id));
      if (!before) blobs.missing.insert(fmt::format("{} ({})", change.old_path, change.old_id));
      if (!before || change.kind == patch::FileKind::kDelete) continue;
      const auto after = patch::apply_change(change, *before);
      if (!after) continue;
      const auto id = git::name_of(git::ObjectType::kBlob, after->bytes);
      if (!id.hex().starts_with(change.new_id) || objects.has(id)) continue;
      made.add(git::ObjectType::kBlob, after->bytes);
      ++blobs.made;
    }
  }
  TRY_VOID(made.write_pack(object_directory));
  return blobs;
}

}  // namespace lorelei::workflow
