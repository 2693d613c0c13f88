// SPDX-License-Identifier: GPL-3.0-or-later
// Where a search looks: the user's store (ours, and what lei keeps in its own), archives here, archives on servers.
//
//   --only X...     exactly these; the store too with --local
//   otherwise       the store, each --include, and what is known, less each --exclude
//
// What is known are the externals of lei/settings.hh; called by our own name also the archives of public-inbox's
// configuration (search/sources.hh). Servers that are only known are asked if --remote says so, or if nothing else is
// there to be searched. --no-local leaves the store and known archives here out, --no-external everything known.
// Each source is searched once, however often it is named.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "archive/config.hh"
#include "lei/manner.hh"
#include "lei/settings.hh"
#include "search/prefixes.hh"

namespace lorelei::lei {

struct SourceWish {
  std::vector<std::string> include, only, exclude;
  Globs globs = Globs::kYes;
  std::optional<bool> external, local, remote;
};

struct Sources {
  std::optional<std::string> store;  // its directory
  std::vector<std::string> locals;   // directories
  std::vector<std::string> remotes;  // URLs that end in a slash
  search::PrefixSet prefixes;
  std::vector<std::string> notes;  // one line each
  bool only_gone = false;          // there were some, but their directories are gone

  bool has_any() const { return store || !locals.empty() || !remotes.empty(); }
};

// The same wish with every location in its one spelling: what a saved search keeps. Errors: kNotFound, kUsage.
Result<SourceWish> settle_locations(const Env&, const Settings&, SourceWish, Manner);
// Before: the wish is settled. Errors: kNotFound (nothing to search).
Result<Sources> choose_sources(Env&, const Settings&, const SourceWish&, Manner);

}  // namespace lorelei::lei
