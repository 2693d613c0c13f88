// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/reply_tree.hh"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace lorelei::mail {
namespace {

using Messages = std::vector<ReplyTreeMessage>;

// "a(b(c)d)": ids and what hangs below them; ghosts with a "?".
std::string shown(const Messages& messages) {
  std::string out;
  int depth = 0;
  for (const auto& line : reply_tree(messages)) {
    if (line.depth > depth) out += "(";
    for (; depth > line.depth; --depth) out += ")";
    depth = line.depth;
    out += line.id + (line.message ? "" : "?");
  }
  return out + std::string(static_cast<std::size_t>(depth), ')');
}

TEST(ReplyTree, Table) {
  const struct {
    const char* name;
    Messages messages;
    const char* tree;
  } cases[] = {
      {"a conversation", {{"a", {}, 1}, {"b", {"a"}, 2}, {"c", {"a", "b"}, 3}, {"d", {"a"}, 4}}, "a(b(c)d)"},
      {"siblings by date", {{"a", {}, 1}, {"late", {"a"}, 9}, {"early", {"a"}, 2}}, "a(earlylate)"},
      {"two conversations", {{"b", {}, 2}, {"a", {}, 1}}, "ab"},
      {"a missing parent", {{"b", {"a"}, 2}, {"c", {"a"}, 3}}, "a?(bc)"},
      {"a missing one in between", {{"a", {}, 1}, {"c", {"a", "b"}, 3}}, "a(b?(c))"},
      {"ghosts without children do not show", {{"b", {"b"}, 2}}, "b"},
      {"the last reference counts", {{"a", {}, 1}, {"b", {}, 2}, {"c", {"a", "b"}, 3}}, "a(b(c))"},
      {"what hangs already stays", {{"a", {}, 1}, {"b", {"x"}, 2}, {"c", {"a", "b"}, 3}}, "ax?(b(c))"},
      {"refers to itself", {{"a", {"a"}, 1}}, "a"},
      {"two refer to each other", {{"a", {"b"}, 1}, {"b", {"a"}, 2}}, "b(a)"},
      {"three in a ring", {{"a", {"c"}, 1}, {"b", {"a"}, 2}, {"c", {"b"}, 3}}, "c(a(b))"},
      {"an id used twice", {{"a", {}, 1}, {"a", {}, 2}, {"b", {"a"}, 0}}, "a(ab)"},
      {"a ghost goes by what is below it", {{"z", {}, 5}, {"b", {"g"}, 1}}, "g?(b)z"},
      {"nothing", {}, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(shown(c.messages), c.tree);
  }
}

TEST(ReplyTree, EveryMessageShowsExactlyOnceWhateverItRefersTo) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    Messages messages;
    const auto size = 1 + random() % 12;
    for (unsigned i = 0; i < size; ++i) {
      ReplyTreeMessage message{std::to_string(random() % 10), {}, static_cast<std::int64_t>(random() % 5)};
      for (unsigned j = 0; j < random() % 4; ++j) message.references.push_back(std::to_string(random() % 14));
      messages.push_back(std::move(message));
    }
    std::multiset<std::size_t> shown_messages;
    int depth = -1;
    for (const auto& line : reply_tree(messages)) {
      EXPECT_LE(line.depth, depth + 1) << "no level is skipped";
      depth = line.depth;
      if (line.message) shown_messages.insert(*line.message);
    }
    ASSERT_EQ(shown_messages.size(), messages.size()) << round;
    ASSERT_EQ(std::set(shown_messages.begin(), shown_messages.end()).size(), messages.size()) << round;
  }
}

TEST(ReplyTree, ADeepConversationNeedsNoStack) {
  Messages messages;
  for (int i = 0; i < 5000; ++i) messages.push_back({std::to_string(i), {}, i});
  for (std::size_t i = 1; i < messages.size(); ++i) messages[i].references = {std::to_string(i - 1)};
  EXPECT_EQ(reply_tree(messages).back().depth, 4999);
}

TEST(ReplyTree, OfVeryManyReferencesTheLastCount) {
  ReplyTreeMessage message{"m", {}, 1};
  for (std::size_t i = 0; i < 50000; ++i) message.references.push_back("r" + std::to_string(i));
  EXPECT_EQ(reply_tree({message}).size(), kMaxReferences + 1);
}

TEST(ReplyTree, OfVeryManyMissingMessagesOnlySomeShow) {
  Messages messages;
  for (int i = 0; i < 200; ++i) {
    ReplyTreeMessage message{"m" + std::to_string(i), {}, i};
    if (i > 0) message.references = {"m" + std::to_string(i - 1)};
    for (std::size_t k = 1; k < kMaxReferences; ++k)
      message.references.push_back("r" + std::to_string(i) + "." + std::to_string(k));
    messages.push_back(std::move(message));
  }
  const auto lines = reply_tree(messages);
  EXPECT_EQ(lines.size(), messages.size() + kMaxGhosts);
  EXPECT_EQ(lines.back().id, "m199");
  EXPECT_EQ(lines.back().depth, static_cast<int>(lines.size()) - 1);
}

}  // namespace
}  // namespace lorelei::mail
