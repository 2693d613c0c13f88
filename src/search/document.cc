// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/document.hh"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <ctime>

#include "archive/over_record.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "patch/diff_terms.hh"
#include "patch/patch_facts.hh"
#include "patch/patch_id.hh"
#include "search/schema.hh"
#include "search/tokenise.hh"

namespace lorelei::search {

namespace {

constexpr std::size_t kShortestBlobPrefix = 7;  // abbreviations of blob ids are searchable down to this
constexpr std::size_t kLongWord = 12, kShortWord = 3;

bool is_word(char c) { return is_alnum(c) || c == '_'; }

// Message-IDs that start alike ("Pine.LNX...") are told apart by their long runs of word characters.
std::string long_words(std::string_view message_id) {
  std::string words;
  bool any_long = false;
  for (std::size_t i = 0; i < message_id.size();) {
    const auto begin = i;
    while (i < message_id.size() && is_word(message_id[i])) ++i;
    any_long |= i - begin >= kLongWord;
    if (i - begin >= kShortWord) words += (words.empty() ? "" : " ") + std::string(message_id.substr(begin, i - begin));
    if (i == begin) ++i;
  }
  return any_long ? words : std::string();
}

double date_number(std::int64_t seconds, const char* format) {
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  char digits[32];
  std::strftime(digits, sizeof digits, format, &utc);
  return static_cast<double>(parse_int(digits).value_or(0));
}

std::string serialised(double number) { return Xapian::sortable_serialise(number); }

}  // namespace

std::string_view to_text(Level level) {
  switch (level) {
    case Level::kBasic:
      return "basic";
    case Level::kMedium:
      return "medium";
    case Level::kFull:
      break;
  }
  return "full";
}

struct DocumentBuilder::Impl : patch::TextSink {
  Level level;
  DocumentData data;
  TermTable terms;
  TermPacker packer;

  Impl(Level l, DocumentData d) : level(l), data(d) {}

  // Words that are phrases at every level.
  void phrase(std::string_view text, std::string_view prefix) { terms.index_text(text, 1, prefix); }
  // Running text: phrases at level full only.
  void running(std::string_view text, std::string_view prefix, unsigned wdf = 1) {
    if (level == Level::kFull)
      terms.index_text(text, wdf, prefix);
    else
      terms.index_text_without_positions(text, wdf, prefix);
  }

  void prose(std::string_view text) override { running(text, term::kUnquoted); }
  void quoted(std::string_view text) override { running(text, term::kQuoted, 0); }
  void file_name(std::string_view text) override { phrase(text, term::kDiffFile); }
  void removed(std::string_view text) override { running(text, term::kDiffRemoved); }
  void added(std::string_view text) override { running(text, term::kDiffAdded); }
  void context(std::string_view text) override { running(text, term::kDiffContext); }
  void hunk_header(std::string_view text) override { running(text, term::kDiffHunk); }
  void pre_blob(std::string_view hex) override { blob(hex, term::kDiffPre); }
  void post_blob(std::string_view hex) override { blob(hex, term::kDiffPost); }

  void blob(std::string_view hex, std::string_view prefix) {
    for (; hex.size() >= kShortestBlobPrefix; hex.remove_suffix(1)) boolean(prefix, hex, 1);
  }

  void boolean(std::string_view prefix, std::string_view value, unsigned wdf = 0) {
    const auto nuls = static_cast<std::size_t>(std::count(value.begin(), value.end(), '\0'));  // stored as two bytes
    if (prefix.size() + value.size() + nuls > kMaxTerm) return;  // beyond what can be stored or asked for
    std::string name(prefix);
    name += value;
    terms.add_term(name, wdf);
  }

  void address_header(std::string_view value, std::string_view prefix) {
    if (value.empty()) return;
    running(value, prefix);
    if (level == Level::kMedium)
      for (const auto& address : mail::addresses(value)) phrase(address, prefix);
  }

  void headers(const mail::Overview& o) {
    address_header(o.from, term::kFrom);
    address_header(o.to, term::kTo);
    address_header(o.cc, term::kCc);
    if (!o.subject.empty()) running(o.subject, term::kSubject);
  }

  void list_ids(const mail::Entity& entity) {
    for (const auto& value : entity.header_raw("List-Id")) {
      const auto open = value.find('<');
      const auto close = value.find('>', open == std::string::npos ? 0 : open);
      if (open == std::string::npos || close == std::string::npos || close == open + 1) continue;
      const auto id = to_lower(std::string_view(value).substr(open + 1, close - open - 1));
      boolean(term::kListId, id);
      phrase(id, term::kListWords);
    }
  }

  void ids(const mail::Entity& entity, const std::vector<std::string>& message_ids) {
    for (const auto& id : message_ids) {
      phrase(id, term::kMessageIdWords);
      if (const auto words = long_words(id); !words.empty()) phrase(words, term::kMessageIdWords);
    }
    for (const auto& id : message_ids) boolean(term::kMessageId, id);
    list_ids(entity);
  }

  void part(const mail::Part& part, patch::FactsReader* facts) {
    if (level != Level::kBasic) part_headers(part);
    const auto decoded = part.entity.decoded_text();
    if (!decoded) return;
    const std::string& text = decoded->bytes;
    const auto id = patch::has_diff_line(text) ? patch::patch_id(text) : std::nullopt;
    if (facts) facts->add_text(text, id);
    if (level == Level::kBasic) return;
    if (id) boolean(term::kPatchId, searchable_id(*decoded, *id).hex(), 1);
    patch::scan_text(text, *this);
  }

  // The reference hands text of unknown charset to git with each byte as a character, and so names another patch.
  static git::ObjectId searchable_id(const mail::Text& text, const git::ObjectId& id) {
    if (text.form == mail::Text::Form::kCharacters || mail::is_ascii(text.bytes)) return id;
    return patch::patch_id(mail::to_utf8(text)).value_or(id);
  }

  void part_headers(const mail::Part& part) {
    if (const auto name = part.entity.filename(); name && !name->empty()) phrase(*name, term::kAttachment);
    if (part.entity.is_submessage()) {
      const auto inner = mail::make_overview(part.entity, "", {}, {});
      ids(part.entity, inner.message_ids);
      headers(inner);
    }
  }
};

DocumentBuilder::DocumentBuilder(Level level, DocumentData data) : impl_(std::make_unique<Impl>(level, data)) {}
DocumentBuilder::~DocumentBuilder() = default;
DocumentBuilder::DocumentBuilder(DocumentBuilder&&) noexcept = default;

void DocumentBuilder::collect(const mail::Entity& message, const mail::Overview& overview, patch::FactsReader* facts) {
  const bool terms = impl_->level != Level::kBasic;
  impl_->terms.clear();
  if (terms) impl_->headers(overview);
  mail::each_part(message, [&](const mail::Part& part) {
    impl_->part(part, facts);
    return true;
  });
  if (!terms) return;
  impl_->ids(message, overview.message_ids);
  for (const auto& id : overview.references) impl_->boolean(term::kReference, id);
}

void DocumentBuilder::add_term(std::string_view term) { impl_->boolean({}, term); }
void DocumentBuilder::add_archive(std::string_view key) { impl_->boolean(term::kArchive, key); }
void DocumentBuilder::add_list_ids(const mail::Entity& other_copy) {
  impl_->terms.restart_positions();
  impl_->list_ids(other_copy);
}

FinishedDocument DocumentBuilder::finish(const mail::Overview& o, std::string_view blob_hex, std::int64_t number,
                                         std::int64_t thread) {
  std::map<unsigned, std::string> values = {
      {slot::kReceived, serialised(static_cast<double>(o.received))},
      {slot::kDay, serialised(date_number(o.sent, "%Y%m%d"))},
      {slot::kSent, serialised(date_number(o.sent, "%Y%m%d%H%M%S"))},
      {slot::kBytes, serialised(static_cast<double>(o.size_bytes))},
      {slot::kNumber, serialised(static_cast<double>(number))},
      {slot::kThread, serialised(static_cast<double>(thread))},
  };
  std::string data;
  if (impl_->data == DocumentData::kYes) data = archive::overview_record(o, blob_hex, archive::Recipients::kNo);
  return {this, static_cast<std::uint32_t>(number), std::move(values), std::move(data)};
}

Result<SegmentDocument> FinishedDocument::packed() {
  TRY(auto terms, builder_->impl_->packer.pack(builder_->impl_->terms));
  return SegmentDocument{number_, std::move(terms), std::move(values_), std::move(data_)};
}

Xapian::Document FinishedDocument::document() {
  Xapian::Document document;
  for (const auto& [slot, value] : values_) document.add_value(slot, value);
  document.set_data(data_);
  builder_->impl_->terms.fill(document);
  return document;
}

void set_thread(Xapian::Document& document, std::int64_t thread) {
  document.add_value(slot::kThread, serialised(static_cast<double>(thread)));
}

}  // namespace lorelei::search
