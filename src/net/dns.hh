// SPDX-License-Identifier: GPL-3.0-or-later
// TXT records of the DNS, with what DNSSEC says of them. A name that is not there is one thing, a resolver that does
// not answer another: who judges by a key must not take silence for "no key".
//
// The one idea: a look-up is a function from a name to an answer, so that tests and caches stand in for the network.
// Each name is asked once a process, whatever came of it. Nothing here waits longer than the budget of a question, and
// after a few that nobody answered nothing is asked any more.
//
// Source: RFC 1035 section 3.3.14; RFC 7208 section 3.3 (strings of one record are joined); unbound's library.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::net {

inline constexpr std::size_t kMaxTxtRecord = 8 << 10;  // an RSA key of 16,384 bits takes 3 KiB
inline constexpr std::size_t kMaxTxtRecords = 64;      // under one name
inline constexpr int kMaxUnanswered = 3;               // then the network is taken to be down

struct TxtAnswer {
  enum class State {
    kFound,
    kNoName,       // no such name
    kNoData,       // the name has no TXT record that could be read
    kUnavailable,  // nobody knows: no resolver, no answer in time, a failing server, an answer that DNSSEC refutes
  };
  enum class Security { kInsecure, kSecure, kBogus };
  State state = State::kUnavailable;
  Security security = Security::kInsecure;
  std::vector<std::string> records = {};  // those longer than kMaxTxtRecord are left out
  std::string reason = {};                // of everything but kFound
};
using TxtLookup = std::function<TxtAnswer(const std::string& name)>;

struct DnsOptions {
  std::vector<std::string> resolvers = {};  // "ADDR" or "ADDR@PORT"; none: those of resolv.conf
  std::chrono::milliseconds budget{5'000};  // from a question to its answer, all attempts together
  // File of the keys that DNSSEC starts from; one that cannot be read: every answer is kInsecure.
  std::string trust_anchor = "/usr/share/dns/root.key";
};

// A resolver. One thread at a time.
class Dns {
 public:
  // Errors: kFailed, the library is not installed or an option is none; kUsage, an address of a resolver is none.
  static Result<Dns> open(const DnsOptions&);
  TxtAnswer txt(const std::string& name);

 private:
  struct Impl;
  explicit Dns(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

// Opens the resolver at the first question; if it does not open, every answer is kUnavailable.
TxtLookup dns_lookup(DnsOptions);

// Letters, digits, "-" and "_" in labels of 1 to 63 bytes, 253 in all; a dot at the end may be there.
bool is_host_name(std::string_view);
// The strings of the data of one record, joined; nothing if it is cut or too long.
std::optional<std::string> joined_txt(std::string_view rdata);

}  // namespace lorelei::net
