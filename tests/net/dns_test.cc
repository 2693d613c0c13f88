// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/dns.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/peers.hh"

namespace lorelei::net {
namespace {

using State = TxtAnswer::State;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(Dns, StringsOfOneRecordAreJoined) {
  EXPECT_EQ(joined_txt(std::string_view("\x03"
                                        "a=1"
                                        "\x00"
                                        "\x02"
                                        "; ",
                                        8)),
            "a=1; ");
  EXPECT_EQ(joined_txt(""), "");
  EXPECT_EQ(joined_txt("\x04"
                       "abc"),
            std::nullopt);
  std::string longest;
  while (longest.size() < kMaxTxtRecord + 32) longest += '\x7f' + std::string(127, 'x');
  EXPECT_EQ(joined_txt(std::string_view(longest).substr(0, 64 * 128))->size(), 64U * 127U);
  EXPECT_EQ(joined_txt(longest + longest), std::nullopt);
}

TEST(Dns, NamesOfHosts) {
  const std::string label(63, 'a');
  for (const auto good : {"a", "a.b", "a.b.", "_x.a-b.example", "2024._domainkey.example.org"}) {
    SCOPED_TRACE(good);
    EXPECT_TRUE(is_host_name(good));
  }
  EXPECT_TRUE(is_host_name(label + "." + label + "." + label));
  for (const auto bad : {"", ".", "a..b", ".a", "a b", "a/b", "\xc3\xbc.example", "a.b..", "a\n.b", "*.example"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(is_host_name(bad));
  }
  EXPECT_FALSE(is_host_name(label + "a"));
  EXPECT_FALSE(is_host_name(label + "." + label + "." + label + "." + label));
}

// A zone that was signed once, until 2080: key is as it was signed, bad was changed afterwards.
constexpr auto kSignedZone = R"(signed.example. 3600 IN SOA ns.signed.example. host.signed.example. 1 3600 600 86400 300
signed.example. 3600 IN RRSIG SOA 15 2 3600 20800101000000 20200101000000 64504 signed.example. JrfkWk7w49jL/4cNMlC2blEgFUwrcDeH HqtdFrG1sChTJUwXffMHrjeZc6hEdZpS vD6Ctz22TByZe12G4jZsAw==
signed.example. 3600 IN NS ns.signed.example.
signed.example. 3600 IN RRSIG NS 15 2 3600 20800101000000 20200101000000 64504 signed.example. srz82g8DqGxhsBthdna6SFaS2Cyii+Yr 1KHK3gil6P8dXHMdmUgx2EprFQ9u0rZG JvkZ8M69Vk3THjOexH2kCg==
key.signed.example. 3600 IN TXT "v=DKIM1; p=abc"
key.signed.example. 3600 IN RRSIG TXT 15 3 3600 20800101000000 20200101000000 64504 signed.example. qSxewQ+3gx7fr0wzx5vNdShQCz2RZtMn fQvhS/wnv6V7noARbPwLj4MASAA07CRe RnfH3DTj01aTe0So5wxOAQ==
bad.signed.example. 3600 IN TXT "v=DKIM1; p=abd"
bad.signed.example. 3600 IN RRSIG TXT 15 3 3600 20800101000000 20200101000000 64504 signed.example. hQGhA/Bl216DsC76boyBzMV8ooyXG/zK mGeck0dJHgbsqkN58TxO5iyxXAy9V5ii 4QMoNaHhM84F1rUMYPMrCw==
signed.example. 3600 IN DNSKEY 257 3 15 UVcuUoOCeVEYIM3LJ8XD5UArO63i3HwH 3XRuZhd/a70=
signed.example. 3600 IN RRSIG DNSKEY 15 2 3600 20800101000000 20200101000000 64504 signed.example. mNoB0Cf6wqHdDqdcIMj3JNje4hnIrcU4 yIVclh3GnxF37YzkukZ3egsv3oiE8yAK CQhtaX0Ac/ydnhYqHGhsAQ==)";
constexpr auto kTrustAnchor = "signed.example. 3600 IN DNSKEY 257 3 15 UVcuUoOCeVEYIM3LJ8XD5UArO63i3HwH 3XRuZhd/a70=\n";

// A name server of our own for a test.
class DnsServer : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(testing::TempDir(), "dns");
    ASSERT_TRUE(made);
    directory_ = std::make_unique<TempDir>(*std::move(made));
    std::string longest = "local-data: 'long.example.org. TXT";
    for (int i = 0; i < 18; ++i) longest += " \"" + std::string(250, static_cast<char>('a' + i)) + '"';
    std::string over = "local-data: 'over.example.org. TXT";
    for (int i = 0; i < 40; ++i) over += " \"" + std::string(250, 'x') + '"';
    const std::string zones = R"(
  local-zone: "example.org." static
  local-zone: "signed.example." transparent
  local-zone: "silent.example." deny
  local-zone: "broken.example." always_refuse
  local-data: 'one.example.org. TXT "v=DKIM1; " "p=abc"'
  local-data: 'two.example.org. TXT "first"'
  local-data: 'two.example.org. TXT "second"'
  local-data: 'address.example.org. A 192.0.2.1'
  local-data: 'alias.example.org. CNAME middle.example.org.'
  local-data: 'middle.example.org. CNAME one.example.org.'
  local-data: 'nowhere.example.org. CNAME missing.example.org.'
  local-data: 'loop.example.org. CNAME pool.example.org.'
  local-data: 'pool.example.org. CNAME loop.example.org.'
  )" + longest + "'\n  " + over +
                              "'\n";
    RunOptions options;
    options.process.environment = {{"UNBOUND_ZONES", zones},
                                   {"UNBOUND_ZONE", "signed.example."},
                                   {"UNBOUND_ZONE_FILE", kSignedZone},
                                   {"TMPDIR", std::nullopt}};
    const auto started = run_process({UNBOUND, "start", directory_->path().string()}, options);
    ASSERT_TRUE(started) << to_text(started.error());
    if (started->status == 77) SKIP_WITHOUT_PEER("unbound is not installed");
    ASSERT_EQ(started->status, 0) << started->err;
    for (const auto line : split(started->out, '\n'))
      if (line.starts_with("DNS_SERVER=")) server_ = line.substr(line.find('=') + 1);
  }
  void TearDown() override {
    if (!server_.empty()) (void)run_process({UNBOUND, "stop", directory_->path().string()});
  }
  DnsOptions options(milliseconds budget = milliseconds(5'000)) const {
    return {.resolvers = {server_}, .budget = budget, .trust_anchor = ""};
  }

  std::string server_;
  std::unique_ptr<TempDir> directory_;
};

TEST_F(DnsServer, AnswersAsItIsTold) {
  auto dns = Dns::open(options());
  ASSERT_TRUE(dns) << to_text(dns.error());
  const auto one = dns->txt("one.example.org");
  EXPECT_EQ(one.state, State::kFound) << one.reason;
  EXPECT_EQ(one.security, TxtAnswer::Security::kInsecure);
  EXPECT_THAT(one.records, ElementsAre("v=DKIM1; p=abc"));
  EXPECT_THAT(dns->txt("ONE.Example.ORG.").records, ElementsAre("v=DKIM1; p=abc"));
  EXPECT_THAT(dns->txt("two.example.org").records, UnorderedElementsAre("first", "second"));
  EXPECT_THAT(dns->txt("alias.example.org").records, ElementsAre("v=DKIM1; p=abc"));
  const auto longest = dns->txt("long.example.org");
  ASSERT_EQ(longest.records.size(), 1U) << longest.reason;
  EXPECT_EQ(longest.records[0].size(), 18U * 250U);
  EXPECT_TRUE(longest.records[0].starts_with("aaa"));
}

TEST_F(DnsServer, NothingThereIsNotTheSameAsNobodyThere) {
  auto dns = Dns::open(options());
  ASSERT_TRUE(dns) << to_text(dns.error());
  EXPECT_EQ(dns->txt("missing.example.org").state, State::kNoName);
  EXPECT_EQ(dns->txt("nowhere.example.org").state, State::kNoName);
  EXPECT_EQ(dns->txt("address.example.org").state, State::kNoData);
  EXPECT_EQ(dns->txt("no name").state, State::kNoName);
  const auto over = dns->txt("over.example.org");
  EXPECT_EQ(over.state, State::kNoData);
  EXPECT_THAT(over.reason, HasSubstr("too long"));
  const auto broken = dns->txt("a.broken.example");
  EXPECT_EQ(broken.state, State::kUnavailable);
  EXPECT_FALSE(broken.reason.empty());
  EXPECT_NE(dns->txt("loop.example.org").state, State::kFound);
}

TEST_F(DnsServer, SilenceEndsWithTheBudgetAndIsRemembered) {
  auto dns = Dns::open(options(milliseconds(150)));
  ASSERT_TRUE(dns) << to_text(dns.error());
  const auto first = dns->txt("a.silent.example");
  EXPECT_EQ(first.state, State::kUnavailable);
  EXPECT_THAT(first.reason, HasSubstr("in time"));
  EXPECT_EQ(dns->txt("a.silent.example").reason, first.reason);
  for (const auto name : {"b.silent.example", "c.silent.example"}) EXPECT_EQ(dns->txt(name).state, State::kUnavailable);
  EXPECT_EQ(dns->txt("d.silent.example").reason, "no name server answers");
}

TEST_F(DnsServer, DnssecProvesAndRefutes) {
  auto with_anchor = options();
  with_anchor.trust_anchor = directory_->path() / "anchor";
  ASSERT_TRUE(replace_file(with_anchor.trust_anchor, kTrustAnchor, Sync::kNo));
  auto dns = Dns::open(with_anchor);
  ASSERT_TRUE(dns) << to_text(dns.error());
  const auto proven = dns->txt("key.signed.example");
  EXPECT_EQ(proven.state, State::kFound) << proven.reason;
  EXPECT_EQ(proven.security, TxtAnswer::Security::kSecure);
  EXPECT_THAT(proven.records, ElementsAre("v=DKIM1; p=abc"));
  const auto refuted = dns->txt("bad.signed.example");
  EXPECT_EQ(refuted.state, State::kUnavailable);
  EXPECT_EQ(refuted.security, TxtAnswer::Security::kBogus);
  EXPECT_THAT(refuted.reason, HasSubstr("DNSSEC"));
  EXPECT_TRUE(refuted.records.empty());
  EXPECT_EQ(dns->txt("one.example.org").security, TxtAnswer::Security::kInsecure);

  auto without = Dns::open(options());
  EXPECT_EQ(without->txt("key.signed.example").security, TxtAnswer::Security::kInsecure);
}

TEST_F(DnsServer, AnAnswerIsKeptForTheProcess) {
  auto lookup = dns_lookup(options());
  EXPECT_EQ(lookup("missing.example.org").state, State::kNoName);
  EXPECT_EQ(lookup("one.example.org").state, State::kFound);
  ASSERT_EQ(run_process({UNBOUND, "stop", directory_->path().string()})->status, 0);
  server_.clear();
  EXPECT_EQ(lookup("missing.example.org").state, State::kNoName);
  EXPECT_EQ(lookup("One.example.org.").state, State::kFound);
}

TEST(Dns, AResolverThatIsNoAddressIsRefused) {
  const auto dns = Dns::open({.resolvers = {"not an address"}, .trust_anchor = ""});
  ASSERT_FALSE(dns);
  EXPECT_EQ(dns.error().kind, Error::Kind::kUsage);
  EXPECT_EQ(dns.error().subject, "not an address");
  EXPECT_EQ(dns_lookup({.resolvers = {"@"}, .trust_anchor = ""})("example.org").state, State::kUnavailable);
}

TEST(Dns, NobodyListensIsUnavailable) {
  auto dns = Dns::open({.resolvers = {"127.0.0.1@1"}, .budget = milliseconds(500), .trust_anchor = ""});
  ASSERT_TRUE(dns) << to_text(dns.error());
  const auto answer = dns->txt("example.org");
  EXPECT_EQ(answer.state, State::kUnavailable);
  EXPECT_FALSE(answer.reason.empty());
}

}  // namespace
}  // namespace lorelei::net
