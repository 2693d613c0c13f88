// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/objects.hh"

#include "base/files.hh"
#include "base/sha1.hh"
#include "git/libgit2.hh"
#include "git/loose_object.hh"
#include "git/pack_index.hh"

namespace lorelei::git {

namespace {

Result<ObjectType> object_type(git_object_t type, const ObjectId& id) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return ObjectType::kCommit;
    case GIT_OBJECT_TREE:
      return ObjectType::kTree;
    case GIT_OBJECT_BLOB:
      return ObjectType::kBlob;
    case GIT_OBJECT_TAG:
      return ObjectType::kTag;
    default:
      return err(Error::Kind::kCorrupt, "read the object", id.hex(), "its type is unknown");
  }
}

}  // namespace

const char* to_text(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTree:
      return "tree";
    case ObjectType::kBlob:
      return "blob";
    case ObjectType::kTag:
      break;
  }
  return "tag";
}

ObjectId name_of(ObjectType type, std::string_view bytes) {
  Sha1 digest;
  digest.update(to_text(type));
  digest.update(" " + std::to_string(bytes.size()) + '\0');
  digest.update(bytes);
  ObjectId id;
  id.bytes = digest.finish();
  return id;
}

// libgit2 comes along with the first object that does not lie by itself: opening it takes longer than a small command.
struct Objects::Impl {
  explicit Impl(std::vector<std::string> all) : directories(std::move(all)) {}

  const std::vector<std::string> directories;
  const Libgit2* git = nullptr;
  std::optional<OdbHandle> odb;

  Result<void> open() {
    if (odb) return {};
    TRY(git, libgit2());
    ::git_odb* raw = nullptr;
    if (const int code = git->git_odb_new(&raw); code < 0)
      return tl::unexpected(git_error(*git, code, "open the objects", directories.empty() ? "" : directories.front()));
    OdbHandle opened(raw, {git});
    for (const auto& directory : directories)
      if (const int code = git->git_odb_add_disk_alternate(raw, directory.c_str()); code < 0)
        return tl::unexpected(git_error(*git, code, "open the objects", directory));
    odb.emplace(std::move(opened));
    return {};
  }

  // As long as that has sufficed.
  std::optional<LooseObject> loose(const ObjectId& id) const {
    if (odb) return std::nullopt;
    for (const auto& directory : directories)
      if (auto object = read_loose_object(directory, id)) return object;
    return std::nullopt;
  }

  bool has(const ObjectId& id, unsigned flags) {
    if (loose(id)) return true;
    if (!open()) return false;
    const git_oid oid = to_oid(id);
    return git->git_odb_exists_ext(odb->get(), &oid, flags) == 1;
  }

  Error failure(int code, const ObjectId& id) const {
    Error error = git_error(*git, code, "read the object", id.hex());
    error.next = "git fsck in the repository lists what is damaged; a fresh clone of it mends it";
    if (code != GIT_ENOTFOUND) return error;
    if (const auto pack = find_in_packs(directories, id)) {
      error.kind = Error::Kind::kCorrupt;
      error.why = *pack + " should hold it, but can't be read: it is cut off, damaged or not there";
      return error;
    }
    error.why = directories.size() == 1 ? "it is not in " + directories.front()
                                        : "it is in none of the " + std::to_string(directories.size()) +
                                              " object directories, " + directories.front() + " the first";
    return error;
  }
};

Result<Objects> Objects::open(std::vector<std::string> directories) {
  for (const auto& directory : directories) {
    std::error_code why;
    if (!fs::is_directory(directory, why))
      return err(Error::Kind::kNotFound, "open the objects", directory, why ? why.message() : "no such directory");
  }
  Objects result;
  result.impl_ = std::make_shared<Impl>(std::move(directories));
  return result;
}

Object::Object(ObjectType type, std::string bytes) : type_(type) {
  const auto owned = std::make_shared<const std::string>(std::move(bytes));
  bytes_ = *owned;
  owner_ = owned;
}

Result<Object> Objects::read(const ObjectId& id) const {
  Object object;
  if (auto loose = impl_->loose(id)) return Object(loose->type, std::move(loose->bytes));
  TRY_VOID(impl_->open());
  const Libgit2& git = *impl_->git;
  const git_oid oid = to_oid(id);
  ::git_odb_object* raw = nullptr;
  // A miss makes libgit2 look for new packs and search once more.
  if (const int code = git.git_odb_read(&raw, impl_->odb->get(), &oid); code < 0)
    return tl::unexpected(impl_->failure(code, id));
  object.owner_ = std::shared_ptr<const void>(raw, [&git](const void* owned) {
    git.git_odb_object_free(static_cast<::git_odb_object*>(const_cast<void*>(owned)));
  });
  TRY(object.type_, object_type(git.git_odb_object_type(raw), id));
  object.bytes_ = {static_cast<const char*>(git.git_odb_object_data(raw)), git.git_odb_object_size(raw)};
  return object;
}

Result<Object> Objects::read(const ObjectId& id, ObjectType wanted) const {
  TRY(Object object, read(id));
  if (object.type() != wanted)
    return err(Error::Kind::kCorrupt, "read the object", id.hex(),
               std::string("it is a ") + to_text(object.type()) + ", not a " + to_text(wanted));
  return object;
}

Result<ObjectHeader> Objects::header(const ObjectId& id) const {
  if (const auto loose = impl_->loose(id)) return ObjectHeader{loose->type, loose->bytes.size()};
  TRY_VOID(impl_->open());
  const git_oid oid = to_oid(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (const int code = impl_->git->git_odb_read_header(&size, &type, impl_->odb->get(), &oid); code < 0)
    return tl::unexpected(impl_->failure(code, id));
  TRY(const ObjectType known, object_type(type, id));
  return ObjectHeader{known, size};
}

bool Objects::has(const ObjectId& id) const { return impl_->has(id, 0); }
bool Objects::had(const ObjectId& id) const { return impl_->has(id, GIT_ODB_LOOKUP_NO_REFRESH); }

Result<std::optional<ObjectId>> Objects::find(std::string_view digits) const {
  git_oid wanted{}, found;
  const auto raw = unhex(std::string(digits) + std::string(digits.size() % 2, '0'));
  if (digits.size() < GIT_OID_MINPREFIXLEN || digits.size() > GIT_OID_HEXSZ || !raw) return std::nullopt;
  std::memcpy(wanted.id, raw->data(), raw->size());
  TRY_VOID(impl_->open());
  const int code = impl_->git->git_odb_exists_prefix(&found, impl_->odb->get(), &wanted, digits.size());
  if (code == GIT_ENOTFOUND || code == GIT_EAMBIGUOUS) return std::nullopt;
  if (code < 0) return tl::unexpected(impl_->failure(code, from_oid(wanted)));
  return from_oid(found);
}

const std::vector<std::string>& Objects::directories() const { return impl_->directories; }
Result<::git_odb*> Objects::odb() const {
  TRY_VOID(impl_->open());
  return impl_->odb->get();
}

}  // namespace lorelei::git
