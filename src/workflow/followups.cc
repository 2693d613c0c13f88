// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/followups.hh"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "patch/body.hh"
#include "patch/patch_id.hh"
#include "search/lookup.hh"

namespace lorelei::workflow {

namespace {

bool is_link(std::string_view name) { return equal_ignore_case(name, "link"); }

// Of "https://lore.kernel.org/r/ID"; the whole value if it is none.
std::string linked_id(const std::string& value) { return to_lower(search::message_id_of(value)); }

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

// "Last, First" and "First Last" are one name; letter case and punctuation do not count.
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

class Collector {
 public:
  Collector(const Revisions& revisions, const Revision& chosen, const FollowupRules& rules)
      : revisions_(revisions), chosen_(chosen), rules_(rules) {}

  Followups collect() && {
    for (const auto* reply : revisions_.replies()) {
      const auto patches = patches_for(*reply);
      for (const auto& trailer : reply->given) give(trailer, *reply, patches);
    }
    for (auto& [patch, added] : found_.added)
      std::stable_sort(added.begin(), added.end(), [](const FollowupTrailer& one, const FollowupTrailer& other) {
        return one.given_for < other.given_for;
      });
    return std::move(found_);
  }

 private:
  using For = FollowupTrailer::For;
  using Target = std::pair<const PatchMail*, For>;

  std::vector<Target> patches_for(const PatchMail& reply) {
    std::set<const PatchMail*> seen = {&reply};
    const auto* at = revisions_.find(reply.parent);
    while (at && at->is_reply && seen.insert(at).second) at = revisions_.find(at->parent);
    if (!at || at->is_reply) return {};
    std::vector<Target> patches;
    for (std::size_t i = 1; i < chosen_.slots.size(); ++i) {
      const auto* patch = chosen_.slots[i].mail;
      if (!patch) continue;
      if (at == patch)
        patches.emplace_back(patch, For::kPatch);
      else if (at == chosen_.cover())
        patches.emplace_back(patch, For::kSeries);
      else if (is_same_change(*at, *patch))
        patches.emplace_back(patch, For::kSameChange);
    }
    return patches;
  }

  bool is_same_change(const PatchMail& one, const PatchMail& other) {
    if (!one.has_diff) return false;
    const auto& id = id_of(one);
    return id && id == id_of(other);
  }
  const std::optional<git::ObjectId>& id_of(const PatchMail& mail) {
    const auto [place, is_new] = ids_.try_emplace(&mail);
    if (is_new) place->second = patch::patch_id(mail.body);
    return place->second;
  }

  const std::vector<patch::Trailer>& own_trailers(const PatchMail& patch) {
    const auto [place, is_new] = own_.try_emplace(&patch);
    if (is_new)
      place->second =
          patch::find_trailers(patch::last_paragraph(patch::message_of(patch.body)), patch::TrailerSource::kPatch);
    return place->second;
  }
  bool has(const PatchMail& patch, const patch::Trailer& trailer) {
    const auto is_it = [&](const patch::Trailer& one) { return are_equal(one, trailer); };
    const auto& own = own_trailers(patch);
    const auto& added = found_.added[&patch];
    return std::any_of(own.begin(), own.end(), is_it) ||
           std::any_of(added.begin(), added.end(), [&](const auto& one) { return is_it(one.trailer); });
  }

  void give(const patch::Trailer& trailer, const PatchMail& reply, const std::vector<Target>& patches) {
    FollowupTrailer one{trailer, &reply};
    for (const auto& [patch, given_for] : patches) {
      one.given_for = given_for;
      if (has(*patch, trailer)) continue;
      const auto& address = trailer.person.address;
      if (fits_glob(rules_.ignored_from, reply.sender.address) ||
          (!address.empty() && fits_glob(rules_.ignored_from, address)))
        return report(found_.ignored, one);
      const bool is_person = trailer.kind == patch::Trailer::Kind::kPerson;
      if (is_person && !rules_.is_sloppy && !is_same_person(reply.sender.address, address)) {
        const bool has_name = plain_name(reply.sender.name) == plain_name(trailer.person.name);
        if (!has_name || !rules_.is_attested || !rules_.is_attested(reply)) return report(found_.mismatched, one);
        one.by_name_only = true;
      }
      found_.added[patch].push_back(one);
    }
  }

  static void report(std::vector<FollowupTrailer>& list, const FollowupTrailer& one) {
    const auto is_it = [&](const FollowupTrailer& other) {
      return other.giver == one.giver && are_equal(other.trailer, one.trailer);
    };
    if (std::none_of(list.begin(), list.end(), is_it)) list.push_back(one);
  }

  const Revisions& revisions_;
  const Revision& chosen_;
  const FollowupRules& rules_;
  std::map<const PatchMail*, std::optional<git::ObjectId>> ids_;
  std::map<const PatchMail*, std::vector<patch::Trailer>> own_;
  Followups found_;
};

}  // namespace

bool are_equal(const patch::Trailer& one, const patch::Trailer& other) {
  if (!equal_ignore_case(one.name, other.name)) return false;
  if (is_link(one.name)) return linked_id(one.value) == linked_id(other.value);
  return equal_ignore_case(one.value, other.value);
}

bool is_same_person(std::string_view one_address, std::string_view other_address) {
  const auto one = halves_of(one_address), other = halves_of(other_address);
  if (one.local.empty() || one.local != other.local) return false;
  return one.domain == other.domain || is_one_label_below(one.domain, other.domain) ||
         is_one_label_below(other.domain, one.domain);
}

Followups collect_followups(const Revisions& revisions, const Revision& chosen, const FollowupRules& rules) {
  return Collector(revisions, chosen, rules).collect();
}

}  // namespace lorelei::workflow
