// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/saved_search.hh"

#include <gtest/gtest.h>

#include "base/process.hh"
#include "tests/fake_env.hh"

namespace lorelei::lei {
namespace {

class SavedSearchTest : public ::testing::Test {
 protected:
  SavedSearchTest() : scratch(TempDir::create(fs::temp_directory_path(), "saved").value()), home(with_home()) {}
  Home with_home() {
    fake.variables["XDG_DATA_HOME"] = scratch.path().string();
    return Home(fake.env);
  }
  SavedSearch search(std::vector<std::string> query) const {
    SavedSearch made;
    made.output = "maildir:/home/u/Mail/floppy";
    made.directory = directory_of(home, made.output);
    made.query = std::move(query);
    return made;
  }
  FakeEnv fake;
  TempDir scratch;
  Home home;
};

// What lei calls the directory of that output.
TEST_F(SavedSearchTest, DirectoryIsNamedByTheOutput) {
  const auto* name = "floppy-2ae3765ca3590841e2052252baf710b40b410cce499313a7aaecd599a4a4c52f";
  EXPECT_EQ(directory_of(home, "maildir:/home/u/Mail/floppy").filename(), name);
  EXPECT_EQ(directory_of(home, "/home/u//Mail/floppy/").filename(), name);
}

TEST_F(SavedSearchTest, CanonicalOutputs) {
  EXPECT_EQ(canonical_output("/a//b/"), "/a/b");
  EXPECT_EQ(canonical_output("MBOXRD:/a/x.gz"), "/a/x.gz");
  EXPECT_EQ(canonical_output("IMAPS://Joe@Mail.Example:993/INBOX/x"), "imaps://Joe@mail.example/INBOX/x");
  EXPECT_EQ(canonical_output("imap://h:1143/x"), "imap://h:1143/x");
}

// Whatever is typed comes back, to us and to git.
TEST_F(SavedSearchTest, EveryTextSurvivesTheFile) {
  const std::vector<std::string> words = {
      "s:\"foo #3\" OR s:bar", "a\\b", "x \\\n AND y", " edge ", "tab\there", "a;b", "line\n\nend"};
  const auto made = search(words);
  ASSERT_TRUE(write_saved_search(made));
  const auto read = read_saved_search(made.directory);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->query, words);
  const auto git = output_of({"git", "config", "-z", "-f", made.file().string(), "--get-all", "lei.q"});
  ASSERT_TRUE(git);
  std::string expected;
  for (const auto& word : words) expected += word + std::string(1, '\0');
  EXPECT_EQ(*git, expected);
}

TEST_F(SavedSearchTest, OptionsSurviveTheFile) {
  auto made = search({"s:x"});
  made.only = {"/srv/a b", "https://h/all/"};
  made.exclude = {"/srv/c"};
  made.remote = false;
  made.import_before = true;
  made.threads = 2;
  made.limit = 5;
  made.dedupe = "mid";
  ASSERT_TRUE(write_saved_search(made));
  const auto read = read_saved_search(made.directory);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->only, made.only);
  EXPECT_EQ(read->exclude, made.exclude);
  EXPECT_EQ(read->remote, false);
  EXPECT_EQ(read->external, std::nullopt);
  EXPECT_EQ(read->import_before, true);
  EXPECT_EQ(read->threads, 2U);
  EXPECT_EQ(read->limit, 5U);
  EXPECT_EQ(read->dedupe, "mid");
  EXPECT_EQ(read->output, made.output);
}

TEST_F(SavedSearchTest, ChangesKeepWhatOthersWrote) {
  const auto file = scratch.path() / "file";
  ASSERT_TRUE(replace_file(file,
                           "; mine\n[lei]\n\tq = x\n[lei \"q\"]\n\toutput = maildir:/x\n\tnew-key = 1\n"
                           "[external \"/srv/a\"]\n\tmaxuid = 1\n\tmaxuid = 2\n"));
  ASSERT_TRUE(change_saved_search(file, {{"external", "/srv/a", "maxuid", "9"},
                                         {"external", "https://h/", "lastresult", "7"},
                                         {"lorelei", std::nullopt, "paused", "true"}}));
  EXPECT_EQ(*read_file(file),
            "; mine\n[lei]\n\tq = x\n[lei \"q\"]\n\toutput = maildir:/x\n\tnew-key = 1\n"
            "[external \"/srv/a\"]\n\tmaxuid = 9\n[external \"https://h/\"]\n\tlastresult = 7\n"
            "[lorelei]\n\tpaused = true\n");
  ASSERT_TRUE(change_saved_search(file, {{"lorelei", std::nullopt, "paused", std::nullopt}}));
  EXPECT_EQ(read_file(file)->find("paused"), std::string::npos);
}

TEST_F(SavedSearchTest, BrokenFilesSayWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[lei]\n\tq = x\n", "no lei.q.output"},
      {"[lei \"q\"]\n\toutput = /a\n\toutput = /b\n", "several values"},
      {"[lei]\n\tq = a\n\tq = b\n[lei \"q\"]\n\toutput = /a\n[lei \"internal\"]\n\trawstr = 1\n", "multiple values"},
  };
  for (const auto& [text, why] : cases) {
    SCOPED_TRACE(text);
    ASSERT_TRUE(replace_file(scratch.path() / "lei.saved-search", text));
    const auto read = read_saved_search(scratch.path());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().why.find(why), std::string::npos) << read.error().why;
  }
}

TEST_F(SavedSearchTest, FoundByAnotherPath) {
  const auto real = scratch.path() / "mail", link = scratch.path() / "link";
  fs::create_directory(real);
  fs::create_directory_symlink(real, link);
  auto made = search({"s:x"});
  made.output = "maildir:" + real.string();
  made.directory = directory_of(home, made.output);
  ASSERT_TRUE(write_saved_search(made));
  ASSERT_TRUE(find_saved_search(home, link.string(), Manner::kLei));
  const auto none = find_saved_search(home, "/nowhere", Manner::kLei);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().why.find("--no-save was used with /nowhere cwd="), std::string::npos);
}

}  // namespace
}  // namespace lorelei::lei
