// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/attest_inputs.hh"

#include "archive/config.hh"
#include "archive/inbox.hh"
#include "archive/live_messages.hh"
#include "base/text.hh"
#include "git/repository.hh"
#include "mail/header_block.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "search/arguments.hh"
#include "search/messages.hh"
#include "search/query_dates.hh"
#include "search/selection.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

// Whether messages stand behind "From " lines is seen by the first of them.
Result<void> read_mbox(mail::MboxReader reader, const std::string& name, const JudgedSink& sink) {
  for (;;) {
    TRY(auto message, reader.next());
    if (!message) return {};
    TRY_VOID(sink({message->separator.empty() ? name : "", std::move(message->raw), {}, ""}));
  }
}

constexpr mail::MboxReader::Options kAnyFile = {.dialect = {},
                                                .unseparated = mail::MboxReader::Unseparated::kOneMessage};

Result<void> read_maildir(const fs::path& directory, const JudgedSink& sink) {
  TRY(const auto entries, mail::list_maildir(directory));
  for (const auto& entry : entries) {
    TRY(auto raw, read_file(entry.path, mail::kMaxMboxMessage));
    TRY_VOID(sink({entry.path.filename().string(), std::move(raw), {}, ""}));
  }
  return {};
}

Result<void> read_whole_archive(const archive::Located& one, const JudgedSink& sink) {
  TRY(const auto inbox, archive::Inbox::open(one.dir));
  TRY(auto reader, git::BlobReader::open(inbox.object_directories()));
  return archive::each_live_message(inbox, [&](const archive::LiveMessage& live) -> Result<void> {
    TRY(auto raw, reader.read(live.change.blob, mail::kMaxMboxMessage));
    return sink({"", std::string(mail::without_from_line(raw)), live.change.committer_time, live.change.blob.hex()});
  });
}

}  // namespace

Result<void> each_mail_of(const std::vector<std::string>& operands, const JudgedSink& sink) {
  if (operands.empty() || operands == std::vector<std::string>{"-"})
    return read_mbox(mail::MboxReader(mail::ByteSource(Fd(dup(0)), "-"), kAnyFile), "-", sink);
  for (const auto& word : operands) {
    if (mail::is_maildir(word)) {
      TRY_VOID(read_maildir(word, sink));
      continue;
    }
    if (std::error_code failed; fs::is_directory(word, failed))
      return err(Kind::kUsage, "read", word, "it is a directory, and no Maildir", "its files");
    TRY(auto reader, mail::MboxReader::open(word, kAnyFile));
    TRY_VOID(read_mbox(std::move(reader), word, sink));
  }
  return {};
}

Result<void> each_mail_in(Env& env, const std::string& archive, const std::vector<std::string>& terms,
                          const JudgedSink& sink) {
  TRY(const auto located, archive::locate_archives(env, {archive}));
  if (terms.empty()) {
    if (located.front().kind == archive::Located::Kind::kAggregate)
      return err(Kind::kUsage, "read all of", archive, "it is an aggregate", "a query, or the archives themselves");
    return read_whole_archive(located.front(), sink);
  }
  TRY(auto engine, search::Engine::open({located.front().dir}));
  TRY(const auto parsed, search::read_query(search::query_of_arguments(terms).text, {.now = env.now()}));
  search::Messages messages(engine.places());
  search::Selection selection;
  selection.limit = search::kNoLimit;
  selection.direction = search::Direction::kOldestFirst;
  const auto take = [&](const search::Selected& selected) -> Result<search::Taken> {
    TRY(auto raw, messages.read(selected.place, selected.row));
    TRY_VOID(sink({"", std::move(raw), selected.row.received, selected.row.blob}));
    return search::Taken::kDelivered;
  };
  TRY([[maybe_unused]] const auto summary, search::select_messages(engine, parsed.query, selection, take));
  return {};
}

}  // namespace lorelei::cmd
