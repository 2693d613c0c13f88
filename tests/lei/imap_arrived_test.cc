// SPDX-License-Identifier: GPL-3.0-or-later
// What a real server says about messages that are in doubt.
#include "lei/imap_arrived.hh"

#include <gmock/gmock.h>

#include "mail/content_hash.hh"
#include "mail/overview.hh"
#include "tests/fake_env.hh"
#include "tests/net/dovecot.hh"
#include "tests/peers.hh"

namespace lorelei::lei {
namespace {

using testing::ElementsAre;

std::string mail(const std::string& id, const std::string& body) {
  return "From: a@x\n" + (id.empty() ? "" : "Message-ID: <" + id + ">\n") + "Subject: s\n\n" + body + "\n";
}

Doubtful doubt(const std::string& id, const std::string& body, std::uint32_t first = 1) {
  const auto raw = mail(id, body);
  return {id.substr(0, mail::kMaxMessageIdBytes), mail::content_hash(mail::Entity(raw)), first};
}

TEST(ImapArrived, ByIdAndWhereThatIsNotEnoughByContent) {
  net::Dovecot dovecot;
  SKIP_WITHOUT_DOVECOT(dovecot);
  FakeEnv fake;
  git::Credentials credentials(fake.env, git::Prompt::kNever);
  auto imap = net::ImapClient::connect(fake.env, wire::parse_imap_url(dovecot.url("INBOX")).value(), credentials);
  ASSERT_TRUE(imap) << to_text(imap.error());
  ASSERT_TRUE(imap->select("INBOX", net::Access::kReadWrite));
  const std::string longest(400, 'i');
  const std::vector<std::string> mails = {mail("1@x", "one"), mail("2@x", "second"), mail("", "nameless"),
                                          mail(longest, "long"), mail("1@x", "another one")};
  std::vector<net::ImapLetter> letters;
  for (const auto& each : mails) letters.push_back({.raw = each});
  ASSERT_FALSE(imap->append("INBOX", letters).stopped);

  const std::vector<Doubtful> doubtful = {doubt("1@x", "another one"), doubt("", "nameless"), doubt("3@x", "missing"),
                                          doubt(longest, "long"),      doubt("1@x", "one"),   doubt("", "missing"),
                                          doubt("2@x", "second", 3)};
  EXPECT_THAT(find_arrived(*imap, doubtful).value(), ElementsAre(5, 3, 0, 4, 1, 0, 0));
  // A message of another row is not found again; of two with one id, the one that has arrived is told by its content.
  EXPECT_THAT(find_arrived(*imap, {doubt("2@x", "second")}, {2}).value(), ElementsAre(0));
  EXPECT_THAT(find_arrived(*imap, {doubt("1@x", "one"), doubt("1@x", "another one")}, {1}).value(), ElementsAre(0, 5));
  // The server has changed it: it is known by its id.
  EXPECT_THAT(find_arrived(*imap, {doubt("2@x", "changed on the way")}).value(), ElementsAre(2));
}

}  // namespace
}  // namespace lorelei::lei
