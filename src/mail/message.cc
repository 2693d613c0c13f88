// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/message.hh"

#include "base/text.hh"
#include "mail/address.hh"
#include "mail/charset.hh"
#include "mail/encoded_word.hh"
#include "mail/transfer.hh"

namespace lorelei::mail {

namespace {

std::string_view cut_header(std::string_view block) {
  if (block.size() <= kMaxHeaderBytes) return block;
  const auto end = block.substr(0, kMaxHeaderBytes).rfind('\n');
  return block.substr(0, end == block.npos ? 0 : end + 1);
}

bool is_address_header(std::string_view name) {
  if (starts_with_ignore_case(name, "Resent-")) name.remove_prefix(7);
  for (const char* known : {"From", "To", "Cc", "Sender", "Reply-To", "Bcc"})
    if (equal_ignore_case(name, known)) return true;
  return false;
}

bool is_text_header(std::string_view name) {
  for (const char* known : {"Subject", "Content-Type", "Content-Description"})
    if (equal_ignore_case(name, known)) return true;
  return false;
}

bool is_word(char c) { return is_alnum(c) || c == '_'; }

// word occurs in text, and no letter, digit or "_" before it; end says what must follow.
enum class Case { kExact, kIgnore };
enum class After { kBoundary, kWord };
bool has_word(std::string_view text, std::string_view word, Case how, After after) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (at > 0 && is_word(text[at - 1])) continue;
    const auto here = text.substr(at, word.size());
    if (how == Case::kExact ? here != word : !equal_ignore_case(here, word)) continue;
    const bool word_follows = at + word.size() < text.size() && is_word(text[at + word.size()]);
    if (word_follows == (after == After::kWord)) return true;
  }
  return false;
}

// Text in an attachment of unknown kind: only printable characters and white space.
bool is_printable(const Text& text) {
  for (std::size_t at = 0; at < text.bytes.size();) {
    const auto byte = static_cast<unsigned char>(text.bytes[at]);
    if (byte < 0x80) {
      if ((byte < 0x20 && !is_space(static_cast<char>(byte))) || byte == 0x7f) return false;
      ++at;
    } else if (text.form == Text::Form::kBytes) {
      if (byte < 0xa0 && byte != 0x85) return false;
      ++at;
    } else {
      const auto point = code_point_at(text.bytes, at);
      if (point.value < 0xa0 && point.value != 0x85) return false;
      if ((point.value & 0xfffe) == 0xfffe || (point.value >= 0xfdd0 && point.value <= 0xfdef)) return false;
      if (point.length == 1) return false;  // a surrogate or worse
      at += point.length;
    }
  }
  return true;
}

// The body by the charset that the part names; nothing if it names none that is known, or a wrong one.
std::optional<Text> decode_by(const Text* charset, const Entity& entity) {
  const auto known = charset ? Charset::find(charset->bytes) : std::nullopt;
  if (!known) return std::nullopt;
  return known->decode(entity.body());
}

}  // namespace

Entity::Entity(std::string_view bytes) {
  const Halves halves = split_message(bytes);
  header_ = cut_header(halves.header);
  body_ = halves.body;
  line_end_ = halves.line_end;
  fields_ = fields_in(header_);
}

std::vector<std::string> Entity::header_raw(std::string_view name) const {
  std::vector<std::string> values;
  for (const Field& field : fields_)
    if (equal_ignore_case(field.name, name)) values.push_back(unfolded(field.value));
  return values;
}

std::optional<std::string> Entity::first_header_raw(std::string_view name) const {
  for (const Field& field : fields_)
    if (equal_ignore_case(field.name, name)) return unfolded(field.value);
  return std::nullopt;
}

std::vector<Text> Entity::header_text(std::string_view name) const {
  std::vector<Text> values;
  for (auto& raw : header_raw(name)) {
    Text value{std::move(raw)};
    if (may_hold_encoded_words(value.bytes)) {
      if (is_address_header(name))
        value = decode_addresses(value.bytes);
      else if (is_text_header(name))
        value = decode_encoded_words(value);
    }
    values.push_back(std::move(value));
  }
  return values;
}

static std::optional<std::string> bytes_of(std::optional<Text> text) {
  if (!text) return std::nullopt;
  return std::move(text->bytes);
}

std::vector<std::string> Entity::header(std::string_view name) const {
  std::vector<std::string> values;
  for (auto& text : header_text(name)) values.push_back(std::move(text.bytes));
  return values;
}

const ContentType& Entity::content_type() const {
  if (!content_type_) {
    std::optional<Text> first;
    if (auto raw = first_header_raw("Content-Type")) first = Text{*std::move(raw)};
    if (first && may_hold_encoded_words(first->bytes)) first = decode_encoded_words(*first);
    content_type_ = parse_content_type(first);
  }
  return *content_type_;
}

std::optional<Text> Entity::filename_text() const {
  std::optional<Text> disposition;
  if (auto raw = first_header_raw("Content-Disposition")) disposition = Text{*std::move(raw)};
  const ContentType parsed = parse_content_disposition(disposition);
  const Text* name = parsed.parameter("filename");
  if (!name || name->bytes.empty()) name = content_type().parameter("name");
  if (!name) return std::nullopt;
  return may_hold_encoded_words(name->bytes) ? decode_encoded_words(*name) : *name;
}

std::optional<std::string> Entity::filename() const { return bytes_of(filename_text()); }

std::string Entity::body() const {
  const std::string encoding = first_header_raw("Content-Transfer-Encoding").value_or("");
  std::size_t start = 0;
  while (start < encoding.size() && !is_alnum(encoding[start]) && encoding[start] != '-') ++start;
  std::size_t end = start;
  while (end < encoding.size() && (is_alnum(encoding[end]) || encoding[end] == '-')) ++end;
  const std::string name = to_lower(std::string_view(encoding).substr(start, end - start));
  if (name == "base64") return decode_base64(body_);
  if (name == "quoted-printable" || name == "qp" || name == "quotedprint") return decode_quoted_printable_body(body_);
  return std::string(body_);
}

std::optional<DecodedText> Entity::decode() const {
  auto header = header_text("Content-Type");
  std::string type = header.empty() ? "" : std::move(header.front().bytes);
  if (type.empty() || type == "0") type = "text/plain";
  if (has_word(type, "text/html", Case::kExact, After::kBoundary) ||
      has_word(type, "text/xhtml", Case::kExact, After::kBoundary))
    return std::nullopt;

  const ContentType& parsed = content_type();
  const Text* charset = parsed.parameter("charset");
  if (!charset && parsed.type == "text" && (parsed.subtype == "plain" || parsed.subtype == "html"))
    return DecodedText{Text{body()}};
  if (auto text = decode_by(charset, *this)) return DecodedText{*std::move(text)};

  const bool says_text = has_word(type, "text/", Case::kIgnore, After::kWord) ||
                         (!is_submessage_ && has_word(type, "multipart/mixed", Case::kIgnore, After::kBoundary));
  if (says_text) {
    const auto encoding = first_header_raw("Content-Transfer-Encoding");
    if (!encoding || !has_word(*encoding, "7bit", Case::kIgnore, After::kBoundary)) {
      if (auto text = Charset::utf8().decode(body())) return DecodedText{*std::move(text), true};
      return DecodedText{Text{body()}, true};
    }
    Text text{body()};
    const bool is_plain = !text.bytes.empty() && is_ascii(text.bytes);
    return DecodedText{std::move(text), !is_plain};
  }
  if (has_word(type, "application/octet-stream", Case::kIgnore, After::kBoundary)) {
    Text text{body()};
    decode_utf8(text);
    if (is_printable(text)) return DecodedText{std::move(text)};
  }
  return std::nullopt;
}

std::optional<Text> Entity::decoded_text() const {
  auto decoded = decode();
  if (!decoded) return std::nullopt;
  return std::move(decoded->text);
}

std::optional<std::string> Entity::text() const { return bytes_of(decoded_text()); }

}  // namespace lorelei::mail
