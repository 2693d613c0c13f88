// SPDX-License-Identifier: GPL-3.0-or-later
// A message as DKIM hashes it: bytes, not meaning. LF alone counts as CRLF, since archives store it so.
//
//              header                                                  body
//   simple     as it is, folds too                                     as it is
//   relaxed    name in lower case, one line, runs of SP and HT one     runs of SP and HT one space, none at line ends
//              space, none at the ends nor around the colon
//
// A body loses its empty lines at the end; what is left ends in CRLF. An empty one is CRLF if simple, nothing if
// relaxed.
//
// The header is cut by the letter of RFC 5322, more strictly than mail/header_block does for reading: what another
// reader could take for the end of the header, or for no header, is doubtful, and no signature holds over it.
//
// Source: RFC 6376 sections 3.4 and 5.4.2.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "attest/dkim_signature.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxDkimHeader = 1 << 20;
inline constexpr std::size_t kMaxDkimMessage = 64 << 20;

struct DkimHeader {
  std::string name;        // lower case, without white space
  std::string_view whole;  // with its name, folds and last line end, as it came

  std::string_view value() const { return whole.substr(whole.find(':') + 1); }
};
struct DkimMessage {
  std::vector<DkimHeader> headers;  // top to bottom
  std::string_view body;
  std::string doubt;  // why others may read another header; empty: nobody does
};
// Views of raw. Errors: kTooLarge.
Result<DkimMessage> read_dkim_message(std::string_view raw);

void append_canonical_header(std::string& out, const DkimHeader&, Canonicalisation);  // with CRLF
// The signature's own header: the value of b= is empty, and no CRLF ends it.
void append_signature_header(std::string& out, const DkimHeader&, const DkimSignature&);
std::string canonical_dkim_body(std::string_view body, Canonicalisation);

// Headers by name, each handed out once, from the bottom up.
class HeaderPicker {
 public:
  explicit HeaderPicker(const std::vector<DkimHeader>&);
  // Forgets what was handed out; own is not handed out from now on.
  void restart(std::size_t own);
  const DkimHeader* next(std::string_view name);
  std::size_t count(std::string_view name) const;

 private:
  struct Instances {
    std::vector<std::size_t> at;  // top to bottom
    std::size_t used = 0;         // of those at the end
  };
  const std::vector<DkimHeader>& headers_;
  std::unordered_map<std::string, Instances> by_name_;
  std::size_t own_ = 0;
};

// Hashes of one body, each computed once.
class BodyHashes {
 public:
  explicit BodyHashes(std::string_view body) : body_(body) {}
  std::uint64_t length(Canonicalisation);
  // Before: limit <= length().
  const Sha256Digest& hash(Canonicalisation, std::uint64_t limit);

 private:
  struct Known {
    Canonicalisation kind;
    std::uint64_t limit;
    Sha256Digest digest;
  };
  const std::string& canonical(Canonicalisation);

  std::string_view body_;
  std::optional<std::string> simple_, relaxed_;
  std::vector<Known> known_;
};

}  // namespace lorelei::attest
