// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/config.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::modelcheck {

static Config parsed(const std::string& text, std::vector<int>& codes) {
  const tla::Source source("M.cfg", text);
  std::vector<tla::Diagnostic> diagnostics;
  auto config = parse_config(source, diagnostics);
  for (const auto& one : diagnostics) codes.push_back(one.code);
  return config;
}

TEST(Config, EveryStatement) {
  std::vector<int> codes;
  const auto config = parsed(R"(\* a comment
SPECIFICATION Spec
CONSTANTS N = 3 S = {a, {"b", -1}, TRUE} F(1, x) = 2 Op <- Other G <- [Mod] H
INVARIANTS TypeOK, Mutex (* and *) INVARIANT Third
PROPERTY I!Live CONSTRAINT C ACTION_CONSTRAINTS A B SYMMETRY Perms VIEW v ALIAS al POSTCONDITION Post
CHECK_DEADLOCK FALSE)",
                             codes);
  EXPECT_THAT(codes, testing::IsEmpty());
  EXPECT_EQ(config.specification.text, "Spec");
  ASSERT_EQ(config.constants.size(), 5u);
  EXPECT_EQ(config.constants[1].value->elements[1].elements[1].text, "-1");
  EXPECT_EQ(config.constants[2].arguments.size(), 2u);
  EXPECT_EQ(config.constants[4].module, "Mod");
  ASSERT_EQ(config.invariants.size(), 3u);
  EXPECT_EQ(config.invariants[2].text, "Third");
  EXPECT_EQ(config.properties[0].text, "I!Live");
  EXPECT_EQ(config.action_constraints.size(), 2u);
  EXPECT_EQ(config.view.text, "v");
  EXPECT_EQ(config.check_deadlock, false);
}

TEST(Config, Errors) {
  const std::pair<const char*, int> cases[] = {
      {"Spec", 5002},          {"SPECIFICATION", 5003}, {"INIT A INIT B", 5004},      {"CHECK_DEADLOCK maybe", 5005},
      {"CONSTANT N = ", 5005}, {"CONSTANT N 3", 5006},  {"CONSTANT N = {1, 2", 5006}, {"CONSTANT N <- [M Op", 5006}};
  for (const auto& [text, code] : cases) {
    SCOPED_TRACE(text);
    std::vector<int> codes;
    parsed(text, codes);
    ASSERT_FALSE(codes.empty());
    EXPECT_EQ(codes[0], code);
  }
  std::vector<int> codes;
  parsed("CONSTANT N = " + std::string(100'000, '{'), codes);
  EXPECT_FALSE(codes.empty());
}

}  // namespace lorelei::modelcheck
