// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/dedupe.hh"

#include <fmt/core.h>

#include "base/sha1.hh"

namespace lorelei::search {

namespace {

std::string content_key(const archive::OverRow& row) {
  const std::string_view zero("\0", 1);
  std::string key;
  for (const auto& field : {row.from, row.to, row.cc, std::to_string(row.sent), row.subject, row.references})
    key.append(field).append(zero);
  return key += row.message_id;
}

}  // namespace

bool Dedupe::is_new_key(std::string key) {
  const auto digest = sha1(key);
  return seen_.emplace(reinterpret_cast<const char*>(digest.data()), digest.size()).second;
}

bool Dedupe::is_new(const archive::OverRow& row) {
  switch (sameness_) {
    case Sameness::kContent:
      return is_new_key(content_key(row));
    case Sameness::kOid:
      return is_new_key(row.blob);
    case Sameness::kMid:
      return is_new_key(row.message_id.empty() ? content_key(row) : row.message_id);
    case Sameness::kNone:
      break;
  }
  return true;
}

}  // namespace lorelei::search
