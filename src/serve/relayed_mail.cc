// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/relayed_mail.hh"

#include <fmt/core.h>

#include <algorithm>

#include "attest/canonical.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "mail/message.hh"
#include "mail/transfer.hh"

namespace lorelei::serve {

namespace {

using Kind = Error::Kind;
constexpr std::string_view kServersOwn[] = {"Bcc", "Return-Path", "X-Original-From", "X-Endpoint-Received"};
constexpr std::size_t kBase64Line = 76;
constexpr std::size_t kQuotedLine = 75;  // with "=" behind it: 76

enum class Encoding { kPlain, kQuotedPrintable, kBase64 };

std::optional<Encoding> encoding_of(const mail::Entity& entity) {
  const auto value = to_lower(trim(entity.first_header_raw("Content-Transfer-Encoding").value_or("")));
  if (value.empty() || value == "7bit" || value == "8bit" || value == "binary") return Encoding::kPlain;
  if (value == "quoted-printable") return Encoding::kQuotedPrintable;
  if (value == "base64") return Encoding::kBase64;
  return std::nullopt;
}

// ASCII in quoted-printable; white space at the end of a line does not occur here.
std::string quoted_printable(std::string_view ascii) {
  std::string out;
  std::size_t column = 0;
  for (const char c : ascii) {
    if (c == '\n') {
      out += c;
      column = 0;
      continue;
    }
    const auto piece = c == '=' ? std::string("=3D") : std::string(1, c);
    if (column + piece.size() > kQuotedLine) {
      out += "=\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out;
}

std::string in_base64(const std::string& text) {
  const auto digits = base64(text);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += kBase64Line) {
    out += digits.substr(at, kBase64Line);
    out += '\n';
  }
  return out;
}

// Empty lines on top mean nothing there, but behind a line of ours they would.
std::string_view without_empty_lines(std::string_view text) {
  const auto first = text.find_first_not_of('\n');
  return first == text.npos ? text : text.substr(first);
}

std::string with_line_on_top(const mail::Entity& entity, Encoding encoding, const std::string& line) {
  switch (encoding) {
    case Encoding::kPlain:
      break;
    case Encoding::kQuotedPrintable:
      return quoted_printable(line) += without_empty_lines(entity.body_raw());
    case Encoding::kBase64:
      return in_base64(std::string(line) += without_empty_lines(mail::decode_base64(entity.body_raw())));
  }
  return std::string(line) += without_empty_lines(entity.body_raw());
}

bool is_same_content(const std::string& message, const attest::Canonical& before) {
  const auto after = attest::canonicalise(message);
  return after && after->doubt.empty() && after->author == before.author && after->email == before.email &&
         after->subject == before.subject && after->date == before.date && after->body == before.body;
}

// What stands there is From and its colon, and the value with its folds.
std::string on_one_line(std::string_view raw_from) {
  std::string line = "From: ";
  line += mail::unfolded(raw_from);
  return line;
}

struct Rewriting {
  const Submitted& submitted;
  const mail::Entity& entity;
  const std::string header;  // the new one, with the empty line

  // The line that names the author on top of the text. Whether an empty one has to follow depends on what stands there:
  // a Subject or Date on top of the text belongs to the same block. The canonical form tells.
  Result<std::string> with_author_in_text() const {
    TRY(const auto before, attest::canonicalise(submitted.message));
    const auto encoding = encoding_of(entity);
    const auto line = on_one_line(*entity.first_header_raw("From"));
    if (before.names_author_in_body) return header + std::string(entity.body_raw());
    if (encoding && std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 127; }))
      for (const char* end : {"\n\n", "\n"}) {
        auto message = header + with_line_on_top(entity, *encoding, line + end);
        if (is_same_content(message, before)) return message;
      }
    return err(Kind::kRefused, "send", submitted.message_id,
               "its text cannot name the author without becoming another one",
               "git format-patch --force-in-body-from, and sign that");
  }
};

std::string field_of(std::string_view name, std::string_view raw_value) {
  std::string out(name);
  out += ':';
  out += raw_value;
  if (!out.ends_with('\n')) out += '\n';
  return out;
}

// All fields but the server's own, From replaced.
std::string copied_header(const mail::Entity& entity, const std::string& from) {
  std::string out;
  for (const auto& field : entity.fields()) {
    const bool is_servers = std::any_of(std::begin(kServersOwn), std::end(kServersOwn),
                                        [&](auto name) { return equal_ignore_case(name, field.name); });
    if (is_servers) continue;
    if (!from.empty() && equal_ignore_case(field.name, "from")) {
      out += from;
      out += field_of("X-Original-From", field.value);
    } else {
      out += field_of(field.name, field.value);
    }
  }
  return out;
}

}  // namespace

Result<RelayedMail> relayed_mail(const Submitted& submitted, const EndpointSettings& settings,
                                 const attest::KeyName& signer, std::int64_t contributor) {
  const mail::Entity entity(submitted.message);
  const auto received = mail::text_field(
      "X-Endpoint-Received",
      fmt::format("by {} for {}/{} with auth_id={}", settings.name, signer.identity, signer.selector, contributor));
  const auto at = submitted.author.rfind('@');
  if (settings.signs_for(submitted.author.substr(at + 1)))
    return RelayedMail{submitted.author, copied_header(entity, "") + received + "\n" + std::string(entity.body_raw())};
  const auto sender = fmt::format("{}+{}@{}", settings.local, replace_all(submitted.author, "@", "."), settings.domain);
  const auto& name = submitted.author_name.empty() ? submitted.author : submitted.author_name;
  const auto from = mail::from_field({fmt::format("{} via {}", name, settings.name), sender});
  if (from.empty())
    return err(Kind::kRefused, "send", submitted.message_id, "the service can make no address for its author");
  auto header = copied_header(entity, from) + received;
  if (!entity.first_header_raw("Reply-To"))
    header += mail::address_field("Reply-To", {{submitted.author_name, submitted.author}});
  const Rewriting rewriting{submitted, entity, header + "\n"};
  if (!submitted.has_diff) return RelayedMail{sender, rewriting.header + std::string(entity.body_raw())};
  TRY(auto message, rewriting.with_author_in_text());
  return RelayedMail{sender, std::move(message)};
}

}  // namespace lorelei::serve
