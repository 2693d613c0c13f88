// SPDX-License-Identifier: GPL-3.0-or-later
// A real mail server for a test, started by tests/interop/dovecot and ended with the object.
#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"

namespace lorelei::net {

class Dovecot {
 public:
  // config: added to the server's configuration.
  explicit Dovecot(const std::string& separator = ".", const std::string& config = {})
      : directory_(TempDir::create(fs::temp_directory_path(), "lorelei-net-test").value()) {
    start(separator, config);
  }
  Dovecot(const Dovecot&) = delete;
  Dovecot& operator=(const Dovecot&) = delete;
  ~Dovecot() { run({DOVECOT, "stop", directory_.path()}); }

  bool is_installed() const { return status_ != 77; }
  void kill_now() { run({DOVECOT, "kill", directory_.path()}); }
  void start(const std::string& separator = ".", const std::string& config = {}) {
    RunOptions how;
    how.process.environment = {{"DOVECOT_CONFIG", config}};
    const auto done = run_process({DOVECOT, "start", directory_.path(), separator}, how).value();
    status_ = done.status;
    if (status_ != 0 && is_installed()) ADD_FAILURE() << done.err;
    for (const auto line : split(done.out, '\n'))
      if (const auto equals = line.find('='); equals != std::string_view::npos)
        values_[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }

  std::string url(const std::string& mailbox, const std::string& user = "ann") const {
    return "imap://" + user + ":secret@127.0.0.1:" + values_.at("IMAP_PORT") + "/" + mailbox;
  }
  std::string secure_url(const std::string& mailbox, const std::string& host = "localhost") const {
    return "imaps://ann:secret@" + host + ":" + values_.at("IMAPS_PORT") + "/" + mailbox;
  }
  std::string ca_file() const { return values_.at("CA_FILE"); }

 private:
  static void run(const Argv& argv) { (void)run_process(argv); }

  TempDir directory_;
  std::map<std::string, std::string> values_;
  int status_ = 0;
};

}  // namespace lorelei::net

#define SKIP_WITHOUT_DOVECOT(dovecot) \
  if (!(dovecot).is_installed()) SKIP_WITHOUT_PEER("dovecot is not installed")
