// SPDX-License-Identifier: GPL-3.0-or-later
// Commits, diffs and logs that are checked before a series goes out, as anybody may have made them: the first byte says
// which. Every finding has a text; what stands below the "---" of a message takes away nothing that is found above.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "workflow/added_line_checks.hh"
#include "workflow/file_checks.hh"
#include "workflow/reference_checks.hh"
#include "workflow/subject_checks.hh"
#include "workflow/trailer_checks.hh"

using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void require_texts(const std::vector<CheckFinding>& findings) {
  for (const auto& one : findings) require(!one.text.empty());
}

static void check_message(std::string_view text) {
  SeriesPatch patch;
  patch.author = {"Ann", "ann@example.org"};
  patch.committer = {"Mia", "mia@example.org"};
  patch.body = text;
  require_texts(check_trailers(patch, SignedOff::kAsked));
  const auto all = check_trailers(patch, SignedOff::kNotAsked);
  const auto cut = cut_message(text);
  require(cut.above.size() + cut.mark.size() + cut.below.size() <= text.size());
  if (cut.is_for_notes()) patch.body = cut.above;
  require(check_trailers(patch, SignedOff::kNotAsked).size() <= all.size());
  (void)is_body_misplaced(text);
  require(linked_mails(text).size() <= 20);
  if (const auto line = read_fixes(text)) require(line->digits.size() >= 6 && line->digits.size() <= 40);
}

static void check_log(std::string_view text) {
  const auto log = read_subject_log(text);
  if (log.empty()) return;
  const auto habit = subject_habit(log, log.front().paths);
  if (habit) require(!habit->prefix.empty() && habit->commits <= habit->of && habit->of <= kMaxHabit);
  require_texts(check_subject(log.back().title, habit));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 100'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      check_message(text);
      break;
    case 1:
      check_log(text);
      break;
    default:
      require_texts(check_added_lines(text));
      require_texts(check_files(text));
      break;
  }
  return 0;
}
