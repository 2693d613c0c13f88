// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.hh"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei {
namespace {

using Kind = Error::Kind;

// What a setter says; parse_options() adds the option.
tl::unexpected<Error> refuse(std::string why, std::string next = {}) {
  return err(Kind::kUsage, "", "", std::move(why), std::move(next));
}

template <typename Int>
Target::Setter number_setter(Int* number) {
  return [number](std::string_view value) -> Result<void> {
    if constexpr (std::is_signed_v<Int>) {
      const auto parsed = parse_int(value);
      if (!parsed) return refuse("not a whole number");
      *number = *parsed;
    } else {
      const auto parsed = parse_uint(value);
      if (!parsed || *parsed > std::numeric_limits<Int>::max()) return refuse("not a whole number from 0 upwards");
      *number = static_cast<Int>(*parsed);
    }
    return {};
  };
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::string_view kUnits = "kmgt";
  const char last = text.empty() ? '\0' : to_lower(text.back());
  const auto unit = last ? kUnits.find(last) : std::string_view::npos;
  const unsigned shift = unit == std::string_view::npos ? 0 : 10 * static_cast<unsigned>(unit + 1);
  if (shift) text.remove_suffix(1);
  const auto number = parse_uint(text);
  if (!number || *number > std::numeric_limits<std::uint64_t>::max() >> shift)
    return refuse("not a number of bytes", "a number, or one with k, m or g behind it, such as 256m");
  return *number << shift;
}

}  // namespace

Target::Target(bool* flag) : set([flag](auto) -> Result<void> { return *flag = true, Result<void>{}; }) {
  undo = [flag] { *flag = false; };
}
Target::Target(std::optional<bool>* flag) : set([flag](auto) -> Result<void> { return *flag = true, Result<void>{}; }) {
  undo = [flag] { *flag = false; };
}
Target::Target(unsigned* number) : set(number_setter(number)) {
  undo = [number] { *number = 0; };
  count = [number] { ++*number; };
}
Target::Target(std::uint64_t* number) : set(number_setter(number)) {}
Target::Target(std::int64_t* number) : set(number_setter(number)) {}
Target::Target(std::optional<std::uint64_t>* number)
    : set([number](std::string_view value) { return number_setter(&number->emplace())(value); }) {}
Target::Target(ByteCount* bytes)
    : set([bytes](std::string_view value) -> Result<void> {
        TRY(bytes->value, parse_bytes(value));
        return {};
      }) {}
Target not_empty(std::string& text) {
  return Target(Target::Setter([&text](std::string_view value) -> Result<void> {
    if (value.empty()) return err(Error::Kind::kUsage, "read the option", "", "its value is empty");
    text = value;
    return {};
  }));
}

Target::Target(std::string* text) : set([text](std::string_view value) { return *text = value, Result<void>{}; }) {}
Target::Target(std::optional<std::string>* text)
    : set([text](std::string_view value) { return text->emplace(value), Result<void>{}; }) {}
Target::Target(std::vector<std::string>* texts)
    : set([texts](std::string_view value) { return texts->emplace_back(value), Result<void>{}; }) {}

Target Target::choice(std::function<void(std::size_t)> choose) {
  Target target;
  target.choose = std::move(choose);
  return target;
}

OptionSpelling::OptionSpelling(const Option& option) : value(option.value) {
  for (auto name : split_words(option.names)) {
    if (name == "-NUMBER") {
      digits = true;
    } else if (!name.starts_with("--") && name.size() > 2) {
      longs.emplace_back(name);  // as another program has it, with one dash that is part of the name
    } else if (!name.starts_with("--")) {
      shorts += name.at(1);
    } else {
      name.remove_prefix(2);
      joins_no |= name.starts_with("[no]");
      shows_both |= joins_no || name.starts_with("[no-]");
      negated |= name.starts_with("no-");
      if (shows_both) name.remove_prefix(joins_no ? 4 : 5);
      if (negated) name.remove_prefix(3);
      longs.emplace_back(name);
    }
  }
  optional_value = value.starts_with("[");
  if (optional_value) value = value.substr(1, value.size() - 2);
  const auto first = value.empty() ? '\0' : value.front();
  if (is_lower(first) || is_digit(first))
    for (const auto word : split(value, '|')) choices.emplace_back(word);
}

std::string OptionSpelling::label() const {
  std::vector<std::string> names;
  for (const char c : shorts) names.push_back({'-', c});
  if (digits) names.emplace_back("-NUMBER");
  const char* dashes = negated ? "--no-" : joins_no ? "--[no]" : shows_both ? "--[no-]" : "--";
  for (const auto& name : longs) names.push_back(name.starts_with('-') ? name : dashes + name);
  auto text = join(names, ", ");
  if (value.empty()) return text;
  const std::string separator = longs.empty() ? (optional_value ? "" : " ") : "=";
  return text + (optional_value ? "[" + separator + value + "]" : separator + value);
}

namespace {

// getopt_long's return values: characters for short options, 256 + 2 * row for long ones, one more for their --no-X.
constexpr int kFirstLong = 256;
constexpr int kOperand = 1;

// The table in the shape that getopt_long wants, and back.
class GetoptTables {
 public:
  explicit GetoptTables(const std::vector<Option>& options) : options_(options) {
    row_of_short_.fill(kNoRow);
    for (std::size_t row = 0; row < options.size(); ++row) add(row);
    for (const auto& [name, has_value, code] : names_) longs_.push_back({name.c_str(), has_value, nullptr, code});
    longs_.push_back({});
  }
  GetoptTables(const GetoptTables&) = delete;
  GetoptTables& operator=(const GetoptTables&) = delete;

  const char* shorts() const { return shorts_.c_str(); }
  const struct option* longs() const { return longs_.data(); }

  struct Found {
    std::size_t row;
    bool undo;
  };
  Found find(int code) const {
    if (code >= kFirstLong) return {static_cast<std::size_t>(code - kFirstLong) / 2, code % 2 == 1};
    const auto row = row_of_short_.at(static_cast<std::size_t>(code));
    return {row, spelling(row).negated};
  }
  bool knows_short(int code) const {
    return code > 0 && code < 128 && row_of_short_[static_cast<std::size_t>(code)] != kNoRow;
  }
  const Option& option(std::size_t row) const { return options_[row]; }
  const OptionSpelling& spelling(std::size_t row) const { return spellings_[row]; }

  // The same word as getopt_long reads it: a name with one dash as that with two.
  std::string with_dashes(const std::string& word) const {
    const auto end = std::min(word.find('='), word.size());
    for (const auto& [name, usual] : single_dashes_)
      if (word.compare(0, end, name) == 0) return usual + word.substr(end);
    return word;
  }

  // All long names that begin with prefix, with their dashes.
  std::vector<std::string> names_with(std::string_view prefix) const {
    std::vector<std::string> found;
    for (const auto& name : names_)
      if (name.text.starts_with(prefix)) found.push_back("--" + name.text);
    return found;
  }

 private:
  static constexpr std::size_t kNoRow = std::numeric_limits<std::size_t>::max();
  struct Name {
    std::string text;
    int has_value;
    int code;
  };

  void add(std::size_t row) {
    const auto& spelling = spellings_.emplace_back(options_[row]);
    const int has_value = spelling.value.empty()    ? no_argument
                          : spelling.optional_value ? optional_argument
                                                    : required_argument;
    for (const char c : spelling.shorts) add_short(c, row, std::string("::").substr(0, has_value));
    if (spelling.digits)
      for (char c = '0'; c <= '9'; ++c) add_short(c, row, "::");
    const int code = kFirstLong + 2 * static_cast<int>(row);
    for (const auto& name : spelling.longs) {
      if (name.starts_with('-')) {
        single_dashes_.emplace_back(name, (spelling.negated ? "--no-" : "--") + spelling.longs.front());
        continue;
      }
      add_long({name, has_value, code});
      if (options_[row].target.undo) add_long({"no-" + name, no_argument, code + 1});
      if (options_[row].target.undo && spelling.joins_no) add_long({"no" + name, no_argument, code + 1});
    }
  }
  void add_short(char c, std::size_t row, std::string_view colons) {
    auto& slot = row_of_short_.at(static_cast<unsigned char>(c));
    if (slot != kNoRow) return;
    slot = row;
    shorts_ += c;
    shorts_ += colons;
  }
  void add_long(Name name) {
    const auto same = [&](const Name& other) { return other.text == name.text; };
    if (std::none_of(names_.begin(), names_.end(), same)) names_.push_back(std::move(name));
  }

  const std::vector<Option>& options_;
  std::vector<OptionSpelling> spellings_;
  std::array<std::size_t, 128> row_of_short_{};
  // "-": operands come in order as code 1, whatever POSIXLY_CORRECT says; ":": a missing value is told apart.
  std::string shorts_ = "-:";
  std::vector<Name> names_;
  std::vector<std::pair<std::string, std::string>> single_dashes_;
  std::vector<struct option> longs_;
};

tl::unexpected<Error> unknown_option(const GetoptTables& tables, const std::string& word, int short_option) {
  if (short_option) {
    const auto shown = printable(std::string{'-', static_cast<char>(short_option)});
    return err(Kind::kUsage, "use", word, word == shown ? "there is no such option" : "there is no option " + shown,
               "-- before words that begin with - and are no options");
  }
  const auto name = std::string_view(word).substr(0, word.find('=')).substr(2);
  const auto matches = tables.names_with(name);
  if (matches.size() > 1) return err(Kind::kUsage, "use", word, "it could be " + join(matches, ", "));
  return err(Kind::kUsage, "use", word, "there is no such option",
             nearest("--" + std::string(name), tables.names_with("")));
}

Result<void> apply_choice(const OptionSpelling& spelling, const Option& option, std::string_view value) {
  const auto found = std::find(spelling.choices.begin(), spelling.choices.end(), value);
  if (found == spelling.choices.end() && !(value.empty() && spelling.optional_value))
    return refuse("it is one of " + join(spelling.choices, ", "), nearest(value, spelling.choices));
  if (!option.target.choose) return option.target.set(value);
  assert(found != spelling.choices.end());  // an enum has no value for "none given"
  option.target.choose(static_cast<std::size_t>(found - spelling.choices.begin()));
  return {};
}

Result<void> apply(const GetoptTables& tables, GetoptTables::Found found, std::string_view value) {
  const auto& option = tables.option(found.row);
  const auto& spelling = tables.spelling(found.row);
  if (found.undo) return option.target.undo(), Result<void>{};
  if (spelling.value.empty() && option.target.count) return option.target.count(), Result<void>{};
  auto applied = spelling.choices.empty() ? option.target.set(value) : apply_choice(spelling, option, value);
  if (applied) return applied;
  auto error = std::move(applied).error();
  error.kind = Kind::kUsage;
  if (error.doing.empty()) {
    const auto name =
        spelling.longs.empty() ? std::string{'-', spelling.shorts.front()} + " " : "--" + spelling.longs.front() + "=";
    error.doing = "use";
    error.subject = name + std::string(value);
    if (!error.next.empty() && !spelling.choices.empty()) error.next = name + error.next;
  }
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<std::vector<std::string>> parse_options(const std::vector<Option>& options,
                                               const std::vector<std::string>& words, Order order) {
  const GetoptTables tables(options);
  std::vector<std::string> copies;  // getopt_long wants writable strings
  bool is_behind_options = false;
  for (const auto& word : words) {
    is_behind_options = is_behind_options || word == "--";
    copies.push_back(is_behind_options ? word : tables.with_dashes(word));
  }
  std::vector<char*> argv = {const_cast<char*>("")};
  for (auto& word : copies) argv.push_back(word.data());
  const int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);

  std::vector<std::string> operands;
  optind = 0;  // starts glibc's getopt afresh
  opterr = 0;
  for (;;) {
    const int word = optind ? optind : 1;  // where a bundle of short options stands
    const int code = getopt_long(argc, argv.data(), tables.shorts(), tables.longs(), nullptr);
    if (code == -1) break;
    if (code == kOperand) {
      if (order == Order::kOptionsFirst) {
        --optind;
        break;
      }
      operands.emplace_back(optarg);
      continue;
    }
    std::string value = optarg ? optarg : "";
    if (code == ':') return err(Kind::kUsage, "use", argv[word], "it needs a value");
    if (code == '?' && optopt >= kFirstLong) return err(Kind::kUsage, "use", argv[word], "it takes no value");
    if (code == '?') return unknown_option(tables, argv[word], optopt);
    const auto& takes_next = tables.option(tables.find(code).row).target.takes_next;
    if (takes_next && optind < argc && takes_next(value, argv[optind]))
      value += (value.empty() ? "" : " ") + std::string(argv[optind++]);
    const bool digit =
        code < kFirstLong && is_digit(static_cast<char>(code)) && tables.spelling(tables.find(code).row).digits;
    TRY_VOID(apply(tables, tables.find(code), digit ? static_cast<char>(code) + value : value));
  }
  for (int i = optind; i < argc; ++i) operands.emplace_back(argv[i]);
  return operands;
}

}  // namespace lorelei
