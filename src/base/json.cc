// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/text.hh"
#include "base/unicode_width.hh"

namespace lorelei {

static bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }
static bool must_be_escaped(char32_t c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7F || is_deceptive(c); }

static void append_escaped(std::string& out, char32_t c) {
  const auto unit = [&out](std::uint32_t utf16) { fmt::format_to(std::back_inserter(out), "\\u{:04x}", utf16); };
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      if (c < 0x10000) return unit(c);
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
  }
}

void append_json_string(std::string& out, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    out.append(1, '"').append(text) += '"';
    return;
  }
  const std::string repaired = is_utf8(text) ? std::string() : to_utf8_lossy(text);
  if (!repaired.empty()) text = repaired;
  out += '"';
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const auto [c, length] = code_point_at(text, at);
    if (must_be_escaped(c)) {
      out += text.substr(plain, at - plain);
      append_escaped(out, c);
      plain = at + length;
    }
    at += length;
  }
  out += text.substr(plain);
  out += '"';
}

void JsonWriter::new_line() {
  if (style_ == JsonStyle::kCompact) return;
  out_ += '\n';
  out_.append(2 * open_.size(), ' ');
}

// The comma and the line before an array's value or an object's key.
void JsonWriter::before_item() {
  if (!open_.back().empty) out_ += ',';
  open_.back().empty = false;
  new_line();
}

void JsonWriter::before_value() {
  if (open_.empty()) {
    assert(!begun_ && "a second value after the first");
    begun_ = true;
  } else if (open_.back().close == '}') {
    assert(open_.back().has_key && "a value in an object without a key");
    open_.back().has_key = false;
  } else {
    before_item();
  }
}

void JsonWriter::begin(char open, char close) {
  before_value();
  out_ += open;
  open_.push_back({.close = close});
}

void JsonWriter::end(char close) {
  assert(!open_.empty() && open_.back().close == close && "an end that matches no beginning");
  assert(!open_.back().has_key && "a key without a value");
  const bool empty = open_.back().empty;
  open_.pop_back();
  if (!empty) new_line();
  out_ += close;
}

void JsonWriter::begin_object() { begin('{', '}'); }
void JsonWriter::end_object() { end('}'); }
void JsonWriter::begin_array() { begin('[', ']'); }
void JsonWriter::end_array() { end(']'); }

void JsonWriter::key(std::string_view name) {
  assert(!open_.empty() && open_.back().close == '}' && !open_.back().has_key && "a key where none can stand");
  before_item();
  append_json_string(out_, name);
  out_ += style_ == JsonStyle::kPretty ? ": " : ":";
  open_.back().has_key = true;
}

void JsonWriter::literal(std::string_view text) {
  before_value();
  out_ += text;
}
void JsonWriter::null() { literal("null"); }
void JsonWriter::integer(std::int64_t number) { literal(fmt::format_int(number).c_str()); }
void JsonWriter::natural(std::uint64_t number) { literal(fmt::format_int(number).c_str()); }
void JsonWriter::value(double number) { std::isfinite(number) ? literal(fmt::format("{}", number)) : null(); }
void JsonWriter::value(std::string_view text) {
  before_value();
  append_json_string(out_, text);
}

// Within JSON, other letters stand in strings only.
void escape_beyond_ascii(std::string& json, std::size_t start) {
  std::string out;
  for (auto at = start; at < json.size();) {
    if (static_cast<unsigned char>(json[at]) < 0x80) {
      out += json[at++];
      continue;
    }
    const auto point = code_point_at(json, at);
    const auto value = static_cast<std::uint32_t>(point.value);
    out += value < 0x10000 ? fmt::format("\\u{:04x}", value)
                           : fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((value - 0x10000) >> 10),
                                         0xdc00 + ((value - 0x10000) & 0x3ff));
    at += point.length;
  }
  json.replace(start, std::string::npos, out);
}

}  // namespace lorelei
