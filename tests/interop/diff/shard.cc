// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/diff/shard.hh"

#include <fmt/format.h>
#include <xapian.h>

#include "base/text.hh"

namespace lorelei::interop {
namespace {

constexpr Xapian::valueno kThreadSlot = 5;

const char* slot_name(Xapian::valueno slot) {
  static constexpr const char* kNames[] = {"received", "day", "sent", "bytes", "number", "thread"};
  return slot < std::size(kNames) ? kNames[slot] : "added";
}

std::string readable(Xapian::valueno slot, const std::string& value) {
  if (value.empty()) return "absent";
  if (slot > kThreadSlot) return shown_text(value);
  return fmt::format("{:.0f}", Xapian::sortable_unserialise(value));
}

// One shard pair; members live as long as diff_shard().
class ShardDiff {
 public:
  ShardDiff(const Sides& sides, const OverFacts& facts, const Options& options, PartitionDiff& threads, Report& report)
      : left_(sides.left.string()),
        right_(sides.right.string()),
        facts_(facts),
        options_(options),
        threads_(threads),
        report_(report) {}

  void run() {
    diff_postings();
    diff_documents();
    diff_metadata();
    if (stale_left_ + stale_right_ > 0)
      report_.note(
          fmt::format("thread values that over has left behind: {} left, {} right", stale_left_, stale_right_));
    if (latin1_ > 0) report_.note(fmt::format("document data that one side has in ISO 8859-1: {}", latin1_));
  }

 private:
  bool ignored(const std::string& term) const { return starts_with_any(term, options_.term_prefixes); }
  static bool starts_with_any(const std::string& text, const std::vector<std::string>& prefixes) {
    for (const auto& prefix : prefixes)
      if (text.starts_with(prefix)) return true;
    return false;
  }
  std::string at(Xapian::docid docid) const { return fmt::format("docid {}", place(docid, facts_.message_ids)); }
  std::string at(Xapian::docid docid, const std::string& term) const {
    return fmt::format("{} term {}", at(docid), shown_text(term));
  }

  // Both sorted sequences side by side; calls only_left, only_right or both.
  template <typename Iterator, typename OnlyLeft, typename OnlyRight, typename Both>
  static void merge(Iterator a, Iterator a_end, Iterator b, Iterator b_end, OnlyLeft only_left, OnlyRight only_right,
                    Both both) {
    while (a != a_end || b != b_end) {
      if (b == b_end || (a != a_end && *a < *b)) {
        only_left(a);
        ++a;
      } else if (a == a_end || *b < *a) {
        only_right(b);
        ++b;
      } else {
        both(a, b);
        ++a;
        ++b;
      }
    }
  }

  static std::string positions(const Xapian::PostingIterator& posting) {
    return fmt::format("{}", fmt::join(posting.positionlist_begin(), posting.positionlist_end(), ","));
  }
  static std::string text_of(const Xapian::PostingIterator& posting) {
    return fmt::format("wdf {} positions {}", posting.get_wdf(), shown_text(positions(posting)));
  }
  static bool same_positions(const Xapian::PostingIterator& a, const Xapian::PostingIterator& b) {
    auto p = a.positionlist_begin(), q = b.positionlist_begin();
    const auto p_end = a.positionlist_end(), q_end = b.positionlist_end();
    for (; p != p_end && q != q_end; ++p, ++q)
      if (*p != *q) return false;
    return p == p_end && q == q_end;
  }

  void diff_term(const std::string& term) {
    std::size_t count = 0;
    merge(
        left_.postlist_begin(term), left_.postlist_end(term), right_.postlist_begin(term), right_.postlist_end(term),
        [&](const auto& a) { report_.difference("posting", at(*a, term), text_of(a), "absent"); },
        [&](const auto& b) { report_.difference("posting", at(*b, term), "absent", text_of(b)); },
        [&](const auto& a, const auto& b) {
          ++count;
          if (a.get_wdf() != b.get_wdf()) report_.difference("wdf", at(*a, term), text_of(a), text_of(b));
          if (!same_positions(a, b)) report_.difference("positions", at(*a, term), text_of(a), text_of(b));
        });
    report_.compared("posting", count);
  }

  void diff_postings() {
    const auto each = [&](const Xapian::TermIterator& term) {
      if (!ignored(*term)) diff_term(*term);
    };
    merge(left_.allterms_begin(), left_.allterms_end(), right_.allterms_begin(), right_.allterms_end(), each, each,
          [&](const Xapian::TermIterator& term, const Xapian::TermIterator&) { each(term); });
  }

  void diff_documents() {
    std::size_t count = 0;
    merge(
        left_.postlist_begin({}), left_.postlist_end({}), right_.postlist_begin({}), right_.postlist_end({}),
        [&](const auto& a) { report_.difference("document", at(*a), "present", "absent"); },
        [&](const auto& b) { report_.difference("document", at(*b), "absent", "present"); },
        [&](const auto& a, const auto&) {
          ++count;
          diff_document(*a);
        });
    report_.compared("document", count);
    if (left_.get_doccount() != right_.get_doccount())
      report_.difference("document count", "of the shard", std::to_string(left_.get_doccount()),
                         std::to_string(right_.get_doccount()));
  }

  void diff_document(Xapian::docid docid) {
    diff_term_list(docid);
    const auto left = left_.get_document(docid), right = right_.get_document(docid);
    if (!same_data(left.get_data(), right.get_data()))
      report_.difference("document data", at(docid), shown_text(left.get_data()), shown_text(right.get_data()));
    std::set<Xapian::valueno> slots;
    for (auto v = left.values_begin(); v != left.values_end(); ++v) slots.insert(v.get_valueno());
    for (auto v = right.values_begin(); v != right.values_end(); ++v) slots.insert(v.get_valueno());
    for (const auto slot : slots) {
      const auto a = left.get_value(slot), b = right.get_value(slot);
      if (slot == kThreadSlot && !a.empty() && !b.empty())
        diff_thread_value(docid, a, b);
      else if (a != b && !options_.slots.contains(slot))
        report_.difference(fmt::format("value {} {}", slot, slot_name(slot)), at(docid), readable(slot, a),
                           readable(slot, b));
    }
  }

  bool same_data(const std::string& left, const std::string& right) {
    if (left == right) return true;
    if (options_.latin1 == Options::Latin1::kCompare) return false;
    const auto utf8 = [](const std::string& data) { return is_utf8(data) ? data : latin1_to_utf8(data); };
    const bool same = utf8(left) == utf8(right);
    latin1_ += same;
    return same;
  }

  // A value written before a later message joined its thread to another one is stale: over has moved on.
  bool stale(Xapian::docid docid, const std::string& value, const Threads& threads) const {
    const auto found = threads.find(docid);
    return found == threads.end() || Xapian::sortable_unserialise(value) != static_cast<double>(found->second);
  }

  void diff_thread_value(Xapian::docid docid, const std::string& left, const std::string& right) {
    const bool stale_left = stale(docid, left, facts_.left), stale_right = stale(docid, right, facts_.right);
    stale_left_ += stale_left;
    stale_right_ += stale_right;
    if ((stale_left || stale_right) && options_.stale_threads == Options::StaleThreads::kLeaveOut) return;
    report_.compared("thread value", 1);
    threads_.add(at(docid), left, right);
  }

  // The term list table repeats the posting lists by document: they must not contradict each other.
  void diff_term_list(Xapian::docid docid) {
    merge(
        left_.termlist_begin(docid), left_.termlist_end(docid), right_.termlist_begin(docid),
        right_.termlist_end(docid),
        [&](const auto& a) {
          if (!ignored(*a)) report_.difference("term list", at(docid, *a), "present", "absent");
        },
        [&](const auto& b) {
          if (!ignored(*b)) report_.difference("term list", at(docid, *b), "absent", "present");
        },
        [&](const auto& a, const auto& b) {
          if (a.get_wdf() != b.get_wdf() && !ignored(*a))
            report_.difference("term list", at(docid, *a), fmt::format("wdf {}", a.get_wdf()),
                               fmt::format("wdf {}", b.get_wdf()));
        });
    if (left_.get_doclength(docid) != right_.get_doclength(docid))
      report_.difference("document length", at(docid), std::to_string(left_.get_doclength(docid)),
                         std::to_string(right_.get_doclength(docid)));
  }

  void diff_metadata() {
    const auto only = [&](const std::string& key, const std::string& left, const std::string& right) {
      if (!starts_with_any(key, options_.metadata)) report_.difference("metadata", shown_text(key), left, right);
    };
    merge(
        left_.metadata_keys_begin(), left_.metadata_keys_end(), right_.metadata_keys_begin(),
        right_.metadata_keys_end(), [&](const auto& a) { only(*a, shown_text(left_.get_metadata(*a)), "absent"); },
        [&](const auto& b) { only(*b, "absent", shown_text(right_.get_metadata(*b))); },
        [&](const auto& a, const auto&) {
          const auto x = left_.get_metadata(*a), y = right_.get_metadata(*a);
          if (x != y) only(*a, shown_text(x), shown_text(y));
        });
  }

  std::size_t stale_left_ = 0, stale_right_ = 0, latin1_ = 0;
  Xapian::Database left_, right_;
  const OverFacts& facts_;
  const Options& options_;
  PartitionDiff& threads_;
  Report& report_;
};

}  // namespace

Result<void> diff_shard(const Sides& sides, const OverFacts& facts, const Options& options, PartitionDiff& threads,
                        Report& report) {
  try {
    ShardDiff diff(sides, facts, options, threads, report);
    diff.run();
    return {};
  } catch (const Xapian::Error& e) {
    return err(Error::Kind::kCorrupt, "compare the shards", sides.left.string() + " and " + sides.right.string(),
               e.get_description());
  }
}

}  // namespace lorelei::interop
