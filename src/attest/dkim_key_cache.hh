// SPDX-License-Identifier: GPL-3.0-or-later
// The DKIM keys that were ever seen, on disk, so that old mail is verified with the keys of its time, and without a
// network: domains change their keys and take the old ones away.
//
//   dkim-keys.sqlite3   dkim_keys(name, record, source, first_seen, last_seen), one row for each of the first three
//   import file         NAME <TAB> TEXT of the record; empty lines and lines from "#" on do not count
//
// A record from the DNS speaks for mail that arrived up to kKeyReach after it was last seen there: a key that is gone
// may be in anybody's hands. An imported one is the user's word, and has no end. What the DNS does not have is not
// kept; what it has no more stays.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "archive/sqlite.hh"
#include "attest/dkim.hh"
#include "base/env.hh"
#include "net/dns.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxKeyImport = 256 << 20;  // the public collections have some 100 MB

std::filesystem::path dkim_key_cache_path(const Env&);  // <data home>/lorelei/dkim-keys.sqlite3

class DkimKeyCache {
 public:
  // Makes the file, and its directory for the user alone, if they are not there.
  static Result<DkimKeyCache> open(const std::filesystem::path&);

  // The records that may hold for what arrived then, the last seen first.
  Result<std::vector<DkimRecord>> known(const std::string& name, std::int64_t arrived);
  Result<std::int64_t> count() const;
  Result<void> remember(const std::string& name, const std::string& record, KeySource, std::int64_t seen);
  // Errors: kCorrupt, with the number of the line; then nothing was taken.
  struct Imported {
    std::size_t lines = 0, fresh = 0;  // fresh: that were not known
  };
  Result<Imported> import(std::string_view text, std::int64_t seen);

 private:
  explicit DkimKeyCache(archive::Sqlite);
  archive::Sqlite db_;
  archive::Statement find_, add_;
};

// The cache first, then the network, whose answers are kept. lookup empty: offline. The cache must outlive it.
DkimKeys cached_dkim_keys(DkimKeyCache&, net::TxtLookup lookup, std::function<std::int64_t()> now);

// What an answer of the DNS says of a key: records that are none do not count, several that are make it ambiguous.
DkimKeyAnswer dkim_answer(const net::TxtAnswer&, std::int64_t seen);

}  // namespace lorelei::attest
