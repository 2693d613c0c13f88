// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords and labels as terms of the index: "K" + keyword, "L" + label, those that kw: and L: look for. Only the
// user's own store has them, from lei/marks.hh: a message that is indexed gets them with its other terms, one that is
// in the index already is given those it has now.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "base/result.hh"

namespace lorelei::search {

std::vector<std::string> mark_terms(const std::set<std::string>& keywords, const std::set<std::string>& labels);

struct MarkTerms {
  std::int64_t number;                     // the article
  std::set<std::string> keywords, labels;  // all it has from now on
};
// find: asked once nobody else can set terms. An article that is not indexed is passed over. Takes the archive's lock.
// Errors: of the index, of find.
Result<void> set_mark_terms(const archive::Inbox&, const std::function<Result<std::vector<MarkTerms>>()>& find);

}  // namespace lorelei::search
