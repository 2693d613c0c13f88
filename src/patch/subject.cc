// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/subject.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::patch {
namespace {

// In the languages of common mail programs; those after the gap mean "forwarded".
constexpr std::string_view kReplyWords[] = {"re",           "aw",           "antw", "antwort", "sv",  "vs",
                                            "res",          "rif",          "odp",  "ynt",     "ang", "\u56de\u590d",
                                            "\u7b54\u590d", "\u56de\u8986", "fw",   "fwd",     "wg",  "tr",
                                            "rv",           "enc",          "vb",   "doorst",  "vl",  "\u8f6c\u53d1"};

// "Re:", "RE[3]:", "Fwd :", also with the wide colon: how long it is, 0 if text starts otherwise.
std::size_t reply_length(std::string_view text) {
  for (const auto word : kReplyWords) {
    if (!starts_with_ignore_case(text, word)) continue;
    auto rest = text.substr(word.size());
    if (rest.starts_with('[') || rest.starts_with('(') || rest.starts_with('^')) {
      const auto digits = rest.find_first_not_of("0123456789", 1);
      if (digits == std::string_view::npos || digits == 1) continue;
      const bool closed = rest[digits] == (rest[0] == '[' ? ']' : ')');
      rest.remove_prefix(digits + (closed ? 1 : 0));
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    for (const std::string_view colon : {":", "\uff1a"})
      if (rest.starts_with(colon)) return text.size() - rest.size() + colon.size();
  }
  return 0;
}

// The length of the tag that text starts with, its brackets included; 0 if there is none. Brackets that do not pair
// end at the first closing one.
std::size_t tag_length(std::string_view text) {
  if (!text.starts_with('[')) return 0;
  text = text.substr(0, kMaxTagBytes);
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
    if (depth == 0) return i + 1;
  }
  const auto end = text.find(']');
  return end == std::string_view::npos ? 0 : end + 1;
}

std::optional<int> small_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 4 || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  return static_cast<int>(*parse_uint(digits));
}

// "v3"; "v2.1" is of revision 2.
std::optional<int> revision_of(std::string_view chunk) {
  if (chunk.empty() || to_lower(chunk[0]) != 'v') return std::nullopt;
  const auto dot = chunk.find('.');
  if (dot != std::string_view::npos && !small_number(chunk.substr(dot + 1))) return std::nullopt;
  return small_number(chunk.substr(1, dot == std::string_view::npos ? dot : dot - 1));
}

std::optional<Counter> counter_of(std::string_view number, std::string_view total) {
  const auto n = small_number(number), of = small_number(total);
  if (!n || !of) return std::nullopt;
  return Counter{*n, *of};
}

// Splits "PATCHv3", "RFC-v2", "PATCH1/3" after the word; other chunks stay whole.
std::size_t glued_word_length(std::string_view chunk) {
  for (const std::string_view word : {"patch", "rfc", "resend", "repost"}) {
    if (!starts_with_ignore_case(chunk, word) || chunk.size() == word.size()) continue;
    const auto rest = chunk.substr(word.size());
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos && counter_of(rest.substr(0, slash), rest.substr(slash + 1)))
      return word.size();
    const auto dash = rest[0] == '-' || rest[0] == '_' ? 1u : 0u;
    if (revision_of(rest.substr(dash))) return word.size();
  }
  return 0;
}

std::vector<std::string> chunks_of(std::string_view tag) {
  std::vector<std::string> chunks;
  constexpr std::string_view kSeparators = " \t\r\n,;[]";
  while (true) {
    tag.remove_prefix(std::min(tag.find_first_not_of(kSeparators), tag.size()));
    if (tag.empty()) return chunks;
    auto chunk = tag.substr(0, tag.find_first_of(kSeparators));
    tag.remove_prefix(chunk.size());
    if (const auto word = glued_word_length(chunk)) {
      chunks.emplace_back(chunk.substr(0, word));
      chunk.remove_prefix(word);
      chunk.remove_prefix(chunk.find_first_not_of("-_"));
    }
    chunks.emplace_back(chunk);
  }
}

// Takes over what one chunk says; false if it is a word of its own meaning.
bool take_number(Subject& subject, std::string_view chunk) {
  if (const auto revision = revision_of(chunk)) {
    subject.revision = revision;
    return true;
  }
  const auto slash = chunk.find('/');
  const auto counter =
      slash == std::string_view::npos ? std::nullopt : counter_of(chunk.substr(0, slash), chunk.substr(slash + 1));
  if (counter) subject.counter = counter;
  return counter.has_value();
}

void take_word(Subject& subject, std::string_view chunk) {
  if (starts_with_ignore_case(chunk, "patch")) subject.is_patch = true;
  if (starts_with_ignore_case(chunk, "rfc")) subject.is_rfc = true;
  if (starts_with_ignore_case(chunk, "resend") || starts_with_ignore_case(chunk, "repost")) subject.is_resend = true;
  if (equal_ignore_case(chunk, "pull")) subject.is_pull = true;
}

void take_tag(Subject& subject, std::string_view tag) {
  auto chunks = chunks_of(tag);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const bool of = i + 2 < chunks.size() && equal_ignore_case(chunks[i + 1], "of");
    if (of && counter_of(chunks[i], chunks[i + 2])) {
      chunks[i] += "/" + chunks[i + 2];
      chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   chunks.begin() + static_cast<std::ptrdiff_t>(i) + 3);
    }
    if (!take_number(subject, chunks[i])) take_word(subject, chunks[i]);
    subject.tags.push_back(chunks[i]);
  }
}

bool is_word_of_format(std::string_view tag) {
  Subject ignored;
  return equal_ignore_case(tag, "patch") || take_number(ignored, tag);
}

}  // namespace

std::vector<std::string> Subject::extra_tags() const {
  std::vector<std::string> extra;
  std::remove_copy_if(tags.begin(), tags.end(), std::back_inserter(extra), is_word_of_format);
  return extra;
}

Subject parse_subject(std::string_view written) {
  Subject subject;
  const auto squeezed = squeeze_spaces(written);
  std::string_view rest = squeezed;
  while (!rest.empty()) {
    if (const auto tag = tag_length(rest)) {
      take_tag(subject, rest.substr(0, tag));
      rest.remove_prefix(tag);
    } else if (const auto reply = subject.is_patch ? 0 : reply_length(rest)) {
      subject.is_reply = true;
      rest.remove_prefix(reply);
    } else {
      break;
    }
    rest = trim(rest);
  }
  subject.title = rest;
  return subject;
}

std::string series_key(std::string_view title) {
  auto key = to_lower(squeeze_spaces(title));
  while (!key.empty() && (key.back() == '.' || key.back() == ' ')) key.pop_back();
  return key;
}

}  // namespace lorelei::patch
