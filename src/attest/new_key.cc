// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/new_key.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "attest/ed25519.hh"
#include "attest/key_path.hh"
#include "attest/settings.hh"
#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

using Kind = Error::Kind;

Result<void> write_private(const fs::path& path, std::string_view content) {
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return err_errno(errno, "write the private key", path);
  TRY_VOID(write_all(file.get(), content, path));
  if (fsync(file.get()) < 0) return err_errno(errno, "write the private key", path);
  return sync_directory(path.parent_path());
}

// The name of what was there, out of the way; empty if nothing was.
Result<std::string> make_room(const fs::path& path, Existing existing) {
  struct stat status {};
  if (lstat(path.c_str(), &status) < 0) return std::string();
  if (existing == Existing::kRefuse)
    return err(Kind::kConflict, "make the key", path, "it exists already",
               "another name: -n NAME; or -f, which sets it aside");
  for (int i = 1;; ++i) {
    auto aside = fmt::format("{}.old{}", path.string(), i);
    if (link(path.c_str(), aside.c_str()) == 0) {
      if (unlink(path.c_str()) < 0) return err_errno(errno, "set aside", path);
      TRY_VOID(sync_directory(path.parent_path()));
      return aside;
    }
    if (errno != EEXIST) return err_errno(errno, "set aside", path);
  }
}

}  // namespace

Result<NewKey> make_key(const Env& env, const std::string& identity, const std::string& name, Existing existing) {
  if (name.empty() || name.starts_with('.') || name.find('/') != name.npos)
    return err(Kind::kUsage, "make the key", name, "it is no file name", "-n NAME");
  if (std::any_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c > '~' || c == ';'; }))
    return err(Kind::kUsage, "make the key", name, "its name is also the selector, which cannot hold such a byte",
               "-n NAME");
  TRY(const auto in_keyring, key_path({Algorithm::kEd25519, identity, name}));
  TRY(const auto default_path, key_path({Algorithm::kEd25519, identity, "default"}));
  const fs::path top = patatt_directory(env), secrets = top / "private", open_keys = top / "public";
  TRY_VOID(make_private_directory(secrets));
  TRY_VOID(make_directories((open_keys / in_keyring).parent_path()));
  NewKey made;
  made.name = name;
  const auto private_file = secrets / (name + ".key");
  const auto public_file = open_keys / (name + ".pub"), keyring_file = open_keys / in_keyring;
  TRY(made.set_aside, make_room(private_file, existing));
  for (const auto& path : {public_file, keyring_file}) TRY_VOID(make_room(path, existing));
  TRY(const auto seed, Ed25519Seed::random());
  TRY(const auto public_key, seed.public_key());
  auto secret = seed.text();
  const auto written = write_private(private_file, secret);
  wipe(secret);
  if (!written) return tl::unexpected(written.error());
  const auto public_text = to_text(public_key);
  made.wrote = {private_file, public_file, keyring_file};
  TRY_VOID(create_file(public_file, public_text));
  TRY_VOID(create_file(keyring_file, public_text));
  const auto default_file = open_keys / default_path;
  if (symlink(fs::path(in_keyring).filename().c_str(), default_file.c_str()) < 0 && errno != EEXIST)
    return err_errno(errno, "link the default key", default_file);
  TRY_VOID(sync_directory(default_file.parent_path()));
  return made;
}

}  // namespace lorelei::attest
