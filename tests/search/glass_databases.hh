// SPDX-License-Identifier: GPL-3.0-or-later
// Databases that Xapian and we write of the same documents, and everything that can be asked of one, as text.
#pragma once
#include <gtest/gtest.h>
#include <xapian.h>

#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "search/glass_segment.hh"
#include "search/tokenise.hh"

namespace lorelei::search {

struct WantedTerm {
  std::string term;
  unsigned wdf = 1;
};
struct Wanted {
  unsigned id = 1;
  std::vector<WantedTerm> terms;  // several of one name add up
  std::map<unsigned, std::string> values;
  std::string data;
  std::vector<std::string> lines;  // each indexed with positions
};
using Batch = std::vector<Wanted>;

class GlassTest : public testing::Test {
 protected:
  GlassTest() : directory_(*TempDir::create(fs::temp_directory_path(), "glass-")) {}
  fs::path path(const std::string& name) const { return directory_.path() / name; }

  TempDir directory_;
};

constexpr const char* kLinePrefix = "XDFA";

inline Xapian::Document as_document(const Wanted& wanted) {
  Xapian::Document document;
  Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  generator.set_document(document);
  for (const auto& line : wanted.lines) {
    generator.index_text(line, 1, kLinePrefix);
    generator.increase_termpos();
  }
  for (const auto& [term, wdf] : wanted.terms) document.add_term(term, wdf);
  for (const auto& [slot, value] : wanted.values) document.add_value(slot, value);
  document.set_data(wanted.data);
  return document;
}

inline PackedTerms as_packed(const Wanted& wanted) {
  TermTable table;
  for (const auto& line : wanted.lines) table.index_text(line, 1, kLinePrefix);
  for (const auto& [term, wdf] : wanted.terms) table.add_term(term, wdf);
  return *TermPacker().pack(table);
}

using Metadata = std::map<std::string, std::string>;

inline void write_by_xapian(const Batch& batch, const fs::path& path, const Metadata& metadata = {}) {
  Xapian::WritableDatabase database(path, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_NO_SYNC | Xapian::DB_BACKEND_GLASS);
  for (const Wanted& wanted : batch) database.replace_document(wanted.id, as_document(wanted));
  for (const auto& [key, value] : metadata) database.set_metadata(key, value);
  database.commit();
}

inline void write_by_us(const Batch& batch, const fs::path& path, const Metadata& metadata = {}) {
  GlassSegment segment;
  for (const Wanted& wanted : batch) segment.add({wanted.id, as_packed(wanted), wanted.values, wanted.data});
  for (const auto& [key, value] : metadata) segment.set_metadata(key, value);
  const auto written = segment.write(path, Sync::kNo);
  ASSERT_TRUE(written) << to_text(written.error());
}

inline void dump_document(std::ostream& out, const Xapian::Database& database, Xapian::docid id) {
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

inline void dump_slots(std::ostream& out, const Xapian::Database& database) {
  for (unsigned slot = 0; slot < 300; ++slot) {
    if (database.get_value_freq(slot) == 0) continue;
    out << "slot " << slot << ' ' << database.get_value_freq(slot) << ' ' << database.get_value_lower_bound(slot) << ' '
        << database.get_value_upper_bound(slot);
    for (auto value = database.valuestream_begin(slot); value != database.valuestream_end(slot); ++value) {
      out << ' ' << value.get_docid() << '=' << *value;
    }
    out << '\n';
  }
}

// All but the UUID.
inline std::string dump(const fs::path& path) {
  const Xapian::Database database(path);
  std::ostringstream out;
  out << "documents " << database.get_doccount() << " last " << database.get_lastdocid() << " length "
      << database.get_total_length() << " from " << database.get_doclength_lower_bound() << " to "
      << database.get_doclength_upper_bound() << " positions " << database.has_positions() << '\n';
  for (auto key = database.metadata_keys_begin(); key != database.metadata_keys_end(); ++key) {
    out << "metadata " << *key << ' ' << database.get_metadata(*key) << '\n';
  }
  dump_slots(out, database);
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

inline void expect_same_contents(const fs::path& ours, const fs::path& theirs) {
  const std::string a = dump(ours), b = dump(theirs);
  const auto differ = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  EXPECT_TRUE(a == b) << "from byte " << differ << ": ours " << a.substr(differ, 200) << "\n theirs "
                      << b.substr(differ, 200);
}

// Xapian's checker takes memory for every possible id: not for large ones.
inline void expect_same(const fs::path& ours, const fs::path& theirs) {
  std::ostringstream report;
  EXPECT_EQ(Xapian::Database::check(ours.string(), Xapian::DBCHECK_SHOW_STATS, &report), 0U) << report.str();
  expect_same_contents(ours, theirs);
}

inline unsigned below(std::mt19937& random, std::size_t limit) { return static_cast<unsigned>(random() % limit); }

inline std::string random_word(std::mt19937& random, unsigned alphabet) {
  std::string out;
  for (unsigned size = 1 + below(random, 5); out.size() < size;)
    out += static_cast<char>('a' + below(random, alphabet));
  return out;
}

inline Batch random_batch(unsigned seed, std::size_t documents, unsigned gap) {
  std::mt19937 random(seed);
  Batch batch;
  unsigned id = seed % 5 == 0 ? 4'000'000 : 0;
  for (std::size_t i = 0; i < documents; ++i) {
    Wanted wanted;
    wanted.id = id += 1 + below(random, gap);
    for (std::size_t n = below(random, 40); n > 0; --n) {
      wanted.terms.push_back({"X" + random_word(random, 6), below(random, 3) * below(random, 200)});
    }
    for (unsigned slot = 0; slot < 6; ++slot) {
      if (below(random, 4) != 0) wanted.values[slot] = Xapian::sortable_serialise(below(random, 5000));
    }
    if (below(random, 5) == 0) wanted.values[200 + below(random, 90)] = std::string(below(random, 300), 'v');
    if (below(random, 2) == 0) wanted.data = std::string(below(random, 400), 'd') + random_word(random, 20);
    for (std::size_t n = below(random, 3); n > 0; --n) wanted.lines.push_back(random_word(random, 5) + " same words");
    batch.push_back(std::move(wanted));
  }
  return batch;
}

}  // namespace lorelei::search
