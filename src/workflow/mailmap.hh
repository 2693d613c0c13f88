// SPDX-License-Identifier: GPL-3.0-or-later
// A tree's .mailmap: which name and address somebody goes by now.
//
//   line := NAME <ADDRESS>                       the name of an address
//         | <ADDRESS> <OLD> | NAME <ADDRESS> <OLD>
//         | NAME <ADDRESS> OLD NAME <OLD>        only of both together
//   "#" begins a comment
//
// Addresses are compared as they are written, as scripts/get_maintainer.pl of Linux 6.1 does it, or without case, as
// git. Of two lines about the same the last counts.
//
// Foreign bytes: linear; what is no such line counts for nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "workflow/contact.hh"

namespace lorelei::workflow {

class Mailmap {
 public:
  enum class Case { kKept, kIgnored };
  Mailmap() = default;
  explicit Mailmap(std::string_view text, Case = Case::kKept);

  Contact mapped(Contact) const;
  // Who has the address now, if it is another one: of lines that do not ask for a name. Case::kIgnored only.
  std::optional<Contact> moved(std::string_view address) const;

 private:
  void read_line(std::string_view);

  Case case_ = Case::kKept;
  // By "NAME <ADDRESS>", or by the address alone.
  std::unordered_map<std::string, std::string> names_, addresses_;
};

}  // namespace lorelei::workflow
