// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint_settings.hh"

#include <gtest/gtest.h>

#include "base/command.hh"
#include "base/text.hh"
#include "tests/fake_env.hh"

namespace lorelei::cmd {
extern const Command kEndpointServe;
}

namespace lorelei::serve {
namespace {

class EndpointSettingsTest : public testing::Test {
 protected:
  Result<EndpointSettings> read(const std::string& more, const std::string& base = kBase) {
    const auto file = place_.path() / "endpoint.conf";
    EXPECT_TRUE(replace_file(file, base + more));
    return read_endpoint_settings(world_.env, file);
  }
  static inline const std::string kBase =
      "[endpoint]\nname = Example\ndomain = example.org\ndatabase = db\nsendmail = \"/usr/sbin/sendmail -C 'a b'\"\n";
  fs::path directory() const { return place_.path(); }

 private:
  FakeEnv world_;
  TempDir place_ = *TempDir::create(fs::temp_directory_path(), "endpoint-test-");
};

TEST_F(EndpointSettingsTest, WhatIsSetAndWhatIsNot) {
  const auto settings = read("listen = a:1\nlisten = unix:b\nmaxMessage = 1k\nresendUncertain\narchive = /srv/x/\n");
  ASSERT_TRUE(settings) << to_text(settings.error());
  EXPECT_EQ(settings->listen, (std::vector<std::string>{"a:1", "unix:b"}));
  EXPECT_EQ(settings->database, directory() / "db");
  EXPECT_EQ(settings->archive, "/srv/x/");
  EXPECT_EQ(settings->sendmail, (std::vector<std::string>{"/usr/sbin/sendmail", "-C", "a b"}));
  EXPECT_EQ(settings->limits.message_bytes, 1024);
  EXPECT_TRUE(settings->resends_uncertain);
  EXPECT_EQ(settings->path, "/_b4_submit");
  EXPECT_EQ(settings->must_destinations.size(), 3u);
}

TEST_F(EndpointSettingsTest, WhatIsRefused) {
  for (const char* line :
       {"maxMesage = 1", "maxMessage = -1", "maxMessage = x", "mustDest = (", "bcc = nobody", "smtpServer = x",
        "smtpPort = 0", "smtpEncryption = yes", "path = x", "sendmail = 'a", "domain = a b"}) {
    SCOPED_TRACE(line);
    EXPECT_FALSE(read(line));
  }
  const auto near = read("maxMesage = 1");
  EXPECT_EQ(near.error().next, "endpoint.maxMessage");
  EXPECT_FALSE(read("", "[endpoint]\nname = x\n"));
  EXPECT_FALSE(read("", ""));
}

TEST_F(EndpointSettingsTest, AMailServerInPlaceOfAProgram) {
  const auto settings =
      read("smtpServer = mail.example.org\nsmtpEncryption = ssl\nsmtpPort = 466\nsmtpUser = me\nsmtpPass = secret\n",
           "[endpoint]\nname = Example\ndomain = example.org\ndatabase = db\n");
  ASSERT_TRUE(settings) << to_text(settings.error());
  EXPECT_EQ(settings->smtp.host, "mail.example.org");
  EXPECT_EQ(settings->smtp.port, 466);
  EXPECT_EQ(settings->smtp.encryption, SmtpRelay::Encryption::kTls);
  EXPECT_EQ(settings->smtp.helo, "example.org");
}

TEST_F(EndpointSettingsTest, TheManualNamesEveryKey) {
  const std::string manual = cmd::kEndpointServe.description;
  for (const auto& key : endpoint_keys()) EXPECT_NE(manual.find(key), manual.npos) << key;
}

}  // namespace
}  // namespace lorelei::serve
