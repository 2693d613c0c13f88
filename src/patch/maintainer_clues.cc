// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/maintainer_clues.hh"

#include <algorithm>
#include <optional>

#include "base/text.hh"

namespace lorelei::patch {

namespace {

constexpr std::size_t kLeastDigits = 6, kMostDigits = 40;

// Takes the prefix off the text, if it is there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_blanks(std::string_view& text) {
  const auto size = text.size();
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text.size() < size;
}

// What there is up to white space; empty: nothing.
std::string_view take_word(std::string_view& text) {
  const auto end = std::find_if(text.begin(), text.end(), is_space);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

bool take_octal(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("01234567"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

std::optional<std::string> only_word(std::string_view text) {
  const auto word = take_word(text);
  if (word.empty() || !trim(text).empty()) return std::nullopt;
  return std::string(word);
}

std::optional<std::string> changed_mode(std::string_view line) {
  if (take(line, " mode change ") && take_octal(line) && take(line, " => ") && take_octal(line) && take(line, " "))
    return only_word(line);
  return std::nullopt;
}

std::optional<std::string> renamed(std::string_view line) {
  if (take(line, "rename from ") || take(line, "rename to ")) return only_word(line);
  return std::nullopt;
}

bool add_names_of_diff(std::string_view line, std::vector<std::string>& paths) {
  if (!take(line, "diff --git a/")) return false;
  const auto before = take_word(line);
  if (before.empty() || !take(line, " b/")) return false;
  const auto after = only_word(line);
  if (!after) return false;
  paths.emplace_back(before);
  paths.push_back(*after);
  return true;
}

std::optional<std::string> fixed_commit(std::string_view line) {
  if (!take(line, "Fixes:") || !take_blanks(line)) return std::nullopt;
  const auto end = std::find_if_not(line.begin(), line.end(), is_hex);
  const auto digits = std::min(static_cast<std::size_t>(end - line.begin()), kMostDigits);
  if (digits < kLeastDigits) return std::nullopt;
  return std::string(line.substr(0, digits));
}

std::optional<std::string> name_of_side(std::string_view line) {
  if ((!take(line, "+++") && !take(line, "---")) || !take_blanks(line)) return std::nullopt;
  const auto word = take_word(line);
  if (word.empty()) return std::nullopt;
  const auto slash = word.find('/');
  return std::string(slash == word.npos ? word : word.substr(slash + 1));
}

}  // namespace

MaintainerClues maintainer_clues(std::string_view patch) {
  MaintainerClues clues;
  while (!patch.empty()) {
    const auto end = std::min(patch.find('\n'), patch.size());
    const auto line = patch.substr(0, end);
    patch.remove_prefix(std::min(end + 1, patch.size()));
    if (line.empty() || std::string_view(" rdF+-").find(line.front()) == std::string_view::npos) continue;
    if (const auto changed = changed_mode(line))
      clues.paths.push_back(*changed);
    else if (const auto name = renamed(line))
      clues.paths.push_back(*name);
    else if (add_names_of_diff(line, clues.paths))
      continue;
    else if (auto commit = fixed_commit(line))
      clues.fixes.push_back(*std::move(commit));
    else if (auto side = name_of_side(line))
      clues.paths.push_back(*std::move(side));
  }
  return clues;
}

}  // namespace lorelei::patch
