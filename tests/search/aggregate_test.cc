// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/search/index_sandbox.hh"

namespace lorelei::search {
namespace {

using testing::ElementsAre;

// Two archives and their aggregate.
class AggregateTest : public testing::Test {
 protected:
  Member member(const IndexSandbox& box) const {
    return {box.dir().string(), box.dir().filename(), *archive::Readable::open(box.dir())};
  }

  Result<AggregateReport> try_aggregate(const std::vector<const IndexSandbox*>& boxes, IndexOptions options = {}) {
    std::vector<Member> members;
    for (const auto* box : boxes) {
      box->index();
      members.push_back(member(*box));
    }
    options.jobs = 2;
    return update_aggregate(world_.env, dir(), std::move(members), options, {});
  }
  AggregateReport aggregate(const std::vector<const IndexSandbox*>& boxes, IndexOptions options = {}) {
    const auto report = try_aggregate(boxes, options);
    EXPECT_TRUE(report) << to_text(report.error());
    return report.value_or(AggregateReport{});
  }

  fs::path dir() const { return scratch_.path() / "all"; }
  std::vector<std::string> rows(const std::string& sql) const {
    std::vector<std::string> all;
    const auto db = archive::Sqlite::open(dir() / "ei15/over.sqlite3", archive::SqliteMode::kReadOnly).value();
    archive::Statement statement(db, sql);
    while (statement.step().value()) all.emplace_back(statement.text(0));
    return all;
  }
  // Message-IDs of the documents, each with the number of its copies.
  std::vector<std::string> messages() const {
    return rows(
        "SELECT mid || ' ' || (SELECT COUNT(*) FROM xref3 WHERE docid = num) FROM over JOIN id2num USING (num) "
        "JOIN msgid USING (id) WHERE num > 0 ORDER BY mid");
  }
  // How many documents of the shards have a term.
  unsigned documents_with(const std::string& term) const {
    unsigned count = 0;
    for (int shard = 0; shard < 3; ++shard)
      count += Xapian::Database((dir() / "ei15" / std::to_string(shard)).string()).get_termfreq(term);
    return count;
  }
  static void lose_blob_of_last_commit(IndexSandbox& box) {
    const auto git = (box.dir() / "git/0.git").string();
    box.git("config x.y z; b=$(git -C " + git + " rev-parse HEAD:m); rm " + git + "/objects/${b%${b#??}}/${b#??}");
  }

  FakeEnv world_;
  TempDir scratch_ = TempDir::create(fs::temp_directory_path(), "aggregate").value();
  IndexSandbox a_{"a"}, b_{"b"};
};

TEST_F(AggregateTest, ACrossPostIsOneDocument) {
  a_.add({a_mail("1@x", "one"), a_mail("2@x", "two")});
  b_.add({a_mail("2@x", "two"), a_mail("3@x", "three")});
  const auto report = aggregate({&a_, &b_});
  EXPECT_EQ(report.documents, 3u);
  EXPECT_EQ(report.cross_posts, 1u);
  EXPECT_THAT(messages(), ElementsAre("1@x 1", "2@x 2", "3@x 1"));
}

TEST_F(AggregateTest, AStopWhileDocumentsAreWrittenEndsItAndTheNextRunGoesOn) {
  std::vector<std::string> mails;
  for (int i = 0; i < 800; ++i) mails.push_back(a_mail(std::to_string(i) + "@x", "one of many"));
  a_.add(mails);
  a_.index();
  const auto stop = [this](std::uint64_t, std::uint64_t) { world_.cancelled = true; };
  IndexOptions options;
  options.jobs = 1;
  const auto stopped = update_aggregate(world_.env, dir(), {member(a_)}, options, stop);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, Error::Kind::kCancelled);
  world_.cancelled = false;
  EXPECT_EQ(aggregate({&a_}).documents, 800u);
}

TEST_F(AggregateTest, WhatCameAndWhatWentIsFollowed) {
  a_.add({a_mail("1@x", "one"), a_mail("2@x", "two")});
  b_.add({a_mail("2@x", "two")});
  aggregate({&a_, &b_});
  a_.commit({{'d', a_mail("2@x", "two")}, {'m', a_mail("3@x", "three")}});
  b_.commit({{'m', a_mail("1@x", "one")}});
  const auto report = aggregate({&a_, &b_});
  EXPECT_EQ(report.documents, 1u);
  EXPECT_EQ(report.cross_posts, 1u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_THAT(messages(), ElementsAre("1@x 2", "2@x 1", "3@x 1"));
  EXPECT_EQ(documents_with("O" + b_.dir().string()), 2u);
  EXPECT_EQ(aggregate({&a_, &b_}).documents, 0u);
}

TEST_F(AggregateTest, AnArchiveThatWasMadeAnewIsNotTakenForTheOldOne) {
  a_.add({a_mail("1@x", "one"), a_mail("2@x", "two")});
  aggregate({&a_});
  fs::remove_all(a_.dir());
  fs::create_directories(a_.dir() / "git");
  ASSERT_TRUE(create_file(a_.dir() / "inbox.lock", ""));
  a_.world().now += 100;
  a_.add({a_mail("3@x", "three"), a_mail("4@x", "four")});
  const auto report = aggregate({&a_});
  EXPECT_EQ(report.documents, 2u);
  EXPECT_EQ(report.removed, 2u);
  EXPECT_THAT(messages(), ElementsAre("3@x 1", "4@x 1"));
  EXPECT_EQ(documents_with("Q3@x"), 1u);
  EXPECT_EQ(documents_with("Q1@x"), 0u);
}

TEST_F(AggregateTest, AnArchiveThatIsNotNamedStillHasItsCopies) {
  a_.add({a_mail("1@x", "one")});
  b_.add({a_mail("2@x", "two"), a_mail("3@x", "three", "X-Other: b\n")});
  aggregate({&a_, &b_});
  a_.add({a_mail("2@x", "two"), a_mail("3@x", "three", "X-Other: a\n")});
  const auto report = aggregate({&a_});
  EXPECT_EQ(report.documents, 0u);
  EXPECT_EQ(report.cross_posts, 2u);
  EXPECT_THAT(messages(), ElementsAre("1@x 1", "2@x 2", "3@x 2"));
  EXPECT_EQ(documents_with("O" + a_.dir().string()), 3u);
  EXPECT_EQ(documents_with("O" + b_.dir().string()), 2u);
}

TEST_F(AggregateTest, AMessageThatGitCannotGiveIsCountedAndTheRestIsTaken) {
  a_.add({a_mail("1@x", "one"), a_mail("2@x", "two")});
  a_.index();
  lose_blob_of_last_commit(a_);
  const auto report = aggregate({&a_});
  EXPECT_EQ(report.unreadable, 1u);
  EXPECT_EQ(documents_with("Q1@x"), 1u);
  EXPECT_EQ(documents_with("Q2@x"), 0u);
}

TEST_F(AggregateTest, ACopyThatCannotBeComparedIsCountedAndLeftOut) {
  a_.add({a_mail("1@x", "one", "X-Other: a\n")});
  b_.add({a_mail("2@x", "two"), a_mail("1@x", "one", "X-Other: b\n")});
  b_.index();
  lose_blob_of_last_commit(b_);
  EXPECT_EQ(aggregate({&a_, &b_}).unreadable, 1u);
  EXPECT_THAT(messages(), ElementsAre("1@x 1", "2@x 1"));
}

TEST_F(AggregateTest, AShardThatIsGoneDoesNotKeepItFromBeingBuiltAnew) {
  a_.add({a_mail("1@x", "one"), a_mail("2@x", "two")});
  aggregate({&a_});
  fs::remove_all(dir() / "ei15/1");
  EXPECT_FALSE(try_aggregate({&a_}));
  IndexOptions options;
  options.scope = IndexOptions::Scope::kRebuild;
  EXPECT_EQ(aggregate({&a_}, options).documents, 2u);
}

TEST_F(AggregateTest, WhatCannotBeLookedAtIsAnErrorNotAnAbsence) {
  a_.add({a_mail("1@x", "one")});
  a_.index();
  const auto over = a_.inbox().over_path();
  fs::remove(over);
  fs::create_symlink(over, over);
  a_.add({a_mail("2@x", "two")});
  EXPECT_FALSE(a_.try_index());
  EXPECT_FALSE(update_aggregate(world_.env, dir(), {member(a_)}, {}, {}));
  EXPECT_TRUE(fs::is_symlink(over));
}

TEST_F(AggregateTest, WhatTheReferenceWroteOfAnArchiveStays) {
  a_.add({a_mail("1@x", "one")});
  aggregate({&a_});
  const auto key = "Q" + a_.dir().string();
  {
    Xapian::WritableDatabase misc((dir() / "ei15/misc").string(), Xapian::DB_OPEN);
    Xapian::Document theirs;
    theirs.add_boolean_term(key);
    theirs.add_value(0, "modified");
    theirs.set_data("{\"theirs\":1}");
    misc.replace_document(key, theirs);
    misc.commit();
  }
  aggregate({&a_});
  const Xapian::Database misc((dir() / "ei15/misc").string());
  EXPECT_EQ(misc.get_doccount(), 1u);
  EXPECT_EQ(misc.get_document(*misc.postlist_begin(key)).get_data(), "{\"theirs\":1}");
}

}  // namespace
}  // namespace lorelei::search
