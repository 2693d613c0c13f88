// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the entries of a glass table in order, whoever wrote it (the format is in search/glass_table.hh).
//
// Foreign bytes: a file may be damaged. Every offset is checked, keys must ascend (so a block that is reached twice
// ends the reading), the depth is at most kMaxLevels, a tag at most kMaxTag bytes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"
#include "search/glass_table.hh"

namespace lorelei::search::glass {

inline constexpr unsigned kMaxLevels = 10;                      // Xapian's own limit
inline constexpr std::size_t kMaxTag = std::size_t{256} << 20;  // a term list of a 64 MiB message fits

class TableReader {
 public:
  // A table without a root block is empty, and its file need not exist.
  static Result<TableReader> open(const fs::path&, const Root&);
  TableReader(TableReader&&) noexcept = default;
  TableReader& operator=(TableReader&&) noexcept = default;

  // False at the end, or if something is wrong: status() tells.
  bool next();
  // Until the next call of next():
  std::string_view key() const { return key_; }
  std::string_view tag() const { return tag_; }
  Tag tag_kind() const { return kind_; }  // as it is stored: kCompressed is raw deflate

  Result<void> status() const;

 private:
  struct Level {
    std::vector<unsigned char> block;
    std::size_t next = 0, end = 0;  // in its directory
  };
  struct Item {
    std::string_view key, tag;
    unsigned flags = 0;
  };

  TableReader(Fd file, fs::path path, const Root& root) : file_(std::move(file)), path_(std::move(path)), root_(root) {}
  bool load(unsigned level, std::uint32_t block);
  bool next_leaf();
  bool next_item(Item&);
  bool fail(const char* why);

  Fd file_;
  fs::path path_;
  Root root_;
  std::vector<Level> levels_;  // the leaf first; empty before the first entry
  std::string_view key_, tag_;
  std::string last_key_;  // of the leaf before, where key_ is until the first entry of the next
  std::string pieces_;    // a tag of several
  Tag kind_ = Tag::kPlain;
  bool ended_ = false;
  const char* failure_ = nullptr;
  int errno_ = 0;
};

}  // namespace lorelei::search::glass
