// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a query: an error that says why, or a query that Xapian can be asked.
#include <xapian.h>

#include <cstdlib>
#include <string_view>

#include "base/text.hh"
#include "search/compile.hh"
#include "search/query.hh"
#include "search/query_dates.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

static const std::vector<Xapian::Database>& shards() {
  static const auto made = [] {
    Xapian::WritableDatabase db(std::string(), Xapian::DB_BACKEND_INMEMORY);
    Xapian::Document document;
    for (const auto* term : {"Sfloppy", "ZSfloppi", "XDFNdriver", "floppy"}) document.add_posting(term, 1);
    db.add_document(document);
    return std::vector<Xapian::Database>{db};
  }();
  return made;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int zone_is_set = setenv("TZ", "UTC", 1);
  require(zone_is_set == 0);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = search::read_query(text, {.now = 1'795'264'496});
  if (!parsed) {
    require(!parsed.error().why.empty());
    require(parsed.error().kind == Error::Kind::kUsage || parsed.error().kind == Error::Kind::kTooLarge);
    return 0;
  }
  const search::PrefixSet prefixes;
  const auto threads = [](const search::Query&) -> Result<std::shared_ptr<const search::DocumentSet>> {
    return err(Error::Kind::kUsage, "search", "", "there are no threads here");
  };
  const auto even = [](const search::Query&) -> Result<std::shared_ptr<const search::DocumentSet>> {
    return std::make_shared<const search::DocumentSet>();
  };
  const auto compiled = search::compile_query(
      parsed->query, {.shards = shards(), .prefixes = prefixes, .threads = threads, .even = even});
  if (compiled) require(compiled->query != nullptr);
  return 0;
}
