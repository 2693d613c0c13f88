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
#include "mail/message.hh"
#include "search/arguments.hh"
#include "search/messages.hh"
#include "search/query_dates.hh"
#include "search/selection.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

std::string subject_of(const std::string& raw) {
  const auto subject = mail::Entity(raw).header("Subject");
  return subject.empty() ? "No subject" : subject.front();
}

// A file of one message is called by its own name, messages of several by their subjects. One of none is a message that
// cannot be read.
Result<void> read_mbox(mail::MboxReader reader, const std::string& name, Naming naming, const JudgedSink& sink) {
  TRY(auto message, reader.next());
  if (!message) return sink({name, "", {}, ""});
  TRY(auto following, reader.next());
  const bool is_one = !following;
  for (;;) {
    auto shown = is_one ? name : std::string();
    if (naming == Naming::kPatatt && !message->separator.empty()) shown = subject_of(message->raw);
    TRY_VOID(sink({std::move(shown), std::move(message->raw), {}, ""}));
    if (!following) return {};
    message = std::move(following);
    TRY(following, reader.next());
  }
}

constexpr mail::MboxReader::Options kAnyFile = {.dialect = {},
                                                .unseparated = mail::MboxReader::Unseparated::kOneMessage};

Result<void> read_maildir(const fs::path& directory, const JudgedSink& sink) {
  TRY(const auto entries, mail::list_maildir(directory));
  if (entries.empty()) return sink({directory.string(), "", {}, ""});
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

Result<void> each_mail_of(const std::vector<std::string>& operands, Naming naming, const JudgedSink& sink) {
  if (operands.empty() || operands == std::vector<std::string>{"-"})
    return read_mbox(mail::MboxReader(mail::ByteSource(Fd(dup(0)), "-"), kAnyFile), "-", Naming::kOurs, sink);
  for (const auto& word : operands) {
    if (mail::is_maildir(word)) {
      TRY_VOID(read_maildir(word, sink));
      continue;
    }
    if (std::error_code failed; fs::is_directory(word, failed))
      return err(Kind::kUsage, "read", word, "it is a directory, and no Maildir", "its files");
    TRY(auto reader, mail::MboxReader::open(word, kAnyFile));
    // patatt opens one file as a mailbox, several as a message each.
    TRY_VOID(read_mbox(std::move(reader), word, operands.size() == 1 ? naming : Naming::kOurs, sink));
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
