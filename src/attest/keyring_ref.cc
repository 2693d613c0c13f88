// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/keyring_ref.hh"

#include <fmt/core.h>

#include <functional>
#include <set>

#include "attest/key_file.hh"
#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/tree_files.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;
constexpr auto kDoing = "change the keyring";

std::string below(const KeyringRef& keyring, const std::string& path) {
  return keyring.directory.empty() ? path : keyring.directory + '/' + path;
}

// git with an index of its own, so that the user's stays as it is.
class Plumbing {
 public:
  static Result<Plumbing> open(std::string git_directory, const std::string& subject) {
    TRY(auto place, TempDir::create(fs::temp_directory_path(), "lorelei-keyring-"));
    return Plumbing(std::move(git_directory), subject, std::move(place));
  }
  Result<std::string> run(const std::vector<std::string>& arguments, std::string_view input = {}) {
    RunOptions options;
    options.input = input;
    options.process = git::git_options();
    options.process.environment.emplace_back("GIT_INDEX_FILE", (place_.path() / "index").string());
    TRY(const auto done, run_process(git::git_argv(git_directory_, arguments), options));
    if (done.status != 0) return err(Kind::kFailed, kDoing, subject_, git::git_complaint(done.err));
    return std::string(trim(done.out));
  }

 private:
  Plumbing(std::string git_directory, std::string subject, TempDir place)
      : git_directory_(std::move(git_directory)), subject_(std::move(subject)), place_(std::move(place)) {}
  std::string git_directory_, subject_;
  TempDir place_;
};

std::string default_path_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1) + "default"; }

// In a rebase or a bisection git has the branch put aside, and moves it at the end.
Result<void> must_not_be_rebased(const git::TreeFiles& files, const std::string& ref) {
  const auto common =
      git::run_git(files.git_directory(), {"rev-parse", "--path-format=absolute", "--git-common-dir"}, kDoing, ref);
  if (!common) return tl::unexpected(common.error());
  std::vector<fs::path> places = {std::string(trim(*common))};
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(places.front() / "worktrees", failed)) places.push_back(entry.path());
  for (const auto& place : places)
    for (const auto* file : {"rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"}) {
      const auto name = read_file(place / file, 4096);
      if (name && (trim(*name) == ref || "refs/heads/" + std::string(trim(*name)) == ref))
        return err(Kind::kRefused, kDoing, ref, "a work tree is in the middle of a rebase or bisection of the branch",
                   "git rebase --continue, or another ref");
    }
  return {};
}

// A ref by its whole name, which nothing has checked out: a work tree would take a commit behind its back for a change
// that is to be undone.
Result<std::string> own_ref(const git::TreeFiles& files, const std::string& ref) {
  const auto known =
      git::run_git(files.git_directory(), {"rev-parse", "--symbolic-full-name", "--verify", "-q", ref}, kDoing, ref);
  const auto whole = known && !trim(*known).empty() ? std::string(trim(*known)) : ref;
  if (!whole.starts_with("refs/") || (!ref.starts_with("refs/") && !whole.starts_with("refs/heads/")))
    return err(Kind::kUsage, kDoing, ref, "it is no branch, and no ref by its whole name",
               "refs/meta/keyring, refs/heads/NAME");
  for (const auto* others :
       {"refs/tags/", "refs/remotes/", "refs/stash", "refs/notes/", "refs/replace/", "refs/bisect/"})
    if (whole.starts_with(others))
      return err(Kind::kUsage, kDoing, whole, "it is not a ref for keys", "refs/meta/keyring, refs/heads/NAME");
  TRY(const auto trees, git::run_git(files.git_directory(), {"worktree", "list", "--porcelain"}, kDoing, ref));
  for (const auto line : split(trees, '\n'))
    if (line == "branch " + whole)
      return err(Kind::kRefused, kDoing, whole, "a work tree has the branch checked out",
                 "git add and git commit there; or another ref");
  TRY_VOID(must_not_be_rebased(files, whole));
  return whole;
}

// A new commit on top of the ref: of what change makes of the index.
Result<std::string> commit_change(const git::TreeFiles& files, const std::string& ref,
                                  const std::optional<std::string>& parent, const std::string& message,
                                  const std::function<Result<void>(Plumbing&)>& change) {
  TRY(auto git, Plumbing::open(files.git_directory(), ref));
  if (parent) TRY_VOID(git.run({"read-tree", *parent}));
  TRY_VOID(change(git));
  TRY(const auto tree, git.run({"write-tree"}));
  std::vector<std::string> arguments = {"commit-tree", tree, "-m", message};
  if (parent) arguments.insert(arguments.end(), {"-p", *parent});
  const auto signs = git.run({"config", "--type=bool", "commit.gpgsign"});
  if (signs && *signs == "true") arguments.emplace_back("-S");
  TRY(auto commit, git.run(arguments));
  // The old value is named: whoever moved the ref meanwhile has not been overwritten.
  const auto moved =
      git.run({"update-ref", "-m", "lorelei keyring", ref, commit, parent ? *parent : std::string(commit.size(), '0')});
  if (!moved) return err(Kind::kConflict, kDoing, ref, moved.error().why, "the same command again");
  return commit;
}

// Also what else leads to those keys: copies of them and links below any name, and names by hash.
Result<std::vector<std::string>> paths_to_remove(git::TreeFiles& files, const std::string& commit,
                                                 const std::string& directory, const std::string& identity,
                                                 const std::string& selector) {
  TRY(const auto entries, files.files_below(commit, directory));
  std::set<std::string> paths, hashes, keys;
  for (const auto algorithm : {Algorithm::kEd25519, Algorithm::kOpenPgp, Algorithm::kOpenSsh}) {
    const auto path = key_path({algorithm, identity, selector.empty() ? "default" : selector});
    if (!path) return tl::unexpected(path.error());
    hashes.insert(by_hash_path(*path));
  }
  for (const auto& entry : entries) {
    const auto name = key_name_of(entry.name);
    const bool is_meant = name && equal_ignore_case(name->identity, identity) &&
                          (selector.empty() || equal_ignore_case(name->selector, selector));
    if (!is_meant && hashes.count(entry.name) == 0) continue;
    paths.insert(entry.name);
    if (entry.mode != 0120000) keys.insert(entry.id);
    if (is_meant) hashes.insert(by_hash_path(entry.name));
  }
  for (std::size_t before = 0; before != paths.size();) {
    before = paths.size();
    for (const auto& entry : entries) {
      if (!is_key_path(entry.name)) continue;
      bool goes = hashes.count(entry.name) > 0 || keys.count(entry.id) > 0;
      if (!goes && entry.mode == 0120000) {
        TRY(const auto target, files.blob(entry.id));
        goes = paths.count((fs::path(entry.name).parent_path() / target).lexically_normal().string()) > 0;
      }
      if (goes) paths.insert(entry.name);
    }
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

}  // namespace

Result<KeyAdded> add_key(const KeyringRef& keyring, const KeyName& name, const std::string& key, Replace replace) {
  TRY(const auto described, describe_key(name.algorithm, key));
  // Without a line end, patatt takes a key that has a "/" for a link.
  const auto content = key.ends_with('\n') || name.algorithm == Algorithm::kOpenPgp ? key : key + '\n';
  TRY(const auto path, key_path(name));
  TRY(auto files, git::TreeFiles::open(keyring.repository));
  TRY(const auto ref, own_ref(files, keyring.ref));
  TRY(const auto parent, files.commit_of(ref));
  KeyAdded added;
  added.path = below(keyring, path);
  added.parent = parent.value_or("");
  added.git_directory = files.git_directory();
  added.is_default = true;
  const auto default_path = default_path_of(path);
  if (parent) {
    TRY(const auto present, files.file(*parent, keyring.directory, path));
    if (present && *present == content)
      return err(Kind::kConflict, kDoing, ref, fmt::format("{} is there already", path),
                 "lorelei keyring list " + name.identity);
    if (present && replace == Replace::kNo)
      return err(Kind::kConflict, kDoing, ref, fmt::format("{} has another key", path),
                 "--replace, or another selector");
    TRY(const auto default_key, files.file(*parent, keyring.directory, default_path));
    added.is_default = !default_key;
  }
  added.is_default = added.is_default && path != default_path;
  const auto change = [&](Plumbing& git) -> Result<void> {
    TRY(const auto blob, git.run({"hash-object", "-w", "--stdin"}, content));
    TRY_VOID(git.run({"update-index", "--add", "--cacheinfo", fmt::format("100644,{},{}", blob, added.path)}));
    if (!added.is_default) return {};
    TRY(const auto link, git.run({"hash-object", "-w", "--stdin"}, fs::path(path).filename().string()));
    TRY_VOID(git.run(
        {"update-index", "--add", "--cacheinfo", fmt::format("120000,{},{}", link, below(keyring, default_path))}));
    return {};
  };
  const auto message =
      fmt::format("{}: {} key {}\n\n{}", name.identity, name_of(name.algorithm), name.selector, described.fingerprint);
  TRY(added.commit, commit_change(files, ref, parent, message, change));
  return added;
}

Result<KeysRemoved> remove_keys(const KeyringRef& keyring, const std::string& identity, const std::string& selector) {
  TRY(auto files, git::TreeFiles::open(keyring.repository));
  TRY(const auto ref, own_ref(files, keyring.ref));
  TRY(const auto parent, files.commit_of(ref));
  KeysRemoved removed;
  if (parent) {
    TRY(removed.paths, paths_to_remove(files, *parent, keyring.directory, identity, selector));
  }
  if (removed.paths.empty())
    return err(Kind::kNotFound, kDoing, ref, fmt::format("it has no such key of {}", identity),
               "lorelei keyring list " + identity);
  const auto change = [&](Plumbing& git) -> Result<void> {
    // Mode 0 takes a path out; without a work tree, too.
    std::string lines;
    for (const auto& path : removed.paths)
      lines += fmt::format("0 {}\t{}", std::string(parent->size(), '0'), below(keyring, path)) + '\0';
    TRY_VOID(git.run({"update-index", "-z", "--index-info"}, lines));
    return {};
  };
  TRY(removed.commit,
      commit_change(files, ref, parent,
                    fmt::format("{}: remove {}", identity, selector.empty() ? "all keys" : "key " + selector), change));
  return removed;
}

// ---- history ----

namespace {

constexpr std::size_t kCommitFields = 5;
constexpr std::size_t kShortestId = 40;  // hexadecimal digits; no letter of a change is that long

// Words between NUL bytes, which no name can hold: COMMIT TIME AUTHOR SIGNATURE SIGNER, then a letter and a path for
// each file, the first letter behind a line end.
std::vector<KeyChange> changes_in(std::string_view said, std::size_t prefix) {
  const auto words = split(said, '\0');
  std::vector<KeyChange> changes;
  KeyChange change;
  for (std::size_t i = 0; i + 1 < words.size();) {
    const auto word = trim(words[i]);
    if (word.size() >= kShortestId && i + kCommitFields <= words.size()) {
      change.commit = word;
      change.time = parse_int(words[i + 1]).value_or(0);
      change.author = words[i + 2];
      change.signature = words[i + 3].empty() ? 'N' : words[i + 3][0];
      change.signer = words[i + 4];
      i += kCommitFields;
    } else if (word.empty()) {
      ++i;
    } else {
      // Of a merge there is a letter for each parent: what it adds to both, it adds itself.
      change.kind = word[0] == 'A'   ? KeyChange::Kind::kAdded
                    : word[0] == 'D' ? KeyChange::Kind::kRemoved
                                     : KeyChange::Kind::kReplaced;
      change.path = words[i + 1].substr(std::min(prefix, words[i + 1].size()));
      changes.push_back(change);
      i += 2;
    }
  }
  return changes;
}

}  // namespace

Result<std::vector<KeyChange>> key_history(const KeyringRef& keyring) {
  TRY(auto files, git::TreeFiles::open(keyring.repository));
  TRY(const auto tip, files.commit_of(keyring.ref));
  if (!tip)
    return err(Kind::kNotFound, "read the history of", keyring.ref, "there is no such ref", "lorelei keyring add");
  std::vector<std::string> arguments = {"log",          "--reverse",
                                        "--topo-order", "-c",
                                        "--no-renames", "--name-status",
                                        "-z",           "--format=%H%x00%ct%x00%an <%ae>%x00%G?%x00%GS",
                                        *tip,           "--"};
  if (!keyring.directory.empty()) arguments.push_back(keyring.directory);
  TRY(const auto said, git::run_git(files.git_directory(), arguments, "read the history of", keyring.ref));
  auto changes = changes_in(said, keyring.directory.empty() ? 0 : keyring.directory.size() + 1);
  std::erase_if(changes, [](const KeyChange& change) { return !is_key_path(change.path); });
  return changes;
}

}  // namespace lorelei::attest
