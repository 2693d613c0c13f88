// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the words of a news server: however they arrive, the same comes out; a text that is sent as a block is
// read as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wire/nntp.hh"

using namespace lorelei;
using namespace lorelei::wire;

static void require(bool holds) {
  if (!holds) std::abort();
}

// Statuses and blocks by turns: a code that ends in an even digit has a block.
static std::vector<std::string> everything(std::string_view bytes, std::size_t piece, std::uint64_t limit) {
  std::vector<std::string> out;
  NntpReader reader;
  bool in_block = false;
  std::string block;
  bool is_cut = false;
  for (;;) {
    if (in_block && reader.take_block(block, limit, is_cut) == BlockPart::kEnd) {
      require(block.size() <= limit);
      out.push_back(block + (is_cut ? "cut" : ""));
      block.clear();
      in_block = is_cut = false;
      continue;
    }
    if (!in_block) {
      const auto status = reader.next_status();
      if (!status) return out.push_back(status.error().why), out;
      if (*status) {
        require((*status)->code >= 100 && (*status)->code < 600);
        out.push_back((*status)->text);
        in_block = (*status)->code % 2 == 0;
        continue;
      }
    }
    if (bytes.empty()) return out.push_back(block), out;
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

static std::string stuffed(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && c == '.') out += '.';
    at_start = c == '\n';
    if (at_start) out += '\r';
    out += c;
  }
  return out + (at_start ? ".\r\n" : "\r\n.\r\n");
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::uint64_t limit = data[0] & 0x80 ? 20 : 1 << 20;
  const std::size_t piece = 1 + (data[0] & 0x7f);
  auto whole = everything(text, size, limit), pieces = everything(text, piece, limit);
  // Of what has no end, a CR more or less may be there.
  if (!whole.empty()) whole.pop_back(), pieces.pop_back();
  require(whole == pieces);

  std::string plain;  // without CR before LF, which is no different from LF
  for (const char c : text)
    if (c != '\r') plain += c;
  NntpReader reader;
  std::string block;
  bool is_cut = false;
  reader.feed(stuffed(plain) + "205 bye\r\n");
  require(reader.take_block(block, 1 << 24, is_cut) == BlockPart::kEnd);
  require(block == plain + (plain.empty() || plain.ends_with('\n') ? "" : "\n"));
  const auto bye = reader.next_status();
  require(bye && *bye && (*bye)->code == 205);

  (void)parse_group(text);
  (void)parse_overview(text);
  (void)parse_active(text);
  for (const auto& line : parse_capabilities(text).lines) require(!line.empty());
  return 0;
}
