// SPDX-License-Identifier: GPL-3.0-or-later
// A record of a key, up to the first line end, and a message: whatever it says, each signature gets an outcome with a
// reason, the same every time, and what passes still passes without its carriage returns.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "attest/dkim.hh"
#include "attest/dkim_key_cache.hh"
#include "attest/dkim_tags.hh"
#include "base/text.hh"

using namespace lorelei;
using namespace lorelei::attest;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void check_canonical_forms(std::string_view body) {
  const auto simple = canonical_dkim_body(body, Canonicalisation::kSimple);
  const auto relaxed = canonical_dkim_body(body, Canonicalisation::kRelaxed);
  require(canonical_dkim_body(simple, Canonicalisation::kSimple) == simple);
  require(canonical_dkim_body(relaxed, Canonicalisation::kRelaxed) == relaxed);
  require(canonical_dkim_body(simple, Canonicalisation::kRelaxed) == relaxed);
  require(simple.ends_with("\r\n") && (relaxed.empty() || relaxed.ends_with("\r\n")));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const std::string record(text.substr(0, end));
  const auto message = text.substr(std::min(end + 1, text.size()));

  (void)net::joined_txt(record);
  const auto key = parse_dkim_key(record);
  if (key) require(is_dkim_record(record));
  check_canonical_forms(message);

  DkimKeys keys;
  keys.ask = [&record](const std::string&) {
    net::TxtAnswer answer;
    answer.state = net::TxtAnswer::State::kFound;
    answer.records = {record};
    return dkim_answer(answer, 0);
  };
  DkimChecker checker(keys);
  const auto results = checker.check(message, 1'704'164'700);
  require(results.size() <= kMaxDkimSignatures + 1);
  const auto again = checker.check(message, 1'704'164'700);
  const auto other_ends = checker.check(replace_all(message, "\r\n", "\n"), 1'704'164'700);
  for (std::size_t i = 0; i < results.size(); ++i) {
    require(results[i].reason.empty() == (results[i].outcome == DkimOutcome::kPass));
    require(again[i].outcome == results[i].outcome && again[i].reason == results[i].reason);
    if (results[i].outcome == DkimOutcome::kPass) require(other_ends[i].outcome == DkimOutcome::kPass);
  }
  return 0;
}
