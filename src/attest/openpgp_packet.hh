// SPDX-License-Identifier: GPL-3.0-or-later
// OpenPGP's framing: packets, subpackets, numbers, ASCII armour. What they mean is not known here.
//
//   old header   10 tttt ll   ll: length in 1, 2 or 4 bytes, or 3: to the end
//   new header   11 tttttt    then the length in 1, 2 or 5 bytes; or 224..254: 2^(n-224) bytes and another length
//   armour       -----BEGIN PGP WHAT-----, headers, an empty line, base64, =CRC (may be missing), -----END PGP
//   WHAT-----
//
// Parts and lengths up to the end are for data only (literal, compressed), as the standard wants it. Linear in the
// bytes; nothing is nested here.
//
// Source: RFC 4880 section 4 and 6; RFC 9580 lets the CRC be absent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::attest {

enum class PacketTag : std::uint8_t {
  kSignature = 2,
  kOnePass = 4,
  kSecretKey = 5,
  kPublicKey = 6,
  kSecretSubkey = 7,
  kCompressed = 8,
  kLiteral = 11,
  kUserId = 13,
  kPublicSubkey = 14,
  kUserAttribute = 17,
};

struct Packet {
  PacketTag tag = {};
  std::string body = {};
};
// All packets of bytes, which must be that and nothing else; nothing if they are not, or if there are more than limit.
std::optional<std::vector<Packet>> parse_packets(std::string_view bytes, std::size_t limit);
// With a header of the new format and one definite length.
void append_packet(std::string& out, PacketTag, std::string_view body);

// Takes numbers and bytes off the front; after the first that is not there, all are missing.
class PacketReader {
 public:
  explicit PacketReader(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::uint32_t> number(std::size_t bytes);  // big-endian, at most 4 bytes
  std::optional<std::string_view> take(std::size_t count);
  // A multiprecision integer without its length, in its one spelling: the first bit that is counted is set.
  std::optional<std::string_view> integer();
  std::string_view rest() const { return failed_ ? std::string_view() : rest_; }
  bool at_end() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Subpacket {
  std::uint8_t type = 0;  // without the critical bit
  std::string_view body = {};
};
std::optional<std::vector<Subpacket>> parse_subpackets(std::string_view area);

struct Armour {
  enum class State { kAbsent, kDamaged, kWhole } state = State::kAbsent;
  std::string what = {};           // "MESSAGE"
  std::string bytes = {};          // decoded
  std::size_t begin = 0, end = 0;  // of the whole block in the text
};
// The first block of armour that begins at a line at or after from.
Armour parse_armour(std::string_view text, std::size_t from = 0);

}  // namespace lorelei::attest
