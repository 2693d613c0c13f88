// SPDX-License-Identifier: GPL-3.0-or-later
// git's only credential helper for as long as the object lives: it writes down what it is asked, and gives its answer
// for one host.
#pragma once
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {

class CredentialHelper {
 public:
  CredentialHelper() {
    box.write("helper", "#!/bin/sh\ncd '" + box.path().string() +
                            "'\n{ echo \"$1\"; cat; } >question\ncat question >>log\n"
                            "[ \"$1\" != get ] || ! grep -qxFf hosts question || cat answer\n");
    box.run("chmod +x helper; touch log");
    box.write("gitconfig", "[credential]\n\thelper = " + box / "helper" + "\n");
    setenv("GIT_CONFIG_GLOBAL", (box / "gitconfig").c_str(), 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    unsetenv("GIT_ASKPASS");
  }
  CredentialHelper(const CredentialHelper&) = delete;
  CredentialHelper& operator=(const CredentialHelper&) = delete;
  ~CredentialHelper() {
    unsetenv("GIT_CONFIG_GLOBAL");
    unsetenv("GIT_CONFIG_NOSYSTEM");
  }
  void knows(const std::string& host, const std::string& answer) {
    box.write("hosts", "host=" + host + "\n");
    box.write("answer", answer);
  }
  // "get", "store" and "erase", each with the lines of its question.
  std::string log() const { return box.run("cat log"); }

  Sandbox box;
};

}  // namespace lorelei::git
