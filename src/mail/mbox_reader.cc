// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hh"
#include "mail/header_block.hh"
#include "mail/mbox.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kMaxSeparator = 1024;  // a longer line is text

// "From WORD DAY MONTH D TIME YEAR": spaces between the first three at will, one between the others.
bool is_strict_separator(std::string_view line) {
  if (!line.starts_with("From ")) return false;
  line = trim_end(line.substr(5));
  const auto take_word = [&line](bool many_spaces_follow) {
    const std::size_t end = line.find(' ');
    if (end == 0 || end == line.npos) return false;
    line.remove_prefix(end + 1);
    if (many_spaces_follow) line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    return !line.empty();
  };
  if (!take_word(true) || !take_word(false) || !take_word(true) || !take_word(false)) return false;
  const std::size_t first = line.find(':');
  const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
  if (first == 0 || second == line.npos || second == first + 1) return false;
  const auto rest = line.substr(second + 1);  // "00 1970"
  const std::size_t space = rest.find(' ');
  return rest.find(':') == rest.npos && space != rest.npos && space > 0 && space + 1 < rest.size();
}

// The dialect that a separator names: "From 1234@mboxcl2 Thu ...", "From mboxrd@z Thu ...".
std::optional<MboxDialect> dialect_in(std::string_view separator) {
  if (separator.starts_with("From mboxrd@z ")) return MboxDialect::kRd;
  const std::size_t at = separator.find('@');
  if (at == separator.npos) return std::nullopt;
  const auto rest = separator.substr(at + 1);
  return mbox_dialect_named(rest.substr(0, rest.find(' ')));
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The empty line before a separator is not the message's.
std::string_view without_empty_last_line(std::string_view raw) {
  if (raw.ends_with("\n\r\n") || raw == "\r\n") return raw.substr(0, raw.size() - 2);
  if (raw.ends_with("\n\n") || raw == "\n") return raw.substr(0, raw.size() - 1);
  return raw;
}

// One ">" less before "From ".
std::string unescaped(std::string_view raw, MboxDialect dialect) {
  if (dialect == MboxDialect::kCl2 || raw.find(">From ") == raw.npos) return std::string(raw);
  std::size_t at = dialect == MboxDialect::kCl ? raw.size() - split_message(raw).body.size() : 0;
  std::string out(raw.substr(0, at));
  while (at < raw.size()) {
    std::size_t start = at;
    while (start < raw.size() && raw[start] == '>' && (start == at || dialect == MboxDialect::kRd)) ++start;
    if (start > at && raw.substr(start).starts_with("From ")) ++at;
    const std::size_t end = std::min(raw.find('\n', start), raw.size() - 1) + 1;
    out.append(raw.substr(at, end - at));
    at = end;
  }
  return out;
}

Keywords keywords_in(std::string_view raw) {
  std::string letters;
  for (const Field& field : fields_in(split_message(raw).header))
    if (equal_ignore_case(field.name, "Status") || equal_ignore_case(field.name, "X-Status"))
      letters += unfolded(field.value);
  return keywords_of_status(letters);
}

// The one valid Content-Length of a header.
std::optional<std::uint64_t> content_length(std::string_view header) {
  std::optional<std::uint64_t> length;
  int count = 0;
  for (const Field& field : fields_in(header)) {
    if (!equal_ignore_case(field.name, "Content-Length")) continue;
    length = parse_uint(unfolded(field.value));
    ++count;
  }
  return count == 1 ? length : std::nullopt;
}

}  // namespace

MboxReader::MboxReader(Fd fd, std::string name, Options options)
    : MboxReader(ByteSource(std::move(fd), std::move(name)), options) {}

MboxReader::MboxReader(ByteSource source, Options options, std::string begun)
    : source_(std::move(source)), options_(options), dialect_(options.dialect), buffer_(std::move(begun)) {}

Result<MboxReader> MboxReader::open(const fs::path& path, Options options) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return err_errno(errno, "open the mbox", path.string());
  return MboxReader(std::move(fd), path.string(), options);
}

// One block more; what lies before at_ is let go. False at the end.
Result<bool> MboxReader::fill() {
  if (at_end_) return false;
  TRY(const bool more, source_.read_more(buffer_));
  at_end_ = !more;
  return more;
}

// The line that starts there; nothing at the end of the file. A line that never ends is cut at kMaxSeparator bytes.
Result<std::optional<MboxReader::Line>> MboxReader::line_at(std::size_t start) {
  std::size_t scanned = start;
  for (;;) {
    const std::size_t end = buffer_.find('\n', scanned);
    if (end != buffer_.npos) return Line{start, end + 1};
    if (buffer_.size() - start > kMaxSeparator) return Line{start, buffer_.size()};
    scanned = buffer_.size();
    TRY(const bool more, fill());
    if (more) continue;
    if (start == buffer_.size()) return std::nullopt;
    return Line{start, buffer_.size()};
  }
}

// Behind lines of white space only; nothing if the file ends there.
Result<std::optional<std::size_t>> MboxReader::skip_empty_lines(std::size_t from) {
  for (;;) {
    TRY(const auto line, line_at(from));
    if (!line) return std::nullopt;
    if (!trim(text_of(*line)).empty()) return from;
    from = line->end;
  }
}

// line starts at start of buffer_.
bool MboxReader::is_separator(std::string_view line, std::size_t start) const {
  if (!line.starts_with("From ") || line.size() > kMaxSeparator) return false;
  if (is_strict_separator(line)) return true;
  if (separators_ != Separators::kLenient) return false;
  const auto before = std::string_view(buffer_).substr(0, start);
  return before.ends_with("\n\n") || before.ends_with("\n\r\n");
}

// Where the next separator starts, at or behind from, which is the start of a line; the end of the file if there is
// none. Errors: kTooLarge if it is more than limit bytes away.
Result<std::size_t> MboxReader::find_separator(std::size_t from, std::uint64_t limit) {
  const std::size_t start = from;
  const auto too_far = [&](std::size_t at) { return at - start > limit; };
  TRY(const auto first, line_at(from));
  if (!first || is_separator(text_of(*first), from)) return from;
  for (;;) {
    const std::size_t line_end = buffer_.find("\nFrom ", from);
    if (too_far(std::min(line_end, buffer_.size()))) return too_large(limit);
    if (line_end == buffer_.npos) {
      from = std::max(from, buffer_.size() - std::min<std::size_t>(buffer_.size(), 5));  // it may have begun
      TRY(const bool more, fill());
      if (!more) return buffer_.size();
      continue;
    }
    TRY(const auto line, line_at(line_end + 1));
    if (is_separator(text_of(*line), line->start)) return line->start;
    from = line_end + 1;
  }
}

tl::unexpected<Error> MboxReader::too_large(std::uint64_t limit) const {
  return err(Error::Kind::kTooLarge, "read a message", fmt::format("{}, byte {}", source_.name(), discarded_ + at_),
             fmt::format("it has more than {} bytes", limit), "take it out of the file, or raise the limit");
}

// A separator or the end of the file, maybe behind empty lines.
Result<bool> MboxReader::is_at_message_end(std::size_t at) {
  if (at > 0 && buffer_[at - 1] != '\n') {
    TRY(const auto rest, line_at(at));
    if (rest && !trim(text_of(*rest)).empty()) return false;
  }
  TRY(const auto next, skip_empty_lines(at));
  if (!next) return true;
  TRY(const auto line, line_at(*next));
  return line && text_of(*line).starts_with("From ");
}

// By Content-Length; nothing if there is none that makes sense.
Result<std::optional<std::size_t>> MboxReader::end_by_length(std::size_t start) {
  std::size_t from = start;
  for (;;) {  // to the empty line behind the header
    TRY(const auto line, line_at(from));
    if (!line || line->end - start > options_.limit_bytes) return std::nullopt;
    from = line->end;
    if (without_line_end(text_of(*line)).empty()) break;
  }
  const auto length = content_length(std::string_view(buffer_).substr(start, from - start));
  if (!length || *length > options_.limit_bytes) return std::nullopt;
  while (buffer_.size() - from < *length) {
    TRY(const bool more, fill());
    if (!more) return std::nullopt;
  }
  const std::size_t end = from + static_cast<std::size_t>(*length);
  TRY(const bool fits, is_at_message_end(end));
  if (!fits) return std::nullopt;
  return end;
}

// start: behind the separator. Decides on the dialect.
Result<MboxReader::End> MboxReader::end_of_message(std::size_t start, std::string_view separator) {
  if (!dialect_) dialect_ = dialect_in(separator);
  const bool may_have_length = !dialect_ || *dialect_ == MboxDialect::kCl || *dialect_ == MboxDialect::kCl2;
  if (may_have_length) {
    TRY(const auto end, end_by_length(start));
    if (!dialect_) dialect_ = end ? MboxDialect::kCl2 : MboxDialect::kRd;
    if (end) return End{*end, EndedBy::kLength};
  }
  TRY(const auto end, find_separator(start, options_.limit_bytes));
  return End{end, EndedBy::kSeparator};
}

// Behind a message that is too large.
Result<void> MboxReader::skip_to_separator() {
  for (;;) {
    const auto next = find_separator(at_, 1 << 20);
    if (next) {
      at_ = *next;
      return {};
    }
    if (next.error().kind != Error::Kind::kTooLarge) return tl::unexpected(next.error());
    // Keep the last line: it may be the start of a separator.
    const std::size_t last = buffer_.rfind('\n');
    const std::size_t kept = last == buffer_.npos || last <= at_ ? buffer_.size() : last + 1;
    discarded_ += kept;
    buffer_.erase(0, kept);
    at_ = 0;
  }
}

// What has been read goes when it is the larger half, so that nothing is moved often.
void MboxReader::let_go() {
  if (at_ < buffer_.size() / 2) return;
  discarded_ += at_;
  buffer_.erase(0, at_);
  at_ = 0;
}

// A file that is no mailbox but one message.
Result<std::optional<MboxMessage>> MboxReader::rest_as_message() {
  const std::uint64_t offset = discarded_ + at_;
  for (bool more = true; more;) {
    if (buffer_.size() - at_ > options_.limit_bytes) {
      // Nothing after it can be told from it.
      at_ = buffer_.size();
      at_end_ = true;
      return err(Error::Kind::kTooLarge, "read the message", source_.name(),
                 fmt::format("it is larger than the limit of {} bytes", options_.limit_bytes));
    }
    TRY(more, fill());
  }
  MboxMessage message{buffer_.substr(at_), "", offset, {}};
  at_ = buffer_.size();
  return message;
}

Result<std::optional<MboxMessage>> MboxReader::next() {
  for (;;) {
    let_go();
    TRY(const auto start, skip_empty_lines(at_));
    if (!start) return std::nullopt;
    at_ = *start;
    TRY(const auto first, line_at(at_));
    const std::string separator(without_line_end(text_of(*first)));
    const bool begins_with_it = separator.starts_with("From ");
    if (!begins_with_it && options_.unseparated == Unseparated::kOneMessage && separators_ == Separators::kUnknown)
      return rest_as_message();
    if (!begins_with_it)
      return err(Error::Kind::kCorrupt, "read the mbox", fmt::format("{}, byte {}", source_.name(), discarded_ + at_),
                 "there is no line that starts with 'From '", "a single message is imported as .eml");
    if (separators_ == Separators::kUnknown)
      separators_ = is_strict_separator(separator) ? Separators::kStrict : Separators::kLenient;

    const std::uint64_t offset = discarded_ + at_;
    const auto end = end_of_message(first->end, separator);
    if (!end) {
      at_ = first->end;
      if (end.error().kind == Error::Kind::kTooLarge) TRY_VOID(skip_to_separator());
      return tl::unexpected(end.error());
    }
    std::string_view raw = std::string_view(buffer_).substr(first->end, end->at - first->end);
    if (end->by == EndedBy::kSeparator) raw = without_empty_last_line(raw);
    at_ = end->at;
    if (trim(raw).empty()) continue;
    MboxMessage message{unescaped(raw, *dialect_), separator, offset, {}};
    message.keywords = keywords_in(message.raw);
    return message;
  }
}

}  // namespace lorelei::mail
