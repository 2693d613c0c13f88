// SPDX-License-Identifier: GPL-3.0-or-later
// The first line is a key file, the rest an SSHSIG blob. Nothing found by chance may be good, and what a line says must
// come back from what it was read as.
#include <cstdint>

#include "attest/sshsig.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lorelei::attest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end), blob = text.substr(std::min(end + 1, text.size()));
  if (const auto key = parse_ssh_public_key(line, "f")) {
    const auto again = parse_ssh_public_key(to_text(*key), "f");
    if (!again || again->blob != key->blob || again->type != key->type) __builtin_trap();
  }
  (void)key_of_sshsig(blob);
  const lorelei::Sha256Digest digest = {1, 2, 3};
  const auto judgement = judge_sshsig(blob, digest, line);
  if (judgement.outcome == Outcome::kGood || judgement.reason.empty()) __builtin_trap();
  return 0;
}
