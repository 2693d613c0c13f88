// SPDX-License-Identifier: GPL-3.0-or-later
// The client beside a real server.
#include <gmock/gmock.h>

#include "net/imap.hh"
#include "tests/fake_env.hh"
#include "tests/net/dovecot.hh"
#include "tests/peers.hh"

namespace lorelei::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using State = ImapAppended::State;

class World {
 public:
  Result<ImapClient> connect(const std::string& url, const ImapOptions& options = {}) {
    return ImapClient::connect(fake.env, wire::parse_imap_url(url).value(), credentials, options);
  }
  FakeEnv fake;
  git::Credentials credentials{fake.env, git::Prompt::kNever};
};

std::string mail(int number) {
  return "From: a@x\nMessage-ID: <" + std::to_string(number) + "@x>\nSubject: number " + std::to_string(number) +
         "\n\nText\n";
}

std::vector<ImapLetter> letters_of(const std::vector<std::string>& mails) {
  std::vector<ImapLetter> letters;
  for (const auto& each : mails) letters.push_back({.raw = each});
  return letters;
}

TEST(ImapDovecot, DeliversAndReadsBack) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto imap = world.connect(dovecot.url("linux/torvalds"));
  ASSERT_TRUE(imap) << to_text(imap.error());
  const auto mailbox = imap->resolve_mailbox("linux/torvalds", Missing::kCreate);
  ASSERT_TRUE(mailbox) << to_text(mailbox.error());
  EXPECT_EQ(mailbox->name, "INBOX.linux.torvalds");
  EXPECT_TRUE(mailbox->was_created);
  const auto selected = imap->select(mailbox->name, Access::kReadWrite);
  ASSERT_TRUE(selected) << to_text(selected.error());
  EXPECT_EQ(selected->exists, 0u);
  EXPECT_GT(selected->uid_validity, 0u);

  const auto first = mail(1), second = "From x@y Thu Jan  1 00:00:00 1970\n" + mail(2);
  const ImapLetter letters[] = {{.raw = first, .flags = {"\\Seen", "$Forwarded"}, .received = 1'795'000'000},
                                {.raw = second}};
  const auto report = imap->append(mailbox->name, letters);
  EXPECT_FALSE(report.stopped);
  EXPECT_EQ(report.uid_validity, selected->uid_validity);
  EXPECT_EQ(report.letters[0].state, State::kDone);
  EXPECT_EQ(report.letters[0].uid, 1u);
  EXPECT_EQ(report.letters[1].uid, 2u);

  std::vector<wire::ImapFetch> read;
  const auto keep = [&read](wire::ImapFetch&& message) -> Result<void> {
    read.push_back(std::move(message));
    return {};
  };
  ASSERT_TRUE(imap->fetch(imap->search("ALL").value(), FetchItems::kWhole, keep));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(*read[0].body, replace_all(first, "\n", "\r\n"));
  EXPECT_EQ(*read[1].body, replace_all(mail(2), "\n", "\r\n"));
  EXPECT_EQ(read[0].internal_date, 1'795'000'000);
  EXPECT_THAT(*read[0].flags, IsSupersetOf({"\\Seen", "$Forwarded"}));
  read.clear();
  ASSERT_TRUE(imap->fetch(imap->search("UID 2:*").value(), FetchItems::kMessageId, keep));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_THAT(*read[0].header, HasSubstr("<2@x>"));
  imap->logout();
}

TEST(ImapDovecot, MarksMovesAndRemovesOnlyWhatIsNamed) {
  Dovecot dovecot("/");
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto imap = world.connect(dovecot.url("list")).value();
  const auto name = imap.resolve_mailbox("list", Missing::kCreate)->name;
  ASSERT_TRUE(imap.create("list.before"));
  ASSERT_TRUE(imap.select(name, Access::kReadWrite));
  std::vector<std::string> mails = {mail(1), mail(2), mail(3), mail(4)};
  const auto letters = letters_of(mails);
  EXPECT_EQ(imap.append(name, letters).letters[3].uid, 4u);
  ASSERT_TRUE(imap.store(wire::ImapUids({4}), FlagChange::kAdd, {"\\Deleted"}));
  ASSERT_TRUE(imap.expunge(wire::ImapUids({1})));
  EXPECT_THAT(imap.search("ALL")->numbers(9), ElementsAre(2, 3, 4));
  ASSERT_TRUE(imap.move(wire::ImapUids({2, 3}), "list.before"));
  EXPECT_THAT(imap.search("ALL")->numbers(9), ElementsAre(4));
  EXPECT_EQ(imap.status("list.before")->messages, 2u);
  EXPECT_EQ(imap.special_use("Sent").value(), "\\Sent");
  EXPECT_EQ(imap.special_use("list").value(), "");
}

TEST(ImapDovecot, NamesOfMailboxes) {
  for (const std::string separator : {".", "/"}) {
    Dovecot dovecot(separator);
    SKIP_WITHOUT_DOVECOT(dovecot);
    World world;
    auto imap = world.connect(dovecot.url("x")).value();
    const std::string prefix = separator == "." ? "INBOX." : "";
    const std::pair<std::string, std::string> cases[] = {{"inbox", "INBOX"},
                                                         {"plain", prefix + "plain"},
                                                         {"a/b/c", prefix + "a" + separator + "b" + separator + "c"},
                                                         {"t\u00fcr & co", prefix + "t&APw-r &- co"},
                                                         {"with \"quotes\"", prefix + "with \"quotes\""}};
    for (const auto& [path, name] : cases) {
      SCOPED_TRACE(path);
      const auto made = imap.resolve_mailbox(path, Missing::kCreate);
      ASSERT_TRUE(made) << to_text(made.error());
      EXPECT_EQ(made->name, name);
      EXPECT_EQ(made->was_created, name != "INBOX");
      const auto found = imap.resolve_mailbox(path, Missing::kFail);
      ASSERT_TRUE(found) << to_text(found.error());
      EXPECT_EQ(found->name, name);
      EXPECT_FALSE(found->was_created);
    }
    EXPECT_EQ(imap.resolve_mailbox("t&APw-r &- co", Missing::kFail)->shown, prefix + "t\u00fcr & co");
    EXPECT_EQ(imap.resolve_mailbox("none", Missing::kFail).error().kind, Error::Kind::kNotFound);
    EXPECT_FALSE(imap.is_lost());
  }
}

TEST(ImapDovecot, EncryptsAndTrustsOnlyWhomItShould) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  ImapOptions options;
  options.tls.ca_file = dovecot.ca_file();
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const auto imap = world.connect(dovecot.secure_url("x", host), options);
    ASSERT_TRUE(imap) << to_text(imap.error());
    EXPECT_TRUE(imap->is_encrypted());
  }
  options.start_tls = ImapOptions::StartTls::kRequired;
  const auto upgraded = world.connect(dovecot.url("x"), options);
  ASSERT_TRUE(upgraded) << to_text(upgraded.error());
  EXPECT_TRUE(upgraded->is_encrypted());

  const auto unknown = world.connect(dovecot.secure_url("x"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(to_text(unknown.error()), HasSubstr("trust the certificate of 'localhost'"));
  const auto other = world.connect(dovecot.secure_url("x", "127.0.0.2"), options);
  EXPECT_FALSE(other);
}

TEST(ImapDovecot, LogsInByEachMechanism) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  for (const std::string user : {"ann", "ann;AUTH=PLAIN", "ann;AUTH=LOGIN", "ann%40example.org"}) {
    SCOPED_TRACE(user);
    const auto imap = world.connect(dovecot.url("x", user));
    EXPECT_TRUE(imap) << to_text(imap.error());
  }
  auto address = wire::parse_imap_url(dovecot.url("x")).value();
  address.password = "wrong";
  const auto refused = ImapClient::connect(world.fake.env, address, world.credentials);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(to_text(refused.error()), testing::Not(HasSubstr("wrong")));
  address.user = address.password = std::nullopt;
  EXPECT_TRUE(ImapClient::connect(world.fake.env, address, world.credentials));
}

// Without LITERAL+, MULTIAPPEND and UIDPLUS everything still works, slower.
TEST(ImapDovecot, GetsByWithoutExtensions) {
  Dovecot dovecot(".", "imap_capability = IMAP4rev1");
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto imap = world.connect(dovecot.url("INBOX")).value();
  EXPECT_FALSE(imap.has("MULTIAPPEND"));
  EXPECT_EQ(imap.resolve_mailbox("a/b", Missing::kCreate)->name, "INBOX.a.b");
  ASSERT_TRUE(imap.select("INBOX", Access::kReadWrite));
  const std::vector<std::string> mails = {mail(1), mail(2), mail(3)};
  const auto letters = letters_of(mails);
  const auto report = imap.append("INBOX", letters);
  for (const auto& letter : report.letters) EXPECT_EQ(letter.state, State::kDone) << letter.why;
  ASSERT_TRUE(imap.store(wire::ImapUids({3}), FlagChange::kAdd, {"\\Deleted"}));
  EXPECT_EQ(imap.expunge(wire::ImapUids({1})).error().kind, Error::Kind::kRefused);
  ASSERT_TRUE(imap.expunge(wire::ImapUids({1, 3})));
  EXPECT_THAT(imap.search("ALL")->numbers(9), ElementsAre(2));
}

TEST(ImapDovecot, CreatesTheMailboxThatIsMissing) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto imap = world.connect(dovecot.url("INBOX")).value();
  std::vector<std::string> mails;
  for (int i = 0; i < 300; ++i) mails.push_back(mail(i));
  const auto letters = letters_of(mails);
  const auto report = imap.append("INBOX.new", letters);
  EXPECT_FALSE(report.stopped);
  for (std::size_t i = 0; i < mails.size(); ++i) EXPECT_EQ(report.letters[i].uid, i + 1);
}

TEST(ImapDovecot, IdleHearsOfMail) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto reader = world.connect(dovecot.url("INBOX")).value();
  auto writer = world.connect(dovecot.url("INBOX")).value();
  ASSERT_TRUE(reader.select("INBOX", Access::kReadOnly));
  EXPECT_EQ(reader.idle(std::chrono::milliseconds(10)).value(), IdleEnd::kTimeout);
  const auto text = mail(1);
  const ImapLetter letter{.raw = text};
  EXPECT_EQ(writer.append("INBOX", {&letter, 1}).letters[0].state, State::kDone);
  EXPECT_EQ(reader.idle(std::chrono::minutes(1)).value(), IdleEnd::kNews);
}

TEST(ImapDovecot, AServerThatDiesLeavesDoubtAndNothingElse) {
  Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  World world;
  auto imap = world.connect(dovecot.url("INBOX")).value();
  dovecot.kill_now();
  const auto text = mail(1);
  const ImapLetter letter{.raw = text};
  const auto report = imap.append("INBOX", {&letter, 1});
  EXPECT_TRUE(imap.is_lost());
  EXPECT_EQ(report.letters[0].state, State::kInDoubt);
  ASSERT_TRUE(report.stopped);
  EXPECT_EQ(report.stopped->kind, Error::Kind::kTemporary);
  dovecot.start();
  auto again = world.connect(dovecot.url("INBOX")).value();
  ASSERT_TRUE(again.select("INBOX", Access::kReadWrite));
  EXPECT_TRUE(again.search("HEADER Message-ID <1@x>").value().empty());
}

}  // namespace
}  // namespace lorelei::net
