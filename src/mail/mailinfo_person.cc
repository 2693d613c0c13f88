// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mailinfo_person.hh"

#include <algorithm>

#include "base/text.hh"
#include "mail/mailinfo_text.hh"

namespace lorelei::mail {

std::string collapse_git_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool within = false;
  for (const char c : text) {
    const bool space = is_git_space(c);
    if (!space || !within) out += space ? ' ' : c;
    within = space;
  }
  return out;
}

std::string mailinfo_subject(std::string_view subject) {
  std::size_t bracket = 0;  // the next "]" is not before this
  for (std::size_t at = 0; at < subject.size();) {
    const char c = subject[at];
    if (c == ' ' || c == '\t' || c == ':') {
      ++at;
    } else if (subject.size() > at + 3 && equal_ignore_case(subject.substr(at, 3), "re:")) {
      at += 3;
    } else if (c == '[' && (bracket = subject.find(']', at)) != subject.npos) {
      at = bracket + 1;
    } else {
      subject.remove_prefix(at);
      return collapse_git_space(git_trim(subject));
    }
  }
  return {};
}

namespace {

struct Unquoted {
  std::string text = {};
  bool unended = false;
};

// Quotes go, backslashes within quotes and comments go, parentheses stay. What is not ended ends with the text.
Unquoted unquote(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false, escaped = false;
  std::size_t depth = 0;  // of comments
  for (const char c : text) {
    const bool within = quoted || depth > 0;
    if (escaped) {
      escaped = false;
      out += c;
    } else if (within && c == '\\') {
      escaped = true;
    } else if (c == '"' && depth == 0) {
      quoted = !quoted;
    } else {
      if (!quoted && c == '(') ++depth;
      if (!quoted && c == ')' && depth > 0) --depth;
      out += c;
    }
  }
  return {std::move(out), quoted || depth > 0};
}

constexpr std::size_t kLongestName = 60;  // bytes; git's

std::string sane_name(std::string_view name, const std::string& email) {
  const bool sane = !name.empty() && name.size() <= kLongestName && name.find_first_of("@<>") == name.npos;
  return sane ? std::string(name) : email;
}

MailinfoPerson person_without_at(std::string_view from) {
  const auto open = from.find('<');
  if (open == from.npos) return {};
  const auto close = from.find('>', open);
  if (close == from.npos) return {};
  MailinfoPerson person;
  person.email = from.substr(open + 1, close - open - 1);
  person.name = sane_name(git_trim(from.substr(0, open)), person.email);
  return person;
}

}  // namespace

MailinfoPerson mailinfo_person(std::string_view from) {
  const auto collapsed = collapse_git_space(from);
  const auto [text, unended] = unquote(collapsed);
  const auto at_sign = text.find('@');
  if (at_sign == text.npos) {
    auto person = person_without_at(collapsed);
    person.unended = unended;
    return person;
  }
  auto begin = at_sign;
  while (begin > 0 && !is_git_space(text[begin - 1]) && text[begin - 1] != '<') --begin;
  const auto end = std::min(text.find_first_of(" \n\t\r\v\f>", begin), text.size());
  MailinfoPerson person;
  person.unended = unended;
  person.email = text.substr(begin, end - begin);
  // The "<" becomes a space; whatever ended the address goes.
  auto rest = text.substr(0, begin);
  if (begin > 0 && rest.back() == '<') rest.back() = ' ';
  if (end < text.size()) rest += text.substr(end + 1);
  const auto tidy = collapse_git_space(rest);
  auto name = git_trim(tidy);
  if (name.size() >= 2 && name.front() == '(' && name.back() == ')') name = name.substr(1, name.size() - 2);
  person.name = sane_name(name, person.email);
  return person;
}

}  // namespace lorelei::mail
