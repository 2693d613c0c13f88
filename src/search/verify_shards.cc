// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/verify_shards.hh"

#include <fmt/format.h>
#include <unistd.h>
#include <xapian.h>

#include <cerrno>
#include <system_error>

#include "archive/sqlite.hh"
#include "search/shards.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace {

constexpr const char* kReindex = "lorelei archive index --reindex builds the index anew";

// The documents of one shard beside the numbers that it should have, both ascending.
class ShardCheck {
 public:
  ShardCheck(std::size_t shard, archive::Statement& numbers, archive::Findings& findings)
      : shard_(shard), numbers_(numbers), findings_(findings) {}

  Result<void> begin() { return next_number(); }

  Result<void> document(std::int64_t docid) {
    while (number_ && *number_ < docid) TRY_VOID(missing());
    if (number_ == docid) return next_number();
    findings_.add(fmt::format("shard {}", shard_), fmt::format("it has a document {} that is no article", docid),
                  kReindex);
    return {};
  }

  Result<void> end() {
    while (number_) TRY_VOID(missing());
    return {};
  }

 private:
  Result<void> missing() {
    findings_.add(fmt::format("article {}", *number_), fmt::format("shard {} has no document of it", shard_), kReindex);
    return next_number();
  }
  Result<void> next_number() {
    TRY(const bool more, numbers_.step());
    number_ = more ? std::optional(numbers_.integer(0)) : std::nullopt;
    return {};
  }

  std::size_t shard_;
  archive::Statement& numbers_;
  archive::Findings& findings_;
  std::optional<std::int64_t> number_;
};

Result<void> compare(const Env& env, const std::filesystem::path& directory, ShardCheck check,
                     const std::function<void()>& progress) {
  TRY_VOID(check.begin());
  try {
    const Xapian::Database shard(directory.string());
    for (auto document = shard.postlist_begin(""); document != shard.postlist_end(""); ++document) {
      if (env.stop_requested()) return err(Error::Kind::kCancelled, "verify", directory.string(), "it was stopped");
      TRY_VOID(check.document(*document));
      if (progress) progress();
    }
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "read the shard", directory);
  }
  return check.end();
}

// Xapian's own look at the tables of a shard: how many errors.
Result<std::size_t> count_errors(const std::filesystem::path& directory) {
  // Xapian opens them for writing, though it changes nothing.
  if (access((directory / "iamglass").c_str(), W_OK) != 0 && errno != ENOENT)
    return err(Error::Kind::kRefused, "check the shard", directory.string(), std::generic_category().message(errno));
  try {
    return Xapian::Database::check(directory.string(), 0, nullptr);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "check the shard", directory);
  }
}

}  // namespace

Result<void> verify_shards(const Env& env, const archive::Inbox& inbox, archive::Findings& findings,
                           const std::function<void()>& progress) {
  const auto shards = shard_directories(inbox.index_dir());
  if (!shards) return findings.add("index", shards.error().why, kReindex), Result<void>();
  const auto over = archive::Sqlite::open(inbox.over_path(), archive::SqliteMode::kReadOnly);
  if (!over) return {};  // reported by the check of the archive
  for (std::size_t i = 0; i < shards->size(); ++i) {
    const auto& directory = (*shards)[i];
    const auto errors = count_errors(directory);
    if (!errors && errors.error().kind == Error::Kind::kRefused) {
      findings.add(fmt::format("shard {}", i), "it can only be checked by who may write it: " + errors.error().why,
                   "run this as the owner of the archive");
      continue;
    }
    if (!errors || *errors > 0) {
      findings.add(fmt::format("shard {}", i),
                   errors ? fmt::format("Xapian finds {} errors in it", *errors) : errors.error().why, kReindex);
      continue;
    }
    archive::Statement numbers(*over, "SELECT num FROM over WHERE num > 0 AND num % ? = ? ORDER BY num");
    numbers.bind(static_cast<std::int64_t>(shards->size())).bind(static_cast<std::int64_t>(i));
    const auto compared = compare(env, directory, ShardCheck(i, numbers, findings), progress);
    if (!compared && compared.error().kind == Error::Kind::kCancelled) return compared;
    if (!compared) findings.add(fmt::format("shard {}", i), compared.error().why, kReindex);
  }
  return {};
}

}  // namespace lorelei::search
