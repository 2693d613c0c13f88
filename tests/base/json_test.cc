// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

namespace lorelei {
namespace {

std::string written(JsonStyle style) {
  std::string text;
  JsonWriter json(text, style);
  json.begin_object();
  json.member("s", "x");
  json.member("n", -1);
  json.member("big", std::numeric_limits<std::uint64_t>::max());
  json.member("yes", true);
  json.key("list");
  json.begin_array();
  json.value(2.5);
  json.null();
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.end_array();
  json.end_object();
  EXPECT_TRUE(json.complete());
  return text;
}

TEST(JsonWriter, Compact) {
  EXPECT_EQ(written(JsonStyle::kCompact),
            R"({"s":"x","n":-1,"big":18446744073709551615,"yes":true,"list":[2.5,null,{},[]]})");
}

TEST(JsonWriter, Pretty) {
  EXPECT_EQ(written(JsonStyle::kPretty), R"({
  "s": "x",
  "n": -1,
  "big": 18446744073709551615,
  "yes": true,
  "list": [
    2.5,
    null,
    {},
    []
  ]
})");
}

TEST(JsonWriter, NumbersThatJsonDoesNotHaveAreNull) {
  std::string text;
  JsonWriter json(text);
  json.begin_array();
  json.value(std::nan(""));
  json.value(std::numeric_limits<double>::infinity());
  json.value(1e300);
  json.end_array();
  EXPECT_EQ(text, "[null,null,1e+300]");
}

TEST(JsonWriter, TheTextMayBeTakenAwayBetweenCalls) {
  std::string text, seen;
  JsonWriter json(text);
  const auto take = [&] { seen += std::exchange(text, {}); };
  json.begin_array(), take();
  json.value(1), take();
  json.value("a"), take();
  json.end_array(), take();
  EXPECT_EQ(seen, R"([1,"a"])");
}

TEST(JsonString, EscapesAndRepairs) {
  const struct {
    std::string bytes;
    const char* text;
  } cases[] = {
      {"a\"b\\c/", R"("a\"b\\c/")"},
      {std::string("\0\x1f\x7f\n\r\t", 6), R"("\u0000\u001f\u007f\n\r\t")"},
      {"é😀", "\"é😀\""},
      {"a\xff\xc3", "\"a\uFFFD\uFFFD\""},
      {"", "\"\""},
  };
  for (const auto& c : cases) {
    std::string text;
    append_json_string(text, c.bytes);
    EXPECT_EQ(text, c.text);
  }
}

TEST(JsonString, AnyBytesAreReadBackByAnotherParser) {
  std::mt19937 random(1);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::string text;
    append_json_string(text, bytes);
    ASSERT_TRUE(nlohmann::json::accept(text)) << text;
  }
}

#ifndef NDEBUG
TEST(JsonWriterDeathTest, MisuseIsOurBug) {
  std::string text;
  EXPECT_DEATH(JsonWriter(text).end_array(), "matches no beginning");
  EXPECT_DEATH(
      {
        JsonWriter json(text);
        json.begin_object();
        json.value(1);
      },
      "without a key");
  EXPECT_DEATH(
      {
        JsonWriter json(text);
        json.value(1);
        json.value(1);
      },
      "second value");
}
#endif

TEST(JsonString, NothingDeceivesATerminal) {
  const std::string deceptive = "a\u009b31m \u202e \u2066 \ufeff \U000e0041 \u00e9\u65e5\U0001f600\x7f";
  std::string text;
  append_json_string(text, deceptive);
  EXPECT_EQ(text, "\"a\\u009b31m \\u202e \\u2066 \\ufeff \\udb40\\udc41 \u00e9\u65e5\U0001f600\\u007f\"");
  EXPECT_EQ(nlohmann::json::parse(text).get<std::string>(), deceptive);
}

}  // namespace
}  // namespace lorelei
