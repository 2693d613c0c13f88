// SPDX-License-Identifier: GPL-3.0-or-later
// Shared libraries that are opened on first use, so that `lorelei --version` and most searches never pay for loading
// (and relocating) cryptography, Kerberos and GObject.
//
// A room lists the functions it calls once; types come from the library's own header:
//
//   #define GIT2_FUNCTIONS(F) F(git_libgit2_init) F(git_odb_open)
//   struct Libgit2 { LORELEI_LIBRARY_TABLE(Libgit2, GIT2_FUNCTIONS) };
//   TRY(const Libgit2 git, Libgit2::open(LORELEI_LIBGIT2, "libgit2-1.5"));      git.git_odb_open(...)
#pragma once
#include <iterator>

#include "base/result.hh"

namespace lorelei {

struct LibrarySymbol {
  const char* name;
  void** slot;  // receives the address
};
// Never closed again. Errors: kFailed, naming the package to install.
Result<void> open_library(const char* soname, const char* package, LibrarySymbol* symbols, std::size_t count);

#define LORELEI_LIBRARY_MEMBER(function) decltype(&::function) function = nullptr;
#define LORELEI_LIBRARY_SYMBOL(function) {#function, reinterpret_cast<void**>(&table.function)},
// Inside a struct: one member a function, and open(), which fills them.
#define LORELEI_LIBRARY_TABLE(Table, FUNCTIONS)                                      \
  FUNCTIONS(LORELEI_LIBRARY_MEMBER)                                                  \
  static ::lorelei::Result<Table> open(const char* soname, const char* package) {    \
    Table table;                                                                     \
    ::lorelei::LibrarySymbol symbols[] = {FUNCTIONS(LORELEI_LIBRARY_SYMBOL)};        \
    TRY_VOID(::lorelei::open_library(soname, package, symbols, std::size(symbols))); \
    return table;                                                                    \
  }

}  // namespace lorelei
