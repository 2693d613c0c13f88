// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/ssh_public_key.hh"

#include "base/sha256.hh"
#include "base/text.hh"

namespace lorelei::attest {

Result<SshPublicKey> parse_ssh_public_key(std::string_view line, const std::string& name) {
  constexpr auto kDoing = "read the public key";
  if (line.size() > kMaxSshKeyLine)
    return err(Error::Kind::kTooLarge, kDoing, name, fmt::format("it has more than {} bytes", kMaxSshKeyLine));
  line = trim(line);
  if (line.find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos)
    return err(Error::Kind::kCorrupt, kDoing, name, "it has more than one line");
  const auto words = split_words(line);
  const auto blob = words.size() < 2 ? std::nullopt : unbase64(words[1]);
  if (!blob) return err(Error::Kind::kCorrupt, kDoing, name, "it is not a line with a type and base64");
  if (const auto type = SshReader(*blob).string(); type != words[0])
    return err(Error::Kind::kCorrupt, kDoing, name, "the key is not of the type that its line says");
  const auto comment = words.size() > 2 ? line.substr(static_cast<std::size_t>(words[2].data() - line.data())) : "";
  return SshPublicKey{std::string(words[0]), *blob, std::string(comment)};
}

std::string ssh_fingerprint(std::string_view blob) {
  const auto digest = sha256(blob);
  auto text = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

std::string to_text(const SshPublicKey& key) { return key.type + " " + base64(key.blob); }

std::optional<std::string_view> SshReader::take(std::size_t count) {
  failed_ = failed_ || count > rest_.size();
  if (failed_) return std::nullopt;
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::uint32_t> SshReader::number() {
  const auto bytes = take(4);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const char byte : *bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::optional<std::string_view> SshReader::string() {
  const auto size = number();
  return size ? take(*size) : std::nullopt;
}

std::optional<std::string_view> SshReader::integer() {
  auto digits = string();
  if (!digits) return std::nullopt;
  const auto high = [](char byte) { return (static_cast<unsigned char>(byte) & 0x80) != 0; };
  const bool positive = !digits->empty() && !high(digits->front());
  const bool padded = positive && digits->front() == '\0';
  if (!positive || (padded && (digits->size() == 1 || !high((*digits)[1])))) {
    failed_ = true;
    return std::nullopt;
  }
  if (padded) digits->remove_prefix(1);
  return digits;
}

void append_ssh_string(std::string& out, std::string_view text) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(text.size() >> shift & 0xff);
  out += text;
}

}  // namespace lorelei::attest
