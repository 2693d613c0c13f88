// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_request.hh"

#include <gtest/gtest.h>

#include "workflow/patch_mail.hh"

namespace lorelei::workflow {
namespace {

const std::string kBase(40, 'a'), kTip(40, 'b');
const std::string kText =
    "Hi,\n\nplease pull.\n\nThe following changes since commit " + kBase +
    ":\n\n  Linux 6.1 (2026-11-01 12:00:00 +0000)\n\nare available in the Git repository at:\n\n"
    "  https://git.example.org/ann/linux.git tags/floppy-6.2\n\nfor you to fetch changes up to " +
    kTip +
    ":\n\n  floppy: spin (2026-11-20 12:00:00 +0000)\n\n"
    "----------------------------------------------------------------\nfloppy for 6.2\n\nIt spins.\n\n"
    "----------------------------------------------------------------\nAnn (1):\n      floppy: spin\n\n"
    " drivers/block/floppy.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n";

void expect_usual(const std::optional<PullRequest>& found) {
  ASSERT_TRUE(found);
  EXPECT_EQ(found->base, kBase);
  EXPECT_EQ(found->tip, kTip);
  EXPECT_EQ(found->url, "https://git.example.org/ann/linux.git");
  EXPECT_EQ(found->ref, "tags/floppy-6.2");
}
std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

TEST(PullRequest, AsGitWritesIt) {
  const auto found = parse_pull_request(kText);
  expect_usual(found);
  EXPECT_EQ(found->message, "floppy for 6.2\n\nIt spins.");
  EXPECT_EQ(found->others, 0U);
}

TEST(PullRequest, WithoutATagThereIsNoMessage) {
  const auto start = kText.find("floppy for 6.2");
  const auto end = kText.find("Ann (1)");
  auto text = kText;
  text.erase(start, end - start);
  EXPECT_EQ(parse_pull_request(text)->message, "");
}

TEST(PullRequest, LinesAreBrokenAnywhere) {
  expect_usual(parse_pull_request(with(kText, "linux.git tags", "linux.git\ntags")));
  expect_usual(parse_pull_request(with(kText, "linux.git tags", "linux.git \\\n    tags")));
  expect_usual(parse_pull_request(with(kText, "changes since commit ", "changes since\ncommit ")));
  expect_usual(parse_pull_request(with(kText, "the Git repository at:", "the\ngit repository\nat:")));
  expect_usual(parse_pull_request(with(kText, "changes up to ", "changes up to\n")));
  expect_usual(parse_pull_request(
      with(kText, "https://git.example.org/ann/linux.git", "<https://git.example.org/ann/linux.git>")));
}

TEST(PullRequest, WithoutARefItIsHead) {
  EXPECT_EQ(parse_pull_request(with(kText, " tags/floppy-6.2", ""))->ref, "HEAD");
  EXPECT_EQ(parse_pull_request(with(kText, " tags/floppy-6.2\n", ""))->ref, "HEAD");
}

TEST(PullRequest, OneOfTheCommitsMayBeMissing) {
  EXPECT_EQ(parse_pull_request(with(kText, "changes since", "changes after"))->base, "");
  EXPECT_EQ(parse_pull_request(with(kText, "changes up to", "all up to"))->tip, "");
  EXPECT_FALSE(parse_pull_request(with(with(kText, "changes since", "changes after"), "changes up to", "all up to")));
  EXPECT_EQ(parse_pull_request(with(kText, kTip, "BBBBBBBBBBBB"))->tip, "bbbbbbbbbbbb");
  EXPECT_EQ(parse_pull_request(with(kText, kTip, "bbbbbb"))->tip, "");
  EXPECT_EQ(parse_pull_request(with(kText, kTip, "--output=x"))->tip, "");
}

TEST(PullRequest, PlacesInOtherWords) {
  const auto by_hand = with(with(kText, "are available in the Git repository at:", "Please pull from"),
                            "https://git.example.org/ann/linux.git", "git@git.example.org:ann/linux.git");
  EXPECT_EQ(parse_pull_request(by_hand)->url, "git@git.example.org:ann/linux.git");
  EXPECT_EQ(parse_pull_request(by_hand)->ref, "tags/floppy-6.2");
  EXPECT_FALSE(parse_pull_request("see the git repository at: the usual place\n"));
  EXPECT_FALSE(parse_pull_request("it is in the git repository at: https://git.example.org/x main\n"));
}

TEST(PullRequest, QuotedOnesAreNone) {
  std::string quoted = "Pulled, thanks!\n\n> ";
  for (const char c : kText) quoted += c == '\n' ? std::string("\n> ") : std::string(1, c);
  EXPECT_FALSE(parse_pull_request(quoted));
}

TEST(PullRequest, EachHasItsOwnCommits) {
  const std::string other =
      with(with(with(kText, kBase, std::string(40, 'c')), kTip, std::string(40, 'd')), "tags/floppy-6.2", "tags/other");
  const auto found = parse_pull_request(kText + other + other);
  expect_usual(found);
  EXPECT_EQ(found->others, 2U);
  EXPECT_EQ(parse_pull_request(with(kText, "changes up to", "all up to") + other)->tip, "");
}

TEST(PullRequest, WhatIsDangerousIsRead) {
  // ... so that it can be refused by its name.
  EXPECT_EQ(parse_pull_request(with(kText, "https://git.example.org/ann/linux.git", "ext::sh"))->url, "ext::sh");
  EXPECT_EQ(parse_pull_request(with(kText, "https://git.example.org/ann/linux.git", "--upload-pack=x"))->url,
            "--upload-pack=x");
}

TEST(PullRequest, LongMailsAreLookedAtInFront) {
  expect_usual(parse_pull_request(kText + std::string(4 << 20, 'x')));
  EXPECT_FALSE(parse_pull_request(std::string(kMaxPullText, '\n') + kText));
  // Linear: each of these phrases leads nowhere.
  std::string empty;
  while (empty.size() < kMaxPullText) empty += "repository at: x/y changes since commit changes up to ";
  EXPECT_FALSE(parse_pull_request(empty));
}

TEST(PullRequest, OfAQuotedPrintableMail) {
  std::string body = kText;
  for (std::size_t at = 60; at < body.size(); at += 63)
    if (body[at] != '\n' && body[at - 1] != '\n') body.insert(at, "=\n");
  const auto mail = read_patch_mail(
      "From: Ann <ann@example.org>\nSubject: [GIT PULL] floppy\nMessage-ID: <p@x>\n"
      "Content-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: quoted-printable\n\n" +
          body,
      0);
  ASSERT_TRUE(mail);
  expect_usual(parse_pull_request(mail->body));
}

}  // namespace
}  // namespace lorelei::workflow
