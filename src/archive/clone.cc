// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/clone.hh"

#include <fmt/format.h>

#include "archive/epoch_clone.hh"
#include "archive/epoch_source.hh"
#include "archive/inbox.hh"
#include "archive/list_identity.hh"
#include "archive/settings.hh"
#include "base/is_there.hh"
#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

// Whether the target is what we would make, but for its registration: a kill came in between.
bool only_lacks_registration(const Registry& registry, const NewPlace& place, const std::vector<EpochSource>& sources) {
  if (registry.by_dir(place.dir) || !is_there(place.dir / "inbox.lock")) return false;
  const auto inbox = Inbox::open(place.dir);
  if (!inbox) return false;
  for (const auto& source : sources) {
    const auto* epoch = inbox->epoch(source.number);
    const auto config = epoch ? git::Config::load(fs::path(epoch->path) / "config", "") : git::Config();
    const auto* url = config ? config->find("remote.origin.url") : nullptr;
    if (!url || url->value != source.url) return false;
  }
  return true;
}

Result<void> check_target(const Registry& registry, const NewPlace& place) {
  std::error_code why;
  if (is_there(place.dir) && !(fs::is_directory(place.dir, why) && fs::is_empty(place.dir, why)))
    return err(Kind::kConflict, "clone to", place.dir.string(), "something is there already",
               is_there(place.dir / "inbox.lock")
                   ? "lorelei archive fetch " + place.dir.string() + " brings it up to date"
                   : "choose another directory");
  const auto* other = registry.by_name(place.name);
  if (other && other->dir != place.dir)
    return err(Kind::kConflict, "clone as", place.name, "the name belongs to " + other->dir.string(),
               "choose another one with --name");
  if (!is_valid_name(place.name))
    return err(Kind::kUsage, "clone as", place.name, "that can't be the name of an archive", "give one with --name");
  return {};
}

// The work so far of a clone that may have been stopped.
class Unfinished {
 public:
  static Result<Unfinished> open(const fs::path& target, const std::string& source) {
    const auto dir = target.parent_path() / ("." + target.filename().string() + ".unfinished-clone");
    TRY_VOID(make_directories(dir));
    TRY(auto lock, FileLock::take(dir / "lock", LockMode::kExclusive, LockWait::kFail));
    const auto note = read_file(dir / "source");
    if (note && *note != source)
      return err(Kind::kConflict, "clone to", target.string(), "an unfinished clone of " + *note + " is there",
                 "rm -r " + dir.string() + " discards it");
    if (!note) TRY_VOID(replace_file(dir / "source", source));
    std::error_code why;
    fs::remove_all(dir / "epoch", why);
    if (why) return err_errno(why.value(), "remove", (dir / "epoch").string());
    return Unfinished(dir, std::move(lock));
  }

  Result<Inbox> inbox(const Env& env) const {
    if (is_there(dir_ / "archive")) return Inbox::open(dir_ / "archive");
    TRY(auto branch, default_branch(env));
    return Inbox::create(dir_ / "archive", {"", std::move(branch), Inbox::FirstEpoch::kNone});
  }

  fs::path epoch() const { return dir_ / "epoch"; }

  Result<void> finish(const fs::path& target) const {
    std::error_code why;
    fs::rename(dir_ / "archive", target, why);
    if (why) return err_errno(why.value(), "clone to", target.string());
    TRY_VOID(sync_directory(target.parent_path()));
    fs::remove_all(dir_, why);  // best effort: the archive is whole
    return {};
  }

 private:
  Unfinished(fs::path dir, FileLock lock) : dir_(std::move(dir)), lock_(std::move(lock)) {}
  fs::path dir_;
  FileLock lock_;
};

// What the source says of itself, if it is an archive on this machine.
std::string description_of(const std::string& source) {
  if (is_remote_url(source) || !is_there(fs::path(source) / "inbox.lock")) return "";
  const auto inbox = Inbox::open(source);
  return inbox ? inbox->description() : "";
}

Result<void> describe(const Inbox& inbox, const std::string& source, const RegisteredInbox& registered) {
  auto text = description_of(source);
  if (text.empty())
    text = registered.addresses.empty() ? "mirror of " + source : "public inbox for " + registered.addresses.front();
  return replace_file(inbox.dir() / "description", text + "\n");
}

// Brings all epochs together and makes them the target.
Result<CloneReport> clone_epochs(const Env& env, const std::string& source, const std::vector<EpochSource>& epochs,
                                 const NewPlace& place, Talk talk) {
  TRY_VOID(make_directories(place.dir.parent_path()));
  TRY(const auto work, Unfinished::open(place.dir, source));
  TRY(auto inbox, work.inbox(env));
  CloneReport report{place.name, place.dir, epochs.size(), 0};
  for (const auto& epoch : epochs) {
    if (inbox.epoch(epoch.number)) {
      ++report.resumed;
      continue;
    }
    if (env.stop_requested())
      return err(Kind::kCancelled, "clone", source, "it was stopped", "the same command goes on");
    auto cloned = clone_epoch(env, epoch, work.epoch(), talk);
    if (!cloned && cloned.error().next.empty()) cloned.error().next = "the same command goes on with this epoch";
    if (!cloned) return tl::unexpected(std::move(cloned).error());
    TRY_VOID(inbox.adopt_epoch(work.epoch(), epoch.number));
  }
  TRY_VOID(work.finish(place.dir));
  return report;
}

}  // namespace

Result<CloneReport> clone_archive(const Env& env, const std::string& source, const std::string& name_or_dir,
                                  const CloneOptions& options) {
  TRY(auto place, place_for_new(env, name_or_dir));
  if (options.name) place.name = *options.name;
  TRY(const auto registry, Registry::load(env));
  TRY(const auto epochs, find_epochs(env, source));
  CloneReport report{place.name, place.dir, epochs.size(), epochs.size()};
  if (!only_lacks_registration(registry, place, epochs)) {
    TRY_VOID(check_target(registry, place));
    TRY(report, clone_epochs(env, source, epochs, place, options.talk));
  }

  TRY(const auto inbox, Inbox::open(place.dir));
  TRY(const auto identity, guess_list_identity(inbox));
  RegisteredInbox registered;
  registered.name = place.name;
  registered.dir = place.dir;
  registered.urls = options.urls;
  if (registered.urls.empty() && source.starts_with("http")) registered.urls = {source};
  registered.addresses = options.addresses;
  // A second copy of a list leaves the address to the first.
  if (registered.addresses.empty() && identity && !registry.by_address(identity->address))
    registered.addresses = {identity->address};
  if (identity) registered.list_ids = {identity->list_id};
  registered.newsgroup = options.newsgroup;
  TRY_VOID(describe(inbox, source, registered));
  TRY_VOID(register_inbox(env, registered));
  return report;
}

}  // namespace lorelei::archive
