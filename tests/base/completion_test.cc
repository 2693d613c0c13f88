// SPDX-License-Identifier: GPL-3.0-or-later
// Commands are made up; the script of bash is run by a real one, zsh only reads its own.
#include "base/completion.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/peers.hh"

namespace lorelei {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

int find_things(Env&, Args& args) {
  std::string format, output, colour;
  bool save = true;
  if (const auto done = args.parse({
          {"-f --format", "text|json|jsonl", "how it's [shown]: plainly", &format},
          {"-o --output", "FILE", "where to", &output},
          {"--colour", "[auto|never]", "in colour", &colour},
          {"--[no-]save", "", "keep it", &save},
      }))
    return *done;
  return 0;
}
int nothing(Env&, Args& args) { return args.parse({}).value_or(0); }

const Command kFind = {.tool = "try",
                       .verb = "find",
                       .operands = "[NAME-OR-DIR...]",
                       .help = "find things",
                       .description = "",
                       .examples = {},
                       .run = find_things};
const Command kStoreAdd = {.tool = "try",
                           .verb = "store add",
                           .operands = "DIR",
                           .help = "add one",
                           .description = "",
                           .examples = {},
                           .run = nothing};
const Command kStoreDrop = {.tool = "try",
                            .verb = "store drop",
                            .operands = "on|off",
                            .help = "drop one",
                            .description = "",
                            .examples = {},
                            .run = nothing};
const Command kOther = {.tool = "other",
                        .verb = "fish",
                        .operands = "",
                        .help = "not ours",
                        .description = "",
                        .examples = {},
                        .run = nothing};
const Command kMark = {.tool = "fry",
                       .also = "try",
                       .verb = "mark",
                       .operands = "[LOCATION|+L:LABEL...]",
                       .help = "mark one",
                       .description = "",
                       .examples = {},
                       .run = nothing};
constexpr const Command* kCommands[] = {&kFind, &kStoreAdd, &kStoreDrop, &kOther, &kMark};

std::vector<std::string> fitting(const std::vector<std::string>& words) {
  const auto found = complete(kCommands, "try", words);
  std::vector<std::string> texts;
  for (const auto& word : found.words)
    if (found.fits(word.text)) texts.push_back(word.text);
  for (const auto& [name, prefix] : found.placeholders) texts.push_back(prefix + "<" + name + ">");
  if (found.files) texts.emplace_back("<files>");
  if (found.directories) texts.emplace_back("<directories>");
  return texts;
}

TEST(Completion, Verbs) {
  EXPECT_THAT(fitting({""}), ElementsAre("find", "mark", "store"));
  EXPECT_THAT(fitting({"-q", "f"}), ElementsAre("find"));
  EXPECT_THAT(fitting({"-C", "find", "s"}), ElementsAre("store"));
  EXPECT_THAT(fitting({"store", ""}), ElementsAre("add", "drop"));
  EXPECT_THAT(fitting({"store", "d"}), ElementsAre("drop"));
  EXPECT_THAT(fitting({"fish", ""}), IsEmpty());
}

TEST(Completion, Options) {
  EXPECT_THAT(fitting({"find", "--"}), UnorderedElementsAre("--format", "--output", "--colour", "--save", "--no-save",
                                                            "--quiet", "--help", "<NAME>", "<directories>"));
  EXPECT_THAT(fitting({"store", "drop", "--h"}), ElementsAre("--help"));
  EXPECT_THAT(fitting({"--v"}), ElementsAre("--version"));
}

TEST(Completion, EnumeratedValues) {
  EXPECT_THAT(fitting({"find", "-f", ""}), ElementsAre("text", "json", "jsonl"));
  EXPECT_THAT(fitting({"find", "--format", "js"}), ElementsAre("json", "jsonl"));
  EXPECT_THAT(fitting({"find", "--format=js"}), ElementsAre("--format=json", "--format=jsonl"));
  EXPECT_THAT(fitting({"find", "--colour=n"}), ElementsAre("--colour=never"));
  EXPECT_THAT(fitting({"store", "drop", "o"}), ElementsAre("on", "off"));
}

TEST(Completion, WhatTheTablesCannotKnow) {
  EXPECT_THAT(fitting({"find", "lin"}), ElementsAre("<NAME>", "<directories>"));
  EXPECT_THAT(fitting({"find", "-o", "lin"}), ElementsAre("<FILE>", "<files>"));
  EXPECT_THAT(fitting({"find", "--output=lin"}), ElementsAre("--output=<FILE>", "<files>"));
  EXPECT_THAT(fitting({"find", "--colour", "lin"}), ElementsAre("<NAME>", "<directories>"));  // its value is behind =
  EXPECT_THAT(fitting({"find", "--", "-f"}), ElementsAre("<NAME>", "<directories>"));
  EXPECT_THAT(fitting({"mark", ""}), ElementsAre("<LOCATION>", "+L:<LABEL>", "<files>"));
  EXPECT_THAT(fitting({"-c", "lin"}), IsEmpty());
  EXPECT_THAT(fitting({"-C", "lin"}), ElementsAre("<directories>"));
}

TEST(Completion, WholeVerbsAndOptionsShowWhatMayFollow) {
  const auto verb = complete(kCommands, "try", {"find"});
  EXPECT_TRUE(verb.is_whole);
  EXPECT_EQ(verb.words.front().text, "find");
  EXPECT_EQ(verb.placeholders.size(), 1U);
  const auto option = complete(kCommands, "try", {"find", "-f"});
  EXPECT_TRUE(option.is_whole);
  EXPECT_EQ(option.words.back().text, "jsonl");
}

// The script in a real bash; the program is one that says what it was asked.
class BashCompletion : public testing::Test {
 protected:
  BashCompletion() : directory_(*TempDir::create(fs::temp_directory_path(), "lorelei-completion-")) {
    EXPECT_TRUE(make_directories(directory_.path() / "linux-dir"));
    EXPECT_TRUE(replace_file(directory_.path() / "linux-file", ""));
    EXPECT_TRUE(replace_file(directory_.path() / "script", bash_completion("try")));
    EXPECT_TRUE(replace_file(directory_.path() / "try",
                             "#!/bin/sh\ncat kind\necho \"$*\" >asked\nprintf -- '--url=https://h/a\\nb c\\n'\n"));
    fs::permissions(directory_.path() / "try", fs::perms::owner_all);
  }
  std::string complete(const std::string& line, const std::string& kind) {
    EXPECT_TRUE(replace_file(directory_.path() / "kind", kind + "\n"));
    RunOptions options;
    options.process.directory = directory_.path();
    const auto said =
        output_of({"bash", "-c",
                   fmt::format("PATH=$PWD:$PATH; source ./script; COMP_LINE='{0}'; COMP_POINT=${{#COMP_LINE}}"
                               "; _try; printf '<%s>' \"${{COMPREPLY[@]}}\"",
                               line)},
                  options);
    EXPECT_TRUE(said) << to_text(said.error());
    return said.value_or("");
  }
  std::string asked() const { return read_file(directory_.path() / "asked").value_or(""); }
  TempDir directory_;
};

TEST_F(BashCompletion, AsksTheProgramAboutTheLineUpToTheCursor) {
  EXPECT_EQ(complete("try find lin", "nothing"), "<--url=https://h/a><b c>");
  EXPECT_EQ(asked(), "_complete --shell=bash try find lin\n");
  (void)complete("try find ", "nothing");
  EXPECT_EQ(asked(), "_complete --shell=bash try find \n");
}

TEST_F(BashCompletion, WhatBashTakesApartIsTypedOnce) {
  EXPECT_EQ(complete("try --url=https:", "nothing"), "<//h/a><b c>");
  EXPECT_EQ(asked(), "_complete --shell=bash try --url=https:\n");
}

TEST_F(BashCompletion, FilesAndDirectoriesAreAdded) {
  EXPECT_THAT(complete("try lin", "files"),
              testing::AllOf(testing::HasSubstr("<linux-dir>"), testing::HasSubstr("<linux-file>")));
  EXPECT_THAT(complete("try --to=lin", "directories"), testing::EndsWith("<linux-dir>"));
}

TEST(ZshCompletion, ZshReadsIt) {
  const auto read = run_process({"zsh", "-n"}, {.input = zsh_completion("try")});
  if (!read) SKIP_WITHOUT_PEER("zsh is not installed");
  EXPECT_EQ(read->status, 0) << read->err;
}

}  // namespace
}  // namespace lorelei
