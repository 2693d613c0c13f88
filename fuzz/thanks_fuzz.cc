// SPDX-License-Identifier: GPL-3.0-or-later
// What others wrote and a letter of thanks is made of: a note of b4, the output of git log, a template; the first byte
// says which. No crash; the log is read alike in pieces; a letter has our header whatever the note says, or is refused
// because the note names nobody to write to.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "mail/message.hh"
#include "patch/patchwork_hash.hh"
#include "workflow/b4_records.hh"
#include "workflow/branch_commits.hh"
#include "workflow/thanks_letter.hh"

using namespace lorelei;
using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::string read_log(std::string_view text, std::size_t size) {
  std::string seen;
  CommitLog log([&](const BranchCommit& commit) { seen += commit.id + "|" + commit.title + commit.patchwork_hash; });
  for (std::size_t at = 0; at < text.size(); at += size) log.take(text.substr(at, size));
  log.finish();
  return seen;
}

static void write_letter(std::string_view note, std::string_view name) {
  auto record = parse_b4_record(note, std::string(name));
  if (!record) return;
  for (auto& patch : record->patches) patch.thanks = Thanks::kDue;
  record->letter.message_id = "letter@example.org";
  ThanksSettings settings;
  settings.from = {"Mia", "mia@example.org"};
  settings.commit_url_mask = "%s";
  settings.am_template = settings.pr_template = std::string(note.substr(0, 1000)) + "$quote $summary ${subject}";
  const auto letter = thanks_letter(settings, *record, "", {0, 0}, Writer::kLeftOut);
  if (!letter) {
    require(letter.error().kind == Error::Kind::kRefused);
    require(recipients_of(settings, *record, Writer::kLeftOut).to.empty());
    return;
  }
  for (const auto line : split(*letter, '\n')) require(line.size() <= 998);
  const mail::Entity message(*letter);
  for (const auto& field : message.fields()) {
    bool is_ours = false;
    for (const std::string_view ours : {"From", "To", "Cc", "Subject", "In-Reply-To", "References", "Message-Id",
                                        "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"})
      is_ours |= field.name == ours;
    require(is_ours);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      write_letter(text, "0123456789012345678901234567890123456789.pr");
      write_letter(text, "slug.am");
      break;
    case 1:
      require(read_log(text, text.size() + 1) == read_log(text, 3));
      break;
    default:
      if (patch::patchwork_hash(text)) require(text.find("+++ ") != text.npos || text.find("--- ") != text.npos);
      (void)quote_of(text);
      break;
  }
  return 0;
}
