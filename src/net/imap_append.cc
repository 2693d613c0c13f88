// SPDX-License-Identifier: GPL-3.0-or-later
// Appending messages, fast and without losing track of one.
//
// Letters go in batches, each one APPEND command (MULTIAPPEND: all of it is stored or nothing). If the server takes
// literals without being asked (LITERAL+), some batches are on their way at once, so that neither side waits for the
// other. A batch that is refused is tried again letter by letter, to find the one that is to blame.
#include <algorithm>
#include <deque>

#include "base/text.hh"
#include "net/imap_state.hh"
#include "wire/imap_literal.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using wire::ImapResponse;
using Kind = Error::Kind;
using State = ImapAppended::State;
using Condition = ImapResponse::Condition;

constexpr std::size_t kBatchLetters = 64;      // what is refused together is sent again
constexpr std::size_t kBatchBytes = 1 << 20;   // some servers hold a whole command in memory
constexpr std::size_t kBatchesOnTheirWay = 4;  // more do not make it faster

struct Batch {
  std::size_t begin, end;  // of the letters
  bool may_create = true;  // the mailbox was not created for it yet
};

// What every mailbox keeps.
std::vector<std::string> standard_flags() { return {"\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"}; }

// "(\Seen) "17-Nov-2026 03:05:05 +0000" " for a letter; empty if there is nothing to say.
std::string marks_of(const ImapLetter& letter, const std::vector<std::string>& permanent) {
  const auto keeps = [&permanent](const std::string& flag) {
    if (!wire::is_imap_flag(flag) || equal_ignore_case(flag, "\\Recent")) return false;
    return std::any_of(permanent.begin(), permanent.end(), [&flag](const std::string& known) {
      return equal_ignore_case(known, flag) || (known == "\\*" && !flag.starts_with('\\'));
    });
  };
  std::vector<std::string> flags;
  std::copy_if(letter.flags.begin(), letter.flags.end(), std::back_inserter(flags), keeps);
  std::string marks;
  if (!flags.empty()) marks += '(' + join(flags, " ") + ") ";
  if (letter.received) marks += wire::imap_date(*letter.received) + ' ';
  return marks;
}

class Appender {
 public:
  Appender(ImapSession& session, std::string mailbox, std::string subject, std::span<const ImapLetter> letters)
      : session_(session), mailbox_(std::move(mailbox)), subject_(std::move(subject)), letters_(letters) {
    report_.letters.resize(letters.size());
  }
  void limit_size(std::optional<std::uint64_t> bytes) { size_limit_ = bytes; }
  void limit_flags(std::vector<std::string> permanent) { permanent_ = std::move(permanent); }

  ImapAppendReport run();

 private:
  struct Sent {
    std::string tag;
    Batch batch;
  };
  bool is_acceptable(std::size_t index);
  void plan();
  ImapCommand command(const Batch&) const;
  void send(const Batch&);
  void receive();
  void judge(const Batch&, const ImapResponse&);
  void accept(const Batch&, const ImapResponse&);
  bool create_for(const Batch&);
  void mark(const Batch&, State, const std::string& why = {});
  void stop(Error);

  ImapSession& session_;
  const std::string mailbox_, subject_;
  const std::span<const ImapLetter> letters_;
  std::optional<std::uint64_t> size_limit_;
  std::vector<std::string> permanent_;
  std::deque<Batch> waiting_, again_;
  std::deque<Sent> sent_;
  bool is_created_ = false;
  ImapAppendReport report_;
};

bool Appender::is_acceptable(std::size_t index) {
  const auto& raw = letters_[index].raw;
  auto& result = report_.letters[index];
  const auto size = wire::imap_literal_size(raw);
  if (size == 0) {
    result = {State::kUnfit, 0, "it is empty"};
  } else if (size_limit_ && size > *size_limit_) {
    result = {State::kUnfit, 0, fmt::format("it has {} bytes, and the server takes {}", size, *size_limit_)};
  } else if (raw.find('\0') != std::string_view::npos && !session_.has("BINARY")) {
    result = {State::kUnfit, 0, "there is a NUL byte in it, which the server does not take"};
  } else {
    return true;
  }
  return false;
}

// Letters that follow each other, as far as they fit.
void Appender::plan() {
  const std::size_t most = session_.has("MULTIAPPEND") ? kBatchLetters : 1;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < letters_.size(); ++i) {
    if (!is_acceptable(i)) continue;
    bytes += letters_[i].raw.size();
    const bool joins =
        !waiting_.empty() && waiting_.back().end == i && i - waiting_.back().begin < most && bytes <= kBatchBytes;
    if (joins) {
      waiting_.back().end = i + 1;
    } else {
      waiting_.push_back({i, i + 1});
      bytes = letters_[i].raw.size();
    }
  }
}

ImapCommand Appender::command(const Batch& batch) const {
  auto command = ImapCommand("APPEND ").astring(mailbox_);
  for (auto i = batch.begin; i < batch.end; ++i) {
    const auto raw = letters_[i].raw;
    const auto octets =
        raw.find('\0') == std::string_view::npos ? ImapCommand::Octets::kText : ImapCommand::Octets::kAny;
    command.text(" ").text(marks_of(letters_[i], permanent_)).message(raw, octets);
  }
  return command;
}

void Appender::mark(const Batch& batch, State state, const std::string& why) {
  for (auto i = batch.begin; i < batch.end; ++i) report_.letters[i] = {state, 0, why};
}

void Appender::stop(Error error) {
  if (!report_.stopped) report_.stopped = std::move(error);
}

void Appender::send(const Batch& batch) {
  auto tag = session_.start(command(batch));
  if (tag) {
    sent_.push_back({*std::move(tag), batch});
    return;
  }
  // How much of it the server has got, nobody knows.
  mark(batch, State::kInDoubt);
  stop(std::move(tag).error());
}

void Appender::receive() {
  const auto [tag, batch] = sent_.front();
  sent_.pop_front();
  auto answer = session_.finish(tag);
  if (answer) return judge(batch, *answer);
  mark(batch, State::kInDoubt);
  stop(std::move(answer).error());
}

bool Appender::create_for(const Batch& batch) {
  if (!batch.may_create) return false;
  if (is_created_) return true;
  const auto answer = session_.run(ImapCommand("CREATE ").astring(mailbox_));
  is_created_ = answer && (answer->condition == Condition::kOk || answer->code == "ALREADYEXISTS");
  return is_created_;
}

void Appender::judge(const Batch& batch, const ImapResponse& answer) {
  if (answer.condition == Condition::kOk) return accept(batch, answer);
  if (answer.code == "TRYCREATE" && create_for(batch)) {
    again_.push_back({batch.begin, batch.end, false});
    return;
  }
  auto error = refused(answer, "deliver to", subject_);
  // The mailbox is full, is not there, is not ours to write to: that is not about these letters.
  if (error.value().kind != Kind::kFailed) {
    mark(batch, State::kUnsent, error.value().why);
    return stop(std::move(error.value()));
  }
  if (batch.end - batch.begin == 1)
    return mark(batch, answer.code == "TOOBIG" ? State::kUnfit : State::kRefused, error.value().why);
  for (auto i = batch.begin; i < batch.end; ++i) again_.push_back({i, i + 1, batch.may_create});
}

void Appender::accept(const Batch& batch, const ImapResponse& answer) {
  mark(batch, State::kDone);
  if (answer.code != "APPENDUID") return;
  const auto appended = wire::imap_append_uid(answer.code_arguments);
  const auto count = batch.end - batch.begin;
  if (!appended || appended->uids.count() != count) return;
  report_.uid_validity = appended->uid_validity;
  const auto uids = appended->uids.numbers(count);
  for (std::size_t i = 0; i < count; ++i) report_.letters[batch.begin + i].uid = uids[i];
}

ImapAppendReport Appender::run() {
  plan();
  const std::size_t most = session_.has("LITERAL+") ? kBatchesOnTheirWay : 1;
  for (;;) {
    // What has to be sent again goes first, but not before the answers to what came behind it.
    const bool may_send = !report_.stopped && again_.empty() && !waiting_.empty();
    if (may_send && sent_.size() < most) {
      send(waiting_.front());
      waiting_.pop_front();
    } else if (!sent_.empty()) {
      receive();
    } else if (!again_.empty() && !report_.stopped) {
      waiting_.insert(waiting_.begin(), again_.begin(), again_.end());
      again_.clear();
    } else {
      return std::move(report_);
    }
  }
}

// A capability without a number says that mailboxes have limits of their own.
Result<std::optional<std::uint64_t>> size_limit_of(ImapSession& session, const std::string& mailbox) {
  if (const auto limit = session.number_of("APPENDLIMIT")) return limit;
  std::optional<std::uint64_t> limit;
  if (!session.has("APPENDLIMIT")) return limit;
  TRY_VOID(
      session.run(ImapCommand("STATUS ").astring(mailbox).text(" (APPENDLIMIT)"), [&limit](ImapResponse& response) {
        if (response.kind == ImapResponse::Kind::kStatus) limit = response.status.append_limit;
      }));
  return limit;
}

}  // namespace

ImapAppendReport ImapClient::append(const std::string& mailbox, std::span<const ImapLetter> letters) {
  auto& session = state_->session;
  if (state_->append_limit_name != mailbox) {
    auto limit = size_limit_of(session, mailbox);
    if (!limit) {
      ImapAppendReport report;
      report.letters.resize(letters.size());
      report.stopped = std::move(limit).error();
      return report;
    }
    state_->append_limit = *limit;
    state_->append_limit_name = mailbox;
  }
  Appender appender(session, mailbox, state_->subject(mailbox), letters);
  appender.limit_size(state_->append_limit);
  appender.limit_flags(state_->selected_name == mailbox ? state_->selected.permanent_flags : standard_flags());
  return appender.run();
}

}  // namespace lorelei::net
