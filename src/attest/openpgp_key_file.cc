// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp_key_file.hh"

#include <bit>
#include <optional>

#include "attest/openpgp_packet.hh"
#include "base/sha1.hh"
#include "base/sha256.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "read the OpenPGP key";

bool is_armoured(std::string_view content) { return content.empty() || (content.front() & 0x80) == 0; }

// All blocks of keys in a text.
Result<std::string> dearmour(std::string_view text, const std::string& name) {
  std::string bytes;
  std::size_t from = 0;
  for (;;) {
    const auto armour = parse_armour(text, from);
    if (armour.state == Armour::State::kDamaged)
      return err(Error::Kind::kCorrupt, kDoing, name, "its armour is damaged");
    if (armour.state == Armour::State::kAbsent) break;
    if (armour.what == "PUBLIC KEY BLOCK") bytes += armour.bytes;
    from = armour.end;
  }
  if (bytes.empty()) return err(Error::Kind::kCorrupt, kDoing, name, "there is no public key in it");
  return bytes;
}

std::size_t bits_of(std::string_view integer) {
  while (!integer.empty() && integer.front() == '\0') integer.remove_prefix(1);
  if (integer.empty()) return 0;
  return integer.size() * 8 - static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(integer.front())));
}

template <typename Digest>
std::string text_of(const Digest& digest) {
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::string sized(char first, std::string_view body, int bytes) {
  std::string out(1, first);
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(body.size() >> shift & 0xff);
  return out.append(body);
}

// Nothing for versions whose fingerprints are not known, or where the fields are not there.
std::optional<OpenpgpKey> parse_key(std::string_view body) {
  PacketReader reader(body);
  const auto version = reader.number(1);
  const auto created = reader.number(4);
  const auto algorithm = reader.number(1);
  if (!algorithm || *version < 4 || *version > 6 || body.size() > 0xffff) return std::nullopt;
  OpenpgpKey key;
  key.version = static_cast<std::uint8_t>(*version);
  key.created = *created;
  key.algorithm = static_cast<std::uint8_t>(*algorithm);
  if (*version == 4) {
    Sha1 sha1;
    sha1.update(sized('\x99', body, 2));
    key.fingerprint = text_of(sha1.finish());
    key.key_id = key.fingerprint.substr(12);
  } else {
    key.fingerprint = text_of(sha256(sized(*version == 5 ? '\x9a' : '\x9b', body, 4)));
    key.key_id = key.fingerprint.substr(0, 8);
  }
  key.material = reader.rest();
  const bool is_counted = key.algorithm <= 3 || key.algorithm == 17;
  if (*version > 4) reader.number(4);
  if (const auto first = is_counted ? reader.integer() : std::nullopt) key.bits = bits_of(*first);
  return key;
}

bool only_encrypts(const OpenpgpKey& key) {
  return key.algorithm == 2 || key.algorithm == 16 || key.algorithm == 18 || key.algorithm == 25 || key.algorithm == 26;
}

// Puts the packets of one file together to certificates.
class Collector {
 public:
  void take(const Packet& packet) {
    switch (packet.tag) {
      case PacketTag::kPublicKey:
        return begin(packet);
      case PacketTag::kPublicSubkey:
        return subkey(packet);
      case PacketTag::kUserId:
        return keep(packet, Kept::kYes);
      case PacketTag::kSignature:
        return signature(packet);
      case PacketTag::kSecretKey:
        inside_ = false;
        return;
      default:
        kept_ = Kept::kNo;
        return;
    }
  }
  std::vector<OpenpgpCertificate> finish() { return std::move(certificates_); }

 private:
  enum class Kept { kYes, kNo };

  void begin(const Packet& packet) {
    const auto key = parse_key(packet.body);
    inside_ = key.has_value();
    if (!key) return;
    certificates_.push_back({{*key}, {}, key->version == 4});
    keep(packet, Kept::kYes);
  }
  void subkey(const Packet& packet) {
    const auto key = parse_key(packet.body);
    const bool signs = key && !only_encrypts(*key);
    if (inside_ && signs) certificates_.back().keys.push_back(*key);
    keep(packet, signs ? Kept::kYes : Kept::kNo);
  }
  // Signatures go with what they follow, if the primary key made them or nobody says who did.
  void signature(const Packet& packet) {
    if (!inside_ || kept_ == Kept::kNo) return;
    const auto parsed = parse_openpgp_signature(packet.body);
    if (!parsed) return;
    const auto& primary = certificates_.back().keys.front();
    const bool own = parsed->issuer_key_id.empty() || parsed->issuer_key_id == primary.key_id;
    if (!own) return;
    auto& is_common = certificates_.back().is_common;
    is_common = is_common && parsed->is_common;
    keep(packet, Kept::kYes);
  }
  void keep(const Packet& packet, Kept kept) {
    kept_ = kept;
    if (inside_ && kept == Kept::kYes) append_packet(certificates_.back().packets, packet.tag, packet.body);
  }

  std::vector<OpenpgpCertificate> certificates_;
  bool inside_ = false;    // a public key that we know
  Kept kept_ = Kept::kNo;  // what the signatures to come belong to
};

}  // namespace

std::string OpenpgpCertificate::fingerprint() const {
  auto digits = hex(keys.front().fingerprint);
  for (char& digit : digits)
    if (is_lower(digit)) digit = static_cast<char>(digit - 32);
  return digits;
}

const OpenpgpKey* OpenpgpCertificate::issuer_of(const OpenpgpSignature& signature) const {
  for (const auto& key : keys) {
    const bool by_fingerprint = !signature.issuer_fingerprint.empty();
    if (by_fingerprint && key.fingerprint != signature.issuer_fingerprint) continue;
    if (!signature.issuer_key_id.empty() && key.key_id != signature.issuer_key_id) continue;
    if (by_fingerprint || !signature.issuer_key_id.empty()) return &key;
  }
  return nullptr;
}

Result<std::vector<OpenpgpCertificate>> parse_openpgp_key_file(std::string_view content, const std::string& name) {
  if (content.size() > kMaxKeyFile)
    return err(Error::Kind::kTooLarge, kDoing, name, fmt::format("it has more than {} bytes", kMaxKeyFile));
  std::string decoded;
  if (is_armoured(content)) {
    TRY(decoded, dearmour(content, name));
    content = decoded;
  }
  const auto packets = parse_packets(content, content.size());
  if (!packets) return err(Error::Kind::kCorrupt, kDoing, name, "it does not consist of OpenPGP packets");
  Collector collector;
  for (const auto& packet : *packets) collector.take(packet);
  auto certificates = collector.finish();
  if (certificates.empty()) return err(Error::Kind::kCorrupt, kDoing, name, "there is no public key in it");
  return certificates;
}

}  // namespace lorelei::attest
