// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/date_text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "search/schema.hh"

namespace lorelei::search {

namespace {

struct Replacement {
  std::size_t offset, length;
  std::string text;
};

// Nested as deep as kMaxQueryDepth lets a text be, and no deeper.
void collect(const Query& typed, const Query& query, std::string_view text, std::vector<Replacement>& all) {
  for (std::size_t i = 0; i < std::min(typed.parts.size(), query.parts.size()); ++i)
    collect(typed.parts[i], query.parts[i], text, all);
  if (query.op != Query::Op::kRange || typed.op != Query::Op::kRange) return;
  const char* name = query.slot == slot::kDay        ? "d"
                     : query.slot == slot::kSent     ? "dt"
                     : query.slot == slot::kReceived ? "rt"
                                                     : nullptr;
  const auto prefix = typed.prefix + ":";
  if (!name || text.substr(typed.offset, prefix.size()) != prefix) return;
  const auto start = typed.offset + prefix.size();
  const bool quoted = text.substr(start, 1) == "\"";
  if (text.substr(start + quoted, typed.value.size()) != typed.value) return;
  const auto length = prefix.size() + typed.value.size() + (quoted ? 2 : 0);
  const auto end = [](const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : std::string();
  };
  all.push_back({typed.offset, length, fmt::format("{}:{}..{}", name, end(query.low), end(query.high))});
}

}  // namespace

std::string with_dates_in_numbers(std::string_view text, const Query& typed, const Query& dated) {
  std::vector<Replacement> all;
  collect(typed, dated, text, all);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
  std::string out;
  std::size_t at = 0;
  for (const auto& each : all) {
    if (each.offset < at) continue;
    out.append(text.substr(at, each.offset - at)).append(each.text);
    at = std::min(each.offset + each.length, text.size());
  }
  return out.append(text.substr(at));
}

bool widen_to(Query& now, const Query& then) {
  bool changed = false;
  if (now.op == Query::Op::kRange && then.op == Query::Op::kRange && now.slot == then.slot && now.low && then.low &&
      !now.high && !then.high && *then.low < *now.low) {
    now.low = then.low;
    changed = true;
  }
  for (std::size_t i = 0; i < std::min(now.parts.size(), then.parts.size()); ++i)
    changed |= widen_to(now.parts[i], then.parts[i]);
  return changed;
}

bool mentions(const Query& query, std::string_view prefix) {
  if (query.prefix == prefix && query.parts.empty() && query.op != Query::Op::kNothing) return true;
  return std::any_of(query.parts.begin(), query.parts.end(), [&](const Query& part) { return mentions(part, prefix); });
}

}  // namespace lorelei::search
