// SPDX-License-Identifier: GPL-3.0-or-later
// TLS as a server speaks it, over a socket that does not block. OpenSSL reads and writes the socket itself (a socket
// BIO), so that a later version can leave the encryption to the kernel; it is opened on first use.
//
// TLS 1.2 or newer, no renegotiation, no compression; ALPN: http/1.1.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::serve {

// What became of a step on a socket that does not block.
struct Step {
  enum class Outcome { kDone, kWantsRead, kWantsWrite, kEnd, kBroken };
  Outcome outcome = Outcome::kBroken;
  std::size_t bytes = 0;  // of kDone
};

class TlsSide;

// A certificate and its key. Sessions that were begun keep theirs when another one takes its place.
class TlsIdentity {
 public:
  // PEM files; the first may hold the chain up to an authority. Errors: kFailed, OpenSSL is not installed or does not
  // take them.
  static Result<TlsIdentity> load(const std::string& certificate_file, const std::string& key_file);
  TlsIdentity(TlsIdentity&&) noexcept;
  TlsIdentity& operator=(TlsIdentity&&) noexcept;
  ~TlsIdentity();
  // fd stays the caller's, and open as long as the session. Null if there is no memory.
  std::unique_ptr<TlsSide> begin(int fd) const;

 private:
  struct Context;
  explicit TlsIdentity(std::unique_ptr<Context>);
  std::unique_ptr<Context> context_;
};

// One connection's session. None of the calls waits.
class TlsSide {
 public:
  virtual ~TlsSide() = default;
  virtual Step greet() = 0;
  virtual Step read(std::span<char>) = 0;
  virtual Step write(std::string_view) = 0;
  virtual Step say_goodbye() = 0;
};

}  // namespace lorelei::serve
