// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/tree_files.hh"

#include <fmt/core.h>

#include <deque>
#include <filesystem>
#include <unordered_map>

#include "base/text.hh"
#include "git/program.hh"
#include "git/ref_name.hh"
#include "git/tree_scan.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;
using Path = std::deque<std::string>;

constexpr unsigned kDirectory = 040000, kLink = 0120000, kFileMask = 0170000, kFile = 0100000;
constexpr std::size_t kMaxTrees = 4096;  // kept; a keyring of a kernel has some hundred
constexpr std::size_t kMaxFiles = 100'000;

struct GitObject {
  std::string id, type, bytes;
};

Path parts_of(std::string_view path) {
  Path parts;
  for (const auto part : split(path, '/'))
    if (!part.empty() && part != ".") parts.emplace_back(part);
  return parts;
}

Result<std::vector<TreeEntry>> entries_of(const GitObject& tree) {
  std::vector<TreeEntry> entries;
  for (std::string_view rest = tree.bytes; !rest.empty();) {
    const auto item = next_tree_item(rest, tree.id.size() / 2);
    if (!item) return err(Kind::kCorrupt, "read the tree", tree.id, "it is damaged", "git fsck");
    entries.push_back({item->mode, std::string(item->name), hex(item->id)});
  }
  return entries;
}

}  // namespace

struct TreeFiles::Impl {
  std::string git_directory;
  std::optional<Process> cat;
  std::unordered_map<std::string, std::vector<TreeEntry>> trees;  // by the name that was asked for

  Result<std::optional<GitObject>> object(const std::string& name, std::size_t limit);
  Result<const std::vector<TreeEntry>*> tree(const std::string& name);
  Result<const TreeEntry*> find(const std::string& tree_name, const std::string& name);
  Result<std::optional<std::string>> root_of(const std::string& commit, std::string_view directory);
  Result<void> list(const std::string& id, const std::string& prefix, std::vector<TreeEntry>& out);
};

Result<std::optional<GitObject>> TreeFiles::Impl::object(const std::string& name, std::size_t limit) {
  TRY_VOID(cat->write(name + '\n'));
  TRY(const auto line, cat->read_line());
  if (!line) return err(Kind::kFailed, "read from the repository", git_directory, cat->complaint());
  const auto words = split_words(*line);
  const auto size = words.size() == 3 ? parse_uint(words[2]) : std::nullopt;
  if (!size) return std::optional<GitObject>();  // "NAME missing", "NAME ambiguous"
  GitObject object{std::string(words[0]), std::string(words[1]), ""};
  if (*size > limit) {
    for (auto left = *size + 1; left > 0;) {
      const auto piece = std::min<std::uint64_t>(left, 1 << 16);
      TRY_VOID(cat->read_exactly(piece));
      left -= piece;
    }
    return err(Kind::kTooLarge, "read from the repository", name, fmt::format("it has more than {} bytes", limit));
  }
  TRY(object.bytes, cat->read_exactly(*size));
  TRY_VOID(cat->read_exactly(1));
  return std::optional(std::move(object));
}

// Before: name is an object's id, or an id with ^{tree}.
Result<const std::vector<TreeEntry>*> TreeFiles::Impl::tree(const std::string& name) {
  if (const auto known = trees.find(name); known != trees.end()) return &known->second;
  TRY(const auto found, object(name, kMaxTree));
  if (!found || found->type != "tree") return err(Kind::kCorrupt, "read the tree", name, "it is not there", "git fsck");
  TRY(auto entries, entries_of(*found));
  if (trees.size() >= kMaxTrees) trees.clear();
  return &trees.emplace(name, std::move(entries)).first->second;
}

Result<const TreeEntry*> TreeFiles::Impl::find(const std::string& tree_name, const std::string& name) {
  TRY(const auto* entries, tree(tree_name));
  for (const auto& entry : *entries)
    if (entry.name == name) return &entry;
  return nullptr;
}

// The name of the directory's tree; nothing if there is no such directory.
Result<std::optional<std::string>> TreeFiles::Impl::root_of(const std::string& commit, std::string_view directory) {
  auto root = commit + "^{tree}";
  for (const auto& part : parts_of(directory)) {
    TRY(const auto* entry, find(root, part));
    if (!entry || entry->mode != kDirectory) return std::optional<std::string>();
    root = entry->id;
  }
  return std::optional(root);
}

Result<void> TreeFiles::Impl::list(const std::string& id, const std::string& prefix, std::vector<TreeEntry>& out) {
  std::vector<std::pair<std::string, std::string>> waiting = {{id, prefix}};
  while (!waiting.empty()) {
    const auto [name, path] = std::move(waiting.back());
    waiting.pop_back();
    TRY(const auto* entries, tree(name));
    for (const auto& entry : *entries) {
      auto whole = path.empty() ? entry.name : path + '/' + entry.name;
      if (entry.mode == kDirectory)
        waiting.emplace_back(entry.id, std::move(whole));
      else
        out.push_back({entry.mode, std::move(whole), entry.id});
      if (out.size() + waiting.size() > kMaxFiles)
        return err(Kind::kTooLarge, "list the files of", git_directory,
                   fmt::format("there are more than {}", kMaxFiles));
    }
  }
  return {};
}

Result<TreeFiles> TreeFiles::open(const std::string& repository) {
  auto options = git_options();
  options.directory = repository;
  // The repository of a hook is the one it was called for.
  if (repository.empty())
    std::erase_if(options.environment, [](const auto& one) { return one.first.starts_with("GIT_") && !one.second; });
  RunOptions run;
  run.process = options;
  TRY(const auto found, run_process(git_argv("", {"rev-parse", "--absolute-git-dir"}), run));
  if (found.status != 0)
    return err(Kind::kNotFound, "open the repository", repository.empty() ? "." : repository, git_complaint(found.err),
               "lorelei -C DIR, a directory of the repository");
  TreeFiles files;
  files.impl_ = std::make_shared<Impl>();
  files.impl_->git_directory = trim(found.out);
  TRY(auto process, Process::start(git_argv(files.impl_->git_directory, {"cat-file", "--batch"}),
                                   {Stream::kPipe, Stream::kPipe, Stream::kKeep}, git_options()));
  files.impl_->cat = std::move(process);
  return files;
}

const std::string& TreeFiles::git_directory() const { return impl_->git_directory; }

Result<std::optional<std::string>> TreeFiles::commit_of(std::string_view ref) {
  if (!is_ref_name(ref)) return err(Kind::kUsage, "look up the ref", std::string(ref), "it is no name of a ref");
  TRY(const auto found, impl_->object(std::string(ref) + "^{commit}", kMaxTree));
  return found ? std::optional(found->id) : std::nullopt;
}

Result<std::optional<std::string>> TreeFiles::file(const std::string& commit, std::string_view directory,
                                                   std::string_view path) {
  TRY(const auto root, impl_->root_of(commit, directory));
  if (!root) return std::optional<std::string>();
  Path waiting = parts_of(path);
  std::vector<std::string> at = {*root};  // the trees above
  for (int links = 0; !waiting.empty();) {
    const auto part = std::move(waiting.front());
    waiting.pop_front();
    if (part == "..") {
      if (at.size() == 1)
        return err(Kind::kCorrupt, "read from the keyring", std::string(path), "a link leads out of it");
      at.pop_back();
      continue;
    }
    TRY(const auto* entry, impl_->find(at.back(), part));
    if (!entry) return std::optional<std::string>();
    if (entry->mode == kDirectory) {
      at.push_back(entry->id);
      continue;
    }
    if (entry->mode != kLink && (entry->mode & kFileMask) != kFile)
      return err(Kind::kCorrupt, "read from the keyring", std::string(path), "it is no file");
    TRY(const auto found, impl_->object(std::string(entry->id), kMaxTreeFile));
    if (!found)
      return err(Kind::kCorrupt, "read from the keyring", std::string(path), "its blob is not there", "git fsck");
    if (entry->mode != kLink) return waiting.empty() ? std::optional(found->bytes) : std::optional<std::string>();
    if (++links > kMaxLinks || found->bytes.starts_with('/'))
      return err(Kind::kCorrupt, "read from the keyring", std::string(path),
                 links > kMaxLinks ? "its links go round in a circle" : "a link leads out of it");
    auto target = parts_of(found->bytes);
    waiting.insert(waiting.begin(), target.begin(), target.end());
  }
  return std::optional<std::string>();
}

Result<std::vector<TreeEntry>> TreeFiles::files_below(const std::string& commit, std::string_view directory) {
  std::vector<TreeEntry> files;
  TRY(const auto root, impl_->root_of(commit, directory));
  if (root) TRY_VOID(impl_->list(*root, "", files));
  return files;
}

Result<std::string> TreeFiles::blob(const std::string& id) {
  TRY(auto found, impl_->object(id, kMaxTreeFile));
  if (!found) return err(Kind::kNotFound, "read from the repository", id, "it is not there");
  return std::move(found->bytes);
}

}  // namespace lorelei::git
