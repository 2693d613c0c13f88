// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/inbox.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "archive/layout.hh"
#include "base/files.hh"
#include "base/is_there.hh"
#include "base/leftovers.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "git/program.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

constexpr std::string_view kEpochSuffix = ".git";
constexpr const char* kSharedConfig = "../../all.git/config";  // from an epoch's own
constexpr std::string_view kEpochAlternate = "../../git/";     // in all.git/objects/info/alternates

// The number of "N.git".
std::optional<unsigned> epoch_number(std::string_view name) {
  if (name.size() <= kEpochSuffix.size() || !name.ends_with(kEpochSuffix)) return std::nullopt;
  const auto number = parse_uint(name.substr(0, name.size() - kEpochSuffix.size()));
  if (!number || *number > 999'999) return std::nullopt;
  return static_cast<unsigned>(*number);
}

Result<std::vector<std::string>> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code why;
  fs::directory_iterator at(directory, why);
  for (; !why && at != fs::directory_iterator(); at.increment(why)) names.push_back(at->path().filename().string());
  if (why == std::errc::no_such_file_or_directory) return names;
  if (why) return err_errno(why.value(), "read the directory", directory.string());
  return names;
}

// What kind of other thing lies where an archive was expected.
tl::unexpected<Error> not_an_inbox(const fs::path& dir) {
  const auto refuse = [&](std::string why, std::string next) {
    return err(Kind::kRefused, "open the archive", dir.string(), std::move(why), std::move(next));
  };
  if (!is_there(dir))
    return err(Kind::kNotFound, "open the archive", dir.string(), "there is no such directory",
               "lorelei archive ls; what is gone for good has a section in ~/.public-inbox/config to be taken out");
  const auto layout = find_layout(dir);
  if (layout && layout->kind == Layout::Kind::kAggregate)
    return refuse("it is an aggregate of archives (extindex), not an archive", "name one of its archives instead");
  if (layout && layout->kind == Layout::Kind::kVersion1)
    return tl::unexpected(only_searched(*layout, "open the archive"));
  if (is_there(dir / "objects") && is_there(dir / "HEAD"))
    return refuse("it is a git repository, not an archive",
                  "lorelei archive clone " + dir.string() + " NAME makes an archive of an epoch");
  return refuse("it is no archive: there is no inbox.lock in it",
                "lorelei archive clone or lorelei archive import make an archive");
}

// Lines of all.git's alternates as public-inbox orders them: epochs from the highest down, then others as they came.
void sort_alternates(std::vector<std::string>& lines) {
  const auto rank = [](const std::string& line) -> std::int64_t {
    if (!line.starts_with(kEpochAlternate)) return -1;
    const auto rest = std::string_view(line).substr(kEpochAlternate.size());
    const auto number = epoch_number(rest.substr(0, rest.find('/')));
    return number ? *number : -1;
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const std::string& a, const std::string& b) { return rank(a) > rank(b); });
}

Result<void> write_if_absent(const fs::path& path, std::string_view contents) {
  if (is_there(path)) return {};
  return create_file(path, contents);
}

}  // namespace

InboxLock::InboxLock(FileLock lock, std::string path, std::optional<unsigned> wanted_umask)
    : lock_(std::move(lock)), path_(std::move(path)) {
  if (wanted_umask) umask_ = umask(*wanted_umask);
}

InboxLock::~InboxLock() {
  if (umask_) umask(*umask_);
}

Result<std::optional<unsigned>> shared_umask(std::string_view value) {
  constexpr unsigned kGroup = 0660, kEverybody = 0664;
  static constexpr struct {
    const char* word;
    unsigned mode;  // 0: none
  } kWords[] = {{"", 0},        {"umask", 0},        {"false", 0},          {"no", 0},
                {"off", 0},     {"group", kGroup},   {"true", kGroup},      {"yes", kGroup},
                {"on", kGroup}, {"all", kEverybody}, {"world", kEverybody}, {"everybody", kEverybody},
                {"0", 0},       {"1", kGroup},       {"2", kEverybody}};
  std::optional<unsigned> mode;
  for (const auto& w : kWords)
    if (value == w.word) mode = w.mode;
  if (!mode) {
    unsigned octal = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), octal, 8);
    if (error != std::errc() || end != value.data() + value.size() || (octal & 0600) != 0600)
      return err(Kind::kUsage, "read the setting", "core.sharedRepository",
                 "'" + std::string(value) + "' is no mode that lets the owner read and write");
    mode = octal & 0666;
  }
  if (*mode == 0) return std::nullopt;
  // Directories are entered by whoever may read or write what is in them.
  for (const unsigned shift : {6u, 3u, 0u})
    if (*mode & (6u << shift)) *mode |= 1u << shift;
  return ~*mode & 0777u;
}

Result<void> InboxLock::changed() {
  // At the start, so that the file stays one byte long.
  if (pwrite(lock_.fd(), ".", 1, 0) != 1) return err_errno(errno, "wake the readers through", path_);
  return {};
}

Result<Inbox> Inbox::open(const fs::path& dir) {
  std::error_code why;
  auto absolute = fs::absolute(dir, why).lexically_normal();
  if (why) return err_errno(why.value(), "open the archive", dir.string());
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // "dir/"
  if (!is_there(absolute / "inbox.lock")) return not_an_inbox(absolute);
  Inbox inbox(std::move(absolute));
  TRY_VOID(inbox.rescan());
  return inbox;
}

Result<Inbox> Inbox::create(const fs::path& dir, const NewInbox& wanted) {
  std::error_code why;
  auto target = fs::absolute(dir, why).lexically_normal();
  if (why) return err_errno(why.value(), "create the archive", dir.string());
  if (!target.has_filename()) target = target.parent_path();
  if (target.string().find('\n') != std::string::npos)
    return err(Kind::kUsage, "create the archive", target.string(), "a line end in its path");
  const auto taken = [&] {
    return err(Kind::kConflict, "create the archive", target.string(), "something is there already",
               "choose another directory");
  };
  if (is_there(target) && !(fs::is_directory(target, why) && fs::is_empty(target, why))) return taken();
  TRY_VOID(make_directories(target.parent_path()));
  const auto prefix = "." + target.filename().string() + ".";
  remove_leftovers(target.parent_path(), prefix);
  TRY(auto building, TempDir::create(target.parent_path(), prefix));
  const auto made = building.path() / "archive";  // with the mode that the umask says, not a temporary's
  {
    Inbox inbox(made);
    TRY_VOID(make_directories(inbox.git_dir()));
    if (wanted.first_epoch == FirstEpoch::kEmpty)
      TRY_VOID(inbox.add_epoch(0, wanted.branch));
    else
      TRY_VOID(inbox.update_all_git());
    TRY_VOID(create_file(inbox.dir() / "description", wanted.description + "\n"));
    TRY_VOID(create_file(inbox.lock_path(), ""));
  }
  fs::rename(made, target, why);  // replaces an empty directory
  if (why.value() == ENOTEMPTY || why.value() == EEXIST) return taken();
  if (why) return err_errno(why.value(), "create the archive", target.string());
  TRY_VOID(sync_directory(target.parent_path()));
  return open(target);
}

Result<void> Inbox::rescan() {
  TRY(const auto names, names_in(git_dir()));
  epochs_.clear();
  for (const auto& name : names)
    if (const auto number = epoch_number(name)) epochs_.push_back({*number, (git_dir() / name).string()});
  std::sort(epochs_.begin(), epochs_.end(), [](const Epoch& a, const Epoch& b) { return a.number < b.number; });
  return {};
}

const Epoch* Inbox::epoch(unsigned number) const {
  for (const auto& epoch : epochs_)
    if (epoch.number == number) return &epoch;
  return nullptr;
}

fs::path Inbox::epoch_path(unsigned number) const { return git_dir() / (std::to_string(number) + ".git"); }

Result<std::vector<std::filesystem::path>> Inbox::listed_object_directories() const {
  TRY(const auto text, read_file(all_git() / "objects" / "info" / "alternates"));
  std::vector<std::filesystem::path> directories;
  for (const auto line : split(text, '\n'))
    if (!line.empty() && line.front() != '#')
      directories.push_back((all_git() / "objects" / std::filesystem::path(line)).lexically_normal());
  return directories;
}

std::vector<std::string> Inbox::object_directories() const {
  std::vector<std::string> directories;
  for (auto epoch = epochs_.rbegin(); epoch != epochs_.rend(); ++epoch)
    if (is_there(fs::path(epoch->path) / "objects")) directories.push_back(epoch->path + "/objects");
  return directories;
}

std::string Inbox::description() const {
  const auto text = read_file(dir_ / "description");
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\n')))) : "";
}

Result<unsigned> Inbox::shard_count() const {
  TRY(const auto names, names_in(index_dir()));
  std::vector<bool> there;
  for (const auto& name : names) {
    const auto number = parse_uint(name);
    if (!number || *number > 9999) continue;
    if (there.size() <= *number) there.resize(*number + 1);
    there[*number] = true;
  }
  const auto missing = std::find(there.begin(), there.end(), false);
  if (missing != there.end())
    return err(
        Kind::kCorrupt, "open the index", index_dir().string(),
        "shard " + std::to_string(missing - there.begin()) + " of " + std::to_string(there.size()) + " is missing",
        "lorelei archive index --reindex " + dir_.string());
  return static_cast<unsigned>(there.size());
}

Result<InboxLock> Inbox::lock(LockWait wait) const {
  if (access(lock_path().c_str(), W_OK) != 0) return err_errno(errno, "lock", lock_path().string());
  TRY(auto lock, FileLock::take(lock_path(), LockMode::kExclusive, wait));
  TRY(const auto config, git::Config::load(all_git() / "config", ""));
  const auto* shared = config.find("core.sharedRepository");
  TRY(const auto mask, shared_umask(!shared ? "" : shared->value ? *shared->value : "true"));
  return InboxLock(std::move(lock), lock_path().string(), mask);
}

Result<void> Inbox::add_epoch(unsigned number, const std::string& branch) {
  remove_leftovers(git_dir(), ".new-epoch.");
  TRY(auto building, TempDir::create(git_dir(), ".new-epoch."));
  const auto made = building.path() / "repository";  // with the mode that the umask says, not a temporary's
  TRY_VOID(init_bare(made, branch, kSharedConfig));
  return move_epoch(made, number);
}

Result<void> Inbox::adopt_epoch(const fs::path& repository, unsigned number) {
  const auto config = (repository / "config").string();
  TRY([[maybe_unused]] const auto out,
      git::run_git("", {"config", "--file=" + config, "--replace-all", "include.path", kSharedConfig},
                   "prepare the epoch", repository.string()));
  return move_epoch(repository, number);
}

Result<void> Inbox::move_epoch(const fs::path& made, unsigned number) {
  const auto target = epoch_path(number);
  std::error_code why;
  if (is_there(target)) return err(Kind::kConflict, "create the epoch", target.string(), "it exists already");
  fs::rename(made, target, why);
  if (why) return err_errno(why.value(), "create the epoch", target.string());
  TRY_VOID(sync_directory(git_dir()));
  TRY_VOID(rescan());
  return update_all_git();
}

Result<void> Inbox::update_all_git() {
  TRY_VOID(init_bare(all_git(), "master"));
  const auto path = all_git() / "objects" / "info" / "alternates";
  std::string before;
  if (auto read = read_file(path))
    before = *std::move(read);
  else if (read.error().kind != Kind::kNotFound)
    return tl::unexpected(std::move(read).error());
  std::vector<std::string> lines;
  for (const auto line : split(before, '\n'))
    if (!line.empty()) lines.emplace_back(line);
  for (const auto& epoch : epochs_) {
    auto line = std::string(kEpochAlternate) + fs::path(epoch.path).filename().string() + "/objects";
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  }
  sort_alternates(lines);
  std::string after;
  for (const auto& line : lines) after += line + "\n";
  if (after == before) return {};
  return replace_file(path, after);
}

Result<void> init_bare(const fs::path& path, const std::string& branch, const std::string& include) {
  TRY_VOID(make_directories(path / "objects" / "info"));
  TRY_VOID(make_directories(path / "refs" / "heads"));
  TRY_VOID(write_if_absent(path / "HEAD", "ref: refs/heads/" + branch + "\n"));
  std::string config =
      "[core]\n\trepositoryFormatVersion = 0\n\tfilemode = true\n\tbare = true\n"
      "[repack]\n\twriteBitmaps = true\n";
  if (!include.empty()) config += "[include]\n\tpath = " + include + "\n";
  return write_if_absent(path / "config", config);
}

}  // namespace lorelei::archive
