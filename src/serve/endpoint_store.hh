// SPDX-License-Identifier: GPL-3.0-or-later
// Who may submit: contributors, each with a key, and how often they came lately. One SQLite file, which the outbox
// (serve/outbox.hh) shares.
//
//   contributor   one row for each (identity, selector): the key, and whether its owner has shown to read the address.
//                 Before that there is a challenge: who can answer it with a mail signed by the key has both
//   event         what is counted for limits: a kind, a subject (an address, a network address), a time
//
// Reported is durable. One object a thread; several may be open on one file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "attest/key_path.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::serve {

struct Contributor {
  std::int64_t id = 0;
  std::int64_t created = 0;  // seconds since 1970; of the challenge, until it is verified
  attest::KeyName key_name;  // algorithm, identity, selector
  std::string name;          // as they call themselves
  std::string key;           // as a keyring has it
  std::string challenge;     // empty once verified
  bool is_verified = false;
};

// The database, with all tables. kKeep: it is not made if it does not exist.
enum class Making { kMake, kKeep };
Result<archive::Sqlite> open_endpoint_database(const fs::path&, Making);

class EndpointStore {
 public:
  explicit EndpointStore(archive::Sqlite db) : db_(std::move(db)) {}

  // Addresses have no case.
  Result<std::optional<Contributor>> find(std::string_view identity, std::string_view selector) const;
  Result<std::vector<Contributor>> all() const;  // by identity
  // In place of one of that name that is not verified. Before: a transaction is open. Errors: kConflict, it is
  // verified.
  Result<void> add(const Contributor&);
  Result<void> verify(std::int64_t id);
  // How many there were. An empty selector: all of that identity.
  Result<int> remove(std::string_view identity, std::string_view selector);

  // How many such events there were since then.
  Result<std::int64_t> count(std::string_view kind, std::string_view subject, std::int64_t since) const;
  Result<void> note(std::string_view kind, std::string_view subject, std::int64_t now);

  const archive::Sqlite& database() const { return db_; }

 private:
  archive::Sqlite db_;
};

}  // namespace lorelei::serve
