// SPDX-License-Identifier: GPL-3.0-or-later
// Mails by Message-ID and by query, in the archives here and on the server of the settings: for whoever asks more than
// once. (A thread as a whole is workflow/mail_source's.)
//
// Queries are those of both, the common part of the languages: s: f: nq: patchid: d: AND OR and quotes.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workflow/mail_source.hh"

namespace lorelei::workflow {

class MailFinder {
 public:
  // What is chosen and registered; nothing of it is opened before it is needed. Errors: kNotFound, an unknown NAME.
  static Result<MailFinder> open(const Env&, const Settings&, const MailSource&, const Say&);

  enum class Where { kHere, kServer };
  // One mail; nothing: it is not there. On a server, what does not have the id is not taken for it. is_wanted: of
  // several with the id, for whoever knows more of the mail; empty: all are.
  using IsWanted = std::function<bool(const PatchMail&)>;
  Result<std::optional<PatchMail>> by_id(Where, const std::string& id, const IsWanted& is_wanted = {});
  // Of each Message-ID one, the newest first, not more than kMaxFound. kWholeThreads: on a server only, unordered.
  enum class Extent { kMatches, kWholeThreads };
  Result<std::vector<PatchMail>> by_query(Where, const std::string& query, Extent = Extent::kMatches);

  bool is_offline() const;
  bool has_words_here() const;  // whether by_query(kHere) can find anything

 private:
  struct Impl;
  explicit MailFinder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

inline constexpr std::uint32_t kMaxFound = 200;  // of one query: postings of one patch are ten or twenty

}  // namespace lorelei::workflow
