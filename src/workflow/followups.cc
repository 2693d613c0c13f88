// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/followups.hh"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
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

struct Change {
  std::optional<git::ObjectId> id;
  std::size_t headings = 0;  // of files and hunks
  bool operator==(const Change&) const = default;
};

class Collector {
 public:
  Collector(const Revisions& revisions, const Revision& chosen, const FollowupRules& rules)
      : revisions_(revisions), chosen_(chosen), rules_(rules) {}

  Followups collect() && {
    for (const auto* reply : revisions_.replies()) {
      if (reply->given.empty()) continue;
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
      at = revisions_.find(at->parent);
    }
    for (const auto* one : chain) targets_[one] = at;
    return at;
  }

  std::vector<Target> patches_for(const PatchMail& reply) {
    const auto* at = target_of(reply);
    if (!at) return {};
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
    const auto& change = id_of(one);
    return change.id && change == id_of(other);
  }
  // A patch-id ends with the first patch of a text; git am goes on to all that follow.
  const Change& id_of(const PatchMail& mail) {
    const auto [place, is_new] = ids_.try_emplace(&mail);
    if (!is_new) return place->second;
    const auto info = mail::mailinfo(replace_all(mail.raw, "\r\n", "\n"), mail::Charsets::kConverted);
    if (!info) return place->second;
    place->second.id = patch::patch_id(info->patch);
    for (std::string_view rest = info->patch; !rest.empty();) {
      const auto line = patch::next_line(rest);
      for (const std::string_view start : {"diff ", "--- ", "+++ ", "@@ ", "Index: "})
        place->second.headings += line.starts_with(start);
    }
    return place->second;
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
      auto& known = known_of(*patch);
      if (known.count(key_of(trailer)) > 0) continue;
      const auto& address = trailer.person.address;
      if (fits_glob(rules_.ignored_from, reply.sender.address) ||
          (!address.empty() && fits_glob(rules_.ignored_from, address)))
        return report(found_.ignored, one);
      if (hides_something(line_of(trailer))) return report(found_.ignored, one);
      const bool is_person = trailer.kind == patch::Trailer::Kind::kPerson;
      if (is_person && !has_one_address(trailer.value)) return report(found_.mismatched, one);
      if (is_person && !rules_.is_sloppy && !is_same_person(reply.sender.address, address)) {
        const bool has_name = plain_name(reply.sender.name) == plain_name(trailer.person.name);
        if (!has_name || !rules_.is_attested || !rules_.is_attested(reply)) return report(found_.mismatched, one);
        one.by_name_only = true;
      }
      known.insert(key_of(trailer));
      found_.added[patch].push_back(one);
    }
  }

  void report(std::vector<FollowupTrailer>& list, const FollowupTrailer& one) {
    if (reported_.emplace(one.giver, key_of(one.trailer)).second) list.push_back(one);
  }

  const Revisions& revisions_;
  const Revision& chosen_;
  const FollowupRules& rules_;
  std::map<const PatchMail*, Change> ids_;
  std::map<const PatchMail*, std::set<std::string>> known_;
  std::map<const PatchMail*, const PatchMail*> targets_;
  std::set<std::pair<const PatchMail*, std::string>> reported_;
  Followups found_;
};

}  // namespace

bool are_equal(const patch::Trailer& one, const patch::Trailer& other) { return key_of(one) == key_of(other); }

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
