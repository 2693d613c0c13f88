// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/verify.hh"

#include <fmt/format.h>

#include <algorithm>

#include "archive/live_messages.hh"
#include "archive/over_reader.hh"
#include "archive/sqlite.hh"
#include "archive/verify_epochs.hh"
#include "base/is_there.hh"
#include "mail/characters.hh"
#include "mail/message.hh"
#include "mail/overview.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

constexpr const char* kReindex = "lorelei archive index --reindex builds the index anew";
constexpr std::size_t kRowsAtOnce = 1000;

// The two databases of an index, read.
struct Index {
  Sqlite msgmap;
  OverReader over;
  Statement number_of, mid_of, meta;

  static Result<Index> open(const Inbox& inbox) {
    TRY(auto msgmap, Sqlite::open(inbox.msgmap_path(), SqliteMode::kReadOnly));
    TRY(auto over, OverReader::open(inbox.over_path()));
    Statement number_of(msgmap, "SELECT num FROM msgmap WHERE mid = ?");
    Statement mid_of(msgmap, "SELECT mid FROM msgmap WHERE num = ?");
    Statement meta(msgmap, "SELECT val FROM meta WHERE key = ?");
    return Index{std::move(msgmap), std::move(over), std::move(number_of), std::move(mid_of), std::move(meta)};
  }

  Result<std::optional<git::ObjectId>> recorded(unsigned epoch) {
    const auto key = "last_xap15-" + std::to_string(epoch);
    TRY(const bool found, meta.bind(key).step());
    const auto commit = found ? git::ObjectId::parse(meta.text(0)) : std::nullopt;
    meta.reset();
    return commit;
  }
};

class Verification {
 public:
  Verification(const Env& env, const Inbox& inbox, const VerifyInput& input)
      : env_(env), inbox_(inbox), input_(input) {}

  Result<VerifyReport> run() {
    verify_layout(inbox_, report_.findings);
    TRY_VOID(open_index());
    TRY_VOID(epochs());
    const auto live = changes_.live();
    report_.messages = live.size();
    if (!index_ || rewritten_) return std::move(report_);
    auto compared = compare_index(live);
    if (!compared && compared.error().kind == Kind::kCancelled) return tl::unexpected(std::move(compared).error());
    if (!compared) report_.findings.add("index", compared.error().why, kReindex);
    return std::move(report_);
  }

 private:
  Result<void> open_index() {
    if (!is_there(inbox_.msgmap_path()) && !is_there(inbox_.over_path())) return {};
    auto index = Index::open(inbox_);
    if (!index) {
      report_.findings.add("index", to_text(index.error()), kReindex);
      return {};
    }
    index_ = std::move(*index);
    report_.has_index = true;
    return {};
  }

  // Reads git; what came after the recorded commits is counted apart.
  Result<void> epochs() {
    for (const auto& epoch : inbox_.epochs()) {
      std::optional<git::ObjectId> recorded;
      if (index_) {
        TRY(recorded, index_->recorded(epoch.number));
      }
      bool is_indexed = !index_;  // without an index everything counts
      const auto on_commit = [&](const git::ObjectId& commit) { is_indexed = is_indexed || commit == recorded; };
      const auto on_change = [&](const git::Change& change) {
        if (is_indexed)
          changes_.take(change);
        else
          report_.not_indexed += change.kind == git::Change::Kind::kAdd;
      };
      TRY_VOID(verify_epoch(env_, epoch, report_, input_, {on_commit, on_change}));
      if (!recorded || is_indexed) continue;
      rewritten_ = true;
      report_.findings.add(fmt::format("epoch {}", epoch.number),
                           "its history was rewritten since it was indexed, or is damaged; the index was not compared",
                           "lorelei archive index takes the new history over");
    }
    return {};
  }

  Result<void> compare_index(const std::vector<std::uint64_t>& live) {
    TRY(auto rows, read_rows());
    report_.indexed = rows.size();
    std::sort(rows.begin(), rows.end());
    std::vector<std::uint64_t> missing;
    auto row = rows.begin();
    for (const auto key : live) {
      for (; row != rows.end() && row->key < key; ++row) not_in_git(*row);
      if (row == rows.end() || row->key != key) {
        missing.push_back(key);
        continue;
      }
      for (const auto first = row++; row != rows.end() && row->key == key; ++row)
        report_.findings.add(fmt::format("article {}", row->number),
                             fmt::format("it is the same message as article {}", first->number), kReindex);
    }
    for (; row != rows.end(); ++row) not_in_git(*row);
    return missing.empty() ? Result<void>() : explain(missing);
  }

  struct Row {
    std::uint64_t key;
    std::int64_t number;
    bool operator<(const Row& other) const { return key != other.key ? key < other.key : number < other.number; }
  };

  void not_in_git(const Row& row) {
    report_.findings.add(fmt::format("article {}", row.number), "its message is not in git, or was deleted there",
                         kReindex);
  }

  // over.sqlite3, held against msgmap on the way.
  Result<std::vector<Row>> read_rows() {
    std::vector<Row> rows;
    std::int64_t after = 0;
    while (true) {
      TRY(const auto page, index_->over.rows_after(after, kRowsAtOnce));
      if (page.empty()) return rows;
      for (const auto& row : page) {
        if (input_.progress) input_.progress();
        after = row.number;
        const auto blob = git::ObjectId::parse(row.blob);
        if (!blob) {
          report_.findings.add(fmt::format("article {}", row.number), "its overview names no message", kReindex);
          continue;
        }
        rows.push_back({key_of(*blob), row.number});
        TRY(const bool found, index_->mid_of.bind(row.number).step());
        if (!found)
          report_.findings.add(fmt::format("article {}", row.number), "msgmap.sqlite3 does not know it", kReindex);
        else if (mail::to_utf8({std::string(index_->mid_of.text(0))}) != row.message_id)  // msgmap has it as written
          report_.findings.add(fmt::format("article {}", row.number),
                               fmt::format("it is <{}> in over.sqlite3, but <{}> in msgmap.sqlite3", row.message_id,
                                           index_->mid_of.text(0)),
                               kReindex);
        index_->mid_of.reset();
      }
      if (env_.stop_requested()) return err(Kind::kCancelled, "verify", inbox_.dir().string(), "it was stopped");
    }
  }

  // Finds the messages of these keys in git once more, and the reason why they are not in the index.
  Result<void> explain(const std::vector<std::uint64_t>& missing) {
    TRY(auto reader, git::BlobReader::open(inbox_.object_directories()));
    std::vector<bool> done(missing.size());
    for (const auto& epoch : inbox_.epochs()) {
      const auto repository = git::Repository::open(epoch.path);
      if (!repository) continue;  // found already
      TRY(const auto recorded, index_->recorded(epoch.number));
      if (!recorded) continue;
      const auto walked = repository->history({}, *recorded, [&](const git::Change& change) -> Result<void> {
        const auto at = std::lower_bound(missing.begin(), missing.end(), key_of(change.blob));
        if (at == missing.end() || *at != key_of(change.blob)) return {};
        if (done[static_cast<std::size_t>(at - missing.begin())]) return {};
        done[static_cast<std::size_t>(at - missing.begin())] = true;
        TRY(const bool has_reason, is_skipped_for_a_reason(change.blob, reader));
        if (has_reason)
          ++report_.skipped;
        else
          report_.findings.add(fmt::format("epoch {}, commit {}", epoch.number, change.commit.hex()),
                               fmt::format("its message {} is not in the index", change.blob.hex()), kReindex);
        return {};
      });
      if (!walked && walked.error().kind == Kind::kCancelled) return tl::unexpected(walked.error());
    }
    return {};
  }

  Result<bool> is_skipped_for_a_reason(const git::ObjectId& blob, git::BlobReader& reader) {
    if (input_.is_listed && input_.is_listed(blob)) return true;
    const auto bytes = reader.read(blob);
    if (!bytes) return true;  // reported with its commit
    for (const auto& id : mail::message_ids(mail::Entity(*bytes))) {
      TRY(const bool taken, index_->number_of.bind(id).step());
      index_->number_of.reset();
      if (!taken) return false;
    }
    return true;
  }

  const Env& env_;
  const Inbox& inbox_;
  const VerifyInput& input_;
  VerifyReport report_;
  std::optional<Index> index_;
  LiveCount changes_;
  bool rewritten_ = false;
};

}  // namespace

void Findings::add(std::string where, std::string what, std::string next) {
  if (++count_ <= kMaxFindings) kept_.push_back({std::move(where), std::move(what), std::move(next)});
}

Result<VerifyReport> verify_archive(const Env& env, const Inbox& inbox, const VerifyInput& input) {
  return Verification(env, inbox, input).run();
}

}  // namespace lorelei::archive
