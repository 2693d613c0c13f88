// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/merge_message.hh"

#include "base/text.hh"
#include "patch/body.hh"
#include "workflow/template_text.hh"

namespace lorelei::workflow {

namespace {

constexpr std::string_view kTemplate =
    "Merge ${patch_or_series} \"${seriestitle}\"\n"
    "\n"
    "${authorname} <${authoremail}> says:\n"
    "\n"
    "${covermessage}\n"
    "\n"
    "Link: ${midurl}\n";

std::string without_trailers(std::string_view message) {
  message = trim(message);
  const auto last = patch::last_paragraph(message);
  if (!last.empty() && !patch::find_trailers(last, patch::TrailerSource::kPatch).empty())
    message.remove_suffix(message.size() - static_cast<std::size_t>(last.data() - message.data()));
  return std::string(trim(message));
}

}  // namespace

std::string merge_message(const AmSeries& series, const Settings& settings) {
  const auto& first = series.revision->first();
  const auto* cover = series.revision->cover();
  const auto text = cover ? patch::message_of(cover->body) : std::string_view(series.entries.front().patch.message);
  return filled_template(settings.merge_template.empty() ? kTemplate : std::string_view(settings.merge_template),
                         {{"seriestitle", first.tags.title},
                          {"authorname", first.sender.name},
                          {"authoremail", first.sender.address},
                          {"covermessage", without_trailers(text)},
                          {"mid", first.message_id},
                          {"midurl", series.link},
                          {"patch_or_series", series.entries.size() > 1 ? "patch series" : "patch"}});
}

}  // namespace lorelei::workflow
