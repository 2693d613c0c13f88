// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_signature.hh"

#include <fmt/core.h>

#include <algorithm>

#include "attest/dkim_tags.hh"
#include "base/text.hh"
#include "net/dns.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "read the signature";
constexpr std::size_t kMaxTimeDigits = 12;  // RFC 6376 asks for no more

tl::unexpected<Error> malformed(std::string why) { return err(Error::Kind::kCorrupt, kDoing, "", std::move(why)); }
tl::unexpected<Error> unknown(std::string why) { return err(Error::Kind::kFailed, kDoing, "", std::move(why)); }

Result<std::string> bytes_of(std::string_view name, std::string_view value) {
  auto bytes = unbase64(without_white_space(value));
  if (!bytes || bytes->empty()) return malformed(fmt::format("{}= is no base64", name));
  return *std::move(bytes);
}

Result<Canonicalisation> canonicalisation_of(std::string_view word) {
  if (word == "simple") return Canonicalisation::kSimple;
  if (word == "relaxed") return Canonicalisation::kRelaxed;
  return unknown(fmt::format("c= names '{}', which is no canonicalisation", word));
}

Result<std::optional<std::int64_t>> time_of(const DkimTags& tags, std::string_view name) {
  const auto value = tags.find(name);
  if (!value) return std::nullopt;
  const auto number = value->size() <= kMaxTimeDigits ? parse_uint(*value) : std::nullopt;
  if (!number) return malformed(fmt::format("{}= is no time", name));
  return static_cast<std::int64_t>(*number);
}

// "=40" is "@" (RFC 6376 section 2.11).
std::optional<std::string> unquoted(std::string_view value) {
  const auto text = without_white_space(value);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const auto byte = i + 2 < text.size() ? unhex(std::string_view(text).substr(i + 1, 2)) : std::nullopt;
    if (!byte) return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

bool is_same_or_below(std::string_view name, std::string_view domain) {
  return name == domain ||
         (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

Result<void> read_identity(const DkimTags& tags, DkimSignature& signature) {
  signature.domain = to_lower(tags.find("d").value_or(""));
  signature.selector = to_lower(tags.find("s").value_or(""));
  signature.identity = "@" + signature.domain;
  if (!net::is_host_name(signature.domain) || signature.domain.ends_with('.'))
    return malformed("d= is no name of a domain");
  if (!net::is_host_name(signature.selector) || signature.selector.ends_with('.'))
    return malformed("s= is no selector");
  if (!net::is_host_name(signature.key_name())) return malformed("the name of its key is too long");
  const auto i = tags.find("i");
  if (!i) return {};
  const auto identity = unquoted(*i);
  const auto at = identity ? identity->rfind('@') : std::string::npos;
  if (at == std::string::npos) return malformed("i= is no address");
  signature.identity = *identity;
  const auto domain = to_lower(std::string_view(*identity).substr(at + 1));
  if (!net::is_host_name(domain) || !is_same_or_below(domain, signature.domain))
    return malformed("i= is not within the domain of d=");
  return {};
}

Result<void> read_algorithm(const DkimTags& tags, DkimSignature& signature) {
  const auto a = to_lower(tags.find("a").value_or(""));
  if (a == "rsa-sha256")
    signature.algorithm = DkimAlgorithm::kRsaSha256;
  else if (a == "ed25519-sha256")
    signature.algorithm = DkimAlgorithm::kEd25519Sha256;
  else if (a == "rsa-sha1")
    signature.algorithm = DkimAlgorithm::kRsaSha1;
  else
    return unknown(fmt::format("a= names '{}', which is no algorithm that we know", a));
  const auto c = tags.find("c");
  if (!c) return {};
  const auto words = split(*c, '/');
  if (words.size() > 2) return malformed("c= is no pair of canonicalisations");
  TRY(signature.header, canonicalisation_of(trim(words[0])));
  if (words.size() == 1) return {};
  TRY(signature.body, canonicalisation_of(trim(words[1])));
  return {};
}

Result<void> read_coverage(const DkimTags& tags, DkimSignature& signature) {
  const auto names = colon_list(tags.find("h").value_or(""));
  if (!names) return malformed("h= is no list of headers");
  for (const auto name : *names) signature.headers.push_back(to_lower(name));
  if (std::find(signature.headers.begin(), signature.headers.end(), "from") == signature.headers.end())
    return malformed("h= does not name From");
  if (const auto l = tags.find("l")) {
    signature.length = parse_uint(*l);
    if (!signature.length) return malformed("l= is no length");
  }
  TRY(signature.signed_at, time_of(tags, "t"));
  TRY(signature.expires, time_of(tags, "x"));
  if (signature.signed_at && signature.expires && *signature.expires < *signature.signed_at)
    return malformed("x= is before t=");
  const auto q = tags.find("q");
  if (!q) return {};
  const auto methods = colon_list(*q);
  if (!methods) return malformed("q= is no list");
  if (std::find(methods->begin(), methods->end(), "dns/txt") == methods->end())
    return unknown("q= does not name dns/txt");
  return {};
}

}  // namespace

const char* name_of(DkimAlgorithm algorithm) {
  constexpr const char* kNames[] = {"rsa-sha256", "ed25519-sha256", "rsa-sha1"};
  return kNames[static_cast<std::size_t>(algorithm)];
}

Result<void> parse_dkim_signature(std::string_view value, DkimSignature& signature) {
  TRY(const auto tags, parse_dkim_tags(value));
  for (const auto needed : {"v", "a", "b", "bh", "d", "h", "s"})
    if (!tags.find(needed)) return malformed(fmt::format("{}= is missing", needed));
  TRY_VOID(read_identity(tags, signature));
  if (*tags.find("v") != "1") return unknown("v= is not 1");
  TRY_VOID(read_algorithm(tags, signature));
  TRY_VOID(read_coverage(tags, signature));
  TRY(signature.body_hash, bytes_of("bh", *tags.find("bh")));
  TRY(signature.bytes, bytes_of("b", *tags.find("b")));
  for (const auto& tag : tags.all)
    if (tag.name == "b") {
      signature.bytes_begin = tag.begin;
      signature.bytes_end = tag.end;
    }
  return {};
}

}  // namespace lorelei::attest
