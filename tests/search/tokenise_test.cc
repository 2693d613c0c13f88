// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle is Xapian's own term generator, set up as public-inbox does.
#include "search/tokenise.hh"

#include <gtest/gtest.h>
#include <xapian.h>

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace lorelei::search {
namespace {

// Xapian reads this variable once, at the first text of the process.
const int kNoNgrams = unsetenv("XAPIAN_CJK_NGRAM");

enum class Positions { kYes, kNo };
struct Text {
  std::string bytes;
  std::string prefix = "S";
  std::uint32_t wdf_inc = 1;
  Positions positions = Positions::kYes;
};
using Texts = std::vector<Text>;

// term TAB wdf TAB positions, a line each.
std::string dump(const Xapian::Document& document) {
  std::string out;
  for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
    out += *term + '\t' + std::to_string(term.get_wdf());
    for (auto at = term.positionlist_begin(); at != term.positionlist_end(); ++at) out += '\t' + std::to_string(*at);
    out += '\n';
  }
  return out;
}

std::string dump(std::span<const TermTable::Term> terms) {
  std::string out;
  for (const auto& term : terms) {
    out += std::string(term.name) + '\t' + std::to_string(term.wdf);
    for (const auto at : term.positions) out += '\t' + std::to_string(at);
    out += '\n';
  }
  return out;
}

std::string by_xapian(const Texts& texts) {
  Xapian::Document document;
  Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  generator.set_document(document);
  for (const Text& text : texts) {
    if (text.positions == Positions::kNo) {
      generator.index_text_without_positions(text.bytes, text.wdf_inc, text.prefix);
      continue;
    }
    generator.index_text(text.bytes, text.wdf_inc, text.prefix);
    generator.increase_termpos();
  }
  return dump(document);
}

void add(TermTable& table, const Texts& texts) {
  for (const Text& text : texts) {
    if (text.positions == Positions::kNo) {
      table.index_text_without_positions(text.bytes, text.wdf_inc, text.prefix);
    } else {
      table.index_text(text.bytes, text.wdf_inc, text.prefix);
    }
  }
}

std::string by_us(const Texts& texts) {
  TermTable table;
  add(table, texts);
  return dump(table.sorted());
}

std::string utf8(unsigned code_point) {
  std::string out;
  Xapian::Unicode::append_utf8(out, code_point);
  return out;
}

std::string terms_of(std::string_view text) {
  TermTable table;
  table.index_text_without_positions(text, 1, "");
  std::string out;
  for (const auto& term : table.sorted()) {
    if (term.name[0] == 'Z') continue;
    if (!out.empty()) out += ' ';
    out += term.name;
  }
  return out;
}

TEST(Tokenise, WordsOfEachForm) {
  const struct {
    const char *text, *terms;
  } cases[] = {
      {"Fix the I/O path", "fix i o path the"},
      {"blk_mq-sched.c", "blk_mq c sched"},
      {"U.S.A. and A.B", "ab and usa"},
      {"U.S.a", "a s u"},
      {"M&S don't", "don't m&s"},
      {"5.10-rc1, 1,000;2", "1,000;2 5.10 rc1"},
      {"1.a a.1", "1 a"},
      {"c++ c# a++++ fish+chips g+++", "a c# c++ chips fish g+++"},
      {"__init 0x1F", "0x1f __init"},
      {"don\u2019t soft\u200bware 1\u200b2", "12 don't software"},
      {"\xe9t\xe9", "\u00e9t\u00e9"},
      {"\u00c4\u00d6 \u0130", "i \u00e4\u00f6"},
      {"", ""},
      {"-- ", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(terms_of(c.text), c.terms);
    EXPECT_EQ(by_us({{c.text}}), by_xapian({{c.text}}));
  }
}

TEST(Tokenise, LongWordsAreDroppedAndTakeNoPosition) {
  for (std::size_t size = 55; size < 80; ++size) {
    for (const char* end : {"", "+", "++", "+++", "++++", "&b", ".5", "\u00e9", "\u00e9\u00e9++"}) {
      const std::string text = "before " + std::string(size, 'k') + end + " after";
      ASSERT_EQ(by_us({{text}}), by_xapian({{text}})) << text;
    }
  }
}

TEST(Tokenise, InitialsOfEveryEnd) {
  for (const char* start : {"A.B", "A.B.", "A", "A..B", "x A.B", "A.b", "1.A.B"}) {
    for (const char* end : {"", ".", "c", ".c", " c", "1", "+", "'s", "\u00e9", ".\u00e9", "\xff", "-", "_", "&C"}) {
      const std::string text = std::string(start) + end;
      ASSERT_EQ(by_us({{text}}), by_xapian({{text}})) << text;
    }
  }
}

// Alone, doubled, between letters and digits, as a beginning and as an end.
TEST(Tokenise, EveryCodePointInEveryPlace) {
  constexpr unsigned kStep = 512;
  for (unsigned start = 0; start < 0x110000; start += kStep) {
    std::string text;
    // From the tag characters to the end of private use little is assigned: a sample will do.
    const unsigned stride = start >= 0xe0200 ? 61 : start >= 0x32000 ? 13 : 1;
    for (unsigned c = start; c < start + kStep; c += stride) {
      const std::string one = utf8(c);
      text += one + " a" + one + "b 1" + one + "2 " + one + "A" + one + one + "z\n";
    }
    ASSERT_EQ(by_us({{text}}), by_xapian({{text}})) << std::hex << start;
  }
}

TEST(Tokenise, EveryPairOfBytesThatIsNoUtf8) {
  for (unsigned first = 0x80; first < 0x100; ++first) {
    std::string text;
    for (unsigned second = 1; second < 0x100; ++second) {
      for (const char* tail : {"", "\x80", "\x80\x80", "\xbf", "\xbf\xbf", "\xc0", "\xe9\x80"}) {
        text += std::string("a") + static_cast<char>(first) + static_cast<char>(second) + tail + " 1";
      }
    }
    ASSERT_EQ(by_us({{text}}), by_xapian({{text}})) << std::hex << first;
  }
}

TEST(Tokenise, TextEndsAtEveryByte) {
  const std::string whole =
      "Zo\u00eb's U.S.A.F. 1.5\u20442 soft\u200bware\u200d c++ \U0001F600\U00010400\u4e2d\u6587 e\u0301 A.B\xf0\x9f";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string text = whole.substr(0, size);
    ASSERT_EQ(by_us({{text}}), by_xapian({{text}})) << size;
  }
}

// Random texts of pieces that meet in ways a person would not think of.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Texts texts() {
    static const std::array<const char*, 6> prefixes = {"S", "A", "XNQ", "XDFHH", "", "XTO"};
    Texts out(1 + below(4));
    for (Text& text : out) {
      text.prefix = prefixes[below(prefixes.size())];
      text.wdf_inc = static_cast<std::uint32_t>(below(3));
      text.positions = below(4) == 0 ? Positions::kNo : Positions::kYes;
      const std::size_t pieces = below(60);
      for (std::size_t i = 0; i < pieces; ++i) text.bytes += piece();
    }
    return out;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string piece() {
    static const std::array<const char*, 48> known = {"static ",
                                                      "blk_mq_alloc_request(",
                                                      "->",
                                                      "regressions ",
                                                      "Running ",
                                                      "\n+\tif (ret < 0)\n",
                                                      "@@ -1,3 +1,4 @@",
                                                      "a/b.c",
                                                      "5.10-rc1",
                                                      "U.S.A.",
                                                      "A.",
                                                      ".",
                                                      "'",
                                                      "&",
                                                      ",",
                                                      ";",
                                                      "+",
                                                      "#",
                                                      "++",
                                                      "_",
                                                      "0",
                                                      "12",
                                                      "X",
                                                      "q",
                                                      " ",
                                                      "\n",
                                                      "\t",
                                                      "don't",
                                                      "\u2019",
                                                      "\u201b",
                                                      "\u200b",
                                                      "\ufeff",
                                                      "\u2027",
                                                      "\u00b7",
                                                      "\u0301",
                                                      "\u4e2d\u6587",
                                                      "\u0421\u0442\u0440\u043e\u043a\u0430",
                                                      "\u05d0\u05f4\u05d1",
                                                      "\u0662\u060d\u0663",
                                                      "\u01c5",
                                                      "\u02b0",
                                                      "\U0001F600",
                                                      "\xff",
                                                      "\xc3",
                                                      "\xe2\x80",
                                                      "\xf0\x9f\x98",
                                                      "<axboe@kernel.dk>",
                                                      "e-mail"};
    switch (below(8)) {
      case 0:
        return std::string(1, static_cast<char>(random_()));
      case 1:
        return utf8(static_cast<unsigned>(below(below(2) == 0 ? 0x3000 : 0x110000)));
      case 2:
        return word();
      default:
        return known[below(known.size())];
    }
  }

  std::string word() {
    static const std::array<const char*, 10> ends = {"ing", "ed", "ies", "ness", "ational",
                                                     "'s",  "ly", "",    "s",    "izer"};
    std::string out;
    const std::size_t size = below(30) == 0 ? 50 + below(30) : 1 + below(9);
    while (out.size() < size) out += static_cast<char>((below(12) == 0 ? 'A' : 'a') + below(26));
    return out + ends[below(ends.size())];
  }

  std::mt19937 random_;
};

TEST(Tokenise, RandomTextsAsTheOracle) {
  TermTable reused;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    const Texts texts = Generator(seed).texts();
    reused.clear();
    add(reused, texts);
    ASSERT_EQ(dump(reused.sorted()), by_xapian(texts)) << "seed " << seed;
  }
}

TEST(TermTable, FillsADocumentWithWhatItLists) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    TermTable table;
    add(table, Generator(seed).texts());
    table.add_boolean_term("Qid@example.org");
    table.add_term("XDFIDabc");
    Xapian::Document document;
    table.fill(document);
    ASSERT_EQ(dump(document), dump(table.sorted())) << "seed " << seed;
  }
}

TEST(TermTable, OneTermThatCameAboutInSeveralWays) {
  TermTable table;
  table.index_text("Bees and bees", 1, "X");
  table.index_text("ees", 5, "Xb");
  table.add_term("Xbees", 7);
  table.add_term("Xbees", 7);
  table.add_boolean_term("ZXbee");
  EXPECT_EQ(dump(table.sorted()), "Xand\t1\t2\nXbees\t21\t1\t3\t104\nZXand\t1\nZXbee\t7\n");
}

TEST(TermTable, TermsMayHoldAnyBytesAndAnyLength) {
  TermTable table;
  const std::vector<std::string> names = {std::string("a\0b", 3), std::string("a\0", 2), "a", "", "\xff",
                                          std::string(1000, 'q'), std::string(1001, 'q')};
  for (const auto& name : names) table.add_term(name, 2);
  const auto terms = table.sorted();
  ASSERT_EQ(terms.size(), names.size());
  for (std::size_t i = 1; i < terms.size(); ++i) EXPECT_LT(terms[i - 1].name, terms[i].name);
}

TEST(TermTable, MoreTextMayFollowAListing) {
  TermTable table;
  add(table, {{"first running"}});
  EXPECT_EQ(dump(table.sorted()), by_xapian({{"first running"}}));
  add(table, {{"runs first"}});
  EXPECT_EQ(dump(table.sorted()), by_xapian({{"first running"}, {"runs first"}}));
}

TEST(TermTable, ClearForgetsTheDocumentAndItsSize) {
  TermTable table;
  const std::size_t at_rest = table.size_bytes();
  std::string large;
  for (unsigned i = 0; i < 300'000; ++i) large += std::to_string(i * 7919) + ' ';
  add(table, {{large}});
  EXPECT_EQ(table.sorted().size(), 300'000U);
  table.clear();
  EXPECT_LT(table.size_bytes(), at_rest + (std::size_t{5} << 20));
  EXPECT_TRUE(table.sorted().empty());
  add(table, {{"small running text"}});
  EXPECT_EQ(dump(table.sorted()), by_xapian({{"small running text"}}));
}

// Xapian's own generator needs a minute for this text.
TEST(Tokenise, ALongChainOfInitialsThatIsNoneTakesLinearTime) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "A.";
  text += "Bc";
  TermTable table;
  add(table, {{text}});
  ASSERT_EQ(table.sorted().size(), 4U);
  EXPECT_EQ(table.sorted()[0].wdf, 200'000U);
}

}  // namespace
}  // namespace lorelei::search
