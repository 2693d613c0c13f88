// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries to a server that is slow, or does not want a mail.
#include "lei/imap_box.hh"

#include <gmock/gmock.h>

#include "archive/importer.hh"
#include "lei/saving.hh"
#include "lei/update.hh"
#include "search/index.hh"
#include "tests/fake_env.hh"
#include "tests/git/credential_helper.hh"
#include "tests/lei/fake_mailbox.hh"

namespace lorelei::lei {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::string mail(const std::string& id) {
  return "From: a@x\nTo: list@x\nSubject: " + id + "\nDate: Fri, 13 Jun 2025 12:00:00 +0000\nMessage-ID: <" + id +
         "@x>\n\nthis is " + id + "\n";
}

class ImapBoxTest : public testing::Test {
 protected:
  ImapBoxTest() {
    fake.variables["HOME"] = scratch.path().string();
    fake.variables["XDG_DATA_HOME"] = (scratch.path() / "data").string();
  }
  std::unique_ptr<Box> open(Ledger& ledger) {
    BoxOptions options;
    options.now = fake.now;
    options.say = [this](const std::string& line) { said.push_back(line); };
    auto box = open_imap_box(fake.env, Settings::load(fake.env).value(), mailbox.url(), ledger, options);
    EXPECT_TRUE(box) << to_text(box.error());
    return *std::move(box);
  }
  void deliver(Ledger& ledger, const std::vector<std::string>& ids) {
    const auto box = open(ledger);
    for (const auto& id : ids) ASSERT_TRUE(box->put(make_letter(mail(id), std::nullopt, 0)));
    const auto done = box->finish();
    ASSERT_TRUE(done) << to_text(done.error());
    refusals = box->take_refusals();
  }

  FakeEnv fake;
  TempDir scratch = TempDir::create(fs::temp_directory_path(), "imap_box").value();
  FakeMailbox mailbox;
  std::vector<std::string> said;
  std::vector<Refusal> refusals;
};

// Of a run that was killed: rows that are pending, mail that is there or not.
void leave_pending(Ledger& ledger, const std::vector<std::string>& ids) {
  Batch batch(ledger);
  for (const auto& id : ids) ASSERT_TRUE(batch.add(make_letter(mail(id), std::nullopt, 0), "7<1"));
  ASSERT_TRUE(batch.intend());
}

TEST_F(ImapBoxTest, WhatAKilledRunHasDeliveredIsToldToLei) {
  const auto directory = scratch.path() / "search";
  {
    auto ledger = Ledger::open(directory).value();
    leave_pending(ledger, {"one", "two"});
    mailbox.put(replace_all(mail("one"), "\n", "\r\n"));
    open(ledger);
    EXPECT_THAT(ledger.all(Ledger::State::kDone).value(), SizeIs(1));
    EXPECT_THAT(ledger.all(Ledger::State::kPending).value(), IsEmpty());
  }
  fs::remove(directory / kLedgerFile);
  auto ledger = Ledger::open(directory).value();
  ASSERT_THAT(ledger.all(Ledger::State::kKnown).value(), SizeIs(1));
  EXPECT_TRUE(ledger.find(make_letter(mail("one"), std::nullopt, 0).likeness.oid)->has_value());
}

// The connection breaks before the answer, and what had come is in the mailbox only later.
TEST_F(ImapBoxTest, WhatArrivesWhileWeLookIsNotSentAgain) {
  mailbox.cuts_next_append = true;
  mailbox.looks_before_late = 1;
  auto ledger = Ledger::in_memory().value();
  deliver(ledger, {"one", "two"});
  EXPECT_THAT(mailbox.mails(), UnorderedElementsAre(HasSubstr("is one"), HasSubstr("is two")));
  EXPECT_EQ(mailbox.appends(), 2);
}

TEST_F(ImapBoxTest, WhatArrivesAfterItWasSentAgainIsRemoved) {
  mailbox.put(replace_all(mail("one"), "\n", "\r\n"));  // of the user, long before
  mailbox.cuts_next_append = true;
  mailbox.looks_before_late = 2;
  auto ledger = Ledger::in_memory().value();
  deliver(ledger, {"one", "two"});
  EXPECT_THAT(mailbox.mails(), UnorderedElementsAre(HasSubstr("is one"), HasSubstr("is one"), HasSubstr("is two")));
  EXPECT_EQ(mailbox.appends(), 4);
  EXPECT_THAT(said, testing::Contains(HasSubstr("2 letters")));
  // The rows are those of what has stayed.
  EXPECT_THAT(open(ledger)->look()->present, SizeIs(2));
}

TEST_F(ImapBoxTest, WhatArrivesAfterAKillIsWaitedForOrRemoved) {
  for (const int looks : {1, 2}) {
    const auto id = std::to_string(looks);
    auto ledger = Ledger::in_memory().value();
    leave_pending(ledger, {id});
    mailbox.put_late(replace_all(mail(id), "\n", "\r\n"), looks);
    if (looks == 1)
      deliver(ledger, {});
    else
      deliver(ledger, {id});
    EXPECT_THAT(ledger.all(Ledger::State::kDone).value(), SizeIs(1));
    EXPECT_THAT(mailbox.mails(), SizeIs(static_cast<std::size_t>(looks)));
  }
}

TEST_F(ImapBoxTest, AMailThatIsRefusedWasNotDelivered) {
  mailbox.verdict = [](const std::string& mail) -> std::string {
    if (mail.find("this is odd") != std::string::npos) return "NO I do not like it";
    if (mail.find("this is big") != std::string::npos) return "NO [TOOBIG] no";
    return "";
  };
  auto ledger = Ledger::in_memory().value();
  deliver(ledger, {"one", "odd", "big", "two"});
  EXPECT_THAT(mailbox.mails(), UnorderedElementsAre(HasSubstr("is one"), HasSubstr("is two")));
  ASSERT_THAT(refusals, SizeIs(2));
  for (const auto& refusal : refusals) {
    EXPECT_EQ(refusal.is_for_good, refusal.error.subject == "big@x");
    const auto row = ledger.find(make_letter(mail(refusal.error.subject.substr(0, 3)), std::nullopt, 0).likeness.oid);
    EXPECT_EQ(row->has_value(), refusal.is_for_good);
  }
}

// The third batch is on its way while the second one is written down.
TEST_F(ImapBoxTest, WhatArrivedBeforeTheMailboxWasFullIsDone) {
  constexpr std::size_t kFitting = 192;  // two batches
  mailbox.verdict = [](const std::string& mail) {
    return mail.find("is late") == mail.npos ? "" : "NO [OVERQUOTA] full";
  };
  const auto directory = scratch.path() / "search";
  {
    auto ledger = Ledger::open(directory).value();
    const auto box = open(ledger);
    Result<void> done;
    for (std::size_t i = 0; i < 2 * kFitting && done; ++i)
      done = box->put(make_letter(mail((i < kFitting ? "m" : "late") + std::to_string(i)), std::nullopt, 0));
    if (done) done = box->finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Error::Kind::kTemporary);
  }
  auto ledger = Ledger::open(directory).value();
  EXPECT_THAT(ledger.all(Ledger::State::kDone).value(), SizeIs(kFitting));
  EXPECT_THAT(mailbox.mails(), SizeIs(kFitting));
}

// A saved search for all mail of an archive.
class ImapUpdateTest : public ImapBoxTest {
 protected:
  ImapUpdateTest() {
    const auto directory = scratch.path() / "archive";
    archive::ImporterOptions importing;
    importing.committer_name = "toys";
    importing.committer_address = "list@x";
    search::IndexOptions indexing;
    indexing.shards = 1;
    auto inbox = archive::Inbox::create(directory, {"toys"}).value();
    {
      auto importer = archive::Importer::open(fake.env, inbox, importing).value();
      for (const auto* id : {"one", "odd"}) EXPECT_TRUE(importer.add(mail(id)));
      EXPECT_TRUE(importer.finish());
    }
    EXPECT_TRUE(search::index_archive(fake.env, inbox, indexing, [](std::uint64_t, std::uint64_t) {}));
    search.output = mailbox.url();
    search.directory = directory_of(Home(fake.env), search.output);
    search.query = {"this"};
    search.only = {directory.string()};
    EXPECT_TRUE(write_saved_search(search));
  }
  Result<DeliveryReport> try_update() {
    const auto settings = Settings::load(fake.env).value();
    Destination to;
    return update(fake.env, settings, search, {}, to, [](const std::string&) {});
  }
  DeliveryReport update_it() {
    auto report = try_update();
    EXPECT_TRUE(report) << to_text(report.error());
    return *std::move(report);
  }
  SavedSearch search;
};

TEST_F(ImapUpdateTest, AMailThatIsRefusedIsToldAndComesAgain) {
  mailbox.verdict = [](const std::string& mail) { return mail.find("is odd") == mail.npos ? "" : "NO not like this"; };
  for (const std::uint64_t written : {1, 0}) {
    const auto report = update_it();
    EXPECT_EQ(report.written, written);
    ASSERT_THAT(report.problems, SizeIs(1));
    EXPECT_THAT(to_text(report.problems[0]), AllOf(HasSubstr("odd@x"), HasSubstr("not like this")));
    EXPECT_NE(report.status, 0);
  }
  mailbox.verdict = [](const std::string&) { return ""; };
  const auto report = update_it();
  EXPECT_EQ(report.written, 1u);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_THAT(mailbox.mails(), UnorderedElementsAre(HasSubstr("is one"), HasSubstr("is odd")));
  EXPECT_EQ(update_it().written, 0u);
}

TEST_F(ImapUpdateTest, AMailThatIsTooLargeIsToldOnce) {
  mailbox.verdict = [](const std::string& mail) { return mail.find("is odd") == mail.npos ? "" : "NO [TOOBIG] no"; };
  const auto report = update_it();
  EXPECT_EQ(report.written, 1u);
  ASSERT_THAT(report.problems, SizeIs(1));
  EXPECT_THAT(to_text(report.problems[0]), HasSubstr("odd@x"));
  const auto appends = mailbox.appends();
  EXPECT_THAT(update_it().problems, IsEmpty());
  EXPECT_EQ(mailbox.appends(), appends);
}

TEST_F(ImapUpdateTest, AFullMailboxIsNoRefusalOfAMail) {
  for (const auto* full : {"NO You exceeded your mail Quota.", "NO [OVERQUOTA] full", "NO [NOPERM] not yours"}) {
    mailbox.verdict = [full](const std::string&) { return full; };
    EXPECT_FALSE(try_update()) << full;
  }
  mailbox.verdict = [](const std::string&) { return ""; };
  EXPECT_EQ(update_it().written, 2u);
}

// The login that goes on while the search runs is the one that is used.
TEST_F(ImapUpdateTest, ASmallDeliveryLogsInOnce) {
  EXPECT_EQ(update_it().written, 2u);
  EXPECT_EQ(mailbox.logins(), 1);
}

TEST_F(ImapUpdateTest, ALineThatBrokeDuringTheSearchIsMadeAnew) {
  mailbox.cuts_next_status = true;
  EXPECT_EQ(update_it().written, 2u);
  EXPECT_EQ(mailbox.logins(), 2);
}

TEST_F(ImapUpdateTest, ARefusedLoginIsToldAndNotRepeated) {
  mailbox.welcome = [](int) { return "NO [AUTHENTICATIONFAILED] who are you"; };
  for (const bool at_terminal : {false, true}) {
    fake.env.err_is_terminal = at_terminal;  // the address has the password: there is nothing to ask
    const auto report = try_update();
    ASSERT_FALSE(report);
    EXPECT_THAT(to_text(report.error()), HasSubstr("who are you"));
  }
  EXPECT_EQ(mailbox.logins(), 2);
}

TEST_F(ImapUpdateTest, AtATerminalAWrongPasswordIsAskedForAgain) {
  git::CredentialHelper helper;
  helper.knows("127.0.0.1", "username=ann\npassword=old\n");
  mailbox.welcome = [&](int before) -> std::string {
    if (before > 0) return "";
    helper.knows("127.0.0.1", "username=ann\npassword=new\n");  // in place of somebody at the keyboard
    return "NO [AUTHENTICATIONFAILED] who are you";
  };
  search.output = replace_all(mailbox.url(), "ann:secret@", "");
  EXPECT_TRUE(write_saved_search(search));
  fake.env.err_is_terminal = true;
  EXPECT_EQ(update_it().written, 2u);
  EXPECT_EQ(mailbox.logins(), 2);
}

}  // namespace
}  // namespace lorelei::lei
