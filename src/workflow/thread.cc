// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thread.hh"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/groups.hh"
#include "base/text.hh"

namespace lorelei::workflow {

namespace {

std::size_t rank_of(const PatchMail& mail, const std::vector<std::string>& preference) {
  const auto& id = mail.list_id.empty() ? std::string("*") : mail.list_id;
  for (std::size_t i = 0; i < preference.size(); ++i)
    if (preference[i] == "*" || fnmatch(to_lower(preference[i]).c_str(), id.c_str(), 0) == 0) return i;
  return preference.size();
}

const PatchMail* find(const std::vector<PatchMail>& mails, std::string_view id) {
  const auto found =
      std::find_if(mails.begin(), mails.end(), [&](const PatchMail& one) { return one.message_id == id; });
  return found == mails.end() ? nullptr : &*found;
}

}  // namespace

std::vector<PatchMail> one_of_each(std::vector<PatchMail> mails, const std::vector<std::string>& list_preference) {
  std::vector<PatchMail> kept;
  std::unordered_map<std::string, std::size_t> places;
  for (auto& mail : mails) {
    const auto [place, is_new] = places.try_emplace(mail.message_id, kept.size());
    if (is_new)
      kept.push_back(std::move(mail));
    else if (rank_of(mail, list_preference) < rank_of(kept[place->second], list_preference))
      kept[place->second] = std::move(mail);
  }
  return kept;
}

std::vector<PatchMail> connected(std::vector<PatchMail> mails, std::string_view id, Parents parents) {
  std::set<std::string> ignored;
  if (parents == Parents::kIgnored)
    if (const auto* mail = find(mails, id)) ignored.insert(mail->references.begin(), mail->references.end());
  std::unordered_map<std::string, std::size_t> numbers;
  const auto number_of = [&](const std::string& one) { return numbers.try_emplace(one, numbers.size()).first->second; };
  const auto wanted = number_of(std::string(id));
  for (const auto& mail : mails) {
    number_of(mail.message_id);
    for (const auto& reference : mail.references) number_of(reference);
  }
  Groups groups(numbers.size());
  for (const auto& mail : mails) {
    if (ignored.count(mail.message_id) > 0) continue;
    for (const auto& reference : mail.references)
      if (ignored.count(reference) == 0) groups.connect(number_of(mail.message_id), number_of(reference));
  }
  std::erase_if(mails, [&](const PatchMail& mail) {
    return ignored.count(mail.message_id) > 0 || groups.of(number_of(mail.message_id)) != groups.of(wanted);
  });
  return mails;
}

std::string root_of_own_posting(const std::vector<PatchMail>& mails, std::string_view id) {
  const auto* mail = find(mails, id);
  if (!mail || mail->is_reply || mail->tags.revision_or_first() > 1 || mail->references.empty()) return {};
  const bool is_single = !mail->tags.counter || mail->tags.counter->total == 1;
  if (is_single && (mail->has_diff || mail->has_diffstat)) return mail->message_id;
  const auto* parent = find(mails, mail->parent);
  return parent && parent->tags.is_cover() ? parent->message_id : std::string();
}

}  // namespace lorelei::workflow
