// SPDX-License-Identifier: GPL-3.0-or-later
// A set of object directories, read: any object by its name, as the bytes that git hashed. By ourselves as long as they
// lie in files of their own (git/loose_object.hh), by libgit2 from the first one that does not.
//
// libgit2 answers "not found" both for an object that is nowhere and for one in a pack that it can't open (cut off,
// without its .pack, unreadable). Those are different news for the user, so a miss is looked up once more by our own
// small reader of pack indices before it is reported.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "git/object_id.hh"

struct git_odb;

namespace lorelei::git {

enum class ObjectType { kCommit, kTree, kBlob, kTag };
const char* to_text(ObjectType);

// The name that git gives to an object of this type with these bytes.
ObjectId name_of(ObjectType, std::string_view bytes);

// An object's bytes; they live as long as this does.
class Object {
 public:
  Object() = default;
  Object(ObjectType type, std::string bytes);
  ObjectType type() const { return type_; }
  std::string_view bytes() const { return bytes_; }

 private:
  friend class Objects;
  std::shared_ptr<const void> owner_;
  ObjectType type_ = ObjectType::kBlob;
  std::string_view bytes_;
};

struct ObjectHeader {
  ObjectType type;
  std::uint64_t size_bytes;
};

// Not for several threads at once; open one for each.
class Objects {
 public:
  // directories: absolute object directories, in the order of search. Errors: kNotFound if one does not exist.
  static Result<Objects> open(std::vector<std::string> directories);

  // Errors: kNotFound; kCorrupt if it is there but can't be unpacked.
  Result<Object> read(const ObjectId&) const;
  Result<ObjectHeader> header(const ObjectId&) const;
  bool has(const ObjectId&) const;
  // The same without a look for packs that came since this was opened: an answer "no" costs little, and may be wrong.
  bool had(const ObjectId&) const;
  // The one object whose name begins with these digits (4 to 40 of them); nothing if there is none, or several.
  Result<std::optional<ObjectId>> find(std::string_view first_digits) const;
  // Reads an object that must be of this type; another one is kCorrupt.
  Result<Object> read(const ObjectId&, ObjectType) const;

  const std::vector<std::string>& directories() const;
  Result<::git_odb*> odb() const;  // owned by this

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::git
