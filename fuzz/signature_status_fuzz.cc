// SPDX-License-Identifier: GPL-3.0-or-later
// What git says of a signature: good is only what it agrees with, and what says so in a line of its own.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "git/signature_status.hh"

using namespace lorelei::git;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using State = SignatureStatus::State;
  const std::string said = "\n" + std::string(reinterpret_cast<const char*>(data), size);
  const auto agreed = read_signature_status(said, 0), refused = read_signature_status(said, 1);
  require(refused.state != State::kGood);
  require(agreed.state != State::kUnsigned);
  if (agreed.state == State::kGood) {
    const bool is_ssh = agreed.kind == "ssh";
    require(said.find(is_ssh ? "\nGood \"git\" signature for " : "\n[GNUPG:] GOODSIG") != said.npos);
    require(is_ssh || said.find("\n[GNUPG:] BADSIG ") == said.npos);
    require(refused.state == State::kUntrusted);
  }
  require(said.find(agreed.signer) != said.npos && said.find(agreed.key) != said.npos);
  return 0;
}
