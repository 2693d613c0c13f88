// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hh"
#include "mail/header_block.hh"
#include "mail/mbox.hh"

namespace lorelei::mail {

namespace {

constexpr std::string_view kDropped[] = {"Lines", "Bytes", "Content-Length"};
constexpr std::string_view kNames[] = {"mboxrd", "mboxo", "mboxcl", "mboxcl2"};

bool has_lengths(MboxDialect dialect) { return dialect == MboxDialect::kCl || dialect == MboxDialect::kCl2; }

// Sets a header: in place of its first occurrence, else at the end; others of the name go.
std::string with_field(const std::string& block, std::string_view name, std::string_view value,
                       std::string_view line_end) {
  const std::string line = std::string(name) + ": " + std::string(value) + std::string(line_end);
  std::string out;
  const char* kept = block.data();
  bool is_set = false;
  for (const Field& field : fields_in(block)) {
    if (!equal_ignore_case(field.name, name)) continue;
    const auto whole = field.whole();
    out.append(kept, whole.data());
    if (!is_set) out.append(line);
    is_set = true;
    kept = whole.data() + whole.size();
  }
  out.append(kept, block.data() + block.size());
  return is_set ? out : out + line;
}

// Every line that has to be kept apart from separators gets a ">".
std::string escaped(std::string_view text, MboxDialect dialect) {
  if (dialect == MboxDialect::kCl2) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    while (dialect == MboxDialect::kRd && start < text.size() && text[start] == '>') ++start;
    if (text.substr(start).starts_with("From ")) out.push_back('>');
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.append(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string status_of(const MboxEnvelope& envelope) {
  return mbox_status(envelope.keywords) + (envelope.age == MboxEnvelope::Age::kOld ? "O" : "");
}

}  // namespace

std::string_view name_of(MboxDialect dialect) { return kNames[static_cast<int>(dialect)]; }

std::optional<MboxDialect> mbox_dialect_named(std::string_view name) {
  for (int i = 0; i < static_cast<int>(std::size(kNames)); ++i)
    if (equal_ignore_case(name, kNames[i])) return static_cast<MboxDialect>(i);
  return std::nullopt;
}

std::string to_mbox(std::string_view message, MboxDialect dialect, const MboxEnvelope& envelope) {
  const Halves halves = split_message(message);
  std::string header = without_fields(without_from_line(halves.header), kDropped);
  if (!has_lengths(dialect)) header = escaped(header, dialect);
  if (const auto status = status_of(envelope); !status.empty())
    header = with_field(header, "Status", status, halves.line_end);
  if (const auto status = mbox_x_status(envelope.keywords); !status.empty())
    header = with_field(header, "X-Status", status, halves.line_end);

  std::string out = "From " + std::string(envelope.id);
  if (envelope.percent) out += "=" + std::to_string(*envelope.percent);
  out.append("@").append(name_of(dialect)).append(" Thu Jan  1 00:00:00 1970").append(halves.line_end).append(header);

  const std::string body = escaped(halves.body, dialect);
  if (has_lengths(dialect)) {
    out += "Content-Length: " + std::to_string(body.size());
    out.append(halves.line_end).append("Lines: ");
    out.append(std::to_string(std::count(body.begin(), body.end(), '\n'))).append(halves.line_end);
  }
  if (halves.has_body || has_lengths(dialect)) out.append(halves.line_end).append(body);
  return out.append(halves.line_end);
}

std::string to_plain_mboxrd(std::string_view message) {
  auto out = "From mboxrd@z Thu Jan  1 00:00:00 1970\n" + escaped(message, MboxDialect::kRd);
  if (!out.ends_with('\n')) out += '\n';
  return out += '\n';
}

}  // namespace lorelei::mail
