// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.hh"

#include <sys/random.h>

#include <cerrno>

namespace lorelei {

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (getrandom(bytes.data(), count, 0) != static_cast<ssize_t>(count))
    return err_errno(errno, "get random bytes from", "the kernel");
  return bytes;
}

}  // namespace lorelei
