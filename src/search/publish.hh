// SPDX-License-Identifier: GPL-3.0-or-later
// A large change of an index is built beside it and swapped in whole: a reader sees the old one or the new one.
//
// The one idea: everything is made in DIR/lorelei/build, which counts for nothing until the file `ready` is in it.
//
//   DIR/lorelei/build/NAME      a new file or directory, laid out as in DIR
//   DIR/lorelei/build/ready     lines "STATE NAME": each NAME is complete, durable, and to be moved to DIR/NAME, whose
//                               database had this size and time then: SIZE@SECONDS.NANOSECONDS, or "none"
//   NAME/lorelei-new            in each new directory, until all is in place
//
// publish(): fsync all, write ready, move each NAME (directories are exchanged by renameat2 in one step), remove build.
// After a kill: without ready the build is thrown away; with it the moves are finished. A file was moved if it is not
// in build any more, a directory if it has its mark at its destination: no inode is looked at, so a copy of the archive
// is finished as well. If nothing was moved yet and another program has written the old index meanwhile, the build is
// thrown away. All that happens in recover(), which the holder of the archive's lock calls before anything else.
//
// A journal or a write-ahead log beside a database would be played back into the file that takes its name: the old
// database is opened and taken out of that mode first. With a reader in WAL mode that cannot be, and is refused.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hh"

namespace lorelei::search {

class Build {
 public:
  // Finishes or throws away what a killed process left.
  static Result<void> recover(const std::filesystem::path& archive_directory);
  // An empty build directory; the archive's lock is held.
  static Result<Build> start(const std::filesystem::path& archive_directory);
  Build(Build&&) noexcept;
  ~Build();  // throws away what was not published

  // Where the future DIR/name is to be made; its parent exists. Errors: kRefused if DIR/name could not be replaced at
  // the end (a symbolic link, another file system), kTemporary if it is a database that is open in WAL mode.
  Result<std::filesystem::path> prepare(const std::string& name);
  const std::filesystem::path& root() const { return build_; }
  // For what is not published.
  std::filesystem::path scratch() const;
  // Complete and durable: from now on a recover() finishes it. The first half of publish().
  Result<void> seal();
  Result<void> publish();

 private:
  explicit Build(std::filesystem::path archive_directory);
  std::filesystem::path directory_, build_;
  std::vector<std::string> names_;
};

}  // namespace lorelei::search
