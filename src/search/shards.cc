// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/shards.hh"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>

#include "base/is_there.hh"
#include "base/text.hh"
#include "search/document.hh"
#include "search/glass_merge.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace fs = std::filesystem;

namespace {

constexpr int kBlockBytes = 8192;  // of glass tables; Xapian's default

Xapian::docid docid(std::int64_t number) { return static_cast<Xapian::docid>(number); }

}  // namespace

namespace {

// Ours, but for databases that hold what we do not write.
Result<void> merge_once(const std::vector<fs::path>& inputs, const fs::path& output) {
  if (auto merged = merge_glass(inputs, output, Sync::kNo); merged || merged.error().kind != Error::Kind::kRefused) {
    return merged;
  }
  try {
    Xapian::Database all;
    for (const auto& input : inputs) all.add_database(Xapian::Database(input.string()));
    all.compact(output.string(), Xapian::DBCOMPACT_NO_RENUMBER | Xapian::DB_BACKEND_GLASS, kBlockBytes);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "merge the parts of the index", output);
  }
  return {};
}

Result<void> remove_merged(const fs::path& path) {
  std::error_code code;
  fs::remove_all(path, code);
  if (code) return err_errno(code.value(), "remove a merged part of the index", path.string());
  return {};
}

}  // namespace

Result<void> merge_segments(std::vector<fs::path> inputs, const fs::path& output, std::size_t keep_first) {
  for (int level = 0; inputs.size() > kMaxMergeInputs; ++level) {
    std::vector<fs::path> merged;
    // The databases to keep are large: they take part in the last merge only.
    merged.assign(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(keep_first));
    for (std::size_t i = keep_first; i < inputs.size(); i += kMaxMergeInputs) {
      const std::vector<fs::path> some(
          inputs.begin() + static_cast<std::ptrdiff_t>(i),
          inputs.begin() + static_cast<std::ptrdiff_t>(std::min(i + kMaxMergeInputs, inputs.size())));
      merged.push_back(fs::path(output).concat(fmt::format(".{}-{}", level, merged.size())));
      TRY_VOID(merge_once(some, merged.back()));
      for (const auto& input : some) TRY_VOID(remove_merged(input));
    }
    inputs = std::move(merged);
  }
  TRY_VOID(merge_once(inputs, output));
  for (std::size_t i = keep_first; i < inputs.size(); ++i) TRY_VOID(remove_merged(inputs[i]));
  return {};
}

struct ShardWriter::Impl {
  Xapian::WritableDatabase database;
  fs::path directory;
};

Result<ShardWriter> ShardWriter::open(const fs::path& directory, Durability durability) {
  ShardWriter writer;
  writer.impl_ = std::make_shared<Impl>();
  writer.impl_->directory = directory;
  try {
    int flags = Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS;
    if (durability == Durability::kNoSync) flags |= Xapian::DB_NO_SYNC;
    writer.impl_->database = Xapian::WritableDatabase(directory.string(), flags, kBlockBytes);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "open the index for writing", directory);
  }
  return writer;
}

Result<void> ShardWriter::put(std::int64_t number, const Xapian::Document& document) {
  try {
    impl_->database.replace_document(docid(number), document);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, fmt::format("index message {}", number), impl_->directory);
  }
  return {};
}

Result<void> ShardWriter::remove(std::int64_t number) {
  try {
    impl_->database.delete_document(docid(number));
  } catch (const Xapian::DocNotFoundError&) {
    return {};
  } catch (const Xapian::Error& e) {
    return xapian_error(e, fmt::format("remove message {}", number), impl_->directory);
  }
  return {};
}

Result<void> ShardWriter::set_thread(std::int64_t number, std::int64_t thread) {
  try {
    auto document = impl_->database.get_document(docid(number));
    search::set_thread(document, thread);
    impl_->database.replace_document(docid(number), document);
  } catch (const Xapian::DocNotFoundError&) {
    return {};
  } catch (const Xapian::Error& e) {
    return xapian_error(e, fmt::format("move message {} to its thread", number), impl_->directory);
  }
  return {};
}

Result<void> ShardWriter::set_metadata(const std::string& key, const std::string& value) {
  try {
    if (impl_->database.get_metadata(key) != value) impl_->database.set_metadata(key, value);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "write the index", impl_->directory);
  }
  return {};
}

Result<void> ShardWriter::commit() {
  try {
    impl_->database.commit();
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "write the index", impl_->directory);
  }
  return {};
}

Result<std::string> shard_metadata(const fs::path& directory, const std::string& key) {
  try {
    return Xapian::Database(directory.string()).get_metadata(key);
  } catch (const Xapian::Error& e) {
    return xapian_error(e, "open the index", directory);
  }
}

std::vector<fs::path> named_shards(const fs::path& index_directory) {
  std::int64_t highest = -1;
  std::error_code code;
  for (fs::directory_iterator at(index_directory, code), end; !code && at != end; at.increment(code))
    highest = std::max(highest, parse_int(at->path().filename().native()).value_or(-1));
  std::vector<fs::path> shards;
  for (std::int64_t i = 0; i <= highest; ++i) shards.push_back(index_directory / std::to_string(i));
  return shards;
}

Result<std::vector<fs::path>> shard_directories(const fs::path& index_directory) {
  std::error_code code;
  if (fs::directory_iterator(index_directory, code); code && code != std::errc::no_such_file_or_directory)
    return err_errno(code.value(), "list the parts of the index", index_directory.string());
  auto shards = named_shards(index_directory);
  const auto missing = std::count_if(shards.begin(), shards.end(), [](const auto& shard) { return !is_there(shard); });
  if (missing > 0)
    return err(Error::Kind::kCorrupt, "open the index", index_directory.string(),
               fmt::format("{} of its {} shards are missing", missing, shards.size()),
               "lorelei archive index --reindex builds the index again from git");
  return shards;
}

}  // namespace lorelei::search
