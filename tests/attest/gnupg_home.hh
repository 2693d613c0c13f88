// SPDX-License-Identifier: GPL-3.0-or-later
// A GnuPG directory for a test: keys without passphrases, made at any day. Its agent ends with it.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"

namespace lorelei::attest {

class GnupgHome {
 public:
  // In /tmp: the names of sockets have a limit of 108 bytes.
  GnupgHome() : directory_(TempDir::create("/tmp", "lg").value()) {}
  GnupgHome(const GnupgHome&) = delete;
  GnupgHome& operator=(const GnupgHome&) = delete;
  // Waits for the agent to take its sockets away: whoever removes a directory meanwhile stumbles over what has gone.
  ~GnupgHome() {
    (void)run_process({"gpgconf", "--homedir", path().string(), "--kill", "all"});
    for (int i = 0; i < 400 && fs::exists(path() / "S.gpg-agent"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  const fs::path& path() const { return directory_.path(); }

  std::string gpg(const Argv& words, std::string_view input = {}) const {
    Argv argv = {"gpg",          "--homedir", path().string(),   "--batch", "--quiet", "--no-tty",
                 "--passphrase", "",          "--pinentry-mode", "loopback"};
    argv.insert(argv.end(), words.begin(), words.end());
    RunOptions options;
    options.input = input;
    const auto out = output_of(argv, options);
    EXPECT_TRUE(out) << to_text(out.error());
    return out ? *out : std::string();
  }
  // day: "20200101T000000"; empty is now. expires: "1y", "never". Returns the fingerprint.
  std::string make_key(const std::string& user_id, const std::string& algorithm, const std::string& day = {},
                       const std::string& expires = "never") const {
    gpg(at(day, {"--quick-generate-key", user_id, algorithm, "sign", expires}));
    return fingerprints("=" + user_id).at(0);
  }
  static Argv at(const std::string& day, Argv words) {
    if (!day.empty()) words.insert(words.begin(), {"--faked-system-time", day});
    return words;
  }
  // Of the key and its subkeys.
  std::vector<std::string> fingerprints(const std::string& user_id) const {
    std::vector<std::string> found;
    const auto listed = gpg({"--with-colons", "--list-keys", user_id});
    for (const auto line : split(listed, '\n'))
      if (line.starts_with("fpr:")) found.emplace_back(split(line, ':').at(9));
    return found;
  }
  std::string public_key(const std::string& name) const { return gpg({"--export", name}); }
  std::string sign(const std::string& key, std::string_view bytes, const std::string& day = {},
                   const Argv& more = {}) const {
    Argv words = more;
    words.insert(words.end(), {"--local-user", key, "--sign"});
    return gpg(at(day, words), bytes);
  }
  void revoke(const std::string& fingerprint) const {
    auto certificate = read_file(path() / "openpgp-revocs.d" / (fingerprint + ".rev")).value();
    gpg({"--import"}, replace_all(certificate, "\n:---", "\n---"));
  }

 private:
  TempDir directory_;
};

}  // namespace lorelei::attest
