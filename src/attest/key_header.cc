// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/key_header.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::size_t kEd25519Bytes = 32, kSha256Digits = 43;
constexpr std::string_view kSha256 = "SHA256:";

tl::unexpected<Error> no_key(std::string why) {
  return err(Error::Kind::kCorrupt, "read the header", std::string(kKeyHeader), std::move(why));
}

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

bool is_key_of(Algorithm algorithm, std::string_view key) {
  switch (algorithm) {
    case Algorithm::kEd25519: {
      const auto bytes = unbase64(key);
      return bytes && bytes->size() == kEd25519Bytes;
    }
    case Algorithm::kOpenPgp:
      return (key.size() == 40 || key.size() == 64) && std::all_of(key.begin(), key.end(), is_hex);
    case Algorithm::kOpenSsh:
      return key.starts_with(kSha256) && key.size() == kSha256.size() + kSha256Digits &&
             is_base64(key.substr(kSha256.size()));
  }
  return false;
}

}  // namespace

Result<KeyHeader> read_key_header(std::string_view value) {
  if (value.size() > kMaxKeyHeader) return no_key(fmt::format("it has more than {} bytes", kMaxKeyHeader));
  std::string text;
  std::copy_if(value.begin(), value.end(), std::back_inserter(text), [](char c) { return !is_space(c); });
  std::map<std::string_view, std::string_view> items;
  for (const auto part : split(text, ';')) {
    const auto equals = part.find('=');
    if (equals == part.npos) continue;
    if (!items.emplace(part.substr(0, equals), part.substr(equals + 1)).second)
      return no_key(fmt::format("{}= stands there twice", part.substr(0, equals)));
  }
  const auto algorithm = algorithm_named(items["a"]);
  if (!algorithm) return no_key(fmt::format("the algorithm '{}' is not known", items["a"]));
  KeyHeader header{*algorithm, std::string(items["i"]),
                   std::string(items[*algorithm == Algorithm::kEd25519 ? "pk" : "fpr"])};
  if (header.identity.empty()) return no_key("i= is missing");
  if (!is_key_of(*algorithm, header.key)) return no_key("it has no key");
  if (*algorithm == Algorithm::kOpenPgp)
    for (char& c : header.key) c = is_lower(c) ? static_cast<char>(c - 32) : c;
  return header;
}

}  // namespace lorelei::attest
