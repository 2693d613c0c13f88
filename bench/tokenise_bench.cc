// SPDX-License-Identifier: GPL-3.0-or-later
// Our tokenizer beside Xapian's term generator on generated mail: prose, quotes and a diff, line by line.
#include <benchmark/benchmark.h>
#include <xapian.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "search/tokenise.hh"

namespace {

using lorelei::search::TermTable;

struct Line {
  std::string text;
  const char* prefix;
};

// Words drawn so that word n is about n times rarer than the first, as in real text.
class Mails {
 public:
  Mails() {
    for (int i = 0; i < 20'000; ++i) words_.push_back(word());
    for (int i = 0; i < 200; ++i) mails_.push_back(mail());
  }
  const std::vector<std::vector<Line>>& all() const { return mails_; }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string word() {
    static const char* const kEnds[] = {"", "", "s", "ing", "ed", "_lock", "_init", "ation", "64", "ly"};
    std::string out;
    for (std::size_t size = 2 + below(6); out.size() < size;) out += static_cast<char>('a' + below(26));
    return out + kEnds[below(std::size(kEnds))];
  }
  std::string sentence(std::size_t words, const char* between) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
      const std::size_t bound = 1 + below(words_.size());
      out += words_[below(bound)] + between;
    }
    return out;
  }
  std::vector<Line> mail() {
    std::vector<Line> lines;
    lines.push_back({sentence(8, " "), "S"});
    for (int i = 0; i < 20; ++i) lines.push_back({"> " + sentence(10, " "), "XQUOT"});
    lines.push_back({sentence(200, " ") + "\n" + sentence(20, ", "), "XNQ"});
    for (int i = 0; i < 60; ++i) {
      static const char* const kKinds[] = {"XDFCTX", "XDFCTX", "XDFA", "XDFB"};
      lines.push_back({"\t" + sentence(2 + below(6), below(2) == 0 ? "->" : "("), kKinds[below(4)]});
    }
    return lines;
  }

  std::mt19937 random_{20261121};
  std::vector<std::string> words_;
  std::vector<std::vector<Line>> mails_;
};

const std::vector<std::vector<Line>>& mails() {
  static const Mails made;
  return made.all();
}

std::int64_t size_of_all() {
  std::size_t size = 0;
  for (const auto& mail : mails()) {
    for (const Line& line : mail) size += line.text.size();
  }
  return static_cast<std::int64_t>(size);
}

enum class Into { kList, kDocument };

void ours(benchmark::State& state, Into into) {
  TermTable table;
  for (auto _ : state) {
    for (const auto& mail : mails()) {
      table.clear();
      for (const Line& line : mail) table.index_text(line.text, 1, line.prefix);
      if (into == Into::kList) {
        benchmark::DoNotOptimize(table.sorted());
        continue;
      }
      Xapian::Document document;
      table.fill(document);
      benchmark::DoNotOptimize(document);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * size_of_all());
}

void xapian(benchmark::State& state) {
  Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  for (auto _ : state) {
    for (const auto& mail : mails()) {
      Xapian::Document document;
      generator.set_document(document);
      for (const Line& line : mail) {
        generator.index_text(line.text, 1, line.prefix);
        generator.increase_termpos();
      }
      benchmark::DoNotOptimize(document);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * size_of_all());
}

BENCHMARK_CAPTURE(ours, list, Into::kList)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ours, document, Into::kDocument)->Unit(benchmark::kMillisecond);
BENCHMARK(xapian)->Unit(benchmark::kMillisecond);

}  // namespace
