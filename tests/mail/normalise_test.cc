// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/normalise.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mail/overview.hh"

namespace lorelei::mail {
namespace {

TEST(Normalised, UnwantedHeadersGoTheRestIsKeptByteForByte) {
  std::string raw = "From x@y Thu Jan  1 00:00:00 1970\r\nA: \xe9\r\n";
  for (const auto name : kUnwantedHeaders) raw.append(name).append(": x\r\n\tmore\r\n");
  raw += "lines: 3\r\nB: 2\r\n\r\nStatus: in the body\r\n\0";
  EXPECT_EQ(normalised(raw), "A: \xe9\r\nB: 2\r\n\r\nStatus: in the body\r\n");
}

TEST(Normalised, WhatNeedsNothingIsUnchanged) {
  for (const char* raw : {"A: b\n\nbody", "A: b\n", "no header", "", "\n\n", "A: b\nFrom c\n\nx"}) {
    SCOPED_TRACE(raw);
    EXPECT_EQ(normalised(raw), raw);
  }
}

TEST(Normalised, TwiceIsAsOnce) {
  for (const char* raw : {"From a\nStatus: R\nA: b\n\nx", "A: b\nStatus: R\n\nFrom a\nStatus: R\n\nx", "Status: x\n",
                          "\n\nFrom a\nA: b\n\nx"}) {
    SCOPED_TRACE(raw);
    EXPECT_EQ(normalised(normalised(raw)), normalised(raw));
  }
}

TEST(WithMessageId, StandsBehindAllOtherHeaders) {
  EXPECT_EQ(with_message_id("A: b\nMessage-Id: <old@x>\n\nbody", "new@z"),
            "A: b\nMessage-Id: <old@x>\nMessage-ID: <new@z>\n\nbody");
  EXPECT_EQ(with_message_id("A: b\r\n\r\nbody", "new@z"), "A: b\r\nMessage-ID: <new@z>\r\n\r\nbody");
  EXPECT_EQ(with_message_id("A: b\n", "new@z"), "A: b\nMessage-ID: <new@z>\n");
  EXPECT_EQ(with_message_id("all body", "new@z"), "Message-ID: <new@z>\n\nall body");
}

TEST(WithMessageId, ItIsFound) {
  for (const char* raw : {"A: b\n\nbody", "A: b\n", "all body", "", "\n\nx", "A: b\r\n\r\nx"}) {
    SCOPED_TRACE(raw);
    const std::string changed = with_message_id(raw, "new@z");
    EXPECT_THAT(message_ids(Entity(changed)), testing::ElementsAre("new@z"));
  }
}

constexpr const char* kMail = "From: a@x\nReceived: by x\nDate: 1 Jan 2020 12:00:00 +0100\n\nbody\n";

TEST(MessageIdMaker, DateAndDigest) {
  MessageIdMaker maker(Entity(kMail), 0);
  const std::string id = maker.next(0);
  EXPECT_TRUE(id.starts_with("20200101110000.")) << id;
  EXPECT_TRUE(id.ends_with("@z")) << id;
  EXPECT_EQ(id.size(), 14 + 1 + 43 + 2u);
  EXPECT_EQ(id.find_first_of("+/="), id.npos);
  EXPECT_EQ(MessageIdMaker(Entity(kMail), 99).next(1), id) << "neither the clock nor chance matters";
}

TEST(MessageIdMaker, EachTryGivesAnother) {
  MessageIdMaker maker(Entity(kMail), 0), same(Entity(kMail), 0);
  const auto first = maker.next(1), second = maker.next(2), third = maker.next(3);
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  same.next(4);
  EXPECT_EQ(same.next(5), second) << "the second is made of the Received headers";
  EXPECT_NE(same.next(6), third);
}

TEST(MessageIdMaker, WithoutAnyDateTheClockCounts) {
  EXPECT_TRUE(MessageIdMaker(Entity("A: b\n\nx"), 86399).next(0).starts_with("19700101235959."));
}

// Computed by public-inbox 1.9's own module.
TEST(MessageIdMaker, EqualsTheReferences) {
  EXPECT_EQ(MessageIdMaker(Entity(kMail), 0).next(0), "20200101110000.sSUYpWz4vSgklZL-yPB_LDZeDDqUVbAEvms7jKeZuyg@z");
}

}  // namespace
}  // namespace lorelei::mail
