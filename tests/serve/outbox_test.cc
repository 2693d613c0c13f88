// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/outbox.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <deque>

#include "base/files.hh"
#include "base/text.hh"
#include "serve/courier.hh"
#include "serve/endpoint_store.hh"
#include "tests/fake_env.hh"

namespace lorelei::serve {
namespace {

using State = Outcome::State;

Letter letter(const std::string& message_id) {
  return {message_id, "digest of " + message_id, {"from@x.org", {"to@x.org", "cc@x.org"}}, "text of " + message_id};
}

// Says what the test wants, and remembers what it was asked.
class ScriptedCarrier final : public Carrier {
 public:
  ScriptedCarrier(std::string name, std::vector<std::string>& seen, bool recognises)
      : name_(std::move(name)), seen_(seen), recognises_(recognises) {}
  Outcome deliver(const Envelope&, const std::string& message) override {
    seen_.push_back(name_ + ": " + message.substr(8));
    if (answers.empty()) return {State::kDone, ""};
    auto next = answers.front();
    answers.pop_front();
    return {next, "because"};
  }
  bool recognises_copies() const override { return recognises_; }
  std::deque<State> answers;

 private:
  std::string name_;
  std::vector<std::string>& seen_;
  bool recognises_;
};

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() : log_(world.env.err) {
    auto one = std::make_unique<ScriptedCarrier>("archive", seen, true);
    auto two = std::make_unique<ScriptedCarrier>("mail", seen, false);
    archive = one.get(), mail = two.get();
    carriers.archive = std::move(one), carriers.mail = std::move(two);
  }
  fs::path path() const { return place_.path() / "outbox.sqlite3"; }
  archive::Sqlite database() const { return *open_endpoint_database(path(), Making::kMake); }
  void accept(const std::vector<std::string>& ids,
              const std::vector<CarrierKind>& kinds = {CarrierKind::kArchive, CarrierKind::kMail}) {
    const auto db = database();
    auto transaction = *archive::Transaction::begin(db);
    std::vector<Letter> letters;
    for (const auto& id : ids) letters.push_back(letter(id));
    EXPECT_EQ(Outbox(db).accept(LetterAction::kReceive, 1, letters, kinds, world.now), ids.size());
    EXPECT_TRUE(transaction.commit());
  }
  void deliver_all() {
    Outbox outbox(database());
    while (*deliver_next(outbox, carriers, log_, world.now)) {
    }
  }
  std::string states() const {
    std::string text;
    const auto counts = *Outbox(database()).counts();
    for (const auto& [state, deliveries] : counts) text += fmt::format("{} {}, ", deliveries, name_of(state));
    return text;
  }

  FakeEnv world;
  std::vector<std::string> seen;
  Carriers carriers;
  ScriptedCarrier *archive = nullptr, *mail = nullptr;
  Log log_;

 private:
  TempDir place_ = *TempDir::create(fs::temp_directory_path(), "outbox-test-");
};

TEST_F(OutboxTest, LettersGoInTheirOrderIntoTheArchiveFirst) {
  accept({"a", "b"});
  deliver_all();
  EXPECT_EQ(seen, (std::vector<std::string>{"archive: a", "mail: a", "archive: b", "mail: b"}));
  EXPECT_EQ(states(), "4 done, ");
  deliver_all();
  EXPECT_EQ(seen.size(), 4u);
}

TEST_F(OutboxTest, WhatHasToWaitHoldsUpItsPostingOnlyAndWaitsLongerEachTime) {
  mail->answers = {State::kLater, State::kDone, State::kLater};
  accept({"a", "b"}, {CarrierKind::kMail});
  accept({"c"}, {CarrierKind::kMail});
  deliver_all();
  EXPECT_EQ(seen, (std::vector<std::string>{"mail: a", "mail: c"}));
  world.now += 60;
  deliver_all();
  EXPECT_EQ(seen.size(), 3u);
  world.now += 60;
  deliver_all();
  EXPECT_EQ(seen.size(), 3u);
  world.now += 60;
  deliver_all();
  EXPECT_EQ(seen, (std::vector<std::string>{"mail: a", "mail: c", "mail: a", "mail: a", "mail: b"}));
}

TEST_F(OutboxTest, AStartTriesAtOnceWhatWaits) {
  mail->answers = {State::kLater};
  accept({"a", "b"}, {CarrierKind::kMail});
  deliver_all();
  EXPECT_EQ(*Outbox(database()).hurry(world.now), 2);
  deliver_all();
  EXPECT_EQ(seen, (std::vector<std::string>{"mail: a", "mail: a", "mail: b"}));
  EXPECT_EQ(*Outbox(database()).hurry(world.now), 0);
  EXPECT_NE(world.err().find("[21/Nov/2026:12:34:56 +0000] a: waits (mail, "), std::string::npos);
}

TEST_F(OutboxTest, TryingEndsAfterSomeDays) {
  accept({"a"}, {CarrierKind::kMail});
  for (int i = 0; i < 1000; ++i) mail->answers.push_back(State::kLater);
  for (int hours = 0; hours <= kGivenUpDays * 24 + 2; ++hours, world.now += 3600) deliver_all();
  EXPECT_EQ(states(), "1 refused, ");
  EXPECT_NE(world.err().find("a: waits"), std::string::npos);
}

TEST_F(OutboxTest, WhatIsRefusedOrUncertainDoesNotHoldUpTheRest) {
  mail->answers = {State::kRefused, State::kUncertain};
  accept({"a", "b", "c"}, {CarrierKind::kMail});
  deliver_all();
  EXPECT_EQ(states(), "1 done, 1 refused, 1 uncertain, ");
  Outbox(database()).tidy(world.now, world.now);
  EXPECT_EQ(states(), "1 done, 1 refused, 1 uncertain, ");
  world.now += (kRememberedDays + 1) * 86400;
  ASSERT_TRUE(Outbox(database()).tidy(world.now, world.now));
  EXPECT_EQ(states(), "");
}

TEST_F(OutboxTest, UncertainMailIsSentAgainIfTheAdministratorSaysSo) {
  carriers.resends_uncertain = true;
  mail->answers = {State::kUncertain};
  accept({"a"}, {CarrierKind::kMail});
  deliver_all();
  world.now += 61;
  deliver_all();
  EXPECT_EQ(states(), "1 done, ");
}

TEST_F(OutboxTest, WhatIsAcceptedTwiceIsOneLetter) {
  accept({"a"});
  const auto db = database();
  Outbox outbox(db);
  const auto kinds = {CarrierKind::kMail};
  EXPECT_EQ(outbox.accept(LetterAction::kReceive, 1, {letter("a")}, kinds, world.now), 0u);
  auto other = letter("a");
  other.digest = "another";
  const auto refused = outbox.accept(LetterAction::kReceive, 1, {other}, kinds, world.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kConflict);
  EXPECT_EQ(outbox.accept(LetterAction::kReflect, 1, {other}, kinds, world.now), 1u);
}

// A carrier in a process that is killed at its n-th step: before a letter is handed over, and after.
class KilledCarrier final : public Carrier {
 public:
  KilledCarrier(fs::path file, bool recognises, int steps)
      : file_(std::move(file)), recognises_(recognises), steps_(steps) {}
  Outcome deliver(const Envelope&, const std::string& message) override {
    step();
    const Fd file(open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
    (void)write_all(file.get(), message.substr(8) + "\n", "");
    step();
    return {State::kDone, ""};
  }
  bool recognises_copies() const override { return recognises_; }

 private:
  void step() {
    if (steps_-- == 0) raise(SIGKILL);
  }
  fs::path file_;
  bool recognises_;
  int steps_;
};

TEST_F(OutboxTest, AKillLosesNothingAndSendsNothingTwice) {
  const std::vector<std::string> ids = {"a", "b", "c"};
  for (const bool recognises : {false, true})
    for (int step = 0; step < 6; ++step) {
      SCOPED_TRACE(fmt::format("{} {}", recognises, step));
      std::error_code failed;
      for (const char* end : {"", "-wal", "-shm"}) fs::remove(path().string() + end, failed);
      const auto file = path().parent_path() / "sent";
      fs::remove(file, failed);
      accept(ids, {CarrierKind::kMail});
      const auto child = fork();
      if (child == 0) {
        carriers.mail = std::make_unique<KilledCarrier>(file, recognises, step);
        deliver_all();
        _exit(0);
      }
      int status = 0;
      waitpid(child, &status, 0);
      ASSERT_TRUE(WIFSIGNALED(status));
      carriers.mail = std::make_unique<KilledCarrier>(file, recognises, 1000);
      const auto uncertain = Outbox(database()).recover(carriers.repeatable());
      ASSERT_TRUE(uncertain);
      deliver_all();
      const auto log = read_file(file).value_or("");
      const auto sent = split_words(log);
      std::vector<std::string> once;
      for (const auto& id : ids) {
        const auto times = std::count(sent.begin(), sent.end(), id);
        const bool is_uncertain = std::find(uncertain->begin(), uncertain->end(), id) != uncertain->end();
        EXPECT_LE(times, recognises ? 2 : 1);
        EXPECT_TRUE(times > 0 || is_uncertain) << id;
      }
      EXPECT_EQ(uncertain->size(), recognises ? 0u : 1u);
      EXPECT_EQ(states(), recognises ? "3 done, " : "2 done, 1 uncertain, ");
    }
}

TEST_F(OutboxTest, TheCourierDeliversWhatComesWhileItRuns) {
  auto courier = Courier::start(world.env, path(), std::move(carriers), log_);
  ASSERT_TRUE(courier) << to_text(courier.error());
  accept({"a"}, {CarrierKind::kMail});
  (*courier)->wake();
  for (int i = 0; i < 1000 && states() != "1 done, "; ++i) usleep(5000);
  (*courier)->stop();
  EXPECT_EQ(seen, std::vector<std::string>{"mail: a"});
}

TEST(SendmailCarrier, GivesWordsAndMailAndReadsTheStatus) {
  const auto place = *TempDir::create(fs::temp_directory_path(), "carrier-test-");
  const auto kept = (place.path() / "kept").string();
  const auto carrier = [&](const std::string& script) {
    return sendmail_carrier({"sh", "-c", script, "sendmail"})
        ->deliver({"from@x.org", {"-oQ/tmp@x.org", "b@x.org"}}, "A: b\n\n.\ntext\n");
  };
  EXPECT_EQ(carrier("echo \"$@\" >" + kept + "; cat >>" + kept).state, State::kDone);
  EXPECT_EQ(*read_file(kept), "-i -f from@x.org -- -oQ/tmp@x.org b@x.org\nA: b\n\n.\ntext\n");
  EXPECT_EQ(carrier("echo no >&2; exit 75").state, State::kLater);
  EXPECT_EQ(carrier("exit 67").state, State::kRefused);
  EXPECT_EQ(carrier("exit 1").state, State::kUncertain);
  EXPECT_EQ(carrier("kill -9 $$").state, State::kUncertain);
  EXPECT_EQ(sendmail_carrier({"/no/such/program"})->deliver({}, "").state, State::kLater);
  EXPECT_NE(carrier("echo no >&2; exit 75").remark.find("no"), std::string::npos);
}

}  // namespace
}  // namespace lorelei::serve
