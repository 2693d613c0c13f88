// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/rethread.hh"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/plural.hh"
#include "base/text.hh"
#include "workflow/mail_finder.hh"
#include "workflow/thread.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::int64_t kLastSecond = 253'402'000'000;  // of four-digit years

std::string stamp(std::int64_t seconds) { return fmt::format("{:%Y%m%d%H%M%S}", fmt::gmtime(seconds)); }

// What may be one series with the seed, the seed among them.
bool goes_with(const PatchMail& seed, const PatchMail& mail) {
  if (mail.is_reply || !equal_ignore_case(seed.sender.address, mail.sender.address)) return false;
  if (std::abs(seed.sent - mail.sent) > kApart) return false;
  const auto &a = seed.tags, &b = mail.tags;
  if (a.revision_or_first() != b.revision_or_first() || a.counter.has_value() != b.counter.has_value()) return false;
  if (!a.counter) return mail.has_diff && b.is_patch;
  return a.counter->total == b.counter->total && (mail.has_diff || b.is_cover());
}

class Stitcher {
 public:
  Stitcher(const Env& env, const Settings& settings, const MailSource& source, const Say& say)
      : env_(env), settings_(settings), source_(source), say_(say) {
    source_.root = MailSource::Root::kOfThread;
  }

  Result<FetchedThread> stitch(const std::vector<std::string>& asked) {
    for (const auto& one : asked) TRY_VOID(fetch(one));
    if (asked.size() == 1) TRY_VOID(find_others());
    thread_.id = ids_.front();
    thread_.mails = one_of_each(std::move(thread_.mails), settings_.list_preference);
    choose();
    if (chosen_.empty())
      return err(Kind::kNotFound, "put the series together of", thread_.id, "none of these mails is a patch");
    say_(fmt::format("Putting {} together as a series", plural(chosen_.size(), "mail")));
    number();
    if (!is_threaded()) connect();
    leave_out_others();
    return std::move(thread_);
  }

 private:
  Result<void> fetch(const std::string& asked) {
    TRY(auto thread, fetch_thread(env_, settings_, source_, asked, say_));
    if (std::find(ids_.begin(), ids_.end(), thread.id) == ids_.end()) ids_.push_back(thread.id);
    thread_.is_from_archive =
        thread_.mails.empty() ? thread.is_from_archive : thread_.is_from_archive && thread.is_from_archive;
    for (auto& mail : thread.mails) thread_.mails.push_back(std::move(mail));
    return {};
  }

  Result<void> find_others() {
    const auto* found = mail_of(ids_.front());
    if (!found)
      return err(Kind::kNotFound, "put the series together of", ids_.front(), "its thread does not have it by that id");
    const auto seed = *found;
    TRY(auto finder, MailFinder::open(env_, settings_, source_, say_));
    if (seed.sent < 0 || seed.sent > kLastSecond || seed.sender.address.find_first_of(" \"()") != std::string::npos)
      return {};
    const auto query = fmt::format("f:\"{}\" AND dt:{}..{}", seed.sender.address, stamp(seed.sent - kApart),
                                   stamp(seed.sent + kApart));
    const auto where = thread_.is_from_archive ? MailFinder::Where::kHere : MailFinder::Where::kServer;
    if (where == MailFinder::Where::kServer && finder.is_offline()) return {};
    TRY(auto mails, finder.by_query(where, query));
    std::stable_sort(mails.begin(), mails.end(), [](const auto& a, const auto& b) { return a.sent < b.sent; });
    ids_.clear();
    std::set<int> numbers;
    for (const auto& mail : mails) {
      if (!goes_with(seed, mail) || ids_.size() == kMaxRethreaded) continue;
      if (mail.tags.counter && !numbers.insert(mail.tags.counter->number).second) continue;
      ids_.push_back(mail.message_id);
    }
    if (std::find(ids_.begin(), ids_.end(), seed.message_id) == ids_.end()) ids_.push_back(seed.message_id);
    const auto all = ids_;
    for (const auto& id : all)
      if (!mail_of(id)) TRY_VOID(fetch(id));
    return {};
  }

  PatchMail* mail_of(const std::string& id) {
    const auto found = std::find_if(thread_.mails.begin(), thread_.mails.end(),
                                    [&](const PatchMail& mail) { return mail.message_id == id; });
    return found == thread_.mails.end() ? nullptr : &*found;
  }

  // The patches, and one cover before them.
  void choose() {
    PatchMail* cover = nullptr;
    for (const auto& id : ids_) {
      auto* mail = mail_of(id);
      if (!mail || mail->is_reply) continue;
      if (mail->has_diff)
        chosen_.push_back(mail);
      else if (mail->is_cover() && !cover)
        cover = mail;
    }
    if (cover) chosen_.insert(chosen_.begin(), cover);
  }

  void number() {
    std::set<int> numbers;
    const auto& counter = chosen_.front()->tags.counter;
    const auto has_place = [&](const PatchMail* mail) {
      const auto& own = mail->tags.counter;
      return own && counter && own->total == counter->total && numbers.insert(own->number).second;
    };
    if (std::all_of(chosen_.begin(), chosen_.end(), has_place)) {
      std::stable_sort(chosen_.begin(), chosen_.end(), [](const PatchMail* a, const PatchMail* b) {
        return a->tags.counter->number < b->tags.counter->number;
      });
      return;
    }
    const int first = chosen_.front()->has_diff ? 1 : 0;
    const int total = static_cast<int>(chosen_.size()) - 1 + first;
    for (int i = 0; i < static_cast<int>(chosen_.size()); ++i)
      chosen_[static_cast<std::size_t>(i)]->tags.counter = patch::Counter{first + i, total};
  }

  // They hang together as they were posted.
  bool is_threaded() const {
    const auto& root = chosen_.front()->message_id;
    return std::all_of(chosen_.begin() + 1, chosen_.end(), [&](const PatchMail* mail) {
      return std::find(mail->references.begin(), mail->references.end(), root) != mail->references.end();
    });
  }

  // What else is in their threads is another series; replies stay.
  void leave_out_others() {
    std::set<std::string> ids;
    for (const auto* mail : chosen_) ids.insert(mail->message_id);
    std::erase_if(thread_.mails,
                  [&](const PatchMail& mail) { return !mail.is_reply && !ids.contains(mail.message_id); });
  }

  // They are one revision now, that of the first.
  void connect() {
    const auto root = chosen_.front()->message_id;
    chosen_.front()->parent.clear();
    chosen_.front()->references.clear();
    for (auto* mail : chosen_) mail->tags.revision = chosen_.front()->tags.revision;
    for (std::size_t i = 1; i < chosen_.size(); ++i) {
      chosen_[i]->parent = root;
      chosen_[i]->references = {root};
    }
    thread_.id = root;
  }

  const Env& env_;
  const Settings& settings_;
  MailSource source_;
  const Say& say_;
  std::vector<std::string> ids_;  // of the patches
  FetchedThread thread_;
  std::vector<PatchMail*> chosen_;
};

}  // namespace

Result<FetchedThread> rethread(const Env& env, const Settings& settings, const MailSource& source,
                               const std::vector<std::string>& ids, const Say& say) {
  if (!source.mailbox.empty())
    return err(Kind::kUsage, "put a series together of", source.mailbox, "--rethread looks in archives", "without -m");
  return Stitcher(env, settings, source, say).stitch(ids);
}

}  // namespace lorelei::workflow
