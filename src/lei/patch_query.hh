// SPDX-License-Identifier: GPL-3.0-or-later
// A query that finds a patch again, and others like it: terms taken from its headers and its diff.
//
//   wanted   := item (("," | " ")+ item)*          default: dfpost7
//   item     := ["+" | "-"] PREFIX ["*"] [NUMBER]  every term of that prefix; each prefix is used once
//             | AND | OR | XOR | NOT | ADJ[/N] | NEAR[/N]      stands in the query as it is
//             | ["d:" | "dt:" | "rt:"] NUMBER [unit]           accepted; says nothing
//   PREFIX   := s bs f t c a tc tcf d dt rt | dfn dfa dfb dfctx dfhh dfpre dfpost
//   NUMBER      terms are given whole, then without their last character, and so on down to that length, joined by OR
//   *           terms get a star, but not blobs
//
//   dfpost7       dfpost:6e006fd73b1d OR dfpost:6e006fd73b1 OR ... OR dfpost:6e006fd
//   dfpost,OR,dfn dfpost:6e006fd73b1d OR dfn:lib/PublicInbox/Search.pm
//
// Terms are the phrases of a line: from a word character on, as long as word characters, white space and |=><,./:\@-
// follow; between quotes unless the query language takes them as one word anyway. Header prefixes only count where an
// item is nothing but the prefix.
//
// The query is that of `lei p2q` 1.9, except that it is always UTF-8 (there, Latin-1 comes out as bytes) and that the
// octal escapes of quoted file names are bytes of UTF-8.
//
// Foreign bytes: linear in the size of the mails; of one term at most kMaxAlternatives shorter forms are given.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/message.hh"

namespace lorelei::lei {

inline constexpr std::size_t kMaxAlternatives = 250;

class PatchQuery {
 public:
  // wanted: the values of --want, in order; none: the default.
  explicit PatchQuery(std::span<const std::string> wanted);

  // A mail, or just a patch: what a file or `git format-patch --stdout` holds. Terms of several are put together.
  void add(std::string_view mail);

  std::string text() const;  // the query; empty if nothing was found
  std::string uri() const;   // percent-encoded, "+" for the spaces

  // PREFIX -> its terms in the order of the mail, each once.
  const std::map<std::string, std::vector<std::string>>& terms() const { return terms_; }

 private:
  void add_headers(const mail::Entity&);
  void add_body(const mail::Entity& part);
  void add_line(std::string_view line, mail::Text::Form, bool& in_diff);
  bool add_structure(std::string_view line, mail::Text::Form);
  void add_phrases(const std::string& prefix, std::string_view text, mail::Text::Form);
  void add_term(const std::string& prefix, std::string term);
  std::vector<std::string> words() const;

  std::vector<std::string> wanted_;
  std::map<std::string, std::vector<std::string>> terms_;
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace lorelei::lei
