// SPDX-License-Identifier: GPL-3.0-or-later
// The judge is judged first: every kind of damage done to a copy of an index must be reported under its own name.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <xapian.h>
#include <zlib.h>

#include <filesystem>
#include <functional>

#include "archive/sqlite.hh"
#include "interop/diff/compare.hh"

namespace lorelei::interop {
namespace {

namespace fs = std::filesystem;
using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;

void change_file(const fs::path& file, const std::string& sql) {
  auto db = Sqlite::open(file, SqliteMode::kCreate);
  ASSERT_TRUE(db) << to_text(db.error());
  const auto done = db->exec(sql);
  ASSERT_TRUE(done) << to_text(done.error());
}

std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  out.resize(size);
  return out;
}

void set_overview(const fs::path& index, int number, const std::string& fields) {
  auto db = Sqlite::open(index / "xap15/over.sqlite3", SqliteMode::kReadWrite);
  ASSERT_TRUE(db);
  const std::string packed = deflated(fields);
  Statement update(*db, "UPDATE over SET ddd = ? WHERE num = ?");
  ASSERT_TRUE(update.bind_blob(packed).bind(std::int64_t{number}).run());
}

Xapian::Document document(int number, int thread) {
  Xapian::Document doc;
  doc.add_boolean_term(fmt::format("Qm{}@example.org", number));
  doc.add_posting("Squeue", 1);
  doc.add_posting("Squeue", 7);
  doc.add_value(0, Xapian::sortable_serialise(1'700'000'000 + number));
  doc.add_value(5, Xapian::sortable_serialise(thread));
  doc.set_data("data");
  return doc;
}

// Two shards, four messages: 1 and 2 are a thread that hangs from an unknown message, 3 and 4 stand alone.
class IndexDiff : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "index-diff-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    top_ = name;
    left_ = top_ / "left";
    right_ = top_ / "right";
    make_index(left_);
    fs::copy(left_, right_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(top_); }

  static void make_index(const fs::path& dir) {
    fs::create_directories(dir / "xap15");
    change_file(dir / "msgmap.sqlite3",
                "CREATE TABLE msgmap (num INTEGER PRIMARY KEY AUTOINCREMENT, mid VARCHAR(1000) NOT NULL UNIQUE);"
                "CREATE TABLE meta (key PRIMARY KEY, val);"
                "INSERT INTO msgmap (mid) VALUES ('m1@example.org'), ('m2@example.org'), ('m3@example.org'),"
                " ('m4@example.org');"
                "INSERT INTO meta VALUES ('created_at', '1'), ('num_highwater', '4'), ('last_xap15-0', 'abc')");
    change_file(dir / "xap15/over.sqlite3",
                "CREATE TABLE over (num INTEGER PRIMARY KEY, tid, sid, ts, ds, ddd);"
                "CREATE TABLE msgid (id INTEGER PRIMARY KEY, mid);"
                "CREATE TABLE id2num (id, num);"
                "CREATE TABLE subject (sid INTEGER PRIMARY KEY, path);"
                "INSERT INTO over VALUES (1, 10, 1, 100, 90, NULL), (2, 10, 1, 100, 90, NULL), (3, 11, 2, 1, 1, NULL),"
                " (4, 12, 2, 1, 1, NULL), (-1, 10, NULL, NULL, NULL, NULL);"
                "INSERT INTO msgid VALUES (1, 'm1@example.org'), (2, 'm2@example.org'), (3, 'm3@example.org'),"
                " (4, 'm4@example.org'), (5, 'unknown@example.org');"
                "INSERT INTO id2num VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, -1);"
                "INSERT INTO subject VALUES (1, 'queue'), (2, 'other')");
    for (int number = 1; number <= 4; ++number)
      set_overview(dir, number, fmt::format("queue\nA <a@x>\n\n\n\nabcd\nm{}@example.org\n10\n2", number));
    for (int shard = 0; shard < 2; ++shard) {
      Xapian::WritableDatabase db((dir / "xap15" / std::to_string(shard)).string(), Xapian::DB_CREATE);
      for (int number = 1; number <= 4; ++number)
        if (number % 2 == shard) db.replace_document(number, document(number, number <= 2 ? 10 : 8 + number));
      if (shard == 0) db.set_metadata("has_threadid", "1");
    }
  }

  // Number of differences, and what was printed.
  std::size_t differences(const Options& options = {}) {
    Report report(10);
    testing::internal::CaptureStdout();
    const auto done = diff_indexes({left_, right_}, options, report);
    EXPECT_TRUE(done) << to_text(done.error());
    report.print_summary();
    printed_ = testing::internal::GetCapturedStdout();
    return report.differences();
  }
  void change_over(const std::string& sql) { change_file(right_ / "xap15/over.sqlite3", sql); }
  void change_document(int number, const std::function<void(Xapian::Document&)>& change) {
    Xapian::WritableDatabase db((right_ / "xap15" / std::to_string(number % 2)).string(), Xapian::DB_OPEN);
    auto doc = db.get_document(number);
    change(doc);
    db.replace_document(number, doc);
  }
  // The first lines of some difference start with "kind: ".
  void expect_named(const std::string& kind) {
    EXPECT_GT(differences(), 0u);
    EXPECT_NE(("\n" + printed_).find("\n" + kind + ": "), std::string::npos) << printed_;
  }

  fs::path top_, left_, right_;
  std::string printed_;
};

TEST_F(IndexDiff, ACopyIsEqual) {
  EXPECT_EQ(differences(), 0u) << printed_;
  EXPECT_NE(printed_.find("document                    4 compared"), std::string::npos) << printed_;
}

TEST_F(IndexDiff, FreeNumbersMayDiffer) {
  change_over(
      "UPDATE over SET tid = tid + 100, sid = sid + 7; UPDATE subject SET sid = sid + 7;"
      "UPDATE id2num SET num = -9 WHERE num = -1; UPDATE over SET num = -9 WHERE num = -1;"
      "UPDATE id2num SET id = id + 50; UPDATE msgid SET id = id + 50");
  change_file(right_ / "msgmap.sqlite3", "UPDATE meta SET val = '2' WHERE key = 'created_at'");
  for (int number = 1; number <= 4; ++number)
    change_document(number, [&](Xapian::Document& doc) {
      doc.add_value(5, Xapian::sortable_serialise(Xapian::sortable_unserialise(doc.get_value(5)) + 100));
    });
  EXPECT_EQ(differences(), 0u) << printed_;
}

TEST_F(IndexDiff, EachDamageToTheTablesIsNamed) {
  const struct {
    const char *kind, *file, *sql;
  } cases[] = {
      {"msgmap", "msgmap.sqlite3", "UPDATE msgmap SET mid = 'else@example.org' WHERE num = 2"},
      {"msgmap", "msgmap.sqlite3", "DELETE FROM msgmap WHERE num = 2"},
      {"msgmap meta", "msgmap.sqlite3", "UPDATE meta SET val = 'def' WHERE key = 'last_xap15-0'"},
      {"msgmap sequence", "msgmap.sqlite3", "UPDATE sqlite_sequence SET seq = 3"},
      {"over row", "xap15/over.sqlite3", "DELETE FROM over WHERE num = 3"},
      {"over row", "xap15/over.sqlite3", "INSERT INTO over SELECT 5, tid, sid, ts, ds, ddd FROM over WHERE num = 4"},
      {"over ts", "xap15/over.sqlite3", "UPDATE over SET ts = 101 WHERE num = 2"},
      {"over ds", "xap15/over.sqlite3", "UPDATE over SET ds = 91 WHERE num = 2"},
      {"subject group", "xap15/over.sqlite3", "UPDATE over SET sid = 2 WHERE num = 2"},
      {"subject", "xap15/over.sqlite3", "UPDATE subject SET path = 'x' WHERE sid = 2"},
      {"subject", "xap15/over.sqlite3", "DELETE FROM subject WHERE sid = 2"},
      {"thread", "xap15/over.sqlite3", "UPDATE over SET tid = 77 WHERE num = 2"},
      {"thread", "xap15/over.sqlite3", "UPDATE over SET tid = 11 WHERE num = 4"},
      {"thread", "xap15/over.sqlite3", "UPDATE over SET tid = 12 WHERE num < 0"},
      {"ghost", "xap15/over.sqlite3", "DELETE FROM over WHERE num < 0"},
      {"id2num", "xap15/over.sqlite3", "DELETE FROM id2num WHERE id = 2"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sql);
    fs::remove_all(right_);
    fs::copy(left_, right_, fs::copy_options::recursive);
    change_file(right_ / c.file, c.sql);
    expect_named(c.kind);
  }
}

TEST_F(IndexDiff, EachFieldOfTheOverviewIsNamed) {
  const struct {
    const char *kind, *fields;
  } cases[] = {
      {"over subject", "QUEUE\nA <a@x>\n\n\n\nabcd\nm2@example.org\n10\n2"},
      {"over references", "queue\nA <a@x>\n<r>\n\n\nabcd\nm2@example.org\n10\n2"},
      {"over own id", "queue\nA <a@x>\n\n\n\nabcd\nm3@example.org\n10\n2"},
      {"over lines", "queue\nA <a@x>\n\n\n\nabcd\nm2@example.org\n10\n3"},
      {"over fields", "queue\nA <a@x>\n\n\n\nabcd\nm2@example.org\n10\n2\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kind);
    set_overview(right_, 2, c.fields);
    expect_named(c.kind);
  }
}

TEST_F(IndexDiff, EachDamageToADocumentIsNamed) {
  using Change = std::function<void(Xapian::Document&)>;
  const struct {
    const char* kind;
    Change change;
  } cases[] = {
      {"posting", [](Xapian::Document& doc) { doc.add_term("ZSqueue"); }},
      {"posting", [](Xapian::Document& doc) { doc.remove_term("Squeue"); }},
      {"wdf", [](Xapian::Document& doc) { doc.add_term("Squeue"); }},
      {"positions",
       [](Xapian::Document& doc) {
         doc.remove_posting("Squeue", 7, 0);
         doc.add_posting("Squeue", 8, 0);
       }},
      {"value 0 received", [](Xapian::Document& doc) { doc.add_value(0, Xapian::sortable_serialise(5)); }},
      {"value 5 thread", [](Xapian::Document& doc) { doc.remove_value(5); }},
      {"value 6 added", [](Xapian::Document& doc) { doc.add_value(6, "x"); }},
      {"thread value", [](Xapian::Document& doc) { doc.add_value(5, Xapian::sortable_serialise(99)); }},
      {"document data", [](Xapian::Document& doc) { doc.set_data("other"); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kind);
    fs::remove_all(right_);
    fs::copy(left_, right_, fs::copy_options::recursive);
    change_document(2, c.change);
    expect_named(c.kind);
  }
}

TEST_F(IndexDiff, AMissingDocumentAndMetadataAreNamed) {
  {
    Xapian::WritableDatabase db((right_ / "xap15/0").string(), Xapian::DB_OPEN);
    db.delete_document(4);
    db.set_metadata("has_threadid", "");
  }
  expect_named("document");
  EXPECT_NE(printed_.find("metadata: has_threadid"), std::string::npos) << printed_;
}

TEST_F(IndexDiff, AnotherNumberOfShardsIsADifference) {
  fs::rename(right_ / "xap15/1", right_ / "xap15/x");
  expect_named("shards");
}

TEST_F(IndexDiff, OnlyWhatIsNamedIsIgnored) {
  change_document(2, [](Xapian::Document& doc) {
    doc.add_boolean_term("XRFm1@example.org");
    doc.add_value(6, "x");
  });
  EXPECT_EQ(differences(), 3u) << printed_;  // the term in its posting list and in the term list, the value
  Options options;
  options.term_prefixes = {"XRF"};
  EXPECT_EQ(differences(options), 1u) << printed_;
  options.slots = {6};
  EXPECT_EQ(differences(options), 0u) << printed_;
}

TEST_F(IndexDiff, ThreadValuesThatOverLeftBehindCanBeLeftOut) {
  change_document(2, [](Xapian::Document& doc) { doc.add_value(5, Xapian::sortable_serialise(99)); });
  EXPECT_EQ(differences(), 1u) << printed_;
  EXPECT_NE(printed_.find("over has left behind: 0 left, 1 right"), std::string::npos) << printed_;
  Options options;
  options.stale_threads = Options::StaleThreads::kLeaveOut;
  EXPECT_EQ(differences(options), 0u) << printed_;
}

TEST_F(IndexDiff, DataInLatin1CanBeAccepted) {
  const auto set_data = [](const char* data) { return [=](Xapian::Document& doc) { doc.set_data(data); }; };
  change_document(2, set_data("\xc3\xa9"));
  fs::remove_all(left_);
  fs::copy(right_, left_, fs::copy_options::recursive);
  change_document(2, set_data("\xe9"));
  EXPECT_EQ(differences(), 1u) << printed_;
  Options options;
  options.latin1 = Options::Latin1::kAccept;
  EXPECT_EQ(differences(options), 0u) << printed_;
  EXPECT_NE(printed_.find("one side has in ISO 8859-1: 1"), std::string::npos) << printed_;
  change_document(2, set_data("\xe8"));
  EXPECT_EQ(differences(options), 1u) << printed_;
}

TEST_F(IndexDiff, KeysOfSubjectsBeyondAsciiCanBeAccepted) {
  const std::string fields = "gr\u00f6\u00dfe\nA <a@x>\n\n\n\nabcd\nm1@example.org\n10\n2";
  for (const auto& side : {left_, right_}) {
    set_overview(side, 1, fields);
    set_overview(side, 2, fields);
  }
  change_over("UPDATE subject SET path = 'gr_e' WHERE sid = 1");
  Options options;
  options.latin1 = Options::Latin1::kAccept;
  EXPECT_EQ(differences(), 2u) << printed_;
  EXPECT_EQ(differences(options), 0u) << printed_;
  change_over("UPDATE subject SET path = 'x' WHERE sid = 2");
  EXPECT_EQ(differences(options), 2u) << printed_;
}

TEST_F(IndexDiff, AnUnreadableSideIsAnError) {
  fs::remove(right_ / "msgmap.sqlite3");
  Report report(10);
  EXPECT_FALSE(diff_indexes({left_, right_}, {}, report));
}

}  // namespace
}  // namespace lorelei::interop
