// SPDX-License-Identifier: GPL-3.0-or-later
// Whether what saved searches and the store keep is in order, and what can be done where it is not.
//
//   saved search   the file can be read; the directory is named after the output; both databases of its ledger are
//                  sound; no delivery was cut off in the middle; the destination is there; no lock of a dead program
//   marks          the database is sound
//   store          the archive is whole, its index what git says; no lock of a dead git
//
// Nothing that a user may miss is deleted: what is in the way is set aside, beside its place, with the time in its
// name.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "lei/box.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

enum class Treatment {
  kNone,     // look only
  kFix,      // what loses nothing
  kRebuild,  // also: databases that are broken are begun anew, from what is left
};

struct Ailment {
  std::string where, what;
  std::string remedy;  // what `needs` does about it; of kNone: what the user can do
  Treatment needs = Treatment::kNone;
  enum class State { kLeft, kMended } state = State::kLeft;
  std::string failure = {};  // why the remedy did not work
};

// found: called for each, after its treatment. Errors: kCancelled, and of reading the directory of saved searches.
Result<void> examine(Env&, const Settings&, Treatment, const std::function<void(const Ailment&)>& found);

}  // namespace lorelei::lei
