// SPDX-License-Identifier: GPL-3.0-or-later
// Where the epochs of an archive can be had: what a user names, taken apart into one place for each epoch.
//
//   URL       URL/0, URL/1, ... (as public-inbox serves them), else URL/git/0.git, ..., else URL itself, one epoch.
//             Asked with `git ls-remote`; two numbers in a row that are not there end the list.
//   DIR       a v2 archive (its git/N.git), a directory of N.git or of N.bundle, or one bare repository
//   BUNDLE    a file of `git bundle`: one epoch
//
// A single repository or bundle called N.git, N.bundle or N is epoch N, any other is epoch 0.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct EpochSource {
  unsigned number;
  std::string url;  // or an absolute path: what `git clone` takes
};

// In order of number, at least one. Errors: kNotFound, kRefused (a v1 archive; no repository), kFailed (the network).
Result<std::vector<EpochSource>> find_epochs(const Env&, const std::string& source);

// The address of another epoch beside the one at url, whose number is `from`; nothing if its address does not end in
// that number.
std::optional<std::string> sibling_url(const std::string& url, unsigned from, unsigned to);

enum class Presence { kThere, kAbsent };
// Whether git can read a repository there. Errors: kFailed if it can't be told (no network, no permission).
Result<Presence> probe_repository(const Env&, const std::string& url);

// Whether text is an address of git's rather than a path: "https://...", "host:path".
bool is_remote_url(const std::string& text);

}  // namespace lorelei::archive
