// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/recipients.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"

namespace lorelei::workflow {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kMaintainers = R"(BREAD OVEN DRIVERS
M:	Ada Baker <ada@bakery.example>
R:	Rolf Crumb <rolf@bakery.example>
L:	linux-oven@lists.example (moderated for non-subscribers)
L:	insiders@lists.example (subscribers-only)
S:	Supported
T:	git git://git.example/oven.git
F:	drivers/oven/
X:	drivers/oven/legacy/

BREAD OVEN, LEGACY
L:	LINUX-oven@lists.example
S:	Orphan
F:	drivers/oven/legacy/

DOUGH CORE AND EVERYTHING THAT RISES IN THE KITCHEN OF A HOUSE
M:	Dora Kneader <dora@bakery.example>
M:	Ada B. <ADA@bakery.example>
L:	linux-dough@lists.example
S:	Maintained
F:	kernel/dough.c
K:	dough_(?:rise|rest)

THE REST
M:	Linus Torvalds <torvalds@linux-foundation.org>
L:	linux-kernel@vger.example
S:	Buried alive in reporters
F:	*
F:	*/
)";

class RecipientsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto directory = TempDir::create(testing::TempDir(), "recipients");
    ASSERT_TRUE(directory);
    tree_.emplace(*std::move(directory));
    write("MAINTAINERS", kMaintainers);
    world_.variables["HOME"] = (tree_->path() / "home").string();
    options_.history_fallback = false;
  }
  void write(const std::string& name, std::string_view text) {
    fs::create_directories((tree_->path() / name).parent_path());
    ASSERT_TRUE(replace_file(tree_->path() / name, text, Sync::kNo));
  }
  Recipients of_patch(std::string_view patch) {
    auto finder = RecipientFinder::open(world_.env, tree_->path(), options_);
    EXPECT_TRUE(finder) << to_text(finder.error());
    auto found = finder->of_patch(patch);
    EXPECT_TRUE(found);
    return *std::move(found);
  }
  static std::string diff(const std::string& path, std::string_view added = "x") {
    return fmt::format("--- a/{0}\n+++ b/{0}\n@@ -1 +1,2 @@\n y\n+{1}\n", path, added);
  }
  static Texts texts(const std::vector<Recipient>& recipients) {
    Texts out;
    for (const auto& one : recipients) out.push_back(fmt::format("{} ({})", one.text, one.role_text()));
    return out;
  }

  FakeEnv world_;
  std::optional<TempDir> tree_;
  RecipientOptions options_;
};

}  // namespace

TEST_F(RecipientsTest, PeopleAndListsOfTheClosestSectionFirst) {
  const auto found = of_patch(diff("drivers/oven/heat.c"));
  EXPECT_EQ(texts(found.people), (Texts{"Ada Baker <ada@bakery.example> (supporter:BREAD OVEN DRIVERS)",
                                        "Rolf Crumb <rolf@bakery.example> (reviewer:BREAD OVEN DRIVERS)"}));
  EXPECT_EQ(texts(found.lists), (Texts{"linux-oven@lists.example (moderated list:BREAD OVEN DRIVERS)",
                                       "linux-kernel@vger.example (open list)"}));
  EXPECT_EQ(found.subsystems, (Texts{"BREAD OVEN DRIVERS", "THE REST"}));
  EXPECT_EQ(found.statuses, (Texts{"Supported", "Buried alive in reporters"}));
  EXPECT_EQ(found.trees, Texts{"git git://git.example/oven.git"});
}

TEST_F(RecipientsTest, EachOptionLeavesOut) {
  options_.maintainers = false;
  EXPECT_EQ(texts(of_patch(diff("drivers/oven/heat.c")).people),
            Texts{"Rolf Crumb <rolf@bakery.example> (reviewer:BREAD OVEN DRIVERS)"});
  options_.reviewers = options_.moderated_lists = false;
  options_.subscriber_lists = true;
  auto found = of_patch(diff("drivers/oven/heat.c"));
  EXPECT_TRUE(found.people.empty());
  EXPECT_EQ(texts(found.lists), (Texts{"insiders@lists.example (subscriber list:BREAD OVEN DRIVERS)",
                                       "linux-kernel@vger.example (open list)"}));
  options_.lists = false;
  EXPECT_TRUE(of_patch(diff("drivers/oven/heat.c")).lists.empty());
}

TEST_F(RecipientsTest, AKeywordCountsInTheIntroductionAndInChangedLines) {
  const Texts dora = {
      "Dora Kneader <dora@bakery.example> (maintainer:DOUGH CORE AND EVERYTHING THAT RISES IN THE KIT...)",
      "\"Ada B.\" <ADA@bakery.example> (maintainer:DOUGH CORE AND EVERYTHING THAT RISES IN THE KIT...)"};
  EXPECT_EQ(texts(of_patch(diff("lib/x.c", "dough_rise();")).people), dora);
  EXPECT_EQ(texts(of_patch("about dough_rest\n" + diff("lib/x.c")).people), dora);
  EXPECT_TRUE(of_patch(diff("lib/x.c") + " dough_rise();\n").people.empty());
  options_.keywords = false;
  EXPECT_TRUE(of_patch(diff("lib/x.c", "dough_rise();")).people.empty());
}

TEST_F(RecipientsTest, NobodyIsThereTwice) {
  auto found = of_patch(diff("drivers/oven/heat.c") + diff("drivers/oven/legacy/coal.c") + diff("kernel/dough.c"));
  EXPECT_EQ(texts(found.people).size(), 3u);  // Ada by her address
  EXPECT_EQ(
      texts(found.lists),
      (Texts{"linux-oven@lists.example (moderated list:BREAD OVEN DRIVERS)", "linux-kernel@vger.example (open list)",
             "linux-dough@lists.example (open list:DOUGH CORE AND EVERYTHING THAT RISES IN THE KIT...)"}));
  options_.once = false;
  found = of_patch(diff("drivers/oven/heat.c") + diff("kernel/dough.c"));
  EXPECT_EQ(texts(found.people).size(), 4u);
}

TEST_F(RecipientsTest, MailmapSaysHowTheyAreCalled) {
  write(".mailmap", "Ada Cook <ada@new.example> <ada@bakery.example>\n");
  EXPECT_EQ(of_patch(diff("drivers/oven/heat.c")).people[0].text, "Ada Cook <ada@new.example>");
  options_.mailmap = false;
  EXPECT_EQ(of_patch(diff("drivers/oven/heat.c")).people[0].text, "Ada Baker <ada@bakery.example>");
  options_.names = false;
  EXPECT_EQ(of_patch(diff("drivers/oven/heat.c")).people[0].text, "ada@bakery.example");
}

TEST_F(RecipientsTest, TheChiefPenguinOnlyIfAskedFor) {
  EXPECT_TRUE(of_patch(diff("x.c")).people.empty());
  options_.penguins = true;
  EXPECT_EQ(texts(of_patch(diff("x.c")).people),
            Texts{"Linus Torvalds <torvalds@linux-foundation.org> (chief penguin:THE REST)"});
}

TEST_F(RecipientsTest, ABindingNamesItsOwnPeople) {
  write("bindings/oven.yaml", "maintainers:\n  - Ada Baker <ada@bakery.example>\n  - Bob Cook <bob@x.example>\n");
  write("drivers/oven/notes.c", "// Cora <cora@x.example>\n");
  EXPECT_EQ(texts(of_patch(diff("bindings/oven.yaml")).people),
            (Texts{"Ada Baker <ada@bakery.example> (in file)", "Bob Cook <bob@x.example> (in file)"}));
  EXPECT_EQ(of_patch(diff("drivers/oven/notes.c")).people.size(), 2u);
  options_.file_addresses = true;
  EXPECT_EQ(of_patch(diff("drivers/oven/notes.c")).people.size(), 3u);
}

TEST_F(RecipientsTest, NoFileOutsideOfTheTreeIsRead) {
  write("home/secret.yaml", "Ada Baker <ada@bakery.example>\n");
  fs::create_directories(tree_->path() / "tree");
  fs::copy(tree_->path() / "MAINTAINERS", tree_->path() / "tree/MAINTAINERS");
  auto finder = RecipientFinder::open(world_.env, tree_->path() / "tree", options_);
  ASSERT_TRUE(finder);
  for (const auto& path : {std::string("../home/secret.yaml"), (tree_->path() / "home/secret.yaml").string()})
    EXPECT_TRUE(finder->of_files({path})->people.empty()) << path;
}

TEST(FileHistory, IsReadFromALog) {
  const auto history = read_file_history(
      "GitCommit: 0123456789012345678901234567890123456789\n"
      "GitAuthor: Ada Baker <ada@x>\nGitSubject: oven: heat\n\n"
      "    Signed-off-by: Ada Baker <ada@x>\n"
      "Reviewed-by: nobody\nTested-by: Tom <tom@x>\nAcked-by: Linus Torvalds <torvalds@x>\n\n"
      "3\t1\toven/heat.c\n",
      "oven/heat.c", {});
  EXPECT_EQ(history.commits, 1u);
  ASSERT_EQ(history.authors.size(), 1u);
  EXPECT_EQ(history.authors[0].text, "Ada Baker <ada@x>");
  EXPECT_EQ(history.authors[0].added, 3u);
  EXPECT_EQ(history.authors[0].removed, 1u);
  EXPECT_EQ(history.signatures, Texts{"Ada Baker <ada@x>"});
  EXPECT_TRUE(history.has_lines);
  const auto all = read_file_history("Tested-by: Tom <tom@x>\nAcked-by: linus torvalds <t@x>\n", "x", {true, true});
  EXPECT_EQ(all.signatures, (Texts{"Tom <tom@x>", "linus torvalds <t@x>"}));
}

TEST(FileHistory, LinesAreKnownOnlyIfTheyAreForEachCommit) {
  const auto history = read_file_history(
      "GitAuthor: A <a@x>\nSigned-off-by: A <a@x>\n1\t1\tx.c\nGitAuthor: B <b@x>\n1\t0\t{y.c => x.c}\n", "x.c", {});
  EXPECT_EQ(history.authors.size(), 2u);
  EXPECT_FALSE(history.has_lines);
  EXPECT_FALSE(read_file_history("GitAuthor: A <a@x>\n-\t-\tx.c\n", "x.c", {}).has_lines);
}

}  // namespace lorelei::workflow
