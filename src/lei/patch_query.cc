// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/patch_query.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "lei/character_class.hh"
#include "lei/diff_names.hh"
#include "mail/overview.hh"
#include "patch/quoted_path.hh"

namespace lorelei::lei {

namespace {

using mail::Text;
using Form = Text::Form;

constexpr std::string_view kDefaultItem = "dfpost7";

// ---- what is wanted ----

bool is_operator(std::string_view item) {
  if (item == "AND" || item == "OR" || item == "XOR" || item == "NOT") return true;
  for (const std::string_view near : {"ADJ", "NEAR"}) {
    if (!item.starts_with(near)) continue;
    const auto rest = item.substr(near.size());
    return rest.empty() || (rest.size() > 1 && rest[0] == '/' && std::all_of(rest.begin() + 1, rest.end(), is_digit));
  }
  return false;
}

// An item of the language above, taken apart.
struct Item {
  std::string_view sign, prefix;
  bool has_star = false;
  std::size_t shortest = 0;  // 0: whole terms only

  explicit Item(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) {
      sign = text.substr(0, 1);
      text.remove_prefix(1);
    }
    std::size_t end = text.size();
    while (end > 0 && (is_digit(text[end - 1]) || text[end - 1] == '*')) --end;
    prefix = text.substr(0, end);
    for (const char c : text.substr(end)) {
      if (c == '*')
        has_star = true;
      else
        shortest = std::min<std::size_t>(shortest * 10 + static_cast<std::size_t>(c - '0'), 1 << 20);
    }
    if (prefix == "dfpre" || prefix == "dfpost" || prefix == "mid") has_star = false;
  }
};

// ---- phrases ----

bool binds_words(char32_t c) {  // what a phrase may hold beside words and white space
  return c < 0x80 && std::string_view("|=><,./:\\@-").find(static_cast<char>(c)) != std::string_view::npos;
}
bool is_within_word(char32_t c) {  // what the query language itself takes for a phrase
  return c < 0x80 && std::string_view("./:\\@-").find(static_cast<char>(c)) != std::string_view::npos;
}

// The phrase of text that starts at from with a word character: its end, the end of its last character that is not
// white space, and whether it must be quoted.
struct Phrase {
  std::size_t end, visible_end;
  bool needs_quotes = false;

  Phrase(std::string_view text, std::size_t from, Form form) : end(from), visible_end(from) {
    bool odd_since = false;  // white space, which only counts if something follows
    while (end < text.size()) {
      const auto c = character_at(text, end, form);
      if (!c.is_word && !c.is_space && !binds_words(c.value)) break;
      end += c.length;
      if (c.is_space) {
        odd_since = true;
        continue;
      }
      needs_quotes = needs_quotes || odd_since || (!c.is_word && !is_within_word(c.value));
      visible_end = end;
    }
  }
};

// ---- lines ----

// "index A..B": the two blobs.
bool read_index_line(std::string_view line, Form form, std::array<std::string_view, 2>& blobs) {
  if (!line.starts_with("index ")) return false;
  line.remove_prefix(6);
  const auto is_blob_digit = [](char c) { return is_hex(c) && !is_upper(c); };
  std::size_t end = 0;
  while (end < line.size() && is_blob_digit(line[end])) ++end;
  if (end == 0 || !line.substr(end).starts_with("..")) return false;
  blobs[0] = line.substr(0, end);
  line.remove_prefix(end + 2);
  end = 0;
  while (end < line.size() && is_blob_digit(line[end])) ++end;
  if (end == 0 || (end < line.size() && character_at(line, end, form).is_word)) return false;
  blobs[1] = line.substr(0, end);
  return true;
}

// What stands behind "@@ A B @@", or nothing if it is no such line.
std::optional<std::string_view> behind_hunk_header(std::string_view line, Form form) {
  if (!line.starts_with("@@ ")) return std::nullopt;
  line.remove_prefix(3);
  for (int range = 0; range < 2; ++range) {
    std::size_t end = 0;
    while (end < line.size()) {
      const auto c = character_at(line, end, form);
      if (c.is_space) break;
      end += c.length;
    }
    if (end == 0 || end == line.size() || line[end] != ' ') return std::nullopt;
    line.remove_prefix(end + 1);
  }
  if (!line.starts_with("@@")) return std::nullopt;
  return line.substr(2);
}

// A line between the diff's header and its hunks, or about one of them, that does not end the diff.
bool belongs_to_diff(std::string_view line) {
  for (const char* start :
       {"dissimilarity index", "similarity index ", "old mode", "new mode", "deleted file mode", "new file mode",
        "copy from ", "copy to ", "rename from ", "rename to ", "\\ No newline at end of file"})
    if (line.starts_with(start)) return true;
  return line.empty() || (line.starts_with("Binary files ") && line.find(" differ", 13) != line.npos);
}

Text header_of(const mail::Entity& mail, const char* name) {
  Text value = joined(mail.header_text(name), ", ");
  std::erase(value.bytes, '\r');
  for (char& c : value.bytes)
    if (c == '\0' || c == '\t' || c == '\n') c = ' ';
  decode_utf8(value);
  return value;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void drop_last_character(std::string& utf8) {
  while (!utf8.empty()) {
    const bool is_start = (static_cast<unsigned char>(utf8.back()) & 0xc0) != 0x80;
    utf8.pop_back();
    if (is_start) return;
  }
}

std::size_t characters_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The term, then the term without its last characters, down to that many.
void add_alternatives(std::vector<std::string>& words, const std::string& start, std::string term,
                      std::string_view star, std::size_t shortest) {
  words.push_back(start + term + std::string(star));
  auto length = characters_in(term);
  for (std::size_t n = 0; length > shortest && n < kMaxAlternatives; --length, ++n) {
    drop_last_character(term);
    words.emplace_back("OR");
    words.push_back(start + term + std::string(star));
  }
}

}  // namespace

PatchQuery::PatchQuery(std::span<const std::string> wanted) {
  for (const auto& list : wanted) {
    const auto separated = replace_all(list, ",", " ");
    for (const auto item : split(separated, ' '))
      if (!item.empty()) wanted_.emplace_back(item);
  }
  if (wanted_.empty()) wanted_.emplace_back(kDefaultItem);
}

void PatchQuery::add_term(const std::string& prefix, std::string term) {
  if (seen_.emplace(prefix, term).second) terms_[prefix].push_back(std::move(term));
}

void PatchQuery::add_phrases(const std::string& prefix, std::string_view text, Form form) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at, form);
    auto end = at + c.length;
    if (c.is_word) {
      const Phrase phrase(text, at, form);
      if (phrase.end != end) {  // a single character is none
        std::string term(text.substr(at, phrase.visible_end - at));
        add_term(prefix, phrase.needs_quotes ? "\"" + term + "\"" : std::move(term));
      }
      end = phrase.end;
    }
    at = end;
  }
}

void PatchQuery::add_headers(const mail::Entity& mail) {
  static constexpr struct {
    const char* prefix;
    std::array<const char*, 3> headers;
  } kPrefixes[] = {{"t", {"To"}},
                   {"c", {"Cc"}},
                   {"f", {"From"}},
                   {"tc", {"To", "Cc"}},
                   {"tcf", {"To", "Cc", "From"}},
                   {"a", {"To", "Cc", "From"}},
                   {"s", {"Subject"}},
                   {"bs", {"Subject"}}};
  const auto is_wanted = [this](const char* prefix) { return std::ranges::find(wanted_, prefix) != wanted_.end(); };
  for (const auto& [prefix, headers] : kPrefixes) {
    if (!is_wanted(prefix)) continue;
    for (const char* name : headers) {
      if (!name) continue;
      const auto value = header_of(mail, name);
      add_phrases(prefix, value.bytes, value.form);
    }
  }
  const auto add_time = [this](const char* prefix, const mail::Time& time) {
    add_phrases(prefix, std::to_string(time.seconds), Form::kBytes);
  };
  for (const char* prefix : {"d", "dt"})
    if (is_wanted(prefix)) add_time(prefix, date_sent(mail, {}));
  if (is_wanted("rt")) add_time("rt", date_received(mail, {}));
}

// A line that says what the diff is about, wherever it stands. False: it is none.
bool PatchQuery::add_structure(std::string_view line, Form form) {
  std::array<std::string_view, 2> blobs;
  if (read_index_line(line, form, blobs)) {
    add_term("dfpre", std::string(blobs[0]));
    add_term("dfpost", std::string(blobs[1]));
    return true;
  }
  if ((line.starts_with("--- ") || line.starts_with("+++ ")) && starts_with_file_name(line.substr(4))) {
    if (line.substr(4).starts_with("/dev/null")) return true;
    const auto written = line.substr(4);
    const auto name = patch::unquote_path(written.substr(0, written.find('\r')));
    const auto slash = name.find('/');
    if (slash == name.npos) return true;
    const bool was_quoted = written.starts_with('"');
    add_phrases("dfn", std::string_view(name).substr(slash + 1),
                was_quoted && is_utf8(name) ? Form::kCharacters : form);
    return true;
  }
  return false;
}

void PatchQuery::add_line(std::string_view line, Form form, bool& in_diff) {
  if (in_diff && line.starts_with(' ')) {
    add_phrases("dfctx", line.substr(1), form);
  } else if (line == "-- ") {
    in_diff = false;
  } else if (line.starts_with("diff --git ") && names_two_files(line.substr(11))) {
    in_diff = true;
  } else if (add_structure(line, form)) {
    return;
  } else if (in_diff && line.starts_with('+')) {
    add_phrases("dfb", line.substr(1), form);
  } else if (in_diff && line.starts_with('-')) {
    add_phrases("dfa", line.substr(1), form);
  } else if (const auto context = behind_hunk_header(line, form)) {
    if (const auto words = without_leading_space(*context, form); !words.empty()) add_phrases("dfhh", words, form);
  } else if (!belongs_to_diff(line)) {
    in_diff = false;
  }
}

void PatchQuery::add_body(const mail::Entity& part) {
  const auto text = part.decoded_text();
  if (!text) return;
  bool in_diff = false;
  for (const auto line : split(text->bytes, '\n')) add_line(line, text->form, in_diff);
}

void PatchQuery::add(std::string_view mail) {
  const mail::Entity message(mail::without_from_line(mail));
  add_headers(message);
  each_part(
      message,
      [this](const mail::Part& part) {
        add_body(part.entity);
        return true;
      },
      mail::Epilogue::kDropped);
}

// The words of the query.
std::vector<std::string> PatchQuery::words() const {
  std::vector<std::string> words;
  std::set<std::string_view> used;
  std::set<std::string> given;
  for (const auto& text : wanted_) {
    if (is_operator(text)) {
      words.push_back(text);
      continue;
    }
    const Item item(text);
    const auto found = terms_.find(std::string(item.prefix));
    if (found == terms_.end() || !used.insert(found->first).second) continue;
    const auto start = std::string(item.sign) + found->first + ":";
    const std::string_view star = item.has_star ? "*" : "";
    for (const auto& term : found->second) {
      if (item.shortest > 0)
        add_alternatives(words, start, term, star, item.shortest);
      else if (auto word = start + term + std::string(star); given.insert(word).second)
        words.push_back(std::move(word));
    }
  }
  return words;
}

std::string PatchQuery::text() const { return join(words(), " "); }

std::string PatchQuery::uri() const {
  auto encoded = words();
  for (auto& word : encoded) word = percent_encoded(word);
  return join(encoded, "+");
}

}  // namespace lorelei::lei
