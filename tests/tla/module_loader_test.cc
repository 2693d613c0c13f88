// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/module_loader.hh"

#include <gtest/gtest.h>

#include <map>

#include "base/files.hh"
#include "tests/tla/parsing.hh"
#include "tla/standard_modules.hh"

namespace lorelei::tla {
namespace {

// The first of the modules, NAME and body, is the root. Names of all in their order, then what is wrong.
std::string loaded(const std::vector<std::pair<std::string, std::string>>& modules) {
  const auto text_of = [](const auto& module) {
    return fmt::format("---- MODULE {} ----\n{}\n====", module.first, module.second);
  };
  std::vector<Diagnostic> diagnostics;
  auto root = read_root({modules[0].first + ".tla", text_of(modules[0])}, diagnostics);
  const auto find = [&](std::string_view name) -> Result<std::optional<ModuleText>> {
    for (const auto& module : modules)
      if (module.first == name) return ModuleText{fmt::format("{}.tla", name), text_of(module)};
    return std::nullopt;
  };
  const auto all = load_modules(std::move(root), find, diagnostics);
  std::string out;
  for (const auto& one : all.modules)
    out += (one.module ? one.module->name.text : "-") + (one.is_standard ? "* " : " ");
  return out + "\n" + lines_of(diagnostics);
}

TEST(TlaLoader, AModuleStandsBehindWhatItNeeds) {
  EXPECT_EQ(loaded({{"R", "EXTENDS A, B\nx == LET I == INSTANCE C IN I!x"},
                    {"A", "EXTENDS B"},
                    {"B", ""},
                    {"C", "LOCAL INSTANCE A"}}),
            "B A C R \n");
}

TEST(TlaLoader, StandardModulesAreBuiltIn) {
  EXPECT_EQ(loaded({{"R", "EXTENDS Integers, Bags"}}), "Naturals* Integers* TLC* Bags* R \n");
  EXPECT_EQ(loaded({{"R", "EXTENDS TLC"}, {"TLC", ""}}),
            "TLC R \n2:9 TLC.tla stands in for the module TLC that is built in\n");
}

TEST(TlaLoader, StandardModulesAreWellFormed) {
  for (const auto* name :
       {"Naturals", "Integers", "Reals", "Sequences", "FiniteSets", "Bags", "TLC", "TLCExt", "Randomization", "Json"}) {
    ASSERT_TRUE(standard_module(name)) << name;
    const Source source(name, *standard_module(name));
    std::vector<Diagnostic> diagnostics;
    const auto module = parse_module(source, diagnostics);
    ASSERT_TRUE(module);
    EXPECT_EQ(module->name.text, name);
    EXPECT_EQ(lines_of(diagnostics), "");
  }
}

TEST(TlaLoader, NestedModulesAreNotLookedFor) {
  EXPECT_EQ(loaded({{"R", "---- MODULE In ----\nx == 1\n====\nI == INSTANCE In"}}), "R \n");
  EXPECT_EQ(loaded({{"R", "---- MODULE In ----\n====\n---- MODULE In ----\n===="}}),
            "R \n4:13 4223 there are two modules In in this one\n");
}

TEST(TlaLoader, WhatIsMissingCircularOrMisnamed) {
  EXPECT_EQ(loaded({{"R", "EXTENDS Nowhere"}}), "R \n2:9 4220 there is no module Nowhere\n");
  EXPECT_EQ(loaded({{"R", "EXTENDS A"}, {"A", "EXTENDS B"}, {"B", "I == INSTANCE A"}}),
            "B A R \n2:15 4222 modules need each other: A -> B -> A\n");
  EXPECT_EQ(loaded({{"R", "EXTENDS R"}}), "R \n2:9 4222 modules need each other: R -> R\n");
}

TEST(TlaLoader, FilesAreLookedForBesideTheRootThenInTheLibrary) {
  const auto directory = TempDir::create(fs::temp_directory_path(), "tla");
  ASSERT_TRUE(directory);
  const auto top = directory->path();
  fs::create_directory(top / "lib");
  const auto write = [&](const char* path, const char* text) { ASSERT_TRUE(create_file(top / path, text, Sync::kNo)); };
  write("R.tla", "---- MODULE R ----\nEXTENDS A, B, C\n====");
  write("A.tla", "---- MODULE A ----\n====");
  write("lib/A.tla", "---- MODULE Wrong ----\n====");
  write("lib/B.tla", "---- MODULE B ----\n====");
  write("lib/C.tla", "---- MODULE D ----\n====");
  std::vector<Diagnostic> diagnostics;
  const auto all = load_specification(top / "R.tla", {top / "lib"}, diagnostics);
  ASSERT_TRUE(all);
  EXPECT_EQ(lines_of(diagnostics), "1:13 4221 module D is in the file of module C\n");
  ASSERT_TRUE(all->root());
  EXPECT_EQ(all->root()->name.text, "R");
  EXPECT_TRUE(all->find("B"));
  EXPECT_FALSE(load_specification(top / "none.tla", {}, diagnostics));
}

}  // namespace
}  // namespace lorelei::tla
