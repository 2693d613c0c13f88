// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/mark_terms.hh"

#include <xapian.h>

#include <optional>

#include "search/schema.hh"

namespace lorelei::search {

namespace {

void remove_terms(Xapian::Document& document, std::string_view prefix) {
  std::vector<std::string> found;
  auto term = document.termlist_begin();
  for (term.skip_to(std::string(prefix)); term != document.termlist_end() && (*term).starts_with(prefix); ++term)
    found.push_back(*term);
  for (const auto& each : found) document.remove_term(each);
}

void set_terms(Xapian::Document& document, const MarkTerms& marks) {
  remove_terms(document, term::kKeyword);
  remove_terms(document, term::kLabel);
  for (const auto& word : marks.keywords) document.add_boolean_term(std::string(term::kKeyword) + word);
  for (const auto& word : marks.labels) document.add_boolean_term(std::string(term::kLabel) + word);
}

}  // namespace

Result<void> set_mark_terms(const archive::Inbox& inbox, const std::function<Result<std::vector<MarkTerms>>()>& find) {
  TRY(auto lock, inbox.lock());
  TRY(const auto all, find());
  if (all.empty()) return {};
  TRY(const auto shards, inbox.shard_count());
  try {
    for (unsigned shard = 0; shard < shards; ++shard) {
      std::optional<Xapian::WritableDatabase> db;
      for (const auto& each : all) {
        if (static_cast<std::uint64_t>(each.number) % shards != shard) continue;
        if (!db) db.emplace((inbox.index_dir() / std::to_string(shard)).string(), Xapian::DB_OPEN);
        try {
          auto document = db->get_document(static_cast<Xapian::docid>(each.number));
          set_terms(document, each);
          db->replace_document(static_cast<Xapian::docid>(each.number), document);
        } catch (const Xapian::DocNotFoundError&) {
        }
      }
      if (db) db->commit();
    }
  } catch (const Xapian::Error& e) {
    return err(Error::Kind::kFailed, "mark messages in", inbox.index_dir().string(), e.get_msg(),
               "lorelei archive index --reindex " + inbox.dir().string());
  }
  return lock.changed();
}

}  // namespace lorelei::search
