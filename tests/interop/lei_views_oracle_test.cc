// SPDX-License-Identifier: GPL-3.0-or-later
// Odd messages and odd patches, shown, answered and made into queries by us and by lei's own modules: the same must
// come out. Skipped where lei is not installed.
#include <gtest/gtest.h>

#include <map>

#include "base/files.hh"
#include "base/process.hh"
#include "interop/mail/odd_mail.hh"
#include "lei/patch_query.hh"
#include "lei/reply_view.hh"
#include "lei/text_view.hh"
#include "tests/peers.hh"

namespace lorelei::lei {
namespace {

// A mail with a patch that git could have written, except where it could not.
class OddPatch {
 public:
  explicit OddPatch(unsigned seed) : random_(seed) {}

  std::string message() {
    std::string raw = one_in(2) ? "From 0123456789 Mon Sep 17 00:00:00 2001\n" : "";
    raw += "From: " + pick({"A U Thor <a@example.org>", "=?utf-8?q?J=C3=B6rg?= <j@example.org>", "b@example.org"});
    raw += "\nTo: " + many_addresses() + "\nCc: " + many_addresses();
    raw += "\nSubject: " + pick({"[PATCH v2 3/7] block: fix it", "=?utf-8?q?caf=C3=A9?=", "Re: [PATCH] x"});
    raw += "\nDate: Fri, 20 Jul 2018 07:21:41 +0000\nMessage-ID: <1@example.org>\nReferences: <2@x> <3@x>\n";
    raw += pick({"", "Content-Type: text/plain; charset=utf-8\n", "Content-Type: text/plain\n",
                 "Content-Type: text/plain; charset=iso-8859-1\n"});
    raw += "\n" + pick({"Why.\n", "> quoted\n>> more\n\nWhy.\n", ""}) + "---\n f.c | 2 +-\n\n";
    for (auto files = random_() % 3 + 1; files > 0; --files) raw += file();
    return raw + pick({"-- \n2.30\n", "", "-- \r\n", "-- 2\n"}) + pick({"", "trailing\n+not in a diff\n"});
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  std::string pick(std::vector<std::string> from) { return from[random_() % from.size()]; }

  std::string many_addresses() {
    std::string out = "first@example.org";
    for (auto n = random_() % 8; n > 0; --n)
      out += pick({", ", ",", " , "}) +
             pick({"Some Body <some.body@example.org>", "\"Last, First\" <l@example.org>", "x@y (a comment)",
                   "averyveryveryverylongnamewithoutanyspaceswhatsoever@averyveryverylongdomain.example.org",
                   "J\xc3\xb6rg M\xc3\xbcller <jm@example.org>"});
    return out;
  }
  std::string name() {
    return pick({"/drivers/block/floppy.c", "/x", "/dir with space/f.h", "/d/\xc3\xa4.c", "/Kconfig"});
  }
  std::string blob() { return pick({"090d998b6c2c", "6e006fd73b1d", "0000000", "abc", "1234567890abcdef"}); }
  std::string file() {
    const auto a = name(), b = one_in(5) ? name() : a;
    std::string out = pick({"diff --git a" + a + " b" + b + "\n", "diff --git a" + a + " b" + b + "\n", "",
                            "diff --git x y\n", "diff -u a b\n"});
    out += pick({"", "", "new file mode 100644\n", "similarity index 90%\nrename from a\nrename to b\n",
                 "old mode 100644\nnew mode 100755\n", "dissimilarity index 3%\n"});
    out += "index " + blob() + ".." + blob() + pick({" 100644\n", "\n", "g\n"});
    out += "--- " + pick({"a" + a, "/dev/null", "\"a/q\\\"uo.c\"", "a" + a}) + "\n";
    out += "+++ " + pick({"b" + b, "/dev/null", "b" + b}) + "\n";
    for (auto hunks = random_() % 3 + 1; hunks > 0; --hunks) out += hunk();
    return out;
  }
  std::string hunk() {
    std::string out = "@@ -" + pick({"1,3", "10", "53,6"}) + " +1,4 @@" +
                      pick({" static int floppy_open(struct gendisk *disk)", "", " ", " a", "x", "\tfoo: bar"}) + "\n";
    for (auto n = random_() % 7; n > 0; --n)
      out += pick({" ", "+", "-", "+", "-", " "}) +
             pick({"\tif (a < b && c->d)", "return -EINVAL;", "", "caf\xc3\xa9 ol\xc3\xa9", "-- a/b", "++ b/c", "x",
                   "\"quoted\" | piped=1, <html>", "/* comment */", "- ", "bad \xe9 byte", "[\x01] control"}) +
             pick({"\n", "\n", "\n", "\r\n"});
    return out + pick({"", "", "\n", "\\ No newline at end of file\n", "Binary files a and b differ\n", "> quoted\n"});
  }

  std::mt19937 random_;
};

constexpr unsigned kMessages = 1500;

std::string made(unsigned seed) { return seed % 2 ? mail::OddMail(seed).message() : OddPatch(seed).message(); }

class LeiViews : public testing::Test {
 protected:
  void SetUp() override {
    auto made_directory = TempDir::create(fs::temp_directory_path(), "lei-views");
    ASSERT_TRUE(made_directory);
    directory_.emplace(std::move(*made_directory));
    for (unsigned seed = 1; seed <= kMessages; ++seed)
      ASSERT_TRUE(create_file(directory_->path() / std::to_string(seed), made(seed), Sync::kNo));
  }

  // Compares ours(message) with what the script prints for the two words.
  template <class Ours>
  void compare(const std::string& what, const std::string& how, Ours ours) {
    Argv argv = {INTEROP_DIR "/lei/views.pl", what, how};
    for (unsigned seed = 1; seed <= kMessages; ++seed)
      argv.push_back((directory_->path() / std::to_string(seed)).string());
    const auto peer = run_process(argv);
    if (!peer || peer->status == 77 || peer->status == 127) SKIP_WITHOUT_PEER("lei is not installed");
    ASSERT_EQ(peer->status, 0) << peer->err;
    std::string_view left = peer->out;
    unsigned seen = 0, wrong = 0;
    while (!left.empty()) {
      const auto line = left.substr(0, left.find('\n'));
      const auto words = split_words(line);
      ASSERT_EQ(words.size(), 2u);
      const auto size = parse_uint(words[1]).value_or(0);
      const auto theirs = left.substr(line.size() + 1, size);
      left.remove_prefix(line.size() + 1 + size);
      const auto raw = made(static_cast<unsigned>(parse_uint(words[0]).value_or(0)));
      ++seen;
      if (const auto we = ours(raw); we != theirs && ++wrong <= 3)
        ADD_FAILURE() << words[0] << " theirs:\n" << theirs << "\nours:\n" << we << "\nof:\n" << raw;
    }
    EXPECT_EQ(seen, kMessages);
    EXPECT_EQ(wrong, 0u) << "messages differ; three are shown";
  }

  std::optional<TempDir> directory_;
};

ShownMessage shown(const mail::Entity& message) {
  return {.message = message,
          .blob = "4d0e52fc4e43b3e633bcc29e5d8ac6758899c945",
          .percent = 99,
          .keywords = {"flagged", "seen"},
          .labels = {"inbox"},
          .received = 1532071301};
}

TEST_F(LeiViews, Text) {
  compare("text", "plain", [](std::string_view raw) { return text_view(shown(mail::Entity(raw))); });
}

TEST_F(LeiViews, ColouredText) {
  const Palette palette;
  compare("text", "colour",
          [&](std::string_view raw) { return text_view(shown(mail::Entity(raw)), {.palette = &palette}); });
}

TEST_F(LeiViews, Reply) {
  compare("reply", "plain", [](std::string_view raw) { return reply_view(shown(mail::Entity(raw))); });
}

TEST_F(LeiViews, ColouredReply) {
  const Palette palette;
  compare("reply", "colour",
          [&](std::string_view raw) { return reply_view(shown(mail::Entity(raw)), {.palette = &palette}); });
}

std::string query_of(const std::string& wanted, std::string_view raw) {
  PatchQuery query(std::vector{wanted});
  query.add(raw);
  return query.text() + "\n";
}

TEST_F(LeiViews, PatchQueries) {
  for (const std::string wanted : {"dfpost7", "dfpre,dfn,dfa,dfb,dfctx,dfhh", "s,OR,f,t,c,-bs", "tc NEAR/3 a", "tcf",
                                   "dfn* +dfa3 dfb12*,dfhh", "OR,XOR,AND,NOT,ADJ,7,dfpost*4"})
    compare("p2q", wanted, [&](std::string_view raw) { return query_of(wanted, raw); });
}

TEST_F(LeiViews, PatchQueriesForUrls) {
  compare("p2q-uri", "dfn,OR,dfctx,dfhh", [](std::string_view raw) {
    PatchQuery query(std::vector<std::string>{"dfn,OR,dfctx,dfhh"});
    query.add(raw);
    return query.uri() + "\n";
  });
}

}  // namespace
}  // namespace lorelei::lei
