// SPDX-License-Identifier: GPL-3.0-or-later
// A commit object, taken apart and put together again: what is not changed stays byte for byte.
//
// Foreign bytes: linear. Source: git's Documentation/technical/commit-graph, gitformat-signature(5) for gpgsig.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/new_objects.hh"
#include "git/object_id.hh"
#include "git/objects.hh"

namespace lorelei::git {

struct CommitText {
  ObjectId tree;
  std::vector<ObjectId> parents;
  std::string author, committer;  // "NAME <ADDRESS> SECONDS ZONE", as it is there
  std::string others;             // further lines of the header, whole, but those of a signature
  bool is_signed = false;         // the signature is not kept: it would not hold for another commit
  std::string message;

  std::string bytes() const;
  std::string bytes_with(std::string_view signature) const;  // a text of lines
  std::string encoding() const;                              // of the message; "" is UTF-8
};
// Nothing if the bytes are no commit.
std::optional<CommitText> parse_commit(std::string_view raw);
// Errors: those of reading; kCorrupt, its header makes no sense.
Result<CommitText> read_commit(const Objects&, const ObjectId&);
Result<CommitText> read_commit(const NewObjects&, const ObjectId&);

// What stands between "<" and ">" of "NAME <ADDRESS> SECONDS ZONE"; NAME; SECONDS and ZONE. Empty if there is none.
std::string_view address_in_ident(std::string_view ident);
std::string_view name_in_ident(std::string_view ident);
std::string_view date_in_ident(std::string_view ident);

}  // namespace lorelei::git
