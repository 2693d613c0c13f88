// SPDX-License-Identifier: GPL-3.0-or-later
// What a news server says, as values: bytes as the network brings them in, status lines and blocks out.
//
//   211 150 1 150 org.kernel.vger.linux-block CRLF     a status: three digits, then text
//   220 7 <a@b> CRLF                                   a status that a block follows (which do, the command tells)
//   Subject: x CRLF  CRLF  ..dots CRLF  . CRLF         the block: lines, one dot less in front; a lone dot ends it
//
// A lone LF ends a line, too. Lines of a block come out with LF.
//
// Foreign bytes: each is looked at once. A status line beyond the limit is an error; what of a block is beyond the
// limit is passed over, so that one monstrous article does not end a session. Source: RFC 3977 3.1, 6.1, 8.3; RFC 4643
// for 480 and 381.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::wire {

inline constexpr std::size_t kMaxNntpStatus = 8 << 10;  // RFC 3977 allows 512 bytes

struct NntpStatus {
  int code = 0;
  std::string text;  // behind the code; without the line end
};

enum class BlockPart { kMore, kEnd };

class NntpReader {
 public:
  void feed(std::string_view bytes);
  // Before: no block is being read. Nothing: more bytes are needed. Errors: kCorrupt (no status), kTooLarge; both again
  // at each further call.
  Result<std::optional<NntpStatus>> next_status();
  // Appends what is there of a block to `to`, as long as that is smaller than limit; is_cut is set if something was
  // passed over. kMore: more bytes are needed.
  BlockPart take_block(std::string& to, std::uint64_t limit, bool& is_cut);
  // Something is here that was not asked for.
  bool is_empty() const { return at_ == buffer_.size(); }

 private:
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  std::string buffer_;
  std::size_t at_ = 0;       // in buffer_: what is not yet taken
  std::size_t scanned_ = 0;  // of rest(): no LF is in there
  bool in_line_ = false;     // of a block
};

struct NntpGroup {
  std::string name;
  std::uint64_t count = 0;  // an estimate
  std::uint64_t low = 0, high = 0;
  bool is_empty() const { return high < low || (count == 0 && high == 0); }
};
// The text of status 211; nothing if it makes no sense.
std::optional<NntpGroup> parse_group(std::string_view text);

// A line of OVER, as far as it matters for fetching.
struct NntpOverview {
  std::uint64_t number = 0;
  std::string subject, from, date, message_id, references;  // as sent; message_id with its brackets
  std::optional<std::uint64_t> size_bytes;
};
std::optional<NntpOverview> parse_overview(std::string_view line);

// A line of LIST ACTIVE: name, high, low, status.
std::optional<NntpGroup> parse_active(std::string_view line);

// The block behind CAPABILITIES, a line each; a name and arguments.
struct NntpCapabilities {
  std::vector<std::string> lines;  // upper case
  bool has(std::string_view name) const;
  bool has(std::string_view name, std::string_view argument) const;
};
NntpCapabilities parse_capabilities(std::string_view block);

// Whether text may stand as one argument of a command: no space, no control character, not empty, at most 497 bytes.
bool is_nntp_argument(std::string_view text);

}  // namespace lorelei::wire
