// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox, taken for a thread: whatever it holds, there is an error, or mails for git am that keep the author's lines
// and that our own reader reads again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "mail/mbox.hh"
#include "workflow/am.hh"
#include "workflow/am_text.hh"
#include "workflow/attached_patches.hh"
#include "workflow/thread.hh"

using namespace lorelei;
using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::vector<PatchMail> mails_of(std::string_view text) {
  mail::MboxReader reader(mail::ByteSource::of(text, "input"),
                          {std::nullopt, 1 << 20, mail::MboxReader::Unseparated::kOneMessage});
  std::vector<PatchMail> mails;
  while (auto message = reader.next()) {
    if (!*message) break;
    if (auto mail = read_patch_mail(std::move((*message)->raw), 0)) mails.push_back(*std::move(mail));
  }
  return mails;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  FetchedThread thread;
  thread.mails = one_of_each(mails_of(text), {"*.example.org", "*"});
  if (thread.mails.empty()) return 0;
  for (const auto& mail : thread.mails) {
    const auto attached = attached_patches(mail, 0);
    // Others are not what a header has.
    const auto& id = mail.message_id;
    const bool is_plain =
        std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 127 && c != '<' && c != '>'; });
    for (std::size_t i = 1; is_plain && attached && i < attached->size(); ++i) require((*attached)[i].parent == id);
  }
  thread.id = thread.mails.front().message_id;
  const auto all = thread.mails.size();
  thread.mails = connected(std::move(thread.mails), thread.id, Parents::kFollowed);
  require(!thread.mails.empty() && thread.mails.size() <= all);

  Env env;
  env.now = [] { return std::int64_t{0}; };
  env.variable = [](const char*) { return std::optional<std::string>(); };
  Settings settings;
  settings.shows_attestation = false;
  settings.me = patch::Person{"Mia", "mia@example.org"};
  AmWishes wishes;
  wishes.adds_cc = wishes.adds_link = wishes.signs_off = true;
  wishes.allows_hidden_characters = true;
  const auto series = make_am_series(env, settings, wishes, std::move(thread));
  if (!series) return 0;
  for (const auto& entry : series->entries) {
    for (const auto line : split(entry.patch.message, '\n'))
      require(entry.text.find(line) != std::string::npos || line.empty());
    require(slug_of(series->slug()) == series->slug());
  }
  require(!am_listing(*series, settings).empty());
  require(mails_of(series->mbox()).size() <= series->entries.size());
  return 0;
}
