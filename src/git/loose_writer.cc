// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/loose_writer.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;

constexpr auto kDoing = "write to the repository";
constexpr std::size_t kMostUnnamed = 200;  // files that are open at once
constexpr mode_t kObjectMode = 0444;       // as git has them

// A new file with these bytes, still open; none if that fails.
Result<Fd> write_file(const fs::path& path, std::string_view bytes, mode_t mode) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return err_errno(errno, kDoing, path.string());
  auto written = write_all(fd.get(), bytes, path.string());
  if (written) return fd;
  (void)unlink(path.c_str());
  return tl::unexpected(std::move(written).error());
}

Result<void> make_durable(const Fd& fd, const fs::path& path) {
  return fsync(fd.get()) == 0 ? Result<void>() : err_errno(errno, kDoing, path.string());
}

Result<void> move(const fs::path& from, const fs::path& to) {
  return rename(from.c_str(), to.c_str()) == 0 ? Result<void>() : err_errno(errno, kDoing, to.string());
}

}  // namespace

bool is_plain_repository(const fs::path& repository) {
  std::error_code error;
  const auto config = Config::load(repository / "config", "");
  if (!config || !fs::exists(repository / "config", error)) return false;
  return std::none_of(config->entries().begin(), config->entries().end(), [](const ConfigEntry& entry) {
    const bool is_version = entry.section == "core" && entry.name == "repositoryformatversion";
    return (is_version && entry.value != "0" && entry.value != "1") || entry.section == "extensions" ||
           (entry.section == "core" && entry.name == "sharedrepository") ||
           entry.section == "includeif";  // which we do not follow
  });
}

LooseWriter::~LooseWriter() {
  for (const auto& one : unnamed_) (void)unlink(one.temporary.c_str());
}

Result<ObjectId> LooseWriter::add(ObjectType type, std::string_view bytes) {
  const auto id = name_of(type, bytes);
  const auto name = id.hex();
  const auto directory = repository_ / "objects" / name.substr(0, 2);
  const auto path = directory / name.substr(2);
  if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) return err_errno(errno, kDoing, directory.string());
  touched_.insert(directory.parent_path());  // also if the directory is there: a killed writer may have made it
  touched_.insert(directory);
  const auto is_this = [&path](const Unnamed& one) { return one.path == path; };
  if (std::any_of(unnamed_.begin(), unnamed_.end(), is_this) || access(path.c_str(), F_OK) == 0) return id;
  auto text = fmt::format("{} {}", to_text(type), bytes.size());
  text.push_back('\0');
  text.append(bytes);
  const auto temporary = directory / fmt::format("tmp_obj_{}_{}", getpid(), name.substr(2, 12));
  (void)unlink(temporary.c_str());  // of one that had our number
  TRY(auto fd, write_file(temporary, deflater_.deflate(text), kObjectMode));
  unnamed_.push_back({std::move(fd), temporary, path});
  if (unnamed_.size() >= kMostUnnamed) TRY_VOID(give_names());
  return id;
}

Result<void> LooseWriter::give_names() {
  for (const auto& one : unnamed_) TRY_VOID(make_durable(one.fd, one.temporary));
  for (const auto& one : unnamed_) TRY_VOID(move(one.temporary, one.path));
  unnamed_.clear();
  return {};
}

// A branch that has no file is among the packed ones, or is not born: who says where it is has looked there.
Result<void> LooseWriter::check_branch(const std::string& branch, const std::optional<ObjectId>& before) const {
  const auto now = read_file(repository_ / branch);
  if (!now && now.error().kind == Kind::kNotFound) return {};
  if (!now) return tl::unexpected(now.error());
  if (before && trim(*now) == before->hex()) return {};
  return err(Kind::kConflict, kDoing, (repository_ / branch).string(), "somebody else has moved the branch",
             "the same command again");
}

Result<void> LooseWriter::sync() {
  TRY_VOID(give_names());
  for (const auto& directory : touched_) TRY_VOID(sync_directory(directory));
  touched_.clear();
  return {};
}

Result<void> LooseWriter::move_branch(const std::string& branch, const std::optional<ObjectId>& before,
                                      const ObjectId& commit) {
  TRY_VOID(sync());
  const auto path = repository_ / branch;
  auto lock = path;
  lock += ".lock";
  TRY_VOID(make_directories(path.parent_path()));
  auto locked = write_file(lock, commit.hex() + "\n", 0666);
  if (!locked && locked.error().kind == Kind::kConflict)
    locked = err(Kind::kTemporary, kDoing, lock.string(), "another git holds it", "the same command again");
  TRY(const auto fd, std::move(locked));
  auto done = make_durable(fd, lock);
  if (done) done = check_branch(branch, before);
  if (done) done = move(lock, path);
  if (done) return sync_directory(path.parent_path());
  (void)unlink(lock.c_str());
  return done;
}

bool update_server_info(const fs::path& repository, const std::string& branch, const ObjectId& before,
                        const ObjectId& commit) {
  const auto path = repository / "info" / "refs";
  auto text = read_file(path);
  if (!text) return false;
  const auto line = before.hex() + "\t" + branch + "\n";
  const auto at = text->find(line);
  if (at == std::string::npos || (at > 0 && (*text)[at - 1] != '\n')) return false;
  text->replace(at, before.hex().size(), commit.hex());
  return replace_file(path, *text, Sync::kNo).has_value();
}

}  // namespace lorelei::git
