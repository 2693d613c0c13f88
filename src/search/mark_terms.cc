// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/mark_terms.hh"

#include <xapian.h>

#include <optional>

#include "search/schema.hh"

namespace lorelei::search {

namespace {

// Those that it has, in order. Looks at no positions: those cost more than all else.
std::vector<std::string> present_terms(const Xapian::Document& document) {
  std::vector<std::string> found;
  for (const auto prefix : {term::kKeyword, term::kLabel}) {
    auto term = document.termlist_begin();
    for (term.skip_to(std::string(prefix)); term != document.termlist_end() && (*term).starts_with(prefix); ++term)
      found.push_back(*term);
  }
  return found;
}

}  // namespace

std::vector<std::string> mark_terms(const std::set<std::string>& keywords, const std::set<std::string>& labels) {
  std::vector<std::string> terms;
  for (const auto& word : keywords) terms.push_back(std::string(term::kKeyword) + word);
  for (const auto& word : labels) terms.push_back(std::string(term::kLabel) + word);
  return terms;
}

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
          const auto before = present_terms(document), after = mark_terms(each.keywords, each.labels);
          if (before == after) continue;
          for (const auto& term : before) document.remove_term(term);
          for (const auto& term : after) document.add_boolean_term(term);
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
