// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/fetch.hh"

#include <unistd.h>

#include "archive/epoch_clone.hh"
#include "archive/epoch_source.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "git/program.hh"
#include "git/repository.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;
using Outcome = FetchedEpoch::Outcome;

struct Remote {
  std::string url;
  std::vector<std::string> refspecs;
};

Result<std::optional<Remote>> remote_of(const Env& env, const std::string& repository) {
  TRY(const auto config, git::Config::load(fs::path(repository) / "config", env.home()));
  const auto* url = config.find("remote.origin.url");
  if (!url || !url->value || url->value->empty()) return std::nullopt;
  auto refspecs = config.all("remote.origin.fetch");
  if (refspecs.empty()) refspecs = {"+refs/heads/*:refs/heads/*"};  // clone --bare leaves none
  return Remote{*url->value, std::move(refspecs)};
}

Result<std::optional<git::ObjectId>> tip_of(const std::string& repository) {
  TRY(const auto opened, git::Repository::open(repository));
  return opened.resolve();
}

Result<std::uint64_t> count_added(const git::Repository& repository, const std::optional<git::ObjectId>& before,
                                  const git::ObjectId& after) {
  std::uint64_t added = 0;
  TRY_VOID(repository.history(before, after, [&](const git::Change& change) -> Result<void> {
    added += change.kind == git::Change::Kind::kAdd;
    return {};
  }));
  return added;
}

// What is between two tips of an epoch that had one before.
Result<void> compare(FetchedEpoch& fetched, const std::string& path) {
  TRY(const auto repository, git::Repository::open(path));
  TRY(fetched.after, repository.resolve());
  if (fetched.before == fetched.after) {
    fetched.outcome = Outcome::kUnchanged;
    return {};
  }
  bool contiguous = !fetched.before;
  if (fetched.before && fetched.after) {
    TRY(contiguous, repository.is_ancestor(*fetched.before, *fetched.after));
  }
  fetched.outcome = contiguous ? Outcome::kUpdated : Outcome::kRewritten;
  if (!fetched.after) return {};
  TRY(fetched.messages, count_added(repository, fetched.before, *fetched.after));
  return {};
}

Result<void> run_fetch(const Env& env, const std::string& path, const std::vector<std::string>& refspecs) {
  std::vector<std::string> words = {"-c", "core.fsync=all", "fetch", "--quiet", "--refmap=", "origin"};
  words.insert(words.end(), refspecs.begin(), refspecs.end());
  return git::run_git(path, words, "fetch", path, env.cancelled).map([](auto&&) {});
}

std::vector<std::string> without_force(std::vector<std::string> refspecs) {
  for (auto& each : refspecs)
    if (each.starts_with('+')) each.erase(0, 1);
  return refspecs;
}

// Whether a fetch, whoever ran it, has found this tip upstream.
bool was_upstream(const std::string& path, const git::ObjectId& tip) {
  const auto last = read_file(fs::path(path) / "FETCH_HEAD");
  return noted_upstream(path) == tip || (last && last->find(tip.hex()) != std::string::npos);
}

// Where the branch of our HEAD has ended up there; nothing: there is none.
Result<std::optional<git::ObjectId>> upstream_tip(const Env& env, const std::string& path) {
  const auto head = git::run_git(path, {"symbolic-ref", "-q", "HEAD"}, "find the branch of", path);
  if (!head) return std::nullopt;
  const std::string branch(trim(*head));
  TRY(const auto listed, git::run_git(path, {"ls-remote", "origin", branch}, "fetch", path, env.cancelled));
  if (trim(listed).empty()) return std::nullopt;
  TRY_VOID(run_fetch(env, path, {branch}));
  TRY(const auto text, git::run_git(path, {"rev-parse", "FETCH_HEAD"}, "read what was fetched into", path));
  return git::ObjectId::parse(trim(text));
}

// What may become of an epoch when upstream's history does not lead on from its own.
struct Verdict {
  bool may_force = true;
  std::uint64_t ahead = 0;  // messages that upstream lacks, if not
  bool is_certain = true;   // that nothing was put into it here
};
// Before: ours was not upstream when it was last fetched, as far as is known. Errors: kRefused, messages were put into
// it here, and upstream has others.
Result<Verdict> judge(const Env& env, const std::string& path, const git::ObjectId& ours) {
  TRY(const auto theirs, upstream_tip(env, path));
  if (!theirs) return Verdict{};  // then nothing comes in the place of ours
  TRY(const auto repository, git::Repository::open(path));
  TRY(const bool leads_on, repository.is_ancestor(ours, *theirs));
  if (leads_on) return Verdict{};
  TRY(const bool is_ahead, repository.is_ancestor(*theirs, ours));
  if (is_ahead) {
    TRY(const auto ahead, count_added(repository, *theirs, ours));
    return Verdict{.may_force = false, .ahead = ahead};
  }
  const auto noted = noted_upstream(path);
  if (!noted) return Verdict{.is_certain = false};
  return err(Kind::kRefused, "fetch", path, "messages were put into it here, and upstream went another way",
             "lorelei archive export them, then: git -C " + path + " update-ref HEAD " + noted->hex());
}

// So that nothing is lost where it is not known whose it was. The name of the ref that has it from now on.
Result<std::string> keep_replaced(const std::string& path, const git::ObjectId& tip) {
  const auto ref = "refs/lorelei/replaced/" + tip.hex().substr(0, 12);
  return git::run_git(path, {"update-ref", ref, tip.hex()}, "keep the history of", path).map([&](auto&&) {
    return ref;
  });
}

Result<FetchedEpoch> fetch_epoch(const Env& env, const Epoch& epoch) {
  FetchedEpoch fetched;
  fetched.number = epoch.number;
  TRY(const auto remote, remote_of(env, epoch.path));
  // As for public-inbox-fetch, an epoch is left alone if its directory may not be written.
  if (!remote || access(epoch.path.c_str(), W_OK) != 0) {
    fetched.outcome = Outcome::kNoRemote;
    return fetched;
  }
  TRY(fetched.before, tip_of(epoch.path));
  // Before FETCH_HEAD is another one.
  const bool is_theirs = !fetched.before || was_upstream(epoch.path, *fetched.before);
  if (auto gently = run_fetch(env, epoch.path, without_force(remote->refspecs)); !gently) {
    if (env.stop_requested()) return tl::unexpected(std::move(gently).error());
    Verdict verdict;
    if (!is_theirs) {
      TRY(verdict, judge(env, epoch.path, *fetched.before));
    }
    if (!verdict.may_force) {
      fetched.outcome = Outcome::kAhead;
      fetched.after = fetched.before;
      fetched.messages = verdict.ahead;
      return fetched;
    }
    if (!verdict.is_certain) {
      TRY(fetched.kept_as, keep_replaced(epoch.path, *fetched.before));
    }
    TRY_VOID(run_fetch(env, epoch.path, remote->refspecs));
  }
  TRY_VOID(check_epoch(epoch.path));
  TRY_VOID(compare(fetched, epoch.path));
  TRY_VOID(note_upstream(epoch.path));
  return fetched;
}

constexpr std::string_view kBuilding = ".fetched-epoch.";

// What a killed run left behind; up to a whole epoch. Nobody else is at it: the caller holds the lock.
void sweep(const fs::path& git_dir) {
  std::error_code error;
  for (fs::directory_iterator entry(git_dir, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename().string().starts_with(kBuilding) && entry->is_directory(error))
      fs::remove_all(entry->path(), error);
}

Result<FetchedEpoch> add_epoch(const Env& env, Inbox& inbox, const EpochSource& source, Talk talk) {
  TRY(const auto only, FileLock::take(inbox.git_dir() / ".fetch.lock"));  // not the archive's: this may take an hour
  sweep(inbox.git_dir());
  TRY(const auto building, TempDir::create(inbox.git_dir(), kBuilding));
  const auto repository = building.path() / "repository";
  TRY_VOID(clone_epoch(env, source, repository, talk));
  TRY(const auto lock, inbox.lock());
  TRY_VOID(inbox.adopt_epoch(repository, source.number));
  FetchedEpoch fetched;
  fetched.number = source.number;
  fetched.outcome = Outcome::kAdded;
  TRY(const auto opened, git::Repository::open(inbox.epoch(source.number)->path));
  TRY(fetched.after, opened.resolve());
  if (fetched.after) {
    TRY(fetched.messages, count_added(opened, std::nullopt, *fetched.after));
  }
  return fetched;
}

// Epochs upstream behind our highest one.
Result<void> add_new_epochs(const Env& env, Inbox& inbox, Talk talk, std::vector<FetchedEpoch>& all) {
  while (!inbox.epochs().empty()) {
    const Epoch highest = inbox.epochs().back();
    TRY(const auto remote, remote_of(env, highest.path));
    const auto url = remote ? sibling_url(remote->url, highest.number, highest.number + 1) : std::nullopt;
    if (!url) return {};
    TRY(const Presence presence, probe_repository(env, *url));
    if (presence == Presence::kAbsent) return {};
    TRY(auto added, add_epoch(env, inbox, {highest.number + 1, *url}, talk));
    all.push_back(std::move(added));
  }
  return {};
}

}  // namespace

const char* to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnchanged:
      return "unchanged";
    case Outcome::kUpdated:
      return "updated";
    case Outcome::kRewritten:
      return "rewritten";
    case Outcome::kAdded:
      return "added";
    case Outcome::kAhead:
      return "ahead of upstream";
    case Outcome::kNoRemote:
      return "local";
    case Outcome::kFailed:
      break;
  }
  return "failed";
}

Result<std::vector<FetchedEpoch>> fetch_archive(const Env& env, Inbox& inbox, Talk talk) {
  std::vector<FetchedEpoch> all;
  for (const auto& epoch : inbox.epochs()) {
    auto fetched = fetch_epoch(env, epoch);
    if (!fetched && (fetched.error().kind == Kind::kCancelled || env.stop_requested()))
      return tl::unexpected(std::move(fetched).error());
    if (!fetched) {
      FetchedEpoch failed;
      failed.number = epoch.number;
      failed.outcome = Outcome::kFailed;
      failed.error = std::move(fetched).error();
      all.push_back(std::move(failed));
      continue;
    }
    all.push_back(*std::move(fetched));
  }
  TRY_VOID(add_new_epochs(env, inbox, talk, all));
  return all;
}

}  // namespace lorelei::archive
