// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/config.hh"

#include <gmock/gmock.h>

#include <random>

#include "base/text.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "key=value" of each entry, a name alone as "key".
std::vector<std::string> lines_of(const std::vector<ConfigEntry>& entries) {
  std::vector<std::string> lines;
  for (const auto& e : entries) lines.push_back(e.key() + (e.value ? "=" + *e.value : ""));
  return lines;
}

std::vector<std::string> parsed(std::string_view text) {
  const auto entries = parse_config(text, "f");
  EXPECT_TRUE(entries) << to_text(entries.error());
  return entries ? lines_of(*entries) : std::vector<std::string>{};
}

TEST(ParseConfig, EachForm) {
  const struct {
    const char *text, *entry;
  } cases[] = {
      {"[a]b=c", "a.b=c"},
      {"[A]\nB-2 = C d \t\n", "a.b-2=C d"},
      {"[a \"S \\\"x\\\\ y\"] b = 1", "a.S \"x\\ y.b=1"},
      {"[a.Sub.Sub2]\nb=1", "a.sub.sub2.b=1"},
      {"[a \"\"]\nb=1", "a..b=1"},
      {"[a]b", "a.b"},
      {"[a]b  \n", "a.b"},
      {"[a]b=", "a.b="},
      {"[a]b = \"x # y\" z ; w", "a.b=x # y z"},
      {"[a]b = x\\\n  y", "a.b=x  y"},
      {"[a]b = \\\\\\\"\\n\\t\\b", "a.b=\\\"\n\t\b"},
      {"[a]b = \" x \"", "a.b= x "},
      {"[a]\r\nb = x\r\n", "a.b=x"},
      {"\xEF\xBB\xBF[a]b=c", "a.b=c"},
      {"# x\n ; y\n[a] # z\nb=c", "a.b=c"},
      {"[a]b = a=b", "a.b=a=b"},
      {"b = c", "b=c"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(parsed(c.text), ElementsAre(c.entry));
  }
}

TEST(ParseConfig, EachMistakeHasItsPlaceAndReason) {
  const struct {
    const char *text, *subject, *excerpt, *why;
  } cases[] = {
      {"[a]\nb = \"c\nd = e", "f:2", "    b = \"c\n        ^", "not closed"},
      {"[a", "f:1", "    [a\n    ^", "] is missing"},
      {"[a \"b", "f:1", "    [a \"b\n       ^", "not closed"},
      {"[a \"b\" ]", "f:1", "    [a \"b\" ]\n          ^", "] is missing"},
      {"[a b]", "f:1", "    [a b]\n       ^", "double quotes"},
      {"[]", "f:1", "    []\n     ^", "no name"},
      {"[a]\n\n-b = c", "f:3", "    -b = c\n    ^", "expected here"},
      {"[a]\nb c", "f:2", "    b c\n      ^", "= is expected"},
      {"[a]\nb # c", "f:2", "    b # c\n      ^", "= is expected"},
      {"[a]\nb = \\x", "f:2", "    b = \\x\n        ^", "stand for a character"},
      {"[a]\nb = \\", "f:2", "    b = \\\n        ^", "end the file"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto entries = parse_config(c.text, "f");
    ASSERT_FALSE(entries);
    EXPECT_EQ(entries.error().kind, Error::Kind::kUsage);
    EXPECT_EQ(entries.error().subject, c.subject);
    EXPECT_EQ(entries.error().excerpt, c.excerpt);
    EXPECT_THAT(entries.error().why, HasSubstr(c.why));
  }
}

// What git says of the file: `git config -z --list`, or nothing if it refuses it.
std::optional<std::vector<std::string>> listed_by_git(const Sandbox& box, const std::string& text) {
  box.write("f", text);
  const auto out = box.run("git config -f f -z --list > out 2>/dev/null; echo $?");
  if (out != "0") return std::nullopt;
  std::vector<std::string> lines;
  const auto listed = read_file(box.path() / "out").value();
  for (const auto part : split(listed, '\0')) {
    if (part.empty()) continue;
    std::string line(part);
    if (const auto at = line.find('\n'); at != std::string::npos) line[at] = '=';
    lines.push_back(line);
  }
  return lines;
}

TEST(ParseConfig, AgreesWithGitOnGeneratedFiles) {
  const Sandbox box;
  std::mt19937 random(20261121);
  static constexpr const char* kPieces[] = {
      "[a]",  "[a \"b\"]", "[A.B]", "\n", "\n",   "\r\n", " ",  "x", "y", " = ", "=",  "\"",  "\\n",
      "\\\\", "#",         ";",     "1k", "\\\"", "\\\n", "[c", "]", "-", ".",   "zz", "\\q", "\xC3\xA4"};
  int accepted = 0;
  for (int i = 0; i < 300; ++i) {
    std::string text = i % 3 ? "[a]\nx = " : "";
    for (int n = static_cast<int>(random() % 12); n >= 0; --n) text += kPieces[random() % std::size(kPieces)];
    SCOPED_TRACE(text);
    const auto theirs = listed_by_git(box, text);
    const auto ours = parse_config(text, "f");
    ASSERT_EQ(ours.has_value(), theirs.has_value());
    if (!ours) continue;
    ++accepted;
    ASSERT_EQ(lines_of(*ours), *theirs);
  }
  EXPECT_GT(accepted, 50);
}

TEST(Config, LastValueWinsAndAllAreKept) {
  const Sandbox box;
  box.write("f", "[a \"X\"]\nk = 1\nK = 2\n[A \"X\"] k\n[a \"x\"] k = 3\n");
  const auto config = Config::load(box.path() / "f", "");
  ASSERT_TRUE(config) << to_text(config.error());
  EXPECT_EQ(config->find("A.X.K")->value, std::nullopt);
  EXPECT_EQ(config->find("a.x.k")->value, "3");
  EXPECT_EQ(config->find("a.k"), nullptr);
  EXPECT_THAT(config->all("a.X.k"), ElementsAre("1", "2", ""));
}

TEST(ConfigIncludes, AreReadInPlace) {
  const Sandbox box;
  box.run("mkdir sub home");
  box.write("f", "[a]k=1\n[include]\npath = sub/g\npath = missing\n[a]k=4\n");
  box.write("sub/g", "[a]k=2\n[include]path = ~/h\n");
  box.write("home/h", "[a]k=3\n");
  const auto config = Config::load(box.path() / "f", box / "home");
  ASSERT_TRUE(config) << to_text(config.error());
  EXPECT_THAT(config->all("a.k"), ElementsAre("1", "2", "3", "4"));
}

TEST(ConfigIncludes, ALoopEndsInAnError) {
  const Sandbox box;
  box.write("f", "[include]path = f\n");
  const auto config = Config::load(box.path() / "f", "");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().why, HasSubstr("include each other"));
}

TEST(ConfigIncludes, ThatMultiplyEndInAnError) {
  const Sandbox box;
  for (int i = 0; i < 9; ++i) {
    std::string text;
    for (int n = 0; n < 5; ++n) text += "[include]path = f" + std::to_string(i + 1) + "\n";
    box.write("f" + std::to_string(i), text);
  }
  box.write("f9", "");
  EXPECT_EQ(Config::load(box.path() / "f0", "").error().kind, Error::Kind::kTooLarge);
}

TEST(ConfigUser, ReadsTheFilesOfGitInTheirOrder) {
  const Sandbox box;
  box.run("mkdir -p .config/git");
  box.write("system", "[a]k = system\n");
  box.write(".config/git/config", "[a]k = xdg\n");
  box.write(".gitconfig", "[a]k = home\n");
  FakeEnv world;
  world.variables = {{"HOME", box.path().string()},
                     {"GIT_CONFIG_SYSTEM", box / "system"},
                     {"GIT_CONFIG_COUNT", "1"},
                     {"GIT_CONFIG_KEY_0", "a.s.k"},
                     {"GIT_CONFIG_VALUE_0", "env"}};
  const auto config = Config::user(world.env);
  ASSERT_TRUE(config) << to_text(config.error());
  EXPECT_THAT(config->all("a.k"), ElementsAre("system", "xdg", "home"));
  EXPECT_EQ(config->find("a.s.k")->value, "env");
  world.variables["GIT_CONFIG_NOSYSTEM"] = "1";
  world.variables["GIT_CONFIG_GLOBAL"] = box / "system";
  EXPECT_THAT(Config::user(world.env)->all("a.k"), ElementsAre("system"));
  world.variables["GIT_CONFIG_COUNT"] = "2";
  EXPECT_EQ(Config::user(world.env).error().subject, "GIT_CONFIG_KEY_1");
}

TEST(ConfigValue, BooleansAndNumbersAreReadAsGitReadsThem) {
  const struct {
    const char* value;
    std::optional<bool> flag;
    std::optional<std::int64_t> number;
  } cases[] = {
      {"true", true, {}},
      {"Yes", true, {}},
      {"on", true, {}},
      {"off", false, {}},
      {"", false, {}},
      {"0", false, 0},
      {"-3", true, -3},
      {"2k", true, 2048},
      {"1M", true, 1 << 20},
      {"1g", true, 1 << 30},
      {"x", {}, {}},
      {"9223372036854775807", true, INT64_MAX},
      {"9223372036854775807k", {}, {}},
      {"k", {}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    ConfigEntry entry{"a", {}, "b", c.value, "f", 7};
    const auto flag = as_bool(entry);
    const auto number = as_integer(entry);
    EXPECT_EQ(flag ? std::optional(*flag) : std::nullopt, c.flag);
    EXPECT_EQ(number ? std::optional(*number) : std::nullopt, c.number);
  }
  EXPECT_TRUE(as_bool({"a", {}, "b", {}, "f", 7}).value());
  EXPECT_THAT(to_text(as_bool({"a", {}, "b", "maybe", "f", 7}).error()), HasSubstr("(f:7)"));
}

}  // namespace
}  // namespace lorelei::git
