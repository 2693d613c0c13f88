// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_place.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

bool passes(const std::string& url, LocalPlaces local = LocalPlaces::kRefused, const std::string& ref = "tags/x") {
  const auto checked = check_pull_place(url, ref, local);
  if (!checked) {
    EXPECT_EQ(checked.error().kind, Error::Kind::kRefused);
  }
  return checked.has_value();
}

TEST(PullPlace, Servers) {
  for (const char* url :
       {"git://git.example.org/pub/scm/linux.git", "https://git.example.org/x", "http://127.0.0.1:8080/x.git",
        "ssh://git@git.example.org/x", "https://git.example.org/~ann/a%2Fb", "git@git.example.org:ann/linux.git",
        "gitolite.example.org:pub/scm/x", "git://[2001:db8::1]/x", "ssh://git.example.org:2222/x"})
    EXPECT_TRUE(passes(url)) << url;
}

TEST(PullPlace, ProgramsOptionsAndNames) {
  for (const char* url : {"ext::sh -c x",
                          "ext::sh",
                          "fd::17",
                          "a.b+c-d::x",
                          "--upload-pack=touch x",
                          "-oProxyCommand=x:y",
                          "origin",
                          "",
                          "ftp://git.example.org/x",
                          "HTTPS://git.example.org/x",
                          "foo://x/y",
                          "ssh://-oProxyCommand=x/y",
                          "ssh://-x@git.example.org/y",
                          "-x@git.example.org:y",
                          "git@-x:y",
                          "git@host:-x",
                          "https:///x",
                          "c:x",
                          "git@ho;st:x",
                          "https://git.example.org/\xc3\xa9"}) {
    EXPECT_FALSE(passes(url)) << url;
    EXPECT_FALSE(passes(url, LocalPlaces::kAllowed)) << url;
  }
}

TEST(PullPlace, ControlCharacters) {
  for (const char* url :
       {"https://git.example.org/a b", "https://git.example.org/a\nb", "https://git.example.org/\x1b[1m",
        "git://git.example.org/%0aHost:%20x", "https://git.example.org/%00", "/srv/%0a"})
    EXPECT_FALSE(passes(url, LocalPlaces::kAllowed)) << url;
  EXPECT_FALSE(passes("https://git.example.org/" + std::string(kMaxPullUrl, 'x')));
}

TEST(PullPlace, ThisMachine) {
  for (const char* url : {"file:///srv/x.git", "/srv/x.git", "./x", "../x"}) {
    EXPECT_FALSE(passes(url)) << url;
    EXPECT_TRUE(passes(url, LocalPlaces::kAllowed)) << url;
  }
}

TEST(PullPlace, ProtocolsForGit) {
  const git::Config none;
  EXPECT_EQ(allowed_protocols(LocalPlaces::kRefused, std::nullopt, none), "git:http:https:ssh");
  EXPECT_EQ(allowed_protocols(LocalPlaces::kAllowed, std::nullopt, none), "git:http:https:ssh:file");
  EXPECT_EQ(allowed_protocols(LocalPlaces::kAllowed, "https:ext:ssh", none), "https:ssh");
  EXPECT_EQ(allowed_protocols(LocalPlaces::kAllowed, "", none), "");
}

TEST(PullPlace, Refs) {
  for (const char* ref : {"tags/x", "HEAD", "for-next", "refs/heads/a/b"})
    EXPECT_TRUE(passes("https://git.example.org/x", LocalPlaces::kRefused, ref)) << ref;
  for (const char* ref : {"-x", "--upload-pack=x", "a:b", "+a", "a..b", "", "*", "a b", "^a", "a\nb"})
    EXPECT_FALSE(passes("https://git.example.org/x", LocalPlaces::kRefused, ref)) << ref;
}

TEST(PullPlace, AsMergesHaveIt) {
  EXPECT_EQ(url_of_merge("https://ann:pw@git.example.org/x.git/"), "https://git.example.org/x");
  EXPECT_EQ(url_of_merge("git@git.example.org:x.git"), "git.example.org:x");
  EXPECT_EQ(url_of_merge("https://git.example.org/a@b"), "https://git.example.org/a@b");
  EXPECT_EQ(url_of_merge("/srv/a@b//"), "/srv/a@b");
  EXPECT_EQ(url_of_merge("git.example.org:a@b"), "git.example.org:a@b");  // it is a file's name there
  EXPECT_EQ(url_of_merge("git.example.org:)@"), "git.example.org:)@");
  EXPECT_EQ(url_of_merge("git.example.org:a@v1:2"), "git.example.org:a@v1:2");
  EXPECT_EQ(url_of_merge("https://@git.example.org/x"), "https://git.example.org/x");
  EXPECT_EQ(url_of_merge("https://ann:p@ss@git.example.org/x"), "https://git.example.org/x");
}

}  // namespace
}  // namespace lorelei::workflow
