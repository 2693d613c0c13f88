// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/keyring_list.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "attest/key_file.hh"
#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kMaxKeys = 100'000;

// Paths below a directory on disk: ALGORITHM/DOMAIN/LOCAL/SELECTOR and by-hash/HH/REST, nothing deeper.
Result<std::vector<std::string>> paths_on_disk(const fs::path& top) {
  std::vector<std::string> paths;
  std::error_code failed;
  auto at = fs::recursive_directory_iterator(top, failed);
  for (; !failed && at != fs::recursive_directory_iterator() && paths.size() < kMaxKeys; at.increment(failed)) {
    if (at.depth() > 3) at.disable_recursion_pending();
    std::error_code unknown;
    if (!at->is_directory(unknown)) paths.push_back(at->path().lexically_relative(top).string());
  }
  if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
    return err_errno(failed.value(), "list the keyring", top);
  std::sort(paths.begin(), paths.end());
  return paths;
}

void describe(ListedKey& key, const std::string& content) {
  const auto algorithm = key.name ? std::optional(key.name->algorithm) : algorithm_of_key(content);
  if (!algorithm) {
    key.problem = "it is no public key";
    return;
  }
  const auto described = describe_key(*algorithm, content);
  if (!described) {
    key.problem = described.error().why;
    return;
  }
  key.kind = described->kind;
  key.fingerprint = described->fingerprint;
}

class Lister {
 public:
  Lister(std::vector<ListedKey>& keys, const std::string& identity, Keyring::SignedRefs signed_refs)
      : keys_(keys), identity_(identity), signed_refs_(signed_refs) {}
  Result<void> list(const KeyringSource&);

 private:
  void add(const KeyringSource&, const std::string& path, const Result<std::optional<std::string>>& content);
  std::vector<ListedKey>& keys_;
  const std::string& identity_;
  Keyring::SignedRefs signed_refs_;
  std::string doubt_;  // about all keys of the source
};

void Lister::add(const KeyringSource& source, const std::string& path,
                 const Result<std::optional<std::string>>& content) {
  ListedKey key;
  key.source = source.text;
  key.path = path;
  if (const auto name = key_name_of(path)) key.name = *name;
  if (!identity_.empty() && (!key.name || !equal_ignore_case(key.name->identity, identity_))) return;
  if (!content)
    key.problem = content.error().why;
  else if (!*content)
    key.problem = "its link leads nowhere";
  else
    describe(key, **content);
  if (key.problem.empty()) key.problem = doubt_;
  if (key.problem.empty() && key.name && key_path(*key.name) != path)
    key.problem = "it is never found: in a keyring it would be called " + key_path(*key.name).value_or("otherwise");
  keys_.push_back(std::move(key));
}

Result<void> Lister::list(const KeyringSource& source) {
  doubt_.clear();
  if (source.kind != KeyringSource::Kind::kRef) {
    TRY(const auto paths, paths_on_disk(source.directory));
    for (const auto& path : paths)
      if (is_key_path(path)) add(source, path, read_beneath(source.directory, path, kMaxKeyFile));
    return {};
  }
  auto files = git::TreeFiles::open(source.repository);
  if (!files && files.error().kind == Kind::kNotFound) return {};
  if (!files) return tl::unexpected(std::move(files).error());
  TRY(const auto commit, files->commit_of(source.ref.empty() ? "HEAD" : source.ref));
  if (!commit) return {};
  if (signed_refs_ == Keyring::SignedRefs::kNeeded)
    if (const auto verified = verify_ref(source.ref.empty() ? "HEAD" : source.ref, files->git_directory(), *commit);
        !verified)
      doubt_ = verified.error().why;
  TRY(auto entries, files->files_below(*commit, source.directory));
  std::sort(entries.begin(), entries.end(), [](const auto& one, const auto& other) { return one.name < other.name; });
  for (const auto& entry : entries)
    if (is_key_path(entry.name)) add(source, entry.name, files->file(*commit, source.directory, entry.name));
  return {};
}

}  // namespace

Result<std::vector<ListedKey>> list_keys(const std::vector<KeyringSource>& sources, const std::string& identity,
                                         Keyring::SignedRefs signed_refs) {
  std::vector<ListedKey> keys;
  Lister lister(keys, identity, signed_refs);
  for (const auto& source : sources) TRY_VOID(lister.list(source));
  return keys;
}

Result<std::uint64_t> export_keys(const KeyringRef& keyring, const std::string& directory,
                                  Keyring::SignedRefs signed_refs) {
  std::error_code failed;
  if (fs::exists(directory, failed) && !fs::is_empty(directory, failed))
    return err(Kind::kConflict, "export the keyring to", directory, "it is not empty", "a new directory");
  TRY(auto files, git::TreeFiles::open(keyring.repository));
  TRY(const auto commit, files.commit_of(keyring.ref));
  if (!commit)
    return err(Kind::kNotFound, "export the keyring", keyring.ref, "there is no such ref", "lorelei keyring add");
  if (signed_refs == Keyring::SignedRefs::kNeeded) TRY_VOID(verify_ref(keyring.ref, files.git_directory(), *commit));
  TRY(const auto entries, files.files_below(*commit, keyring.directory));
  std::uint64_t count = 0;
  const fs::path top = directory;
  for (const auto& entry : entries) {
    if (!is_key_path(entry.name)) continue;
    const auto place = top / entry.name;
    TRY_VOID(make_directories(place.parent_path()));
    // A link becomes the file that it leads to: what is written stays below the directory.
    TRY(const auto content, files.file(*commit, keyring.directory, entry.name));
    if (!content) continue;
    TRY_VOID(create_file(place, *content));
    ++count;
  }
  if (count == 0)
    return err(Kind::kNotFound, "export the keyring", keyring.ref, "there is no key in it", "--dir SUBDIR");
  return count;
}

}  // namespace lorelei::attest
