// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patchwork_hash.hh"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/sha1.hh"
#include "base/text.hh"
#include "patch/lines.hh"

namespace lorelei::patch {

namespace {

// Also the separators that Python takes for white space.
bool ends_name(char c) { return is_space(c) || (c >= '\x1c' && c <= '\x1f'); }

std::string_view take_digits(std::string_view& rest) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  const auto digits = rest.substr(0, n);
  rest.remove_prefix(n);
  return digits;
}

bool take(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  return true;
}

// "12,3" or "12": the count as text, without zeros in front; nothing if it is no range.
std::optional<std::string_view> take_count(std::string_view& rest) {
  if (take_digits(rest).empty()) return std::nullopt;
  if (!take(rest, ",")) return "1";
  auto count = take_digits(rest);
  if (count.empty()) return std::nullopt;
  count.remove_prefix(std::min(count.find_first_not_of('0'), count.size() - 1));
  return count;
}

struct Counts {
  std::string_view before, after;
};
std::optional<Counts> hunk_header(std::string_view line) {
  if (!take(line, "@@ -")) return std::nullopt;
  const auto before = take_count(line);
  if (!before || !take(line, " +")) return std::nullopt;
  const auto after = take_count(line);
  if (!after || !line.starts_with(" @@")) return std::nullopt;
  return Counts{*before, *after};
}

// The NAME of "--- NAME".
std::optional<std::string_view> file_name(std::string_view line) {
  if (!line.starts_with("--- ") && !line.starts_with("+++ ")) return std::nullopt;
  line.remove_prefix(4);
  const auto end = std::find_if(line.begin(), line.end(), ends_name);
  if (end == line.begin()) return std::nullopt;
  return line.substr(0, static_cast<std::size_t>(end - line.begin()));
}

class Hasher {
 public:
  void take_line(std::string_view line, std::string_view next) {
    const bool was_in_hunk = is_in_hunk();
    if (was_in_hunk) {
      count_down(line);
      hash(line);
    } else if (file_name(line) && (line.starts_with("--- ") ? next.starts_with("+++ ") : follows_old_name_)) {
      hash(line);
      is_in_diff_ = true;
    } else if (const auto counts = is_in_diff_ ? hunk_header(line) : std::nullopt) {
      before_ = parse_uint(counts->before).value_or(UINT64_MAX);
      after_ = parse_uint(counts->after).value_or(UINT64_MAX);
      hash(line);
    }
    follows_old_name_ = !was_in_hunk && line.starts_with("--- ");
  }

  std::optional<git::ObjectId> finish() {
    if (!has_hashed_) return std::nullopt;
    return git::ObjectId{sha_.finish()};
  }

 private:
  bool is_in_hunk() const { return before_ > 0 || after_ > 0; }

  void count_down(std::string_view line) {
    if (line.starts_with('\\')) return;
    if (!line.starts_with('+') && before_ > 0) --before_;
    if (!line.starts_with('-') && after_ > 0) --after_;
  }

  void hash(std::string_view line) {
    if (const auto name = file_name(line)) {
      const auto slash = name->find('/');
      sha_.update(line.substr(0, 4));
      sha_.update(line.starts_with('-') ? "a/" : "b/");
      if (slash != name->npos) sha_.update(name->substr(slash + 1));
    } else if (const auto counts = hunk_header(line)) {
      for (const auto part :
           {std::string_view("@@ -"), counts->before, std::string_view(" +"), counts->after, std::string_view(" @@")})
        sha_.update(part);
    } else if (line.starts_with('-') || line.starts_with('+') || line.starts_with(' ')) {
      sha_.update(line);
    } else {
      return;
    }
    sha_.update("\n");
    has_hashed_ = true;
  }

  Sha1 sha_;
  std::uint64_t before_ = 0, after_ = 0;  // lines that the hunk still promises
  bool is_in_diff_ = false, follows_old_name_ = false, has_hashed_ = false;
};

}  // namespace

std::optional<git::ObjectId> patchwork_hash(std::string_view text) {
  Hasher hasher;
  while (!text.empty()) {
    const auto line = next_line(text);
    hasher.take_line(line, text);
  }
  return hasher.finish();
}

}  // namespace lorelei::patch
