// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_message.hh"

#include <zlib.h>

#include <array>

#include "attest/openpgp_packet.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::size_t kMaxPackets = 8;       // three are right; more than that is told apart from no packets at all
constexpr int kMaxCompressions = 2;          // one within the other
constexpr std::size_t kMaxSignature = 8192;  // bytes of its packet
constexpr std::uint8_t kOfBytes = 0x00;      // the type of a signature of data as they are

OpenpgpReading refused(Outcome outcome, std::string reason) {
  return {.outcome = outcome, .reason = std::move(reason)};
}
OpenpgpReading not_packets() { return refused(Outcome::kMalformed, "the signature is not an OpenPGP message"); }
OpenpgpReading not_one_form(std::string what) {
  return refused(Outcome::kBadSignature, "the signature is not one signed literal: " + std::move(what));
}

enum class Inflated { kWhole, kDamaged, kTooLarge };
Inflated inflate_into(std::string& out, std::string_view stream, int window_bits) {
  z_stream z = {};
  if (inflateInit2(&z, window_bits) != Z_OK) return Inflated::kDamaged;
  out.assign(kMaxInflated + 1, '\0');
  z.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(stream.data()));
  z.avail_in = static_cast<unsigned>(stream.size());
  z.next_out = reinterpret_cast<unsigned char*>(out.data());
  z.avail_out = static_cast<unsigned>(out.size());
  const int status = inflate(&z, Z_FINISH);
  const bool whole = status == Z_STREAM_END && z.avail_in == 0;
  const bool full = z.avail_out == 0;
  out.erase(std::min<std::size_t>(z.total_out, out.size()));
  inflateEnd(&z);
  if (full) return Inflated::kTooLarge;
  return whole ? Inflated::kWhole : Inflated::kDamaged;
}

// What is in a compressed packet, or why not.
OpenpgpReading expand(std::string_view body, std::string& out) {
  PacketReader reader(body);
  const auto algorithm = reader.number(1);
  if (!algorithm) return not_packets();
  if (*algorithm == 0) {
    out = reader.rest();
    return {};
  }
  if (*algorithm != 1 && *algorithm != 2)
    return refused(Outcome::kUnsupported, fmt::format("compression {} is not known", *algorithm));
  switch (inflate_into(out, reader.rest(), *algorithm == 1 ? -15 : 15)) {
    case Inflated::kWhole:
      return {};
    case Inflated::kTooLarge:
      return not_one_form("it expands beyond all reason");
    case Inflated::kDamaged:
      break;
  }
  return refused(Outcome::kMalformed, "the signature is not compressed in a way that can be undone");
}

struct OnePass {
  std::uint8_t type = 0, hash_algorithm = 0, key_algorithm = 0;
  std::string_view key_id = {};
};
std::optional<OnePass> parse_one_pass(std::string_view body) {
  PacketReader reader(body);
  const auto version = reader.number(1), type = reader.number(1), hash = reader.number(1), key = reader.number(1);
  const auto key_id = reader.take(8);
  const auto last = reader.number(1);
  if (version != 3u || last != 1u || !reader.at_end()) return std::nullopt;
  return OnePass{static_cast<std::uint8_t>(*type), static_cast<std::uint8_t>(*hash), static_cast<std::uint8_t>(*key),
                 *key_id};
}

std::optional<std::string> parse_literal(std::string_view body) {
  PacketReader reader(body);
  const auto format = reader.take(1);
  const auto name_size = reader.number(1);
  if (!name_size || !reader.take(*name_size) || !reader.number(4)) return std::nullopt;
  if (std::string_view("btu1l").find(*format) == std::string_view::npos) return std::nullopt;
  return std::string(reader.rest());
}

bool integers_fill(PacketReader& reader, std::uint8_t algorithm) {
  const bool one = algorithm == 1 || algorithm == 3;                       // RSA
  const bool two = algorithm == 17 || algorithm == 19 || algorithm == 22;  // DSA, ECDSA, EdDSA
  if (!one && !two) return !reader.failed();                               // the verifier may know what these are
  return reader.integer() && (one || reader.integer()) && reader.at_end();
}

// Of a kind that has been there for long, and of a size that it can have.
bool is_common(const Subpacket& subpacket) {
  switch (subpacket.type) {
    case 2:  // created
    case 3:  // ends
    case 9:
      return subpacket.body.size() == 4;  // the key ends
    case 4:                               // exportable
    case 7:                               // revocable
    case 25:
      return subpacket.body.size() == 1;  // primary user id
    case 16:
      return subpacket.body.size() == 8;  // issuer
    case 33:
      return subpacket.body.size() == 21;  // fingerprint of the issuer
    case 12:
      return subpacket.body.size() == 22;  // who may revoke
    case 5:
      return subpacket.body.size() == 2;  // trust
    case 27:                              // key flags
    case 29:                              // reason of a revocation
    case 30:
      return !subpacket.body.empty();  // features
    case 32:
      return parse_openpgp_signature(subpacket.body).has_value();  // embedded
    case 11:                                                       // preferences
    case 21:
    case 22:
    case 23:
    case 24:  // key server, policy, signer
    case 26:
    case 28:
    case 34:
      return true;
    case 20: {  // notation
      PacketReader reader(subpacket.body);
      const auto flags = reader.number(4), name = reader.number(2), value = reader.number(2);
      return value && flags && reader.rest().size() == *name + *value;
    }
    default:
      return false;
  }
}

// Takes what subpackets say; hashed ones first, so that others fill in but never replace.
bool take_subpackets(OpenpgpSignature& signature, std::string_view area, bool hashed) {
  const auto subpackets = parse_subpackets(area);
  if (!subpackets) return false;
  std::optional<std::uint32_t> created, seconds;
  for (const auto& subpacket : *subpackets) {
    const auto& [type, body] = subpacket;
    PacketReader reader(body);
    signature.is_common = signature.is_common && is_common(subpacket);
    if (hashed && type == 2) created = reader.number(4);
    if (hashed && type == 3) seconds = reader.number(4);
    if (type == 16 && body.size() == 8 && signature.issuer_key_id.empty()) signature.issuer_key_id = body;
    if (type == 33 && body.size() > 1 && signature.issuer_fingerprint.empty())
      signature.issuer_fingerprint = body.substr(1);
  }
  if (created) signature.created = *created;
  if (created && seconds && *seconds != 0) signature.ends = std::int64_t{*created} + *seconds;
  return !hashed || created;
}

bool parse_version_4(OpenpgpSignature& signature, PacketReader& reader) {
  const auto type = reader.number(1), key = reader.number(1), hash = reader.number(1), hashed_size = reader.number(2);
  const auto hashed = hashed_size ? reader.take(*hashed_size) : std::nullopt;
  const auto other_size = reader.number(2);
  const auto other = other_size ? reader.take(*other_size) : std::nullopt;
  const auto hash_begins = reader.number(2);
  if (!other || !hash_begins) return false;
  signature.is_common = true;
  signature.hash_begins = *hash_begins;
  signature.hashed_size = 6 + hashed->size();
  signature.integers_at = signature.hashed_size + 2 + other->size() + 2;
  signature.type = static_cast<std::uint8_t>(*type);
  signature.key_algorithm = static_cast<std::uint8_t>(*key);
  signature.hash_algorithm = static_cast<std::uint8_t>(*hash);
  return take_subpackets(signature, *hashed, true) && take_subpackets(signature, *other, false);
}

bool parse_version_3(OpenpgpSignature& signature, PacketReader& reader) {
  const auto hashed_size = reader.number(1), type = reader.number(1), created = reader.number(4);
  const auto key_id = reader.take(8);
  const auto key = reader.number(1), hash = reader.number(1);
  if (!reader.take(2) || *hashed_size != 5) return false;
  signature.type = static_cast<std::uint8_t>(*type);
  signature.created = *created;
  signature.issuer_key_id = *key_id;
  signature.key_algorithm = static_cast<std::uint8_t>(*key);
  signature.hash_algorithm = static_cast<std::uint8_t>(*hash);
  return true;
}

bool agree(const OnePass& one_pass, const OpenpgpSignature& signature) {
  return one_pass.type == signature.type && one_pass.hash_algorithm == signature.hash_algorithm &&
         one_pass.key_algorithm == signature.key_algorithm &&
         (signature.issuer_key_id.empty() || one_pass.key_id == signature.issuer_key_id);
}

OpenpgpReading read_parts(const Packet* one_pass, const Packet& literal, const Packet& signature) {
  auto bytes = parse_literal(literal.body);
  if (!bytes) return not_packets();
  if (bytes->size() > kMaxLiteral) return not_one_form("the literal is too long");
  if (!signature.body.empty() && signature.body[0] != 3 && signature.body[0] != 4)
    return refused(Outcome::kUnsupported, "the signature is of a version that is not known");
  auto parsed = parse_openpgp_signature(signature.body);
  if (!parsed) return not_packets();
  if (parsed->type != kOfBytes) return not_one_form(fmt::format("it has type {}", parsed->type));
  const auto announced = one_pass ? parse_one_pass(one_pass->body) : std::nullopt;
  if (one_pass && !announced) return not_packets();
  if (announced && !agree(*announced, *parsed)) return not_one_form("it was announced as another one");
  if (announced && parsed->issuer_key_id.empty() && parsed->issuer_fingerprint.empty())
    parsed->issuer_key_id = announced->key_id;
  return {.message = {*std::move(bytes), *std::move(parsed)}};
}

OpenpgpReading read_packets(const std::vector<Packet>& packets) {
  using enum PacketTag;
  if (packets.size() == 3 && packets[0].tag == kOnePass && packets[1].tag == kLiteral && packets[2].tag == kSignature)
    return read_parts(&packets[0], packets[1], packets[2]);
  if (packets.size() == 2 && packets[0].tag == kSignature && packets[1].tag == kLiteral)
    return read_parts(nullptr, packets[1], packets[0]);
  return not_one_form(fmt::format("it has {} packets, or others", packets.size()));
}

bool is_armoured(std::string_view object) { return trim(object).starts_with("-----BEGIN PGP "); }

OpenpgpReading dearmour(std::string_view object, std::string& out) {
  const auto text = trim(object);
  auto armour = parse_armour(text);
  if (text.starts_with("-----BEGIN PGP SIGNED MESSAGE")) return not_one_form("it is a signed text");
  if (armour.state != Armour::State::kWhole) return not_packets();
  if (armour.what != "MESSAGE") return not_one_form("it is a " + to_lower(printable(armour.what)));
  if (armour.end != text.size()) return not_one_form("something stands behind it");
  out = std::move(armour.bytes);
  return {};
}

}  // namespace

std::optional<OpenpgpSignature> parse_openpgp_signature(std::string_view body) {
  OpenpgpSignature signature;
  PacketReader reader(body);
  const auto version = reader.number(1);
  if (body.size() > kMaxSignature || (version != 3u && version != 4u)) return std::nullopt;
  signature.version = static_cast<std::uint8_t>(*version);
  if (!(*version == 4 ? parse_version_4(signature, reader) : parse_version_3(signature, reader))) return std::nullopt;
  if (!integers_fill(reader, signature.key_algorithm)) return std::nullopt;
  signature.body = body;
  return signature;
}

std::string signature_packet(const OpenpgpSignature& signature) {
  std::string packet;
  append_packet(packet, PacketTag::kSignature, signature.body);
  return packet;
}

std::string weakness(const OpenpgpSignature& signature, const std::vector<std::size_t>& bits) {
  constexpr std::string_view kNames[] = {"", "MD5", "SHA-1", "RIPEMD-160"};
  if (signature.hash_algorithm > 0 && signature.hash_algorithm < std::size(kNames))
    return fmt::format("it is made with {}", kNames[signature.hash_algorithm]);
  for (const auto one : bits)
    if (one != 0 && one < kMinOpenpgpBits) return fmt::format("the key has only {} bits", one);
  return {};
}

std::string hashed_bytes(const OpenpgpSignature& signature, std::string_view bytes) {
  auto out = std::string(bytes).append(signature.body, 0, signature.hashed_size) + "\x04\xff";
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(signature.hashed_size >> shift & 0xff);
  return out;
}

OpenpgpReading read_openpgp_message(std::string_view object) {
  if (object.size() > kMaxObject) return not_packets();
  std::string bytes;
  if (!is_armoured(object))
    bytes = object;
  else if (auto reading = dearmour(object, bytes); reading.outcome != Outcome::kGood)
    return reading;
  for (int compressions = 0;; ++compressions) {
    const auto packets = parse_packets(bytes, kMaxPackets);
    if (!packets || packets->empty()) return not_packets();
    if (packets->size() != 1 || packets->front().tag != PacketTag::kCompressed) return read_packets(*packets);
    if (compressions == kMaxCompressions) return not_one_form("it is compressed again and again");
    std::string inner;
    if (auto reading = expand(packets->front().body, inner); reading.outcome != Outcome::kGood) return reading;
    bytes = std::move(inner);
  }
}

}  // namespace lorelei::attest
