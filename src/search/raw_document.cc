// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/raw_document.hh"

#include <xapian.h>

#include <algorithm>

#include "base/text.hh"
#include "search/xapian_error.hh"

namespace lorelei::search {

namespace {

constexpr auto kDoing = "read the index";

RawDocument read(const Xapian::Document& document, std::uint64_t docid) {
  RawDocument raw;
  raw.docid = docid;
  raw.data_length = document.get_data().size();
  raw.description = document.get_description();
  raw.term_count = document.termlist_count();
  raw.value_count = document.values_count();
  for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
    const std::string text = *term;
    const auto end = std::find_if_not(text.begin(), text.end(), [](char c) { return is_upper(c); });
    raw.terms[std::string(text.begin(), end)].emplace_back(end, text.end());
  }
  for (auto& [prefix, terms] : raw.terms) std::sort(terms.begin(), terms.end());
  for (auto value = document.values_begin(); value != document.values_end(); ++value)
    raw.values[value.get_valueno()] = Xapian::sortable_unserialise(*value);
  return raw;
}

}  // namespace

std::uint64_t docid_of_number(const Place& place, std::int64_t number) {
  const auto wanted = static_cast<std::uint64_t>(number);
  return (wanted - 1) * place.shards.size() + wanted % place.shards.size() + 1;
}

Result<std::optional<RawDocument>> read_document(const Place& place, std::uint64_t docid) {
  if (place.shards.empty())
    return err(Error::Kind::kNotFound, kDoing, place.directory, "it has no index of words",
               "lorelei archive index --level=full");
  if (docid == 0) return std::nullopt;
  try {
    const auto& shard = place.shards[(docid - 1) % place.shards.size()];
    const Xapian::Database database(shard.string());
    return read(database.get_document(static_cast<Xapian::docid>((docid - 1) / place.shards.size() + 1)), docid);
  } catch (const Xapian::DocNotFoundError&) {
    return std::nullopt;
  } catch (const Xapian::Error& e) {
    return xapian_error(e, kDoing, place.directory);
  }
}

}  // namespace lorelei::search
