// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/nntp.hh"

#include <algorithm>
#include <cassert>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

constexpr std::size_t kMaxArgument = 497;         // RFC 3977 3.1, less one
constexpr std::size_t kMaxCapabilities = 1000;    // servers have a dozen
constexpr std::uint64_t kMaxNumber = 1ULL << 62;  // so that sums of two are numbers, too

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::uint64_t> article_number(std::string_view text) {
  const auto number = parse_uint(text);
  if (!number || *number > kMaxNumber) return std::nullopt;
  return number;
}

}  // namespace

void NntpReader::feed(std::string_view bytes) {
  if (at_ > buffer_.size() / 2) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
}

Result<std::optional<NntpStatus>> NntpReader::next_status() {
  assert(!in_line_);
  const std::size_t end = rest().find('\n', scanned_);
  if (end == std::string_view::npos ? rest().size() > kMaxNntpStatus : end > kMaxNntpStatus)
    return err(Error::Kind::kTooLarge, "read the answer of the news server", "", "the line does not end");
  if (end == std::string_view::npos) {
    scanned_ = rest().size();
    return std::nullopt;
  }
  const std::string_view line = without_line_end(rest().substr(0, end + 1));
  const bool is_status = line.size() >= 3 && line[0] >= '1' && line[0] <= '5' && is_digit(line[1]) &&
                         is_digit(line[2]) && (line.size() == 3 || line[3] == ' ');
  if (!is_status)
    return err(Error::Kind::kCorrupt, "read the answer of the news server", printable(line.substr(0, 80)),
               "it does not begin with a number", "is this the port of a news server?");
  NntpStatus status{(line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'), {}};
  if (line.size() > 4) status.text = line.substr(4);
  at_ += end + 1;
  scanned_ = 0;
  return status;
}

BlockPart NntpReader::take_block(std::string& to, std::uint64_t limit, bool& is_cut) {
  const auto keep = [&](std::string_view bytes) {
    const std::size_t room = to.size() < limit ? static_cast<std::size_t>(limit - to.size()) : 0;
    to.append(bytes.substr(0, room));
    is_cut = is_cut || bytes.size() > room;
  };
  scanned_ = 0;
  while (!rest().empty()) {
    std::string_view text = rest();
    if (!in_line_ && text[0] == '.') {
      const bool may_be_end = text == "." || text == ".\r";
      if (may_be_end) return BlockPart::kMore;
      if (text.starts_with(".\n") || text.starts_with(".\r\n")) {
        at_ += text[1] == '\n' ? 2 : 3;
        return BlockPart::kEnd;
      }
      at_ += 1;
      text.remove_prefix(1);
    }
    in_line_ = true;
    const std::size_t end = text.find('\n');
    if (end == text.npos) {
      // A CR at the end may belong to a line end.
      const std::size_t taken = text.ends_with('\r') ? text.size() - 1 : text.size();
      keep(text.substr(0, taken));
      at_ += taken;
      return BlockPart::kMore;
    }
    const bool has_cr = end > 0 && text[end - 1] == '\r';
    keep(text.substr(0, has_cr ? end - 1 : end));
    keep("\n");
    at_ += end + 1;
    in_line_ = false;
  }
  return BlockPart::kMore;
}

std::optional<NntpGroup> parse_group(std::string_view text) {
  const auto words = split_words(text);
  if (words.size() < 3) return std::nullopt;
  const auto count = article_number(words[0]), low = article_number(words[1]), high = article_number(words[2]);
  if (!count || !low || !high) return std::nullopt;
  return NntpGroup{words.size() > 3 ? std::string(words[3]) : "", *count, *low, *high};
}

std::optional<NntpGroup> parse_active(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 3) return std::nullopt;
  const auto high = article_number(words[1]), low = article_number(words[2]);
  if (!low || !high) return std::nullopt;
  return NntpGroup{std::string(words[0]), *high >= *low ? *high - *low + 1 : 0, *low, *high};
}

std::optional<NntpOverview> parse_overview(std::string_view line) {
  const auto fields = split(line, '\t');
  if (fields.size() < 6) return std::nullopt;
  const auto number = article_number(fields[0]);
  if (!number) return std::nullopt;
  NntpOverview overview{*number,
                        std::string(fields[1]),
                        std::string(fields[2]),
                        std::string(fields[3]),
                        std::string(fields[4]),
                        std::string(fields[5]),
                        {}};
  if (fields.size() > 6) overview.size_bytes = parse_uint(fields[6]);
  return overview;
}

bool NntpCapabilities::has(std::string_view name) const {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return std::string_view(line).substr(0, line.find(' ')) == name; });
}

bool NntpCapabilities::has(std::string_view name, std::string_view argument) const {
  for (const auto& line : lines) {
    const auto words = split_words(line);
    if (!words.empty() && words[0] == name && std::find(words.begin() + 1, words.end(), argument) != words.end())
      return true;
  }
  return false;
}

NntpCapabilities parse_capabilities(std::string_view block) {
  NntpCapabilities all;
  for (const auto line : split(block, '\n')) {
    if (trim(line).empty()) continue;
    if (all.lines.size() == kMaxCapabilities) break;
    std::string upper = squeeze_spaces(line);
    for (char& c : upper)
      if (is_lower(c)) c = static_cast<char>(c - 32);
    all.lines.push_back(std::move(upper));
  }
  return all;
}

bool is_nntp_argument(std::string_view text) {
  return !text.empty() && text.size() <= kMaxArgument && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
  });
}

}  // namespace lorelei::wire
