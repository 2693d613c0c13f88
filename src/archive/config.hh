// SPDX-License-Identifier: GPL-3.0-or-later
// Which archives there are: public-inbox's own configuration file, so that an archive which its servers offer is an
// archive here and the reverse. There is no registry of ours beside it.
//
// FILE    PI_CONFIG, else ~/.public-inbox/config; git's configuration syntax
//   publicinbox.NAME.inboxdir   absolute path (older: mainrepo); a section without it is no archive
//                   .address    several; the first is the primary one        .url      several
//                   .newsgroup  NNTP name, also the key in aggregates         .listid   several, without < >
//                   .indexlevel basic, medium, full                          .boost    of aggregates: higher wins
//   extindex.NAME.topdir        an aggregate (extindex); its other keys are .url, .indexlevel
// WRITING as public-inbox-init does: flock on FILE.flock, then git's own lock FILE.lock (created exclusively), the new
//         contents in a temporary file beside it, renamed. The mode of the file is kept.
//
// Wherever a command takes an archive, a NAME or a directory is meant. NAME wins if it is registered; what has a slash
// is a directory.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct RegisteredInbox {
  std::string name;
  fs::path dir;                        // absolute, without ".."
  std::vector<std::string> addresses;  // the first is the primary one
  std::vector<std::string> urls;
  std::vector<std::string> list_ids;
  std::vector<std::string> altids;
  std::optional<std::string> newsgroup;
  std::optional<std::string> index_level;
  std::int64_t boost = 0;
  // Every key of the section with its value, in file order: what the fields above do not name.
  std::vector<std::pair<std::string, std::string>> keys;

  // What names it inside an aggregate: the newsgroup, else the directory.
  std::string aggregate_key() const { return newsgroup.value_or(dir.string()); }
};

struct RegisteredAggregate {
  std::string name;
  fs::path dir;
  std::vector<std::string> urls;
  std::optional<std::string> index_level;
};

// What a NAME or a directory on the command line stands for.
struct Located {
  enum class Kind { kInbox, kAggregate };
  Kind kind = Kind::kInbox;
  std::string name;  // how to call it: the registered NAME, else the directory
  fs::path dir;
  std::optional<RegisteredInbox> registered;  // of an inbox that is
};

class Registry {
 public:
  // Errors: kUsage for a file that can't be parsed. A file that does not exist registers nothing.
  static Result<Registry> load(const Env&);

  const fs::path& file() const { return file_; }
  const std::vector<RegisteredInbox>& inboxes() const { return inboxes_; }  // in file order
  const std::vector<RegisteredAggregate>& aggregates() const { return aggregates_; }
  const RegisteredInbox* by_name(std::string_view name) const;  // null if there is none
  const RegisteredInbox* by_dir(const fs::path& dir) const;     // the same directory by any path
  const RegisteredInbox* by_address(std::string_view address) const;

  // Errors: kNotFound, with the nearest NAME there is.
  Result<Located> locate(const std::string& name_or_dir) const;

 private:
  fs::path file_;
  std::vector<RegisteredInbox> inboxes_;
  std::vector<RegisteredAggregate> aggregates_;
};

// The archives and aggregates of a command line; without any, all archives that are registered.
Result<std::vector<Located>> locate_archives(const Env&, const std::vector<std::string>& names_or_dirs);

// Whether public-inbox takes it as a NAME: not empty, no "..", "@{", slash, colon, space or other special character,
// no dot at either end.
bool is_valid_name(std::string_view);

// What register_inbox would refuse the section for. Errors: kUsage (the name), kConflict.
Result<void> check_registration(const Registry&, const RegisteredInbox&);

// Adds the section, or completes the one of the same name and directory. Errors: kUsage (the name), kConflict (the name
// belongs to another directory, an address to another archive), kTemporary (somebody else holds git's lock).
Result<void> register_inbox(const Env&, const RegisteredInbox&);
Result<void> register_aggregate(const Env&, const std::string& name, const fs::path& dir);

}  // namespace lorelei::archive
