// SPDX-License-Identifier: GPL-3.0-or-later
// Commits, trees, pack indices, objects by themselves and the index as any bytes: the first byte says which.
#include <cstdint>

#include "git/history.hh"
#include "git/index_file.hh"
#include "git/loose_object.hh"
#include "git/pack_index.hh"
#include "git/tree_scan.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'c':
      if (const auto commit = lorelei::git::scan_commit(bytes))
        if (commit->author_time < 0 || commit->committer_time < 0) __builtin_trap();
      break;
    case 't':
      lorelei::git::scan_mail_tree(bytes);
      for (auto rest = bytes; lorelei::git::next_tree_item(rest);) continue;
      break;
    case 'i':
      if (auto index = lorelei::git::IndexReader::of(bytes)) {
        while (index->next()) continue;
        (void)index->extensions();
      }
      break;
    case 'l':
      (void)lorelei::git::parse_loose_object(bytes);
      break;
    default:
      lorelei::git::pack_index_lists(bytes, {});
  }
  return 0;
}
