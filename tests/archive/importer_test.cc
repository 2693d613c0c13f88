// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/importer.hh"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "archive/import.hh"
#include "archive/verify.hh"
#include "git/objects.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Outcome = Stored::Outcome;

std::string mail(const std::string& id, const std::string& body, const std::string& headers = "") {
  return "From: A U Thor <author@example.com>\nTo: list@example.com\nSubject: about " + body +
         "\nDate: Fri, 13 Jun 2025 12:00:00 +0200\n" + (id.empty() ? "" : "Message-ID: <" + id + ">\n") + headers +
         "\n" + body + "\n";
}

class Import : public testing::Test {
 protected:
  Import() : inbox(Inbox::create(box / "list", {"a list"}).value()) {
    options.committer_name = "list";
    options.committer_address = "list@example.com";
  }
  // Adds the messages in one run; what became of each: "+" added, "=" there already, "ID" under another id.
  std::vector<std::string> add(const std::vector<std::string>& messages) {
    auto importer = Importer::open(world.env, inbox, options);
    EXPECT_TRUE(importer) << to_text(importer.error());
    std::vector<std::string> outcomes;
    for (const auto& message : messages) {
      const auto stored = importer->add(message);
      EXPECT_TRUE(stored) << to_text(stored.error());
      outcomes.push_back(stored->outcome == Outcome::kDuplicate ? "=" : stored->id_used.value_or("+"));
    }
    const auto done = importer->finish();
    EXPECT_TRUE(done) << to_text(done.error());
    return outcomes;
  }
  std::string git(const std::string& arguments, int epoch = 0) const {
    return box.run("git -C list/git/" + std::to_string(epoch) + ".git " + arguments);
  }
  git::Sandbox box;
  FakeEnv world;
  Inbox inbox;
  ImporterOptions options;
};

TEST_F(Import, ACommitHasTheMessageAsItsOnlyFileAndItsMetadata) {
  EXPECT_THAT(add({mail("a@x", "one", "Received: from x by y; Fri, 13 Jun 2025 05:00:01 -0700\n")}), ElementsAre("+"));
  EXPECT_EQ(git("ls-tree -r --format='%(objectmode) %(path)' HEAD"), "100644 m");
  EXPECT_EQ(git("log --format='%an|%ae|%ad|%cn|%ce|%cd|%s' --date=raw"),
            "A U Thor|author@example.com|1749808800 +0200|list|list@example.com|1749816001 -0700|about one");
  EXPECT_EQ(git("fsck --strict"), "");
}

// Of few messages and of many, of all at once and of one run each.
TEST_F(Import, CommitsAreTheSameWhoeverWritesThem) {
  std::vector<std::string> messages;
  for (int i = 0; i < 20; ++i)
    messages.push_back(mail(std::to_string(i) + "@x", "body " + std::to_string(i), i % 2 ? "X: \xff\xfe\n" : ""));
  add(messages);
  const auto head = git("rev-parse HEAD");
  const auto import_into = [&](const std::string& name, std::size_t at_once) {
    auto other = Inbox::create(box / name, {"a list"}).value();
    for (std::size_t i = 0; i < messages.size(); i += at_once) {
      auto importer = Importer::open(world.env, other, options).value();
      for (std::size_t k = i; k < std::min(i + at_once, messages.size()); ++k) EXPECT_TRUE(importer.add(messages[k]));
      EXPECT_TRUE(importer.finish());
    }
    EXPECT_EQ(box.run("git -C " + name + "/git/0.git fsck --strict 2>&1"), "");
    return box.run("git -C " + name + "/git/0.git rev-parse HEAD");
  };
  EXPECT_EQ(import_into("few", 3), head);
  EXPECT_EQ(import_into("single", 1), head);
}

TEST_F(Import, WhatCameBeforeACheckpointIsDurable) {
  {
    auto importer = Importer::open(world.env, inbox, options).value();
    EXPECT_TRUE(importer.add(mail("a@x", "one")));
    EXPECT_TRUE(importer.checkpoint());
    EXPECT_TRUE(importer.add(mail("b@x", "two")));
    EXPECT_EQ(importer.durable(), 1U);
  }
  EXPECT_EQ(git("rev-list --count HEAD"), "1");
  EXPECT_THAT(add({mail("a@x", "one"), mail("b@x", "two")}), ElementsAre("=", "+"));
}

TEST_F(Import, TheSameByAnotherListIsAnotherMessageWhereThatIsWanted) {
  const auto by_a = mail("a@x", "one", "List-Id: <a.example.com>\n"), by_b = mail("a@x", "one", "List-Id: <b.x>\n");
  const auto again = "Received: from x by y; Fri, 13 Jun 2025 05:00:01 -0700\n" + by_b;
  EXPECT_THAT(add({by_a, by_b}), ElementsAre("+", "="));
  options.copies = Copies::kOneOfEachList;
  EXPECT_THAT(add({by_a, by_b, again}), ElementsAre("=", HasSubstr("@"), "="));
  EXPECT_THAT(add({again, by_a}), ElementsAre("=", "="));
}

TEST_F(Import, MetadataOfBrokenHeadersIsStillACommit) {
  const struct {
    const char *headers, *commit;
  } cases[] = {
      {"", "||1795264496 +0000|(no subject)"},
      {"From: \"<A>\" <a@x>\nSubject: =?UTF-8?q?=C3=A4=00b?=\n", "A|a@x|1795264496 +0000|\xC3\xA4 b"},
      {"Sender: S <s@x>\nSubject: one\nSubject: two\n", "S|s@x|1795264496 +0000|one"},
      {"From: x\nDate: Thu, 1 Jan 1970 00:00:00 +1800\n", "x||0 +0000|(no subject)"},
      {"From: a\tb <a@x>\n", "a b|a@x|1795264496 +0000|(no subject)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.headers);
    const auto id = std::to_string(&c - cases) + "@x";
    EXPECT_THAT(add({"Message-ID: <" + id + ">\n" + c.headers + "\nbody\n"}), ElementsAre("+"));
    EXPECT_EQ(git("log -1 --format='%an|%ae|%ad|%s' --date=raw"), c.commit);
  }
  EXPECT_EQ(git("fsck --strict"), "");
}

TEST_F(Import, TheBlobIsTheMessageWithoutDeliveryHeaders) {
  const auto kept = mail("a@x", "one", "X-Odd: \xFF\r\n");
  add({"From mboxrd@z Thu Jan  1 00:00:00 1970\nDelivered-To: me\n" + kept});
  box.write("kept", kept);
  EXPECT_EQ(git("cat-file blob HEAD:m | cmp - kept"), "");
}

TEST_F(Import, EqualContentIsStoredOnce) {
  EXPECT_THAT(add({mail("a@x", "one"), mail("a@x", "one", "Received: again\nList-Id: <other.example.com>\n")}),
              ElementsAre("+", "="));
  EXPECT_THAT(add({mail("a@x", "one"), mail("b@x", "two")}), ElementsAre("=", "+"));
  EXPECT_EQ(git("rev-list --count HEAD"), "2");
}

TEST_F(Import, WhatIsThereAlreadyIsNamed) {
  auto importer = *Importer::open(world.env, inbox, options);
  const auto first = importer.add(mail("a@x", "one")).value();
  const auto again = importer.add(mail("a@x", "one", "X-Other: way\n")).value();
  EXPECT_EQ(first.kept, first.blob);
  EXPECT_EQ(again.kept, first.blob);
  EXPECT_NE(again.blob, first.blob);
  ASSERT_TRUE(importer.finish());
}

TEST_F(Import, WhatIsTakenBackIsACommitOfItsOwn) {
  git::ObjectId kept;
  {
    auto importer = *Importer::open(world.env, inbox, options);
    kept = importer.add(mail("a@x", "one")).value().kept;
    ASSERT_TRUE(importer.remove(mail("a@x", "one")));
    ASSERT_TRUE(importer.finish());
  }
  EXPECT_EQ(git("ls-tree -r --format='%(objectmode) %(path) %(objectname)' HEAD"), "100644 d " + kept.hex());
  EXPECT_EQ(git("log -1 --format='%ce %s'"), "list@example.com rm");
  EXPECT_THAT(add({mail("a@x", "one")}), ElementsAre("+"));
}

TEST_F(Import, WithoutIdAndDateTheMadeIdIsThatOfAnAgreedTime) {
  options.time_of_undated = 0;
  const auto undated = std::string("Subject: draft\n\nbody\n");
  EXPECT_THAT(add({undated}), ElementsAre(StartsWith("19700101000000.")));
  world.now += 100;
  EXPECT_THAT(add({undated}), ElementsAre("="));
}

TEST_F(Import, AReusedIdIsKeptAndAnotherOneAdded) {
  const auto outcomes = add({mail("a@x", "one"), mail("a@x", "two")});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_THAT(outcomes[1], StartsWith("20250613100000."));
  EXPECT_EQ(git("cat-file blob HEAD:m | grep -i message-id"), "Message-ID: <a@x>\nMessage-ID: <" + outcomes[1] + ">");
}

TEST_F(Import, AnotherOfItsOwnIdsIsTriedFromTheLastOne) {
  EXPECT_THAT(add({mail("a@x", "one"), mail("a@x", "two", "Message-ID: <b@x> <c@x>\n"),
                   mail("a@x", "three", "Message-ID: <b@x> <c@x>\n")}),
              ElementsAre("+", "c@x", "b@x"));
}

TEST_F(Import, WithoutMessageIdOneIsMadeAndTheNextRunKnowsIt) {
  const auto first = add({mail("", "one"), mail("", "two")});
  EXPECT_THAT(first, ElementsAre(testing::EndsWith("@z"), testing::EndsWith("@z")));
  EXPECT_NE(first[0], first[1]);
  EXPECT_THAT(add({mail("", "one"), mail("", "two")}), ElementsAre("=", "="));
  EXPECT_EQ(git("rev-list --count HEAD"), "2");
}

TEST_F(Import, ADeletedMessageMayComeBack) {
  add({mail("a@x", "one"), mail("b@x", "two")});
  box.write("stream",
            "reset refs/heads/master\nfrom refs/heads/master^0\n" + git::mail_commit('d', mail("a@x", "one"), 5));
  box.run("git -C list/git/0.git fast-import --quiet < stream");
  EXPECT_THAT(add({mail("a@x", "one"), mail("b@x", "two")}), ElementsAre("+", "="));
}

TEST_F(Import, AFullEpochIsFollowedByANewOne) {
  options.epochs.epoch_pack_bytes = 800;  // after 2,000 raw bytes
  std::vector<std::string> messages;
  for (int i = 0; i < 5; ++i)
    messages.push_back(mail(std::to_string(i) + "@x", std::string(600, 'a' + static_cast<char>(i))));
  add(messages);
  EXPECT_EQ(git("rev-list --count HEAD", 0), "2");
  EXPECT_EQ(git("rev-list --count HEAD", 1), "2");
  EXPECT_EQ(git("rev-list --count HEAD", 2), "1");
  EXPECT_EQ(box.run("wc -l < list/all.git/objects/info/alternates"), "3");
  // What the earlier epochs hold is known.
  EXPECT_THAT(add({messages[0], messages[4]}), ElementsAre("=", "="));
}

TEST_F(Import, NewEpochsGetTheConfiguredBranch) {
  options.epochs.branch = "main";
  options.epochs.epoch_pack_bytes = 40;
  add({mail("a@x", "one"), mail("b@x", "two")});
  EXPECT_EQ(box.run("cat list/git/0.git/HEAD list/git/1.git/HEAD"), "ref: refs/heads/master\nref: refs/heads/main");
}

TEST_F(Import, HoldsTheLock) {
  const auto importer = Importer::open(world.env, inbox, options);
  ASSERT_TRUE(importer);
  EXPECT_EQ(inbox.lock(LockWait::kFail).error().kind, Error::Kind::kTemporary);
}

TEST_F(Import, AFullDiskLosesNothingThatWasThereAndSaysWhatToDo) {
  add({mail("a@x", "one")});
  // As good as a full disk: no file may grow beyond 64 KiB. What does not compress makes the pack grow at once.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{64 << 10, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto importer = Importer::open(world.env, inbox, options);
  Result<void> failed;
  std::string noise(1 << 20, '\0');
  unsigned state = 1;
  for (auto& c : noise) c = static_cast<char>((state = state * 1103515245 + 12345) >> 16);
  for (int i = 0; i < 20 && failed; ++i) {
    const auto stored = importer->add(mail(std::to_string(i) + "@y", noise));
    if (!stored) failed = tl::unexpected(stored.error());
  }
  if (failed) failed = importer->finish();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().next, HasSubstr("safe"));
  EXPECT_EQ(git("fsck --strict"), "");
  EXPECT_EQ(git("rev-list --count HEAD"), "1");
  EXPECT_EQ(box.run("ls list/git/0.git/objects/pack list/git/0.git | grep -c -e '^tmp_' -e crash || true"), "0");
}

class ImportFiles : public Import {
 protected:
  ImportReport import(const std::vector<std::string>& sources) {
    ImportOptions how;
    how.importer = options;
    remarks.clear();
    auto report =
        import_mail(world.env, inbox, sources, how, {{}, [this](const auto& text) { remarks.push_back(text); }});
    EXPECT_TRUE(report) << to_text(report.error());
    return report ? *report : ImportReport{};
  }
  static std::string boxed(const std::string& message) {
    return "From a@x Thu Jan  1 00:00:00 1970\n" + message + "\n";
  }
  std::vector<std::string> remarks;
};

TEST_F(ImportFiles, OfEveryKind) {
  box.write("a.mbox", boxed(mail("a@x", "one")) + boxed(mail("b@x", "two")));
  box.write("c.eml", mail("c@x", "three"));
  box.run("mkdir -p md/cur md/new md/tmp letters && gzip -k a.mbox");
  box.write("md/new/1", mail("d@x", "four"));
  box.write("md/cur/2:2,S", mail("e@x", "five"));
  box.write("md/tmp/3", mail("no@x", "unfinished"));
  box.write("letters/1.eml", mail("f@x", "six"));
  box.write("letters/notes.txt", "not a mail");
  const auto report = import({box / "a.mbox", box / "a.mbox.gz", box / "c.eml", box / "md", box / "letters"});
  EXPECT_EQ(report.read, 8u);
  EXPECT_EQ(report.added, 6u);
  EXPECT_EQ(report.duplicates, 2u);
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(git("log --reverse --format=%s"), "about one\nabout two\nabout three\nabout four\nabout five\nabout six");
}

TEST_F(ImportFiles, WhatCannotBeReadIsNamedAndTheRestComesIn) {
  box.write("c.eml", mail("c@x", "three"));
  box.run("mkdir empty; echo broken > x; gzip x; truncate -s -3 x.gz");
  const auto report = import({box / "none", box / "empty", box / "x.gz", box / "c.eml"});
  EXPECT_EQ(report.added, 1u);
  ASSERT_EQ(report.problems.size(), 3u);
  EXPECT_EQ(report.problems[0].subject, box / "none");
  EXPECT_EQ(report.problems[1].subject, box / "empty");
  EXPECT_EQ(report.problems[2].kind, Error::Kind::kCorrupt);
}

TEST_F(ImportFiles, RemarksSayWhichIdsWereGiven) {
  box.write("a.mbox", boxed(mail("a@x", "one")) + boxed(mail("a@x", "two")) + boxed(mail("", "three")));
  EXPECT_EQ(import({box / "a.mbox"}).given_ids, 2u);
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_THAT(remarks[0], StartsWith("another message has the Message-ID a@x, this one is also 2025"));
  EXPECT_THAT(remarks[1], StartsWith("a message without Message-ID is now 2025"));
}

TEST_F(ImportFiles, AStopKeepsWhatCameBefore) {
  box.write("c.eml", mail("c@x", "three"));
  ImportOptions how;
  how.importer = options;
  const auto stop = [this](std::uint64_t) { world.cancelled = true; };
  const auto report = import_mail(world.env, inbox, {box / "c.eml", box / "none"}, how, {stop, {}});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->interrupted);
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(git("rev-list --count HEAD"), "1");
}

}  // namespace
}  // namespace lorelei::archive
