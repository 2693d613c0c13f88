// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/overview.hh"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "base/sha1.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/bracketed_ids.hh"

namespace lorelei::mail {

namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [name](auto known) { return equal_ignore_case(name, known); });
}

std::vector<std::string> cleaned(std::vector<std::string> ids, std::unordered_set<std::string> seen = {}) {
  std::vector<std::string> out;
  for (auto& id : ids) {
    std::erase_if(id, [](char c) { return c == '\n' || c == '\t' || c == '\r'; });
    if (id.size() > kMaxMessageIdBytes) id.resize(kMaxMessageIdBytes);
    if (seen.insert(id).second) out.push_back(std::move(id));
  }
  return out;
}

std::vector<std::string> ids_in(const Entity& entity, std::initializer_list<std::string_view> headers) {
  std::vector<std::string> ids;
  for (const auto header : headers)
    for (auto& value : entity.header_raw(header)) {
      auto found = bracketed_ids(value);
      if (found.empty()) found.push_back(std::move(value));
      std::move(found.begin(), found.end(), std::back_inserter(ids));
    }
  return cleaned(std::move(ids));
}

std::optional<Time> first_date(const Entity& entity) {
  for (const auto& value : entity.header_raw("Date"))
    if (const auto time = parse_mail_date(value)) return time;
  return std::nullopt;
}

std::optional<Time> first_received(const Entity& entity) {
  for (const Field& field : entity.fields()) {
    if (!equal_ignore_case(field.name, "Received")) continue;
    if (const auto time = parse_received_date(unfolded(field.value))) return time;
  }
  return std::nullopt;
}

// All values of a header as one line of text.
Text list_value(const Entity& entity, std::string_view name) {
  Text all = joined(entity.header_text(name), ", ");
  std::erase(all.bytes, '\r');
  for (char& c : all.bytes)
    if (c == '\0' || c == '\t' || c == '\n') c = ' ';
  decode_utf8(all);
  return all;
}

std::uint64_t line_ends(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

// LFs without a CR before them.
std::uint64_t bare_line_ends(std::string_view raw) {
  std::uint64_t count = line_ends(raw);
  for (std::size_t at = raw.find("\r\n"); at != raw.npos; at = raw.find("\r\n", at + 2)) --count;
  return count;
}

}  // namespace

std::vector<std::string> message_ids(const Entity& entity) { return ids_in(entity, {"Message-ID"}); }

std::vector<std::string> message_ids_for_index(const Entity& entity) {
  return ids_in(entity, {"Message-ID", "X-Alt-Message-ID"});
}

std::vector<std::string> references(const Entity& entity) {
  std::vector<std::string> ids;
  for (const char* header : {"References", "In-Reply-To"})
    for (const auto& value : entity.header_raw(header))
      for (auto& id : bracketed_ids(value)) ids.push_back(std::move(id));
  if (ids.empty()) return ids;
  std::unordered_set<std::string> unwanted = {"y", "n"};
  for (const Field& field : entity.fields())
    if (is_one_of(field.name, {"To", "From", "Cc"}))
      for (auto& address : addresses(unfolded(field.value))) unwanted.insert(std::move(address));
  return cleaned(std::move(ids), std::move(unwanted));
}

Time date_sent(const Entity& entity, Time fallback) {
  if (const auto date = first_date(entity)) return *date;
  return first_received(entity).value_or(fallback);
}

Time date_received(const Entity& entity, Time fallback) {
  if (const auto received = first_received(entity)) return *received;
  return first_date(entity).value_or(fallback);
}

Overview make_overview(const Entity& entity, std::string_view raw, Time author_fallback, Time committer_fallback) {
  Overview o;
  const Text subject = list_value(entity, "Subject");
  o.subject = to_utf8(subject);
  o.subject_key = subject_key(subject);
  o.from = to_utf8(list_value(entity, "From"));
  o.to = to_utf8(list_value(entity, "To"));
  o.cc = to_utf8(list_value(entity, "Cc"));
  o.message_ids = message_ids_for_index(entity);
  o.references = references(entity);
  o.sent = date_sent(entity, author_fallback).seconds;
  o.received = date_received(entity, committer_fallback).seconds;
  o.size_bytes = raw.size() + bare_line_ends(raw);
  o.lines = line_ends(entity.body_raw());
  return o;
}

void choose_own_id(Overview& o, std::string_view own_id) {
  o.own_id = own_id;
  std::vector<std::string> all = std::move(o.references);
  if (o.message_ids.size() > 1) all.insert(all.end(), o.message_ids.begin(), o.message_ids.end());
  std::unordered_set<std::string> seen = {o.own_id};
  o.references.clear();
  for (auto& id : all)
    if (seen.insert(id).second) o.references.push_back(std::move(id));
}

}  // namespace lorelei::mail
