// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle is Xapian: it writes the same documents through its own writer, and reads both databases.
#include "search/glass_segment.hh"

#include "tests/search/glass_databases.hh"

// Read by the address sanitizer: Xapian's checker deletes a table by the size of its base class.
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "new_delete_type_mismatch=0";
}

namespace lorelei::search {
namespace {

using GlassSegmentTest = GlassTest;

TEST_F(GlassSegmentTest, HoldsWhatXapianWouldHaveWritten) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const auto batch = random_batch(seed, 1 + seed * seed * 5, 1 + seed % 4 * 3);
    const Metadata metadata = seed % 2 == 0 ? Metadata{{"has_threadid", "1"}, {"a", "b"}, {"ab", "c"}} : Metadata{};
    const auto ours = path("ours" + std::to_string(seed)), theirs = path("theirs" + std::to_string(seed));
    write_by_us(batch, ours, metadata);
    write_by_xapian(batch, theirs, metadata);
    expect_same(ours, theirs);
  }
}

TEST_F(GlassSegmentTest, ListsOfManyChunksAndIdsOfEverySize) {
  Batch batch;
  unsigned id = 1;
  for (unsigned i = 0; i < 6000; ++i) {
    batch.push_back({id, {{"Tmail", 0}, {"Xall", i % 300}, {"Q" + std::to_string(i), 0}}, {{4, "n"}}, "", {}});
    id += i < 5000 ? 3 : i * 700;
  }
  write_by_us(batch, path("ours"));
  write_by_xapian(batch, path("theirs"));
  expect_same_contents(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, TagsOfEverySizeAroundTheLimitsOfABlock) {
  std::mt19937 random(1);
  Batch batch;
  unsigned id = 1;
  for (std::size_t size = 1; size < 20'000; size += size < 30 || (size > 2000 && size < 2080) ? 1 : 97) {
    std::string noise;
    for (std::size_t i = 0; i < size; ++i) noise += static_cast<char>(random());
    batch.push_back({id++, {{"Xa", 1}}, {}, noise, {}});
  }
  const Metadata metadata{{"long", std::string(30'000, 'm')}};
  write_by_us(batch, path("ours"), metadata);
  write_by_xapian(batch, path("theirs"), metadata);
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, TermsOfAnyBytesUpToTheLimit) {
  Batch batch;
  const std::vector<std::string> terms = {"a",
                                          std::string("a\0", 2),
                                          std::string("a\0b", 3),
                                          "a\xff",
                                          "a\x01",
                                          std::string("\0", 1),
                                          "\xff\xff",
                                          "ab",
                                          std::string(kMaxTerm, 'z'),
                                          std::string(kMaxTerm - 1, 'z') + "y",
                                          std::string(kMaxTerm / 2, '\0')};
  for (unsigned id = 1; id <= 3000; ++id) {
    Wanted wanted{id * 11, {}, {}, {}, {}};
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (id % (i + 1) == 0) wanted.terms.push_back({terms[i], id % 5});
    }
    batch.push_back(std::move(wanted));
  }
  write_by_us(batch, path("ours"));
  write_by_xapian(batch, path("theirs"));
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, ATermOverTheLimitIsRefusedByName) {
  for (const auto& term : {std::string(kMaxTerm + 1, 'z'), std::string(kMaxTerm / 2 + 1, '\0')}) {
    TermTable table;
    table.add_term(term);
    const auto packed = TermPacker().pack(table);
    ASSERT_FALSE(packed);
    EXPECT_EQ(packed.error().kind, Error::Kind::kTooLarge);
  }
}

// Words at distances of one, of a gap, of thousands; lists of one position and of many.
TEST_F(GlassSegmentTest, PositionsAsXapianWouldHaveWritten) {
  Batch batch;
  for (unsigned id = 1; id <= 200; ++id) {
    std::mt19937 random(id);
    Wanted wanted{id, {}, {}, {}, {}};
    wanted.lines.resize(1 + below(random, id % 7 == 0 ? 400 : 20));
    for (auto& line : wanted.lines) {
      for (std::size_t n = below(random, 30); n > 0; --n) line += random_word(random, 1 + id % 9) + ' ';
    }
    batch.push_back(std::move(wanted));
  }
  write_by_us(batch, path("ours"));
  write_by_xapian(batch, path("theirs"));
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, XapianMergesSegments) {
  const auto batch = random_batch(3, 600, 5);
  const auto at = [&batch](std::ptrdiff_t i) { return batch.begin() + i; };
  write_by_us({at(0), at(300)}, path("a"));
  write_by_us({at(300), at(301)}, path("b"));
  write_by_us({at(301), batch.end()}, path("c"));
  Xapian::Database parts;
  for (const char* name : {"a", "b", "c"}) parts.add_database(Xapian::Database(path(name)));
  parts.compact(path("merged"), Xapian::DBCOMPACT_NO_RENUMBER);
  write_by_xapian(batch, path("theirs"));
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassSegmentTest, XapianWritesOnWhereWeStopped) {
  const auto batch = random_batch(4, 500, 2);
  write_by_us(batch, path("ours"));
  write_by_xapian(batch, path("theirs"));
  for (const char* name : {"ours", "theirs"}) {
    Xapian::WritableDatabase database(path(name), Xapian::DB_OPEN);
    for (std::size_t i = 0; i < batch.size(); i += 3) database.delete_document(batch[i].id);
    for (std::size_t i = 1; i < batch.size(); i += 5) database.replace_document(batch[i].id, as_document(batch[i - 1]));
    for (const auto& wanted : random_batch(6, 200, 9)) database.add_document(as_document(wanted));
    database.commit();
  }
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, OneWithoutDocumentsOpens) {
  write_by_us({}, path("ours"));
  write_by_xapian({}, path("theirs"));
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, ADatabaseThatIsThereIsLeftAlone) {
  const auto batch = random_batch(1, 10, 2);
  write_by_us(batch, path("ours"));
  const auto again = GlassSegment().write(path("ours"), Sync::kNo);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Error::Kind::kConflict);
  write_by_xapian(batch, path("theirs"));
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, ADiskThatIsFullIsReported) {
  GlassSegment segment;
  segment.add({1, as_packed({1, {{"Xa", 1}}, {}, {}, {}}), {}, "data"});
  fs::create_directories(path("full"));
  fs::create_symlink("/dev/full", path("full") / "postlist.glass");
  const auto written = segment.write(path("full"), Sync::kYes);
  ASSERT_FALSE(written);
  EXPECT_FALSE(fs::exists(path("full") / "iamglass"));
}

}  // namespace
}  // namespace lorelei::search
