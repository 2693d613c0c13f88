// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_reader.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

constexpr std::size_t kCompactAt = 1 << 20;  // bytes already used at the front of the buffer

// "+ text", "* OK text" and "TAG NO text" hold no literals.
bool is_free_text(std::string_view line) {
  if (line.starts_with('+')) return true;
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const auto rest = line.substr(space + 1);
  for (const std::string_view word : {"OK", "NO", "BAD", "BYE", "PREAUTH"})
    if (starts_with_ignore_case(rest, word) && (rest.size() == word.size() || rest[word.size()] == ' ')) return true;
  return false;
}

struct Announced {
  std::size_t at;  // where the "{" stands
  std::uint64_t size;
};
// "{n}", "{n+}" or "~{n}" at the end of a line.
std::optional<Announced> announced_literal(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  const auto size = parse_uint(digits);
  if (!size) return std::nullopt;
  return Announced{open, *size};
}

}  // namespace

void ImapReader::feed(std::string_view bytes) {
  if (literal_ == Literal::kPassedOver && begin_ == buffer_.size()) {
    const auto passed = std::min<std::uint64_t>(literal_left_, bytes.size());
    literal_left_ -= passed;
    bytes.remove_prefix(passed);
  }
  buffer_ += bytes;
}

Result<std::optional<ImapBytes>> ImapReader::next() {
  for (;;) {
    if (!take_literal()) return std::nullopt;
    TRY(const Line line, take_line());
    if (line == Line::kUnfinished) return std::nullopt;
    if (line == Line::kGoesOn) continue;
    text_bytes_ = 0;
    literal_bytes_ = 0;
    return std::exchange(response_, {});
  }
}

// True if no literal is left to be read.
bool ImapReader::take_literal() {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(literal_left_, buffer_.size() - begin_));
  if (literal_ == Literal::kKept) response_.text.append(buffer_, begin_, size);
  literal_left_ -= size;
  begin_ += size;
  scanned_ = std::max(scanned_, begin_);
  compact();
  if (literal_left_ > 0) return false;
  literal_ = Literal::kKept;
  return true;
}

Result<ImapReader::Line> ImapReader::take_line() {
  const auto end = buffer_.find('\n', scanned_);
  const auto length = std::min(end, buffer_.size()) - begin_;
  if (text_bytes_ + length > kMaxImapText)
    return err(Error::Kind::kTooLarge, "read the answer of the mail server", "", "a line is longer than 32 MiB");
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    return Line::kUnfinished;
  }
  std::string_view line(buffer_.data() + begin_, length);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto literal = response_.text.empty() && is_free_text(line) ? std::nullopt : announced_literal(line);
  if (literal) line.remove_suffix(line.size() - literal->at);
  response_.text += line;
  text_bytes_ += length;
  begin_ = scanned_ = end + 1;
  if (literal) expect_literal(literal->size);
  compact();
  return literal ? Line::kGoesOn : Line::kLast;
}

void ImapReader::expect_literal(std::uint64_t size) {
  literal_left_ = size;
  if (size > max_literals_ - literal_bytes_) {
    literal_ = Literal::kPassedOver;
    response_.is_cut = true;
    size = 0;
  }
  literal_bytes_ += size;
  response_.text += fmt::format("{{{}}}\r\n", size);
}

void ImapReader::compact() {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
  } else if (begin_ >= kCompactAt && begin_ >= buffer_.size() / 2) {
    buffer_.erase(0, begin_);
  } else {
    return;
  }
  scanned_ -= begin_;
  begin_ = 0;
}

}  // namespace lorelei::wire
