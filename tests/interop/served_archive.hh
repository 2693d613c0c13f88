// SPDX-License-Identifier: GPL-3.0-or-later
// An archive of sample mail, made and served by public-inbox itself, and the mail as it went in.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/process.hh"

namespace lorelei::interop {

// Whether public-inbox with its servers is installed.
bool has_public_inbox();

class ServedArchive {
 public:
  enum class Protocol { kWeb, kNews };
  // Errors: kFailed, with what its programs complained of.
  static Result<ServedArchive> start(Protocol, std::uint64_t count);

  // "http://127.0.0.1:PORT/sample/" or "nntp://127.0.0.1:PORT/org.example.sample"
  const std::string& url() const { return url_; }
  const std::vector<std::string>& mails() const { return mails_; }  // in order of arrival

 private:
  explicit ServedArchive(TempDir directory) : directory_(std::move(directory)) {}
  Result<void> write_epoch(std::uint64_t count);
  Result<void> index();
  Result<void> serve(Protocol);
  ProcessOptions world() const;

  TempDir directory_;
  std::string url_;
  std::vector<std::string> mails_;
  std::optional<Process> server_;
};

}  // namespace lorelei::interop
