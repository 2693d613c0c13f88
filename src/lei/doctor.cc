// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/doctor.hh"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <unordered_set>

#include "archive/verify.hh"
#include "base/plural.hh"
#include "base/rename.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "lei/deliver.hh"
#include "lei/mbox_lock.hh"
#include "lei/saving.hh"
#include "search/index.hh"
#include "search/series_store.hh"
#include "search/verify_shards.hh"

namespace lorelei::lei {

namespace {

using archive::Sqlite;
using archive::Statement;

constexpr auto kDoing = "mend";
constexpr std::time_t kOldLockSeconds = 60;  // no git command holds a lock of a reference for so long

class Doctor {
 public:
  Doctor(Env& env, const Settings& settings, Treatment treatment, const std::function<void(const Ailment&)>& found)
      : env_(env), settings_(settings), home_(settings.home()), treatment_(treatment), found_(found) {}

  Result<void> run();

 private:
  using Mend = std::function<Result<void>()>;
  // True: it was mended.
  bool tell(Ailment, const Mend& = {});
  Result<void> set_aside(const fs::path&) const;
  Result<void> set_aside_search(const fs::path& directory) const;
  void look_at_search(const fs::path& directory);
  bool look_at_name(SavedSearch&);
  bool look_at_databases(const SavedSearch&);
  void look_at_pending(const SavedSearch&);
  void look_at_destination(const SavedSearch&);
  void look_at_marks();
  Result<void> look_at_store();
  void look_at_git_locks(const archive::Inbox&);

  Env& env_;
  const Settings& settings_;
  const Home home_;
  const Treatment treatment_;
  const std::function<void(const Ailment&)>& found_;
};

// Why the database cannot be used; empty if it is sound, or not there.
std::string trouble_of(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  const auto db = Sqlite::open(file, archive::SqliteMode::kReadOnly);
  if (!db) return db.error().why;
  Statement check(*db, "PRAGMA quick_check(1)");
  const auto row = check.step();
  if (!row) return row.error().why;
  return !*row || check.text(0) == "ok" ? std::string() : std::string(check.text(0));
}

bool Doctor::tell(Ailment ailment, const Mend& mend) {
  if (mend && ailment.needs != Treatment::kNone && treatment_ >= ailment.needs) {
    const auto mended = mend();
    if (mended)
      ailment.state = Ailment::State::kMended;
    else
      ailment.failure = to_text(mended.error());
  }
  found_(ailment);
  return ailment.state == Ailment::State::kMended;
}

// A file with what SQLite keeps beside it.
Result<void> Doctor::set_aside(const fs::path& path) const {
  const auto suffix = ".set-aside-" + time_suffix(env_.now());
  for (const char* companion : {"", "-journal", "-wal", "-shm"}) {
    const auto from = path.string() + companion;
    if (const int why = rename_new(from, path.string() + suffix + companion); why != 0 && why != ENOENT)
      return err_errno(why, "set aside", from);
  }
  return sync_directory(path.parent_path());
}

Result<void> Doctor::set_aside_search(const fs::path& directory) const {
  const auto place = home_.data / "saved-searches.set-aside";
  TRY_VOID(make_directories(place));
  const auto to = place / (directory.filename().string() + "-" + time_suffix(env_.now()));
  if (const int why = rename_new(directory, to); why != 0) return err_errno(why, "set aside", directory.string());
  return sync_directory(directory.parent_path());
}

// False: nothing more can be said of it.
bool Doctor::look_at_name(SavedSearch& search) {
  const auto right = directory_of(home_, search.output);
  if (search.directory == right) return true;
  std::error_code error;
  if (fs::exists(right, error)) {
    tell({search.directory.string(), "it is for " + search.output + ", which has another directory",
          "set it aside, in saved-searches.set-aside", Treatment::kFix},
         [&] { return set_aside_search(search.directory); });
    return false;
  }
  const bool is_mended = tell({search.directory.string(), "its name does not belong to its output " + search.output,
                               "rename it to " + right.filename().string(), Treatment::kFix},
                              [&]() -> Result<void> {
                                if (const int why = rename_new(search.directory, right); why != 0)
                                  return err_errno(why, kDoing, search.directory.string());
                                return sync_directory(right.parent_path());
                              });
  if (is_mended) search.directory = right;
  return true;
}

// False: they cannot be looked into.
bool Doctor::look_at_databases(const SavedSearch& search) {
  const auto ledger = search.directory / kLedgerFile;
  const auto over = search.directory / "over.sqlite3";
  const auto in_ledger = trouble_of(ledger), in_over = trouble_of(over);
  bool is_sound = true;
  if (!in_ledger.empty())
    is_sound &= tell({ledger.string(), "what was delivered cannot be read: " + in_ledger,
                      in_over.empty() ? "set it aside, and take over what over.sqlite3 knows"
                                      : "set it aside; lorelei q -a -o " + shell_word(search.place()) +
                                            " with the same query learns what is there",
                      Treatment::kRebuild},
                     [&]() -> Result<void> {
                       TRY_VOID(set_aside(ledger));
                       return in_over.empty() ? Ledger::open(search.directory).map([](auto&&) {}) : Result<void>();
                     });
  if (!in_over.empty())
    is_sound &=
        tell({over.string(), "what lei reads cannot be read: " + in_over,
              "set it aside and begin it anew; lei will not know what was delivered so far", Treatment::kRebuild},
             [&]() -> Result<void> {
               TRY_VOID(set_aside(over));
               if (in_ledger.empty()) TRY_VOID(Ledger::forget_lei(search.directory));
               return Ledger::open(search.directory).map([](auto&&) {});
             });
  return is_sound;
}

void Doctor::look_at_pending(const SavedSearch& search) {
  std::error_code error;
  if (!fs::exists(search.directory / kLedgerFile, error)) return;
  if (!search.is_remote() && !fs::exists(search.place(), error)) return;  // nothing has arrived
  std::size_t pending = 0;
  {
    auto ledger = Ledger::open(search.directory);
    const auto rows = ledger ? ledger->all(Ledger::State::kPending) : tl::unexpected(std::move(ledger).error());
    if (!rows) {
      tell({search.directory.string(), to_text(rows.error()), "see what the file system says"});
      return;
    }
    pending = rows->size();
  }
  if (pending == 0) return;
  tell({search.output, fmt::format("a delivery of {} was cut off", plural(pending, "message")),
        "look which of them have arrived (the next update does that, too)", Treatment::kFix},
       [&]() -> Result<void> {
         TRY(const auto to, parse_destination(search.output));
         TRY(auto ledger, Ledger::open(search.directory));
         BoxOptions options;
         options.now = env_.now();
         options.arrival = Arrival::kLater;
         TRY(auto box, open_box(env_, settings_, to, true, ledger, options));
         return box->finish();
       });
}

void Doctor::look_at_destination(const SavedSearch& search) {
  if (search.is_remote()) return;
  std::error_code error;
  const fs::path place = search.place();
  if (!fs::exists(place, error))
    tell({search.output, "it is gone",
          fmt::format("lorelei up {0} makes it anew, for what is new; lorelei forget-search {0} ends it",
                      shell_word(place.string()))});
  if (has_stale_dotlock(place))
    tell({place.string() + ".lock", "the program that made it is dead", "remove it", Treatment::kFix},
         [&]() -> Result<void> {
           fs::remove(place.string() + ".lock", error);
           return error ? Result<void>(err_errno(error.value(), kDoing, place.string() + ".lock")) : Result<void>();
         });
}

void Doctor::look_at_search(const fs::path& directory) {
  std::error_code error;
  SavedSearch search;
  search.directory = directory;
  search.output = directory.string();
  const auto lock = SearchLock::take(search);
  if (!lock) return;  // an update is running: it will find out by itself
  if (!fs::exists(search.file(), error)) {
    tell({directory.string(), "there is no lei.saved-search in it", "set it aside, in saved-searches.set-aside",
          Treatment::kFix},
         [&] { return set_aside_search(directory); });
    return;
  }
  auto read = read_saved_search(directory);
  if (!read) {
    tell({search.file().string(), to_text(read.error()),
          "set the search aside, in saved-searches.set-aside (better: correct the file by hand)", Treatment::kRebuild},
         [&] { return set_aside_search(directory); });
    return;
  }
  search = *std::move(read);
  if (!look_at_name(search)) return;
  if (look_at_databases(search)) look_at_pending(search);
  look_at_destination(search);
}

void Doctor::look_at_marks() {
  const auto trouble = trouble_of(home_.marks());
  if (trouble.empty()) return;
  tell({home_.marks().string(), "keywords and labels cannot be read: " + trouble, "set it aside and begin anew",
        Treatment::kRebuild},
       [&] { return set_aside(home_.marks()); });
}

void Doctor::look_at_git_locks(const archive::Inbox& inbox) {
  for (const auto& epoch : inbox.epochs()) {
    std::error_code error;
    for (fs::directory_iterator at(fs::path(epoch.path) / "refs" / "heads", error), end; !error && at != end;
         at.increment(error)) {
      struct stat status {};
      const auto path = at->path();
      if (path.extension() != ".lock" || stat(path.c_str(), &status) != 0) continue;
      if (std::time(nullptr) - status.st_mtime < kOldLockSeconds) continue;
      tell({path.string(), "the git that made it is dead", "remove it", Treatment::kFix}, [&]() -> Result<void> {
        TRY(const auto lock, inbox.lock(LockWait::kFail));
        fs::remove(path, error);
        return error ? Result<void>(err_errno(error.value(), kDoing, path.string())) : Result<void>();
      });
    }
  }
}

Result<void> Doctor::look_at_store() {
  std::error_code error;
  if (!fs::exists(home_.store / "inbox.lock", error)) return {};
  const auto inbox = archive::Inbox::open(home_.store);
  if (!inbox) {
    tell({home_.store.string(), to_text(inbox.error()), "see what the file system says"});
    return {};
  }
  look_at_git_locks(*inbox);
  std::unordered_set<git::ObjectId, git::ObjectIdHash> listed;
  if (const auto skipped = search::skipped_messages(home_.store.string()))
    for (const auto& message : *skipped) listed.insert(message.blob);
  const archive::VerifyInput input{[&](const git::ObjectId& blob) { return listed.contains(blob); }, [] {}};
  auto report = archive::verify_archive(env_, *inbox, input);
  if (report)
    if (auto shards = search::verify_shards(env_, *inbox, report->findings, input.progress); !shards)
      report = tl::unexpected(std::move(shards).error());
  if (!report && report.error().kind == Error::Kind::kCancelled) return tl::unexpected(report.error());
  const auto index = [&](search::IndexOptions::Scope scope) -> Result<void> {
    search::IndexOptions options;
    options.scope = scope;
    options.shards = 1;
    return search::index_archive(env_, *inbox, options, [](std::uint64_t, std::uint64_t) {}).map([](auto&&) {});
  };
  if (!report || report->findings.count() > 0) {
    const auto what =
        !report ? to_text(report.error())
                : fmt::format("{}: {}{}", report->findings.kept().front().where, report->findings.kept().front().what,
                              report->findings.count() > 1 ? fmt::format(" (and {} more)", report->findings.count() - 1)
                                                           : std::string());
    tell({home_.store.string(), what, "build its index anew", Treatment::kRebuild}, [&]() -> Result<void> {
      TRY_VOID(index(search::IndexOptions::Scope::kRebuild));
      TRY(auto again, archive::verify_archive(env_, *inbox, input));
      TRY_VOID(search::verify_shards(env_, *inbox, again.findings, input.progress));
      if (again.findings.count() == 0) return {};
      return err(Error::Kind::kCorrupt, kDoing, home_.store.string(), again.findings.kept().front().what,
                 "lorelei archive verify " + home_.store.string());
    });
  } else if (report->not_indexed > 0) {
    tell({home_.store.string(), fmt::format("{} messages are not indexed", report->not_indexed), "index them",
          Treatment::kFix},
         [&] { return index(search::IndexOptions::Scope::kNew); });
  }
  return {};
}

Result<void> Doctor::run() {
  std::vector<fs::path> directories;
  std::error_code error;
  for (fs::directory_iterator at(home_.saved_searches, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error)) directories.push_back(at->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return err_errno(error.value(), "examine", home_.saved_searches.string());
  std::sort(directories.begin(), directories.end());
  for (const auto& directory : directories) {
    if (env_.stop_requested())
      return err(Error::Kind::kCancelled, "examine", home_.saved_searches.string(), "it was stopped");
    look_at_search(directory);
  }
  look_at_marks();
  return look_at_store();
}

}  // namespace

Result<void> examine(Env& env, const Settings& settings, Treatment treatment,
                     const std::function<void(const Ailment&)>& found) {
  return Doctor(env, settings, treatment, found).run();
}

}  // namespace lorelei::lei
