// SPDX-License-Identifier: GPL-3.0-or-later
// The plain meaning of a query: is this message found? Looks at one document after the other, knows nothing of posting
// lists, shards or weights. What it finds is what the engine must find.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "search/query.hh"
#include "tests/search/test_archive.hh"

namespace lorelei::search {

class BruteForce {
 public:
  explicit BruteForce(const std::vector<TestMessage>&);

  // The numbers of the messages that a dated query finds.
  std::set<std::int64_t> find(const Query&) const;

 private:
  struct Document {
    std::int64_t number;
    std::map<std::string, std::vector<unsigned>> terms;  // with positions
    std::map<unsigned, double> values;
    std::size_t thread;  // a number for each thread
  };
  bool matches(const Query&, const Document&) const;
  bool has_phrase(const Query&, const Document&, bool in_order) const;

  std::vector<Document> documents_;
  std::map<std::string, std::size_t> thread_of_id_;
  PrefixSet prefixes_;
};

}  // namespace lorelei::search
