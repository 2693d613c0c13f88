// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/regex_set.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.hh"

namespace lorelei::patch {

using Op = RegexInstruction::Op;

static constexpr std::uint32_t kUnknown = UINT32_MAX;

Result<std::size_t> RegexSet::add(std::string_view pattern, Blanks blanks) {
  TRY(const RegexCode program, compile_regex(pattern, blanks));
  if (code_.size() + program.instructions.size() + 1 > kMaxRegexSetCode)
    return err(Error::Kind::kTooLarge, "add the regular expression", printable(pattern),
               fmt::format("all together have more than {} instructions", kMaxRegexSetCode));
  const auto number = starts_.size();
  starts_.push_back(static_cast<std::uint32_t>(code_.size()));
  for (RegexInstruction instruction : program.instructions) {
    if (instruction.op == Op::kBytes) instruction.set = shared(program.sets[instruction.set]);
    code_.push_back(instruction);
  }
  code_.push_back({.op = Op::kJump, .first = 0});
  owner_.resize(code_.size(), static_cast<std::uint32_t>(number));
  class_count_ = 0;
  return number;
}

std::uint32_t RegexSet::shared(const ByteSet& set) {
  const auto [at, is_new] = set_numbers_.emplace(set, static_cast<std::uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(set);
  return at->second;
}

void RegexSet::build_classes() {
  std::map<std::string, std::uint32_t> classes;
  byte_of_.clear();
  for (unsigned c = 0; c < 256; ++c) {
    std::string membership(sets_.size() + 2, '0');
    for (std::size_t i = 0; i < sets_.size(); ++i) membership[i] = sets_[i][c] ? '1' : '0';
    membership[sets_.size()] = is_word_byte(static_cast<unsigned char>(c)) ? '1' : '0';
    membership[sets_.size() + 1] = c == '\n' ? '1' : '0';
    const auto [at, is_new] = classes.emplace(std::move(membership), static_cast<std::uint32_t>(classes.size()));
    if (is_new) byte_of_.push_back(static_cast<unsigned char>(c));
    class_of_[c] = static_cast<std::uint8_t>(at->second);
  }
  class_count_ = static_cast<std::uint32_t>(classes.size());
  mark_.assign(code_.size(), 0);
  step_number_ = 0;
  forget_states();
}

void RegexSet::forget_states() {
  states_.clear();
  next_.clear();
  known_.clear();
}

std::uint32_t RegexSet::state(State wanted) {
  std::string key(1, static_cast<char>(wanted.before));
  const auto put = [&key](const std::vector<std::uint32_t>& numbers) {
    key.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(std::uint32_t));
    key.append(4, '\xff');
  };
  put(wanted.places);
  put(wanted.matched);
  const auto [at, is_new] = known_.emplace(std::move(key), static_cast<std::uint32_t>(states_.size()));
  if (!is_new) return at->second;
  states_.push_back(std::move(wanted));
  next_.resize(states_.size() * (class_count_ + 2), kUnknown);
  return at->second;
}

bool RegexSet::holds(Op op, Before before, std::uint32_t symbol) const {
  const bool ends = symbol == symbol_of(Special::kEnd);
  const bool at_last_line_end = symbol == symbol_of(Special::kLastLineEnd);
  const bool is_byte = symbol < class_count_;
  const bool word_follows = is_byte && is_word_byte(byte_of_[symbol]);
  switch (op) {
    case Op::kTextStart:
      return before == Before::kTextStart;
    case Op::kTextEnd:
      return ends;
    case Op::kTextEndOrLastLineEnd:
      return ends || at_last_line_end;
    // A line end that ends the text begins no line.
    case Op::kLineStart:
      return before == Before::kTextStart || (before == Before::kLineEnd && !ends);
    case Op::kLineEnd:
      return !is_byte || byte_of_[symbol] == '\n';
    case Op::kWordBoundary:
      return (before == Before::kWord) != word_follows;
    case Op::kNoWordBoundary:
      return (before == Before::kWord) == word_follows;
    default:
      return true;
  }
}

// Follows all that takes no byte. reached_: the kBytes that wait for one; matched_: the programs that are through.
void RegexSet::reach(const State& from, std::uint32_t symbol) {
  reached_.clear();
  matched_.clear();
  if (++step_number_ == 0) {
    std::fill(mark_.begin(), mark_.end(), 0);
    step_number_ = 1;
  }
  pending_ = from.places;
  pending_.insert(pending_.end(), starts_.begin(), starts_.end());
  while (!pending_.empty()) {
    const std::uint32_t place = pending_.back();
    pending_.pop_back();
    if (mark_[place] == step_number_) continue;
    mark_[place] = step_number_;
    const RegexInstruction& instruction = code_[place];
    if (instruction.op == Op::kBytes) {
      reached_.push_back(place);
    } else if (instruction.op == Op::kJump && instruction.first == 0) {
      matched_.push_back(owner_[place]);
    } else if (holds(instruction.op, from.before, symbol)) {
      pending_.push_back(place + static_cast<std::uint32_t>(instruction.first));
      if (instruction.op == Op::kSplit) pending_.push_back(place + static_cast<std::uint32_t>(instruction.second));
    }
  }
}

std::uint32_t RegexSet::step(std::uint32_t from, std::uint32_t symbol) {
  reach(states_[from], symbol);
  State to;
  if (symbol != symbol_of(Special::kEnd)) {
    const unsigned char byte = symbol < class_count_ ? byte_of_[symbol] : '\n';
    for (const std::uint32_t place : reached_)
      if (sets_[code_[place].set][byte]) to.places.push_back(place + 1);
    to.before = byte == '\n' ? Before::kLineEnd : is_word_byte(byte) ? Before::kWord : Before::kOther;
  }
  std::sort(to.places.begin(), to.places.end());
  std::sort(matched_.begin(), matched_.end());
  to.matched = matched_;
  if (states_.size() >= kMaxRegexStates) {
    forget_states();
    return state(std::move(to));
  }
  const std::uint32_t target = state(std::move(to));
  next_[from * (class_count_ + 2) + symbol] = target;
  return target;
}

std::vector<std::size_t> RegexSet::found_in(std::string_view text) {
  if (starts_.empty()) return {};
  if (class_count_ == 0) build_classes();
  std::vector<bool> found(starts_.size(), false);
  std::size_t missing = starts_.size();
  std::uint32_t current = state({});
  for (std::size_t i = 0; i <= text.size() && missing > 0; ++i) {
    std::uint32_t symbol = symbol_of(Special::kEnd);
    if (i < text.size())
      symbol = i + 1 == text.size() && text[i] == '\n' ? symbol_of(Special::kLastLineEnd)
                                                       : class_of_[static_cast<unsigned char>(text[i])];
    const std::uint32_t known = next_[current * (class_count_ + 2) + symbol];
    current = known != kUnknown ? known : step(current, symbol);
    for (const std::uint32_t number : states_[current].matched) {
      missing -= found[number] ? 0 : 1;
      found[number] = true;
    }
  }
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i]) numbers.push_back(i);
  return numbers;
}

}  // namespace lorelei::patch
