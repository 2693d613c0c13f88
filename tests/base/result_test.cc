// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.hh"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "base/exit_code.hh"

namespace lorelei {
namespace {

TEST(ErrorText, SaysWhatWhereWhyAndNext) {
  Error error{Error::Kind::kFailed, "fetch the thread", "a@b", "the server answered 404", "check the message-id", ""};
  EXPECT_EQ(to_text(error), "cannot fetch the thread 'a@b': the server answered 404\n  try: check the message-id");
  error.subject.clear();
  error.next.clear();
  error.excerpt = "    a b\n      ^";
  EXPECT_EQ(to_text(error), "cannot fetch the thread: the server answered 404\n    a b\n      ^");
}

TEST(ErrorText, TheCaretStandsUnderTheCharacter) {
  EXPECT_EQ(excerpt_with_caret("s:é AND )", 9, "unexpected"), "    s:é AND )\n            ^ unexpected");
  EXPECT_EQ(excerpt_with_caret("日本 x", 7), "    日本 x\n         ^");
  EXPECT_EQ(excerpt_with_caret("one\ntwo\nthree", 5), "    two\n     ^");
  EXPECT_EQ(excerpt_with_caret("ab", 99), "    ab\n      ^");
}

TEST(ErrorText, ErrnoBecomesAKind) {
  EXPECT_EQ(err_errno(ENOENT, "read", "f").value().kind, Error::Kind::kNotFound);
  EXPECT_EQ(err_errno(EEXIST, "create", "f").value().kind, Error::Kind::kConflict);
  EXPECT_EQ(err_errno(EIO, "read", "f").value().kind, Error::Kind::kFailed);
}

Result<int> half(int n) {
  if (n % 2) return err(Error::Kind::kUsage, "halve", std::to_string(n), "it is odd");
  return n / 2;
}
Result<int> quarter(int n) {
  TRY(const int once, half(n));
  TRY_VOID(half(once));
  return once / 2;
}

TEST(Try, HandsTheInnerErrorOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(7).error().subject, "7");
  EXPECT_EQ(quarter(6).error().subject, "3");
}

TEST(ExitCodes, EachKindHasACodeOfTheTableAndNoneIsDone) {
  std::set<int> listed;
  for (const auto& row : kExitCodes) listed.insert(static_cast<int>(row.code));
  EXPECT_EQ(listed, (std::set<int>{0, 1, 2, 3, 4, 5, 6, 75}));
  for (int kind = 0; kind <= static_cast<int>(Error::Kind::kCancelled); ++kind) {
    SCOPED_TRACE(kind);
    const auto code = exit_code(static_cast<Error::Kind>(kind));
    EXPECT_NE(code, ExitCode::kDone);
    EXPECT_TRUE(listed.count(static_cast<int>(code)));
  }
}

}  // namespace
}  // namespace lorelei
