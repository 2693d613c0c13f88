// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.hh"

#include <fmt/format.h>

#include <cassert>
#include <cmath>

#include "base/text.hh"

namespace lorelei {

static void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += c;
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
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

void append_json_string(std::string& out, std::string_view text) {
  const std::string repaired = is_utf8(text) ? std::string() : to_utf8_lossy(text);
  if (!repaired.empty()) text = repaired;
  out += '"';
  for (std::size_t i = 0, plain = 0; i <= text.size(); ++i) {
    const bool special = i == text.size() || static_cast<unsigned char>(text[i]) < 0x20 || text[i] == '"' ||
                         text[i] == '\\' || text[i] == 0x7F;
    if (!special) continue;
    out += text.substr(plain, i - plain);
    if (i < text.size()) append_escaped(out, text[i]);
    plain = i + 1;
  }
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

}  // namespace lorelei
