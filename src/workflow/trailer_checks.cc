// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailer_checks.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/nearest.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "patch/trailers.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

using Kind = CheckFinding::Kind;
using patch::Trailer;

// As they are written. What somebody says who is named: with an address.
constexpr std::string_view kOfPeople[] = {
    "Signed-off-by", "Co-developed-by",        "Reviewed-by",    "Acked-by", "Tested-by", "Reported-by", "Suggested-by",
    "Debugged-by",   "Reported-and-tested-by", "Co-authored-by", "Cc",       "To"};
// Near to one of those, and something else.
constexpr std::string_view kNoSlips[] = {"Reviewed-on", "Tested-on", "Reported-on",
                                         "Noted-by",    "Asked-by",  "Nacked-by"};
constexpr std::size_t kMaxSlips = 2, kLongName = 8;  // shorter names are near to too many words

bool is(const Trailer& trailer, std::string_view name) { return equal_ignore_case(trailer.name, name); }

bool is_of_people(const Trailer& trailer) {
  return std::any_of(std::begin(kOfPeople), std::end(kOfPeople), [&](auto name) { return is(trailer, name); });
}

// The name that was meant; empty: this one.
std::string_view meant_name(std::string_view name) {
  for (const auto known : kOfPeople)
    if (equal_ignore_case(name, known)) return name == known ? std::string_view() : known;
  for (const auto other : kNoSlips)
    if (equal_ignore_case(name, other)) return {};
  if (name.size() < kLongName || name.size() > 64) return {};
  for (const auto known : kOfPeople)
    if (known.size() >= kLongName && slips(name, known) <= kMaxSlips) return known;
  return {};
}

// What is wrong with its person; empty: nothing.
std::string fault_of_person(const Trailer& trailer) {
  const auto& value = trailer.value;
  const bool is_list = (is(trailer, "cc") || is(trailer, "to")) && value.find(',') != value.npos;
  if (is_list) return "";
  const auto open = std::count(value.begin(), value.end(), '<'), close = std::count(value.begin(), value.end(), '>');
  if (open != close || open > 1) return "its brackets are not those of NAME <ADDRESS>";
  if (trailer.kind != Trailer::Kind::kPerson) return "it has no address";
  if (!mail::is_writable_address(trailer.person.address))
    return fmt::format("'{}' is no address", trailer.person.address);
  const bool needs_name = is(trailer, "signed-off-by") || is(trailer, "co-developed-by");
  return needs_name && trailer.person.name.empty() ? "it has no name" : "";
}

bool names(const Trailer& trailer, const patch::Person& person) {
  return equal_ignore_case(trailer.person.address, person.address);
}

class Checked {
 public:
  explicit Checked(const SeriesPatch& patch)
      : patch_(patch),
        cut_(cut_message(patch.body)),
        message_(cut_.is_for_notes() ? cut_.above : std::string_view(patch.body)),
        block_(trailer_block(message_)) {
    trailers_ = patch::find_trailers(block_, patch::TrailerSource::kPatch);
  }

  void check_each() {
    std::set<std::string> seen;
    for (const auto& trailer : trailers_) {
      const auto line = line_of(trailer);
      if (!seen.insert(to_lower(line)).second) add(Kind::kWarning, fmt::format("\"{}\" is there twice", line));
      if (const auto meant = meant_name(trailer.name); !meant.empty())
        add(Kind::kWarning, fmt::format("\"{}:\" is not known: write \"{}:\"", trailer.name, meant));
      if (is(trailer, "change-id"))
        add(Kind::kWarning, fmt::format("\"{}\" is of use on a Gerrit server alone: take it out", line));
      if (!is_of_people(trailer)) continue;
      const bool is_vow = is(trailer, "signed-off-by") || is(trailer, "co-developed-by");
      if (const auto fault = fault_of_person(trailer); !fault.empty())
        add(is_vow ? Kind::kFailure : Kind::kWarning,
            fmt::format("\"{}\": {}; write {}: NAME <ADDRESS>", line, fault, trailer.name));
      if (is(trailer, "co-developed-by") && !is_signed_off_by(trailer.person, trailer.line))
        add(Kind::kWarning, fmt::format("\"{}\" has no Signed-off-by of the same person below it", line));
    }
  }

  void check_signed_off() {
    check_signed_off(patch_.author, "author");
    if (!equal_ignore_case(patch_.author.address, patch_.committer.address))
      check_signed_off(patch_.committer, "committer");
  }

  // What git am drops. Cc and To are for the mail, and right there.
  void check_below() {
    if (!cut_.is_for_notes()) return;
    const auto lines = split(cut_.below, '\n');
    for (const auto& trailer : patch::find_trailers(cut_.below, patch::TrailerSource::kPatch)) {
      const bool is_named = is_of_people(trailer) && trailer.kind == Trailer::Kind::kPerson;
      const bool is_for_mail = is(trailer, "cc") || is(trailer, "to");
      if (!is_named || is_for_mail || is_space(lines[trailer.line].front()) || has(trailer)) continue;
      add(is(trailer, "signed-off-by") ? Kind::kFailure : Kind::kWarning,
          fmt::format(
              "\"{}\" is in line {} of the message, below the --- of line {}, where git am drops it: move it up",
              line_of(trailer), mark_line() + 1 + trailer.line, mark_line()));
      below_.push_back(trailer);
    }
  }

  // Only what can hardly be a sentence.
  void check_above() {
    const auto above = block_.empty() ? message_ : message_.substr(0, message_.size() - trailing_size());
    const auto lines = split(above, '\n');
    for (const auto& trailer : patch::find_trailers(above, patch::TrailerSource::kPatch)) {
      const bool is_named = is_of_people(trailer) && trailer.kind == Trailer::Kind::kPerson;
      const bool is_fixes = is(trailer, "fixes") && trailer.value.find_first_not_of("0123456789abcdef") >= 8;
      if ((!is_named && !is_fixes) || is_space(lines[trailer.line].front())) continue;
      add(Kind::kWarning,
          fmt::format("\"{}\" is not in the last paragraph, where git looks for trailers: move it there",
                      line_of(trailer)));
    }
  }

  std::vector<CheckFinding> findings;

 private:
  std::size_t trailing_size() const {  // of the block and what is behind it
    return message_.size() - static_cast<std::size_t>(block_.data() - message_.data());
  }
  void add(Kind kind, std::string text) { findings.push_back({kind, std::move(text)}); }
  std::size_t mark_line() const { return patch_.body_line + cut_.line; }
  bool has(const Trailer& trailer) const {
    return std::any_of(trailers_.begin(), trailers_.end(),
                       [&](const Trailer& one) { return line_of(one) == line_of(trailer); });
  }
  // Below that line of the block.
  bool is_signed_off_by(const patch::Person& person, std::size_t line = 0) const {
    return std::any_of(trailers_.begin(), trailers_.end(), [&](const Trailer& one) {
      return is(one, "signed-off-by") && names(one, person) && one.line >= line;
    });
  }
  void check_signed_off(const patch::Person& person, const char* role) {
    const bool is_below = std::any_of(below_.begin(), below_.end(), [&](const Trailer& one) {
      return is(one, "signed-off-by") && names(one, person);
    });
    if (is_signed_off_by(person) || is_below) return;
    const auto other = std::find_if(trailers_.begin(), trailers_.end(), [&](const Trailer& one) {
      return is(one, "signed-off-by") && !person.name.empty() && one.person.name == person.name;
    });
    if (other != trailers_.end())
      add(Kind::kWarning,
          fmt::format("the {} is {}, and signs off as {}", role, person.address, other->person.address));
    else
      add(Kind::kFailure, fmt::format("no Signed-off-by of the {}, {} <{}>: {}, if you may say so", role, person.name,
                                      person.address, how_to_sign()));
  }

  // git commit -s would write it below the mark.
  std::string how_to_sign() const {
    if (!cut_.is_for_notes()) return "git commit --amend -s";
    return fmt::format("write it above line {} of the message, \"---\"", mark_line());
  }

  const SeriesPatch& patch_;
  CutMessage cut_;
  std::string_view message_, block_;
  std::vector<Trailer> trailers_, below_;  // below: of the mark
};

}  // namespace

std::vector<CheckFinding> check_trailers(const SeriesPatch& patch, SignedOff signed_off) {
  Checked checked(patch);
  checked.check_each();
  checked.check_below();
  if (signed_off == SignedOff::kAsked) checked.check_signed_off();
  checked.check_above();
  return std::move(checked.findings);
}

bool has_prose(std::string_view text) {
  const auto lines = split(text, '\n');
  std::vector<bool> counted(lines.size(), false);
  for (const auto& trailer : patch::find_trailers(text, patch::TrailerSource::kPatch))
    for (std::size_t i = 0; i < trailer.lines; ++i) counted[trailer.line + i] = true;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!counted[i] && !trim(lines[i]).empty()) return true;
  return false;
}

bool is_body_misplaced(std::string_view body) {
  const auto parts = cut_message(body);
  return has_prose(parts.below) && !has_prose(parts.above);
}

}  // namespace lorelei::workflow
