// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own mail: what `import` reads, what stood in a destination before a search was delivered there, what was
// fetched and shall be kept. An ordinary archive with an index, in $XDG_DATA_HOME/lorelei/store; keywords and labels
// (lei/marks.hh) are terms of its index, too.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/importer.hh"
#include "base/env.hh"
#include "lei/home.hh"
#include "lei/ledger.hh"
#include "lei/marks.hh"

namespace lorelei::lei {

class Store {
 public:
  // Makes it where it is missing.
  static Result<Store> open(Env&, const Home&);
  Store(Store&&) noexcept;
  ~Store();

  // Stored unless it is there; then the marks are added to those it has.
  Result<archive::Stored> add(std::string_view raw, const Mark&);
  // Changes the marks of a message, whether the store has it or not.
  Result<void> change(const Likeness&, const MarkChange&);
  // Everything is durable, and found by a search.
  Result<void> finish();

  Marks& marks();

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl>);
  Result<void> mark_index();
  std::unique_ptr<Impl> impl_;
};

// The directory, if there is a store that can be searched.
std::optional<std::string> searchable_store(const Home&);

}  // namespace lorelei::lei
