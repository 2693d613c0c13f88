// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/binary_hunk.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/inflate.hh"
#include "base/text.hh"
#include "patch/lines.hh"

namespace lorelei::patch {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
static_assert(kDigits.size() == 85);

constexpr auto kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
  return values;
}();

tl::unexpected<Error> damaged(const char* why) {
  return err(Error::Kind::kCorrupt, "read the binary patch", {}, why, "ask the author for the patch as an attachment");
}

std::optional<std::size_t> bytes_on_line(char length) {
  if (is_upper(length)) return static_cast<std::size_t>(length - 'A' + 1);
  if (is_lower(length)) return static_cast<std::size_t>(length - 'a' + 27);
  return std::nullopt;
}

// Appends the 4 bytes that 5 digits are, or as many as are left of count. False if they are no digits, or too many.
bool append_group(std::string_view digits, std::size_t& count, std::string& bytes) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = kValues[static_cast<unsigned char>(c)];
    if (digit < 0) return false;
    value = value * 85 + static_cast<std::uint64_t>(digit);
  }
  if (value > 0xffffffff) return false;
  for (int shift = 24; shift >= 0 && count > 0; shift -= 8, --count) bytes += static_cast<char>(value >> shift & 0xff);
  return true;
}

// One line with its LF; false if it is damaged.
bool append_line(std::string_view line, std::string& bytes) {
  if (line.size() < 7 || (line.size() - 2) % 5 != 0 || line.back() != '\n') return false;
  const auto digits = line.substr(1, line.size() - 2);
  auto count = bytes_on_line(line[0]);
  const auto room = digits.size() / 5 * 4;
  if (!count || *count > room || *count + 4 <= room) return false;
  for (std::size_t at = 0; at < digits.size(); at += 5)
    if (!append_group(digits.substr(at, 5), *count, bytes)) return false;
  return true;
}

std::optional<BinaryHunk::Method> method_of(std::string_view& line) {
  const std::pair<std::string_view, BinaryHunk::Method> words[] = {{"literal ", BinaryHunk::Method::kLiteral},
                                                                   {"delta ", BinaryHunk::Method::kDelta}};
  for (const auto& [word, method] : words) {
    if (!line.starts_with(word)) continue;
    line.remove_prefix(word.size());
    return method;
  }
  return std::nullopt;
}

// What a delta still has to say.
class DeltaReader {
 public:
  explicit DeltaReader(std::string_view delta) : rest_(delta) {}

  bool at_end() const { return rest_.empty(); }

  std::optional<unsigned> byte() {
    if (rest_.empty()) return std::nullopt;
    const auto value = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }

  std::optional<std::uint64_t> size() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const auto next = byte();
      if (!next) return std::nullopt;
      value |= static_cast<std::uint64_t>(*next & 0x7f) << shift;
      if (!(*next & 0x80)) return value;
    }
    return std::nullopt;
  }

  // The number whose bytes are there as the bits of present say, least significant first.
  std::optional<std::size_t> sparse_number(unsigned present, unsigned bytes) {
    std::size_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      if (!(present >> i & 1)) continue;
      const auto next = byte();
      if (!next) return std::nullopt;
      value |= static_cast<std::size_t>(*next) << (8 * i);
    }
    return value;
  }

  std::optional<std::string_view> bytes(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace

Result<std::optional<BinaryHunk>> read_binary_hunk(std::string_view& rest, std::size_t& limit_bytes) {
  auto after = rest;
  auto head = next_line(after);
  const auto method = method_of(head);
  if (!method) return std::nullopt;
  const auto size = parse_uint(head.substr(0, head.find_first_not_of("0123456789")));
  rest = after;
  if (!size) return damaged("it does not say how many bytes it has");
  if (*size > limit_bytes)
    return err(Error::Kind::kTooLarge, "read the binary patch", {},
               "binary data of one patch may have " + std::to_string(kMaxBinaryBytes >> 20) + " MB");
  std::string deflated;
  for (auto line = next_whole_line(after); line != "\n"; line = next_whole_line(after)) {
    if (!append_line(line, deflated)) return damaged("a line of it is damaged");
    rest = after;
  }
  Inflater inflater(*size);
  const auto bytes = inflater.inflate(deflated);
  if (!bytes || bytes->size() != *size) return damaged("its data is damaged");
  rest = after;
  limit_bytes -= *size;
  return BinaryHunk{*method, std::string(*bytes)};
}

std::optional<std::string> apply_delta(std::string_view before, std::string_view delta) {
  DeltaReader reader(delta);
  const auto size_before = reader.size();
  const auto size_after = reader.size();
  if (size_before != before.size() || !size_after || *size_after > kMaxBinaryBytes) return std::nullopt;
  std::string after;
  after.reserve(*size_after);
  while (!reader.at_end()) {
    const auto op = *reader.byte();
    std::optional<std::string_view> piece;
    if (op & 0x80) {
      const auto offset = reader.sparse_number(op & 0x0f, 4);
      const auto stated = reader.sparse_number(op >> 4 & 0x07, 3);
      if (!offset || !stated || *offset > before.size()) return std::nullopt;
      const auto count = *stated ? *stated : 0x10000;
      if (count <= before.size() - *offset) piece = before.substr(*offset, count);
    } else if (op != 0) {
      piece = reader.bytes(op);
    }
    if (!piece || piece->size() > *size_after - after.size()) return std::nullopt;
    after += *piece;
  }
  if (after.size() != *size_after) return std::nullopt;
  return after;
}

}  // namespace lorelei::patch
