// SPDX-License-Identifier: GPL-3.0-or-later
// JSON as it is written: no tree, every value goes straight into the text. (Reading is nlohmann-json's, in .cc files.)
//
//   JsonWriter json(text);
//   json.begin_object();
//   json.member("subject", "ktls: \"fix\"");
//   json.key("sizes");  json.begin_array();  json.value(1);  json.value(2.5);  json.end_array();
//   json.end_object();                                       {"subject":"ktls: \"fix\"","sizes":[1,2.5]}
//
// The text is always valid: strings become UTF-8 (bytes that are not are U+FFFD), NaN and infinities null. What could
// deceive somebody at a terminal (controls, bidirectional overrides) is written as \uXXXX. A call that
// would break the grammar (a value without a key, an end that does not match) is our own bug and asserts. The writer
// only appends: the caller may print and clear the text between any two calls.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei {

enum class JsonStyle { kCompact, kPretty };  // kPretty: one member a line, two spaces a level

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, JsonStyle style = JsonStyle::kCompact) : out_(out), style_(style) {}

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view);

  void null();
  void value(std::string_view);
  void value(const char* text) { value(std::string_view(text)); }
  void value(double);
  template <std::same_as<bool> Bool>  // nothing else turns into a bool by accident
  void value(Bool flag) {
    literal(flag ? "true" : "false");
  }
  template <std::integral Int>
    requires(!std::same_as<Int, bool> && !std::same_as<Int, char>)
  void value(Int number) {
    if constexpr (std::is_signed_v<Int>)
      integer(static_cast<std::int64_t>(number));
    else
      natural(static_cast<std::uint64_t>(number));
  }
  template <typename T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  bool complete() const { return open_.empty() && begun_; }  // one whole value has been written

 private:
  struct Level {
    char close;  // '}' or ']'
    bool empty = true;
    bool has_key = false;  // an object's key waits for its value
  };
  void integer(std::int64_t);
  void natural(std::uint64_t);
  void literal(std::string_view);
  void before_value();
  void before_item();
  void begin(char open, char close);
  void end(char close);
  void new_line();

  std::string& out_;
  JsonStyle style_;
  std::vector<Level> open_;
  bool begun_ = false;
};

// text as a JSON string, with its quotes, appended to out.
void append_json_string(std::string& out, std::string_view text);

// JSON text from there on with other letters than ASCII as \uXXXX.
void escape_beyond_ascii(std::string& json, std::size_t start = 0);

}  // namespace lorelei
