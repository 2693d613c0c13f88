// SPDX-License-Identifier: GPL-3.0-or-later
// DKIM: whether the servers of a domain signed this message, as it is. Each signature is judged on its own, from the
// bottom up, and every way to fail has its own name: a key that nobody could be asked for is no bad signature, and a
// signature that holds for another domain than the author's, or for the start of a text, is no pass.
//
//   tags -> algorithm -> hash of the body -> headers that stand twice -> keys known, keys asked for -> signature
//        -> l= shorter than the text, x= before the arrival, key in testing, domain of the author
//
// A pass says that a server of the domain sent it, not that the author wrote it; "relaxed" bodies do not protect white
// space, which matters to Python and Makefiles.
//
// Source: RFC 6376, RFC 8301, RFC 8463.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "attest/dkim_alignment.hh"
#include "attest/dkim_canonical.hh"
#include "attest/dkim_keys.hh"
#include "attest/dkim_signature.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxDkimSignatures = 10;  // of a message; lists and providers make it two or three
inline constexpr std::size_t kMaxDkimRecords = 16;     // tried for one signature

// ---- keys ----

enum class KeySource { kImport, kDns, kDnssec };  // from the least to the most
const char* name_of(KeySource);                   // "import", "dns", "dnssec"

struct DkimRecord {
  std::string text;
  KeySource source = KeySource::kDns;
  std::int64_t first_seen = 0, last_seen = 0;  // seconds since 1970
};
struct DkimKeyAnswer {
  enum class State {
    kFound,
    kNone,         // the domain has no such key
    kAmbiguous,    // it has several at once
    kUnavailable,  // nobody could be asked
  };
  State state = State::kUnavailable;
  std::vector<DkimRecord> records = {};
  std::string reason = {};  // of everything but kFound
};
struct DkimKeys {
  // The records that may hold for what arrived then, without asking anybody. May be empty.
  std::function<DkimKeyAnswer(const std::string& name, std::int64_t arrived)> known = {};
  // What the domain says now; asked where no known record verifies. Empty: offline.
  std::function<DkimKeyAnswer(const std::string& name)> ask = {};
};
// A record speaks for mail that arrived at most so long before it was first seen: older mail had perhaps another key,
// and one that does not fit says nothing about it.
inline constexpr std::int64_t kKeyReach = 90 * 86'400;

// ---- results ----

enum class DkimOutcome {
  kPass,
  kMisaligned,      // holds, for a domain that is not the author's
  kTesting,         // holds, but the domain says that it is only trying
  kExpired,         // holds, but it arrived after x=
  kPartialBody,     // holds, for the first l= bytes of the text
  kBadBody,         // the text is another one than was signed
  kBadHeader,       // the signature is not one of the key over these headers
  kAmbiguous,       // the header can be read in two ways: a field stands twice and not all are signed
  kMalformed,       // the signature, or the message, cannot be read as one
  kUnsupported,     // an algorithm, version or canonicalisation that we do not know
  kWeak,            // RSA below 1024 bits, or SHA-1
  kKeyUnavailable,  // the key is not known and nobody could be asked for it
  kNoKey,           // the domain has no such key
  kRevokedKey,      // the domain has withdrawn it
  kBadKey,          // what stands under its name is no key, or one that is not for this signature
};
const char* name_of(DkimOutcome);  // "pass", "key-unavailable"

struct DkimResult {
  DkimOutcome outcome = DkimOutcome::kMalformed;
  std::string reason = {};         // for everything but kPass: a phrase for the user
  DkimSignature signature = {};    // as far as it could be read
  std::string author_domain = {};  // of From; empty: it has none, or several
  Alignment alignment = Alignment::kNone;
  int key_bits = 0;  // 0: it did not come to a key
  std::optional<DkimRecord> key = {};
  bool is_weak = false;               // a key of RSA with less than 2048 bits
  bool leaves_white_space = false;    // the body is relaxed: white space is not covered
  std::uint64_t uncovered_bytes = 0;  // of the canonical body, behind l=
};

// Judges message after message; keys are read once. One thread at a time.
class DkimChecker {
 public:
  explicit DkimChecker(DkimKeys keys) : keys_(std::move(keys)) {}
  // One result a signature, bottom to top; none: it is not signed. arrived: seconds since 1970.
  std::vector<DkimResult> check(std::string_view raw, std::int64_t arrived);

 private:
  struct Message;
  struct LoadedKey;
  void judge(Message&, std::size_t header, DkimResult&);
  DkimOutcome verify(const std::string& signed_bytes, std::int64_t arrived, DkimResult&);
  // Tries the records; whether one of them decided.
  bool try_records(const DkimKeyAnswer&, const Sha256Digest&, DkimResult&);
  std::shared_ptr<const LoadedKey> loaded(const std::string& record);
  static void try_key(const LoadedKey&, const Sha256Digest&, DkimResult&);

  DkimKeys keys_;
  std::unordered_map<std::string, std::shared_ptr<const LoadedKey>> loaded_;  // by record
};

}  // namespace lorelei::attest
