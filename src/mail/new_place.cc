// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/new_place.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/leftovers.hh"
#include "base/rename.hh"

namespace lorelei::mail {
namespace {

constexpr const char* kFolders[] = {"cur", "new", "tmp"};

// False also if it cannot be looked into.
bool is_empty_directory(const fs::path& path) {
  std::error_code error;
  return fs::is_empty(path, error) && !error;
}

// A Maildir's three folders and nothing else counts as empty; what cannot be read does not.
bool is_free_for_maildir(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; entry != end; entry.increment(error)) {
    const auto name = entry->path().filename();
    if (name != "cur" && name != "new" && name != "tmp") return false;
    if (entry->symlink_status(error).type() != fs::file_type::directory) return false;
    if (!is_empty_directory(entry->path())) return false;
  }
  return !error;
}

tl::unexpected<Error> occupied(const fs::path& place, const char* doing, const char* why) {
  return err(Error::Kind::kConflict, doing, place.string(), why,
             "choose a place that does not exist, or move away what is there");
}

Result<void> must_be_free(const fs::path& place, NewPlace::Kind kind, const char* doing) {
  struct stat st {};
  if (lstat(place.c_str(), &st) != 0) {
    if (errno == ENOENT) return {};
    return err_errno(errno, doing, place.string());
  }
  if (kind == NewPlace::Kind::kMaildir) {
    if (!S_ISDIR(st.st_mode)) return occupied(place, doing, "it exists and is not a directory");
    if (!is_free_for_maildir(place)) return occupied(place, doing, "something is in it already");
    return {};
  }
  if (!S_ISREG(st.st_mode)) return occupied(place, doing, "it exists and is not a file");
  if (st.st_size > 0) return occupied(place, doing, "something is in it already");
  return {};
}

constexpr auto kMeanwhile = "something came into it meanwhile";

}  // namespace

Result<NewPlace> NewPlace::open(const fs::path& place, Kind kind, const char* doing) {
  std::error_code error;
  auto absolute = fs::absolute(place, error);
  if (error) return err_errno(error.value(), doing, place.string());
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  TRY_VOID(make_directories(absolute.parent_path()));
  const auto parent = fs::canonical(absolute.parent_path(), error);
  if (error) return err_errno(error.value(), doing, place.string());
  const auto real = parent / absolute.filename();
  TRY_VOID(must_be_free(real, kind, doing));
  const auto prefix = "." + real.filename().string() + ".";
  remove_leftovers(parent, prefix);
  TRY(auto directory, TempDir::create(parent, prefix));
  return NewPlace(std::move(directory), real, kind, doing);
}

Result<void> NewPlace::move_in() {
  TRY_VOID(must_be_free(place_, kind_, doing_));
  TRY_VOID(kind_ == Kind::kFile ? file_moves_in() : maildir_moves_in());
  return sync_directory(place_.parent_path());
}

Result<void> NewPlace::file_moves_in() {
  const int why = rename_new(result(), place_);
  if (why == 0) return {};
  struct stat there {};
  if (why != EEXIST || lstat(place_.c_str(), &there) != 0) return err_errno(why, doing_, place_.string());
  if (chmod(result().c_str(), there.st_mode & 07777) != 0) return err_errno(errno, doing_, place_.string());
  const auto exchange = [&] {
    return renameat2(AT_FDCWD, result().c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) == 0;
  };
  if (!exchange()) return err_errno(errno, doing_, place_.string());
  // The empty file is out of the way now. If mail came into it just before, it goes back.
  if (lstat(result().c_str(), &there) == 0 && S_ISREG(there.st_mode) && there.st_size == 0) return {};
  if (exchange()) return occupied(place_, doing_, kMeanwhile);
  // Under a name that no later run takes for left behind.
  TRY(auto kept, TempDir::create(place_.parent_path(), place_.filename().string() + ".kept."));
  const auto mail = kept.path() / "result";
  if (rename(result().c_str(), mail.c_str()) != 0) {
    const auto error = err_errno(errno, doing_, place_.string());
    directory_.keep();
    return error;
  }
  kept.keep();
  return err(Error::Kind::kConflict, doing_, place_.string(), kMeanwhile, "it is in " + mail.string());
}

// rmdir(2) and rename(2) take away empty directories only, so whatever comes in between two steps stays.
Result<void> NewPlace::maildir_moves_in() {
  for (const auto* folder : kFolders)
    if (rmdir((place_ / folder).c_str()) != 0 && errno != ENOENT)
      return errno == ENOTEMPTY || errno == EEXIST ? occupied(place_, doing_, kMeanwhile)
                                                   : err_errno(errno, doing_, place_.string());
  if (rename(result().c_str(), place_.c_str()) == 0) return {};
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) return occupied(place_, doing_, kMeanwhile);
  return err_errno(errno, doing_, place_.string());
}

}  // namespace lorelei::mail
