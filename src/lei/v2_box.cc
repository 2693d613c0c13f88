// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/v2_box.hh"

#include <algorithm>

#include "archive/importer.hh"
#include "archive/inbox.hh"
#include "archive/over_reader.hh"
#include "base/leftovers.hh"
#include "base/text.hh"
#include "search/index.hh"

namespace lorelei::lei {

namespace {

constexpr auto kDoing = "deliver to";
constexpr std::size_t kBatch = 4096;  // letters between two commits of the ledger, each a run of git fast-import
constexpr std::uint64_t kBatchBytes = 64 << 20;
constexpr const char* kName = "lei-result";  // as lei calls them
constexpr const char* kAddress = "lei@example.com";

class V2Box final : public Box {
 public:
  V2Box(Env& env, archive::Inbox inbox, bool is_new, Ledger& ledger, const BoxOptions& options)
      : Box(options.arrival), env_(env), inbox_(std::move(inbox)), is_new_(is_new), ledger_(ledger), batch_(ledger) {}

  Result<void> settle_pending();
  Result<void> share(const std::vector<std::string>& object_directories);
  Result<Standing> look() override;
  Result<void> each_foreign(const std::function<Result<void>(Stranger)>&) override { return {}; }
  Result<std::string> set_aside() override;
  bool can_remove() const override { return false; }
  Result<void> put(Letter) override;
  Result<void> flush() override;
  Result<void> remove(const std::vector<Ledger::Row>&) override { return {}; }
  Result<void> finish() override;

 private:
  Env& env_;
  archive::Inbox inbox_;
  bool is_new_;
  Ledger& ledger_;
  Batch batch_;
  std::vector<Letter> letters_;
  std::uint64_t bytes_ = 0;
};

Result<void> V2Box::settle_pending() {
  TRY(const auto pending, ledger_.all(Ledger::State::kPending));
  if (pending.empty()) return {};
  TRY_VOID(ledger_.join());
  for (const auto& row : pending) TRY_VOID(ledger_.forget(row.id));
  return ledger_.commit();
}

Result<void> V2Box::share(const std::vector<std::string>& object_directories) {
  TRY(const auto lock, inbox_.lock());
  for (const auto& epoch : inbox_.epochs()) {
    const auto objects = fs::path(epoch.path) / "objects";
    const auto file = objects / "info" / "alternates";
    std::string text;
    if (auto before = read_file(file))
      text = *std::move(before);
    else if (before.error().kind != Error::Kind::kNotFound)
      return tl::unexpected(std::move(before).error());
    const auto known = split(text, '\n');
    std::string more;
    for (const auto& directory : object_directories)
      if (std::find(known.begin(), known.end(), directory) == known.end() && directory.find('\n') == std::string::npos)
        more += directory + "\n";
    if (!more.empty()) TRY_VOID(replace_file(file, text + more));
  }
  return {};
}

// Nothing leaves an archive, but it may be another one now. A message that is taken for missing is no second time in
// it: the importer knows what is there.
Result<Standing> V2Box::look() {
  Standing standing;
  std::error_code error;
  if (is_new_ || !fs::exists(inbox_.over_path(), error)) return standing;
  TRY(auto over, archive::OverReader::open(inbox_.over_path()));
  const auto is_there = [&](const Ledger::Row& row) -> Result<bool> {
    TRY(const auto mids, ledger_.mids_of(row.id));
    for (const auto& mid : mids) {
      TRY(const auto numbers, over.numbers_of_message_id(mid));
      if (!numbers.empty()) return true;
    }
    return mids.empty();
  };
  for (const auto state : {Ledger::State::kDone, Ledger::State::kKnown, Ledger::State::kForeign}) {
    TRY(const auto rows, ledger_.all(state));
    for (const auto& row : rows) {
      TRY(const bool is_present, is_there(row));
      if (is_present) standing.present.emplace(row.id, row.flags);
    }
  }
  return standing;
}

Result<std::string> V2Box::set_aside() {
  return err(Error::Kind::kRefused, "set aside the mail of", inbox_.dir().string(), "nothing leaves an archive");
}

Result<void> V2Box::put(Letter letter) {
  TRY_VOID(batch_.add(letter, ""));
  bytes_ += letter.raw.size();
  letters_.push_back(std::move(letter));
  return letters_.size() < kBatch && bytes_ < kBatchBytes ? Result<void>() : flush();
}

Result<void> V2Box::flush() {
  if (letters_.empty()) return {};
  TRY_VOID(batch_.intend());
  {
    archive::ImporterOptions options;
    options.committer_name = kName;
    options.committer_address = kAddress;
    TRY(auto importer, archive::Importer::open(env_, inbox_, options));
    for (const auto& letter : letters_) {
      TRY([[maybe_unused]] const auto stored, importer.add(letter.raw));
    }
    TRY_VOID(importer.finish());
  }
  TRY_VOID(batch_.done(letters_, std::vector<std::string>(letters_.size())));
  letters_.clear();
  bytes_ = 0;
  return {};
}

// Also where nothing came: a run before this one may have been killed on its way to the index.
Result<void> V2Box::finish() {
  TRY_VOID(flush());
  TRY_VOID(inbox_.rescan());
  search::IndexOptions options;
  options.shards = 1;
  TRY(const auto report, search::index_archive(env_, inbox_, options, [](std::uint64_t, std::uint64_t) {}));
  is_new_ = false;
  if (!report.interrupted) return {};
  return err(Error::Kind::kCancelled, kDoing, inbox_.dir().string(), "it was stopped before it was indexed",
             "lorelei archive index " + inbox_.dir().string());
}

}  // namespace

Result<std::unique_ptr<Box>> open_v2_box(Env& env, const fs::path& path, Ledger& ledger, const BoxOptions& options) {
  std::error_code error;
  const bool is_new = !fs::exists(path, error) || (fs::is_directory(path, error) && fs::is_empty(path, error));
  if (is_new) {
    TRY([[maybe_unused]] const auto made, archive::Inbox::create(path, {.description = kName}));
  }
  remove_leftovers(path.parent_path(), "." + path.filename().string() + ".");  // of a run killed while it was made
  TRY(auto inbox, archive::Inbox::open(path));
  auto box = std::make_unique<V2Box>(env, std::move(inbox), is_new, ledger, options);
  if (!options.share.empty()) TRY_VOID(box->share(options.share));
  TRY_VOID(box->settle_pending());
  return std::unique_ptr<Box>(std::move(box));
}

}  // namespace lorelei::lei
