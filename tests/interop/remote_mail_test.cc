// SPDX-License-Identifier: GPL-3.0-or-later
// What public-inbox serves over HTTP and NNTP is what went into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.hh"
#include "interop/served_archive.hh"
#include "mail/header_block.hh"
#include "mail/message.hh"
#include "source/newsgroup.hh"
#include "source/remote_archive.hh"
#include "tests/fake_env.hh"
#include "tests/peers.hh"

namespace lorelei::interop {
namespace {

using source::RemoteMail;
using source::Threads;
using Outcome = RemoteMail::Outcome;

constexpr std::uint64_t kCount = 90;

std::string body_of(std::string_view raw) { return std::string(trim(mail::split_message(raw).body)); }

std::string field(std::string_view raw, std::string_view name) {
  for (const auto& each : mail::fields_in(mail::split_message(raw).header))
    if (equal_ignore_case(each.name, name)) return mail::unfolded(each.value);
  return {};
}

std::string id_of(std::string_view raw) {
  const std::string value = field(raw, "Message-ID");
  const auto open = value.find('<'), close = value.find('>');
  return close == value.npos || open == value.npos ? "" : value.substr(open + 1, close - open - 1);
}

class RemoteMailTest : public testing::Test {
 protected:
  auto collect() {
    got.clear();
    return [this](mail::MboxMessage&& message) -> Result<void> {
      got.push_back(std::move(message.raw));
      return {};
    };
  }
  // By id; those that have one to themselves. The sample has odd mails of which an archive keeps less, and one with a
  // line of a mailbox in its header.
  static std::map<std::string, std::string> by_id(const std::vector<std::string>& mails) {
    std::map<std::string, std::string> all;
    std::set<std::string> odd{""};
    for (const auto& each : mails) {
      const std::string id = id_of(each);
      if (!all.emplace(id, trim_end(each)).second || each.find("\nFrom someone") != each.npos) odd.insert(id);
    }
    for (const auto& id : odd) all.erase(id);
    return all;
  }
  FakeEnv world;
  std::vector<std::string> got;
};

TEST_F(RemoteMailTest, WebArchive) {
  if (!has_public_inbox()) SKIP_WITHOUT_PEER("public-inbox is not installed");
  const auto served = ServedArchive::start(ServedArchive::Protocol::kWeb, kCount);
  ASSERT_TRUE(served) << to_text(served.error());
  net::Http web(world.env, {});

  const auto all = source::fetch_mail(web, *source::parse_mail_url(served->url() + "all.mbox.gz"), collect());
  ASSERT_EQ(all.outcome, Outcome::kComplete) << to_text(*all.failure);
  auto arrived = by_id(got);
  for (const auto& [id, mail] : by_id(served->mails())) EXPECT_EQ(arrived[id], mail);

  source::RemoteArchive archive(web, served->url());
  EXPECT_EQ(archive.search("s:floppy AND NOT s:nothinglikethis", Threads::kNo, collect()).outcome, Outcome::kComplete);
  ASSERT_FALSE(got.empty());
  for (const auto& mail : got) EXPECT_NE(to_lower(field(mail, "Subject")).find("floppy"), std::string::npos);
  const std::size_t matches = got.size();
  EXPECT_EQ(archive.search("s:floppy", Threads::kYes, collect()).outcome, Outcome::kComplete);
  EXPECT_GE(got.size(), matches);

  const std::string reply = *std::find_if(served->mails().begin(), served->mails().end(), [](const auto& mail) {
    return !field(mail, "References").empty() && !id_of(mail).empty();
  });
  EXPECT_EQ(archive.message(id_of(reply), collect()).outcome, Outcome::kComplete);
  EXPECT_EQ(by_id(got), by_id({reply}));
  EXPECT_EQ(archive.thread(id_of(reply), collect()).outcome, Outcome::kComplete);
  EXPECT_GT(got.size(), 1U);

  source::RemoteArchive again(web, served->url());
  EXPECT_EQ(again.search("s:nothinglikethis", Threads::kNo, collect()).outcome, Outcome::kNoMatch);
  source::RemoteArchive third(web, served->url());
  EXPECT_EQ(third.thread("not@there", collect()).outcome, Outcome::kNoMatch);
}

TEST_F(RemoteMailTest, NothingAtThatUrl) {
  if (!has_public_inbox()) SKIP_WITHOUT_PEER("public-inbox is not installed");
  const auto served = ServedArchive::start(ServedArchive::Protocol::kWeb, 5);
  ASSERT_TRUE(served) << to_text(served.error());
  net::Http web(world.env, {});
  source::RemoteArchive wrong(web, replace_all(served->url(), "sample", "simple"));
  const auto failed = wrong.search("s:floppy", Threads::kNo, collect());
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->why, "no public-inbox at URL");
}

TEST_F(RemoteMailTest, Newsgroup) {
  if (!has_public_inbox()) SKIP_WITHOUT_PEER("public-inbox is not installed");
  const auto served = ServedArchive::start(ServedArchive::Protocol::kNews, kCount);
  ASSERT_TRUE(served) << to_text(served.error());
  const auto url = net::parse_nntp_url(served->url());
  ASSERT_TRUE(url);
  auto news = net::Nntp::open(world.env, *url);
  ASSERT_TRUE(news) << to_text(news.error());
  EXPECT_TRUE(news->capabilities().has("READER"));

  std::vector<std::uint64_t> numbers;
  std::vector<std::string> mails;
  const auto result =
      source::fetch_newsgroup(*news, *url, std::nullopt, [&](std::uint64_t number, std::string&& raw) -> Result<void> {
        numbers.push_back(number);
        mails.push_back(std::move(raw));
        return {};
      });
  ASSERT_FALSE(result.failure) << to_text(*result.failure);
  auto arrived = by_id(mails);
  for (const auto& [id, mail] : by_id(served->mails())) {
    if (mail.find("\n\n") == mail.npos && mail.find("\r\n\r\n") == mail.npos) continue;  // nothing but a header
    EXPECT_EQ(body_of(arrived[id]), replace_all(body_of(mail), "\r\n", "\n")) << id;
  }

  std::size_t rows = 0;
  EXPECT_TRUE(news->overview(1, result.last, [&](wire::NntpOverview&& row) -> Result<void> {
    EXPECT_EQ(row.number, numbers.at(rows++));
    EXPECT_TRUE(row.size_bytes);
    return {};
  }));
  EXPECT_EQ(rows, numbers.size());
  std::vector<std::string> groups;
  EXPECT_TRUE(news->groups([&](wire::NntpGroup&& group) -> Result<void> {
    groups.push_back(group.name);
    return {};
  }));
  EXPECT_THAT(groups, testing::ElementsAre("org.example.sample"));
  const std::string id = id_of(served->mails().back());
  const auto one = news->article(id);
  ASSERT_TRUE(one && *one);
  EXPECT_EQ(id_of((*one)->raw), id);
  EXPECT_FALSE(*news->article("not@there"));
  EXPECT_EQ(source::fetch_newsgroup(*news, *url, result.seen_up_to, nullptr).messages, 0U);
  news->quit();
}

}  // namespace
}  // namespace lorelei::interop
