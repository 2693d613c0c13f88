// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_key_cache.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

// The numbers of sources are on disk: those of KeySource.
constexpr auto kSchema = R"(
CREATE TABLE IF NOT EXISTS dkim_keys (
  name TEXT NOT NULL,
  record TEXT NOT NULL,
  source INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (name, record, source)
) WITHOUT ROWID)";

constexpr std::size_t kMaxKnownRecords = kMaxDkimRecords;

std::string normalised(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

DkimKeyAnswer unavailable(std::string reason) {
  DkimKeyAnswer answer;
  answer.reason = std::move(reason);
  return answer;
}

// One of a kind that we do not know may be a key to somebody else.
bool is_key(std::string_view record) {
  const auto key = parse_dkim_key(record);
  return key || key.error().kind == Error::Kind::kFailed;
}

}  // namespace

std::filesystem::path dkim_key_cache_path(const Env& env) {
  return fs::path(env.data_home()) / "lorelei" / "dkim-keys.sqlite3";
}

DkimKeyCache::DkimKeyCache(archive::Sqlite db)
    : db_(std::move(db)),
      // An import (0) has no end.
      find_(db_,
            "SELECT record, max(source), min(first_seen), max(CASE source WHEN 0 THEN 1 << 62 ELSE last_seen END) AS "
            "until"
            " FROM dkim_keys WHERE name = ? GROUP BY record HAVING until >= ? ORDER BY until DESC LIMIT ?"),
      add_(db_,
           "INSERT INTO dkim_keys VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
           " first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)") {}

Result<DkimKeyCache> DkimKeyCache::open(const std::filesystem::path& path) {
  TRY_VOID(make_private_directory(path.parent_path()));
  TRY(auto db, archive::Sqlite::open(path, archive::SqliteMode::kCreate));
  TRY_VOID(db.exec(kSchema));
  return DkimKeyCache(std::move(db));
}

Result<std::vector<DkimRecord>> DkimKeyCache::known(const std::string& name, std::int64_t arrived) {
  const auto key = normalised(name);
  find_.bind(key).bind(arrived - kKeyReach).bind(static_cast<std::int64_t>(kMaxKnownRecords));
  std::vector<DkimRecord> records;
  for (;;) {
    TRY(const bool is_row, find_.step());
    if (!is_row) return records;
    const auto source = std::clamp<std::int64_t>(find_.integer(1), 0, static_cast<std::int64_t>(KeySource::kDnssec));
    records.push_back({std::string(find_.text(0)), static_cast<KeySource>(source), find_.integer(2), find_.integer(3)});
  }
}

Result<void> DkimKeyCache::remember(const std::string& name, const std::string& record, KeySource source,
                                    std::int64_t seen) {
  const auto key = normalised(name);
  add_.bind(key).bind(record).bind(static_cast<std::int64_t>(source)).bind(seen).bind(seen);
  return add_.run();
}

Result<std::int64_t> DkimKeyCache::count() const {
  archive::Statement all(db_, "SELECT count(*) FROM dkim_keys");
  TRY_VOID(all.step());
  return all.integer(0);
}

Result<DkimKeyCache::Imported> DkimKeyCache::import(std::string_view text, std::int64_t seen) {
  constexpr auto kDoing = "import the keys";
  if (text.size() > kMaxKeyImport)
    return err(Error::Kind::kTooLarge, kDoing, "", fmt::format("there are more than {} bytes", kMaxKeyImport));
  TRY(auto transaction, archive::Transaction::begin(db_));
  TRY(const auto before, count());
  std::size_t taken = 0, number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = trim(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const auto tab = line.find('\t');
    const auto name = line.substr(0, tab);
    const auto record = tab == line.npos ? std::string_view() : trim(line.substr(tab));
    if (!net::is_host_name(name) || !is_dkim_record(record) || !is_key(record) || record.size() > net::kMaxTxtRecord)
      return err(Error::Kind::kCorrupt, kDoing, fmt::format("line {}", number), "it is not NAME<TAB>RECORD of a key",
                 "SELECTOR._domainkey.DOMAIN<TAB>v=DKIM1; k=rsa; p=...");
    TRY_VOID(remember(std::string(name), std::string(record), KeySource::kImport, seen));
    ++taken;
  }
  TRY(const auto after, count());
  TRY_VOID(transaction.commit());
  return Imported{taken, static_cast<std::size_t>(after - before)};
}

DkimKeyAnswer dkim_answer(const net::TxtAnswer& txt, std::int64_t seen) {
  DkimKeyAnswer answer;
  if (txt.state == net::TxtAnswer::State::kUnavailable || txt.security == net::TxtAnswer::Security::kBogus)
    return unavailable(txt.reason);
  const bool is_secure = txt.security == net::TxtAnswer::Security::kSecure;
  for (const auto& text : txt.records) {
    const auto is_same = [&](const DkimRecord& one) { return one.text == text; };
    if (!is_dkim_record(text) || std::any_of(answer.records.begin(), answer.records.end(), is_same)) continue;
    answer.records.push_back({text, is_secure ? KeySource::kDnssec : KeySource::kDns, seen, seen});
  }
  if (answer.records.size() == 1) {
    answer.state = DkimKeyAnswer::State::kFound;
  } else if (answer.records.empty()) {
    answer.state = DkimKeyAnswer::State::kNone;
    answer.reason = "the domain has no such key";
    // What stands there instead of a key.
    for (const auto& text : txt.records)
      if (text.find("p=") != text.npos) answer.reason = "what stands under the name of the key is none";
  } else {
    answer.state = DkimKeyAnswer::State::kAmbiguous;
    answer.reason = "the domain has more than one key under the name";
    answer.records.clear();
  }
  return answer;
}

DkimKeys cached_dkim_keys(DkimKeyCache& cache, net::TxtLookup lookup, std::function<std::int64_t()> now) {
  DkimKeys keys;
  keys.known = [&cache](const std::string& name, std::int64_t arrived) {
    auto records = cache.known(name, arrived);
    if (!records) return unavailable(to_text(records.error()));
    DkimKeyAnswer answer;
    if (!records->empty()) answer.state = DkimKeyAnswer::State::kFound;
    answer.records = *std::move(records);
    return answer;
  };
  if (!lookup) return keys;
  keys.ask = [&cache, lookup = std::move(lookup), now = std::move(now)](const std::string& name) {
    auto answer = dkim_answer(lookup(name), now());
    for (const auto& record : answer.records)
      // A cache that cannot be written is no reason to doubt a key; it is asked for again.
      (void)cache.remember(name, record.text, record.source, record.last_seen);
    return answer;
  };
  return keys;
}

}  // namespace lorelei::attest
