// SPDX-License-Identifier: GPL-3.0-or-later
// libgit2 as this project calls it: the functions, opened on first use, and handles that free themselves.
//
// For .cc files of this room only: it brings in libgit2's own header.
#pragma once
#include <git2.h>
#include <git2/sys/repository.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/library.hh"
#include "git/object_id.hh"

namespace lorelei::git {

#define LORELEI_GIT2_FUNCTIONS(F)  \
  F(git_libgit2_init)              \
  F(git_libgit2_opts)              \
  F(git_error_last)                \
  F(git_odb_new)                   \
  F(git_odb_free)                  \
  F(git_odb_add_disk_alternate)    \
  F(git_odb_read)                  \
  F(git_odb_read_header)           \
  F(git_odb_exists_ext)            \
  F(git_odb_foreach)               \
  F(git_odb_object_data)           \
  F(git_odb_object_size)           \
  F(git_odb_object_type)           \
  F(git_odb_object_free)           \
  F(git_repository_open_ext)       \
  F(git_repository_free)           \
  F(git_repository_path)           \
  F(git_repository_commondir)      \
  F(git_repository_set_odb)        \
  F(git_reference_name_to_id)      \
  F(git_revparse_single)           \
  F(git_object_peel)               \
  F(git_object_id)                 \
  F(git_object_free)               \
  F(git_graph_descendant_of)       \
  F(git_odb_exists_prefix)         \
  F(git_indexer_new)               \
  F(git_indexer_append)            \
  F(git_indexer_commit)            \
  F(git_indexer_free)              \
  F(git_repository_workdir)        \
  F(git_repository_state)          \
  F(git_merge_file)                \
  F(git_merge_file_result_free)    \
  F(git_status_list_new)           \
  F(git_status_list_entrycount)    \
  F(git_status_byindex)            \
  F(git_status_list_free)          \
  F(git_checkout_tree)             \
  F(git_object_lookup)             \
  F(git_reference_create_matching) \
  F(git_reference_free)            \
  F(git_index_new)                 \
  F(git_index_open)                \
  F(git_repository_set_index)      \
  F(git_index_add)                 \
  F(git_index_remove)              \
  F(git_index_write)               \
  F(git_index_free)                \
  F(git_index_get_bypath)          \
  F(git_repository_index)          \
  F(git_merge_base)                \
  F(git_diff_tree_to_tree)         \
  F(git_diff_to_buf)               \
  F(git_diff_free)                 \
  F(git_buf_dispose)

struct Libgit2 {
  LORELEI_LIBRARY_TABLE(Libgit2, LORELEI_GIT2_FUNCTIONS)
};

// The one table of the process, initialised for reading archives: objects are not hashed again when read, no object
// cache (each is read once), and bounded windows into pack files. Errors: kFailed if the library is not installed.
Result<const Libgit2*> libgit2();

// What libgit2 says of its last failure in this thread. code: what the function returned.
Error git_error(const Libgit2&, int code, std::string doing, std::string subject);

// The same of a repository that it did not open, also because of a format that it does not know.
Error open_error(const Libgit2&, int code, std::string path);

// An owning pointer that knows which member of the table frees it.
template <typename T, void (*Libgit2::*Free)(T*)>
struct FreedBy {
  const Libgit2* git = nullptr;
  void operator()(T* pointer) const { (git->*Free)(pointer); }
};
using OdbHandle = std::unique_ptr<::git_odb, FreedBy<::git_odb, &Libgit2::git_odb_free>>;
using OdbObjectHandle = std::unique_ptr<::git_odb_object, FreedBy<::git_odb_object, &Libgit2::git_odb_object_free>>;
using RepositoryHandle = std::unique_ptr<::git_repository, FreedBy<::git_repository, &Libgit2::git_repository_free>>;
using IndexHandle = std::unique_ptr<::git_index, FreedBy<::git_index, &Libgit2::git_index_free>>;
using DiffHandle = std::unique_ptr<::git_diff, FreedBy<::git_diff, &Libgit2::git_diff_free>>;
using ObjectHandle = std::unique_ptr<::git_object, FreedBy<::git_object, &Libgit2::git_object_free>>;

inline git_oid to_oid(const ObjectId& id) {
  git_oid oid;
  static_assert(sizeof oid.id == sizeof id.bytes);
  std::memcpy(oid.id, id.bytes.data(), id.bytes.size());
  return oid;
}
inline ObjectId from_oid(const git_oid& oid) {
  ObjectId id;
  std::memcpy(id.bytes.data(), oid.id, id.bytes.size());
  return id;
}

}  // namespace lorelei::git
