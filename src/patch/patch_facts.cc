// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patch_facts.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "patch/body.hh"

namespace lorelei::patch {
namespace {

// The id of the first <...>; empty if there is none.
std::string_view first_id(std::string_view value) {
  const auto open = value.find('<');
  const auto close = open == std::string_view::npos ? open : value.find('>', open);
  return close == std::string_view::npos ? std::string_view() : value.substr(open + 1, close - open - 1);
}

std::vector<std::string> ancestors_of(const mail::Entity& message, std::vector<std::string> references) {
  std::vector<std::string> ancestors;
  for (const auto& value : message.header_raw("In-Reply-To")) {
    const auto parent = std::find(references.begin(), references.end(), first_id(value));
    if (parent == references.end()) continue;
    ancestors.push_back(std::move(*parent));
    references.erase(parent);
    break;
  }
  std::move(references.rbegin(), references.rend(), std::back_inserter(ancestors));
  if (ancestors.size() > kMaxAncestors) {
    ancestors[kMaxAncestors - 1] = std::move(ancestors.back());
    ancestors.resize(kMaxAncestors);
  }
  return ancestors;
}

// git names objects with 40 digits, or 64; people abbreviate to 7 or more.
bool is_object_name(std::string_view word) {
  return word.size() >= 7 && word.size() <= 64 && std::all_of(word.begin(), word.end(), is_hex);
}

}  // namespace

FactsReader::FactsReader(const mail::Entity& message, const mail::Overview& overview) {
  facts_.subject = parse_subject(overview.subject);
  facts_.sender = parse_person(overview.from);
  facts_.sent = overview.sent;
  facts_.ancestors = ancestors_of(message, overview.references);
}

void FactsReader::add_text(std::string_view text, const std::optional<git::ObjectId>& id) {
  const bool with_diff = !facts_.subject.is_reply && has_diff(text);
  if (has_text_ && (has_diff_ || !with_diff)) return;
  has_text_ = true;
  has_diff_ = with_diff;
  std::string without_cr;
  if (text.find('\r') != std::string_view::npos) text = without_cr = replace_all(text, "\r", "");
  if (facts_.subject.is_reply) {
    facts_.trailers = find_trailers(text, TrailerSource::kReply);
    return;
  }
  has_diffstat_ = has_diffstat(text);
  const bool answer = !has_diff_ && !has_diffstat_ && !facts_.subject.is_cover();  // by a mailer that drops "Re:"
  facts_.trailers = answer ? find_trailers(text, TrailerSource::kReply)
                           : find_trailers(last_paragraph(message_of(text)), TrailerSource::kPatch);
  facts_.change_id = labelled_word(text, "change-id");
  if (const auto base = labelled_word(text, "base-commit"); is_object_name(base)) facts_.base_commit = to_lower(base);
  facts_.patch_id = id;
  if (has_diff_) facts_.paths = touched_paths(text);
}

PatchFacts FactsReader::finish() && {
  using Kind = PatchFacts::Kind;
  const auto& subject = facts_.subject;
  if (subject.is_reply || subject.is_pull) {
    facts_.kind = Kind::kReply;
  } else if (subject.is_cover() || (has_diffstat_ && !has_diff_ && !subject.counter)) {
    facts_.kind = Kind::kCover;
  } else {
    facts_.kind = has_diff_ ? Kind::kPatch : Kind::kReply;
  }
  if (facts_.kind == Kind::kReply && (facts_.trailers.empty() || facts_.ancestors.empty())) facts_.kind = Kind::kNone;
  if (facts_.kind == Kind::kNone) return {};
  if (facts_.kind == Kind::kReply) {
    facts_.patch_id.reset();
    facts_.change_id.clear();
    facts_.base_commit.clear();
    facts_.paths.clear();
  }
  return std::move(facts_);
}

}  // namespace lorelei::patch
