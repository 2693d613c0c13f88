// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_record.hh"

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "patch/body.hh"
#include "patch/lines.hh"
#include "patch/patch_id.hh"
#include "patch/patchwork_hash.hh"
#include "workflow/am.hh"
#include "workflow/people.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kQuotedLines = 12, kEnoughLines = 5;
constexpr std::size_t kQuotedBytes = 200;  // of a line; a text that was never wrapped is not quoted whole

// In the order of SeriesProgress.
constexpr std::array<std::string_view, 6> kProgressNames = {"seen", "prepared", "applied",
                                                            "due",  "thanked",  "discarded"};

bool is_greeting(std::string_view line) {
  for (const std::string_view word : {"hi", "hello", "dear", "greetings"})
    if (starts_with_ignore_case(line, word) && (line.size() == word.size() || !is_alnum(line[word.size()])))
      return line.size() < 60;
  return false;
}

// Of people only: "Note: this" is prose.
bool is_signing_line(std::string_view line) {
  const auto found = patch::find_trailers(line, patch::TrailerSource::kReply);
  return found.size() == 1;
}

// Without a patch-id nobody knows.
bool have_same_changes(const std::vector<RecordedPatch>& some, const std::vector<RecordedPatch>& others) {
  return !some.empty() &&
         std::equal(some.begin(), some.end(), others.begin(), others.end(), [](const auto& one, const auto& other) {
           return !one.patch_id.empty() && one.patch_id == other.patch_id;
         });
}

template <typename Id>
std::string hex_or_nothing(const std::optional<Id>& id) {
  return id ? id->hex() : std::string();
}

}  // namespace

std::string_view name_of(SeriesProgress progress) { return kProgressNames[static_cast<std::size_t>(progress)]; }

std::optional<SeriesProgress> progress_named(std::string_view name) {
  const auto found = std::find(kProgressNames.begin(), kProgressNames.end(), name);
  if (found == kProgressNames.end()) return std::nullopt;
  return static_cast<SeriesProgress>(found - kProgressNames.begin());
}

bool SeriesRecord::is_revision_of(const SeriesRecord& other) const {
  if (is_pull() || other.is_pull() || !equal_ignore_case(author.address, other.author.address)) return false;
  if (!change_id.empty() && !other.change_id.empty()) return change_id == other.change_id;
  return patch::series_key(title) == patch::series_key(other.title);
}

bool SeriesRecord::is_older_revision_of(const SeriesRecord& other) const {
  if (message_id == other.message_id || revision > other.revision || !is_revision_of(other)) return false;
  return revision < other.revision || (!change_id.empty() && change_id == other.change_id) ||
         have_same_changes(patches, other.patches);
}

std::string quote_of(std::string_view message) {
  std::string quote;
  std::size_t lines = 0;
  const auto add = [&](std::string_view line) {
    quote += line.empty() ? ">" : "> ";
    if (!line.empty()) quote += fit_width(line, kQuotedBytes);
    quote += '\n';
    ++lines;
  };
  bool is_first = true, has_gap = false;
  while (!message.empty()) {
    const auto line = trim_end(patch::next_line(message));
    if (line.empty()) {
      has_gap = lines > 0;
      continue;
    }
    if (std::exchange(is_first, false) && is_greeting(line)) continue;
    if (is_signing_line(line)) break;
    if ((has_gap && lines >= kEnoughLines) || lines >= kQuotedLines) {
      add("");
      add("[...]");
      break;
    }
    if (std::exchange(has_gap, false)) add("");
    add(printable(line));
  }
  return quote.empty() ? ">\n" : quote;
}

namespace {

// A web endpoint sends under an address that nobody reads, with the author's in it: "devnull+ann.example.org@relay" for
// ann@example.org. X-Original-From says who that is; alone it says nothing, anybody may write it.
std::optional<patch::Person> author_before_endpoint(const PatchMail& first, const mail::Entity& message) {
  const auto field = message.first_header_raw("X-Original-From");
  const auto people = field ? people_in(std::string(*field)) : std::vector<patch::Person>();
  const auto local = std::string_view(first.sender.address).substr(0, first.sender.address.rfind('@'));
  const auto plus = local.find('+');
  if (people.size() != 1 || plus == local.npos) return std::nullopt;
  const bool is_in_it = equal_ignore_case(local.substr(plus + 1), replace_all(people.front().address, "@", "."));
  return is_in_it ? std::optional(people.front()) : std::nullopt;
}

// What the first mail of a series or pull request says of it.
SeriesRecord record_of(const PatchMail& first) {
  SeriesRecord record;
  record.message_id = first.message_id;
  record.subject = first.subject;
  record.title = first.tags.title;
  record.author = first.sender;
  record.to = first.to;
  record.cc = first.cc;
  record.references = first.references;
  const mail::Entity message(first.raw);
  if (auto author = author_before_endpoint(first, message)) record.author = *std::move(author);
  const auto date = message.first_header_raw("Date");
  record.date = mail_date((date ? mail::parse_mail_date(*date) : std::nullopt).value_or(mail::Time{first.sent, 0}));
  return record;
}

}  // namespace

SeriesRecord series_record(const AmSeries& series) {
  const auto& revision = *series.revision;
  const auto& first = revision.first();
  auto record = record_of(first);
  record.change_id = revision.label("change-id");
  record.revision = revision.number;
  record.expected = revision.expected;
  std::string_view text = patch::message_of(first.body);
  for (const auto& entry : series.entries) {
    if (entry.mail == &first) text = entry.patch.message;
    record.patches.push_back({entry.number, entry.patch.title, entry.mail->message_id,
                              hex_or_nothing(patch::patch_id(entry.patch.notes)),
                              hex_or_nothing(patch::patchwork_hash(entry.patch.notes))});
  }
  record.quote = quote_of(text);
  return record;
}

SeriesRecord pull_record(const PatchMail& mail, const std::string& tip) {
  auto record = record_of(mail);
  record.pull_tip = tip;
  record.quote = quote_of(mail.body);
  return record;
}

}  // namespace lorelei::workflow
