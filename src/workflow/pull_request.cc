// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_request.hh"

#include <algorithm>
#include <vector>

#include "base/text.hh"
#include "patch/lines.hh"

namespace lorelei::workflow {

namespace {

struct Word {
  std::string_view text;
  unsigned line = 0, paragraph = 0;
};

// Without quoted lines, and without backslashes that only join lines.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  unsigned line = 0, paragraph = 0;
  while (!text.empty()) {
    const auto content = trim(patch::next_line(text));
    ++line;
    if (content.empty()) ++paragraph;
    if (content.empty() || content.front() == '>') continue;
    for (const auto word : split_words(content))
      if (word != "\\") words.push_back({word, line, paragraph});
  }
  return words;
}

// What follows the phrase the first time from there on; words.size() if it does not occur.
std::size_t behind(const std::vector<Word>& words, std::initializer_list<std::string_view> phrase, std::size_t from) {
  const auto found =
      std::search(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(), phrase.begin(), phrase.end(),
                  [](const Word& word, std::string_view wanted) { return equal_ignore_case(word.text, wanted); });
  if (found == words.end()) return words.size();
  return static_cast<std::size_t>(found - words.begin()) + phrase.size();
}

std::string commit_in(std::string_view word) {
  while (!word.empty() && (word.back() == ':' || word.back() == '.' || word.back() == ',')) word.remove_suffix(1);
  const bool is_id = word.size() >= 7 && word.size() <= 64 && std::all_of(word.begin(), word.end(), is_hex);
  return is_id ? to_lower(word) : "";
}

std::string_view bare_url(std::string_view word) {
  if (word.starts_with('<') && word.ends_with('>') && word.size() > 2) return word.substr(1, word.size() - 2);
  return word;
}

bool has_scheme(std::string_view url) {
  for (const std::string_view scheme : {"git://", "https://", "http://", "ssh://"})
    if (starts_with_ignore_case(url, scheme)) return true;
  const auto at = url.find('@'), colon = url.find(':'), slash = url.find('/');
  return at != url.npos && at > 0 && colon != url.npos && at < colon && colon < slash;
}

// A word of prose is none; whether git may be given it is another question.
bool is_place(std::string_view word) {
  return word.find(':') != word.npos || word.find('/') != word.npos || word.starts_with('-');
}

// Where the first place at or behind `from` stands that the usual words announce; words.size() if there is none.
std::size_t announced_place(const std::vector<Word>& words, std::size_t from) {
  for (auto at = from;;) {
    at = behind(words, {"repository", "at:"}, at);
    if (at >= words.size() || is_place(bare_url(words[at].text))) return std::min(at, words.size());
  }
}

// The first line that ends in a URL and one more word.
std::size_t place_at_line_end(const std::vector<Word>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool is_at_end =
        words[i + 1].line == words[i].line && (i + 2 == words.size() || words[i + 2].line != words[i].line);
    if (is_at_end && has_scheme(bare_url(words[i].text))) return i;
  }
  return words.size();
}

std::string ref_behind(const std::vector<Word>& words, std::size_t url) {
  if (url + 1 >= words.size() || words[url + 1].paragraph != words[url].paragraph) return "HEAD";
  const bool is_prose = behind(words, {"for", "you", "to"}, url + 1) == url + 4;
  return is_prose ? "HEAD" : std::string(words[url + 1].text);
}

bool is_dashes(std::string_view line) {
  line = trim(line);
  return line.size() >= 20 && line.find_first_not_of('-') == line.npos;
}

// Between the first two lines of dashes.
std::string message_in(std::string_view text) {
  std::optional<std::size_t> begin;
  for (std::string_view rest = text; !rest.empty();) {
    const auto before = text.size() - rest.size();
    if (!is_dashes(patch::next_line(rest))) continue;
    if (begin) return std::string(trim(text.substr(*begin, before - *begin)));
    begin = text.size() - rest.size();
  }
  return "";
}

}  // namespace

std::optional<PullRequest> parse_pull_request(std::string_view text) {
  text = text.substr(0, kMaxPullText);
  const auto words = words_of(text);
  PullRequest request;
  auto place = announced_place(words, 0);
  if (place < words.size()) {
    for (auto next = announced_place(words, place); next < words.size(); next = announced_place(words, next))
      ++request.others;
  } else {
    place = place_at_line_end(words);
  }
  if (place == words.size()) return std::nullopt;
  // Each request has its own commits: the last base before the place, the first tip behind it.
  for (auto at = behind(words, {"changes", "since", "commit"}, 0); at < place;
       at = behind(words, {"changes", "since", "commit"}, at))
    if (auto id = commit_in(words[at].text); !id.empty()) request.base = std::move(id);
  const auto end = request.others > 0 ? announced_place(words, place) : words.size();
  std::string_view behind_tip;
  for (auto at = behind(words, {"changes", "up", "to"}, place); at < end && request.tip.empty();
       at = behind(words, {"changes", "up", "to"}, at)) {
    request.tip = commit_in(words[at].text);
    behind_tip = text.substr(static_cast<std::size_t>(words[at].text.data() - text.data()));
  }
  if (request.base.empty() && request.tip.empty()) return std::nullopt;
  request.url = bare_url(words[place].text);
  request.ref = ref_behind(words, place);
  if (!request.tip.empty()) request.message = message_in(behind_tip);
  return request;
}

}  // namespace lorelei::workflow
