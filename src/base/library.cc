// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/library.hh"

#include <dlfcn.h>

namespace lorelei {

Result<void> open_library(const char* soname, const char* package, LibrarySymbol* symbols, std::size_t count) {
  void* library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
  if (!library)
    return err(Error::Kind::kFailed, "open the library", soname, dlerror(),
               std::string("install the package ") + package);
  for (std::size_t i = 0; i < count; ++i) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (!*symbols[i].slot)
      return err(Error::Kind::kFailed, "open the library", soname, std::string("it has no function ") + symbols[i].name,
                 std::string("install the package ") + package);
  }
  return {};
}

}  // namespace lorelei
