// SPDX-License-Identifier: GPL-3.0-or-later
// Mail that was accepted and is still to go out. What is in here was promised to somebody: a kill loses nothing of it,
// and makes nothing go out twice.
//
//   accept    letters and their deliveries, all of a posting in one transaction; then "success" is said
//   begin     a delivery is marked as under way, durably, before its carrier is called
//   settle    what the carrier said of it
//
//   waiting -> under way -> done | refused | uncertain | waiting (later)
//
// What is found under way when the service starts was cut off by a kill: nobody knows whether the carrier had done it.
// A carrier that recognises copies gets it again, of another one it is uncertain, and stays so unless the administrator
// wants it sent again.
//
// Letters of a posting go out in their order, into the archive before to the lists; one that has to wait holds up the
// rest of its posting, and no other.
//
// A letter is known by action, Message-ID and digest. What is handed in again is not taken again, as long as it is
// remembered (kRememberedDays).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/sqlite.hh"
#include "base/result.hh"
#include "serve/carrier.hh"

namespace lorelei::serve {

inline constexpr std::int64_t kRememberedDays = 90;
inline constexpr std::int64_t kGivenUpDays = 5;  // of trying

// The numbers are stored; never change one.
enum class LetterAction { kReceive = 0, kReflect = 1, kChallenge = 2 };
enum class CarrierKind { kArchive = 0, kMail = 1 };
enum class DeliveryState { kWaiting = 0, kUnderWay = 1, kDone = 2, kRefused = 3, kUncertain = 4 };
const char* name_of(DeliveryState);

struct Letter {
  std::string message_id;
  std::string digest;  // of what makes it the same one again
  Envelope envelope;
  std::string message;  // as it goes out
};

struct Delivery {
  std::int64_t letter = 0;
  CarrierKind carrier = CarrierKind::kMail;
  std::int64_t accepted = 0;
  std::int64_t tries = 0;  // before this one
  std::string message_id;
  Envelope envelope;
  std::string message;
};

class Outbox {
 public:
  explicit Outbox(archive::Sqlite db) : db_(std::move(db)) {}

  // Those that are new; how many these are. Before: a transaction is open.
  // Errors: kConflict, an accepted one has this Message-ID and another digest (kReceive only).
  Result<std::size_t> accept(LetterAction, std::int64_t contributor, const std::vector<Letter>&,
                             const std::vector<CarrierKind>&, std::int64_t now);
  // The next one that is due, marked as under way.
  Result<std::optional<Delivery>> begin(std::int64_t now);
  Result<void> settle(const Delivery&, const Outcome&, std::int64_t now);

  // What a kill cut off becomes waiting if its carrier is one of these, else uncertain; the Message-IDs of the latter.
  Result<std::vector<std::string>> recover(const std::vector<CarrierKind>& repeatable);
  // What waits for its next try is due now, as whoever starts the service may have mended what was wrong; how many
  // deliveries wait.
  Result<std::int64_t> hurry(std::int64_t now);
  // Drops the text of letters that are done, letters that are remembered long enough, and what was counted before then.
  Result<void> tidy(std::int64_t now, std::int64_t events_before);

  struct Count {
    DeliveryState state;
    std::int64_t deliveries;
  };
  Result<std::vector<Count>> counts() const;

 private:
  Result<bool> is_known(LetterAction, const Letter&) const;
  archive::Sqlite db_;
};

}  // namespace lorelei::serve
