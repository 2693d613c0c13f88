// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/content_hash.hh"

#include <unordered_set>

#include "base/text.hh"
#include "mail/overview.hh"
#include "mail/unicode_words.hh"

namespace lorelei::mail {

namespace {

using namespace std::string_view_literals;

template <typename Digest>
void add(Digest& digest, std::string_view name, std::string_view value) {
  digest.update(name);
  digest.update("\0"sv);
  digest.update(value);
  digest.update("\0"sv);
}

bool may_stand_in_domain(char c) {
  return is_lower(c) || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '(' || c == ')';
}

// Up to the next white space in lower case; at is moved there.
std::string lower_word(const Text& in, std::size_t& at) {
  std::string out;
  while (at < in.bytes.size()) {
    if (in.form == Text::Form::kBytes) {
      if (is_space(in.bytes[at])) break;
      out.push_back(to_lower(in.bytes[at++]));
      continue;
    }
    const auto point = code_point_at(in.bytes, at);
    if (is_white_space(point.value)) break;
    append_utf8(out, to_lower_character(point.value));
    at += point.length;
  }
  return out;
}

// Domains with a capital become lower case.
Text with_lower_domains(const Text& in) {
  Text out{{}, in.form};
  for (std::size_t at = 0; at < in.bytes.size();) {
    out.bytes.push_back(in.bytes[at]);
    if (in.bytes[at++] != '@') continue;
    std::size_t end = at;
    while (end < in.bytes.size() && may_stand_in_domain(in.bytes[end])) ++end;
    if (end < in.bytes.size() && is_upper(in.bytes[end])) out.bytes += lower_word(in, at);
  }
  return out;
}

std::string normal_address(const Text& value) {
  Text out{{}, value.form};
  bool blank = false;
  for (const char c : value.bytes) {
    if (c == '"') continue;
    const bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_blank || !blank) out.bytes.push_back(is_blank ? ' ' : c);
    blank = is_blank;
  }
  return to_utf8(with_lower_domains(out));
}

template <typename Digest>
bool add_addresses(Digest& digest, const Entity& entity, std::string_view name) {
  const auto values = entity.header_text(name);
  for (const Text& value : values) add(digest, name, normal_address(value));
  return !values.empty();
}

std::size_t end_of_text(std::string_view utf8, Text::Form form) {
  std::size_t end = utf8.size();
  while (end > 0) {
    std::size_t start = end - 1;
    while (form == Text::Form::kCharacters && start > 0 && (static_cast<unsigned char>(utf8[start]) & 0xc0) == 0x80)
      --start;
    if (form == Text::Form::kBytes ? !is_space(utf8[start]) : !is_white_space(code_point_at(utf8, start).value)) break;
    end = start;
  }
  return end;
}

// LF at line ends, nothing blank at the end.
std::string normal_text(Text text) {
  const std::size_t end = end_of_text(text.bytes, text.form);
  text.bytes.resize(end);
  return to_utf8({replace_all(text.bytes, "\r\n", "\n"), text.form});
}

template <typename Digest>
void add_part(Digest& digest, const Part& part) {
  digest.update("\0"sv);
  digest.update(std::to_string(part.depth) + ":" + part.index);
  digest.update("\0"sv);
  if (const auto name = part.entity.filename_text()) add(digest, "fn", to_utf8(*name));
  for (const Text& description : part.entity.header_text("Content-Description")) add(digest, "d", to_utf8(description));
  digest.update("b\0"sv);
  if (auto text = part.entity.decoded_text())
    digest.update(normal_text(*std::move(text)));
  else
    digest.update(part.entity.body());
}

// Digest: something with update().
template <typename Digest>
void add_message(Digest& digest, const Entity& entity) {
  std::unordered_set<std::string> seen;
  for (auto& id : message_ids(entity)) seen.insert(std::move(id));
  for (const auto& id : references(entity))
    if (seen.insert(id).second) add(digest, "ref", id);
  if (!add_addresses(digest, entity, "From")) add_addresses(digest, entity, "Sender");
  for (const char* header : {"Subject", "Date"})
    for (const Text& value : entity.header_text(header)) add(digest, header, to_utf8(value));
  add_addresses(digest, entity, "To");
  add_addresses(digest, entity, "Cc");
  each_part(entity, [&digest](const Part& part) {
    add_part(digest, part);
    return true;
  });
}

struct Transcript {
  std::string bytes;
  void update(std::string_view more) { bytes += more; }
};

}  // namespace

Sha256 content_digest(const Entity& entity) {
  Sha256 digest;
  add_message(digest, entity);
  return digest;
}

Sha256Digest content_hash(const Entity& entity) { return content_digest(entity).digest(); }

std::string content_hash_input(const Entity& entity) {
  Transcript transcript;
  add_message(transcript, entity);
  return std::move(transcript.bytes);
}

}  // namespace lorelei::mail
