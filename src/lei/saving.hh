// SPDX-License-Identifier: GPL-3.0-or-later
// From a request to a saved search and back, and the locks that keep two runs of one search apart.
#pragma once
#include "lei/deliver.hh"

namespace lorelei::lei {

// The reason of an Error: somebody else is at work on the search.
inline constexpr std::string_view kIsBeingUpdated = "another update is running";

// Held while a search is run: by us against ourselves, and lei's own lock.
class SearchLock {
 public:
  // Errors: kTemporary, another update of it is running; kNotFound, its directory is gone: it was forgotten.
  static Result<SearchLock> take(const SavedSearch&);

 private:
  SearchLock(FileLock run, FileLock lei) : run_(std::move(run)), lei_(std::move(lei)) {}
  FileLock run_, lei_;
};

// Of two habits, what the command line says; nothing: what is usual.
struct ImportWish {
  std::optional<bool> before;  // --import-before
  std::optional<bool> remote;  // --import-remote
};
// Whether what servers send is stored: lei does, unless the setting lei.memoize or a command line says otherwise.
bool stores_what_servers_send(const Settings&, Manner, std::optional<bool> wish);

// What is saved of a `q`. Before: its wish is settled.
SavedSearch to_be_saved(const Settings&, const Request&, const Destination&, const ImportWish&);

// Delivers for the first time and saves the search, unless it was refused before anything changed.
Result<DeliveryReport> deliver_and_save(Env&, const Settings&, const Request&, const SavedSearch&, DeliveryOptions,
                                        const Say&);

// What `up` does with a saved search. Errors: kUsage (it cannot be understood).
struct Saved {
  Request request;
  DeliveryOptions delivery;
};
Result<Saved> from_saved(const Env&, const Settings&, const SavedSearch&, Manner);

// "content", "oid", "mid", "none". Nothing for anything else.
std::optional<search::Sameness> sameness_named(std::string_view);

}  // namespace lorelei::lei
