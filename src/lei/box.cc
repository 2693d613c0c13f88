// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/box.hh"

#include <fmt/format.h>

#include <ctime>

#include "git/objects.hh"
#include "mail/content_hash.hh"
#include "mail/normalise.hh"

namespace lorelei::lei {

Letter make_letter(std::string raw, std::optional<git::ObjectId> oid, std::int64_t now) {
  Letter letter;
  letter.raw = std::move(raw);
  const mail::Entity entity(letter.raw);
  letter.likeness.oid = oid ? *oid : git::name_of(git::ObjectType::kBlob, mail::normalised(letter.raw));
  letter.likeness.digest = mail::content_hash(entity);
  letter.overview = mail::make_overview(entity, letter.raw, {now, 0}, {now, 0});
  letter.likeness.mids = letter.overview.message_ids;
  letter.received = letter.overview.received;
  return letter;
}

Result<void> Batch::add(const Letter& letter, std::string_view place) {
  TRY_VOID(ledger_.join());
  TRY(const auto id, ledger_.add(Ledger::State::kPending, letter.likeness, place, letter.keywords));
  ids_.push_back(id);
  return {};
}

Result<void> Batch::intend() { return ledger_.commit(); }

Result<void> Batch::done(const std::vector<Letter>& letters, const std::vector<std::string>& places) {
  TRY_VOID(ledger_.join());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (not_taken_.contains(i)) {
      TRY_VOID(ledger_.forget(ids_[i]));
      continue;
    }
    TRY_VOID(ledger_.settle(ids_[i], Ledger::State::kDone, places[i]));
    TRY_VOID(ledger_.tell_lei(letters[i].likeness, letters[i].overview));
  }
  ids_.clear();
  not_taken_.clear();
  return ledger_.commit();
}

Result<void> confirm(Ledger& ledger, const Ledger::Row& row, std::string_view place, std::string raw,
                     std::int64_t now) {
  TRY_VOID(ledger.settle(row.id, Ledger::State::kDone, place));
  // Servers change messages on their way: delivered is the one that the row has.
  auto overview = make_letter(std::move(raw), row.oid, now).overview;
  TRY(const auto mids, ledger.mids_of(row.id));
  if (overview.message_ids.empty()) overview.message_ids = mids;
  return ledger.tell_lei({row.oid, row.digest, mids}, overview);
}

std::string time_suffix(std::int64_t now) {
  const std::time_t time = now;
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

}  // namespace lorelei::lei
