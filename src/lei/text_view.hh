// SPDX-License-Identifier: GPL-3.0-or-later
// A search result as text to read: the format `text` of lei.
//
//   # blob:4d0e52fc4e43b3e633bcc29e5d8ac6758899c945 pct:99
//   # kw:flagged,seen                                          if it has keywords
//   # L:inbox                                                  if it has labels
//   headers, an empty line, the parts (lei/parts_view.hh), an empty line
#pragma once
#include "lei/canvas.hh"
#include "lei/shown_message.hh"

namespace lorelei::lei {

std::string text_view(const ShownMessage&, const ViewLook& = {});

}  // namespace lorelei::lei
