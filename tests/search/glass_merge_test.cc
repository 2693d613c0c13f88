// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle is Xapian, which writes all documents into one database.
#include "search/glass_merge.hh"

#include <fstream>

#include "tests/search/glass_databases.hh"

namespace lorelei::search {
namespace {

using namespace std::string_view_literals;

class GlassMergeTest : public GlassTest {
 protected:
  // The batch in parts: the first is Xapian's work in two commits, so that its blocks are not in order.
  std::vector<fs::path> write_parts(const Batch& batch, const std::vector<std::size_t>& ends) const {
    std::vector<fs::path> parts;
    auto from = batch.begin();
    for (const std::size_t end : ends) {
      const auto to = batch.begin() + static_cast<std::ptrdiff_t>(end);
      parts.push_back(path("part" + std::to_string(parts.size())));
      if (parts.size() > 1) {
        write_by_us({from, to}, parts.back());
      } else {
        const auto middle = from + (to - from) / 2;
        write_by_xapian({middle, to}, parts.back());
        write_by_xapian({from, middle}, parts.back());
      }
      from = to;
    }
    return parts;
  }
};

TEST_F(GlassMergeTest, HoldsWhatXapianWouldHaveWritten) {
  for (unsigned seed = 1; seed < 5; ++seed) {
    SCOPED_TRACE(seed);
    const auto batch = random_batch(seed, 700, 1 + seed);
    const auto parts = write_parts(batch, {150, 151, 400, 400, 401, 700});
    const auto merged = merge_glass(parts, path("merged"), Sync::kNo);
    ASSERT_TRUE(merged) << to_text(merged.error());
    write_by_xapian(batch, path("theirs"));
    expect_same(path("merged"), path("theirs"));
    for (const auto& entry : fs::directory_iterator(directory_.path())) fs::remove_all(entry.path());
  }
}

TEST_F(GlassMergeTest, MergesOfMergesAndOneAlone) {
  const auto batch = random_batch(2, 300, 3);
  const auto parts = write_parts(batch, {100, 200, 300});
  ASSERT_TRUE(merge_glass({parts[1], parts[2]}, path("upper"), Sync::kNo));
  ASSERT_TRUE(merge_glass({parts[0]}, path("lower"), Sync::kNo));
  ASSERT_TRUE(merge_glass({path("lower"), path("upper")}, path("merged"), Sync::kYes));
  write_by_xapian(batch, path("theirs"));
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassMergeTest, ListsOfManyChunks) {
  Batch batch;
  for (unsigned id = 1; id <= 9000; ++id) {
    batch.push_back({id * 3, {{"Tmail", 0}, {"Xall", id % 300}}, {{4, std::to_string(id)}}, "", {}});
    for (const auto name : {"a"sv, "a\0"sv, "a\0b"sv, "\0"sv, "\xff"sv})
      batch.back().terms.push_back({std::string(name)});
  }
  const auto parts = write_parts(batch, {5000, 5010, 5300, 9000});
  ASSERT_TRUE(merge_glass(parts, path("merged"), Sync::kNo));
  write_by_xapian(batch, path("theirs"));
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassMergeTest, XapianWritesOnWhereWeStopped) {
  const auto batch = random_batch(4, 400, 2);
  ASSERT_TRUE(merge_glass(write_parts(batch, {100, 200, 400}), path("merged"), Sync::kNo));
  write_by_xapian(batch, path("theirs"));
  for (const char* name : {"merged", "theirs"}) {
    Xapian::WritableDatabase database(path(name), Xapian::DB_OPEN);
    for (std::size_t i = 0; i < batch.size(); i += 3) database.delete_document(batch[i].id);
    for (const auto& wanted : random_batch(6, 200, 9)) database.add_document(as_document(wanted));
    database.commit();
  }
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassMergeTest, OfMetadataUnderOneNameTheFirstCounts) {
  write_by_us({{1, {{"a"}}, {}, {}, {}}}, path("one"), {{"k", "first"}, {std::string("k\0z", 3), "zero"}});
  write_by_us({{2, {{"a"}}, {}, {}, {}}}, path("two"), {{"k", "second"}, {"other", "x"}});
  ASSERT_TRUE(merge_glass({path("one"), path("two")}, path("merged"), Sync::kNo));
  const Xapian::Database merged(path("merged"));
  EXPECT_EQ(merged.get_metadata("k"), "first");
  EXPECT_EQ(merged.get_metadata("other"), "x");
  EXPECT_EQ(merged.get_metadata(std::string("k\0z", 3)), "zero");
}

TEST_F(GlassMergeTest, SlotsWhoseKeysLookAlike) {
  Batch batch;
  for (unsigned id = 1; id <= 4; ++id) batch.push_back({id, {{"a"}}, {}, {}, {}});
  batch[0].values = {{0, "x"}, {256, "y"}};
  batch[2].values = {{256, "a"}};
  batch[3].values = {{0, "b"}, {1, "c"}};
  ASSERT_TRUE(merge_glass(write_parts(batch, {2, 3, 4}), path("merged"), Sync::kNo));
  write_by_xapian(batch, path("theirs"));
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassMergeTest, RefusesWhatItCannotMerge) {
  write_by_us({{5, {{"a"}}, {}, {}, {"words here"}}}, path("five"));
  write_by_us({{4, {{"b"}}, {}, {}, {}}}, path("four"));
  const auto overlap = merge_glass({path("five"), path("four")}, path("a"), Sync::kNo);
  ASSERT_FALSE(overlap);
  EXPECT_EQ(overlap.error().kind, Error::Kind::kCorrupt);
  const auto twice = merge_glass({path("five"), path("five")}, path("b"), Sync::kNo);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, Error::Kind::kCorrupt);
  const auto missing = merge_glass({path("six")}, path("c"), Sync::kNo);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, Error::Kind::kNotFound);
  const auto there = merge_glass({path("five")}, path("four"), Sync::kNo);
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().kind, Error::Kind::kConflict);
  Xapian::WritableDatabase(path("five"), Xapian::DB_OPEN).add_synonym("a", "b");
  const auto synonyms = merge_glass({path("five")}, path("d"), Sync::kNo);
  ASSERT_FALSE(synonyms);
  EXPECT_EQ(synonyms.error().kind, Error::Kind::kRefused);
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_FALSE(fs::exists(path(name) / "iamglass")) << name;
}

void flip(const fs::path& file, std::size_t at, unsigned char mask) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ mask));
}

// Whatever is damaged: an error, or a merge that is sound in itself, but never a crash.
TEST_F(GlassMergeTest, DamagedInputsAreSurvived) {
  const auto parts = write_parts(random_batch(7, 60, 2), {30, 60});
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    const fs::path file = parts[below(random, 2)] / std::array{"iamglass", "postlist.glass", "position.glass",
                                                               "termlist.glass"}[below(random, 4)];
    const auto at = below(random, fs::file_size(file));
    const auto mask = static_cast<unsigned char>(1 + below(random, 255));
    flip(file, at, mask);
    if (!merge_glass(parts, path("merged"), Sync::kNo)) ++refused;
    fs::remove_all(path("merged"));
    flip(file, at, mask);
  }
  EXPECT_GT(refused, 10);
  EXPECT_TRUE(merge_glass(parts, path("merged"), Sync::kNo));
}

TEST_F(GlassMergeTest, TruncatedInputsAreRefused) {
  const auto parts = write_parts(random_batch(7, 300, 2), {150, 300});
  for (const char* name : {"postlist.glass", "position.glass", "termlist.glass"}) {
    const fs::path file = parts[1] / name;
    fs::copy_file(file, path("whole"), fs::copy_options::overwrite_existing);
    for (const std::uintmax_t size : {fs::file_size(file) - 1, fs::file_size(file) / 2, std::uintmax_t{0}}) {
      fs::resize_file(file, size);
      const auto merged = merge_glass(parts, path("merged"), Sync::kNo);
      ASSERT_FALSE(merged) << name << size;
      EXPECT_EQ(merged.error().kind, Error::Kind::kCorrupt);
      fs::remove_all(path("merged"));
      fs::copy_file(path("whole"), file, fs::copy_options::overwrite_existing);
    }
  }
}

}  // namespace
}  // namespace lorelei::search
