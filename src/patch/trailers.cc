// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/trailers.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"

namespace lorelei::patch {
namespace {

template <std::size_t kCount>
bool is_one_of(std::string_view lower_case, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), lower_case) != std::end(names);
}

constexpr std::string_view kUtility[] = {"fixes",      "link",      "buglink",     "closes",  "obsoleted-by",
                                         "message-id", "change-id", "base-commit", "based-on"};
constexpr std::string_view kNoTrailers[] = {"phone", "mail", "email", "e-mail", "prerequisite-message-id"};
constexpr std::string_view kMailHeaders[] = {"subject", "date", "from"};
// What a reply may say without naming an address, and where a URL is no surprise.
constexpr std::string_view kReplyWithoutAddress[] = {"link", "buglink", "closes", "fixes", "obsoleted-by"};
constexpr std::string_view kReplyLinks[] = {"link", "buglink", "closes", "obsoleted-by"};
constexpr std::string_view kNeverInReply[] = {"from",        "author",    "cc",         "to",
                                              "date",        "subject",   "subscribe",  "unsubscribe",
                                              "base-commit", "change-id", "message-id", "index"};

bool is_word_byte(char c) { return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// something@something.something, anywhere in it.
bool has_address(std::string_view value) {
  for (auto at = value.find('@'); at != std::string_view::npos; at = value.find('@', at + 1)) {
    if (at == 0 || is_space(value[at - 1])) continue;
    auto end = at + 1;
    while (end < value.size() && !is_space(value[end])) ++end;
    const auto host = value.substr(at + 1, end - at - 1);
    const auto dot = host.find('.', 1);
    if (dot != std::string_view::npos && dot + 1 < host.size()) return true;
    at = end - 1;
  }
  return false;
}

// HTML mailers write "A <a@x.org<mailto:a@x.org>>".
std::string without_mailto(std::string_view value) {
  const auto from = value.find("<mailto:");
  if (from == std::string_view::npos) return std::string(value);
  const auto to = value.find('>', from);
  if (to == std::string_view::npos) return std::string(value.substr(0, from));
  return std::string(value.substr(0, from)).append(value.substr(to + 1));
}

struct Line {
  std::string_view name, value;
};

// The two halves of "Name: value", nothing if the line is none.
std::optional<Line> split_line(std::string_view line) {
  line = trim(line);
  if (line.empty() || !is_word_byte(line[0])) return std::nullopt;
  std::size_t end = 0;
  while (end < line.size() && !is_space(line[end])) ++end;
  const auto value = trim(line.substr(end));
  if (end < 3 || line[end - 1] != ':' || value.empty()) return std::nullopt;
  return Line{line.substr(0, end - 1), value};
}

// "Fixes: 0123456789ab (\"block: long": more of the title is on the next line.
bool opens_title(const Line& line) {
  const auto hash = line.value.find_first_not_of("0123456789abcdef");
  if (hash == 0 || hash == std::string_view::npos) return false;
  const auto paren = line.value.find_first_not_of(" \t", hash);
  return paren != std::string_view::npos && paren > hash && line.value[paren] == '(' &&
         line.value.find(')', paren) == std::string_view::npos;
}

bool is_lone_address(std::string_view line) {
  line = trim(line);
  return line.size() > 2 && line.front() == '<' && line.find('>') == line.size() - 1;
}

bool is_note(std::string_view line) {
  line = trim(line);
  return line.size() > 2 && line.front() == '[' && line.find(']') == line.size() - 1;
}

// "value  # note": where the blanks before the note begin; its end if there is none. A "#" within parentheses belongs
// to a title.
std::size_t note_start(std::string_view value) {
  const auto mark = value.rfind('#');
  if (mark == std::string_view::npos || mark == 0 || mark + 1 == value.size() || !is_space(value[mark - 1]))
    return value.size();
  const auto before = value.substr(0, mark);
  if (std::count(before.begin(), before.end(), '(') > std::count(before.begin(), before.end(), ')'))
    return value.size();
  const auto text_end = trim_end(value.substr(0, mark)).size();
  return text_end == 0 ? value.size() : text_end;
}

// By the rules for replies.
bool may_come_in_reply(std::string_view lower_name, std::string_view value) {
  if (!is_ascii(lower_name) || is_one_of(lower_name, kNeverInReply)) return false;
  if (value.find("://") != std::string_view::npos && !is_one_of(lower_name, kReplyLinks)) return false;
  if (lower_name == "fixes") return value.find_first_not_of("0123456789abcdef") >= 6;
  return has_address(value) || is_one_of(lower_name, kReplyWithoutAddress);
}

Trailer make_trailer(std::string_view name, std::string_view value) {
  Trailer trailer;
  trailer.name = name;
  const auto note = note_start(value);
  trailer.note = trim(value.substr(note));
  trailer.value = without_mailto(value.substr(0, note));
  if (is_one_of(to_lower(name), kUtility) || trailer.value.find("://") != std::string::npos) {
    trailer.kind = Trailer::Kind::kUtility;
  } else if (has_address(trailer.value)) {
    trailer.kind = Trailer::Kind::kPerson;
    trailer.person = parse_person(trailer.value);
  }
  return trailer;
}

class Finder {
 public:
  explicit Finder(TrailerSource source) : source_(source) {}

  std::vector<Trailer> find(std::string_view text) && {
    const auto lines = split(text, '\n');
    for (std::size_t i = 0; i < lines.size() && lines[i] != "-- "; ++i) {
      const auto next = i + 1 < lines.size() ? lines[i + 1] : std::string_view();
      line_ = i;
      if (take(lines[i], next)) ++i;
    }
    return std::move(found_);
  }

 private:
  // True if the next line belongs to this one.
  bool take(std::string_view line, std::string_view next) {
    const auto parts = split_line(line);
    if (!parts) {
      if (after_trailer_ && is_note(line)) {
        found_.back().note = trim(line);
        ++found_.back().lines;
      } else if (!trim(line).empty()) {
        prose_ = true;
      }
      after_trailer_ = false;
      return false;
    }
    std::string value(parts->value);
    const bool title = opens_title(*parts) && next.find(')') != std::string_view::npos;
    const bool address = value.find('<') == std::string::npos && is_lone_address(next);
    if (title || address) value.append(" ").append(trim(next));
    after_trailer_ = counts(to_lower(parts->name), value);
    if (after_trailer_) {
      found_.push_back(make_trailer(parts->name, value));
      found_.back().line = line_;
      found_.back().lines = title || address ? 2 : 1;
    }
    return title || address;
  }

  bool counts(std::string_view lower_name, std::string_view value) const {
    if (is_one_of(lower_name, kNoTrailers)) return false;
    if (prose_ && is_one_of(lower_name, kMailHeaders)) return false;
    return source_ == TrailerSource::kPatch || may_come_in_reply(lower_name, value);
  }

  TrailerSource source_;
  std::vector<Trailer> found_;
  std::size_t line_ = 0;
  bool prose_ = false;          // a line that is no trailer came already
  bool after_trailer_ = false;  // the line before was one
};

}  // namespace

Person parse_person(std::string_view text) {
  text = trim(text);
  Person person;
  const auto open = text.rfind('<');
  const auto close = open == std::string_view::npos ? open : text.find('>', open);
  if (close == std::string_view::npos || trim(text.substr(open + 1, close - open - 1)).empty()) {
    const auto words = split_words(text);
    const auto address = std::find_if(words.begin(), words.end(), has_address);
    if (address == words.end()) {
      person.name = text;
    } else {
      constexpr std::string_view kAround = "<>(),;\"";
      const auto begin = address->find_first_not_of(kAround);
      person.address = address->substr(begin, address->find_last_not_of(kAround) - begin + 1);
    }
    return person;
  }
  person.address = trim(text.substr(open + 1, close - open - 1));
  auto name = trim(text.substr(0, open));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = trim(name.substr(1, name.size() - 2));
  person.name = name;
  return person;
}

std::vector<Trailer> find_trailers(std::string_view text, TrailerSource source) { return Finder(source).find(text); }

}  // namespace lorelei::patch
