// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the translation that stands in a file is still that of its algorithm.
//
//   \* BEGIN TRANSLATION (chksum(pcal) = "1a2b3c4d" /\ chksum(tla) = "99f01234")     "\in STRING": do not look
//
// chksum(tla) is over the lines of the translation. chksum(pcal) is over what one program prints for itself, so that
// the algorithm is translated anew and compared definition by definition, however a translator writes them: but for the
// formula Spec, which the options of a command line decide, and for the lines in the texts of assertions.
#pragma once
#include <vector>

#include "tla/pluscal_translate.hh"

namespace lorelei::tla::pluscal {

// Adds at most one warning, at the BEGIN line:
//   4803 neither holds any more   4804 the algorithm was changed   4805 the translation was changed
// Nothing where the line has no checksums. now: the translation of the algorithm as it is.
void warn_if_stale(const Source&, const Translation& now, std::vector<Diagnostic>&);

}  // namespace lorelei::tla::pluscal
