// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle is Xapian: it writes the same documents through its own writer, and reads both databases.
#include "search/glass_segment.hh"

#include <gtest/gtest.h>
#include <xapian.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "search/tokenise.hh"

namespace lorelei::search {
namespace {

struct Entry {
  std::string term;
  unsigned wdf = 1;
};
struct Wanted {
  unsigned id = 1;
  std::vector<Entry> entries;  // several for one term add up
  std::map<unsigned, std::string> values;
  std::string data;
};
using Batch = std::vector<Wanted>;

class GlassSegmentTest : public testing::Test {
 protected:
  GlassSegmentTest() : directory_(*TempDir::create(fs::temp_directory_path(), "glass-segment-")) {}
  fs::path path(const char* name) const { return directory_.path() / name; }

  TempDir directory_;
};

Xapian::Document as_document(const Wanted& wanted) {
  Xapian::Document document;
  for (const auto& [term, wdf] : wanted.entries) document.add_term(term, wdf);
  for (const auto& [slot, value] : wanted.values) document.add_value(slot, value);
  document.set_data(wanted.data);
  return document;
}

PackedTerms as_packed(const Wanted& wanted) {
  TermTable table;
  for (const auto& entry : wanted.entries) table.add_term(entry.term, entry.wdf);
  return *TermPacker().pack(table);
}

void write_by_xapian(const Batch& batch, const fs::path& path, const std::string& metadata) {
  Xapian::WritableDatabase database(path, Xapian::DB_CREATE | Xapian::DB_NO_SYNC | Xapian::DB_BACKEND_GLASS);
  for (const Wanted& wanted : batch) database.replace_document(wanted.id, as_document(wanted));
  if (!metadata.empty()) database.set_metadata("has_threadid", metadata);
  database.commit();
}

void write_by_us(const Batch& batch, const fs::path& path, const std::string& metadata) {
  GlassSegment segment;
  for (const Wanted& wanted : batch) segment.add({wanted.id, as_packed(wanted), wanted.values, wanted.data});
  if (!metadata.empty()) segment.set_metadata("has_threadid", metadata);
  const auto written = segment.write(path, Sync::kNo);
  ASSERT_TRUE(written) << to_text(written.error());
}

void dump_document(std::ostream& out, const Xapian::Database& database, Xapian::docid id) {
  const auto document = database.get_document(id);
  out << "document " << id << " length " << database.get_doclength(id) << " unique " << database.get_unique_terms(id)
      << " data " << document.get_data() << '\n';
  for (auto term = database.termlist_begin(id); term != database.termlist_end(id); ++term) {
    out << *term << ' ' << term.get_wdf();
    for (auto at = database.positionlist_begin(id, *term); at != database.positionlist_end(id, *term); ++at) {
      out << ' ' << *at;
    }
    out << '\n';
  }
  for (auto value = document.values_begin(); value != document.values_end(); ++value) {
    out << "value " << value.get_valueno() << ' ' << *value << '\n';
  }
}

// Everything that can be asked of a database but its UUID.
std::string dump(const fs::path& path) {
  const Xapian::Database database(path);
  std::ostringstream out;
  out << "documents " << database.get_doccount() << " last " << database.get_lastdocid() << " length "
      << database.get_total_length() << " from " << database.get_doclength_lower_bound() << " to "
      << database.get_doclength_upper_bound() << " positions " << database.has_positions() << '\n';
  for (auto key = database.metadata_keys_begin(); key != database.metadata_keys_end(); ++key) {
    out << "metadata " << *key << ' ' << database.get_metadata(*key) << '\n';
  }
  for (unsigned slot = 0; slot < 300; ++slot) {
    if (database.get_value_freq(slot) == 0) continue;
    out << "slot " << slot << ' ' << database.get_value_freq(slot) << ' ' << database.get_value_lower_bound(slot) << ' '
        << database.get_value_upper_bound(slot);
    for (auto value = database.valuestream_begin(slot); value != database.valuestream_end(slot); ++value) {
      out << ' ' << value.get_docid() << '=' << *value;
    }
    out << '\n';
  }
  for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
    out << "term " << *term << ' ' << term.get_termfreq() << ' ' << database.get_collection_freq(*term);
    for (auto at = database.postlist_begin(*term); at != database.postlist_end(*term); ++at) {
      out << ' ' << *at << ':' << at.get_wdf() << ':' << at.get_doclength();
    }
    out << '\n';
  }
  for (auto at = database.postlist_begin(""); at != database.postlist_end(""); ++at) dump_document(out, database, *at);
  return out.str();
}

void expect_sound(const fs::path& path) {
  std::ostringstream report;
  EXPECT_EQ(Xapian::Database::check(path.string(), Xapian::DBCHECK_SHOW_STATS, &report), 0U) << report.str();
}

void expect_same_contents(const fs::path& ours, const fs::path& theirs) {
  const std::string a = dump(ours), b = dump(theirs);
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
  EXPECT_TRUE(a == b) << "from byte " << differ << ": ours " << a.substr(static_cast<std::size_t>(differ), 200)
                      << "\n theirs " << b.substr(static_cast<std::size_t>(differ), 200);
}

unsigned below(std::mt19937& random, std::size_t limit) { return static_cast<unsigned>(random() % limit); }

void expect_same(const fs::path& ours, const fs::path& theirs) {
  expect_sound(ours);
  expect_same_contents(ours, theirs);
}

std::string word(std::mt19937& random, unsigned alphabet) {
  std::string out;
  for (unsigned size = 1 + below(random, 5); out.size() < size;)
    out += static_cast<char>('a' + below(random, alphabet));
  return out;
}

Batch random_batch(unsigned seed, std::size_t documents, unsigned gap) {
  std::mt19937 random(seed);
  Batch batch;
  unsigned id = seed % 5 == 0 ? 4'000'000 : 0;
  for (std::size_t i = 0; i < documents; ++i) {
    Wanted wanted;
    wanted.id = id += 1 + below(random, gap);
    for (std::size_t n = below(random, 40); n > 0; --n) {
      wanted.entries.push_back({"X" + word(random, 6), below(random, 3) * below(random, 200)});
    }
    for (unsigned slot = 0; slot < 6; ++slot) {
      if (below(random, 4) != 0) wanted.values[slot] = Xapian::sortable_serialise(below(random, 5000));
    }
    if (below(random, 5) == 0) wanted.values[200 + below(random, 90)] = std::string(below(random, 300), 'v');
    if (below(random, 2) == 0) wanted.data = std::string(below(random, 400), 'd') + word(random, 20);
    batch.push_back(std::move(wanted));
  }
  return batch;
}

TEST_F(GlassSegmentTest, HoldsWhatXapianWouldHaveWritten) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const auto batch = random_batch(seed, 1 + seed * seed * 7, 1 + seed % 4 * 3);
    const auto name = std::to_string(seed);
    write_by_us(batch, path(("ours" + name).c_str()), seed % 2 == 0 ? "1" : "");
    write_by_xapian(batch, path(("theirs" + name).c_str()), seed % 2 == 0 ? "1" : "");
    expect_same(path(("ours" + name).c_str()), path(("theirs" + name).c_str()));
  }
}

TEST_F(GlassSegmentTest, ListsOfManyChunksAndIdsOfEverySize) {
  Batch batch;
  unsigned id = 1;
  for (unsigned i = 0; i < 6000; ++i) {
    batch.push_back({id, {{"Tmail", 0}, {"Xall", i % 300}, {"Q" + std::to_string(i), 0}}, {{4, "n"}}, ""});
    id += i < 5000 ? 3 : i * 700;
  }
  write_by_us(batch, path("ours"), "");
  write_by_xapian(batch, path("theirs"), "");
  // Not checked for soundness: the checker takes memory for every possible id.
  expect_same_contents(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, TagsOfEverySizeAroundTheLimitsOfABlock) {
  std::mt19937 random(1);
  Batch batch;
  unsigned id = 1;
  for (std::size_t size = 1; size < 20'000; size += size < 30 || (size > 2000 && size < 2080) ? 1 : 97) {
    std::string noise;
    for (std::size_t i = 0; i < size; ++i) noise += static_cast<char>(random());
    batch.push_back({id++, {{"Xa", 1}}, {}, noise});
  }
  write_by_us(batch, path("ours"), std::string(30'000, 'm'));
  write_by_xapian(batch, path("theirs"), std::string(30'000, 'm'));
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
    Wanted wanted{id * 11, {}, {}, {}};
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (id % (i + 1) == 0) wanted.entries.push_back({terms[i], id % 5});
    }
    batch.push_back(std::move(wanted));
  }
  write_by_us(batch, path("ours"), "");
  write_by_xapian(batch, path("theirs"), "");
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

// Texts with words at distances of one, of a gap, of thousands; lists of one position and of many.
std::vector<std::string> random_lines(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::string> lines(1 + random() % (seed % 7 == 0 ? 400 : 20));
  for (auto& line : lines) {
    for (std::size_t n = below(random, 30); n > 0; --n) line += word(random, 1 + seed % 9) + ' ';
  }
  return lines;
}

TEST_F(GlassSegmentTest, PositionsAsXapianWouldHaveWritten) {
  GlassSegment segment;
  TermTable table;
  TermPacker packer;
  Xapian::WritableDatabase theirs(path("theirs"), Xapian::DB_CREATE | Xapian::DB_NO_SYNC);
  Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  for (unsigned id = 1; id <= 200; ++id) {
    table.clear();
    Xapian::Document document;
    generator.set_document(document);
    for (const auto& line : random_lines(id)) {
      table.index_text(line, 1, "XDFA");
      generator.index_text(line, 1, "XDFA");
      generator.increase_termpos();
    }
    theirs.replace_document(id, document);
    segment.add({id, *packer.pack(table), {}, {}});
  }
  theirs.commit();
  ASSERT_TRUE(segment.write(path("ours"), Sync::kYes));
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, CompactMergesSegments) {
  const auto batch = random_batch(3, 900, 5);
  const auto at = [&batch](std::size_t i) { return batch.begin() + static_cast<std::ptrdiff_t>(i); };
  write_by_us({at(0), at(300)}, path("a"), "");
  write_by_us({at(300), at(301)}, path("b"), "");
  write_by_us({at(301), batch.end()}, path("c"), "");
  Xapian::Database parts;
  for (const char* name : {"a", "b", "c"}) parts.add_database(Xapian::Database(path(name)));
  parts.compact(path("merged"), Xapian::DBCOMPACT_NO_RENUMBER);
  write_by_xapian(batch, path("theirs"), "");
  expect_same(path("merged"), path("theirs"));
}

TEST_F(GlassSegmentTest, XapianWritesOnWhereWeStopped) {
  const auto batch = random_batch(4, 700, 2);
  write_by_us(batch, path("ours"), "1");
  write_by_xapian(batch, path("theirs"), "1");
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
  write_by_us({}, path("ours"), "");
  write_by_xapian({}, path("theirs"), "");
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, ADatabaseThatIsThereIsLeftAlone) {
  const auto batch = random_batch(1, 10, 2);
  write_by_us(batch, path("ours"), "");
  const auto again = GlassSegment().write(path("ours"), Sync::kNo);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Error::Kind::kConflict);
  write_by_xapian(batch, path("theirs"), "");
  expect_same(path("ours"), path("theirs"));
}

TEST_F(GlassSegmentTest, ADiskThatIsFullIsReported) {
  GlassSegment segment;
  segment.add({1, as_packed({1, {{"Xa", 1}}, {}, {}}), {}, "data"});
  fs::create_directories(path("full"));
  fs::create_symlink("/dev/full", path("full") / "postlist.glass");
  const auto written = segment.write(path("full"), Sync::kNo);
  ASSERT_FALSE(written);
  EXPECT_FALSE(fs::exists(path("full") / "iamglass"));
}

}  // namespace
}  // namespace lorelei::search
