// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/am.hh"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "base/utc_day.hh"
#include "git/object_id.hh"
#include "mail/mbox.hh"
#include "patch/body.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

std::string_view local_part(std::string_view address) { return address.substr(0, address.find('@')); }

// By domain, then by local part, as people read lists of recipients.
bool comes_before(const patch::Person& one, const patch::Person& other) {
  const auto key = [](const patch::Person& person) {
    const auto lower = to_lower(person.address);
    const auto at = lower.rfind('@');
    return at == lower.npos ? std::pair(std::string(), lower) : std::pair(lower.substr(at + 1), lower.substr(0, at));
  };
  return key(one) < key(other);
}

class Maker {
 public:
  Maker(const Env& env, const Settings& settings, const AmWishes& wishes, FetchedThread thread)
      : env_(env),
        settings_(settings),
        wishes_(wishes),
        attestations_(env, wishes.is_offline || thread.is_from_archive ? Attestations::Network::kNotUsed
                                                                       : Attestations::Network::kUsed) {
    series_.thread = std::move(thread);
    series_.revisions = std::make_unique<Revisions>(
        series_.thread.mails, wishes.completes_rerolls ? Revisions::Rerolls::kCompleted : Revisions::Rerolls::kLeft);
  }

  Result<AmSeries> make() && {
    TRY_VOID(choose_revision());
    TRY(const auto numbers, wanted_numbers());
    TRY_VOID(collect_trailers());
    for (const int number : numbers) {
      const auto& slot = series_.revision->slots[static_cast<std::size_t>(number)];
      if (slot.mail)
        TRY_VOID(add(number, slot));
      else
        series_.missing.push_back(number);
    }
    if (series_.entries.empty())
      return err(Kind::kNotFound, "make patches of", series_.thread.id, "no patch is there", "lorelei thread MSGID");
    TRY_VOID(refuse_hidden_characters());
    const auto& first = series_.revision->first();
    series_.link = settings_.link_to(first.message_id);
    series_.base_commit = hexadecimal(series_.revision->label("base-commit"));
    TRY_VOID(collect_prerequisites());
    return std::move(series_);
  }

 private:
  Result<void> choose_revision();
  Result<std::vector<int>> wanted_numbers();
  Result<void> collect_trailers();
  Result<void> add(int number, const Slot&);
  TrailerChange change_for(AmEntry&);
  Result<void> refuse_hidden_characters() const;
  Result<void> collect_prerequisites();

  static std::string hexadecimal(const std::string& word) {
    const bool is_id = word.size() >= 7 && std::all_of(word.begin(), word.end(), is_hex);
    return is_id ? word : std::string();
  }

  const Env& env_;
  const Settings& settings_;
  const AmWishes& wishes_;
  Attestations attestations_;
  AmSeries series_;
  Followups followups_;
};

Result<void> Maker::choose_revision() {
  const auto& revisions = *series_.revisions;
  series_.notes = revisions.notes();
  if (revisions.all().empty())
    return err(Kind::kNotFound, "make patches of", series_.thread.id, "there is no patch in the thread",
               "lorelei thread MSGID");
  if (wishes_.revision) {
    const auto found = revisions.all().find(*wishes_.revision);
    if (found == revisions.all().end())
      return err(Kind::kNotFound, "use the revision", fmt::format("v{}", *wishes_.revision), "it is not in the thread",
                 fmt::format("-v{}", revisions.all().rbegin()->first));
    series_.revision = &found->second;
  } else {
    series_.revision = revisions.latest();
    if (revisions.all().size() > 1) {
      series_.notes.push_back(fmt::format("Will use the latest revision: v{}", series_.revision->number));
      series_.notes.emplace_back("You can pick other revisions using the -vN flag");
    }
    for (const auto& [number, other] : revisions.all())
      if (other.first().sent > series_.revision->first().sent)
        series_.notes.push_back(fmt::format("v{} was sent later than v{}", number, series_.revision->number));
  }
  return {};
}

Result<std::vector<int>> Maker::wanted_numbers() {
  const int count = series_.revision->expected;
  std::vector<int> all;
  for (int i = 1; i <= count; ++i) all.push_back(i);
  if (wishes_.cherry_pick.empty()) return all;
  series_.is_cherry_picked = true;
  const auto is_unwanted = [&](int number) {
    const auto* mail = series_.revision->slots[static_cast<std::size_t>(number)].mail;
    if (wishes_.cherry_pick == "_") return !mail || mail->message_id != series_.thread.id;
    return !mail || fnmatch(wishes_.cherry_pick.c_str(), mail->tags.title.c_str(), 0) != 0;
  };
  if (wishes_.cherry_pick == "_" || wishes_.cherry_pick.find('*') != std::string::npos) {
    std::erase_if(all, is_unwanted);
  } else {
    TRY(all, picked_numbers(wishes_.cherry_pick, count));
  }
  if (all.empty())
    return err(Kind::kNotFound, "pick patches", wishes_.cherry_pick, fmt::format("none of the {} is meant", count));
  return all;
}

Result<void> Maker::collect_trailers() {
  if (!wishes_.adds_trailers) return {};
  FollowupRules rules;
  rules.is_sloppy = wishes_.is_sloppy;
  rules.ignored_from = settings_.ignored_from;
  std::optional<Error> failure;
  if (settings_.shows_attestation)
    rules.is_attested = [&](const PatchMail& mail) {
      const auto found = attestations_.of(mail);
      if (!found && !failure) failure = found.error();
      return found && is_attested(**found);
    };
  followups_ = collect_followups(*series_.revisions, *series_.revision, series_.thread.elsewhere, rules);
  if (failure) return tl::unexpected(*std::move(failure));
  series_.mismatched = std::move(followups_.mismatched);
  series_.ignored = std::move(followups_.ignored);
  return {};
}

TrailerChange Maker::change_for(AmEntry& entry) {
  TrailerChange change;
  change.order = settings_.trailer_order;
  change.me = settings_.me;
  if (wishes_.signs_off) change.signed_off_by = settings_.me;
  auto present = patch::find_trailers(patch::last_paragraph(entry.patch.message), patch::TrailerSource::kPatch);
  const auto has = [&](const patch::Trailer& trailer) {
    return std::any_of(present.begin(), present.end(),
                       [&](const patch::Trailer& one) { return are_equal(one, trailer); });
  };
  const auto add = [&](patch::Trailer trailer) {
    if (has(trailer)) return;
    present.push_back(trailer);
    change.add.push_back(std::move(trailer));
  };
  for (const auto& one : entry.added) {
    const bool is_mine = settings_.me && equal_ignore_case(one.trailer.name, "signed-off-by") &&
                         equal_ignore_case(one.trailer.person.address, settings_.me->address);
    if (is_mine)
      change.signed_off_by = settings_.me;
    else
      add(one.trailer);
  }
  if (wishes_.adds_cc) {
    auto people = entry.mail->to;
    people.insert(people.end(), entry.mail->cc.begin(), entry.mail->cc.end());
    std::stable_sort(people.begin(), people.end(), comes_before);
    for (const auto& person : people) {
      const bool is_mentioned = std::any_of(present.begin(), present.end(), [&](const patch::Trailer& one) {
        return is_same_person(one.person.address, person.address);
      });
      if (is_mentioned) continue;
      auto value = person.name.empty() ? person.address : person.name + " <" + person.address + ">";
      add({patch::Trailer::Kind::kPerson, "Cc", std::move(value), "", person});
    }
  }
  if (wishes_.adds_link)
    add({patch::Trailer::Kind::kUtility, settings_.link_name, settings_.link_to(entry.mail->message_id), "", {}});
  if (wishes_.adds_message_id)
    add({patch::Trailer::Kind::kUtility, "Message-ID", "<" + entry.mail->message_id + ">", "", {}});
  return change;
}

Result<void> Maker::add(int number, const Slot& slot) {
  AmEntry entry;
  entry.number = number;
  entry.mail = slot.mail;
  entry.revision = slot.revision;
  entry.shown = slot.mail->subject;
  const attest::Canonical* covered = nullptr;
  if (settings_.shows_attestation) {
    TRY(const auto* attested, attestations_.of_patch(*slot.mail));
    if (!attested->objection.empty())
      return err(Kind::kAttestation, "take the patch", slot.mail->subject, attested->objection,
                 "lorelei validate; man 7 lorelei-trust");
    entry.attestors = attestors(*attested);
    const auto& best = attested->verdict.best();
    if (attest::is_good(best.outcome)) covered = best.content.get();
  }
  TRY(entry.patch, read_am_patch(*slot.mail, covered, env_.now()));
  if (const auto found = followups_.added.find(slot.mail); found != followups_.added.end()) entry.added = found->second;
  for (const auto& one : entry.added) {
    entry.added_by.emplace_back();
    if (!settings_.shows_attestation) continue;
    TRY(const auto* attested, attestations_.of(*one.giver));
    entry.added_by.back() = attestors(*attested);
  }
  auto changed = entry.patch;
  changed.message = with_trailers(entry.patch.message, change_for(entry));
  if (wishes_.adds_trailers) changed.opening.clear();
  const auto& revision = *series_.revision;
  std::optional<int> shown_revision;
  if (revision.is_explicit) shown_revision = revision.number;
  TRY(entry.text,
      am_mail(changed, *slot.mail, shown_revision,
              slot.mail->tags.counter ? std::optional(patch::Counter{number, revision.expected}) : std::nullopt));
  series_.entries.push_back(std::move(entry));
  return {};
}

// Each once; the cover and the first patch may both name it.
Result<void> Maker::collect_prerequisites() {
  auto& ids = series_.prerequisites;
  for (auto id : series_.revision->labels("prerequisite-patch-id", kMaxPrerequisites + 1)) {
    id = to_lower(id);
    if (git::ObjectId::parse(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  if (ids.size() <= kMaxPrerequisites) return {};
  return err(Kind::kTooLarge, "make patches of", series_.thread.id,
             fmt::format("it names more than {} patches that it needs first", kMaxPrerequisites));
}

Result<void> Maker::refuse_hidden_characters() const {
  if (wishes_.allows_hidden_characters) return {};
  std::string places;
  for (const auto& entry : series_.entries)
    for (const auto& one : hidden_characters(entry.patch))
      places += fmt::format("{}{}, {}", places.empty() ? "" : "; ", printable(entry.shown), printable(one));
  if (places.empty()) return {};
  return err(Kind::kRefused, "take the patches of", series_.thread.id,
             "characters in them hide what is there: " + places, "--allow-unicode-control-chars");
}

}  // namespace

Result<AmSeries> make_am_series(const Env& env, const Settings& settings, const AmWishes& wishes,
                                FetchedThread thread) {
  return Maker(env, settings, wishes, std::move(thread)).make();
}

Result<std::vector<int>> picked_numbers(const std::string& text, int count) {
  std::set<int> picked;
  for (const auto part : split(text, ',')) {
    const auto word = trim(part);
    const auto number = [&](std::string_view digits) { return parse_uint(digits); };
    const auto dash = word.find('-');
    std::optional<std::uint64_t> first, last;
    if (word == "-1") {
      first = last = static_cast<std::uint64_t>(count);
    } else if (word.starts_with('<')) {
      first = 1;
      if (const auto end = number(word.substr(1)); end && *end > 0) last = *end - 1;
    } else if (dash == word.npos) {
      first = last = number(word);
    } else {
      first = number(word.substr(0, dash));
      last = dash + 1 == word.size() ? static_cast<std::uint64_t>(count) : number(word.substr(dash + 1));
    }
    if (!first || !last)
      return err(Kind::kUsage, "pick patches", text, fmt::format("'{}' is no number or range", word), "1-3,5,7-");
    for (auto i = std::max<std::uint64_t>(*first, 1);
         i <= std::min<std::uint64_t>(*last, static_cast<std::uint64_t>(count)); ++i)
      picked.insert(static_cast<int>(i));
  }
  return std::vector<int>(picked.begin(), picked.end());
}

std::string slug_of(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    const bool is_word = is_alnum(c) || c == '_';
    if (is_word)
      slug += to_lower(c);
    else if (!slug.empty() && slug.back() != '_')
      slug += '_';
  }
  slug.resize(std::min<std::size_t>(slug.size(), 100));
  while (slug.ends_with('_')) slug.pop_back();
  return slug;
}

namespace {
std::string dated(const Revision& revision) {
  const auto version = revision.number > 1 ? fmt::format("v{}_", revision.number) : std::string();
  return version + replace_all(utc_day(revision.first().sent), "-", "") + "_";
}
}  // namespace

std::string AmSeries::slug() const {
  const auto& first = revision->first();
  return slug_of(fmt::format("{}{}_{}", dated(*revision), local_part(first.sender.address), first.tags.title));
}

std::string AmSeries::branch() const { return slug_of(dated(*revision) + revision->first().sender.address); }

bool AmSeries::is_mboxrd() const {
  return std::any_of(entries.begin(), entries.end(), [](const AmEntry& entry) { return needs_mboxrd(entry.text); });
}

std::string AmSeries::mbox() const {
  std::vector<std::string_view> mails;
  for (const auto& entry : entries) mails.emplace_back(entry.text);
  return mbox_of(mails);
}

std::string AmSeries::mboxrd() const {
  std::string text;
  for (const auto& entry : entries) text += mail::to_plain_mboxrd(entry.text);
  return text;
}

}  // namespace lorelei::workflow
