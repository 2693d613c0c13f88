// SPDX-License-Identifier: GPL-3.0-or-later
// DKIM as a command wants it: a checker with the user's cache of keys, the keys of a file, and, unless we are offline,
// the DNS.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "attest/dkim.hh"
#include "base/env.hh"

namespace lorelei::attest {

struct DkimSources {
  bool is_offline = false;
  std::string keys_file;               // "NAME <TAB> TEXT" a line, for this run; "": none
  std::vector<std::string> resolvers;  // "ADDR" or "ADDR@PORT"; none: those of the system
};

class DkimJudge {
 public:
  static Result<DkimJudge> open(const Env&, const DkimSources&);
  std::vector<DkimResult> check(std::string_view raw, std::int64_t arrived);

 private:
  struct Impl;
  explicit DkimJudge(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::attest
