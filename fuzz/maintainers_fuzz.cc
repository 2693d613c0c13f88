// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a MAINTAINERS file, or after a line "=" as a path and a text to match: no crash, and a search that is
// well-formed for every section.
#include "patch/maintainers.hh"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "patch/subsystem_query.hh"
#include "search/query.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view content = text;
  if (const auto cut = text.find("\n=\n"); cut != std::string_view::npos) {
    content = text.substr(cut + 3);
    text = text.substr(0, cut + 1);
  }
  auto maintainers =
      patch::Maintainers::parse(std::string(text), [](std::string_view path) { return path.size() % 2 == 0; });
  require(maintainers.has_value());
  const auto path = content.substr(0, content.find('\n'));
  for (const auto& match : maintainers->sections_of(path)) require(match.section < maintainers->sections().size());
  using enum patch::Maintainers::Content;
  for (const auto kind : {kFile, kPatch}) {
    const auto first = maintainers->sections_with_keyword(content, kind);
    require(first == maintainers->sections_with_keyword(content, kind));  // what is remembered changes nothing
  }
  for (const auto& section : maintainers->sections()) {
    const auto query = patch::subsystem_query(section);
    const auto parsed = search::parse_query(query.text());
    if (!parsed && parsed.error().kind != Error::Kind::kTooLarge) {
      std::fprintf(stderr, "%s\n%s\n", query.text().c_str(), to_text(parsed.error()).c_str());
      std::abort();
    }
    (void)maintainers->find(section.title);
  }
  return 0;
}
