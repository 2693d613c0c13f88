// SPDX-License-Identifier: GPL-3.0-or-later
// Who is to be thanked, and the letters: what `lorelei ty` does.
//
// A letter is a file that git send-email takes. Killed at any moment, none is lost and none is taken for written that
// is not:
//
//   1  the record says "due", the Message-ID of the letter and where it will be        durable
//   2  the letter is there, whole                                                      durable
//   3  the record says "thanked"; older revisions of the series are discarded          durable; then it is reported
//
// What is found due by the next run is thanked if its letter is there, else not, and will be written with the same
// Message-ID. As long as letters lie where new ones would go, none are written: they are perhaps not sent yet.
//
// One run at a time, by a lock beside the record.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/repository_here.hh"
#include "workflow/b4_records.hh"
#include "workflow/branch_commits.hh"
#include "workflow/series_state.hh"
#include "workflow/thanks_letter.hh"

namespace lorelei::workflow {

// A series that a letter is due for: its patches as they were found, those that are meant marked kDue.
struct ThanksDue {
  SeriesRecord record;
  std::string merge_commit = {};  // of a pull request
};

struct Letter {
  SeriesRecord record;
  std::string text;
  fs::path file;
  std::vector<std::string> superseded = {};  // subjects of older revisions that are discarded with it
};

struct LetterWishes {
  fs::path directory = ".";
  Writer writer = Writer::kLeftOut;
  mail::EightBit eight_bit = mail::EightBit::kAllowed;
};

class ThanksDesk {
 public:
  enum class Purpose { kLook, kWrite };  // kLook changes nothing
  // Errors: kTemporary, somebody else is writing letters.
  static Result<ThanksDesk> open(const Env&, const git::RepositoryHere&, Purpose);

  // What nobody was thanked for yet: recorded here first, by the time of their first record, then b4's. A number that
  // the user reads is its place, from 1 on.
  const std::vector<SeriesRecord>& outstanding() const { return outstanding_; }
  // Commits that letters have named before.
  Result<std::set<std::string>> thanked_commits();
  // What is worth saying: letters of a killed run, files that make no sense.
  const std::vector<std::string>& notes() const { return notes_; }

  // Of those that are all there, the best revision of each series, and one for each commit; what is there only in part
  // is noted. Two of one revision and title are two series, unless they claim the same commit.
  std::vector<ThanksDue> applied(const CommitIndex&);
  // The series at the places: with the commits that were found, and only about them if there are any.
  std::vector<ThanksDue> chosen(const std::vector<int>& places, const CommitIndex&);

  // failures: of letters that nobody would get; the others are there. Errors: kConflict, letters are there already.
  struct Composed {
    std::vector<Letter> letters;
    std::vector<Error> failures;
  };
  Result<Composed> compose(const ThanksSettings&, const LetterWishes&, std::vector<ThanksDue>);
  // Those that are returned are written and recorded, also where an error stopped it: then it is in `failure`.
  struct Written {
    std::vector<Letter> letters;
    std::optional<Error> failure;
  };
  Result<Written> write(std::vector<Letter>);
  Result<void> discard(const std::vector<int>& places);

 private:
  ThanksDesk(const Env& env, fs::path common) : env_(&env), common_(std::move(common)) {}
  Result<void> settle();
  Result<void> collect();
  Result<void> end_foreign_records();
  Result<void> adopt(const SeriesRecord& foreign);
  void look_for_foreign(const CommitIndex&);
  bool is_superseded(const SeriesRecord&, const SeriesRecord& by) const;
  int place_of(const SeriesRecord&) const;

  const Env* env_;
  fs::path common_;
  std::optional<FileLock> lock_;
  std::optional<SeriesState> state_;  // nothing: kLook, and nothing was ever recorded
  std::vector<SeriesRecord> outstanding_;
  // Message-IDs of what only b4 has noted, and of which no commit here is certain to be: it may be about another
  // repository, and is not discarded unasked.
  std::set<std::string> elsewhere_;
  std::vector<std::string> notes_;
};

}  // namespace lorelei::workflow
