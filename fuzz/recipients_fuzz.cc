// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a patch, a .mailmap, a file with addresses, an address and a log: no crash, and what was read once is
// read the same from what is written of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mail/rfc822_list.hh"
#include "patch/maintainer_clues.hh"
#include "workflow/addresses_in_file.hh"
#include "workflow/commit_signers.hh"
#include "workflow/mailmap.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto clues = patch::maintainer_clues(text);
  for (const auto& commit : clues.fixes) require(commit.size() >= 6 && commit.size() <= 40);
  for (const auto& path : clues.paths) require(path.find_first_of(" \n") == path.npos);

  const auto line = text.substr(0, text.find('\n'));
  if (const auto list = mail::rfc822_list(line); mail::is_rfc822_address(line)) require(list && list->size() == 1);
  const auto contact = workflow::contact_of(line);
  (void)workflow::plain_name(contact);

  const workflow::Mailmap map(text);
  (void)map.mapped(contact);
  for (const auto& found : workflow::addresses_in_file(text)) (void)map.mapped(found);
  const auto history = workflow::read_file_history(text, line, {});
  require(history.signatures.size() <= size && history.has_signatures >= !history.signatures.empty());
  return 0;
}
