// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/minimised.hh"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.hh"
#include "mail/header_block.hh"
#include "mail/message.hh"

namespace lorelei::workflow {

namespace {

constexpr std::string_view kKept[] = {"from", "subject", "date", "message-id", "reply-to", "in-reply-to"};

int quoting_of(std::string_view line) {
  int depth = 0;
  for (const char c : line) {
    if (c == '>')
      ++depth;
    else if (c != ' ')
      break;
  }
  return line.starts_with('>') ? depth : 0;
}
bool is_empty_quote(std::string_view line) { return quoting_of(line) > 0 && line.find_first_not_of("> ") == line.npos; }

// Appends a block of quoted lines without what is quoted twice, and empty ones at its ends.
void append_quote(std::vector<std::string_view>& kept, std::vector<std::string_view>& quote) {
  std::erase_if(quote, [](std::string_view line) { return quoting_of(line) > 1 && !is_empty_quote(line); });
  const auto first = std::find_if_not(quote.begin(), quote.end(), is_empty_quote);
  const auto last = std::find_if_not(quote.rbegin(), std::make_reverse_iterator(first), is_empty_quote).base();
  kept.insert(kept.end(), first, last);
  quote.clear();
}

std::string short_text(std::string_view body) {
  auto lines = split(body, '\n');
  const auto signature = std::find(lines.begin(), lines.end(), "-- ");
  auto end = signature;
  while (end != lines.begin() && (trim(end[-1]).empty() || quoting_of(end[-1]) > 0)) --end;
  std::vector<std::string_view> kept, quote;
  for (auto line = lines.begin(); line != end; ++line) {
    if (quoting_of(*line) > 0) {
      quote.push_back(*line);
      continue;
    }
    append_quote(kept, quote);
    kept.push_back(*line);
  }
  if (signature != lines.end()) {
    if (!kept.empty()) kept.emplace_back();
    kept.insert(kept.end(), signature, lines.end());
  }
  std::string text;
  for (const auto line : kept) text.append(line).append("\n");
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace

std::string minimised(const PatchMail& mail) {
  const mail::Entity message(mail.raw);
  std::string text;
  for (const auto& field : message.fields()) {
    const auto name = to_lower(field.name);
    if (std::find(std::begin(kKept), std::end(kKept), name) == std::end(kKept)) continue;
    text += replace_all(field.whole(), "\r", "");
    if (!text.ends_with('\n')) text += '\n';
  }
  const bool is_ascii = std::all_of(mail.body.begin(), mail.body.end(), [](char c) { return (c & 0x80) == 0; });
  if (!is_ascii)
    text += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
  text += '\n';
  text += mail.has_diff || mail.has_diffstat ? mail.body : short_text(mail.body);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace lorelei::workflow
