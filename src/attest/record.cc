// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/record.hh"

#include "archive/live_messages.hh"
#include "attest/verdict_store.hh"
#include "git/repository.hh"
#include "mail/header_block.hh"

namespace lorelei::attest {

namespace {
constexpr std::uint64_t kAtOnce = 500;  // messages between two commits
constexpr std::uint64_t kMaxMessage = kMaxHeaderBlock + kMaxBody;
}  // namespace

Result<RecordReport> record_verdicts(const Env& env, const archive::Inbox& inbox, const AttesterOptions& options,
                                     const std::function<void()>& progress) {
  RecordReport report;
  TRY(const auto lock, inbox.lock());
  TRY(auto store, VerdictStore::open(inbox.dir(), VerdictStore::Access::kWrite));
  TRY(auto reader, git::BlobReader::open(inbox.object_directories()));
  const auto take = [&](MailToJudge&& mail, Attested&& found) -> Result<void> {
    progress();
    TRY_VOID(store.put(git::ObjectId::parse(mail.blob).value(), found.verdict, options.dkim ? &found.dkim : nullptr,
                       env.now()));
    return ++report.judged % kAtOnce == 0 ? store.commit() : Result<void>();
  };
  TRY(auto attester, Attester::open(env, options, take));
  const auto visit = [&](const archive::LiveMessage& live) -> Result<void> {
    TRY(bool is_known, store.has(live.change.blob, RecordedVerdict::Kind::kDeveloper));
    if (is_known && options.dkim) {
      TRY(is_known, store.has(live.change.blob, RecordedVerdict::Kind::kDkim));
    }
    const auto raw = is_known ? Result<std::string>() : reader.read(live.change.blob, kMaxMessage);
    if (is_known || !raw) {
      ++(is_known ? report.known : report.unreadable);
      progress();
      return {};
    }
    return attester.add(
        {"", std::string(mail::without_from_line(*raw)), live.change.committer_time, live.change.blob.hex()});
  };
  auto walked = archive::each_live_message(inbox, visit);
  if (walked) walked = attester.finish();
  TRY_VOID(store.commit());
  report.is_interrupted = !walked && walked.error().kind == Error::Kind::kCancelled;
  if (!walked && !report.is_interrupted) return tl::unexpected(walked.error());
  return report;
}

}  // namespace lorelei::attest
