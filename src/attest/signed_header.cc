// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/signed_header.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "mail/encoded_word.hh"

namespace lorelei::attest {

namespace {

constexpr std::array<std::string_view, 3> kAlgorithms = {"ed25519", "openpgp", "openssh"};
constexpr std::uint64_t kMaxLength = std::uint64_t{1} << 31;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMaxColumns = 78, kChunk = 75;

std::string without_space(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return !is_space(c); });
  return out;
}

struct Item {
  std::string name, value;
  std::size_t value_at = 0;  // in the relaxed text
};

tl::unexpected<HeaderFault> malformed(std::string reason) {
  return tl::unexpected(HeaderFault{Outcome::kMalformed, std::move(reason), "", "", ""});
}

tl::expected<std::vector<Item>, HeaderFault> items_of(std::string_view text) {
  std::vector<Item> items;
  std::size_t at = 0;
  for (const auto part : split(text, ';')) {
    const auto equals = part.find('=');
    if (equals == part.npos)
      return malformed(trim(part).empty() ? "an empty tag" : fmt::format("'{}' is no tag", part));
    Item item{without_space(part.substr(0, equals)), without_space(part.substr(equals + 1)), at + equals + 1};
    if (items.size() == kMaxTags) return malformed("too many tags");
    if (item.name.empty()) return malformed("a tag without a name");
    if (std::any_of(items.begin(), items.end(), [&](const Item& other) { return other.name == item.name; }))
      return malformed(fmt::format("the tag {}= stands there twice", item.name));
    if (!items.empty() && items.back().name == "b") return malformed("something follows the tag b=");
    items.push_back(std::move(item));
    at += part.size() + 1;
  }
  return items;
}

class Reader {
 public:
  explicit Reader(std::vector<Item> items) : items_(std::move(items)) {}
  tl::expected<SignatureTags, HeaderFault> read(std::string_view text);

 private:
  const std::string* find(std::string_view name) const {
    const auto item = std::find_if(items_.begin(), items_.end(), [&](const Item& one) { return one.name == name; });
    return item == items_.end() ? nullptr : &item->value;
  }
  std::string read_numbers();
  std::string read_headers();
  std::string read_base64();
  tl::unexpected<HeaderFault> fault(Outcome outcome, std::string reason) const {
    const auto* algorithm = find("a");
    return tl::unexpected(
        HeaderFault{outcome, std::move(reason), algorithm ? *algorithm : "", tags_.identity, tags_.selector});
  }

  std::vector<Item> items_;
  SignatureTags tags_;
};

// Digits only: no sign, no exponent, no space.
std::optional<std::uint64_t> digits(const std::string& text, std::size_t most) {
  if (text.empty() || text.size() > most || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  return parse_uint(text);
}

std::string Reader::read_numbers() {
  if (const auto* length = find("l")) {
    tags_.length = digits(*length, 10);
    if (!tags_.length || *tags_.length == 0 || *tags_.length > kMaxLength) return "l= is no length";
  }
  if (const auto* time = find("t")) {
    const auto seconds = digits(*time, 12);
    if (!seconds) return "t= is no time";
    tags_.time = static_cast<std::int64_t>(*seconds);
  } else if (tags_.algorithm != Algorithm::kOpenPgp) {
    return "t= is missing";
  }
  return "";
}

std::string Reader::read_headers() {
  const auto* names = find("h");
  if (!names) return "h= is missing";
  for (const auto name : split(*names, ':')) {
    if (to_lower(name) != name) return "a name in h= is not in lower case";
    tags_.headers.emplace_back(name);
  }
  if (tags_.headers.size() > kMaxSignedHeaders) return "h= has too many names";
  return "";
}

std::string Reader::read_base64() {
  const auto* hash = find("bh");
  if (!hash) return "bh= is missing";
  const auto bytes = unbase64(*hash);
  if (!bytes || bytes->size() != kHashBytes) return "bh= is no hash in base64";
  const auto object = unbase64(items_.back().value);
  if (!object || object->empty()) return "b= is not the base64 of a signature";
  tags_.body_hash = *bytes;
  tags_.object = *object;
  return "";
}

tl::expected<SignatureTags, HeaderFault> Reader::read(std::string_view text) {
  if (const auto* identity = find("i")) tags_.identity = *identity;
  const auto* selector = find("s");
  tags_.selector = selector ? *selector : "default";
  if (items_.back().name != "b") return fault(Outcome::kMalformed, "b= is missing, or not the last tag");
  const auto* version = find("v");
  if (!version) return fault(Outcome::kMalformed, "v= is missing");
  if (*version != "1") return fault(Outcome::kUnsupported, fmt::format("version {} is not known", *version));
  const auto* algorithm = find("a");
  if (!algorithm) return fault(Outcome::kMalformed, "a= is missing");
  const auto known = algorithm->ends_with("-sha256")
                         ? algorithm_named(std::string_view(*algorithm).substr(0, algorithm->size() - 7))
                         : std::nullopt;
  if (!known) return fault(Outcome::kUnsupported, fmt::format("the algorithm {} is not known", *algorithm));
  tags_.algorithm = *known;
  for (const auto read : {&Reader::read_numbers, &Reader::read_headers, &Reader::read_base64})
    if (auto reason = (this->*read)(); !reason.empty()) return fault(Outcome::kMalformed, std::move(reason));
  for (const auto* needed : {"from", "subject"})
    if (std::find(tags_.headers.begin(), tags_.headers.end(), needed) == tags_.headers.end())
      return fault(Outcome::kBadHeader, fmt::format("{} is not signed", needed));
  tags_.hashed = text.substr(0, items_.back().value_at);
  if (!tags_.hashed.ends_with("b=")) return fault(Outcome::kMalformed, "a space in the name of the tag b=");
  return std::move(tags_);
}

}  // namespace

const char* name_of(Algorithm algorithm) { return kAlgorithms[static_cast<std::size_t>(algorithm)].data(); }

std::optional<Algorithm> algorithm_named(std::string_view name) {
  const auto found = std::find(kAlgorithms.begin(), kAlgorithms.end(), name);
  if (found == kAlgorithms.end()) return std::nullopt;
  return static_cast<Algorithm>(found - kAlgorithms.begin());
}

std::string relaxed(std::string_view value) {
  std::string decoded;
  if (value.find("?q?") != value.npos) {
    decoded = mail::decode_encoded_words({std::string(value)}).bytes;
    value = decoded;
  }
  std::string out;
  out.reserve(value.size());
  bool is_gap = false;
  for (const char c : value) {
    if (c == '\r' || c == '\n') continue;
    if (is_space(c)) {
      is_gap = true;
      continue;
    }
    if (is_gap && !out.empty()) out += ' ';
    is_gap = false;
    out += c;
  }
  return out;
}

tl::expected<SignatureTags, HeaderFault> read_signature_header(std::string_view value) {
  if (value.size() > kMaxSignatureHeader)
    return malformed(fmt::format("it has more than {} bytes", kMaxSignatureHeader));
  const auto text = relaxed(value);
  auto items = items_of(text);
  if (!items) return tl::unexpected(std::move(items).error());
  return Reader(*std::move(items)).read(text);
}

std::string folded(std::string_view name, std::string_view value, std::string_view line_end) {
  std::string out(name);
  out += ':';
  std::size_t column = out.size();
  for (const auto word : split(value, ' ')) {
    if (column + 1 + word.size() > kMaxColumns && column > name.size() + 1) {
      out += line_end;
      column = 0;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
  }
  return out;
}

std::string in_chunks(std::string_view base64) {
  std::string out;
  std::size_t size = kChunk - 2;
  while (base64.size() > size) {
    out += base64.substr(0, size);
    out += ' ';
    base64.remove_prefix(size);
    size = kChunk;
  }
  return out += base64;
}

}  // namespace lorelei::attest
