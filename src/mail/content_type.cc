// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/content_type.hh"

#include <map>

#include "base/percent.hh"
#include "base/text.hh"
#include "mail/charset.hh"

namespace lorelei::mail {

namespace {

// Characters above ASCII behave by their number (below or above U+0100), so a decoded header is read as char32_t and a
// raw one as bytes.
template <typename Char>
class Reader {
 public:
  using View = std::basic_string_view<Char>;
  using String = std::basic_string<Char>;
  struct Parameter {
    std::string name;
    std::optional<String> value;  // nothing: "name=" and the end
  };

  explicit Reader(View in) : in_(in) {}

  bool done() const { return at_ == in_.size(); }
  bool next_is(char c) const { return !done() && in_[at_] == static_cast<Char>(c); }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  // Skips white space and (nested (comments)); says whether there was any white space.
  bool skip_comments() {
    bool space = skip_space();
    while (take('(')) {
      for (int level = 1; !done() && level > 0; ++at_) {
        if (next_is('(')) ++level;
        if (next_is(')')) --level;
        if (next_is('\\') && at_ + 1 < in_.size()) ++at_;
      }
      if (skip_space()) space = true;
    }
    return space;
  }

  View take_token() { return take_while(is_token); }

  std::vector<Parameter> take_parameters() {
    std::vector<Parameter> all;
    while (!done() && all.size() < kMaxParameters) {
      take(';');
      skip_comments();
      if (done()) break;
      auto name = take_name();
      if (name.empty()) break;
      skip_comments();
      all.push_back({std::move(name), take_value()});
      skip_comments();
    }
    return all;
  }

 private:
  static unsigned long code(Char c) {
    if constexpr (sizeof(Char) == 1)
      return static_cast<unsigned char>(c);
    else
      return c;
  }
  static bool is_blank(Char c) { return code(c) < 0x80 && is_space(static_cast<char>(c)); }
  static bool is_token(Char c) {
    const auto n = code(c);
    return n > 0x20 && n < 0x7f &&
           std::string_view("()<>@,;:\\\"/[]?=").find(static_cast<char>(n)) == std::string_view::npos;
  }
  // What is no token, but is taken as one: control characters and the upper half of ISO 8859-1.
  static bool is_odd(Char c) {
    const auto n = code(c);
    return n <= 8 || n == 0xb || n == 0xc || (n >= 0xe && n <= 0x1f) || (n >= 0x7e && n <= 0xff);
  }
  static bool is_quoted(Char c) {
    const auto n = code(c);
    return n != 0 && n <= 0xff && n != '\n' && n != '\r' && n != '"' && n != '\\';
  }

  bool skip_space() { return !take_while(is_blank).empty(); }
  View take_while(bool (*belongs)(Char)) {
    const std::size_t start = at_;
    while (!done() && belongs(in_[at_])) ++at_;
    return in_.substr(start, at_ - start);
  }
  // The end of a run at at_, if "=" follows it; else 0.
  std::size_t run_before_equals(bool (*belongs)(Char)) const {
    std::size_t end = at_;
    while (end < in_.size() && belongs(in_[end])) ++end;
    return end > at_ && end < in_.size() && in_[end] == static_cast<Char>('=') ? end : 0;
  }

  // A parameter's name in lower case, with its "=" taken; empty if none can be read.
  std::string take_name() {
    std::size_t end = run_before_equals(is_token);
    if (end == 0) end = run_before_equals(is_odd);
    std::size_t equals = end;
    if (end == 0) {
      end = at_;
      while (end < in_.size() && in_[end] != ';' && in_[end] != '=' && !is_blank(in_[end])) ++end;
      equals = end;
      while (equals < in_.size() && is_blank(in_[equals])) ++equals;
      if (end == at_ || equals == in_.size() || in_[equals] != static_cast<Char>('=')) return {};
    }
    std::string name;
    for (; at_ < end; ++at_) append_lower(name, in_[at_]);
    at_ = equals + 1;
    return name;
  }
  static void append_lower(std::string& out, Char c) {
    if constexpr (sizeof(Char) == 1)
      out.push_back(to_lower(c));
    else
      append_utf8(out, c < 0x80 ? static_cast<char32_t>(to_lower(static_cast<char>(c))) : c);
  }

  std::optional<String> take_value() {
    std::optional<String> value;
    while (!done()) {
      if (const View token = take_token(); !token.empty()) {
        add(value, token);
      } else if (auto quoted = take_quoted()) {
        add(value, *quoted);
      } else if (const View odd = take_while(is_odd); !odd.empty()) {
        add(value, odd);
      }
      const bool space = skip_comments();
      if (done() || next_is(';')) break;
      if (space) {
        // The semicolon is missing where a name follows.
        if (run_before_equals(is_token) != 0 || run_before_equals(is_odd) != 0) break;
        const Char blank[] = {static_cast<Char>(' ')};
        add(value, View(blank, 1));
      }
      add(value, in_.substr(at_++, 1));
    }
    return value;
  }
  static void add(std::optional<String>& value, View more) {
    if (!value) value.emplace();
    value->append(more);
  }

  // A quoted string without its quotes and backslashes; nothing, and nothing taken, if it does not close.
  std::optional<String> take_quoted() {
    if (!next_is('"') || at_ < unclosed_until_) return std::nullopt;
    String out;
    std::size_t at = at_ + 1;
    for (; at < in_.size(); ++at) {
      const Char c = in_[at];
      if (c == static_cast<Char>('"')) {
        at_ = at + 1;
        return out;
      }
      if (c == static_cast<Char>('\\')) {
        if (++at == in_.size() || code(in_[at]) > 0xff) break;
        if (in_[at] == static_cast<Char>('\n')) out.push_back(c);
        out.push_back(in_[at]);
      } else if (is_quoted(c)) {
        out.push_back(c);
      } else {
        break;
      }
    }
    unclosed_until_ = at;
    return std::nullopt;
  }

  View in_;
  std::size_t at_ = 0;
  // Behind a quote that did not close. Every quote before this has a backslash before it, so that a string which began
  // there would come to the same end.
  std::size_t unclosed_until_ = 0;
};

Text as_text(std::string bytes) { return {std::move(bytes), Text::Form::kBytes}; }
Text as_text(const std::u32string& characters) {
  Text text{{}, Text::Form::kCharacters};
  for (const char32_t c : characters) append_utf8(text.bytes, c);
  return text;
}

std::u32string to_u32(std::string_view utf8) {
  std::u32string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto point = code_point_at(utf8, at);
    out.push_back(point.value);
    at += point.length;
  }
  return out;
}

// While a header is read: nothing as a value is "name=" and no more, which undoes an earlier value.
using Parameters = std::vector<std::pair<std::string, std::optional<Text>>>;

void set(Parameters& parameters, std::string name, std::optional<Text> value) {
  for (auto& [key, old] : parameters)
    if (key == name) {
      old = std::move(value);
      return;
    }
  parameters.emplace_back(std::move(name), std::move(value));
}

// "name*0*" or "name*1" taken apart.
struct Section {
  std::string name;
  int number = 0;
  bool is_encoded = false;
};
std::optional<Section> section_of(std::string_view key) {
  const bool encoded = key.ends_with('*');
  if (encoded) key.remove_suffix(1);
  if (key.size() < 2 || !is_digit(key.back()) || key[key.size() - 2] != '*') return std::nullopt;
  return Section{std::string(key.substr(0, key.size() - 2)), key.back() - '0', encoded};
}

// RFC 2231: the sections name*0, name*1*, ... become one parameter, name* if any of them is percent-encoded.
void join_sections(Parameters& parameters) {
  struct Whole {
    Text sections[10];
    bool is_encoded = false;
  };
  std::map<std::string, Whole> wholes;
  Parameters rest;
  for (auto& [key, value] : parameters) {
    if (auto section = section_of(key)) {
      Whole& whole = wholes[section->name];
      whole.sections[section->number] = std::move(value).value_or(Text{});
      whole.is_encoded |= section->is_encoded;
    } else {
      rest.emplace_back(key, std::move(value));
    }
  }
  for (auto& [name, whole] : wholes) {
    Text all;
    for (const Text& section : whole.sections) append(all, section);
    set(rest, whole.is_encoded ? name + "*" : name, std::move(all));
  }
  parameters = std::move(rest);
}

// [A-Za-z]{1,8} ("-" [0-9A-Za-z]{1,8})*, or nothing.
bool is_language(std::string_view text) {
  if (text.empty()) return true;
  bool first = true;
  for (const auto part : split(text, '-')) {
    if (part.empty() || part.size() > 8) return false;
    for (const char c : part)
      if (first ? !is_alpha(c) : !is_alnum(c)) return false;
    first = false;
  }
  return true;
}

// "UTF-8'en'%C3%A4"; nothing if it does not have this form. Quotes may stand in the charset too: the last pair that
// can hold a language counts.
std::optional<Text> decode_extended(const Text& value) {
  const std::string_view in = value.bytes;
  if (in.find('\n') != in.npos) return std::nullopt;
  std::size_t end = 0;  // of what can be a charset
  while (end < in.size() && is_charset_char(in[end])) ++end;
  std::size_t first = in.npos, value_at = in.npos;
  for (std::size_t quote = in.find('\''); quote != in.npos && quote <= end;) {
    const std::size_t next = in.find('\'', quote + 1);
    if (next == in.npos) break;
    if (is_language(in.substr(quote + 1, next - quote - 1))) {
      first = quote;
      value_at = next + 1;
    }
    quote = next;
  }
  if (first == in.npos) return std::nullopt;
  const std::string bytes = percent_decoded(in.substr(value_at));
  if (const auto charset = first == 0 ? std::nullopt : Charset::find_registered(in.substr(0, first)))
    return charset->decode_lossy(bytes);
  if (value.form == Text::Form::kCharacters) return Charset::utf8().decode_lossy(bytes);
  return Text{bytes};
}

void decode_extended_parameters(Parameters& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].first.ends_with('*') || !parameters[i].second) continue;
    auto decoded = decode_extended(*parameters[i].second);
    if (!decoded) continue;
    auto name = parameters[i].first.substr(0, parameters[i].first.size() - 1);
    parameters.erase(parameters.begin() + static_cast<std::ptrdiff_t>(i--));
    set(parameters, std::move(name), *std::move(decoded));
  }
}

enum class Header { kType, kDisposition };

// Nothing if the type itself cannot be read.
template <typename Char>
std::optional<ContentType> parse(std::basic_string_view<Char> in, Header header) {
  while (!in.empty() && in.back() < 0x80 && is_space(static_cast<char>(in.back()))) in.remove_suffix(1);
  Reader<Char> reader(in);
  reader.skip_comments();
  ContentType result;
  const auto type = reader.take_token();
  if (type.empty()) return std::nullopt;
  result.type = to_lower(as_text(std::basic_string<Char>(type)).bytes);
  result.subtype.clear();
  if (header == Header::kType) {
    if (!reader.take('/')) return std::nullopt;
    const auto subtype = reader.take_token();
    if (subtype.empty()) return std::nullopt;
    result.subtype = to_lower(as_text(std::basic_string<Char>(subtype)).bytes);
  }
  reader.skip_comments();
  Parameters parameters;
  for (auto& [name, value] : reader.take_parameters())
    set(parameters, std::move(name), value ? std::optional(as_text(*std::move(value))) : std::nullopt);
  join_sections(parameters);
  decode_extended_parameters(parameters);
  for (auto& [name, value] : parameters)
    if (value) result.parameters.emplace_back(std::move(name), *std::move(value));
  return result;
}

std::optional<ContentType> parse(const std::optional<Text>& value, Header header) {
  if (!value || value->bytes.empty()) return std::nullopt;
  if (value->form == Text::Form::kCharacters && !is_ascii(value->bytes))
    return parse<char32_t>(to_u32(value->bytes), header);
  auto result = parse<char>(value->bytes, header);
  if (result && value->form == Text::Form::kCharacters)
    for (auto& [name, text] : result->parameters) text.form = Text::Form::kCharacters;
  return result;
}

}  // namespace

const Text* ContentType::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return &value;
  return nullptr;
}

ContentType parse_content_type(const std::optional<Text>& value) {
  if (auto type = parse(value, Header::kType)) return *std::move(type);
  return {"text", "plain", {{"charset", as_text("us-ascii")}}};
}

ContentType parse_content_disposition(const std::optional<Text>& value) {
  if (auto disposition = parse(value, Header::kDisposition)) return *std::move(disposition);
  return {"attachment", "", {}};
}

}  // namespace lorelei::mail
