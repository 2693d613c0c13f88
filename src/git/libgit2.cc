// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/libgit2.hh"

#include "base/text.hh"

#ifdef LORELEI_LIBGIT2_IS_LINKED
// In place of the parts of libgit2 that speak to the network, so that they, and what they need, are not linked:
// fetching is git's own work. At its start libgit2 sets up its streams; nothing asks for one.
extern "C" {
int git_mbedtls_stream_global_init() { return 0; }
int git_mbedtls__set_cert_location(const char* /*file*/, const char* /*path*/) { return GIT_ERROR; }
int git_mbedtls_stream_new(void** /*out*/, const char* /*host*/, const char* /*port*/) { return GIT_ERROR; }
int git_mbedtls_stream_wrap(void** /*out*/, void* /*stream*/, const char* /*host*/) { return GIT_ERROR; }
int git_transport_ssh_global_init() { return 0; }
int git_smart_subtransport_ssh(void** /*out*/, void* /*transport*/, void* /*options*/) { return GIT_ERROR; }
int git_http_auth_negotiate(void** /*out*/, const void* /*url*/) { return GIT_ERROR; }
}
#else
// Stands before the function of this name for whatever is loaded. At its start libgit2 reads all certificates that the
// system trusts, a third of the time that it needs to start, for connections that we never let it make: fetching is
// git's own work. Returns 0: all were read.
extern "C" [[gnu::visibility("default")]] int mbedtls_x509_crt_parse_file(void* /*chain*/, const char* /*path*/) {
  return 0;
}
#endif

namespace lorelei::git {

namespace {

// Windows into packs count as resident memory of whoever reads them. 8 MiB holds some thousand messages in history
// order; eight of them at once are more than the readers of one epoch use.
constexpr std::size_t kWindowBytes = 8 << 20;
constexpr std::size_t kMappedBytes = 64 << 20;
constexpr std::size_t kOpenPacks = 128;  // file descriptors; an archive may have hundreds of epochs and packs

Result<Libgit2> open_table() {
#ifdef LORELEI_LIBGIT2_IS_LINKED
  Libgit2 table;
#define LORELEI_LIBRARY_ADDRESS(function) table.function = ::function;
  LORELEI_GIT2_FUNCTIONS(LORELEI_LIBRARY_ADDRESS)
#undef LORELEI_LIBRARY_ADDRESS
  return table;
#else
  return Libgit2::open(LORELEI_LIBGIT2, "libgit2-1.5");
#endif
}

Result<Libgit2> open_and_set_up() {
  TRY(Libgit2 git, open_table());
  if (git.git_libgit2_init() < 0)
    return err(Error::Kind::kFailed, "open the library", LORELEI_LIBGIT2, "it does not initialise");
  git.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  git.git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  // What is named here has been read or made here.
  git.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
  // Also refs, whose place is opened with the repository: what is reported as done is on the disk.
  git.git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
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

Error open_error(const Libgit2& git, int code, std::string path) {
  Error error = git_error(git, code, "open the repository", std::move(path));
  if (code == GIT_ENOTFOUND) {
    error.kind = Error::Kind::kNotFound;
    error.why = "there is no git repository";
  }
  const auto extension = error.why.find("extensions.");
  const auto is = [&](std::string_view name) { return to_lower(error.why).find(name) != std::string::npos; };
  if (extension == std::string::npos && !is("repository version")) return error;
  error.kind = Error::Kind::kRefused;
  if (is("extensions.objectformat")) error.why = "it names its objects by SHA-256; only SHA-1 is supported";
  if (is("extensions.refstorage")) error.why = "it keeps its refs as reftable; only files are supported";
  if (is("extensions.partialclone")) error.why = "it is a partial clone: objects are missing on purpose";
  error.next = "clone it anew in git's default format";
  return error;
}

}  // namespace lorelei::git
