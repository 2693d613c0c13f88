// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a mailbox, in each dialect and in none; what was read is written and read again.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "mail/mbox.hh"

using namespace lorelei;
using namespace lorelei::mail;

static Fd file_of(std::string_view bytes) {
  Fd fd(::memfd_create("mbox", MFD_CLOEXEC));
  if (!write_all(fd.get(), bytes, "mbox") || ::lseek(fd.get(), 0, SEEK_SET) != 0) std::abort();
  return fd;
}

static std::vector<std::string> messages_in(std::string_view mbox, MboxReader::Options options) {
  MboxReader reader(file_of(mbox), "mbox", options);
  std::vector<std::string> all;
  std::uint64_t last = 0;
  for (;;) {
    auto message = reader.next();
    if (!message && message.error().kind == Error::Kind::kTooLarge) continue;
    if (!message || !*message) return all;
    if (!all.empty() && (*message)->offset <= last) std::abort();
    last = (*message)->offset;
    all.push_back(std::move((*message)->raw));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view mbox(reinterpret_cast<const char*>(data + 1), size - 1);
  MboxReader::Options options;
  if (data[0] % 5 != 4) options.dialect = static_cast<MboxDialect>(data[0] % 5);
  if (data[0] & 0x80) options.limit_bytes = 100;
  for (const auto& message : messages_in(mbox, options)) {
    const auto again = messages_in(to_mbox(message, MboxDialect::kCl2, {}), {});
    if (again.empty()) std::abort();
    to_mbox(message, MboxDialect::kRd, {});
  }
  return 0;
}
