// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/reply_tree.hh"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace lorelei::mail {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

struct Node {
  std::string_view id;
  std::optional<std::size_t> message;
  std::size_t parent = kNone;
  std::int64_t first = INT64_MAX;  // date of the nearest message at or below it
  bool may_have_children = false;
  std::vector<std::size_t> children = {};
};

class Tree {
 public:
  explicit Tree(const std::vector<ReplyTreeMessage>& messages) : messages_(messages) {
    add_messages();
    for (const std::size_t node : by_date_) link(node);
    collect_children();
    date_ghosts();
  }

  std::vector<ReplyTreeLine> lines() {
    std::vector<std::size_t> roots;
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (nodes_[node].parent == kNone) roots.push_back(node);
    sort_siblings(roots);
    std::vector<ReplyTreeLine> lines;
    std::vector<std::pair<std::size_t, int>> next;  // a stack: the top is shown first
    for (auto it = roots.rbegin(); it != roots.rend(); ++it) next.emplace_back(*it, 0);
    while (!next.empty()) {
      const auto [index, depth] = next.back();
      next.pop_back();
      Node& node = nodes_[index];
      if (!node.message && node.children.empty()) continue;
      lines.push_back({node.message, std::string(node.id), depth});
      sort_siblings(node.children);
      for (auto it = node.children.rbegin(); it != node.children.rend(); ++it) next.emplace_back(*it, depth + 1);
    }
    return lines;
  }

 private:
  void add_messages() {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const auto [place, is_first] = by_id_.try_emplace(messages_[i].id, nodes_.size());
      nodes_.push_back({messages_[i].id, i, is_first ? kNone : place->second, messages_[i].sent});
      if (!is_first) nodes_[place->second].may_have_children = true;
      if (is_first)
        by_date_.push_back(nodes_.size() - 1);
      else
        repeated_.push_back(nodes_.size() - 1);
    }
    std::stable_sort(by_date_.begin(), by_date_.end(),
                     [this](std::size_t a, std::size_t b) { return nodes_[a].first < nodes_[b].first; });
  }

  // kNone: one ghost too many.
  std::size_t node_of(const std::string& id) {
    if (const auto known = by_id_.find(id); known != by_id_.end()) return known->second;
    if (nodes_.size() - messages_.size() == kMaxGhosts) return kNone;
    nodes_.push_back({id, std::nullopt});
    by_id_.emplace(id, nodes_.size() - 1);
    return nodes_.size() - 1;
  }

  // below is node, or hangs below it.
  bool is_above(std::size_t node, std::size_t below) const {
    if (!nodes_[node].may_have_children) return node == below;  // most of them, and the walk is long
    for (; below != kNone; below = nodes_[below].parent)
      if (below == node) return true;
    return false;
  }

  void hang(std::size_t node, std::size_t parent) {
    nodes_[node].parent = parent;
    nodes_[parent].may_have_children = true;
  }

  void link(std::size_t node) {
    std::size_t previous = kNone;
    const auto& references = messages_[*nodes_[node].message].references;
    const std::size_t skipped = references.size() - std::min(references.size(), kMaxReferences);
    for (std::size_t i = skipped; i < references.size(); ++i) {
      const std::size_t current = node_of(references[i]);
      if (current == kNone) continue;
      if (previous != kNone && nodes_[current].parent == kNone && !is_above(current, previous)) hang(current, previous);
      previous = current;
    }
    if (previous != kNone && !is_above(node, previous)) hang(node, previous);
  }

  void collect_children() {
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (nodes_[node].parent != kNone) nodes_[nodes_[node].parent].children.push_back(node);
  }

  // A ghost goes by the earliest of the messages that hang below it with nothing but ghosts between.
  void date_ghosts() {
    for (std::size_t top = 0; top < nodes_.size(); ++top) {
      const auto parent = nodes_[top].parent;
      if (nodes_[top].message || (parent != kNone && !nodes_[parent].message)) continue;
      std::vector<std::size_t> ghosts = {top};
      for (std::size_t i = 0; i < ghosts.size(); ++i)
        for (const std::size_t child : nodes_[ghosts[i]].children)
          if (!nodes_[child].message) ghosts.push_back(child);
      for (auto it = ghosts.rbegin(); it != ghosts.rend(); ++it)
        for (const std::size_t child : nodes_[*it].children)
          nodes_[*it].first = std::min(nodes_[*it].first, nodes_[child].first);
    }
  }

  // Repeated messages lead: they are their parent's doubles.
  void sort_siblings(std::vector<std::size_t>& siblings) const {
    std::stable_sort(siblings.begin(), siblings.end(), [this](std::size_t a, std::size_t b) {
      const bool a_repeats = std::binary_search(repeated_.begin(), repeated_.end(), a);
      const bool b_repeats = std::binary_search(repeated_.begin(), repeated_.end(), b);
      if (a_repeats != b_repeats) return a_repeats;
      if (nodes_[a].first != nodes_[b].first) return nodes_[a].first < nodes_[b].first;
      return nodes_[a].id < nodes_[b].id;
    });
  }

  const std::vector<ReplyTreeMessage>& messages_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<std::size_t> by_date_;   // first messages of each id
  std::vector<std::size_t> repeated_;  // others; ascending
};

}  // namespace

std::vector<ReplyTreeLine> reply_tree(const std::vector<ReplyTreeMessage>& messages) { return Tree(messages).lines(); }

}  // namespace lorelei::mail
