// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/revisions.hh"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.hh"
#include "patch/body.hh"

namespace lorelei::workflow {

namespace {

constexpr int kMaxPatches = 9999;  // a counter has four digits
constexpr int kMaxSteps = 100;     // up from a patch that was sent again to its older self

patch::Counter counter_of(const PatchMail& mail) { return mail.tags.counter.value_or(patch::Counter{1, 1}); }

// What the cover counts to, else most of the patches; of several the greatest.
int total_of(const std::vector<const PatchMail*>& posted) {
  std::map<int, int> votes;
  for (const auto* mail : posted) {
    if (!mail->tags.counter) continue;
    if (mail->is_cover()) return mail->tags.counter->total;
    ++votes[mail->tags.counter->total];
  }
  int best = 1, most = 0;
  for (const auto& [total, count] : votes)
    if (count >= most) std::tie(best, most) = std::tie(total, count);
  return best;
}

}  // namespace

std::vector<int> Revision::missing() const {
  std::vector<int> numbers;
  for (std::size_t i = 1; i < slots.size(); ++i)
    if (!slots[i].mail) numbers.push_back(static_cast<int>(i));
  return numbers;
}

const PatchMail& Revision::first() const {
  const auto found = std::find_if(slots.begin(), slots.end(), [](const Slot& slot) { return slot.mail; });
  return *found->mail;
}

std::vector<std::string> Revision::labels(std::string_view name, std::size_t limit) const {
  std::vector<std::string> found;
  const auto end = std::min<std::size_t>(slots.size(), 2);
  for (std::size_t i = 0; i < end; ++i)
    if (slots[i].mail)
      for (const auto word : patch::labelled_words(slots[i].mail->body, name, limit)) found.emplace_back(word);
  return found;
}

std::string Revision::label(std::string_view name) const {
  auto words = labels(name, 1);
  return words.empty() ? std::string() : std::move(words.front());
}

Revisions::Revisions(const std::vector<PatchMail>& mails, Rerolls rerolls) {
  for (const auto& mail : mails) by_id_.try_emplace(mail.message_id, &mail);
  for (const auto& mail : mails)
    if (by_id_[mail.message_id] == &mail) add(mail);
  std::stable_sort(replies_.begin(), replies_.end(),
                   [](const PatchMail* one, const PatchMail* other) { return one->sent < other->sent; });
  for (const auto& [number, posted] : posted_) {
    auto revision = put_together(number, posted);
    const bool has_mail =
        std::any_of(revision.slots.begin(), revision.slots.end(), [](const Slot& s) { return s.mail; });
    if (has_mail) revisions_[number] = std::move(revision);
  }
  for (auto& [number, revision] : revisions_) {
    adopt_cover(revision);
    if (rerolls == Rerolls::kCompleted) complete_reroll(revision);
  }
}

const PatchMail* Revisions::find(const std::string& message_id) const {
  const auto found = by_id_.find(message_id);
  return found == by_id_.end() ? nullptr : found->second;
}

void Revisions::add(const PatchMail& mail) {
  if (mail.is_reply) {
    replies_.push_back(&mail);
  } else if (mail.is_cover() || mail.has_diff) {
    const int number = revision_of(mail);
    numbers_[&mail] = number;
    posted_[number].push_back(&mail);
  }
}

int Revisions::revision_of(const PatchMail& mail) {
  if (mail.tags.revision) return *mail.tags.revision;
  const auto* parent = find(mail.parent);
  const auto known = parent ? numbers_.find(parent) : numbers_.end();
  if (known != numbers_.end()) {
    const bool is_below_cover = parent->has_diffstat && !parent->has_diff;
    const bool is_below_first = parent->has_diff && counter_of(*parent).number == 1 && counter_of(mail).number > 0;
    if (is_below_cover || (is_below_first && mail.tags.counter)) return known->second;
  }
  // A patch that was sent once more without saying so.
  if (mail.tags.counter || mail.tags.is_resend || !mail.tags.is_patch || !mail.has_diff) return 1;
  const auto one = posted_.find(1);
  if (one == posted_.end()) return 1;
  const auto before =
      std::find_if(one->second.begin(), one->second.end(), [](const auto* other) { return other->has_diff; });
  if (before == one->second.end() || (*before)->tags.counter || (*before)->sent >= mail.sent ||
      !equal_ignore_case((*before)->sender.address, mail.sender.address))
    return 1;
  const int next = posted_.rbegin()->first + 1;
  notes_.push_back(fmt::format("Assuming new revision: v{} ({})", next, mail.subject));
  return next;
}

// Who sent the cover, else the first patch that answers none of the mails here, else the first.
const std::string& Revisions::author_of(const std::vector<const PatchMail*>& posted) const {
  const auto is_cover = [](const PatchMail* mail) { return mail->is_cover(); };
  auto found = std::find_if(posted.begin(), posted.end(), is_cover);
  if (found == posted.end())
    found = std::find_if(posted.begin(), posted.end(), [&](const PatchMail* mail) { return !find(mail->parent); });
  return (found == posted.end() ? posted.front() : *found)->sender.address;
}

Revision Revisions::put_together(int number, const std::vector<const PatchMail*>& posted) {
  Revision revision;
  revision.number = number;
  const auto is_numbered = [](const PatchMail* mail) { return mail->tags.counter && !mail->is_cover(); };
  const bool has_numbers = std::any_of(posted.begin(), posted.end(), is_numbered);
  int total = total_of(posted);
  for (const auto* mail : posted) {
    revision.is_explicit |= mail->tags.revision.has_value();
    if (is_numbered(mail) && mail->tags.counter->total == total) total = std::max(total, mail->tags.counter->number);
  }
  revision.expected = std::clamp(total, 1, kMaxPatches);
  const auto& author = author_of(posted);
  revision.slots.resize(static_cast<std::size_t>(revision.expected) + 1);
  for (const auto* mail : posted) {
    std::size_t at = 0;
    if (is_numbered(mail)) {
      at = static_cast<std::size_t>(mail->tags.counter->number);
    } else if (!mail->is_cover()) {
      const bool is_by_other = !equal_ignore_case(mail->sender.address, author);
      if (has_numbers || is_by_other) {
        notes_.push_back(
            fmt::format("Left out, because {}: '{}' from {}",
                        has_numbers ? fmt::format("v{} has numbers", number) : "the series is of " + author,
                        mail->subject, mail->sender.address));
        continue;
      }
      at = 1;
      while (at < revision.slots.size() && revision.slots[at].mail) ++at;
      if (at == revision.slots.size() && at <= kMaxPatches) revision.slots.emplace_back();
      revision.expected = static_cast<int>(revision.slots.size()) - 1;
    }
    if (at < revision.slots.size())
      put_in(revision.slots[at], *mail, revision, author);
    else
      notes_.push_back(
          fmt::format("Left out, because v{} has {} patches: '{}'", number, revision.expected, mail->subject));
  }
  return revision;
}

// The one that is of the author stays, then the one that counts to the same total, then the first.
void Revisions::put_in(Slot& slot, const PatchMail& mail, const Revision& revision, const std::string& author) {
  const auto fits = [&](const PatchMail& one) {
    return one.tags.counter && one.tags.counter->total == revision.expected;
  };
  const auto rank = [&](const PatchMail& one) {
    return std::pair(equal_ignore_case(one.sender.address, author), fits(one));
  };
  const auto* loser = !slot.mail ? nullptr : rank(mail) > rank(*slot.mail) ? slot.mail : &mail;
  if (loser != &mail) slot = {&mail, revision.number};
  if (loser)
    notes_.push_back(fmt::format("Left out, because '{}' from {} has its place: '{}' from {}", slot.mail->subject,
                                 slot.mail->sender.address, loser->subject, loser->sender.address));
}

void Revisions::adopt_cover(Revision& revision) {
  if (revision.cover() || revision.slots.size() < 2 || !revision.slots[1].mail) return;
  const auto& patch = *revision.slots[1].mail;
  const auto* parent = find(patch.parent);
  if (!parent || parent->has_diff || parent->is_reply || numbers_.count(parent) > 0) return;
  const bool is_own_root = parent->parent.empty() && equal_ignore_case(parent->sender.address, patch.sender.address);
  if (parent->has_diffstat || is_own_root) revision.slots[0] = {parent, revision.number};
}

bool Revisions::answers_older_self(const PatchMail& mail) const {
  const auto* at = find(mail.parent);
  for (int steps = 0; at && steps < kMaxSteps; ++steps, at = find(at->parent)) {
    if (!at->is_patch() || at->tags.counter != mail.tags.counter || !mail.tags.counter) continue;
    const auto older = numbers_.find(at);
    if (older != numbers_.end() && older->second < numbers_.at(&mail)) return true;
  }
  return false;
}

void Revisions::complete_reroll(Revision& revision) {
  const auto before = revisions_.find(revision.number - 1);
  if (before == revisions_.end() || revision.missing().empty()) return;
  for (std::size_t i = 1; i < revision.slots.size(); ++i)
    if (const auto* mail = revision.slots[i].mail; mail && !answers_older_self(*mail)) return;
  for (std::size_t i = 1; i < revision.slots.size() && i < before->second.slots.size(); ++i) {
    if (revision.slots[i].mail || !before->second.slots[i].mail) continue;
    revision.slots[i] = before->second.slots[i];
    revision.is_reroll = true;
  }
  if (revision.is_reroll && !revision.cover()) revision.slots[0] = before->second.slots[0];
}

const Revision* Revisions::latest() const {
  const Revision* best = nullptr;
  for (const auto& [number, revision] : revisions_) {
    if (!best || revision.is_explicit || (!best->is_explicit && revision.first().sent >= best->first().sent))
      best = &revision;
  }
  return best;
}

}  // namespace lorelei::workflow
