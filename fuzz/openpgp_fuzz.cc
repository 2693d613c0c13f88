// SPDX-License-Identifier: GPL-3.0-or-later
// An object and a key file as any bytes. What was read of an object must come back from a message made of the parts.
#include <cstdint>

#include "attest/ed25519.hh"
#include "attest/openpgp_key_file.hh"
#include "attest/openpgp_message.hh"
#include "attest/openpgp_packet.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lorelei::attest;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto reading = read_openpgp_message(bytes);
  if (reading.reason.empty() != (reading.outcome == Outcome::kGood)) __builtin_trap();
  if (reading.outcome == Outcome::kGood) {
    std::string again = signature_packet(reading.message.signature);
    append_packet(again, PacketTag::kLiteral, std::string("b\0\0\0\0\0", 6) + reading.message.literal);
    const auto other = read_openpgp_message(again);
    if (other.message.literal != reading.message.literal) __builtin_trap();
    if (other.message.signature.body != reading.message.signature.body) __builtin_trap();
    (void)hashed_bytes(reading.message.signature, reading.message.literal);
  }
  if (const auto certificates = parse_openpgp_key_file(bytes, "f")) {
    for (const auto& certificate : *certificates) {
      const auto again = parse_openpgp_key_file(certificate.packets, "f");
      if (!again || again->size() != 1) __builtin_trap();
      if (again->front().packets != certificate.packets) __builtin_trap();
      if (again->front().keys.size() != certificate.keys.size()) __builtin_trap();
      (void)certificate.issuer_of(reading.message.signature);
    }
  }
  (void)parse_ed25519_key(bytes, "f");
  return 0;
}
