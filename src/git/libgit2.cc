// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/libgit2.hh"

namespace lorelei::git {

namespace {

// Windows into packs count as resident memory of whoever reads them. 8 MiB holds some thousand messages in history
// order; eight of them at once are more than the readers of one epoch use.
constexpr std::size_t kWindowBytes = 8 << 20;
constexpr std::size_t kMappedBytes = 64 << 20;
constexpr std::size_t kOpenPacks = 128;  // file descriptors; an archive may have hundreds of epochs and packs

Result<Libgit2> open_and_set_up() {
  TRY(Libgit2 git, Libgit2::open(LORELEI_LIBGIT2, "libgit2-1.5"));
  if (git.git_libgit2_init() < 0)
    return err(Error::Kind::kFailed, "open the library", LORELEI_LIBGIT2, "it does not initialise");
  git.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  git.git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, kWindowBytes);
  git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kMappedBytes);
  git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, kOpenPacks);
  // Archives often belong to the account that mirrors them. Nothing that a repository configures is executed here.
  git.git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  // Extensions that do not change how objects and refs are read.
  static const char* extensions[] = {"worktreeconfig", "preciousobjects"};
  git.git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
  return git;
}

}  // namespace

Result<const Libgit2*> libgit2() {
  static const Result<Libgit2> opened = open_and_set_up();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

Error git_error(const Libgit2& git, int code, std::string doing, std::string subject) {
  const ::git_error* last = git.git_error_last();
  std::string why = last && last->message ? last->message : "git's library does not say why";
  auto kind = Error::Kind::kCorrupt;
  if (code == GIT_ENOTFOUND) kind = Error::Kind::kNotFound;
  if (code == GIT_EINVALIDSPEC || code == GIT_EAMBIGUOUS) kind = Error::Kind::kUsage;
  if (last && (last->klass == GIT_ERROR_OS || last->klass == GIT_ERROR_NOMEMORY)) kind = Error::Kind::kFailed;
  return Error{kind, std::move(doing), std::move(subject), std::move(why), {}, {}};
}

}  // namespace lorelei::git
