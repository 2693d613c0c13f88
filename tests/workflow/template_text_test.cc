// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/template_text.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

TEST(Template, NamesAreFilledInOnce) {
  EXPECT_EQ(filled_template("${a}-$a-${b}$$a $ ${", {{"a", "1 ${b}"}, {"b", ""}}), "1 ${b}-1 ${b}-$a $ ${");
}

TEST(Template, WhatIsNotKnownStays) {
  EXPECT_EQ(filled_template("${no} $no $ab ${a", {{"a", "x"}}), "${no} $no $ab ${a");
}

TEST(Template, CommentsAreLeftOut) {
  EXPECT_EQ(filled_template("# one\n$a # two\n#three", {{"a", "#x"}}), "#x # two\n");
}

TEST(Template, NamesInEitherForm) {
  const std::map<std::string, std::string, std::less<>> values = {{"a", "A"}, {"a_b1", "$a ${a} $$"}};
  EXPECT_EQ(filled_template("$a ${a} x$a_b1! $$a\n", values), "A A x$a ${a} $$! $a\n");
  EXPECT_EQ(filled_template("$b ${b} ${a ${} $ $1 $", values), "$b ${b} ${a ${} $ $1 $");
  EXPECT_EQ(filled_template("#$a\n#\nx\n # kept\n", values), "x\n # kept\n");
}

}  // namespace
}  // namespace lorelei::workflow
