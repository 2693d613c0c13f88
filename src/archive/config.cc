// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/config.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "archive/layout.hh"
#include "base/nearest.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "git/program.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

fs::path config_file(const Env& env) {
  if (const auto path = env.variable("PI_CONFIG"); path && !path->empty()) return *path;
  return fs::path(env.home()) / ".public-inbox" / "config";
}

fs::path collapsed(const fs::path& path) {
  std::error_code ignored;  // only of a working directory that is gone
  auto result = fs::absolute(path, ignored).lexically_normal();
  return result.has_filename() || !result.has_parent_path() ? result : result.parent_path();
}

void take(RegisteredInbox& inbox, const git::ConfigEntry& entry) {
  const auto& value = *entry.value;
  const struct {
    const char* name;
    std::vector<std::string>* values;
  } lists[] = {
      {"address", &inbox.addresses}, {"url", &inbox.urls}, {"listid", &inbox.list_ids}, {"altid", &inbox.altids}};
  for (const auto& list : lists)
    if (entry.name == list.name) return list.values->push_back(value);
  if (entry.name == "inboxdir" || (entry.name == "mainrepo" && inbox.dir.empty())) {
    inbox.dir = collapsed(value);
  } else if (entry.name == "newsgroup") {
    inbox.newsgroup = value;
  } else if (entry.name == "indexlevel") {
    inbox.index_level = value;
  } else if (entry.name == "boost") {
    inbox.boost = git::as_integer(entry).value_or(0);  // as public-inbox: what is no number counts for nothing
  } else {
    inbox.keys.emplace_back(entry.name, value);
  }
}

void take(RegisteredAggregate& aggregate, const git::ConfigEntry& entry) {
  if (entry.name == "topdir") aggregate.dir = collapsed(*entry.value);
  if (entry.name == "url") aggregate.urls.push_back(*entry.value);
  if (entry.name == "indexlevel") aggregate.index_level = *entry.value;
}

// The element called name, made at the end if there is none yet.
template <typename T>
T& named(std::vector<T>& all, const std::string& name) {
  for (auto& one : all)
    if (one.name == name) return one;
  T& added = all.emplace_back();
  added.name = name;
  return added;
}

bool is_same_directory(const fs::path& a, const fs::path& b) {
  if (a == b) return true;
  std::error_code ignored;  // of one that does not exist: not the same
  return fs::equivalent(a, b, ignored);
}

// git's own lock of a configuration file; what was prepared is renamed over the file, or nothing happens.
class ConfigFileLock {
 public:
  // What every one of us holds first, by flock(2).
  static std::string flocked(const fs::path& file) { return file.string() + ".flock"; }
  // Before: flocked(file) is held.
  static Result<ConfigFileLock> take(const fs::path& file) {
    ConfigFileLock lock;
    lock.path_ = file.string() + ".lock";
    const int number = make(lock.path_, flocked(file));
    if (number == 0) return lock;
    const auto path = std::exchange(lock.path_, {});
    if (number == EEXIST)
      return err(Kind::kTemporary, "change the settings", file.string(),
                 "another program changes them: " + path + " exists", "remove " + path + " if no such program runs");
    return err_errno(number, "change the settings", file.string());
  }
  ConfigFileLock(ConfigFileLock&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ConfigFileLock& operator=(ConfigFileLock&&) = delete;
  ~ConfigFileLock() {
    if (!path_.empty()) unlink(path_.c_str());
  }

 private:
  ConfigFileLock() = default;

  // A second name of the file that is flocked: one that is there, while we hold the flock, was left by a run of ours
  // that was killed. 0 or an errno.
  static int make(const std::string& path, const std::string& flocked) {
    struct stat left {
    }, held{};
    if (lstat(path.c_str(), &left) == 0 && lstat(flocked.c_str(), &held) == 0 && left.st_ino == held.st_ino &&
        left.st_dev == held.st_dev)
      return 0;
    if (link(flocked.c_str(), path.c_str()) == 0) return 0;
    if (errno == EEXIST) return EEXIST;
    const Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));  // no second names here
    return fd ? 0 : errno;
  }

  std::string path_;
};

// Writes with `git config` what `wanted` has beyond `present`, into file.
Result<void> write_section(const fs::path& file, const RegisteredInbox& wanted, const RegisteredInbox* present) {
  const auto set = [&](const char* how, const std::string& name, const std::string& value) -> Result<void> {
    std::vector<std::string> words = {"config", "--file=" + file.string()};
    if (*how) words.push_back(how);
    words.insert(words.end(), {"--", "publicinbox." + wanted.name + "." + name, value});
    TRY([[maybe_unused]] const auto out, git::run_git("", words, "register the archive", wanted.name));
    return {};
  };
  const auto add_new = [&](const std::string& name, const std::vector<std::string>& values,
                           const std::vector<std::string>& there) -> Result<void> {
    for (const auto& value : values) {
      const auto same = [&](const std::string& other) { return equal_ignore_case(value, other); };
      if (std::none_of(there.begin(), there.end(), same)) TRY_VOID(set("--add", name, value));
    }
    return {};
  };
  static const RegisteredInbox kNone;
  const auto& there = present ? *present : kNone;
  TRY_VOID(add_new("address", wanted.addresses, there.addresses));
  TRY_VOID(add_new("url", wanted.urls, there.urls));
  TRY_VOID(add_new("listid", wanted.list_ids, there.list_ids));
  if (!present) TRY_VOID(set("", "inboxdir", wanted.dir.string()));
  if (wanted.index_level && wanted.index_level != there.index_level)
    TRY_VOID(set("", "indexlevel", *wanted.index_level));
  if (wanted.newsgroup && wanted.newsgroup != there.newsgroup) TRY_VOID(set("", "newsgroup", *wanted.newsgroup));
  for (const auto& [name, value] : wanted.keys) TRY_VOID(set("", name, value));
  return {};
}

}  // namespace

Result<Registry> Registry::load(const Env& env) {
  Registry registry;
  registry.file_ = config_file(env);
  TRY(const auto config, git::Config::load(registry.file_, env.home()));
  for (const auto& entry : config.entries()) {
    if (!entry.subsection || !entry.value) continue;
    if (entry.section == "publicinbox") take(named(registry.inboxes_, *entry.subsection), entry);
    if (entry.section == "extindex") take(named(registry.aggregates_, *entry.subsection), entry);
  }
  std::erase_if(registry.inboxes_, [](const auto& inbox) { return inbox.dir.empty() || !is_valid_name(inbox.name); });
  std::erase_if(registry.aggregates_, [](const auto& one) { return one.dir.empty() || !is_valid_name(one.name); });
  return registry;
}

const RegisteredInbox* Registry::by_name(std::string_view name) const {
  for (const auto& inbox : inboxes_)
    if (inbox.name == name) return &inbox;
  return nullptr;
}

const RegisteredInbox* Registry::by_dir(const fs::path& dir) const {
  const auto wanted = collapsed(dir);
  for (const auto& inbox : inboxes_)
    if (is_same_directory(inbox.dir, wanted)) return &inbox;
  return nullptr;
}

const RegisteredInbox* Registry::by_address(std::string_view address) const {
  for (const auto& inbox : inboxes_)
    for (const auto& taken : inbox.addresses)
      if (equal_ignore_case(taken, address)) return &inbox;
  return nullptr;
}

Result<Located> Registry::locate(const std::string& name_or_dir) const {
  const bool is_path = name_or_dir.find('/') != std::string::npos || name_or_dir == "." || name_or_dir == "..";
  if (!is_path) {
    if (const auto* inbox = by_name(name_or_dir))
      return Located{Located::Kind::kInbox, inbox->name, inbox->dir, *inbox};
    for (const auto& aggregate : aggregates_)
      if (aggregate.name == name_or_dir)
        return Located{Located::Kind::kAggregate, aggregate.name, aggregate.dir, std::nullopt};
  }
  const auto dir = collapsed(name_or_dir);
  std::error_code ignored;
  if (fs::is_directory(dir, ignored)) {
    if (const auto* inbox = by_dir(dir)) return Located{Located::Kind::kInbox, inbox->name, inbox->dir, *inbox};
    for (const auto& aggregate : aggregates_)
      if (is_same_directory(aggregate.dir, dir))
        return Located{Located::Kind::kAggregate, aggregate.name, aggregate.dir, std::nullopt};
    const auto layout = find_layout(dir);
    const bool aggregate = layout && layout->kind == Layout::Kind::kAggregate;
    return Located{aggregate ? Located::Kind::kAggregate : Located::Kind::kInbox, dir.string(), dir, std::nullopt};
  }
  if (is_path)
    return err(Kind::kNotFound, "find the archive", name_or_dir, "there is no such directory", "lorelei archive ls");
  std::vector<std::string> names;
  for (const auto& inbox : inboxes_) names.push_back(inbox.name);
  for (const auto& aggregate : aggregates_) names.push_back(aggregate.name);
  const auto near = nearest(name_or_dir, names);
  return err(Kind::kNotFound, "find the archive", name_or_dir,
             near.empty() ? "no archive has that name, and there is no such directory"
                          : "no archive has that name; did you mean " + near + "?",
             "lorelei archive ls");
}

Result<std::vector<Located>> locate_archives(const Env& env, const std::vector<std::string>& names_or_dirs) {
  TRY(const auto registry, Registry::load(env));
  std::vector<Located> archives;
  for (const auto& wanted : names_or_dirs) {
    TRY(auto located, registry.locate(wanted));
    archives.push_back(std::move(located));
  }
  if (names_or_dirs.empty())
    for (const auto& inbox : registry.inboxes())
      archives.push_back({Located::Kind::kInbox, inbox.name, inbox.dir, inbox});
  return archives;
}

bool is_valid_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.back() == '.') return false;
  if (name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return is_space(c) || static_cast<unsigned char>(c) < 32 || c == 127 ||
           std::string_view("/:?[]^~*").find(c) != std::string_view::npos;
  });
}

static Result<void> check_name(const std::string& name) {
  if (is_valid_name(name)) return {};
  return err(Kind::kUsage, "register the archive", name,
             "a name can't hold spaces, slashes or any of :?[]^~*, nor begin or end with a dot", "choose another name");
}

Result<void> check_registration(const Registry& registry, const RegisteredInbox& wanted) {
  TRY_VOID(check_name(wanted.name));
  const auto conflict = [&](std::string why, std::string next) {
    return err(Kind::kConflict, "register the archive", wanted.name, std::move(why), std::move(next));
  };
  if (const auto* other = registry.by_name(wanted.name); other && !is_same_directory(other->dir, wanted.dir))
    return conflict("the name belongs to " + other->dir.string(), "choose another name");
  for (const auto& aggregate : registry.aggregates())
    if (aggregate.name == wanted.name) return conflict("an aggregate has that name", "choose another name");
  for (const auto& address : wanted.addresses)
    if (const auto* other = registry.by_address(address); other && other->name != wanted.name)
      return conflict("the address " + address + " belongs to the archive " + other->name,
                      "give another one with --address");
  return {};
}

// Lets change work on a copy of the file, under both locks, and puts the copy in its place.
static Result<void> change_config(const Env& env,
                                  const std::function<Result<void>(const Registry&, const fs::path& copy)>& change) {
  std::error_code error;
  const auto named = config_file(env);
  const auto real = fs::weakly_canonical(named, error);  // a link to a repository of dot files stays one
  const auto file = error ? named : real;
  const auto directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
  TRY_VOID(make_directories(directory));
  TRY(const auto queue, FileLock::take(ConfigFileLock::flocked(file)));
  TRY(const auto lock, ConfigFileLock::take(file));

  TRY(const Registry registry, Registry::load(env));
  std::string before;
  struct stat st {};
  const bool exists = stat(file.c_str(), &st) == 0;
  if (exists) {
    TRY(before, read_file(file, git::kMaxConfigBytes));
  }
  TRY(const auto temporary, TempDir::create(directory, ".lorelei-config."));
  const auto prepared = temporary.path() / "config";
  TRY_VOID(create_file(prepared, before));
  TRY_VOID(change(registry, prepared));
  // As public-inbox-init leaves a new file: only its owner may read it.
  if (chmod(prepared.c_str(), exists ? st.st_mode & 07777 : 0600) != 0)
    return err_errno(errno, "change the settings", file.string());
  const Fd written(open(prepared.c_str(), O_RDONLY | O_CLOEXEC));
  if (!written || fsync(written.get()) != 0 || rename(prepared.c_str(), file.c_str()) != 0)
    return err_errno(errno, "change the settings", file.string());
  return sync_directory(directory);
}

Result<void> register_inbox(const Env& env, const RegisteredInbox& wanted) {
  return change_config(env, [&](const Registry& registry, const fs::path& copy) -> Result<void> {
    TRY_VOID(check_registration(registry, wanted));
    return write_section(copy, wanted, registry.by_name(wanted.name));
  });
}

Result<void> register_aggregate(const Env& env, const std::string& name, const fs::path& dir) {
  TRY_VOID(check_name(name));
  return change_config(env, [&](const Registry& registry, const fs::path& copy) -> Result<void> {
    for (const auto& known : registry.aggregates())
      if (known.name == name && !is_same_directory(known.dir, dir))
        return err(Kind::kConflict, "register the aggregate", name, "the name belongs to " + known.dir.string(),
                   "choose another name");
    TRY([[maybe_unused]] const auto out,
        git::run_git("", {"config", "--file=" + copy.string(), "--", "extindex." + name + ".topdir", dir.string()},
                     "register the aggregate", name));
    return {};
  });
}

}  // namespace lorelei::archive
