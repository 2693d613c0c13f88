// SPDX-License-Identifier: GPL-3.0-or-later
// The options of scripts/get_maintainer.pl, by their names there. A tree, or the user, may have a file of them, which
// counts before the command line; so both become lists of changes, and are made one after the other.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/options.hh"
#include "workflow/recipients.hh"

namespace lorelei::cmd {

struct RecipientWishes {
  workflow::RecipientOptions find;
  std::string maintainers;  // the file; empty: the tree's
  bool are_files = false, roles = false;
  bool trees = false, statuses = false, subsystems = false, pages = false, bugs = false;
  bool multiline = true;
  std::string separator = ", ";

  bool shows_roles() const { return roles || find.counts; }
  bool is_one_line() const { return !multiline || separator != ", "; }
  // Errors: kUsage, nothing is asked for.
  Result<void> check() const;
};

class RecipientChanges {
 public:
  std::vector<Option> rows();  // this must stay where it is
  void make(RecipientWishes& wishes) const {
    for (const auto& change : changes_) change(wishes);
  }

 private:
  Target flag(std::function<bool&(RecipientWishes&)>);
  Target number(std::function<std::int64_t&(RecipientWishes&)>);
  Target text(std::function<std::string&(RecipientWishes&)>);
  std::vector<std::function<void(RecipientWishes&)>> changes_;
};

// Of .get_maintainer.conf, if there is one. Words that are no options are operands, as on a command line. Errors:
// kUsage, with the name of the file.
Result<std::vector<std::string>> read_recipients_file(const Env&, const fs::path& tree, RecipientChanges&);

}  // namespace lorelei::cmd
