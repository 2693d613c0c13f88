// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/am_text.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

class Listing {
 public:
  Listing(const AmSeries& series, const Settings& settings) : series_(series), settings_(settings) {}

  std::string text() && {
    text_ = "---\n";
    const bool is_common = has_common_attestors();
    for (const auto& entry : series_.entries) add(entry, is_common);
    for (const int number : series_.missing)
      text_ += fmt::format("  ERROR: missing [{}/{}]!\n", number, series_.revision->expected);
    if (is_common) {
      text_ += "  ---\n";
      for (const auto& one : series_.entries.front().attestors) text_ += "  " + marked(one) + "\n";
    }
    text_ += fmt::format("---\nTotal patches: {}", series_.entries.size());
    if (series_.is_cherry_picked) text_ += fmt::format(" (cherrypicked: {})", numbers());
    text_ += '\n';
    if (series_.revision->expected > 1 && is_signed())
      text_ += "NOTE: signatures do not cover the numbers of patches, so not their order\n";
    add_objections();
    add_reroll();
    add_left_out("some trailers ignored due to from/email mismatches", "!", series_.mismatched);
    if (!series_.mismatched.empty()) text_ += "NOTE: Rerun with -S to apply them anyway\n";
    add_left_out("some trailers ignored by b4.trailers-ignore-from, or for characters that hide something", "x",
                 series_.ignored);
    return std::move(text_);
  }

 private:
  // By a developer: DKIM covers the subject as it is.
  bool is_signed() const {
    return std::any_of(series_.entries.begin(), series_.entries.end(), [](const AmEntry& entry) {
      return std::any_of(entry.attestors.begin(), entry.attestors.end(),
                         [](const Attestor& one) { return one.is_good && !one.text.starts_with("Signed: DKIM/"); });
    });
  }
  bool has_common_attestors() const {
    const auto& first = series_.entries.front().attestors;
    return !first.empty() && std::all_of(series_.entries.begin(), series_.entries.end(),
                                         [&](const AmEntry& entry) { return entry.attestors == first; });
  }
  std::string marked(const Attestor& one) const {
    return fmt::format("{} {}", settings_.mark(one.is_good), printable(one.text));
  }
  std::string numbers() const {
    std::vector<std::string> words;
    for (const auto& entry : series_.entries) words.push_back(std::to_string(entry.number));
    return join(words, ",");
  }

  void add(const AmEntry& entry, bool is_common) {
    text_ += "  ";
    if (!entry.attestors.empty()) text_ += fmt::format("{} ", settings_.mark(entry.attestors.front().is_good));
    auto shown = printable(entry.shown);
    if (entry.revision != series_.revision->number)
      shown = replace_all(shown, fmt::format("v{}", entry.revision),
                          fmt::format("v{}->v{}", entry.revision, series_.revision->number));
    text_ += shown + "\n";
    for (std::size_t i = 0; i < entry.added.size(); ++i) {
      text_ += fmt::format("    {} {}", entry.added[i].by_name_only ? "~" : "+", shown_line(entry.added[i].trailer));
      std::vector<std::string> by;
      for (const auto& one : entry.added_by[i]) by.push_back(replace_all(marked(one), "Signed: ", ""));
      if (!by.empty()) text_ += " (" + join(by, ", ") + ")";
      text_ += '\n';
      if (entry.added[i].is_elsewhere)
        text_ += fmt::format("      said in <{}>\n", printable(entry.added[i].giver->message_id));
      if (entry.added[i].by_name_only)
        text_ += fmt::format("      sent from {}\n", printable(entry.added[i].giver->sender.address));
    }
    if (is_common) return;
    for (const auto& one : entry.attestors) text_ += "    " + marked(one) + "\n";
  }
  static std::string shown_line(const patch::Trailer& trailer) { return printable(line_of(trailer)); }

  // It goes into the mail as any other: the maintainer decides.
  void add_objections() {
    for (const auto& entry : series_.entries)
      for (const auto& one : entry.added)
        if (is_objection(one.trailer))
          text_ +=
              fmt::format("WARNING: somebody is against {}: {}\n", printable(entry.shown), shown_line(one.trailer));
  }

  void add_reroll() {
    if (!series_.revision->is_reroll) return;
    text_ += "---\nWARNING: v" + std::to_string(series_.revision->number) +
             " is a partial reroll: the patches marked with -> are of the revision before.\n"
             "         Please tell the author to send whole series.\n";
  }

  void add_left_out(const char* what, const char* sign, const std::vector<FollowupTrailer>& trailers) {
    if (trailers.empty()) return;
    text_ += fmt::format("NOTE: {}:\n", what);
    for (const auto& one : trailers)
      text_ += fmt::format("    {} Trailer: {}\n     Msg From: {}\n", sign, shown_line(one.trailer),
                           printable(one.giver->from_text()));
  }

  const AmSeries& series_;
  const Settings& settings_;
  std::string text_;
};

}  // namespace

std::string am_listing(const AmSeries& series, const Settings& settings) { return Listing(series, settings).text(); }

}  // namespace lorelei::workflow
