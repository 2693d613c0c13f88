// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/text_view.hh"

#include "base/text.hh"
#include "lei/parts_view.hh"

namespace lorelei::lei {

static std::string status_lines(const ShownMessage& shown) {
  std::string out;
  if (!shown.blob.empty()) out += " blob:" + shown.blob;
  if (shown.percent) out += " pct:" + std::to_string(*shown.percent);
  if (!out.empty()) out = "#" + out + "\n";
  if (!shown.keywords.empty()) out += "# kw:" + join(shown.keywords, ",") + "\n";
  if (!shown.labels.empty()) out += "# L:" + join(shown.labels, ",") + "\n";
  return out;
}

std::string text_view(const ShownMessage& shown, const ViewLook& look) {
  Canvas canvas(look);
  canvas.add(Slot::kStatus, status_lines(shown));
  add_headers(canvas, shown.message);
  add_parts(canvas, shown);
  canvas.add("\n");
  return canvas.text();
}

}  // namespace lorelei::lei
