// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/outbox.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::serve {

namespace {

using archive::Statement;
using archive::Transaction;
using Kind = Error::Kind;

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kFirstPause = 60, kLongestPause = 3600;  // seconds between two tries

template <typename Enum>
std::int64_t number(Enum value) {
  return static_cast<std::int64_t>(value);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (const auto line : split(text, '\n'))
    if (!line.empty()) out.emplace_back(line);
  return out;
}

std::int64_t pause_after(std::int64_t tries) {
  return std::min(kLongestPause, kFirstPause << std::min<std::int64_t>(tries, 10));
}

DeliveryState state_of(const Outcome& outcome, const Delivery& delivery, std::int64_t now) {
  switch (outcome.state) {
    case Outcome::State::kDone:
      return DeliveryState::kDone;
    case Outcome::State::kRefused:
      return DeliveryState::kRefused;
    case Outcome::State::kUncertain:
      return DeliveryState::kUncertain;
    case Outcome::State::kLater:
      break;
  }
  return now - delivery.accepted > kGivenUpDays * kDay ? DeliveryState::kRefused : DeliveryState::kWaiting;
}

}  // namespace

const char* name_of(DeliveryState state) {
  constexpr const char* kNames[] = {"waiting", "under way", "done", "refused", "uncertain"};
  return kNames[static_cast<std::size_t>(state)];
}

Result<bool> Outbox::is_known(LetterAction action, const Letter& letter) const {
  Statement known(db_, "SELECT digest = ?3 FROM letter WHERE action = ?1 AND message_id = ?2 ORDER BY 1 DESC");
  TRY(const bool row, known.bind(number(action)).bind(letter.message_id).bind_blob(letter.digest).step());
  if (!row || known.integer(0) == 1) return row;
  if (action != LetterAction::kReceive) return false;
  return err(Kind::kConflict, "accept", letter.message_id, "another mail of this Message-ID was accepted before",
             "give the series a new revision");
}

Result<std::size_t> Outbox::accept(LetterAction action, std::int64_t contributor, const std::vector<Letter>& letters,
                                   const std::vector<CarrierKind>& carriers, std::int64_t now) {
  Statement next(db_, "SELECT coalesce(max(posting), 0) + 1 FROM letter");
  TRY([[maybe_unused]] const bool row, next.step());
  const auto posting = next.integer(0);
  next.reset();
  std::size_t added = 0;
  for (const auto& letter : letters) {
    TRY(const bool known, is_known(action, letter));
    if (known) continue;
    Statement add(db_,
                  "INSERT INTO letter (posting, action, message_id, digest, contributor, accepted, sender, recipients, "
                  "message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const auto recipients = join(letter.envelope.recipients, "\n");
    add.bind(posting).bind(number(action)).bind(letter.message_id).bind_blob(letter.digest).bind(contributor);
    TRY_VOID(add.bind(now).bind(letter.envelope.sender).bind(recipients).bind_blob(letter.message).run());
    const auto id = db_.last_insert_rowid();
    for (const auto carrier : carriers)
      TRY_VOID(Statement(db_, "INSERT INTO delivery VALUES (?, ?, 0, 0, ?, '')")
                   .bind(id)
                   .bind(number(carrier))
                   .bind(now)
                   .run());
    ++added;
  }
  return added;
}

Result<std::optional<Delivery>> Outbox::begin(std::int64_t now) {
  TRY(auto transaction, Transaction::begin(db_));
  // Of each posting only what stands first may go.
  Statement first(db_, R"sql(
    SELECT d.letter, d.carrier, l.accepted, d.tries, l.message_id, l.sender, l.recipients, l.message
    FROM delivery d JOIN letter l ON l.id = d.letter
    WHERE d.state = 0 AND d.due <= ?1 AND NOT EXISTS (
      SELECT 1 FROM delivery e JOIN letter m ON m.id = e.letter
      WHERE m.posting = l.posting AND e.state < 2 AND (e.letter < d.letter OR (e.letter = d.letter AND e.carrier < d.carrier)))
    ORDER BY d.due, d.letter, d.carrier LIMIT 1)sql");
  TRY(const bool row, first.bind(now).step());
  if (!row) return std::optional<Delivery>();
  Delivery found;
  found.letter = first.integer(0);
  found.carrier = static_cast<CarrierKind>(first.integer(1));
  found.accepted = first.integer(2);
  found.tries = first.integer(3);
  found.message_id = first.text(4);
  found.envelope = {std::string(first.text(5)), lines_of(first.text(6))};
  found.message = first.text(7);
  first.reset();
  TRY_VOID(Statement(db_, "UPDATE delivery SET state = 1, tries = tries + 1 WHERE letter = ? AND carrier = ?")
               .bind(found.letter)
               .bind(number(found.carrier))
               .run());
  TRY_VOID(transaction.commit());
  return std::optional(std::move(found));
}

Result<void> Outbox::settle(const Delivery& delivery, const Outcome& outcome, std::int64_t now) {
  const auto state = state_of(outcome, delivery, now);
  Statement set(db_, "UPDATE delivery SET state = ?, due = ?, remark = ? WHERE letter = ? AND carrier = ?");
  set.bind(number(state)).bind(now + pause_after(delivery.tries)).bind(outcome.remark);
  return set.bind(delivery.letter).bind(number(delivery.carrier)).run();
}

Result<std::int64_t> Outbox::hurry(std::int64_t now) {
  TRY(auto transaction, Transaction::begin(db_));
  TRY_VOID(Statement(db_, "UPDATE delivery SET due = ?1 WHERE state = 0 AND due > ?1").bind(now).run());
  Statement count(db_, "SELECT count(*) FROM delivery WHERE state = 0");
  TRY([[maybe_unused]] const bool row, count.step());
  const auto waiting = count.integer(0);
  count.reset();
  TRY_VOID(transaction.commit());
  return waiting;
}

Result<std::vector<std::string>> Outbox::recover(const std::vector<CarrierKind>& repeatable) {
  TRY(auto transaction, Transaction::begin(db_));
  std::vector<std::string> uncertain;
  for (const auto carrier : {CarrierKind::kArchive, CarrierKind::kMail}) {
    const bool repeats = std::find(repeatable.begin(), repeatable.end(), carrier) != repeatable.end();
    Statement cut(db_,
                  "SELECT message_id FROM delivery JOIN letter ON id = letter WHERE state = 1 AND carrier = ? "
                  "ORDER BY id");
    cut.bind(number(carrier));
    for (;;) {
      TRY(const bool row, cut.step());
      if (!row) break;
      if (!repeats) uncertain.emplace_back(cut.text(0));
    }
    TRY_VOID(Statement(db_, "UPDATE delivery SET state = ?, remark = 'cut off' WHERE state = 1 AND carrier = ?")
                 .bind(number(repeats ? DeliveryState::kWaiting : DeliveryState::kUncertain))
                 .bind(number(carrier))
                 .run());
  }
  TRY_VOID(transaction.commit());
  return uncertain;
}

Result<void> Outbox::tidy(std::int64_t now, std::int64_t events_before) {
  TRY(auto transaction, Transaction::begin(db_));
  // What was refused or is uncertain keeps its text: somebody may ask for it.
  TRY_VOID(db_.exec(
      "UPDATE letter SET message = NULL WHERE message IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delivery WHERE "
      "delivery.letter = letter.id AND state != 2)"));
  const auto before = now - kRememberedDays * kDay;
  TRY_VOID(Statement(db_, "DELETE FROM delivery WHERE letter IN (SELECT id FROM letter WHERE accepted < ?)")
               .bind(before)
               .run());
  TRY_VOID(Statement(db_, "DELETE FROM letter WHERE accepted < ?").bind(before).run());
  TRY_VOID(Statement(db_, "DELETE FROM event WHERE at < ?").bind(events_before).run());
  return transaction.commit();
}

Result<std::vector<Outbox::Count>> Outbox::counts() const {
  Statement rows(db_, "SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state");
  std::vector<Count> found;
  for (;;) {
    TRY(const bool row, rows.step());
    if (!row) return found;
    found.push_back({static_cast<DeliveryState>(rows.integer(0)), rows.integer(1)});
  }
}

}  // namespace lorelei::serve
