// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_packet.hh"

#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::string_view kBegin = "-----BEGIN PGP ";
constexpr std::string_view kEnd = "-----END PGP ";
constexpr std::string_view kDashes = "-----";

// One length of the new format: of a whole body, or of a part with more to come.
struct Length {
  std::size_t bytes = 0;
  bool partial = false;
};
std::optional<Length> new_length(PacketReader& reader) {
  const auto first = reader.number(1);
  if (!first) return std::nullopt;
  if (*first < 192) return Length{*first};
  if (*first >= 224 && *first < 255) return Length{std::size_t{1} << (*first & 31), true};
  const auto more = reader.number(*first == 255 ? 4 : 1);
  if (!more) return std::nullopt;
  return Length{*first == 255 ? *more : ((*first - 192) << 8) + *more + 192};
}

bool is_data(PacketTag tag) { return tag == PacketTag::kCompressed || tag == PacketTag::kLiteral; }

std::optional<std::string> new_body(PacketReader& reader, PacketTag tag) {
  std::string body;
  for (;;) {
    const auto length = new_length(reader);
    if (!length || (length->partial && !is_data(tag))) return std::nullopt;
    const auto part = reader.take(length->bytes);
    if (!part) return std::nullopt;
    body += *part;
    if (!length->partial) return body;
  }
}

std::optional<std::string> old_body(PacketReader& reader, PacketTag tag, unsigned kind) {
  if (kind == 3 && !is_data(tag)) return std::nullopt;
  const auto length =
      kind == 3 ? static_cast<std::uint32_t>(reader.rest().size()) : reader.number(std::size_t{1} << kind);
  const auto body = length ? reader.take(*length) : std::nullopt;
  if (!body) return std::nullopt;
  return std::string(*body);
}

std::uint32_t crc24(std::string_view bytes) {
  std::uint32_t crc = 0xb704ce;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 16;
    for (int i = 0; i < 8; ++i) crc = (crc << 1) ^ ((crc & 0x800000) != 0 ? 0x1864cfbu : 0u);
    crc &= 0xffffff;
  }
  return crc;
}

// The line at position, without its end; position goes to the next one.
std::string_view next_line(std::string_view text, std::size_t& position) {
  const auto end = std::min(text.find('\n', position), text.size());
  const auto line = text.substr(position, end - position);
  position = std::min(end + 1, text.size());
  return trim_end(line);
}

// Where a line begins with "-----BEGIN PGP ", at or after from.
std::size_t find_begin(std::string_view text, std::size_t from) {
  for (auto at = text.find(kBegin, from); at != std::string_view::npos; at = text.find(kBegin, at + 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return std::string_view::npos;
}

std::optional<std::string> decode(std::string_view digits, std::string_view checksum) {
  auto bytes = unbase64(digits);
  if (!bytes || checksum.empty()) return bytes;
  const auto sum = unbase64(checksum.substr(1));
  if (!sum || PacketReader(*sum).number(3) != crc24(*bytes) || sum->size() != 3) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<std::vector<Packet>> parse_packets(std::string_view bytes, std::size_t limit) {
  std::vector<Packet> packets;
  PacketReader reader(bytes);
  while (!reader.at_end()) {
    const auto first = reader.number(1);
    if (!first || (*first & 0x80) == 0 || packets.size() == limit) return std::nullopt;
    const bool is_new = (*first & 0x40) != 0;
    const auto tag = static_cast<PacketTag>(is_new ? *first & 0x3f : *first >> 2 & 0xf);
    auto body = is_new ? new_body(reader, tag) : old_body(reader, tag, *first & 3);
    if (!body) return std::nullopt;
    packets.push_back({tag, *std::move(body)});
  }
  return packets;
}

void append_packet(std::string& out, PacketTag tag, std::string_view body) {
  out += static_cast<char>(0xc0 | static_cast<unsigned>(tag));
  out += '\xff';
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(body.size() >> shift & 0xff);
  out += body;
}

std::optional<std::uint32_t> PacketReader::number(std::size_t count) {
  const auto bytes = take(count);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const char byte : *bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::optional<std::string_view> PacketReader::take(std::size_t count) {
  failed_ = failed_ || count > rest_.size();
  if (failed_) return std::nullopt;
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::string_view> PacketReader::integer() {
  const auto bits = number(2);
  const auto bytes = bits ? take((*bits + 7) / 8) : std::nullopt;
  failed_ = failed_ || *bits == 0 || static_cast<unsigned char>(bytes->front()) >> ((*bits - 1) % 8) != 1;
  return failed_ ? std::nullopt : bytes;
}

std::optional<std::vector<Subpacket>> parse_subpackets(std::string_view area) {
  std::vector<Subpacket> subpackets;
  PacketReader reader(area);
  while (!reader.at_end()) {
    const auto first = reader.number(1);
    if (!first) return std::nullopt;
    std::optional<std::uint32_t> length = first;
    if (*first >= 192) length = reader.number(*first == 255 ? 4 : 1);
    if (length && *first >= 192 && *first < 255) length = ((*first - 192) << 8) + *length + 192;
    const auto body = length && *length > 0 ? reader.take(*length) : std::nullopt;
    if (!body) return std::nullopt;
    subpackets.push_back({static_cast<std::uint8_t>((*body)[0] & 0x7f), body->substr(1)});
  }
  return subpackets;
}

Armour parse_armour(std::string_view text, std::size_t from) {
  Armour armour;
  armour.begin = find_begin(text, from);
  if (armour.begin == std::string_view::npos) return armour;
  armour.state = Armour::State::kDamaged;
  auto position = armour.begin;
  auto line = next_line(text, position);
  if (!line.ends_with(kDashes) || line.size() < kBegin.size() + kDashes.size()) return armour;
  armour.what = line.substr(kBegin.size(), line.size() - kBegin.size() - kDashes.size());
  while (position < text.size() && !(line = next_line(text, position)).empty()) {
    if (line.find(": ") == std::string_view::npos && !line.ends_with(':')) return armour;
  }
  std::string digits, checksum;
  while (position < text.size()) {
    line = trim(next_line(text, position));
    if (line.starts_with(kEnd)) {
      if (line != std::string(kEnd) + armour.what + std::string(kDashes)) return armour;
      auto bytes = decode(digits, checksum);
      if (!bytes) return armour;
      armour.bytes = *std::move(bytes);
      armour.end = position;
      armour.state = Armour::State::kWhole;
      return armour;
    }
    if (!checksum.empty()) return armour;
    if (line.starts_with('=') && line.size() == 5)
      checksum = line;
    else
      digits += line;
  }
  return armour;
}

}  // namespace lorelei::attest
