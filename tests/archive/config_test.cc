// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/config.hh"

#include <gmock/gmock.h>

#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Registered : public testing::Test {
 protected:
  Registered() { world.variables["HOME"] = box.path().string(); }
  void configure(std::string_view text) {
    box.run("mkdir -p .public-inbox");
    box.write(".public-inbox/config", text);
  }
  Registry load() { return Registry::load(world.env).value(); }
  std::string written() { return read_file(box.path() / ".public-inbox/config").value(); }
  git::Sandbox box;
  FakeEnv world;
};

TEST_F(Registered, NothingWithoutAFile) {
  const auto registry = load();
  EXPECT_TRUE(registry.inboxes().empty());
  EXPECT_EQ(registry.file(), box.path() / ".public-inbox/config");
}

TEST_F(Registered, ListsArchivesAndAggregatesWithTheirKeys) {
  configure(
      "[publicinbox \"lb\"]\n\taddress = a@x\n\taddress = b@x\n\turl = http://x/lb\n\tinboxdir = /srv/lb/\n"
      "\tnewsgroup = org.lb\n\tindexlevel = medium\n\tboost = 3\n\tlistid = lb.x\n\tHide = www\n"
      "[publicinbox \"old\"]\n\tmainrepo = /srv/../srv/old\n"
      "[publicinbox \"nowhere\"]\n\taddress = c@x\n[publicinbox \"no good\"]\n\tinboxdir = /srv/x\n"
      "[extindex \"all\"]\n\ttopdir = /srv/all\n\turl = http://x/all\n[publicinbox]\n\tnameIsUrl\n");
  const auto registry = load();
  ASSERT_EQ(registry.inboxes().size(), 2u);
  const auto& lb = registry.inboxes()[0];
  EXPECT_EQ(lb.name, "lb");
  EXPECT_EQ(lb.dir, "/srv/lb");
  EXPECT_THAT(lb.addresses, ElementsAre("a@x", "b@x"));
  EXPECT_THAT(lb.urls, ElementsAre("http://x/lb"));
  EXPECT_THAT(lb.list_ids, ElementsAre("lb.x"));
  EXPECT_EQ(lb.newsgroup, "org.lb");
  EXPECT_EQ(lb.index_level, "medium");
  EXPECT_EQ(lb.boost, 3);
  EXPECT_EQ(lb.aggregate_key(), "org.lb");
  EXPECT_THAT(lb.keys, ElementsAre(std::pair<std::string, std::string>("hide", "www")));
  EXPECT_EQ(registry.inboxes()[1].dir, "/srv/old");
  EXPECT_EQ(registry.inboxes()[1].aggregate_key(), "/srv/old");
  ASSERT_EQ(registry.aggregates().size(), 1u);
  EXPECT_EQ(registry.aggregates()[0].dir, "/srv/all");
}

TEST_F(Registered, PiConfigNamesAnotherFile) {
  box.write("other", "[publicinbox \"x\"]\ninboxdir = /x\n");
  world.variables["PI_CONFIG"] = box / "other";
  EXPECT_EQ(load().inboxes().size(), 1u);
}

TEST_F(Registered, AreFoundByNameAndByDirectory) {
  box.run("mkdir list free all && touch all/ei.lock && ln -s list link");
  configure("[publicinbox \"lb\"]\ninboxdir = " + box / "list" + "\n[extindex \"agg\"]\ntopdir = " + box / "all" +
            "\n");
  const auto registry = load();
  const struct {
    std::string word, name;
    Located::Kind kind;
  } cases[] = {
      {"lb", "lb", Located::Kind::kInbox},          {box / "list", "lb", Located::Kind::kInbox},
      {box / "link/", "lb", Located::Kind::kInbox}, {box / "free", box / "free", Located::Kind::kInbox},
      {"agg", "agg", Located::Kind::kAggregate},    {box / "all", "agg", Located::Kind::kAggregate},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.word);
    const auto located = registry.locate(c.word);
    ASSERT_TRUE(located) << to_text(located.error());
    EXPECT_EQ(located->name, c.name);
    EXPECT_EQ(located->kind, c.kind);
  }
}

TEST_F(Registered, AnUnknownNameSuggestsTheNearest) {
  configure("[publicinbox \"linux-block\"]\ninboxdir = /lb\n[publicinbox \"netdev\"]\ninboxdir = /nd\n");
  const auto located = load().locate("linux-blok");
  ASSERT_FALSE(located);
  EXPECT_EQ(located.error().kind, Error::Kind::kNotFound);
  EXPECT_THAT(located.error().why, HasSubstr("did you mean linux-block?"));
  EXPECT_THAT(load().locate("./none").error().why, HasSubstr("no such directory"));
}

TEST_F(Registered, ABrokenFileIsAnErrorWithItsLine) {
  configure("[publicinbox \"a\"]\ninboxdir = \"/a\n");
  const auto registry = Registry::load(world.env);
  ASSERT_FALSE(registry);
  EXPECT_THAT(registry.error().subject, testing::EndsWith("config:2"));
}

RegisteredInbox wanted() {
  RegisteredInbox inbox;
  inbox.name = "lb";
  inbox.dir = "/srv/lb";
  inbox.addresses = {"lb@example.com"};
  inbox.urls = {"http://x/lb"};
  inbox.index_level = "full";
  return inbox;
}

TEST_F(Registered, ANewSectionIsWhatPublicInboxInitWrites) {
  const auto done = register_inbox(world.env, wanted());
  ASSERT_TRUE(done) << to_text(done.error());
  EXPECT_EQ(written(),
            "[publicinbox \"lb\"]\n\taddress = lb@example.com\n\turl = http://x/lb\n\tinboxdir = /srv/lb\n"
            "\tindexlevel = full\n");
  EXPECT_EQ(box.run("stat -c %a .public-inbox/config; ls -A .public-inbox"), "600\nconfig\nconfig.flock");
}

TEST_F(Registered, RegisteringAgainAddsOnlyWhatIsNew) {
  configure("# mine\n[publicinbox \"zz\"]\n\tinboxdir = /zz\n");
  box.run("chmod 644 .public-inbox/config");
  ASSERT_TRUE(register_inbox(world.env, wanted()));
  auto more = wanted();
  more.addresses = {"LB@example.com", "other@example.com"};
  ASSERT_TRUE(register_inbox(world.env, more));
  EXPECT_THAT(load().by_name("lb")->addresses, ElementsAre("lb@example.com", "other@example.com"));
  EXPECT_THAT(load().by_name("lb")->urls, ElementsAre("http://x/lb"));
  EXPECT_THAT(written(), testing::StartsWith("# mine\n[publicinbox \"zz\"]"));
  EXPECT_EQ(box.run("stat -c %a .public-inbox/config"), "644");
}

TEST_F(Registered, ConflictsChangeNothing) {
  configure("[publicinbox \"zz\"]\n\tinboxdir = /zz\n\taddress = Zz@example.com\n");
  const auto before = written();
  auto same_name = wanted(), same_address = wanted(), bad_name = wanted();
  same_name.name = "zz";
  same_address.addresses = {"zz@example.com"};
  bad_name.name = "a/b";
  EXPECT_EQ(register_inbox(world.env, same_name).error().kind, Error::Kind::kConflict);
  EXPECT_EQ(register_inbox(world.env, same_address).error().kind, Error::Kind::kConflict);
  EXPECT_EQ(register_inbox(world.env, bad_name).error().kind, Error::Kind::kUsage);
  EXPECT_EQ(written(), before);
  EXPECT_EQ(box.run("ls -A .public-inbox"), "config\nconfig.flock");
}

TEST_F(Registered, TheLockOfAKilledRunIsNoLock) {
  box.run(
      "mkdir -p .public-inbox && touch .public-inbox/config.flock && cd .public-inbox && ln config.flock config.lock");
  ASSERT_TRUE(register_aggregate(world.env, "all", "/srv/all"));
  EXPECT_EQ(box.run("ls -A .public-inbox"), "config\nconfig.flock");
}

TEST_F(Registered, ALinkStaysALink) {
  box.run(
      "mkdir -p .public-inbox dotfiles && touch dotfiles/inboxes && ln -s ../dotfiles/inboxes .public-inbox/config");
  ASSERT_TRUE(register_aggregate(world.env, "all", "/srv/all"));
  EXPECT_EQ(box.run("readlink .public-inbox/config"), "../dotfiles/inboxes");
  EXPECT_EQ(box.run("git config -f dotfiles/inboxes extindex.all.topdir"), "/srv/all");
}

TEST_F(Registered, GitsLockIsRespected) {
  configure("");
  box.write(".public-inbox/config.lock", "");
  const auto done = register_inbox(world.env, wanted());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Error::Kind::kTemporary);
  EXPECT_THAT(done.error().why, HasSubstr("config.lock"));
  EXPECT_TRUE(fs::exists(box.path() / ".public-inbox/config.lock"));
}

TEST(IsValidName, AsPublicInboxHasIt) {
  for (const char* good : {"a", "linux-block", "org.kernel", "a@b", "ä"}) EXPECT_TRUE(is_valid_name(good)) << good;
  for (const char* bad : {"", ".a", "a.", "a..b", "a@{b", "a/b", "a:b", "a b", "a\tb", "a*", "a?", "a[", "a^", "a~"})
    EXPECT_FALSE(is_valid_name(bad)) << bad;
}

}  // namespace
}  // namespace lorelei::archive
