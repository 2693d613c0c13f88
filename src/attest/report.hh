// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts as people and programs read them.
//
//   text     patatt's lines, and below them what it does not say:
//                PASS | IDENTITY, NAME
//              BADSIG | IDENTITY, NAME
//                     | reason
//   JSON     an object a line, one for each signature
//   summary  how many of each result, by who signed and with what
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "attest/dkim.hh"
#include "attest/verify.hh"

namespace lorelei::attest {

// A message and all that was found out.
struct Attested {
  std::string name;        // of its file, "-", its subject
  std::string message_id;  // without <>; empty if there is none
  Verdict verdict;
  std::vector<DkimResult> dkim;  // empty: not looked at, or none is there
  std::string objection;         // of the policy; empty if there is none
  std::string repeats;           // the Message-ID of an earlier one with the same signed text; empty if there is none

  // What patatt's exit status would be: the worst of all.
  int status() const;
};

struct TextLook {
  bool is_verbose = false;  // where keys came from
  bool is_ours = true;      // remarks and objections, which patatt does not have
};
std::string text_of(const Attested&, const TextLook&);
std::string json_of(const Attested&);

class AttestedSummary {
 public:
  void add(const Attested&);
  std::string text() const;
  std::string json() const;  // one object

 private:
  struct Row {
    std::string who, algorithm, result;
    auto operator<=>(const Row&) const = default;
  };
  std::uint64_t messages_ = 0, signed_ = 0, refused_ = 0;
  std::map<Row, std::uint64_t> rows_;
};

}  // namespace lorelei::attest
