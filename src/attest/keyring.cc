// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/keyring.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;

// "~/" at the start, "$NAME" and "${NAME}" anywhere; a variable that is not set stays as it is written.
std::string expanded(const Env& env, std::string_view text) {
  std::string out;
  if (text == "~" || text.starts_with("~/")) {
    out = env.home();
    text.remove_prefix(1);
  }
  while (!text.empty()) {
    if (text[0] != '$') {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    const bool braced = text.starts_with("${");
    std::size_t end = braced ? 2 : 1;
    while (end < text.size() && (is_alnum(text[end]) || text[end] == '_')) ++end;
    const std::string name(text.substr(braced ? 2 : 1, end - (braced ? 2 : 1)));
    const bool is_whole = !name.empty() && (!braced || text.substr(end).starts_with('}'));
    const auto value = is_whole ? env.variable(name.c_str()) : std::nullopt;
    const auto length = is_whole ? end + braced : 1;
    out += value ? *value : std::string(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace

struct Keyring::Tree {
  std::optional<git::TreeFiles> files;  // nothing: there is no repository
  std::string commit;                   // empty: the ref does not exist
  std::string ref;                      // as it is shown
  std::optional<Result<void>> trusted;  // what git says to the signature of the commit, once it was asked
};

Result<KeyringSource> parse_keyring_source(const Env& env, const std::string& text) {
  KeyringSource source;
  source.text = text;
  if (text.starts_with("worktree:")) {
    const auto top = run_process({"git", "rev-parse", "--show-toplevel"});
    if (top && top->status == 0)
      source.directory = (fs::path(std::string(trim_end(top->out))) / text.substr(9)).lexically_normal();
    return source;
  }
  if (!text.starts_with("ref:")) {
    source.directory = expanded(env, text);
    return source;
  }
  const auto parts = split(text, ':');
  if (parts.size() < 4)
    return err(Kind::kUsage, "read the keyring source", text, "three colons are needed", "ref:REPO:REF:SUBDIR");
  source.kind = KeyringSource::Kind::kRef;
  source.repository = expanded(env, parts[1]);
  source.ref = parts[2];
  source.directory = parts[3];
  return source;
}

Result<std::optional<std::string>> read_beneath(const std::string& directory, const std::string& path,
                                                std::size_t limit_bytes) {
  const Fd top(open(directory.empty() ? "." : directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return err_errno(errno, "open the keyring", directory);
  }
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const Fd file(static_cast<int>(syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
  const auto whole = directory + '/' + path;
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    if (errno == EXDEV || errno == ELOOP)
      return err(Kind::kCorrupt, "read the key", whole, "a link leads out of the keyring, or in a circle");
    return err_errno(errno, "read the key", whole);
  }
  struct stat status {};
  if (fstat(file.get(), &status) < 0) return err_errno(errno, "read the key", whole);
  if (!S_ISREG(status.st_mode)) return err(Kind::kCorrupt, "read the key", whole, "it is no file");
  TRY(auto content, read_all(file.get(), whole, limit_bytes));
  return std::optional(std::move(content));
}

Result<void> verify_ref(const std::string& ref, const std::string& git_directory, const std::string& commit) {
  if (git::run_git(git_directory, {"verify-commit", commit}, "trust the keyring", ref)) return {};
  return err(Kind::kAttestation, "trust the keyring", ref,
             fmt::format("git does not take the signature of its commit {}, or there is none", commit.substr(0, 12)),
             "git verify-commit " + commit);
}

namespace {

// A commit without a key says nothing about keys, whoever made it; of a ref that is for keys alone it says that there
// are none (any more).
Result<void> verify_keys(git::TreeFiles& files, const KeyringSource& source, const std::string& commit) {
  const bool is_for_keys = source.ref.starts_with("refs/meta/");
  TRY(const auto entries, files.files_below(commit, source.directory));
  const bool has_key =
      std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return is_key_path(entry.name); });
  return has_key || is_for_keys ? verify_ref(source.ref.empty() ? "HEAD" : source.ref, files.git_directory(), commit)
                                : Result<void>();
}

}  // namespace

Result<void> must_exist(const KeyringSource& source) {
  const auto missing = [&](const std::string& what, const std::string& next = "lorelei keyring list") {
    return err(Kind::kNotFound, "use the keyring", source.text, what, next);
  };
  std::error_code failed;
  if (source.kind != KeyringSource::Kind::kRef) {
    if (fs::is_directory(source.directory, failed)) return {};
    return missing("there is no such directory",
                   source.text.starts_with("refs/") ? "ref::" + source.text + ":" : "a directory, or ref:REPO:REF:DIR");
  }
  TRY(auto files, git::TreeFiles::open(source.repository));
  TRY(const auto commit, files.commit_of(source.ref.empty() ? "HEAD" : source.ref));
  if (!commit) return missing("there is no such ref");
  if (source.directory.empty()) return {};
  TRY(const auto entries, files.files_below(*commit, source.directory));
  return entries.empty() ? missing("the directory is not in it") : Result<void>();
}

Keyring::Keyring(std::vector<KeyringSource> sources, SignedRefs signed_refs)
    : sources_(std::move(sources)), signed_refs_(signed_refs) {}

Result<Keyring> Keyring::of_key(const KeyName& name, std::string content, std::string source) {
  TRY(const auto path, key_path(name));
  Keyring keyring({});
  keyring.known_.emplace(path, FoundKey{std::move(content), std::move(source), path});
  return keyring;
}

Result<Keyring::Tree*> Keyring::tree_of(const KeyringSource& source) {
  auto& tree = trees_[source.text];
  if (tree) return tree.get();
  auto made = std::make_shared<Tree>();
  made->ref = source.ref.empty() ? "HEAD" : source.ref;
  auto files = git::TreeFiles::open(source.repository);
  if (!files && files.error().kind != Kind::kNotFound) return tl::unexpected(std::move(files).error());
  if (files) {
    made->files = *std::move(files);
    TRY(const auto commit, made->files->commit_of(made->ref));
    made->commit = commit.value_or("");
  }
  tree = std::move(made);
  return tree.get();
}

Result<std::optional<FoundKey>> Keyring::look_in(const KeyringSource& source, const std::string& path) {
  const std::optional<FoundKey> nothing;
  if (source.kind == KeyringSource::Kind::kDirectory) {
    if (source.directory.empty()) return nothing;
    TRY(auto content, read_beneath(source.directory, path, kMaxKeyFile));
    if (!content) return nothing;
    return std::optional(FoundKey{*std::move(content), source.directory + '/' + path, path});
  }
  TRY(auto* tree, tree_of(source));
  if (!tree->files) return nothing;
  const auto below = (source.directory.empty() ? "" : source.directory + '/') + path;
  if (tree->commit.empty()) return nothing;
  if (signed_refs_ == SignedRefs::kNeeded) {
    if (!tree->trusted) tree->trusted = verify_keys(*tree->files, source, tree->commit);
    TRY_VOID(*tree->trusted);
  }
  TRY(auto content, tree->files->file(tree->commit, source.directory, path));
  if (!content) return nothing;
  return std::optional(
      FoundKey{*std::move(content), fmt::format("ref:{}:{}:{}", tree->files->git_directory(), tree->ref, below), path});
}

Result<std::optional<FoundKey>> Keyring::find(const KeyName& name) {
  TRY(const auto path, key_path(name));
  if (const auto known = known_.find(path); known != known_.end()) return known->second;
  std::optional<FoundKey> found;
  for (const auto& source : sources_) {
    for (const auto& one : {path, by_hash_path(path)}) {
      TRY(found, look_in(source, one));
      if (found) break;
    }
    if (found) break;
  }
  return known_.emplace(path, std::move(found)).first->second;
}

}  // namespace lorelei::attest
