// SPDX-License-Identifier: GPL-3.0-or-later
// Which messages are the same: lei's four answers.
//
//              listed from overview rows (JSON, list)             written as mail
//   content    sender, recipients, time, subject, references,     what was written: search/outbox.hh gives a digest
//   that
//              Message-ID are equal                               leaves out what lists add to the header
//   oid        the same blob                                      the same blob
//   mid        the same Message-ID, else as content               the same Message-ID, else as content
//   none       never                                              never
#pragma once
#include <string>
#include <unordered_set>

#include "archive/over_reader.hh"

namespace lorelei::search {

enum class Sameness { kContent, kOid, kMid, kNone };

class Dedupe {
 public:
  explicit Dedupe(Sameness sameness) : sameness_(sameness) {}
  Sameness sameness() const { return sameness_; }

  // True the first time.
  bool is_new(const archive::OverRow&);
  bool is_new_key(std::string key);  // for what is the same in another way

 private:
  Sameness sameness_;
  std::unordered_set<std::string> seen_;  // SHA-1 of keys
};

}  // namespace lorelei::search
