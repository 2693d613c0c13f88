// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/publish.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "archive/sqlite.hh"
#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::search {

namespace {

using Kind = Error::Kind;

constexpr const char* kNew = "lorelei-new";  // in a new directory until everything is in place

fs::path build_of(const fs::path& directory) { return directory / "lorelei" / "build"; }

// What is at a path itself, be it a symbolic link; nothing only if nothing is there.
Result<std::optional<struct stat>> look_at(const fs::path& path) {
  struct stat st {};
  if (lstat(path.c_str(), &st) == 0) return st;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return err_errno(errno, "look at", path.string());
}

bool is_directory(const std::optional<struct stat>& st) { return st && S_ISDIR(st->st_mode); }

Result<void> remove_tree(const fs::path& path) {
  std::error_code code;
  fs::remove_all(path, code);
  if (code) return err_errno(code.value(), "remove an old build", path.string());
  return {};
}

Result<void> remove_file(const fs::path& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    return err_errno(errno, "remove", path.string());
  return {};
}

Result<void> sync_file(const fs::path& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return err_errno(errno, "write to disk", path.string());
  return {};
}

Result<void> sync_tree(const fs::path& path) {
  TRY(const auto there, look_at(path));
  if (!is_directory(there)) return sync_file(path);
  std::error_code code;
  for (fs::recursive_directory_iterator at(path, code), end; !code && at != end; at.increment(code))
    TRY_VOID(sync_file(at->path()));
  if (code) return err_errno(code.value(), "write to disk", path.string());
  return sync_file(path);
}

// What lies beside a database (the journal of a killed writer, a write-ahead log) would be played back into the file
// that takes its place. Reading plays a journal back where it belongs; a log goes when the database leaves that mode.
Result<void> close_journals(const fs::path& database) {
  TRY(const auto db, archive::Sqlite::open(database, archive::SqliteMode::kReadWrite));
  TRY_VOID(archive::Statement(db, "SELECT 1 FROM sqlite_master LIMIT 1").run());
  archive::Statement leave(db, "PRAGMA journal_mode = DELETE");
  const auto row = leave.step();
  if (!row && row.error().kind != Kind::kTemporary) return tl::unexpected(row.error());
  if (row && leave.text(0) != "wal") return {};
  return err(Kind::kTemporary, "replace the database", database.string(), "another process has it open in WAL mode",
             "stop the servers that read this archive, or wait for them to end");
}

// One that cannot be read any more has nothing to be played back.
Result<void> settle(const fs::path& target) {
  TRY(const auto there, look_at(target));
  if (!there || target.extension() != ".sqlite3") return {};
  auto closed = close_journals(target);
  if (!closed && closed.error().kind != Kind::kCorrupt) return closed;
  return {};
}

// Tells whether somebody wrote a target since: SIZE@MTIME of its database, which a copy of the archive keeps.
Result<std::string> state_of(const fs::path& target) {
  TRY(auto there, look_at(target));
  if (is_directory(there)) {
    TRY(there, look_at(target / "over.sqlite3"));
  }
  if (!there) return "none";
  return fmt::format("{}@{}.{:09}", there->st_size, there->st_mtim.tv_sec, there->st_mtim.tv_nsec);
}

// What could not be moved at the end is refused before the work begins.
Result<void> check_replaceable(const fs::path& build, const fs::path& target) {
  constexpr auto kAdvice = "put it into the archive itself; the whole archive may lie elsewhere";
  TRY(auto there, look_at(target));
  if (there && S_ISLNK(there->st_mode))
    return err(Kind::kRefused, "replace", target.string(), "it is a symbolic link", kAdvice);
  TRY(const auto ours, look_at(build));
  if (!is_directory(there)) {
    TRY(there, look_at(target.parent_path()));
  }
  if (is_directory(there) && ours && ours->st_dev != there->st_dev)
    return err(Kind::kRefused, "replace", target.string(), "it is on another file system than lorelei/build", kAdvice);
  return {};
}

struct Move {
  fs::path made, target;
  std::string before;  // state_of(target) when the build was complete

  // Where a directory that was replaced waits for its end, if it could not be exchanged.
  fs::path old() const { return fs::path(made).concat(".old"); }
  // Whether it is still to be done. A file that was moved is not where it was made; a directory has its mark.
  Result<bool> waits() const {
    TRY(const auto source, look_at(made));
    TRY(const auto mark, look_at(target / kNew));
    return source && !mark;
  }
};

Result<std::vector<Move>> read_moves(const fs::path& directory) {
  const auto build = build_of(directory);
  TRY(const auto ready, read_file(build / "ready"));
  std::vector<Move> moves;
  for (const auto line : split(ready, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string name(line.substr(space + 1));
    moves.push_back({build / name, directory / name, std::string(line.substr(0, space))});
  }
  return moves;
}

// Not if another program wrote the index after the build was complete and before any of it was moved.
Result<bool> still_wanted(const std::vector<Move>& moves) {
  bool is_changed = false;
  for (const auto& move : moves) {
    TRY(const bool waits, move.waits());
    TRY(const auto old, look_at(move.old()));
    if (!waits || old) return true;
    TRY_VOID(settle(move.target));
    TRY(const auto now, state_of(move.target));
    is_changed |= now != move.before;
  }
  return !is_changed;
}

// What others keep in an index directory stays there.
Result<void> carry_over(const fs::path& old, const fs::path& now) {
  std::error_code code;
  for (fs::directory_iterator at(old, code), end; !code && at != end; at.increment(code)) {
    const auto name = at->path().filename();
    if (parse_uint(name.native()) || name.native().starts_with("over.sqlite3")) continue;
    TRY(const auto there, look_at(now / name));
    if (!there && rename(at->path().c_str(), (now / name).c_str()) != 0)
      return err_errno(errno, "keep", at->path().string());
  }
  if (code) return err_errno(code.value(), "read the directory", old.string());
  return {};
}

Result<void> put_in_place(const Move& move) {
  const auto& [made, target, before] = move;
  TRY_VOID(make_directories(target.parent_path()));
  TRY(const auto there, look_at(target));
  if (!is_directory(there)) {
    if (target.extension() == ".sqlite3")
      for (const auto* beside : {"-journal", "-wal", "-shm"}) TRY_VOID(remove_file(fs::path(target).concat(beside)));
    if (rename(made.c_str(), target.c_str()) != 0) return err_errno(errno, "put in place", target.string());
    return sync_directory(target.parent_path());
  }
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return sync_directory(target.parent_path());
  }
  // A file system that cannot exchange: for an instant there is no index, and readers try again.
  if (rename(target.c_str(), move.old().c_str()) != 0 || rename(made.c_str(), target.c_str()) != 0)
    return err_errno(errno, "put in place", target.string());
  return sync_directory(target.parent_path());
}

Result<void> finish(const Move& move) {
  TRY(const bool waits, move.waits());
  if (waits) {
    TRY_VOID(settle(move.target));
    // An index is as new as the moment when readers find it, and not as its last row.
    (void)utimensat(AT_FDCWD, (move.made / "over.sqlite3").c_str(), nullptr, 0);
    TRY_VOID(put_in_place(move));
  }
  for (const auto& old : {move.made, move.old()}) {
    TRY(const auto there, look_at(old));
    if (is_directory(there)) TRY_VOID(carry_over(old, move.target));
  }
  return {};
}

}  // namespace

Build::Build(fs::path archive_directory) : directory_(std::move(archive_directory)), build_(build_of(directory_)) {}

Build::Build(Build&& other) noexcept
    : directory_(std::move(other.directory_)), build_(std::move(other.build_)), names_(std::move(other.names_)) {
  other.build_.clear();
}

Build::~Build() {
  if (build_.empty()) return;
  if (const auto ready = look_at(build_ / "ready"); ready && !*ready) (void)remove_tree(build_);
}

Result<void> Build::recover(const fs::path& directory) {
  const auto build = build_of(directory);
  TRY(const auto ready, look_at(build / "ready"));
  if (!ready) return remove_tree(build);
  TRY(const auto moves, read_moves(directory));
  TRY(const bool wanted, still_wanted(moves));
  if (wanted)
    for (const auto& move : moves) TRY_VOID(finish(move));
  // From here on the build counts for nothing again, whatever of it is left.
  TRY_VOID(remove_file(build / "ready"));
  TRY_VOID(sync_directory(build));
  for (const auto& move : moves) TRY_VOID(remove_file(move.target / kNew));
  return remove_tree(build);
}

Result<Build> Build::start(const fs::path& directory) {
  TRY_VOID(recover(directory));
  TRY_VOID(make_directories(build_of(directory)));
  return Build(directory);
}

Result<fs::path> Build::prepare(const std::string& name) {
  TRY_VOID(check_replaceable(build_, directory_ / name));
  TRY_VOID(settle(directory_ / name));
  names_.push_back(name);
  const auto path = build_ / name;
  TRY_VOID(make_directories(path.parent_path()));
  return path;
}

fs::path Build::scratch() const { return build_ / "scratch"; }

Result<void> Build::seal() {
  TRY_VOID(remove_tree(scratch()));
  std::string ready;
  for (const auto& name : names_) {
    const auto made = build_ / name, target = directory_ / name;
    TRY(const auto what, look_at(made));
    if (is_directory(what)) {
      TRY(const auto stale, look_at(target / kNew));
      if (stale) {
        TRY_VOID(remove_file(target / kNew));
        TRY_VOID(sync_directory(target));
      }
      TRY_VOID(create_file(made / kNew, "", Sync::kNo));
    }
    TRY_VOID(sync_tree(made));
    TRY_VOID(sync_directory(made.parent_path()));
    TRY_VOID(settle(target));
    TRY(const auto state, state_of(target));
    ready += fmt::format("{} {}\n", state, name);
  }
  return replace_file(build_ / "ready", ready);
}

Result<void> Build::publish() {
  TRY_VOID(seal());
  return recover(directory_);
}

}  // namespace lorelei::search
