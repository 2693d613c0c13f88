// SPDX-License-Identifier: GPL-3.0-or-later
// Commits and cover letters of branches that anybody may have made: the first byte says which. A commit is put together
// as it was; a cover that was read is read alike after it was written; what goes out has no notes to oneself.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "git/commit_text.hh"
#include "workflow/series_cover.hh"
#include "workflow/thanks_choice.hh"

using namespace lorelei;
using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void read_commit(std::string_view bytes) {
  const auto commit = git::parse_commit(bytes);
  if (!commit) return;
  const auto again = git::parse_commit(commit->bytes());
  require(again && again->bytes() == commit->bytes() && again->message == commit->message);
  require(again->author == commit->author && again->others == commit->others && !again->is_signed);
  (void)git::address_in_ident(commit->author);
  (void)git::name_in_ident(commit->author);
  (void)git::date_in_ident(commit->committer);
  (void)commit->encoding();
}

static void read_cover(std::string_view message) {
  const auto cover = read_cover_message(message);
  if (!cover) return;
  const auto again = read_cover_message(cover_message(*cover));
  require(again.has_value());
  require(again->text == cover->text && again->tracking.revision == cover->tracking.revision);
  require(again->tracking.change_id == cover->tracking.change_id || !is_utf8(cover->tracking.change_id));
}

static void write_letter(std::string_view text) {
  const auto letter = letter_of(text);
  require(letter.title.find('\n') == std::string::npos);
  patch::Trailer trailer;
  trailer.name = "Cc";
  trailer.value = "zoe@example.org";
  trailer.person.address = "zoe@example.org";
  const auto with = with_recipients(text, {trailer});
  require(with.find("zoe@example.org") != std::string::npos);
  require(with_changelog(text, 2, "https://x/").find("Changes in v2:") != std::string::npos);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 100'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      read_commit(text);
      break;
    case 1:
      read_cover(text);
      break;
    case 2:
      write_letter(text);
      break;
    default:
      if (const auto choice = read_thanks_sheet(text, 3))
        require(choice->thanked.size() + choice->discarded.size() <= 3);
      break;
  }
  return 0;
}
