// SPDX-License-Identifier: GPL-3.0-or-later
// Mail from wherever it is named, one message after the other: files (source/mail_files.hh), servers.
#pragma once
#include <string>
#include <vector>

#include "lei/box.hh"
#include "lei/destination.hh"
#include "lei/settings.hh"
#include "lei/sources.hh"
#include "source/mail_files.hh"

namespace lorelei::lei {

Result<std::vector<source::MailPlace>> parse_places(const std::vector<std::string>& words, const std::string& format);
Result<void> take_in(Env&, const Settings&, const std::vector<source::MailPlace>&, const source::MailSink&);

enum class Flags { kTake, kDrop };
struct Converted {
  std::uint64_t written = 0, duplicates = 0;
};
// Errors: also kUsage, a place that cannot be read; what was written before it stays.
Result<Converted> convert(Env&, const Settings&, const std::vector<std::string>& words, const std::string& format,
                          const Destination&, Flags, const BoxOptions&);

// Which messages the store and the known archives have.
class KnownMail {
 public:
  static Result<KnownMail> open(Env&, const Settings&, Manner);
  // Blobs with one of the ids and the same content; empty if it is nowhere.
  Result<std::vector<git::ObjectId>> copies_of(const Likeness&);

 private:
  struct Place;
  std::vector<std::shared_ptr<Place>> places_;
};

}  // namespace lorelei::lei
