// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/letter.hh"

#include <gtest/gtest.h>

#include "base/files.hh"
#include "mail/message.hh"
#include "sample_mail/output.hh"

namespace lorelei::sample {
namespace {

TEST(Letter, IsReadBackAsItWasMeant) {
  Letter letter;
  letter.from = {"Jürgen Österlind", "j@example.net", 60};
  letter.to = {"a@example.org", "b@example.org"};
  letter.subject = "Größenwahn, über mehr als ein kodiertes Wort hinaus, das ist gewiß";
  letter.id = "x@example.net";
  letter.references = {"r1@x", "r2@x"};
  letter.body = "Zeile = eins \nzwei\tüber\n" + std::string(100, 'l') + "\n";
  for (const auto transfer : {Transfer::kAsIs, Transfer::kQuotedPrintable, Transfer::kBase64}) {
    letter.transfer = transfer;
    const auto bytes = to_bytes(letter);
    const mail::Entity message(bytes);
    EXPECT_EQ(message.header("Subject"), std::vector<std::string>{letter.subject});
    EXPECT_EQ(message.header_raw("In-Reply-To"), std::vector<std::string>{"<r2@x>"});
    EXPECT_EQ(message.header_raw("To"), std::vector<std::string>{"a@example.org, b@example.org"});
    auto text = *message.text();
    std::erase(text, '\r');
    EXPECT_EQ(text, letter.body);
  }
}

TEST(Letter, DatesOfTheCalendar) {
  EXPECT_EQ(mail_date(0, 0), "Thu, 1 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(mail_date(951782400, -330), "Mon, 28 Feb 2000 18:30:00 -0530");
  EXPECT_EQ(mail_date(951868799, 60), "Wed, 1 Mar 2000 00:59:59 +0100");
  EXPECT_EQ(date_digits(1795264496), "20261121123456");
}

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(fs::temp_directory_path(), "sample");
    ASSERT_TRUE(made);
    dir_.emplace(*std::move(made));
  }
  std::optional<TempDir> dir_;
};
using OutputTest = Files;

TEST_F(OutputTest, MboxrdEscapesFromLines) {
  const auto path = dir_->path() / "x.mbox";
  auto out = open_mboxrd(path);
  ASSERT_TRUE(out);
  ASSERT_TRUE((*out)->add("Subject: x\n\nFrom a\n>From b\n>>From c\nFromage\n", 1));
  ASSERT_TRUE((*out)->add("no end", 2));
  ASSERT_TRUE((*out)->close());
  const std::string from = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
  EXPECT_EQ(*read_file(path), from + "Subject: x\n\n>From a\n>>From b\n>>>From c\nFromage\n\n" + from + "no end\n\n");
  EXPECT_FALSE(open_mboxrd(path));
}

TEST_F(OutputTest, MaildirHoldsTheBytes) {
  const auto path = dir_->path() / "mail";
  auto out = open_maildir(path);
  ASSERT_TRUE(out);
  ASSERT_TRUE((*out)->add("From a\r\n", 77));
  ASSERT_TRUE((*out)->close());
  EXPECT_EQ(*read_file(path / "cur" / "77.M000001.sample:2,S"), "From a\r\n");
  EXPECT_TRUE(fs::is_directory(path / "new") && fs::is_directory(path / "tmp"));
  EXPECT_FALSE(open_maildir(path));
}

}  // namespace
}  // namespace lorelei::sample
