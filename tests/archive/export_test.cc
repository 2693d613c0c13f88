// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/export.hh"

#include <gmock/gmock.h>

#include "archive/import.hh"
#include "archive/live_messages.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::mail_commit;
using testing::ElementsAre;
using testing::HasSubstr;
using Format = ExportOptions::Format;

std::string mail(const std::string& id, const std::string& body = "body\n") {
  return "From: a@x\nMessage-ID: <" + id + ">\n\n" + body;
}

class Export : public testing::Test {
 protected:
  Inbox archive_of(const std::string& stream) {
    auto inbox = Inbox::create(box / "list", {"d"}).value();
    make_epoch(box, "list/git/0.git", stream);
    return inbox;
  }
  Result<ExportReport> run(const Inbox& inbox, const std::string& name, ExportOptions options = {}) {
    return export_mail(world.env, inbox, name == "-" ? name : box / name, options, {});
  }
  // Blob ids of an archive's messages, sorted.
  std::string blobs(const std::string& archive) const {
    return box.run("git -C " + archive + "/git/0.git log --raw --no-abbrev --format= | awk '{ print $4 }' | sort");
  }
  git::Sandbox box;
  FakeEnv world;
};

TEST_F(Export, EveryFormatComesBackAsTheSameBlobs) {
  const auto inbox = archive_of(
      mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("b@x", "From here\n>From there\n"), 2) +
      mail_commit('m', mail("c@x", ">>From far\n"), 3) +
      mail_commit('m', "From: d@x\r\nMessage-ID: <d@x>\r\n\r\nbody\r\n", 4) + mail_commit('m', mail("e@x", "\n\n"), 5));
  const struct {
    Format format;
    const char* name;
  } cases[] = {{Format::kMboxrd, "rd"},
               {Format::kMboxrd, "rd.gz"},
               {Format::kMboxcl2, "cl2"},
               {Format::kMboxcl2, "cl2.gz"},
               {Format::kMaildir, "maildir"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ExportOptions options;
    options.format = c.format;
    const auto report = run(inbox, c.name, options);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(report->written, 5u);
    auto back = Inbox::create(box / (std::string("back-") + c.name), {"d"}).value();
    ASSERT_TRUE(import_mail(world.env, back, {box / c.name}, {}, {}));
    EXPECT_EQ(blobs(std::string("back-") + c.name), blobs("list"));
  }
}

TEST_F(Export, DeletedAndPurgedMailIsLeftOutAndRepeatsCountOnce) {
  const auto inbox = archive_of(mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("gone@x"), 2) +
                                mail_commit('m', mail("back@x"), 3) + mail_commit('d', mail("back@x"), 4) +
                                mail_commit('d', mail("gone@x"), 5) + mail_commit('m', mail("back@x"), 6) +
                                mail_commit('m', "", 7) + mail_commit('m', mail("a@x"), 8));
  ASSERT_TRUE(run(inbox, "out"));
  EXPECT_EQ(box.run("grep -i ^message-id out"), "Message-ID: <a@x>\nMessage-ID: <back@x>");
}

TEST_F(Export, WhatIsThereIsRefused) {
  const auto inbox = archive_of(mail_commit('m', mail("a@x"), 1));
  box.run("echo x >file && mkdir -p full/cur full/new full/tmp empty plain && touch full/new/1 plain/x");
  ExportOptions maildir;
  maildir.format = Format::kMaildir;
  EXPECT_EQ(run(inbox, "file").error().kind, Error::Kind::kConflict);
  EXPECT_EQ(run(inbox, "full", maildir).error().kind, Error::Kind::kConflict);
  EXPECT_EQ(run(inbox, "plain", maildir).error().kind, Error::Kind::kConflict);
  EXPECT_EQ(run(inbox, "-", maildir).error().kind, Error::Kind::kUsage);
  EXPECT_TRUE(run(inbox, "empty", maildir));
  EXPECT_EQ(box.run("ls full/new plain; stat -c %s file"), "full/new:\n1\n\nplain:\nx\n2");
}

TEST_F(Export, AStopLeavesNoFile) {
  const auto inbox = archive_of(mail_commit('m', mail("a@x"), 1));
  world.cancelled = true;
  EXPECT_EQ(run(inbox, "out").error().kind, Error::Kind::kCancelled);
  EXPECT_EQ(box.run("ls -A | grep out || true"), "");
}

TEST_F(Export, ADamagedMessageIsNamedAndTheOthersAreWritten) {
  const auto inbox = archive_of(mail_commit('m', mail("a@x"), 1) + mail_commit('m', mail("b@x"), 2));
  const auto blob = box.run("git -C list/git/0.git rev-parse HEAD~1:m");
  box.run("cd list/git/0.git/objects && chmod u+w " + blob.substr(0, 2) + "/* && : > " + blob.substr(0, 2) + "/" +
          blob.substr(2));
  const auto report = run(inbox, "out");
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(report->written, 1u);
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_EQ(report->problems[0].subject, blob);
}

TEST_F(Export, ARangeNeedsTheIndex) {
  const auto inbox = archive_of(mail_commit('m', mail("a@x"), 1));
  ExportOptions range;
  range.since = 1;
  EXPECT_THAT(run(inbox, "out", range).error().next, HasSubstr("archive index"));
}

}  // namespace
}  // namespace lorelei::archive
