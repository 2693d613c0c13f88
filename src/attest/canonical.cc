// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/canonical.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "attest/signed_header.hh"
#include "base/text.hh"
#include "mail/mailinfo.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "read the message";
// Programs disagree on which of two counts.
constexpr std::array<std::string_view, 8> kSingle = {"from",         "subject",      "date",
                                                     "message-id",   "content-type", "content-transfer-encoding",
                                                     "mime-version", "in-reply-to"};

bool is_blank(std::string_view line) { return trim(line).empty(); }

// What git takes for a header: a colon directly behind a name of printable characters.
bool is_header_for_git(std::string_view header) {
  if (header.starts_with("From ") || header.starts_with(">From ")) return true;
  const auto colon = header.find(':');
  if (colon == header.npos || colon == 0) return false;
  const auto name = header.substr(0, colon);
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

// Each line's carriage returns at its end go; CRLF ends each.
std::string canonical_body(std::string_view text) {
  text = text.substr(0, text.find_last_not_of("\r\n") + 1);
  std::string out;
  out.reserve(text.size() + text.size() / 16 + 2);
  for (std::size_t at = 0;;) {
    const auto end = text.find('\n', at);
    auto line = text.substr(at, end == text.npos ? text.npos : end - at);
    while (line.ends_with('\r')) line.remove_suffix(1);
    out += line;
    out += "\r\n";
    if (end == text.npos) return out;
    at = end + 1;
  }
}

std::string doubt_about_headers(const RawParts& parts) {
  if (parts.terminator != "\n" && parts.terminator != "\r\n") return "a line of white space stands in its header";
  std::array<int, kSingle.size()> counts{};
  for (const auto header : parts.headers) {
    if (!is_header_for_git(header)) return "a line of its header is none";
    const auto name = to_lower(trim(name_of_header(header)));
    const auto single = std::find(kSingle.begin(), kSingle.end(), name);
    if (single != kSingle.end() && ++counts[static_cast<std::size_t>(single - kSingle.begin())] > 1)
      return fmt::format("it has more than one {}", name);
    if (header.find('\0') != header.npos) return "a NUL byte stands in its header";
  }
  return "";
}

// Some charsets mean other letters by the bytes of ASCII. What is signed are the bytes.
std::string doubt_about_charset(const mail::Mailinfo& info, std::string_view message) {
  if (!info.reading.other_charset) return "";
  const auto converted = mail::mailinfo(message, mail::Charsets::kConverted);
  const auto ascii = [](const mail::Mailinfo& one) {
    std::string out;
    for (const auto* part : {&one.author, &one.subject, &one.message, &one.patch})
      std::copy_if(part->begin(), part->end(), std::back_inserter(out),
                   [](char c) { return static_cast<unsigned char>(c) < 128; });
    return out;
  };
  return converted && ascii(*converted) != ascii(info) ? "its charset makes other text of what was signed" : "";
}

std::string doubt_about_reading(const mail::Mailinfo& info) {
  const auto& reading = info.reading;
  if (reading.boundary_elsewhere) return "what is no multipart has a boundary";
  if (reading.outside_text) return "text stands outside of its parts";
  if (reading.nested) return "a multipart stands in another one";
  if (reading.text_parts > 1) return "its text is in more than one part";
  if (reading.part_header) return "a header of it stands in a part";
  if (reading.from_unended) return "a quote in its From has no end";
  if (reading.nul_cut) return "a NUL byte cuts it";
  if (info.message.find("\r\n") != std::string::npos || info.patch.find("\r\n") != std::string::npos)
    return "lines of it end in carriage returns, which nobody signed";
  if (reading.lines_lost) return "lines at its start are not part of what was signed";
  return "";
}

}  // namespace

std::string_view name_of_header(std::string_view header) {
  const auto colon = header.find(':');
  return colon == header.npos ? std::string_view() : header.substr(0, colon);
}

std::string_view value_of_header(std::string_view header) {
  const auto colon = header.find(':');
  return colon == header.npos ? std::string_view() : header.substr(colon + 1);
}

Result<RawParts> split_raw(std::string_view message) {
  if (message.size() > kMaxHeaderBlock + kMaxBody)
    return err(Error::Kind::kTooLarge, kDoing, "", fmt::format("it has more than {} bytes", kMaxBody));
  RawParts parts;
  std::size_t at = 0;
  while (at < message.size()) {
    const auto end = std::min(message.find('\n', at), message.size() - 1) + 1;
    const auto line = message.substr(at, end - at);
    if (is_blank(line)) {
      parts.terminator = line;
      parts.body = message.substr(end);
      break;
    }
    if (end > kMaxHeaderBlock) return err(Error::Kind::kTooLarge, kDoing, "", "its header is too large");
    if (line[0] == ' ' || line[0] == '\t') {
      if (parts.headers.empty()) return err(Error::Kind::kCorrupt, kDoing, "", "it begins in the middle of a header");
      auto& header = parts.headers.back();
      header = {header.data(), header.size() + line.size()};
    } else {
      parts.headers.push_back(line);
    }
    at = end;
  }
  if (message.empty()) return err(Error::Kind::kCorrupt, kDoing, "", "there is no message in it");
  if (parts.headers.empty() || parts.body.empty())
    return err(Error::Kind::kCorrupt, kDoing, "", parts.headers.empty() ? "it has no header" : "it has no text");
  return parts;
}

Result<Canonical> canonicalise(std::string_view message) {
  TRY(const auto parts, split_raw(message));
  std::string plain;
  if (message.find("\r\n") != message.npos) {
    plain = replace_all(message, "\r\n", "\n");
    message = plain;
  }
  TRY(auto info, mail::mailinfo(message));
  Canonical canonical;
  canonical.body = canonical_body(info.message + info.patch);
  canonical.doubt = doubt_about_headers(parts);
  if (canonical.doubt.empty()) canonical.doubt = doubt_about_reading(info);
  if (canonical.doubt.empty()) canonical.doubt = doubt_about_charset(info, message);
  for (const auto header : parts.headers) {
    const auto name = name_of_header(header);
    if (name.empty()) continue;
    auto& added =
        canonical.headers.emplace_back(CanonicalHeader{to_lower(trim(name)), std::string(value_of_header(header))});
    // Only where the name is written without white space, as the format has it.
    if (equal_ignore_case(name, "from")) added.value = fmt::format(" {} <{}>", info.author, info.email);
    if (equal_ignore_case(name, "subject")) added.value = " " + info.subject;
  }
  canonical.names_author_in_body = info.reading.in_body_from;
  canonical.has_other_charset = info.reading.other_charset;
  canonical.has_unsigned_date = info.reading.in_body_date;
  canonical.author = std::move(info.author);
  canonical.email = std::move(info.email);
  canonical.subject = std::move(info.subject);
  canonical.date = std::move(info.date);
  canonical.message = std::move(info.message);
  canonical.patch = std::move(info.patch);
  return canonical;
}

std::string Canonical::hashed_headers(const std::vector<std::string>& names) const {
  // For each name that is asked for, the headers that it has, the last one at the end.
  std::unordered_map<std::string_view, std::vector<const CanonicalHeader*>> left;
  for (const auto& name : names) left[name];
  for (const auto& header : headers)
    if (const auto wanted = left.find(header.name); wanted != left.end()) wanted->second.push_back(&header);
  std::string out;
  for (const auto& name : names) {
    auto& these = left[name];
    if (these.empty()) continue;
    out += name + ':' + relaxed(these.back()->value) + "\r\n";
    these.pop_back();
  }
  return out;
}

const std::string* Canonical::find(std::string_view name) const {
  const auto found = std::find_if(headers.rbegin(), headers.rend(), [&](const auto& one) { return one.name == name; });
  return found == headers.rend() ? nullptr : &found->value;
}

// ---- the first bytes only ----

namespace {

// Lines of the last hunk that are still to come; "@@ -1,3 +1,4 @@" announces them.
struct Hunk {
  std::uint64_t old_lines = 0, new_lines = 0;
  static std::uint64_t count(std::string_view range) {
    const auto comma = range.find(',');
    return comma == range.npos ? 1 : parse_uint(range.substr(comma + 1)).value_or(0);
  }
  static Hunk of(std::string_view line) {
    const auto words = split_words(line.substr(0, line.find("@@", 2)));
    return words.size() < 3 ? Hunk{} : Hunk{count(words[1]), count(words[2])};
  }
};

bool ends_within_hunk(std::string_view patch) {
  Hunk left;
  for (const auto line : split(patch, '\n')) {
    if (left.old_lines == 0 && left.new_lines == 0) {
      if (line.starts_with("@@ -")) left = Hunk::of(line);
      continue;
    }
    const char kind = line.empty() ? ' ' : line[0];
    if (kind != '+' && kind != '\\' && left.old_lines) --left.old_lines;
    if (kind != '-' && kind != '\\' && left.new_lines) --left.new_lines;
  }
  return left.old_lines || left.new_lines;
}

}  // namespace

Result<Canonical> trimmed(const Canonical& whole, std::size_t length) {
  if (length > 0 && length < whole.body.size() && !std::string_view(whole.body).substr(0, length).ends_with("\r\n"))
    return err(Error::Kind::kCorrupt, "cut", "the text", "a line would be cut");
  Canonical part = whole;
  part.body.resize(length);
  const auto text = replace_all(part.body, "\r\n", "\n");
  const auto lines = static_cast<std::size_t>(std::count(whole.message.begin(), whole.message.end(), '\n'));
  std::size_t cut = 0;
  for (std::size_t i = 0; i < lines && cut < text.size(); ++i)
    cut = std::min(text.find('\n', cut), text.size() - 1) + 1;
  part.message = text.substr(0, cut);
  part.patch = text.substr(cut);
  if (ends_within_hunk(part.patch)) return err(Error::Kind::kCorrupt, "cut", "the text", "a hunk would be cut");
  return part;
}

}  // namespace lorelei::attest
