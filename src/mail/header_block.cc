// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/header_block.hh"

#include <algorithm>
#include <optional>

#include "base/text.hh"

namespace lorelei::mail {

namespace {

struct EmptyLine {
  std::size_t start, end;
};

std::optional<EmptyLine> first_empty_line(std::string_view bytes) {
  for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n', end + 1)) {
    std::size_t next = end + 1;
    if (next < bytes.size() && bytes[next] == '\r') ++next;
    if (next < bytes.size() && bytes[next] == '\n') return EmptyLine{end + 1, next + 1};
  }
  return std::nullopt;
}

bool has_header_line(std::string_view bytes) {
  for (std::size_t line = 0; line < bytes.size();) {
    std::size_t at = line;
    while (at < bytes.size() && (is_alnum(bytes[at]) || bytes[at] == '-')) ++at;
    if (at > line) {
      while (at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t')) ++at;
      if (at < bytes.size() && bytes[at] == ':') return true;
    }
    const std::size_t end = bytes.find('\n', line);
    if (end == bytes.npos) return false;
    line = end + 1;
  }
  return false;
}

std::string_view last_line_end(std::string_view bytes, std::size_t end) {
  return end >= 2 && bytes[end - 2] == '\r' ? bytes.substr(end - 2, 2) : bytes.substr(end - 1, 1);
}

enum class LineKind { kField, kContinuation, kOther };
struct Line {
  LineKind kind;
  std::size_t colon;  // of a field
};

// line: with its LF.
Line classify(std::string_view line) {
  for (std::size_t at = 0; at + 1 < line.size(); ++at) {
    if (line[at] == ':') return {LineKind::kField, at};
    if (line[at] == ' ' || line[at] == '\t') return {LineKind::kContinuation, 0};
  }
  return {LineKind::kOther, 0};
}

}  // namespace

Halves split_message(std::string_view bytes) {
  if (const auto empty = first_empty_line(bytes))
    return {bytes.substr(0, empty->start), bytes.substr(empty->end),
            bytes.substr(empty->start, empty->end - empty->start)};
  if (bytes.ends_with('\n') && has_header_line(bytes))
    return {bytes, bytes.substr(bytes.size()), last_line_end(bytes, bytes.size()), false};
  const std::size_t end = bytes.find('\n');
  return {bytes.substr(0, 0), bytes, end == bytes.npos ? std::string_view("\n") : last_line_end(bytes, end + 1)};
}

std::vector<Field> fields_in(std::string_view block) {
  std::vector<Field> fields;
  const char* continued = nullptr;  // where a continuation of the last field would have to start
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = block.find('\n', at);
    if (end == block.npos) break;
    const auto text = block.substr(at, end + 1 - at);
    const Line line = classify(text);
    if (line.kind == LineKind::kField) {
      fields.push_back({text.substr(0, line.colon), text.substr(line.colon + 1)});
      continued = text.data() + text.size();
    } else if (line.kind == LineKind::kContinuation && continued == text.data()) {
      auto& value = fields.back().value;
      value = {value.data(), value.size() + text.size()};
      continued += text.size();
    }
    at = end + 1;
  }
  return fields;
}

std::string unfolded(std::string_view value) {
  value = trim(value);
  std::string out;
  out.reserve(value.size());
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = value.find('\n', at);
    if (end == value.npos) {
      out.append(value.substr(at));
      break;
    }
    const bool crlf = end > at && value[end - 1] == '\r';
    out.append(value.substr(at, end - at - (crlf ? 1 : 0))).push_back(' ');
    at = end + 1;
    while (at < value.size() && (value[at] == ' ' || value[at] == '\t')) ++at;
  }
  return out;
}

std::string without_fields(std::string_view block, std::span<const std::string_view> names) {
  std::string out;
  const char* kept = block.data();
  for (const Field& field : fields_in(block)) {
    const auto is_name = [&field](std::string_view name) { return equal_ignore_case(name, field.name); };
    if (std::none_of(names.begin(), names.end(), is_name)) continue;
    const auto whole = field.whole();
    out.append(kept, whole.data());
    kept = whole.data() + whole.size();
  }
  return out.append(kept, block.data() + block.size());
}

std::string_view without_from_line(std::string_view message) {
  const std::size_t start = message.find_first_not_of("\r\n");
  if (start == message.npos || !message.substr(start).starts_with("From ")) return message;
  const std::size_t end = message.find('\n', start);
  return end == message.npos ? message : message.substr(end + 1);
}

}  // namespace lorelei::mail
