// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/work_tree.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/mapped_file.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/alternates.hh"
#include "git/clean_check.hh"
#include "git/history.hh"
#include "git/libgit2.hh"
#include "git/program.hh"
#include "git/tree_edit.hh"

namespace lorelei::git {

using Kind = Error::Kind;

namespace {
constexpr std::uint64_t kMaxIndex = 1 << 30;
}

struct WorkTree::Impl {
  class NoIndex;

  const Libgit2& git;
  RepositoryHandle handle;
  Objects objects;
  Config config;
  fs::path directory, git_directory, common;
  std::string home;

  Error failure(int code, std::string doing) const {
    auto error = git_error(git, code, std::move(doing), directory.string());
    if (code == GIT_ECONFLICT) error.kind = Kind::kConflict;
    if (code == GIT_ELOCKED) {
      error.kind = Kind::kTemporary;
      error.next = "wait for the other git, or remove the lock if there is none";
    }
    return error;
  }
  bool is_set(const char* key) const {
    const auto* entry = config.find(key);
    return entry && as_bool(*entry).value_or(true);
  }
  bool needs_git() const;
  tl::unexpected<Error> index_is_locked() const {
    return err(Kind::kTemporary, "change the files of", directory.string(),
               (git_directory / "index.lock").string() + " is there: another git program is at work, or was killed",
               "wait for it, or remove the file if there is none");
  }
  Result<void> run(const std::vector<std::string>& words, const std::string& doing) const;
  Result<ObjectId> tree_of(const ObjectId& commit) const;
  Result<void> check_out(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths, bool forced);
  Result<void> update_index(::git_index* index, const ObjectId& to, const std::set<std::string>& paths);
  Result<void> change_files(const fs::path& index, const ObjectId& from, const ObjectId& to,
                            const std::set<std::string>& paths, bool forced);
  Result<void> move_files(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths, bool forced);
  Result<void> move_branch(const ObjectId& from, const ObjectId& to, const std::string& branch,
                           const std::string& reflog);
};

// The repository has an empty index, as long as this is there; unless files may be in the index alone.
class WorkTree::Impl::NoIndex {
 public:
  explicit NoIndex(const Impl& tree) : tree_(tree) {
    ::git_index* raw = nullptr;
    if (tree.needs_git() || tree.git.git_index_new(&raw) < 0) return;
    empty_ = IndexHandle(raw, {&tree.git});
    (void)tree.git.git_repository_set_index(tree.handle.get(), raw);
  }
  ~NoIndex() {
    if (empty_) (void)tree_.git.git_repository_set_index(tree_.handle.get(), nullptr);
  }
  NoIndex(const NoIndex&) = delete;
  NoIndex& operator=(const NoIndex&) = delete;

 private:
  const Impl& tree_;
  IndexHandle empty_;
};

bool WorkTree::Impl::needs_git() const {
  const auto& entries = config.entries();
  const bool has_filters = std::any_of(entries.begin(), entries.end(), [](const ConfigEntry& entry) {
    return entry.section == "filter" && (entry.name == "smudge" || entry.name == "process");
  });
  return has_filters || is_set("core.sparsecheckout") || is_set("index.sparse") || is_set("core.splitindex");
}

Result<void> WorkTree::Impl::run(const std::vector<std::string>& words, const std::string& doing) const {
  RunOptions options;
  options.process = git_options();
  options.process.directory = directory;
  TRY(const auto done, run_process(git_argv("", words), options));
  if (done.status == 0) return {};
  return err(Kind::kConflict, doing, directory.string(), git_complaint(done.err));
}

Result<WorkTree> WorkTree::here(const Env& env) {
  TRY(const Libgit2* git, libgit2());
  ::git_repository* raw = nullptr;
  if (const int code = git->git_repository_open_ext(&raw, ".", GIT_REPOSITORY_OPEN_FROM_ENV, nullptr); code < 0) {
    std::error_code failed;
    auto error = open_error(*git, code, fs::current_path(failed).string());
    error.next = error.kind == Kind::kNotFound ? "cd into a work tree, or lorelei -C DIR" : "lorelei am, then git am";
    return tl::unexpected(std::move(error));
  }
  RepositoryHandle handle(raw, {git});
  const char* const top = git->git_repository_workdir(raw);
  if (!top)
    return err(Kind::kNotFound, "find the work tree of", git->git_repository_path(raw), "the repository is bare",
               "lorelei -C DIR");
  const fs::path git_directory = git->git_repository_path(raw), common = git->git_repository_commondir(raw);
  struct stat status {};
  if (stat(git_directory.c_str(), &status) != 0 || status.st_uid != geteuid()) {
    // Whom else the user trusts is git's to know.
    RunOptions options;
    options.process.directory = top;
    TRY(const auto asked, run_process({"git", "rev-parse", "--git-dir"}, options));
    if (asked.status != 0)
      return err(Kind::kRefused, "open the repository", git_directory.string(), git_complaint(asked.err));
  }
  TRY(auto directories, expand_alternates(common / "objects"));
  TRY(auto objects, Objects::open(std::move(directories)));
  TRY(auto config, Config::here(env));
  WorkTree result;
  result.impl_ = std::make_shared<Impl>(
      Impl{*git, std::move(handle), std::move(objects), std::move(config), top, git_directory, common, env.home()});
  return result;
}

const fs::path& WorkTree::directory() const { return impl_->directory; }
const fs::path& WorkTree::git_directory() const { return impl_->git_directory; }
const fs::path& WorkTree::common_directory() const { return impl_->common; }
const Objects& WorkTree::objects() const { return impl_->objects; }
const Config& WorkTree::config() const { return impl_->config; }

Result<std::optional<ObjectId>> WorkTree::resolve(const std::string& revision) const {
  ::git_object* raw = nullptr;
  int code = impl_->git.git_revparse_single(&raw, impl_->handle.get(), revision.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) return tl::unexpected(impl_->failure(code, "read the revision " + revision + " in"));
  const ObjectHandle object(raw, {&impl_->git});
  code = impl_->git.git_object_peel(&raw, object.get(), GIT_OBJECT_COMMIT);
  if (code < 0) return tl::unexpected(impl_->failure(code, "find the commit of " + revision + " in"));
  const ObjectHandle commit(raw, {&impl_->git});
  return from_oid(*impl_->git.git_object_id(commit.get()));
}

Result<std::optional<ObjectId>> WorkTree::head() const { return ref("HEAD"); }

Result<bool> WorkTree::is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const {
  if (ancestor == descendant) return true;
  const auto above = to_oid(descendant), below = to_oid(ancestor);
  const int code = impl_->git.git_graph_descendant_of(impl_->handle.get(), &above, &below);
  if (code < 0) return tl::unexpected(impl_->failure(code, "compare the histories of"));
  return code == 1;
}

std::string WorkTree::branch() const {
  const auto head = read_file(impl_->git_directory / "HEAD", 4096);
  if (!head || !head->starts_with("ref: ")) return "";
  return std::string(trim(std::string_view(*head).substr(5)));
}

std::string WorkTree::unfinished() const {
  switch (impl_->git.git_repository_state(impl_->handle.get())) {
    case GIT_REPOSITORY_STATE_MERGE:
      return "a merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
      return "a revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
      return "a cherry-pick";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE:
      return "a git am";
    case GIT_REPOSITORY_STATE_REBASE:
      return "a rebase";
    default:  // whoever bisects, or stopped to edit a commit, may apply a patch
      return "";
  }
}

Result<std::vector<std::string>> WorkTree::changed_files(std::size_t limit) const {
  std::vector<std::string> names;
  if (impl_->needs_git()) {
    RunOptions options;
    options.process = git_options();
    options.process.directory = impl_->directory;
    TRY(const auto listed,
        output_of(git_argv("", {"status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules"}),
                  options));
    for (const auto line : split(listed, '\0'))
      if (line.size() > 3 && names.size() < limit) names.emplace_back(line.substr(3));
    return names;
  }
  TRY(const auto last, head());
  if (last) {
    TRY(const auto tree, impl_->tree_of(*last));
    if (is_surely_clean(impl_->directory, impl_->git_directory / "index", tree, impl_->objects, impl_->config))
      return names;
  }
  git_status_options wanted{};
  wanted.version = GIT_STATUS_OPTIONS_VERSION;
  wanted.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  wanted.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  ::git_status_list* raw = nullptr;
  if (const int code = impl_->git.git_status_list_new(&raw, impl_->handle.get(), &wanted); code < 0)
    return tl::unexpected(impl_->failure(code, "see what is changed in"));
  const std::unique_ptr<::git_status_list, FreedBy<::git_status_list, &Libgit2::git_status_list_free>> list(
      raw, {&impl_->git});
  const auto count = impl_->git.git_status_list_entrycount(raw);
  for (std::size_t i = 0; i < count && names.size() < limit; ++i) {
    const auto* entry = impl_->git.git_status_byindex(raw, i);
    const auto* delta = entry->head_to_index ? entry->head_to_index : entry->index_to_workdir;
    if (delta) names.emplace_back(delta->old_file.path);
  }
  return names;
}

fs::path WorkTree::hook(std::string_view name) const {
  auto directory = impl_->common / "hooks";
  if (const auto* set = impl_->config.find("core.hookspath"); set && set->value) {
    directory = *set->value;
    if (set->value->starts_with("~/")) directory = fs::path(impl_->home) / set->value->substr(2);
    if (set->value->starts_with('~') && !set->value->starts_with("~/")) return directory / name;  // for git to find out
    if (directory.is_relative()) directory = impl_->directory / directory;
  }
  const auto path = directory / name;
  std::error_code failed;
  return fs::is_regular_file(path, failed) && access(path.c_str(), X_OK) == 0 ? path : fs::path();
}

Result<ObjectId> WorkTree::Impl::tree_of(const ObjectId& commit) const {
  TRY(const auto object, objects.read(commit, ObjectType::kCommit));
  const auto fields = scan_commit(object.bytes());
  if (!fields) return err(Kind::kCorrupt, "read the commit", commit.hex(), "its header makes no sense");
  return fields->tree;
}

Result<void> WorkTree::Impl::check_out(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                                       bool forced) {
  std::vector<char*> names;
  for (const auto& path : paths) names.push_back(const_cast<char*>(path.c_str()));
  const auto look_up = [&](const ObjectId& commit) -> Result<ObjectHandle> {
    TRY(const auto tree, tree_of(commit));
    const auto oid = to_oid(tree);
    ::git_object* raw = nullptr;
    const int code = git.git_object_lookup(&raw, handle.get(), &oid, GIT_OBJECT_TREE);
    if (code < 0) return tl::unexpected(failure(code, "find the tree of " + commit.hex() + " in"));
    return ObjectHandle(raw, {&git});
  };
  TRY(const auto target, look_up(to));
  TRY(const auto baseline, look_up(from));
  git_checkout_options options{};
  options.version = GIT_CHECKOUT_OPTIONS_VERSION;
  options.checkout_strategy = (forced ? GIT_CHECKOUT_FORCE : GIT_CHECKOUT_SAFE | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED) |
                              GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH | GIT_CHECKOUT_DONT_UPDATE_INDEX;
  options.baseline = reinterpret_cast<::git_tree*>(baseline.get());
  options.paths = {names.data(), names.size()};
  if (const int code = git.git_checkout_tree(handle.get(), target.get(), &options); code < 0)
    return tl::unexpected(failure(code, "change the files of"));
  return {};
}

// The index, as far as it is about the paths, is what `to` and the files say.
Result<void> WorkTree::Impl::update_index(::git_index* index, const ObjectId& to, const std::set<std::string>& paths) {
  const auto checked = [&](int code) -> Result<void> {
    if (code < 0) return tl::unexpected(failure(code, "write the index of"));
    return {};
  };
  TRY(const auto tree_id, tree_of(to));
  NewObjects all(objects);
  TreeEdit tree(all, tree_id);
  for (const auto& path : paths) {
    TRY(const auto entry, tree.find(path));
    if (!entry || entry->mode == kModeDirectory) {
      (void)git.git_index_remove(index, path.c_str(), 0);  // it may not be there
      continue;
    }
    git_index_entry one{};
    struct stat status {};
    if (lstat((directory / path).c_str(), &status) == 0 && entry->mode != kModeModule) {
      one.ctime = {static_cast<std::int32_t>(status.st_ctim.tv_sec),
                   static_cast<std::uint32_t>(status.st_ctim.tv_nsec)};
      one.mtime = {static_cast<std::int32_t>(status.st_mtim.tv_sec),
                   static_cast<std::uint32_t>(status.st_mtim.tv_nsec)};
      one.dev = static_cast<std::uint32_t>(status.st_dev);
      one.ino = static_cast<std::uint32_t>(status.st_ino);
      one.uid = status.st_uid;
      one.gid = status.st_gid;
      one.file_size = static_cast<std::uint32_t>(status.st_size);
    }
    one.mode = entry->mode;
    one.id = to_oid(entry->id);
    one.path = path.c_str();
    TRY_VOID(checked(git.git_index_add(index, &one)));
  }
  return checked(git.git_index_write(index));
}

// With the index in this file, which is read once for both.
Result<void> WorkTree::Impl::change_files(const fs::path& index, const ObjectId& from, const ObjectId& to,
                                          const std::set<std::string>& paths, bool forced) {
  ::git_index* raw = nullptr;
  if (const int code = git.git_index_open(&raw, index.c_str()); code < 0)
    return tl::unexpected(failure(code, "read the index of"));
  const IndexHandle owned(raw, {&git});
  if (const int code = git.git_repository_set_index(handle.get(), raw); code < 0)
    return tl::unexpected(failure(code, "take the index of"));
  auto done = check_out(from, to, paths, forced);
  if (done) done = update_index(raw, to, paths);
  git.git_repository_set_index(handle.get(), nullptr);
  return done;
}

// Into a file that is there.
static Result<void> copy_bytes(const fs::path& from, const fs::path& to) {
  TRY(const auto file, MappedFile::open(from, kMaxIndex));
  const Fd out(open(to.c_str(), O_WRONLY | O_CLOEXEC));
  if (!out) return err_errno(errno, "write", to);
  return write_all(out.get(), file.bytes(), to);
}

// git's own lock of the index is held from before the first file is changed until the new index takes its place.
Result<void> WorkTree::Impl::move_files(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                                        bool forced) {
  if (paths.empty()) return {};
  if (needs_git())
    return run(forced ? std::vector<std::string>{"read-tree", "--reset", "-u", from.hex(), to.hex()}
                      : std::vector<std::string>{"read-tree", "-m", "-u", from.hex(), to.hex()},
               "change the files of");
  const auto index = git_directory / "index", lock = git_directory / "index.lock";
  auto locked = create_file(lock, "", Sync::kNo);
  if (!locked && locked.error().kind == Kind::kConflict) return index_is_locked();
  TRY_VOID(locked);
  auto done = copy_bytes(index, lock);  // which nobody changes any more
  if (done) done = change_files(lock, from, to, paths, forced);
  if (done && rename(lock.c_str(), index.c_str()) != 0)
    done = err_errno(errno, "write the index of", directory.string());
  if (!done) (void)unlink(lock.c_str());
  return done;
}

Result<void> WorkTree::Impl::move_branch(const ObjectId& from, const ObjectId& to, const std::string& branch,
                                         const std::string& reflog) {
  const auto oid = to_oid(to), before = to_oid(from);
  ::git_reference* raw = nullptr;
  const int code =
      git.git_reference_create_matching(&raw, handle.get(), branch.c_str(), &oid, 1, &before, reflog.c_str());
  if (code < 0) {
    auto error = failure(code, "move " + branch + " of");
    if (code == GIT_EMODIFIED) {
      error.kind = Kind::kConflict;
      error.why = "it is not where it was when this began";
    }
    return tl::unexpected(std::move(error));
  }
  git.git_reference_free(raw);
  return {};
}

Result<std::set<std::string>> WorkTree::differing_paths(const ObjectId& one, const ObjectId& other) const {
  TRY(const auto first, impl_->tree_of(one));
  TRY(const auto second, impl_->tree_of(other));
  return git::differing_paths(impl_->objects, first, second);
}

// libgit2 is told which paths differ: by itself it reads all directories of both, also those that are the same.
Result<std::string> WorkTree::difference(const ObjectId& from, const ObjectId& to) const {
  const auto& git = impl_->git;
  TRY(const auto paths, differing_paths(from, to));
  if (paths.empty()) return std::string();
  std::vector<char*> names;
  for (const auto& path : paths) names.push_back(const_cast<char*>(path.c_str()));
  const auto peel = [&](const ObjectId& commit) -> Result<ObjectHandle> {
    const auto id = to_oid(commit);
    ::git_object* raw = nullptr;
    int code = git.git_object_lookup(&raw, impl_->handle.get(), &id, GIT_OBJECT_COMMIT);
    if (code < 0) return tl::unexpected(impl_->failure(code, "read a commit of"));
    const ObjectHandle object(raw, {&git});
    code = git.git_object_peel(&raw, object.get(), GIT_OBJECT_TREE);
    if (code < 0) return tl::unexpected(impl_->failure(code, "read a tree of"));
    return ObjectHandle(raw, {&git});
  };
  TRY(const auto old_tree, peel(from));
  TRY(const auto new_tree, peel(to));
  git_diff_options wanted{};
  wanted.version = GIT_DIFF_OPTIONS_VERSION;
  wanted.ignore_submodules = GIT_SUBMODULE_IGNORE_UNSPECIFIED;
  wanted.context_lines = 3;
  wanted.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_DISABLE_PATHSPEC_MATCH;
  wanted.id_abbrev = GIT_OID_HEXSZ;
  wanted.pathspec = {names.data(), names.size()};
  // It would read the index, for attributes whose files are not in the tree.
  const Impl::NoIndex no_index(*impl_);
  ::git_diff* raw = nullptr;
  // A git_tree is a git_object.
  int code = git.git_diff_tree_to_tree(&raw, impl_->handle.get(), reinterpret_cast<::git_tree*>(old_tree.get()),
                                       reinterpret_cast<::git_tree*>(new_tree.get()), &wanted);
  if (code < 0) return tl::unexpected(impl_->failure(code, "compare commits of"));
  const DiffHandle diff(raw, {&git});
  git_buf text = GIT_BUF_INIT;
  code = git.git_diff_to_buf(&text, diff.get(), GIT_DIFF_FORMAT_PATCH);
  std::string copy(text.ptr ? text.ptr : "", text.size);
  git.git_buf_dispose(&text);
  if (code < 0) return tl::unexpected(impl_->failure(code, "compare commits of"));
  return copy;
}

Result<void> WorkTree::check_way(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths) const {
  std::error_code failed;
  if (fs::exists(impl_->git_directory / "index.lock", failed)) return impl_->index_is_locked();
  NewObjects all(impl_->objects);
  TRY(const auto old_tree, impl_->tree_of(from));
  TRY(const auto new_tree, impl_->tree_of(to));
  TreeEdit before(all, old_tree), after(all, new_tree);
  const auto in_the_way = [&](const fs::path& file) {
    return err(Kind::kConflict, "create the file", (impl_->directory / file).string(),
               "something that is not tracked is there", "move it away");
  };
  for (const auto& path : paths) {
    TRY(const auto wanted, after.find(path));
    TRY(const auto had, before.find(path));
    if (!wanted || (had && had->mode != kModeDirectory)) continue;
    // A directory of the old commit makes room by itself if nothing else is in it.
    const auto kind = fs::symlink_status(impl_->directory / path, failed).type();
    if (kind != fs::file_type::not_found && !(had && kind == fs::file_type::directory)) return in_the_way(path);
    for (auto above = fs::path(path).parent_path(); !above.empty(); above = above.parent_path()) {
      const auto there = fs::symlink_status(impl_->directory / above, failed).type();
      if (there == fs::file_type::not_found || there == fs::file_type::directory) continue;
      TRY(const auto tracked, before.find(above.string()));
      if (!tracked) return in_the_way(above);
    }
  }
  return {};
}

Result<void> WorkTree::advance(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                               const std::string& reflog) {
  TRY_VOID(check_way(from, to, paths));
  TRY_VOID(impl_->move_files(from, to, paths, false));
  const auto branch = this->branch();
  return impl_->move_branch(from, to, branch.empty() ? "HEAD" : branch, reflog);
}

Result<void> WorkTree::restore(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                               const std::string& reflog) {
  TRY_VOID(impl_->move_files(from, to, paths, true));
  TRY(const auto now, head());
  if (now != from) return {};
  return impl_->move_branch(from, to, branch().empty() ? "HEAD" : branch(), reflog);
}

Result<void> WorkTree::put_ref(const std::string& ref, const ObjectId& commit, const std::string& reflog) {
  const auto oid = to_oid(commit);
  ::git_reference* raw = nullptr;
  const int code = impl_->git.git_reference_create_matching(&raw, impl_->handle.get(), ref.c_str(), &oid, 1, nullptr,
                                                            reflog.c_str());
  if (code < 0) return tl::unexpected(impl_->failure(code, "write " + ref + " of"));
  impl_->git.git_reference_free(raw);
  return {};
}

Result<void> WorkTree::move_branch(const std::string& branch, const ObjectId& from, const ObjectId& to,
                                   const std::string& reflog) {
  return impl_->move_branch(from, to, branch, reflog);
}

Result<void> WorkTree::replace_branch(const std::string& branch, const ObjectId& from, const ObjectId& to,
                                      const std::string& reflog) {
  TRY_VOID(put_ref("refs/original/" + (branch.starts_with("refs/heads/") ? branch.substr(11) : branch), from, reflog));
  return impl_->move_branch(from, to, branch, reflog);
}

Result<std::optional<ObjectId>> WorkTree::ref(const std::string& name) const {
  git_oid oid;
  const int code = impl_->git.git_reference_name_to_id(&oid, impl_->handle.get(), name.c_str());
  if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC) return std::nullopt;
  if (code < 0) return tl::unexpected(impl_->failure(code, "read " + name + " of"));
  return from_oid(oid);
}

Result<std::optional<ObjectId>> WorkTree::merge_base(const ObjectId& one, const ObjectId& other) const {
  const auto first = to_oid(one), second = to_oid(other);
  git_oid found;
  const int code = impl_->git.git_merge_base(&found, impl_->handle.get(), &first, &second);
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) return tl::unexpected(impl_->failure(code, "compare the histories of"));
  return from_oid(found);
}

Result<std::optional<ObjectId>> WorkTree::staged(const std::string& path) const {
  ::git_index* raw = nullptr;
  if (const int code = impl_->git.git_repository_index(&raw, impl_->handle.get()); code < 0)
    return tl::unexpected(impl_->failure(code, "read the index of"));
  const IndexHandle index(raw, {&impl_->git});
  const auto* entry = impl_->git.git_index_get_bypath(raw, path.c_str(), 0);
  if (!entry) return std::nullopt;
  return from_oid(entry->id);
}

Result<void> WorkTree::write_fetch_head(const ObjectId& commit, const std::string& description) {
  return replace_file(impl_->git_directory / "FETCH_HEAD", commit.hex() + "\t\t" + description + "\n");
}

}  // namespace lorelei::git
