// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mail_sync.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lei/folder_refresh.hh"
#include "lei/imap_flags.hh"
#include "lei/marks.hh"
#include "tests/fake_env.hh"

namespace lorelei::lei {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

git::ObjectId blob(char digit) { return *git::ObjectId::parse(std::string(40, digit)); }
mail::Keywords flags(std::string_view letters) { return mail::keywords_of_flags(letters); }

class MailSyncTest : public ::testing::Test {
 protected:
  MailSyncTest() : scratch_(*TempDir::create(fs::temp_directory_path(), "mail-sync-")) {
    env_.variables["XDG_DATA_HOME"] = scratch_.path().string();
    env_.variables["HOME"] = scratch_.path().string();
  }
  Home home() { return Home(env_.env); }
  MailSync open() { return *MailSync::open(home(), MailSync::Access::kWrite); }

  TempDir scratch_;
  FakeEnv env_;
};

TEST_F(MailSyncTest, WithoutTheFileNothingIsKnown) {
  auto sync = *MailSync::open(home(), MailSync::Access::kRead);
  EXPECT_THAT(*sync.folders(), IsEmpty());
  EXPECT_EQ(*sync.read_up_to("maildir:/x"), 0U);
  EXPECT_FALSE(*sync.seat("maildir:/x", "a:2,"));
  EXPECT_FALSE(fs::exists(home().mail_sync()));
}

TEST_F(MailSyncTest, SeatsOfAMaildirAreFoundByWhatIsBeforeTheColon) {
  auto sync = open();
  ASSERT_TRUE(sync.put("maildir:/x", {.blob = blob('a'), .name = "1.a:2,S", .agreed = flags("S")}));
  ASSERT_TRUE(sync.put("maildir:/x", {.blob = blob('b'), .name = "1"}));
  const auto seat = *sync.seat("maildir:/x", "1.a:2,FS");
  ASSERT_TRUE(seat);
  EXPECT_EQ(seat->blob, blob('a'));
  EXPECT_EQ(seat->name, "1.a:2,S");
  EXPECT_EQ(seat->agreed, flags("S"));
  EXPECT_EQ((*sync.seat("maildir:/x", "1:2,S"))->blob, blob('b'));
  EXPECT_FALSE((*sync.seat("maildir:/x", "1"))->agreed);
  EXPECT_FALSE(*sync.seat("maildir:/x", "2"));
  EXPECT_EQ((*sync.stats("maildir:/x")).count, 2U);
  ASSERT_TRUE(sync.remove("maildir:/x", *seat));
  EXPECT_FALSE(*sync.seat("maildir:/x", "1.a"));
}

TEST_F(MailSyncTest, ANumberHasOneBlob) {
  auto sync = open();
  ASSERT_TRUE(sync.put("nntp://h/g", {.blob = blob('a'), .number = 7}));
  ASSERT_TRUE(sync.put("nntp://h/g", {.blob = blob('b'), .number = 7}));
  ASSERT_TRUE(sync.put("nntp://h/g", {.blob = blob('b'), .number = 9}));
  EXPECT_EQ((*sync.seat("nntp://h/g", std::uint64_t{7}))->blob, blob('b'));
  const auto stats = *sync.stats("nntp://h/g");
  EXPECT_EQ(stats.count, 2U);
  EXPECT_EQ(stats.lowest, 7U);
  EXPECT_EQ(stats.highest, 9U);
  EXPECT_EQ((*sync.seats_of(blob('b'))).size(), 2U);
  ASSERT_TRUE(sync.forget_above("nntp://h/g", 7));
  EXPECT_EQ((*sync.stats("nntp://h/g")).count, 1U);
}

TEST_F(MailSyncTest, WhatIsNotCommittedIsNotThere) {
  {
    auto sync = open();
    ASSERT_TRUE(sync.begin());
    ASSERT_TRUE(sync.set_read_up_to("nntp://h/g", 5));
    ASSERT_TRUE(sync.commit());
    ASSERT_TRUE(sync.begin());
    ASSERT_TRUE(sync.set_read_up_to("nntp://h/g", 6));
  }
  auto sync = open();
  EXPECT_EQ(*sync.read_up_to("nntp://h/g"), 5U);
  ASSERT_TRUE(sync.forget("nntp://h/g"));
  EXPECT_EQ(*sync.read_up_to("nntp://h/g"), 0U);
  EXPECT_THAT(*sync.folders(), IsEmpty());
}

TEST_F(MailSyncTest, WordsOfTheCommandLineMeanFolders) {
  auto sync = open();
  for (const char* folder : {"maildir:/home/u/box", "imaps://ann@h.example/INBOX;UIDVALIDITY=7",
                             "imap://;AUTH=ANONYMOUS@h.example/t.0;UIDVALIDITY=9", "nntp://h.example/g"})
    ASSERT_TRUE(sync.add_folder(folder));
  for (const char* word :
       {"/home/u/box", "/home/u/box/", "maildir:/home/u/box", "MAILDIR:/home/u/box/", "/home/u/./box"})
    EXPECT_THAT(*sync.folders_named(word), ElementsAre("maildir:/home/u/box")) << word;
  for (const char* word : {"imaps://h.example/INBOX", "imaps://ann@H.example:993/INBOX",
                           "imaps://h.example/INBOX;UIDVALIDITY=7", "imaps://h.example/INBOX/;UID=3"})
    EXPECT_THAT(*sync.folders_named(word), ElementsAre("imaps://ann@h.example/INBOX;UIDVALIDITY=7")) << word;
  for (const char* word : {"imaps://bob@h.example/INBOX", "imaps://h.example/INBOX;UIDVALIDITY=8",
                           "imap://h.example/INBOX", "/home/u", "nntp://h.example/other"})
    EXPECT_THAT(*sync.folders_named(word), IsEmpty()) << word;
  EXPECT_EQ((*sync.folders_named("imap://h.example/t.0")).size(), 1U);
  EXPECT_THAT(*sync.folders_named("news://H.example/g"), ElementsAre("nntp://h.example/g"));
}

TEST_F(MailSyncTest, EverySeatIsVisitedWhileSeatsChange) {
  auto sync = open();
  ASSERT_TRUE(sync.begin());
  for (std::uint64_t number = 1; number <= 3000; ++number)
    ASSERT_TRUE(sync.put("nntp://h/g", {.blob = blob('a'), .number = number}));
  std::uint64_t sum = 0;
  ASSERT_TRUE(sync.each_seat("nntp://h/g", [&](const Seat& seat) {
    sum += seat.number;
    return sync.remove("nntp://h/g", seat);
  }));
  ASSERT_TRUE(sync.commit());
  EXPECT_EQ(sum, 3000U * 3001 / 2);
  EXPECT_EQ((*sync.stats("nntp://h/g")).count, 0U);
}

TEST(MailSync, NamesAMailboxWithoutItsPassword) {
  const auto named = [](std::string_view text, bool anonymous) {
    return imap_folder(*wire::parse_imap_url(text), anonymous, 5);
  };
  EXPECT_EQ(named("IMAP://H.example/a%20b", true), "imap://;AUTH=ANONYMOUS@h.example/a%20b;UIDVALIDITY=5");
  EXPECT_EQ(named("imap://ann:secret@h/INBOX/x;UIDVALIDITY=4/;UID=3", false), "imap://ann@h/INBOX/x;UIDVALIDITY=5");
  EXPECT_EQ(named("imaps://ann;AUTH=PLAIN:secret@[::1]:999/x", false),
            "imaps://ann;AUTH=PLAIN@[::1]:999/x;UIDVALIDITY=5");
  EXPECT_EQ(named("imap://;AUTH=ANONYMOUS@h/x", true), "imap://;AUTH=ANONYMOUS@h/x;UIDVALIDITY=5");
}

TEST(MailSync, ChangesOfBothSidesCount) {
  EXPECT_EQ(merged(std::nullopt, flags("S"), flags("R")), flags("RS"));
  EXPECT_EQ(merged(flags("S"), flags("S"), flags("")), flags(""));
  EXPECT_EQ(merged(flags("S"), flags(""), flags("S")), flags(""));
  EXPECT_EQ(merged(flags("S"), flags("FS"), flags("RS")), flags("FRS"));
  EXPECT_EQ(merged(flags("FS"), flags("S"), flags("F")), flags(""));
}

TEST(MailSync, FlagsOfImapAreKeywords) {
  EXPECT_EQ(imap_keywords({"\\seen", "$FORWARDED", "\\Recent", "other"}), flags("PS"));
  EXPECT_THAT(imap_flags(flags("DFPRS")),
              ::testing::UnorderedElementsAre("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "$Forwarded"));
  EXPECT_TRUE(is_marked_deleted({"\\DELETED"}));
  EXPECT_FALSE(is_marked_deleted({"\\Seen"}));
}

TEST(Marks, TheDifferenceMakesOneOfTheOther) {
  const Mark before{{"seen"}, {"a", "b"}}, after{{"flagged"}, {"b", "c"}};
  EXPECT_EQ(difference(before, after).applied_to(before), after);
  EXPECT_TRUE(difference(after, after).is_empty());
}

// Its keywords as they were agreed upon would be lost otherwise, and a flag that was just cleared come back.
TEST_F(MailSyncTest, AFileWithOtherFlagsIsNotMissing) {
  const auto box = scratch_.path() / "box";
  for (const char* part : {"cur", "new", "tmp"}) fs::create_directories(box / part);
  ASSERT_TRUE(create_file(box / "cur" / "a:2,", "mail"));
  ASSERT_TRUE(create_file(box / "new" / "c", "mail"));
  const auto folder = maildir_folder(box.string());
  auto sync = open();
  ASSERT_TRUE(sync.put(folder, {.blob = blob('1'), .name = "a:2,S", .agreed = flags("S")}));
  ASSERT_TRUE(sync.put(folder, {.blob = blob('2'), .name = "b:2,", .agreed = flags("")}));
  ASSERT_TRUE(sync.put(folder, {.blob = blob('3'), .name = "c:2,F", .agreed = flags("F")}));
  EXPECT_EQ(forget_missing(sync, folder).value(), 1U);
  EXPECT_EQ(sync.seat(folder, "a:2,").value()->agreed, flags("S"));
  EXPECT_FALSE(sync.seat(folder, "b:2,").value());
  EXPECT_TRUE(sync.seat(folder, "c").value());
}

}  // namespace
}  // namespace lorelei::lei
