// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own mail: what `import` reads, what stood in a destination before a search was delivered there, what was
// fetched and shall be kept. An ordinary archive with an index, in $XDG_DATA_HOME/lorelei/store; keywords and labels
// (lei/marks.hh) are terms of its index, too.
//
// What is only indexed (`index`) has a second archive beside it, $XDG_DATA_HOME/lorelei/indexed. Its blobs are taken
// away once they are indexed (lei/bare_epochs.hh); who wants to read such a message finds it where it lies
// (lei/blob_finder.hh). Its index cannot be made anew by itself.
#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/importer.hh"
#include "base/env.hh"
#include "lei/box.hh"
#include "lei/home.hh"
#include "lei/ledger.hh"
#include "lei/marks.hh"

namespace lorelei::lei {

class Store {
 public:
  enum class Kind { kMail, kIndexOnly };
  // Makes it where it is missing.
  static Result<Store> open(Env&, const Home&, Kind = Kind::kMail);
  Store(Store&&) noexcept;
  ~Store();

  // Stored unless it is there; then the marks are added to those it has.
  Result<archive::Stored> add(std::string_view raw, const Mark&);
  // By what a message that was added is known: that of the copy which the store has.
  static Likeness likeness_of(const archive::Stored&, std::string_view raw);
  // A copy of a message was seen: what it says is known from now on, also when its bytes are not at hand.
  Result<void> note(const Likeness&);
  // Changes the marks of a message, whether the store has it or not.
  Result<void> change(const Likeness&, const MarkChange&);
  // A message is no more in the store: its copies are taken back in one more commit each. The marks stay. How many
  // copies there were.
  Result<std::uint64_t> remove(const Likeness&);
  // What came so far is durable; finish(), also that of a later run, makes it found.
  Result<void> checkpoint();
  // Everything is durable, and found by a search.
  Result<void> finish();

  // The index is made anew. begins: is told how many messages there are.
  Result<void> reindex(const std::function<void(std::uint64_t count)>& begins);

  // Marks as they are once everything is finished.
  Result<Mark> mark_of(const Sha256Digest&);
  Result<Mark> mark_of(const git::ObjectId&);

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// A message with the ids by which the store knows it: one that came without any has one that is made of its content.
Likeness known_likeness(const Letter&);

// The directory, if there is a store that can be searched.
std::optional<std::string> searchable_store(const Home&);
// lei's own, which is read like an archive and never written.
std::optional<std::string> searchable_lei_store(const Home&);
std::optional<std::string> searchable_indexed(const Home&);

}  // namespace lorelei::lei
