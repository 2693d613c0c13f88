// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts are run in a real bash with a made-up program; zsh only reads its own.
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
constexpr const Command* kCommands[] = {&kFind, &kStoreAdd, &kStoreDrop, &kOther};

class BashCompletion : public testing::Test {
 protected:
  BashCompletion() : directory_(*TempDir::create(fs::temp_directory_path(), "lorelei-completion-")) {
    EXPECT_TRUE(make_directories(directory_.path() / "linux-dir"));
    EXPECT_TRUE(replace_file(directory_.path() / "linux-file", ""));
    EXPECT_TRUE(replace_file(directory_.path() / "script", bash_completion(kCommands, "try")));
    // What `try archive ls --names` would print.
    EXPECT_TRUE(replace_file(directory_.path() / "try", "#!/bin/sh\nprintf 'linux-block\\nio-uring\\n'\n"));
    fs::permissions(directory_.path() / "try", fs::perms::owner_all);
  }
  // words as bash has split them; the last one is being typed.
  std::vector<std::string> complete(const std::vector<std::string>& words) {
    std::string array;
    for (const auto& word : words) array += " '" + word + "'";
    RunOptions options;
    options.process.directory = directory_.path();
    const auto said = output_of({"bash", "-c",
                                 fmt::format("PATH=$PWD:$PATH; source ./script; COMP_WORDS=(try{}); COMP_CWORD={}; "
                                             "_try; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
                                             array, words.size())},
                                options);
    EXPECT_TRUE(said) << to_text(said.error());
    std::vector<std::string> replies;
    if (said)
      for (const auto reply : split_words(*said)) replies.emplace_back(reply);
    return replies;
  }
  TempDir directory_;
};

TEST_F(BashCompletion, Verbs) {
  EXPECT_THAT(complete({""}), ElementsAre("find", "store"));
  EXPECT_THAT(complete({"-q", "f"}), ElementsAre("find"));
  EXPECT_THAT(complete({"-C", "find", "s"}), ElementsAre("store"));
  EXPECT_THAT(complete({"store", ""}), ElementsAre("add", "drop"));
  EXPECT_THAT(complete({"store", "d"}), ElementsAre("drop"));
}

TEST_F(BashCompletion, Options) {
  EXPECT_THAT(complete({"find", "--"}),
              UnorderedElementsAre("--format", "--output", "--colour", "--save", "--no-save", "--quiet", "--help"));
  EXPECT_THAT(complete({"store", "add", "--h"}), ElementsAre("--help"));
  EXPECT_THAT(complete({"--v"}), ElementsAre("--version"));
}

TEST_F(BashCompletion, EnumeratedValues) {
  EXPECT_THAT(complete({"find", "-f", ""}), ElementsAre("text", "json", "jsonl"));
  EXPECT_THAT(complete({"find", "--format", "js"}), ElementsAre("json", "jsonl"));
  EXPECT_THAT(complete({"find", "--format", "=", "js"}), ElementsAre("json", "jsonl"));
  EXPECT_THAT(complete({"find", "--format", "="}), ElementsAre("text", "json", "jsonl"));
  EXPECT_THAT(complete({"find", "--colour", "=", "n"}), ElementsAre("never"));
  EXPECT_THAT(complete({"store", "drop", "o"}), ElementsAre("on", "off"));
}

TEST_F(BashCompletion, NamesDirectoriesAndFiles) {
  EXPECT_THAT(complete({"find", "lin"}), UnorderedElementsAre("linux-block", "linux-dir"));
  EXPECT_THAT(complete({"find", "-o", "lin"}), UnorderedElementsAre("linux-dir", "linux-file"));
  EXPECT_THAT(complete({"store", "add", "lin"}), ElementsAre("linux-dir"));
  EXPECT_THAT(complete({"find", "--colour", "lin"}),
              UnorderedElementsAre("linux-block", "linux-dir"));  // its value is behind =
  EXPECT_THAT(complete({"-c", "lin"}), IsEmpty());
}

TEST(ZshCompletion, ZshReadsIt) {
  const auto script = zsh_completion(kCommands, "try");
  const auto read = run_process({"zsh", "-n"}, {.input = script});
  if (!read) SKIP_WITHOUT_PEER("zsh is not installed");
  EXPECT_EQ(read->status, 0) << read->err;
  EXPECT_THAT(script, testing::HasSubstr(
                          "'*--format=[how it'\\''s \\[shown\\]\\: plainly]:text|json|jsonl:(text json jsonl)'"));
  EXPECT_THAT(script, testing::HasSubstr("'*--colour=-[in colour]::auto|never:(auto never)'"));
  EXPECT_THAT(script, testing::Not(testing::HasSubstr("fish")));
}

}  // namespace
}  // namespace lorelei
