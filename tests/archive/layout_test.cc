// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/layout.hh"

#include <gmock/gmock.h>

#include "archive/epoch_source.hh"
#include "archive/status.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::Sandbox;
using Kind = Layout::Kind;

TEST(Layout, IsToldByWhatLiesThere) {
  const struct {
    const char* made;
    std::optional<Kind> kind;
  } cases[] = {
      {"mkdir d", {}},
      {":", {}},
      {"touch d", {}},
      {"git init -q --bare d", {}},
      {"mkdir d && touch d/inbox.lock", Kind::kVersion2},
      {"mkdir -p d/xap15", Kind::kVersion2},
      {"git init -q --bare d && touch d/ssoma.lock", Kind::kVersion1},
      {"git init -q --bare d && mkdir d/public-inbox", {}},
      {"mkdir -p d/public-inbox/xapian15", Kind::kVersion1},
      {"mkdir -p d/public-inbox && touch d/public-inbox/msgmap.sqlite3", Kind::kVersion1},
      {"mkdir -p d/ALL.git", Kind::kAggregate},
      {"mkdir -p d/ei15", Kind::kAggregate},
      {"mkdir d && touch d/ei.lock", Kind::kAggregate},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.made);
    const Sandbox box;
    box.run(c.made);
    const auto layout = find_layout(box.path() / "d");
    ASSERT_EQ(layout.has_value(), c.kind.has_value());
    EXPECT_EQ(layout.value_or(Layout{}).kind, c.kind.value_or(Layout{}.kind));
  }
}

TEST(Layout, SaysWhereThingsLie) {
  const Layout one{Kind::kVersion1, "/a"}, two{Kind::kVersion2, "/a"}, all{Kind::kAggregate, "/a"};
  EXPECT_EQ(one.over(), "/a/public-inbox/xapian15/over.sqlite3");
  EXPECT_EQ(one.msgmap(), "/a/public-inbox/msgmap.sqlite3");
  EXPECT_EQ(one.objects(), "/a/objects");
  EXPECT_EQ(two.over(), "/a/xap15/over.sqlite3");
  EXPECT_EQ(two.msgmap(), "/a/msgmap.sqlite3");
  EXPECT_EQ(two.objects(), "/a/all.git/objects");
  EXPECT_EQ(all.over(), "/a/ei15/over.sqlite3");
  EXPECT_EQ(all.objects(), "/a/ALL.git/objects");
}

TEST(Layout, AnArchiveOfVersionOneHasAStatusAndIsNoSourceOfEpochs) {
  const Sandbox box;
  box.run("git init -q --bare d && touch d/ssoma.lock");
  const auto status = status_of({Located::Kind::kInbox, "d", box.path() / "d", std::nullopt});
  ASSERT_TRUE(status) << to_text(status.error());
  EXPECT_EQ(status->index, IndexState::kNone);
  EXPECT_EQ(status->epochs, 0u);
  const FakeEnv world;
  const auto epochs = find_epochs(world.env, box / "d");
  ASSERT_FALSE(epochs);
  EXPECT_EQ(epochs.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(epochs.error().next, testing::HasSubstr("public-inbox-convert"));
}

}  // namespace
}  // namespace lorelei::archive
