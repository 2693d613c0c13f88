// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/followups.hh"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "git/objects.hh"
#include "mail/mailinfo.hh"
#include "patch/body.hh"
#include "patch/lines.hh"
#include "patch/patch_id.hh"
#include "search/lookup.hh"
#include "workflow/am_mail.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

bool is_link(std::string_view name) { return equal_ignore_case(name, "link"); }

// Of "https://lore.kernel.org/r/ID"; the whole value if it is none.
std::string linked_id(const std::string& value) { return to_lower(search::message_id_of(value)); }

// Equal for trailers that are.
std::string key_of(const patch::Trailer& trailer) {
  return to_lower(trailer.name) + ": " + (is_link(trailer.name) ? linked_id(trailer.value) : to_lower(trailer.value));
}

struct Halves {
  std::string local, domain;
};
Halves halves_of(std::string_view address) {
  const auto lower = to_lower(address);
  const auto at = lower.rfind('@');
  if (at == lower.npos) return {lower, ""};
  return {lower.substr(0, std::min(lower.find('+'), at)), lower.substr(at + 1)};
}

bool is_one_label_below(const std::string& below, const std::string& above) {
  const auto dot = below.find('.');
  return dot != below.npos && below.substr(dot + 1) == above && above.find('.') != above.npos;
}

// "Last, First" and "First Last" are one name; letter case does not count.
std::string plain_name(std::string_view name) {
  std::string text(name);
  if (const auto comma = text.find(','); comma != text.npos)
    text = std::string(trim(std::string_view(text).substr(comma + 1))) + ' ' + text.substr(0, comma);
  return to_lower(squeeze_spaces(text));
}

bool fits_glob(const std::vector<std::string>& globs, const std::string& address) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(to_lower(glob).c_str(), to_lower(address).c_str(), 0) == 0;
  });
}

// Two names in one trailer are one too many, whoever gives it.
bool has_one_address(std::string_view value) {
  return std::count(value.begin(), value.end(), '@') == 1 && std::count(value.begin(), value.end(), '<') <= 1;
}

class Collector {
 public:
  Collector(const Revisions& revisions, const Revision& chosen, const std::vector<PatchMail>& elsewhere,
            const FollowupRules& rules)
      : revisions_(revisions), chosen_(chosen), rules_(rules) {
    for (const auto& mail : elsewhere) {
      elsewhere_.try_emplace(mail.message_id, &mail);
      if (mail.is_patch()) below_.emplace(mail.parent, &mail);
    }
  }

  Followups collect() && {
    auto replies = revisions_.replies();
    for (const auto& [id, mail] : elsewhere_)
      if (mail->is_reply) replies.push_back(mail);
    std::stable_sort(replies.begin(), replies.end(),
                     [](const PatchMail* one, const PatchMail* other) { return one->sent < other->sent; });
    std::vector<const PatchMail*> without_patch;
    for (const auto* reply : replies) {
      if (reply->given.empty()) continue;
      const auto& patches = patches_for(*reply);
      for (const auto& trailer : reply->given) give(trailer, *reply, patches);
      if (patches.empty()) without_patch.push_back(reply);
    }
    if (rules_.is_like)
      for (const auto* reply : without_patch) lose(*reply);
    for (auto& [patch, added] : found_.added)
      std::stable_sort(added.begin(), added.end(), [](const FollowupTrailer& one, const FollowupTrailer& other) {
        return one.given_for < other.given_for;
      });
    return std::move(found_);
  }

 private:
  using For = FollowupTrailer::For;
  using Target = std::pair<const PatchMail*, For>;

  // The first mail up the chain that is no reply; null: it is not here. Remembered for the whole chain.
  const PatchMail* target_of(const PatchMail& reply) {
    std::vector<const PatchMail*> chain;
    const PatchMail* at = &reply;
    while (at && at->is_reply) {
      const auto [place, is_new] = targets_.try_emplace(at, nullptr);
      if (!is_new) {
        at = place->second;
        break;
      }
      chain.push_back(at);
      at = find(at->parent);
    }
    for (const auto* one : chain) targets_[one] = at;
    return at;
  }

  const std::vector<Target>& patches_for(const PatchMail& reply) {
    static const std::vector<Target> kNone;
    const auto* at = target_of(reply);
    if (!at) return kNone;
    const auto [place, is_new] = patches_for_.try_emplace(at);
    if (is_new) place->second = patches_below(*at);
    return place->second;
  }

  // at: a patch, or what is no reply.
  std::vector<Target> patches_below(const PatchMail& at) {
    const bool is_elsewhere = elsewhere_.contains(at.message_id) && !revisions_.find(at.message_id);
    std::vector<const PatchMail*> copies = {&at};
    if (is_elsewhere && !at.has_diff) copies = own_patches_of(at);
    std::vector<Target> patches;
    for (std::size_t i = 1; i < chosen_.slots.size(); ++i) {
      const auto* patch = chosen_.slots[i].mail;
      if (!patch) continue;
      const auto is_same = [&](const PatchMail* copy) { return is_same_change(*copy, *patch, is_elsewhere); };
      if (&at == patch)
        patches.emplace_back(patch, For::kPatch);
      else if (&at == chosen_.cover())
        patches.emplace_back(patch, For::kSeries);
      else if (std::any_of(copies.begin(), copies.end(), is_same) ||
               (at.is_patch() && rules_.is_also_same && rules_.is_also_same(at, *patch)))
        patches.emplace_back(patch, For::kSameChange);
    }
    return patches;
  }

  // What hangs below a cover of somebody else's is none of its patches.
  std::vector<const PatchMail*> own_patches_of(const PatchMail& cover) const {
    std::vector<const PatchMail*> patches;
    const auto [first, last] = below_.equal_range(cover.message_id);
    for (auto it = first; cover.is_cover() && it != last; ++it) {
      const auto& patch = *it->second;
      const auto total = patch.tags.counter ? patch.tags.counter->total : 1;
      const bool is_own = patch.is_patch() && equal_ignore_case(patch.sender.address, cover.sender.address) &&
                          patch.tags.revision_or_first() == cover.tags.revision_or_first() &&
                          (!cover.tags.counter || cover.tags.counter->total == total);
      if (is_own) patches.push_back(&patch);
    }
    return patches;
  }

  bool is_same_change(const PatchMail& one, const PatchMail& other, bool is_elsewhere) {
    if (!one.has_diff) return false;
    const auto &a = id_of(one), &b = id_of(other);
    return a.id && a.id == b.id && a.headings == b.headings && (!is_elsewhere || a.lines == b.lines);
  }
  const Change& id_of(const PatchMail& mail) {
    const auto [place, is_new] = ids_.try_emplace(&mail);
    if (is_new) place->second = change_of(mail);
    return place->second;
  }
  const PatchMail* find(const std::string& id) const {
    if (const auto* mail = revisions_.find(id)) return mail;
    const auto found = elsewhere_.find(id);
    return found == elsewhere_.end() ? nullptr : found->second;
  }

  // Names, in lower case, and values: what a patch has.
  std::set<std::string>& known_of(const PatchMail& patch) {
    const auto [place, is_new] = known_.try_emplace(&patch);
    if (is_new)
      for (const auto& one :
           patch::find_trailers(patch::last_paragraph(patch::message_of(patch.body)), patch::TrailerSource::kPatch))
        place->second.insert(key_of(one));
    return place->second;
  }

  void give(const patch::Trailer& trailer, const PatchMail& reply, const std::vector<Target>& patches) {
    FollowupTrailer one{trailer, &reply};
    for (const auto& [patch, given_for] : patches) {
      one.given_for = given_for;
      one.is_elsewhere = elsewhere_.contains(reply.message_id);
      // Who passed a patch on there has not passed on this one.
      if (one.is_elsewhere && equal_ignore_case(trailer.name, "signed-off-by")) continue;
      auto& known = known_of(*patch);
      if (known.count(key_of(trailer)) > 0) continue;
      if (!may_be_given(one)) return;
      known.insert(key_of(trailer));
      found_.added[patch].push_back(one);
    }
  }

  // By who sent it; one that may not is reported.
  bool may_be_given(FollowupTrailer& one) {
    const auto& trailer = one.trailer;
    const auto& reply = *one.giver;
    const auto& address = trailer.person.address;
    if (fits_glob(rules_.ignored_from, reply.sender.address) ||
        (!address.empty() && fits_glob(rules_.ignored_from, address)) || hides_something(line_of(trailer)))
      return report(found_.ignored, one);
    if (trailer.kind != patch::Trailer::Kind::kPerson) return true;
    if (!has_one_address(trailer.value)) return report(found_.mismatched, one);
    if (rules_.is_sloppy || is_same_person(reply.sender.address, address)) return true;
    const bool has_name = plain_name(reply.sender.name) == plain_name(trailer.person.name);
    if (!has_name || !rules_.is_attested || !rules_.is_attested(reply)) return report(found_.mismatched, one);
    one.by_name_only = true;
    return true;
  }

  // Called when all that is given is given.
  void lose(const PatchMail& reply) {
    const auto* posted = target_of(reply);
    std::vector<const PatchMail*> likely;
    for (std::size_t i = 1; i < chosen_.slots.size(); ++i)
      if (const auto* patch = chosen_.slots[i].mail;
          patch && posted && (!posted->is_patch() || rules_.is_like(*posted, *patch)))
        likely.push_back(patch);
    for (const auto& trailer : reply.given) {
      const auto key = key_of(trailer);
      const auto has_it = [&](const PatchMail* patch) { return known_of(*patch).count(key) > 0; };
      if (!likely.empty() && std::all_of(likely.begin(), likely.end(), has_it)) continue;
      LostTrailer one{{trailer, &reply}, posted, likely};
      if (may_be_given(one.given) && lost_.emplace(posted, key).second) found_.lost.push_back(std::move(one));
    }
  }

  bool report(std::vector<FollowupTrailer>& list, const FollowupTrailer& one) {
    if (reported_.emplace(one.giver, key_of(one.trailer)).second) list.push_back(one);
    return false;
  }

  const Revisions& revisions_;
  const Revision& chosen_;
  const FollowupRules& rules_;
  std::map<std::string, const PatchMail*> elsewhere_;
  std::multimap<std::string, const PatchMail*> below_;           // patches of elsewhere, by parent
  std::map<const PatchMail*, std::vector<Target>> patches_for_;  // by what a reply answers to
  std::map<const PatchMail*, Change> ids_;
  std::map<const PatchMail*, std::set<std::string>> known_;
  std::map<const PatchMail*, const PatchMail*> targets_;
  std::set<std::pair<const PatchMail*, std::string>> reported_;
  std::set<std::pair<const PatchMail*, std::string>> lost_;  // by what is answered
  Followups found_;
};

}  // namespace

bool are_equal(const patch::Trailer& one, const patch::Trailer& other) { return key_of(one) == key_of(other); }

bool is_objection(const patch::Trailer& trailer) {
  constexpr std::string_view kNames[] = {"nacked-by", "naked-by", "nack-by", "nak-by"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](auto name) { return equal_ignore_case(trailer.name, name); });
}

bool is_same_person(std::string_view one_address, std::string_view other_address) {
  const auto one = halves_of(one_address), other = halves_of(other_address);
  if (one.local.empty() || one.local != other.local) return false;
  return one.domain == other.domain || is_one_label_below(one.domain, other.domain) ||
         is_one_label_below(other.domain, one.domain);
}

Change change_of(const PatchMail& mail) {
  Change change;
  const auto info = mail::mailinfo(replace_all(mail.raw, "\r\n", "\n"), mail::Charsets::kConverted);
  if (!info) return change;
  change.id = patch::patch_id(info->patch);
  std::string lines;
  for (std::string_view rest = info->patch; !rest.empty();) {
    const auto line = patch::next_line(rest);
    for (const std::string_view start : {"diff ", "--- ", "+++ ", "@@ ", "Index: "})
      change.headings += line.starts_with(start);
    if (line.starts_with('+') || line.starts_with('-')) lines.append(line) += '\n';
  }
  change.lines = git::name_of(git::ObjectType::kBlob, lines);
  return change;
}

Followups collect_followups(const Revisions& revisions, const Revision& chosen, const std::vector<PatchMail>& elsewhere,
                            const FollowupRules& rules) {
  return Collector(revisions, chosen, elsewhere, rules).collect();
}

}  // namespace lorelei::workflow
