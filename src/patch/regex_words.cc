// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/regex_words.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::patch {

namespace {

using Op = RegexInstruction::Op;

constexpr std::size_t kMaxSteps = 20'000;
constexpr std::size_t kMaxWordBytes = 200;
constexpr std::size_t kMaxChoice = 10;

// A way through the program, up to place.
struct Way {
  std::size_t place = 0;
  std::string text;         // words with a space between them
  bool open_start = false;  // of the text, once it is not empty
  bool boundary = false;    // right before place
};

// Bytes as the index knows them, each once.
std::string lower_bytes(const ByteSet& set) {
  std::string out;
  for (unsigned c = 0; c < 256; ++c) {
    const char lower = to_lower(static_cast<char>(c));
    if (set[c] && out.find(lower) == std::string::npos) out += lower;
  }
  return out;
}

void take(Way& way, char byte) {
  if (!is_word_byte(static_cast<unsigned char>(byte))) {
    if (!way.text.empty() && way.text.back() != ' ') way.text += ' ';
    way.boundary = true;
    return;
  }
  if (way.text.empty()) way.open_start = !way.boundary;
  way.text += byte;
  way.boundary = false;
}

class Walk {
 public:
  explicit Walk(const RegexCode& code) : code_(code) { ways_.emplace_back(); }

  std::optional<std::vector<RegexWords>> all() {
    for (std::size_t steps = 0; !ways_.empty(); ++steps) {
      if (steps > kMaxSteps || ways_.size() > kMaxRegexWays || found_.size() > kMaxRegexWays) return std::nullopt;
      Way way = std::move(ways_.back());
      ways_.pop_back();
      if (!step(std::move(way))) return std::nullopt;
    }
    drop_covered();
    return std::move(found_);
  }

 private:
  bool step(Way way) {
    if (way.place >= code_.instructions.size()) return end(way, !way.boundary);
    if (way.text.size() > kMaxWordBytes) return false;
    const RegexInstruction& instruction = code_.instructions[way.place];
    switch (instruction.op) {
      case Op::kBytes:
        return bytes(std::move(way), code_.sets[instruction.set]);
      case Op::kJump:
        if (instruction.first > 0) return go_on(std::move(way), instruction.first);
        // Once more through a loop. A second blank says nothing new; the way past the loop is walked anyhow.
        return way.text.ends_with(' ') || end(way, true);
      case Op::kSplit:
        go_on(way, instruction.second);
        return go_on(std::move(way), instruction.first);
      case Op::kNoWordBoundary:
        return go_on(std::move(way), 1);
      default:
        way.boundary = true;
        return go_on(std::move(way), 1);
    }
  }
  bool go_on(Way way, std::int32_t by) {
    way.place += static_cast<std::size_t>(by);
    ways_.push_back(std::move(way));
    return true;
  }

  bool bytes(Way way, const ByteSet& set) {
    const std::string choice = lower_bytes(set);
    const bool has_word =
        std::any_of(choice.begin(), choice.end(), [](char c) { return is_word_byte(static_cast<unsigned char>(c)); });
    if (!has_word) {
      take(way, ' ');
      return go_on(std::move(way), 1);
    }
    if (choice.size() > kMaxChoice) {
      if (!way.text.empty()) return end(way, true);
      way.boundary = true;  // whatever stands before the first word is not looked for
      return go_on(std::move(way), 1);
    }
    // The last is put down first, so that the first is taken up first.
    for (std::size_t i = choice.size(); i-- > 0;) {
      Way copy = way;
      take(copy, choice[i]);
      go_on(std::move(copy), 1);
    }
    return true;
  }

  bool end(const Way& way, bool open_end) {
    RegexWords words{{}, way.open_start, open_end && !way.text.ends_with(' ')};
    std::size_t longest = 0;
    for (const auto word : split_words(way.text)) {
      words.words.emplace_back(word);
      longest = std::max(longest, word.size());
    }
    if (longest < kLeastWordBytes) return false;
    if (std::find(found_.begin(), found_.end(), words) == found_.end()) found_.push_back(std::move(words));
    return true;
  }

  static bool covers(const RegexWords& a, const RegexWords& b) {
    if (!a.open_end || a.words.size() != 1 || b.words.size() != 1 || a.open_start != b.open_start) return false;
    return b.words[0].starts_with(a.words[0]) && a != b;
  }
  void drop_covered() {
    const auto all = found_;
    std::erase_if(found_, [&](const RegexWords& one) {
      return std::any_of(all.begin(), all.end(), [&](const RegexWords& other) { return covers(other, one); });
    });
  }

  const RegexCode& code_;
  std::vector<Way> ways_;
  std::vector<RegexWords> found_;
};

}  // namespace

std::optional<std::vector<RegexWords>> words_of_regex(std::string_view pattern, Blanks blanks) {
  const auto code = compile_regex(pattern, blanks);
  if (!code) return std::nullopt;
  return Walk(*code).all();
}

}  // namespace lorelei::patch
