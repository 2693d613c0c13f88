// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a table of the index: its entries come in order or it is refused. The first two bytes are the root
// block and its level.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "search/glass_reader.hh"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lorelei::search::glass;
  if (size < 2) return 0;
  const int file = memfd_create("table", MFD_CLOEXEC);
  demand(file >= 0);
  Root root;
  root.block = data[0];
  root.level = data[1];
  root.block_size = 2048;
  root.blocks = static_cast<std::uint32_t>((size - 2 + root.block_size - 1) / root.block_size);
  // The last block is filled up, so that short inputs reach the items.
  demand(write(file, data + 2, size - 2) == static_cast<ssize_t>(size - 2));
  demand(ftruncate(file, static_cast<off_t>(root.blocks * root.block_size)) == 0);
  auto table = TableReader::open("/proc/self/fd/" + std::to_string(file), root);
  if (table) {
    std::string last;
    while (table->next()) {
      demand(table->key() > last && table->key().size() <= kMaxKey);
      last.assign(table->key());
      demand(table->tag().size() <= kMaxTag);
    }
    static_cast<void>(table->status());
  }
  close(file);
  return 0;
}
