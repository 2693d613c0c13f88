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

// One commit of an epoch as a fast-import block; file is m or d.
inline std::string mail_commit(char file, const std::string& body, int time) {
  return "commit refs/heads/master\nauthor A <a@x> " + std::to_string(time) + " +0000\ncommitter C <c@x> " +
         std::to_string(time + 1) + " +0000\ndata 1\ns\ndeleteall\nM 100644 inline " + file + "\ndata " +
         std::to_string(body.size()) + "\n" + body + "\n";
}

// Makes the bare repository `name` where it is not there yet, and lets fast-import read the commits.
inline void make_epoch(const Sandbox& box, const std::string& name, const std::string& stream) {
  box.write("stream", stream);
  box.run("test -e " + name + " || git init -q --bare -b master " + name + "; git -C " + name +
          " fast-import --quiet --force < stream");
}
// Puts more commits on top of an epoch.
inline void extend_epoch(const Sandbox& box, const std::string& name, const std::string& stream) {
  make_epoch(box, name, "reset refs/heads/master\nfrom refs/heads/master^0\n" + stream);
}

}  // namespace lorelei::git
