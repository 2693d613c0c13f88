// SPDX-License-Identifier: GPL-3.0-or-later
// What the user did with messages: keywords (seen, answered, flagged, ...) and labels. They belong to what a message
// says (mail/content_hash.hh), so that they follow it into every folder it is delivered to, whatever list it came from.
//
// FILE   $XDG_DATA_HOME/lorelei/marks.sqlite3: mark (digest, kind, word); kind 'k' a keyword, 'l' a label
//                                              blob (oid, digest): copies of the message that were seen
//                                              touched (id, oid, mids): copies whose terms in the index are perhaps
//                                              still the old ones, ids a line each; without an oid: the
//                                              archive mids names (lei/store.hh) is not wholly indexed
//
// Keywords are those of JMAP (RFC 8621); labels are the user's: at most kMaxLabelBytes of a-z 0-9 _ . / @ , -,
// beginning with a letter, digit or underscore, ending in a letter or digit.
#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "base/sha256.hh"
#include "git/object_id.hh"
#include "lei/home.hh"
#include "mail/keywords.hh"

namespace lorelei::lei {

inline constexpr std::size_t kMaxLabelBytes = 244;  // what a term of the index can hold
inline constexpr std::string_view kKeywordNames[] = {"answered", "draft",   "flagged",  "forwarded",
                                                     "junk",     "notjunk", "phishing", "seen"};

struct Mark {
  std::set<std::string> keywords, labels;
  bool operator==(const Mark&) const = default;
};

// "kw:seen", "L:inbox", with + or - before: what is set and what is cleared.
struct MarkChange {
  Mark add, remove;
  bool operator==(const MarkChange&) const = default;
  bool is_empty() const;
  Mark applied_to(Mark) const;
};
// What makes one of the other.
MarkChange difference(const Mark& before, const Mark& after);
// Whether the word is a mark at all ("kw:..." or "L:..." behind an optional sign).
bool is_mark_word(std::string_view word);
// Errors: kUsage, in lei's words.
Result<void> add_mark_word(MarkChange&, std::string_view word);

mail::Keywords to_keywords(const std::set<std::string>&);  // the five that mail stores have letters for
std::set<std::string> from_keywords(const mail::Keywords&);

class Marks {
 public:
  enum class Access { kRead, kWrite };
  // Without the file, nothing is marked; kWrite makes it.
  static Result<Marks> open(const Home&, Access);

  // Of a copy that was seen.
  Result<Mark> of(const git::ObjectId&);
  Result<Mark> of(const Sha256Digest&);
  // What a copy says, if it was seen.
  Result<std::optional<Sha256Digest>> digest_of(const git::ObjectId&);
  Result<void> set(const git::ObjectId&, const Sha256Digest&, const Mark&);
  Result<std::vector<std::string>> all_labels();
  Result<std::vector<git::ObjectId>> all();

  // Indexes are brought into line after the marks; who was killed in between is made good by the next.
  struct Touched {
    std::int64_t id = 0;
    git::ObjectId oid;
    std::vector<std::string> mids;
  };
  Result<void> touch(const git::ObjectId&, const std::vector<std::string>& mids);
  Result<std::vector<Touched>> touched();
  Result<void> forget_touched(const std::vector<Touched>&);

  // No other lock is taken in between: others wait for it.
  Result<void> begin();
  Result<void> commit();

 private:
  Marks(std::optional<archive::Sqlite>, Access);
  std::optional<archive::Sqlite> db_;
  std::optional<archive::Transaction> transaction_;
  Result<Mark> read(archive::Statement&);
  archive::Statement of_, of_blob_, digest_, add_, clear_, add_blob_, touch_;
};

}  // namespace lorelei::lei
