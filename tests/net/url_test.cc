// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/url.hh"

#include <gtest/gtest.h>

#include "net/url_settings.hh"

namespace lorelei::net {
namespace {

TEST(Url, IsTakenApartAndPutTogether) {
  const auto url = parse_url("HTTPS://me:pw@[2001:DB8::1]:8443/A/b?x=m&q=1#frag");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user, "me:pw");
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/A/b");
  EXPECT_EQ(url->query, "x=m&q=1");
  EXPECT_EQ(url->origin(), "https://[2001:db8::1]:8443");
  EXPECT_EQ(url->text(), "https://me:pw@[2001:db8::1]:8443/A/b?x=m&q=1");
}

TEST(Url, DefaultPortIsNotSaid) {
  EXPECT_EQ(parse_url("https://h:443/")->origin(), "https://h");
  EXPECT_EQ(parse_url("http://h:443/")->origin(), "http://h:443");
  EXPECT_EQ(parse_url("nntps://h")->port_or_default(), 563);
}

TEST(Url, WhatIsNoneIsRefused) {
  for (const char* text : {"", "h", "//h", "http:/h", "http://", "http://h:0/", "http://h:65536/", "http://h:x/",
                           "http://a b/", "http://h/\n", "http://[::1/", "http://[h]/", "http://h%41/", "1http://h/"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_url(text));
  }
  EXPECT_FALSE(parse_url("http://h/" + std::string(kMaxUrl, 'x')));
}

TEST(Url, ArchivesHaveOneSpelling) {
  EXPECT_EQ(canonical_archive_url("HTTPS://Lore.Kernel.org:443//all").value_or(""), "https://lore.kernel.org/all/");
  EXPECT_EQ(canonical_archive_url("http://h").value_or(""), "http://h/");
  EXPECT_EQ(canonical_archive_url("http://h/A///b//?q=1#f").value_or(""), "http://h/A/b/");
  EXPECT_FALSE(canonical_archive_url("nntp://h/g"));
}

TEST(Url, PasswordsAreLeftOut) {
  EXPECT_EQ(without_password("https://me:s@cret@h/x@y:z"), "https://me@h/x@y:z");
  EXPECT_EQ(without_password("https://h/a:b@c"), "https://h/a:b@c");
  EXPECT_EQ(without_password("nonsense"), "nonsense");
}

// What lei sends for the same words.
TEST(Url, FormsAreEncodedAsLeiDoes) {
  EXPECT_EQ(form_encoded("s:\"a b\" AND (f:\xc3\xa9@x.org OR nq:~tilde!ok*) AND rt:1795820339.."),
            "s%3A%22a+b%22+AND+(f%3A%C3%A9%40x.org+OR+nq%3A~tilde!ok*)+AND+rt%3A1795820339..");
  EXPECT_EQ(form_encoded("a'b,c;d+e=f&g@h$i[j]#k%l<m>n{o}|p\\q^r`s?t/u-v_w.x"),
            "a'b%2Cc%3Bd%2Be%3Df%26g%40h%24i%5Bj%5D%23k%25l%3Cm%3En%7Bo%7D%7Cp%5Cq%5Er%60s%3Ft%2Fu-v_w.x");
}

TEST(Url, SegmentsComeBackDecoded) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decoded(segment_encoded(all)), all);
  EXPECT_EQ(segment_encoded("a/b+c@d%e"), "a%2Fb+c@d%25e");
  EXPECT_EQ(percent_decoded("%4x%"), "%4x%");
}

class UrlSettingTest : public testing::Test {
 protected:
  std::optional<std::string> proxy_of(const std::string& url) const {
    return url_setting(configs_, "http", "proxy", url);
  }
  UrlSettingTest() {
    const auto directory = TempDir::create(fs::temp_directory_path(), "url-test-");
    const auto path = directory->path() / "config";
    EXPECT_TRUE(replace_file(path,
                             "[http]\nproxy = all\n[http \"https://lore.kernel.org/\"]\nproxy = lore\n"
                             "[http \"https://*.kernel.org\"]\nproxy = any\n"
                             "[http \"https://lore.kernel.org/all/\"]\nproxy = path\n",
                             Sync::kNo));
    configs_.push_back(*git::Config::load(path, "/nonexistent"));
  }
  std::vector<git::Config> configs_;
};

TEST_F(UrlSettingTest, TheClosestWins) {
  EXPECT_EQ(proxy_of("https://example.org/"), "all");
  EXPECT_EQ(proxy_of("http://lore.kernel.org/"), "all");
  EXPECT_EQ(proxy_of("https://lore.kernel.org:8443/"), "all");
  EXPECT_EQ(proxy_of("https://tor.kernel.org/x"), "any");
  EXPECT_EQ(proxy_of("https://a.tor.kernel.org/x"), "all");
  EXPECT_EQ(proxy_of("https://LORE.kernel.org:443/allies/"), "lore");
  EXPECT_EQ(proxy_of("https://lore.kernel.org/all/?q=1"), "path");
}

}  // namespace
}  // namespace lorelei::net
