// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords and labels as terms of the index: "K" + keyword, "L" + label, those that kw: and L: look for. Only the
// user's own store has them; they are put there after indexing, and can be put there again from lei/marks.hh.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "base/result.hh"

namespace lorelei::search {

struct MarkTerms {
  std::int64_t number;                     // the article
  std::set<std::string> keywords, labels;  // all it has from now on
};
// find: asked once nobody else can set terms. An article that is not indexed is passed over. Takes the archive's lock.
// Errors: of the index, of find.
Result<void> set_mark_terms(const archive::Inbox&, const std::function<Result<std::vector<MarkTerms>>()>& find);

}  // namespace lorelei::search
