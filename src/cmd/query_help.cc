// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/query_help.hh"

#include <fmt/format.h>

#include "search/prefixes.hh"

namespace lorelei::cmd {
namespace {

using search::Prefix;

struct Group {
  const char *heading, *remark;
  bool (*has)(const Prefix&);
};

bool is_of_patches(const Prefix& prefix) { return prefix.name.starts_with("df"); }

constexpr Group kGroups[] = {
    {"Text", "words, phrases, stars, NEAR and ADJ",
     [](const Prefix& p) { return p.kind == Prefix::Kind::kText && !is_of_patches(p); }},
    {"Text of patches", "likewise", [](const Prefix& p) { return p.kind == Prefix::Kind::kText && is_of_patches(p); }},
    {"Exact values", "no words, no stars; several of one prefix are alternatives",
     [](const Prefix& p) { return p.kind == Prefix::Kind::kExact; }},
    {"Dates", "from..to, either side may be left out; days, times, or as git knows them: 2.weeks.ago",
     [](const Prefix& p) { return p.kind == Prefix::Kind::kDate; }},
    {"Numbers", "from..to, likewise", [](const Prefix& p) { return p.kind == Prefix::Kind::kRange; }},
    {"Threads", "whole conversations", [](const Prefix& p) { return p.kind == Prefix::Kind::kThread; }},
};

template <typename Row>
std::string each_group(const char* heading_form, const char* end, Row row) {
  std::string out;
  for (const auto& group : kGroups) {
    out += fmt::format(fmt::runtime(heading_form), group.heading, group.remark);
    for (const auto& prefix : search::builtin_prefixes())
      if (prefix.listed == Prefix::Listed::kYes && !prefix.name.empty() && group.has(prefix)) out += row(prefix);
    out += end;
  }
  return out;
}

}  // namespace

std::string query_help_text() {
  return "A query is words, words with a prefix, and operators.\n\n"
         "  floppy timeout                both, in any order: the subject, the sender, the\n"
         "                                body, attachment names or the Message-ID has them\n"
         "  regressions                   and what has the same stem; Regressions: only this\n"
         "  blk*                          words that begin so\n"
         "  \"request queue\", blk-mq       words in a row\n"
         "  a OR b, a XOR b, a NOT b, -b  AND binds tighter than OR; upper case\n"
         "  a NEAR/5 b, a ADJ/5 b         so many words apart at most; ADJ: in this order\n"
         "  s:(queue OR depth)            a group, with a prefix or without\n" +
         each_group("\n{} ({}):\n", "",
                    [](const Prefix& prefix) {
                      const bool fits = prefix.example.size() < 30;
                      return fmt::format("  {:<30}{}{}\n", prefix.example, fits ? "" : "\n" + std::string(32, ' '),
                                         prefix.help);
                    }) +
         "\n`man 7 lorelei-query` says more, and where this differs from lei.\n";
}

std::string query_manual_part() {
  return each_group("{}: {}.\n\n....\n", "....\n\n", [](const Prefix& prefix) {
    return fmt::format("{:<13} {}\n", fmt::format("{}:", prefix.name), prefix.help);
  });
}

}  // namespace lorelei::cmd
