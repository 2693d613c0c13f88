// SPDX-License-Identifier: GPL-3.0-or-later
// A section of MAINTAINERS as a search: the mail of its lists, and patches to its files wherever they were sent.
//
//   L: linux-block@vger.kernel.org          l:linux-block.vger.kernel.org
//   F: drivers/block/floppy.c               dfn:drivers/block/floppy.c
//   F: drivers/block/   drivers/block/*     dfn:drivers/block
//   F: drivers/net/phy/bcm*.[ch]            (dfn:drivers/net/phy dfn:bcm*)
//   X: drivers/block/zram/                  ... NOT dfn:drivers/block/zram
//   N: rockchip                             dfn:rockchip*
//   K: \bdma_(?:buf|fence)\b                (nq:"dma_buf" OR nq:"dma_fence")
//
// An index has words, in order, but no start of a path and no middle of a word. So the search finds what the section
// means and at times more: paths that hold the same words further in, directories below one that was meant alone.
// Missed are the middles of words and names of which no start is known; each such line is in the notes. A patch that
// also changes a file of X is left out as a whole.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "patch/maintainers.hh"

namespace lorelei::patch {

struct SubsystemQuery {
  std::string lists;               // empty: it has no list of its own
  std::string patches;             // empty: no line could be said
  std::vector<std::string> notes;  // what is missing, or more than was meant; one line each

  std::string text() const;  // either; empty if both are
};

SubsystemQuery subsystem_query(const MaintainersSection&);

// Lists that get the mail of all subsystems; they are left out of the search, with a note.
bool is_list_of_everything(std::string_view address);

}  // namespace lorelei::patch
