// SPDX-License-Identifier: GPL-3.0-or-later
// Threads as they run on a list: a patch with its reviews, a series in several revisions, a question, a pull request.
//
// A Stage is where they play. What is posted on it is collected as bytes with the time of arrival; the audience
// (sample_mail/archive.hh) puts it in order.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sample_mail/kernel_code.hh"
#include "sample_mail/letter.hh"
#include "sample_mail/people.hh"
#include "sample_mail/random.hh"

namespace lorelei::sample {

// "Now" for everything the sample was made for (2026-11-21 12:34:56 UTC): what the oldest and newest of its mails are
// is counted from here, and commands that search it for dates want LORELEI_NOW=1795264496.
inline constexpr std::int64_t kNow = 1795264496;
inline constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;

// A message at the list's door: what the lists add is not in it yet.
struct Mail {
  std::int64_t arrival = 0;
  Lists lists = Lists::kDisk;
  std::string bytes;
};

// What answers refer to.
struct Posted {
  Person from;
  std::string subject, id, body;
  std::vector<std::string> references;  // its own id is not among them
  std::int64_t sent = 0;
  Lists lists = Lists::kDisk;
};

class Stage {
 public:
  explicit Stage(std::uint64_t seed) : random(seed) {}

  // Sends the letter to its lists; an id and To are made if it has none.
  Posted post(Letter, Lists);
  // An answer after some time: Re:, threading, the author in To.
  Posted answer(const Posted& to, const Person& from, std::int64_t after, const std::string& body);
  // The same with some lines of what it answers to above the text.
  Posted answer_below(const Posted& to, const Person& from, std::int64_t after, const std::string& text);
  void add(Mail mail) { mails_.push_back(std::move(mail)); }
  std::vector<Mail> take() { return std::exchange(mails_, {}); }
  std::size_t size() const { return mails_.size(); }

  // In the styles of git send-email, of several mail programs and of web mail.
  std::string new_id(const Person&, std::int64_t sent);
  std::int64_t minutes(int least, int most) { return std::int64_t{random.between(least, most)} * 60; }  // in seconds
  const Person& somebody() { return random.pick(contributors()); }
  const Person& somebody_but(const Person&);

  Random random;

 private:
  std::vector<Mail> mails_;
};

// One revision of a series as it is posted: the text of each patch is kept for the next one.
struct PatchText {
  Words words;
  std::string title, message;  // message: without trailers
  std::vector<std::string> trailers;
  std::vector<FileChange> files;
};
struct SeriesPlan {
  Person author;
  Lists lists = Lists::kDisk;
  const Subsystem* subsystem = nullptr;
  std::string title;  // empty: no cover letter
  std::string cover;
  std::vector<PatchText> patches;
  std::string change_id;  // empty: it has none
};
SeriesPlan plan_series(Stage&, const Subsystem&, int patches, std::int64_t start);
struct PostedSeries {
  std::vector<Posted> mails;  // the cover first, if there is one
};
// tags: "RFC", "RESEND"; lost: the number of a patch that never reached the lists, 0 if all did.
PostedSeries post_series(Stage&, const SeriesPlan&, int revision, std::int64_t start, const std::string& tags = {},
                         int lost = 0);
// Remarks on some of the patches, answers to them, trailers for others. Returns when the last one was sent.
std::int64_t review(Stage&, SeriesPlan&, const PostedSeries&);

// Threads drawn at random; each begins at start.
void any_thread(Stage&, std::int64_t start);

}  // namespace lorelei::sample
