// SPDX-License-Identifier: GPL-3.0-or-later
// What a killed run has left at a destination here: rows that are pending, and the mail, or not.
#include <gmock/gmock.h>

#include "lei/maildir_box.hh"
#include "lei/mbox_box.hh"

namespace lorelei::lei {
namespace {

using testing::SizeIs;

Letter letter(const std::string& id) {
  return make_letter("From: a@x\nSubject: x\nDate: Fri, 13 Jun 2025 12:00:00 +0000\nMessage-ID: <" + id +
                         "@x>\n\nthis is " + id + "\n",
                     std::nullopt, 0);
}

class PendingMail : public testing::Test {
 protected:
  // One that was delivered and one that was not; who opens the box settles it.
  void expect_told(const std::string& name, const std::function<Result<std::unique_ptr<Box>>(Ledger&)>& open) {
    {
      auto ledger = Ledger::open(directory).value();
      Batch batch(ledger);
      ASSERT_TRUE(batch.add(letter("one"), name));
      ASSERT_TRUE(batch.add(letter("two"), "elsewhere"));
      ASSERT_TRUE(batch.intend());
      ASSERT_TRUE(open(ledger));
      EXPECT_THAT(ledger.all(Ledger::State::kDone).value(), SizeIs(1));
      EXPECT_THAT(ledger.all(Ledger::State::kPending).value(), SizeIs(0));
    }
    // What then only lei's tables know.
    fs::remove(directory / kLedgerFile);
    auto ledger = Ledger::open(directory).value();
    ASSERT_THAT(ledger.all(Ledger::State::kKnown).value(), SizeIs(1));
    EXPECT_TRUE(ledger.find(letter("one").likeness.oid)->has_value());
    EXPECT_TRUE(ledger.find({{}, {}, {"one@x"}}, search::Sameness::kMid)->has_value());
  }
  TempDir scratch = TempDir::create(fs::temp_directory_path(), "pending_mail").value();
  fs::path directory = scratch.path() / "search", place = scratch.path() / "box";
};

TEST_F(PendingMail, InAMaildirIsToldToLei) {
  fs::create_directories(place / "cur");
  fs::create_directories(place / "new");
  ASSERT_TRUE(create_file(place / "cur" / "name:2,S", letter("one").raw));
  expect_told("name", [&](Ledger& ledger) { return open_maildir_box(place, ledger, {}); });
}

// Then lei knows at least which one it was.
TEST_F(PendingMail, InAMaildirIsToldToLeiAlsoIfItCannotBeRead) {
  fs::create_directories(place / "cur");
  fs::create_directories(place / "new");
  ASSERT_TRUE(create_file(place / "new" / "name", ""));
  fs::resize_file(place / "new" / "name", mail::kMaxMboxMessage + 1);
  expect_told("name", [&](Ledger& ledger) { return open_maildir_box(place, ledger, {}); });
}

TEST_F(PendingMail, InAnMboxIsToldToLei) {
  ASSERT_TRUE(create_file(place, "From mboxrd@z Thu Jan  1 00:00:00 1970\n" + letter("one").raw + "\n"));
  expect_told("",
              [&](Ledger& ledger) { return open_mbox_box(place, mail::MboxDialect::kRd, Keep::kLedger, ledger, {}); });
}

}  // namespace
}  // namespace lorelei::lei
