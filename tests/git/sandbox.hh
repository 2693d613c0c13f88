// SPDX-License-Identifier: GPL-3.0-or-later
// A temporary directory in which the git program builds small repositories for a test.
#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "base/files.hh"
#include "git/object_id.hh"

namespace lorelei::git {

class Sandbox {
 public:
  Sandbox() : directory_(TempDir::create(fs::temp_directory_path(), "lorelei-git-test").value()) {}

  const fs::path& path() const { return directory_.path(); }
  std::string operator/(const std::string& name) const { return (path() / name).string(); }

  // Runs a shell command line here, without the user's git configuration; its standard output, trimmed.
  std::string run(const std::string& command) const {
    const std::string line = "cd '" + path().string() +
                             "' && export HOME=\"$PWD\" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null "
                             "GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=C "
                             "GIT_COMMITTER_EMAIL=c@example.com TZ=UTC && { " +
                             command + "\n}";
    std::FILE* pipe = popen(line.c_str(), "r");
    std::string out;
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
    EXPECT_EQ(pclose(pipe), 0) << command;
    return std::string(trim(out));
  }
  ObjectId id(const std::string& command) const { return ObjectId::parse(run(command)).value(); }

  void write(const std::string& name, std::string_view contents) const {
    std::ofstream(path() / name, std::ios::binary) << contents;
  }

 private:
  TempDir directory_;
};

}  // namespace lorelei::git
