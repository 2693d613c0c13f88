// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/new_objects.hh"

#include "base/deflate.hh"
#include "base/sha1.hh"
#include "git/libgit2.hh"
#include "git/loose_writer.hh"

namespace lorelei::git {

namespace {

constexpr unsigned kPackMode = 0444;  // as git has them

void append_uint32(std::string& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift & 0xff);
}

int pack_type(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return GIT_OBJECT_COMMIT;
    case ObjectType::kTree:
      return GIT_OBJECT_TREE;
    case ObjectType::kBlob:
      return GIT_OBJECT_BLOB;
    case ObjectType::kTag:
      break;
  }
  return GIT_OBJECT_TAG;
}

// The type and the size: four bits of it, then seven by seven, the lowest first.
void append_header(std::string& out, ObjectType type, std::size_t size) {
  auto byte = static_cast<unsigned>(pack_type(type)) << 4 | (size & 0x0f);
  for (size >>= 4; size; size >>= 7) {
    out += static_cast<char>(byte | 0x80);
    byte = size & 0x7f;
  }
  out += static_cast<char>(byte);
}

}  // namespace

ObjectId NewObjects::add(ObjectType type, std::string bytes) {
  const auto id = name_of(type, bytes);
  if (added_.try_emplace(id, type, std::move(bytes)).second) order_.push_back(id);
  return id;
}

Result<Object> NewObjects::read(const ObjectId& id, ObjectType type) const {
  const auto found = added_.find(id);
  if (found == added_.end()) return below_.read(id, type);
  if (found->second.type() == type) return found->second;
  return err(Error::Kind::kCorrupt, "read the object", id.hex(),
             std::string("it is a ") + to_text(found->second.type()) + ", not a " + to_text(type));
}

Result<std::optional<ObjectId>> NewObjects::find(std::string_view first_digits) const {
  if (first_digits.size() < 4) return std::nullopt;
  std::optional<ObjectId> found;
  for (const auto& id : order_) {
    if (!id.hex().starts_with(first_digits)) continue;
    if (found) return std::nullopt;
    found = id;
  }
  if (found) return found;
  return below_.find(first_digits);
}

Result<void> NewObjects::write_pack(const fs::path& object_directory) {
  std::vector<const Object*> wanted;
  for (const auto& id : order_)
    if (!below_.had(id)) wanted.push_back(&added_.at(id));
  if (wanted.empty()) return {};

  std::string pack = "PACK";
  append_uint32(pack, 2);
  append_uint32(pack, static_cast<std::uint32_t>(wanted.size()));
  Deflater deflater(Deflater::Form::kZlib);
  for (const auto* object : wanted) {
    append_header(pack, object->type(), object->bytes().size());
    pack += deflater.deflate(object->bytes());
  }
  Sha1 digest;
  digest.update(pack);
  const auto sum = digest.finish();
  pack.append(reinterpret_cast<const char*>(sum.data()), sum.size());

  const auto directory = (object_directory / "pack").string();
  TRY_VOID(make_directories(directory));
  TRY(const Libgit2* git, libgit2());
  const auto checked = [&](int code) -> Result<void> {
    if (code < 0) return tl::unexpected(git_error(*git, code, "write the pack into", directory));
    return {};
  };
  ::git_indexer* raw = nullptr;
  TRY_VOID(checked(git->git_indexer_new(&raw, directory.c_str(), kPackMode, nullptr, nullptr)));
  const std::unique_ptr<::git_indexer, FreedBy<::git_indexer, &Libgit2::git_indexer_free>> indexer(raw, {git});
  git_indexer_progress progress{};
  TRY_VOID(checked(git->git_indexer_append(raw, pack.data(), pack.size(), &progress)));
  TRY_VOID(checked(git->git_indexer_commit(raw, &progress)));
  return sync_directory(directory);
}

Result<void> NewObjects::write_loose(const fs::path& repository) {
  LooseWriter writer(repository);
  for (const auto& id : order_) {
    if (below_.had(id)) continue;
    const auto& object = added_.at(id);
    TRY_VOID(writer.add(object.type(), object.bytes()));
  }
  return writer.sync();
}

}  // namespace lorelei::git
