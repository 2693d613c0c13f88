// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dig.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/shell_word.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
#include "search/tokenise.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using Where = MailFinder::Where;
constexpr std::int64_t kDay = 86400;

std::string unquoted(const std::string& text) { return replace_all(text, "\"", ""); }

// Whether there is anything to look for.
bool has_word(std::string_view text) {
  search::TermTable terms;
  terms.index_text(text, 1, "");
  return !terms.sorted().empty();
}

class Digger {
 public:
  Digger(const Env& env, CommitFacts commit, MailFinder& finder)
      : env_(env), finder_(finder), commit_(std::move(commit)) {}

  Result<void> look(Where where) {
    TRY_VOID(follow_links(where));
    TRY_VOID(search_change(where));
    return search_title(where);
  }
  bool has_mail() const {
    return std::any_of(found_.begin(), found_.end(), [](const DigCandidate& one) { return one.mail.has_value(); });
  }
  Result<Dug> result(bool is_from_archive) && {
    if (found_.empty())
      return err(Kind::kNotFound, "find the mail of", commit_.id,
                 finder_.is_offline() ? "no archive here has it, and we are offline"
                                      : "neither archives here nor the server have it",
                 has_word(commit_.title) ? "lorelei q " + shell_word("s:\"" + unquoted(commit_.title) + "\"") : "");
    std::stable_sort(found_.begin(), found_.end(),
                     [&](const DigCandidate& a, const DigCandidate& b) { return is_better(a, b, commit_); });
    return Dug{std::move(commit_), std::move(found_), is_from_archive};
  }

 private:
  DigCandidate& candidate(const std::string& id) {
    for (auto& one : found_)
      if (one.message_id == id) return one;
    found_.push_back({id, std::nullopt, {}, ""});
    return found_.back();
  }
  DigCandidate& add(PatchMail&& mail) {
    auto& one = candidate(mail.message_id);
    if (!one.mail) one.mail = std::move(mail);
    return one;
  }

  Result<void> follow_links(Where where) {
    for (const auto& id : commit_.message_ids) {
      TRY(auto mail, finder_.by_id(where, id));
      candidate(id).reasons.link = true;
      if (mail) add(*std::move(mail));
    }
    return {};
  }

  Result<bool> search_patch_id(Where where, std::size_t algorithm, const std::string& dates) {
    if (algorithm == patch_ids_.size()) {
      const auto id = patch_id_of_commit(env_, commit_.id, kDiffAlgorithms[algorithm]);
      if (!id && id.error().kind != Error::Kind::kTooLarge) return tl::unexpected(id.error());
      patch_ids_.push_back(id && *id ? (*id)->hex() : std::string());  // nobody mails what is too large
    }
    const auto id = patch_ids_[algorithm];
    const bool is_repeated = std::find(patch_ids_.begin(), patch_ids_.end(), id) - patch_ids_.begin() !=
                             static_cast<std::ptrdiff_t>(algorithm);
    if (id.empty() || is_repeated) return false;
    TRY(auto mails, finder_.by_query(where, "patchid:" + id + dates));
    bool is_found = false;
    for (auto& mail : mails) {
      if (!mail.is_patch()) continue;
      auto& one = add(std::move(mail));
      one.reasons.patch_id = is_found = true;
      if (algorithm > 0) one.algorithm = kDiffAlgorithms[algorithm];
    }
    return is_found;
  }

  Result<void> search_change(Where where) {
    const auto limit = " AND d:.." + replace_all(utc_day(commit_.authored + kDay), "-", "");
    // A server is asked for what was sent later as well if nothing else is left.
    for (const auto& dates : {limit, std::string()})
      for (std::size_t i = 0; i < std::size(kDiffAlgorithms); ++i) {
        TRY(const bool is_found, search_patch_id(where, i, dates));
        if (is_found) return {};
        if (has_mail() && (i == 0 && where == Where::kServer)) return {};
      }
    return {};
  }

  Result<void> search_title(Where where) {
    if (where == Where::kServer && has_mail()) return {};
    const auto title = unquoted(commit_.title), author = unquoted(commit_.author);
    if (!has_word(title) || !has_word(commit_.email)) return {};
    const auto key = patch::series_key(commit_.title);
    for (const auto& of_author : {fmt::format("f:\"{}\"", unquoted(commit_.email)),
                                  fmt::format("nq:\"From: {} <{}>\"", author, unquoted(commit_.email))}) {
      TRY(auto mails, finder_.by_query(where, fmt::format("s:\"{}\" AND {}", title, of_author)));
      for (auto& mail : mails)
        if (mail.is_patch() && patch::series_key(mail.tags.title) == key) add(std::move(mail)).reasons.subject = true;
    }
    return {};
  }

  const Env& env_;
  MailFinder& finder_;
  CommitFacts commit_;
  std::vector<DigCandidate> found_;
  std::vector<std::string> patch_ids_;  // by algorithm, as far as they were needed; "": there is none
};

// The smaller the better.
int rank_of(const DigCandidate& one) {
  const bool is_patch = one.mail && (one.mail->is_patch() || one.mail->is_cover());
  if (one.reasons.link && is_patch) return 0;
  if (one.reasons.patch_id) return 1;
  if (one.reasons.subject) return 2;
  return one.mail ? 4 : 3;  // linked, and nobody has looked at it; linked, and something else
}

std::string lower_address(const patch::Person& person) { return to_lower(person.address); }

}  // namespace

std::string DigReasons::text() const {
  std::vector<std::string> words;
  if (link) words.emplace_back("link");
  if (patch_id) words.emplace_back("patch-id");
  if (subject) words.emplace_back("subject");
  return join(words, ", ");
}

bool is_better(const DigCandidate& a, const DigCandidate& b, const CommitFacts& commit) {
  const auto key = [&](const DigCandidate& one) {
    const auto sent = one.mail ? one.mail->sent : 0;
    const bool is_later = sent > commit.authored + kDay;
    // A cover letter that is linked stands behind a patch that is, too.
    return std::tuple(rank_of(one), !one.reasons.patch_id, !one.reasons.subject, sent != commit.authored, is_later,
                      is_later ? sent : -sent);
  };
  return key(a) < key(b);
}

Result<Dug> dig(const Env& env, const std::string& revision, MailFinder& finder) {
  TRY(auto commit, read_commit(env, revision));
  Digger digger(env, std::move(commit), finder);
  TRY_VOID(digger.look(Where::kHere));
  const bool is_here = digger.has_mail();
  if (!is_here && !finder.is_offline()) TRY_VOID(digger.look(Where::kServer));
  return std::move(digger).result(is_here);
}

std::vector<patch::Person> people_in_posting(const std::vector<PatchMail>& thread, const std::string& message_id) {
  const auto mail =
      std::find_if(thread.begin(), thread.end(), [&](const PatchMail& one) { return one.message_id == message_id; });
  std::vector<patch::Person> people;
  if (mail == thread.end()) return people;
  std::set<std::string> known;
  const auto add = [&](const patch::Person& person) {
    if (known.insert(lower_address(person)).second) people.push_back(person);
  };
  for (const auto& one : thread) {
    const bool is_of_posting = (one.is_patch() || one.is_cover()) &&
                               one.tags.revision_or_first() == mail->tags.revision_or_first() &&
                               lower_address(one.sender) == lower_address(mail->sender);
    if (!is_of_posting && &one != &*mail) continue;
    add(one.sender);
    for (const auto* recipients : {&one.to, &one.cc})
      for (const auto& person : *recipients) add(person);
  }
  return people;
}

}  // namespace lorelei::workflow
