// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/http_head.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::serve {

namespace {

tl::unexpected<Fault> fault(unsigned status, const char* why) { return tl::unexpected(Fault{status, why}); }

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_alnum(c) || kOthers.find(c) != kOthers.npos; });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }

tl::expected<void, Fault> read_request_line(std::string_view line, Head& head) {
  const auto words = split(line, ' ');
  if (words.size() == 2) return fault(400, "the request line has no version");
  if (words.size() != 3) return fault(400, "the request line is not METHOD TARGET VERSION");
  const auto target = words[1], version = words[2];
  if (!is_token(words[0]) || words[0].size() > 32) return fault(400, "the method is no token");
  if (std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c >= 127; }))
    return fault(400, "the target has other characters than printable ASCII");
  if (!target.starts_with('/') && target != "*" && !starts_with_ignore_case(target, "http://") &&
      !starts_with_ignore_case(target, "https://"))
    return fault(400, "the target is no path");
  if (!version.starts_with("HTTP/") || version.size() != 8 || version[6] != '.' || !is_digit(version[5]) ||
      !is_digit(version[7]))
    return fault(400, "the version is none");
  if (version[5] != '1') return fault(505, "HTTP/1.1 is spoken here");
  head.method = words[0];
  head.target = target;
  head.minor_version = version[7] == '0' ? 0 : 1;
  return {};
}

tl::expected<void, Fault> read_field(std::string_view line, Head& head) {
  if (line.starts_with(' ') || line.starts_with('\t')) return fault(400, "a header field is folded");
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)))
    return fault(400, "the name of a header field is no token");
  const auto value = trim(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; }))
    return fault(400, "a header field has control characters");
  head.fields.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return {};
}

// How long the body is must be said once, in one way.
tl::expected<void, Fault> read_framing(Head& head) {
  int hosts = 0, lengths = 0, codings = 0;
  for (const auto& [name, value] : head.fields) {
    if (equal_ignore_case(name, "host")) ++hosts;
    if (equal_ignore_case(name, "content-length")) {
      if (++lengths > 1) return fault(400, "Content-Length is there twice");
      if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
        return fault(400, "Content-Length is no number");
      head.content_length = parse_uint(value);
      if (!head.content_length) return fault(413, "Content-Length is too large");
    }
    if (equal_ignore_case(name, "transfer-encoding")) {
      if (++codings > 1 || !equal_ignore_case(value, "chunked"))
        return fault(501, "the transfer coding is not chunked");
      head.is_chunked = true;
    }
  }
  if (lengths && codings) return fault(400, "Content-Length and Transfer-Encoding exclude each other");
  if (codings && head.minor_version == 0) return fault(400, "HTTP/1.0 has no transfer codings");
  if (hosts > 1) return fault(400, "Host is there twice");
  if (hosts == 0 && head.minor_version == 1) return fault(400, "Host is missing");
  return {};
}

}  // namespace

const std::string* Head::find(std::string_view name) const {
  for (const auto& field : fields)
    if (equal_ignore_case(field.name, name)) return &field.value;
  return nullptr;
}

bool Head::connection_has(std::string_view token) const {
  for (const auto& [name, value] : fields)
    if (equal_ignore_case(name, "connection"))
      for (const auto part : split(value, ','))
        if (equal_ignore_case(trim(part), token)) return true;
  return false;
}

bool Head::keeps_connection() const {
  return minor_version == 0 ? connection_has("keep-alive") : !connection_has("close");
}

bool Head::expects_continue() const {
  const auto* expect = find("expect");
  return expect && minor_version == 1 && equal_ignore_case(*expect, "100-continue");
}

tl::expected<Head, Fault> parse_head(std::string_view text, const HeadLimits& limits) {
  Head head;
  if (text.size() > limits.head_bytes) return fault(431, "the header is too large");
  if (!text.ends_with("\r\n\r\n")) return fault(400, "the header has no end");
  text.remove_suffix(2);
  bool is_first = true;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    if (end == text.npos) return fault(400, "a line of the header has no end");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\0\r\n", 3)) != line.npos)
      return fault(400, "a bare CR or LF, or a NUL, stands in the header");
    if (is_first) {
      if (line.size() > limits.line_bytes) return fault(414, "the request line is too long");
      if (const auto read = read_request_line(line, head); !read) return tl::unexpected(read.error());
      is_first = false;
      continue;
    }
    if (line.size() > limits.field_bytes) return fault(431, "a header field is too long");
    if (head.fields.size() == limits.fields) return fault(431, "there are too many header fields");
    if (const auto read = read_field(line, head); !read) return tl::unexpected(read.error());
  }
  if (is_first) return fault(400, "there is no request line");
  if (const auto read = read_framing(head); !read) return tl::unexpected(read.error());
  return head;
}

tl::expected<std::optional<std::size_t>, Fault> HeadEnd::find(std::string_view received) {
  for (; seen_ < received.size(); ++seen_) {
    if (received[seen_] == '\0') return fault(400, "a NUL stands in the header");
    if (seen_ > 0 && received[seen_ - 1] == '\r' && received[seen_] != '\n')
      return fault(400, "a bare CR stands in the header");
    if (seen_ >= limits_.head_bytes) return fault(line_start_ == 0 ? 414 : 431, "the header is too large");
    if (received[seen_] != '\n') {
      if (line_start_ == 0 && seen_ > limits_.line_bytes) return fault(414, "the request line is too long");
      continue;
    }
    if (seen_ == 0 || received[seen_ - 1] != '\r') return fault(400, "a bare LF stands in the header");
    const auto line = received.substr(line_start_, seen_ - 1 - line_start_);
    if (line_start_ == 0) {
      Head head;
      if (line.empty()) return fault(400, "there is no request line");
      if (const auto read = read_request_line(line, head); !read) return tl::unexpected(read.error());
    } else if (line.empty()) {
      return std::optional(seen_ + 1);
    }
    line_start_ = seen_ + 1;
  }
  return std::optional<std::size_t>();
}

const char* reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
  }
  return status < 400 ? "Success" : "Error";
}

}  // namespace lorelei::serve
