// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailers_left.hh"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

class Text {
 public:
  Text(const TrailerUpdate& update, const Settings& settings) : update_(update), settings_(settings) {}

  std::string text() && {
    add_objections();
    add_mismatched();
    for (const auto& one : update_.ignored)
      text_ += fmt::format("Not taken, as it is ignored: {}\n", printable(line_of(one.trailer)));
    add_lost(Why::kChanged, "Not taken, the patch was changed since:",
             "Where they still hold, this takes them, too: lorelei trailers --fuzzy");
    add_lost(Why::kNoCommit, "Not taken, no commit here has this change or this title:", kByHand);
    add_lost(Why::kLetter, "Not taken, it was not said of a patch, nor of the last cover letter:", kByHand);
    add_lost(Why::kAbsent, "Not taken, the mail that it answers is not there:", kByHand);
    return std::move(text_);
  }

 private:
  static constexpr const char* kByHand = "Where they hold, put them in by git rebase -i, with reword";
  enum class Why { kChanged, kNoCommit, kLetter, kAbsent };
  static Why why(const LostTrailer& one) {
    if (!one.posted) return Why::kAbsent;
    if (!one.posted->is_patch()) return Why::kLetter;
    return one.likely.empty() ? Why::kNoCommit : Why::kChanged;
  }

  // By the mail that they are about, in the order of the first of each.
  class Groups {
   public:
    void add(const std::string& title, const std::string& lines) {
      const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.first == title; });
      if (found == all_.end())
        all_.emplace_back(title, lines);
      else
        found->second += lines;
    }
    std::string text() const {
      std::string text;
      for (const auto& [title, lines] : all_) text += fmt::format("  {}\n{}", printable(title), lines);
      return text;
    }

   private:
    std::vector<std::pair<std::string, std::string>> all_;
  };

  std::string lines_of(const FollowupTrailer& one) const {
    return fmt::format("    {}\n      via: {}\n", printable(line_of(one.trailer)),
                       printable(settings_.link_to(one.giver->message_id)));
  }

  void add_objections() {
    Groups groups;
    for (const auto& one : update_.objections)
      groups.add(one.what.empty() ? one.given.giver->subject : one.what, lines_of(one.given));
    if (update_.objections.empty()) return;
    text_ += "WARNING: somebody is against it, which is to be answered and is put into no commit:\n" + groups.text();
  }

  void add_mismatched() {
    for (const auto& one : update_.mismatched)
      text_ += fmt::format("Not taken, the address of who sent it is another: {} (sent by {}, {})\n",
                           printable(line_of(one.trailer)), printable(one.giver->from_text()),
                           printable(one.giver->subject));
    if (!update_.mismatched.empty()) text_ += "  If those are theirs, this takes them, too: lorelei trailers -S\n";
  }

  void add_lost(Why kind, const char* title, const char* advice) {
    Groups groups;
    for (const auto& one : update_.lost)
      if (why(one) == kind) groups.add((one.posted ? one.posted : one.given.giver)->subject, lines_of(one.given));
    if (const auto text = groups.text(); !text.empty()) text_ += fmt::format("{}\n{}  {}\n", title, text, advice);
  }

  const TrailerUpdate& update_;
  const Settings& settings_;
  std::string text_;
};

}  // namespace

std::string trailers_left_text(const TrailerUpdate& update, const Settings& settings) {
  return Text(update, settings).text();
}

}  // namespace lorelei::workflow
