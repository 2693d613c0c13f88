// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes in one file: messages behind lines "From SENDER DATE", in four dialects that differ in how a line of a
// message that starts with "From " is kept apart from those.
//
//   dialect   line               written as           where a message ends
//   mboxrd    >*From ...         one more ">"         before the next separator
//   mboxo     From ...           >From ...            before the next separator (old ">From" can't be told from it)
//   mboxcl    From ...           >From ...            Content-Length: bytes of body
//   mboxcl2   as it is                                Content-Length: bytes of body
//
// Lines of the header are kept apart like those of the body, but for mboxcl, where a length tells where it ends.
//
//   separator  From WORD DAY MONTH D TIME YEAR, as in "From mboxrd@z Thu Jan  1 00:00:00 1970". A file whose first line
//              only begins with "From " may have such lines throughout, each behind an empty line
//   message    header, empty line, body; one line end more separates it from what follows
//
// Without a given dialect the reader decides at the first message, in this order: a separator "NAME@mboxcl2 ..." or
// "mboxrd@z ..." (as public-inbox and we write them) names its dialect; a Content-Length that ends just before a
// separator or the end of the file means mboxcl2; else it is mboxrd, which reads mboxo as well, but for lines that had
// ">From" to begin with. A Content-Length that leads elsewhere is a lie: the message ends at the next separator. Both
// dialects with lengths keep the headers Content-Length and Lines in the message that is read.
//
// Memory: one message and one block. Lines end in LF or CRLF, each message as it likes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.hh"
#include "mail/gzip.hh"
#include "mail/keywords.hh"

namespace lorelei::mail {

enum class MboxDialect { kRd, kO, kCl, kCl2 };
std::string_view name_of(MboxDialect);                                 // "mboxrd"
std::optional<MboxDialect> mbox_dialect_named(std::string_view name);  // any case

inline constexpr std::uint64_t kMaxMboxMessage = 256 << 20;  // five times the largest mail that archives are known for

struct MboxMessage {
  std::string raw;           // unescaped, without separator and the line end behind it
  std::string separator;     // "From ..." without its line end
  std::uint64_t offset = 0;  // of the separator in the file, unpacked
  Keywords keywords;         // of Status and X-Status
};

class MboxReader {
 public:
  enum class Unseparated { kRefuse, kOneMessage };
  struct Options {
    std::optional<MboxDialect> dialect;  // else found out
    std::uint64_t limit_bytes = kMaxMboxMessage;
    Unseparated unseparated = Unseparated::kRefuse;  // what a file is that does not begin with a separator
  };
  // name: for errors.
  MboxReader(Fd, std::string name, Options);
  // begun: what was read of the source before, unpacked.
  MboxReader(ByteSource, Options, std::string begun = {});
  // Errors: kNotFound, kFailed.
  static Result<MboxReader> open(const fs::path&, Options);
  static Result<MboxReader> open(const fs::path& path) { return open(path, Options()); }

  // The next message; nothing at the end. Errors: kTooLarge for a message over the limit, after which the one behind
  // it can be read; kCorrupt if the file is no mbox, or damaged gzip data; then there is nothing more to read.
  Result<std::optional<MboxMessage>> next();
  // Nothing before the first message.
  std::optional<MboxDialect> dialect() const { return dialect_; }

 private:
  enum class Separators { kUnknown, kStrict, kLenient };
  struct Line {
    std::size_t start, end;  // in buffer_; the end is behind its LF
  };
  enum class EndedBy { kLength, kSeparator };
  struct End {
    std::size_t at;
    EndedBy by;
  };

  Result<bool> fill();
  Result<std::optional<Line>> line_at(std::size_t start);
  Result<std::optional<std::size_t>> skip_empty_lines(std::size_t from);
  Result<std::size_t> find_separator(std::size_t from, std::uint64_t limit);
  Result<std::optional<std::size_t>> end_by_length(std::size_t start);
  Result<bool> is_at_message_end(std::size_t at);
  Result<End> end_of_message(std::size_t start, std::string_view separator);
  Result<void> skip_to_separator();
  Result<std::optional<MboxMessage>> rest_as_message();
  void let_go();
  tl::unexpected<Error> too_large(std::uint64_t limit) const;
  std::string_view text_of(const Line& line) const {
    return std::string_view(buffer_).substr(line.start, line.end - line.start);
  }
  bool is_separator(std::string_view line, std::size_t start) const;

  ByteSource source_;
  Options options_;
  std::optional<MboxDialect> dialect_;
  Separators separators_ = Separators::kUnknown;
  std::string buffer_;
  std::size_t at_ = 0;           // in buffer_: where the next message starts
  std::uint64_t discarded_ = 0;  // bytes of the file before buffer_
  bool at_end_ = false;          // the source has no more
};

// What a writer puts around a message.
struct MboxEnvelope {
  enum class Age { kOld, kRecent };  // a message new to a mailbox that has others lacks the O of its Status
  std::string_view id = "lei";       // blob id in hex
  std::optional<int> percent;        // relevance
  Keywords keywords;
  Age age = Age::kOld;
};
// The message with its separator, escaped, Status and X-Status set, Lines, Bytes and Content-Length dropped or set
// anew: what is appended to a file. Everything else stays as it is, a "From " line before the header goes.
std::string to_mbox(std::string_view message, MboxDialect, const MboxEnvelope&);

// The message behind "From mboxrd@z Thu Jan  1 00:00:00 1970", with each byte that it has: the reader gives it back as
// it was. Only a last line without its end gets one, as no mbox can keep that apart.
std::string to_plain_mboxrd(std::string_view message);

}  // namespace lorelei::mail
