// SPDX-License-Identifier: GPL-3.0-or-later
// An archive on disk: public-inbox's v2 layout. This is the place that knows which file lies where; what is in the
// files is the business of msgmap, over, search and git.
//
//   DIR/inbox.lock        flock(2) of every writer; that it exists makes DIR a v2 archive
//       description       one line of text
//       git/N.git         epochs: bare repositories, one message a commit; numbered from 0, gaps allowed
//       all.git           no objects of its own; objects/info/alternates names every epoch, the highest first,
//       relative;
//                         its config is included by the epochs' configs
//       msgmap.sqlite3    Message-ID <-> article number
//       xap15/            the index: over.sqlite3 and one directory for each Xapian shard, 0 and up without gaps
//
// Readers of a running server watch inbox.lock for modification: a writer that changed something says changed() on its
// lock, which writes one byte into it before it is released.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct Epoch {
  unsigned number;
  std::string path;  // DIR/git/N.git
};

// Held while anything in the archive is written. Released when the object goes. As long as it is held, the umask of the
// process is what core.sharedRepository of all.git asks for, if it asks for anything.
class InboxLock {
 public:
  // Live readers shall look again; takes effect at once.
  Result<void> changed();
  int fd() const { return lock_.fd(); }  // for a child that shall hold the lock as long as it lives
  InboxLock(InboxLock&& other) noexcept
      : lock_(std::move(other.lock_)), path_(std::move(other.path_)), umask_(std::exchange(other.umask_, {})) {}
  InboxLock& operator=(InboxLock&&) = delete;
  ~InboxLock();

 private:
  friend class Inbox;
  InboxLock(FileLock lock, std::string path, std::optional<unsigned> wanted_umask);
  FileLock lock_;
  std::string path_;
  std::optional<unsigned> umask_;  // what it was before
};

// The umask that a value of core.sharedRepository stands for; nothing: leave the process's own. Errors: kUsage.
Result<std::optional<unsigned>> shared_umask(std::string_view value);

class Inbox {
 public:
  // Errors: kNotFound (nothing there), kRefused (something else is there: a v1 archive, an aggregate, a repository).
  static Result<Inbox> open(const fs::path& dir);

  enum class FirstEpoch { kEmpty, kNone };
  struct NewInbox {
    std::string description;        // of one line, without its end
    std::string branch = "master";  // what HEAD of new epochs points to
    FirstEpoch first_epoch = FirstEpoch::kEmpty;
  };
  // Makes DIR; nothing of it is visible before all of it is there. DIR may exist if it is empty.
  // Errors: kConflict if something is there.
  static Result<Inbox> create(const fs::path& dir, const NewInbox&);

  const fs::path& dir() const { return dir_; }                  // absolute
  const std::vector<Epoch>& epochs() const { return epochs_; }  // ascending; as of open() or the last rescan()
  Result<void> rescan();
  const Epoch* epoch(unsigned number) const;   // null if there is none
  fs::path epoch_path(unsigned number) const;  // also of one that is not there yet
  // Of the epochs that are there, the highest first: what git::BlobReader::open takes.
  std::vector<std::string> object_directories() const;
  // Of every epoch that all.git names, whether it is there or not. Errors: of reading its list.
  Result<std::vector<std::filesystem::path>> listed_object_directories() const;

  fs::path git_dir() const { return dir_ / "git"; }
  fs::path all_git() const { return dir_ / "all.git"; }
  fs::path index_dir() const { return dir_ / "xap15"; }
  fs::path msgmap_path() const { return dir_ / "msgmap.sqlite3"; }
  fs::path over_path() const { return index_dir() / "over.sqlite3"; }
  fs::path lock_path() const { return dir_ / "inbox.lock"; }
  std::string description() const;  // the first line of the file; empty if there is none

  // Xapian shards; 0 if there is no index or it has level basic. Errors: kCorrupt if one is missing in between.
  Result<unsigned> shard_count() const;

  // Errors: kTemporary if somebody else writes and wait is kFail; kFailed for a directory that can't be written.
  Result<InboxLock> lock(LockWait = LockWait::kWait) const;

  // Before (all of these): the caller holds the lock.
  // An empty epoch; the number must be new.
  Result<void> add_epoch(unsigned number, const std::string& branch = "master");
  // Moves a bare repository of the same file system here; it includes all.git's configuration from then on.
  Result<void> adopt_epoch(const fs::path& repository, unsigned number);
  // Makes all.git if it is missing and names every epoch in its alternates. Lines that are there stay, also those of
  // epochs that are gone (they tell verify what is missing).
  Result<void> update_all_git();

 private:
  explicit Inbox(fs::path dir) : dir_(std::move(dir)) {}
  Result<void> move_epoch(const fs::path& made, unsigned number);
  fs::path dir_;
  std::vector<Epoch> epochs_;
};

// Makes a bare repository as public-inbox does: HEAD, config, objects/info, refs/heads. include: further configuration
// file to include, relative to path; may be empty. Files that exist are kept.
Result<void> init_bare(const fs::path&, const std::string& branch, const std::string& include = {});

}  // namespace lorelei::archive
