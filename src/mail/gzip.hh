// SPDX-License-Identifier: GPL-3.0-or-later
// Byte streams over descriptors (or whatever bytes come from), gzip on either side at will: mailboxes come and go as
// .gz.
//
// Reading tells gzip by its first two bytes, takes files of several members (as `cat a.gz b.gz` makes them) and
// refuses damaged or cut ones. Memory is one block, whatever the size.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.hh"

namespace lorelei::mail {

class ByteSource {
 public:
  // Fills a part of the room, at least one byte of it; 0 at the end.
  using Read = std::function<Result<std::size_t>(char* room, std::size_t size)>;
  // name: for errors.
  ByteSource(Read, std::string name);
  ByteSource(Fd, std::string name);
  static ByteSource of(std::string_view text, std::string name);  // which must outlive it
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  const std::string& name() const;
  // Appends the next block, unpacked. False at the end. Errors: kFailed, kCorrupt (damaged gzip data).
  Result<bool> read_more(std::string& to);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

enum class Compression { kNone, kGzip };

class ByteSink {
 public:
  // fd stays the caller's, open at least as long as the sink.
  ByteSink(int fd, std::string name, Compression);
  ByteSink(ByteSink&&) noexcept;
  ByteSink& operator=(ByteSink&&) noexcept;
  ~ByteSink();

  Result<void> write(std::string_view);
  // Everything is handed to the system. Before: not called yet. What is destroyed without it is cut short.
  Result<void> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::mail
