// SPDX-License-Identifier: GPL-3.0-or-later
// What index_diff found: every difference is counted under its class; the first few of each class are printed.
//
//   posting: docid 17 <20190604@example.org> term ZSqueue: left wdf 1 pos 3,9   right wdf 1 pos 3
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lorelei::interop {

struct Options {
  std::size_t shown = 10;                  // differences printed of each class
  std::vector<std::string> term_prefixes;  // terms that start with one of them are not compared
  std::vector<std::string> metadata;       // metadata keys that start with one of them are not compared
  std::set<std::uint32_t> slots;           // value slots that are not compared
  // What public-inbox 1.9 makes of a text beyond ASCII and up to U+00FF depends on its interpreter's inner form of the
  // string: document data is ISO 8859-1 or UTF-8, the key of a subject counts such letters as letters or not.
  enum class Latin1 { kCompare, kAccept } latin1 = Latin1::kCompare;
  enum class StaleThreads { kCompare, kLeaveOut } stale_threads = StaleThreads::kCompare;
};

class Report {
 public:
  explicit Report(std::size_t shown) : shown_(shown) {}

  // where: what it is about ("docid 17 <id> term Sfoo"); left and right: what each side has there.
  void difference(const std::string& kind, std::string_view where, std::string_view left, std::string_view right);
  // Something worth knowing that makes the indexes no less equal.
  void note(std::string_view text);
  // How many things of a kind were compared: an index_diff that compared nothing must not look like success.
  void compared(const std::string& kind, std::size_t count) { compared_[kind] += count; }
  std::size_t differences() const;
  void print_summary() const;

 private:
  std::size_t shown_;
  std::map<std::string, std::size_t> counts_, compared_;
};

// Two labellings of the same things are equal as partitions when each label of one side goes with exactly one of the
// other; the labels themselves are free.
class PartitionDiff {
 public:
  PartitionDiff(Report& report, std::string kind) : report_(report), kind_(std::move(kind)) {}
  void add(const std::string& thing, std::string_view left_label, std::string_view right_label);

 private:
  struct Seen {
    std::string other_label, first_thing;
  };
  Report& report_;
  std::string kind_;
  std::unordered_map<std::string, Seen> left_, right_;
};

// message-ids by article number, so that a difference can be looked up in a mail reader.
using MessageIds = std::unordered_map<std::int64_t, std::string>;
std::string place(std::int64_t number, const MessageIds&);

// At most 160 bytes of text on one line, non-printing bytes escaped.
std::string shown_text(std::string_view);

}  // namespace lorelei::interop
