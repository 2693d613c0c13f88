// SPDX-License-Identifier: GPL-3.0-or-later
// What a function that can fail returns, and what the user reads when it did.
//
// An Error answers four questions: what was being done, to what, why it failed, what to do next. The innermost
// function that knows the subject writes it; outer ones pass it on with TRY. Printed:
//
//   cannot DOING 'SUBJECT': WHY
//     try: NEXT
//
// Wording: lower case, no full stop, no bare errno number, no internal name.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace lorelei {

struct Error {
  // Each kind has one exit status, base/exit_code.hh.
  enum class Kind {
    kFailed,       // none of the others: I/O, a library, the network
    kUsage,        // the command line, a query or a setting is not well-formed
    kNotFound,     // what was asked for does not exist
    kIncomplete,   // part of what was asked for was done; the rest is named
    kAttestation,  // a signature that had to hold does not
    kConflict,     // it exists already, or a patch does not apply
    kTemporary,    // worth trying again as it is: a lock, a busy server
    kRefused,      // we will not do it as it was asked, to protect the user's things
    kCorrupt,      // stored data does not make sense
    kTooLarge,     // over a named limit
    kCancelled,    // the user said stop
  };
  Kind kind = Kind::kFailed;
  std::string doing;    // "open the archive"
  std::string subject;  // a path, a message-id, a query; empty if there is none
  std::string why;      // "no such directory"
  std::string next;     // "lorelei archive ls"; empty if there is no advice
  std::string excerpt;  // lines of the input with a caret under the column; empty for most errors
  int status = 0;       // the exit status, where another program's is passed on; 0: that of the kind
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> err(Error::Kind kind, std::string doing, std::string subject, std::string why,
                                 std::string next = {}) {
  return tl::unexpected(
      Error{kind, std::move(doing), std::move(subject), std::move(why), std::move(next), /*excerpt=*/{}, /*status=*/0});
}

// For system calls: why = strerror(number); EACCES, ENOSPC, ENOENT, EROFS, ... get their kind and an advice.
tl::unexpected<Error> err_errno(int number, std::string doing, std::string subject);

// The error as the user reads it, without a newline at the end.
std::string to_text(const Error&);

// An excerpt for Error::excerpt: the line of text that holds byte offset, and a caret below it followed by note.
std::string excerpt_with_caret(std::string_view text, std::size_t offset, std::string_view note = {});

#define LORELEI_CAT_(a, b) a##b
#define LORELEI_CAT(a, b) LORELEI_CAT_(a, b)
#define TRY_AS_(tmp, var, ...)                             \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) return tl::unexpected(std::move(tmp).error()); \
  var = *std::move(tmp)
// TRY(auto x, f()): x is the value, or the error is returned to our caller.
#define TRY(var, ...) TRY_AS_(LORELEI_CAT(try_, __LINE__), var, __VA_ARGS__)
#define TRY_VOID_(tmp, ...)                                                            \
  do {                                                                                 \
    if (auto tmp = (__VA_ARGS__); !tmp) return tl::unexpected(std::move(tmp).error()); \
  } while (false)
// TRY_VOID(f()): the same for a Result<void>.
#define TRY_VOID(...) TRY_VOID_(LORELEI_CAT(try_, __LINE__), __VA_ARGS__)

}  // namespace lorelei
