// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/carrier.hh"

#include <fmt/core.h>

#include "archive/importer.hh"
#include "archive/inbox.hh"
#include "archive/settings.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "mail/message.hh"

namespace lorelei::serve {

namespace {

using State = Outcome::State;
constexpr std::chrono::minutes kProgramTime{5};
constexpr int kFirstStatus = 64, kLastStatus = 78, kTemporary = 75;  // sysexits.h
constexpr int kIoError = 74, kOsError = 71, kNotStarted = 126, kNotFound = 127;

class ArchiveCarrier final : public Carrier {
 public:
  ArchiveCarrier(const Env& env, std::string directory, std::string list_id)
      : env_(env), directory_(std::move(directory)), list_id_(std::move(list_id)) {}

  Outcome deliver(const Envelope&, const std::string& message) override {
    const auto stored = store(message);
    if (!stored) return {State::kLater, to_text(stored.error())};
    return {State::kDone, ""};
  }
  bool recognises_copies() const override { return true; }

 private:
  Result<void> store(const std::string& message) {
    TRY(auto inbox, archive::Inbox::open(directory_));
    archive::ImporterOptions options;
    options.committer_name = inbox.dir().filename();
    options.committer_address = "endpoint@localhost";
    TRY(options.epochs.branch, archive::default_branch(env_));
    TRY(auto importer, archive::Importer::open(env_, inbox, options));
    TRY([[maybe_unused]] const auto stored, importer.add(with_list_id(message)));
    return importer.finish();
  }
  std::string with_list_id(const std::string& message) const {
    const mail::Entity entity(message);
    if (list_id_.empty() || entity.first_header_raw("List-Id")) return message;
    std::string out(entity.header_block());
    out += fmt::format("List-Id: <{}>\n", list_id_);
    out += message.substr(entity.header_block().size());
    return out;
  }
  const Env& env_;
  const std::string directory_, list_id_;
};

class SendmailCarrier final : public Carrier {
 public:
  explicit SendmailCarrier(Argv command) : command_(std::move(command)) {}

  Outcome deliver(const Envelope& envelope, const std::string& message) override {
    auto argv = command_;
    argv.insert(argv.end(), {"-i", "-f", envelope.sender, "--"});
    argv.insert(argv.end(), envelope.recipients.begin(), envelope.recipients.end());
    RunOptions options;
    options.input = message;
    options.limit = kProgramTime;
    options.process.group = ProcessOptions::Group::kOwn;  // ^C is for the server, which waits for what is under way
    const auto ended = run_process(argv, options);
    if (!ended)
      return {ended.error().kind == Error::Kind::kTemporary ? State::kUncertain : State::kLater, ended.error().why};
    return of_status(*ended);
  }
  bool recognises_copies() const override { return false; }

 private:
  static Outcome of_status(const Finished& ended) {
    if (ended.status == 0) return {State::kDone, ""};
    const auto complaint = printable(squeeze_spaces(ended.err)).substr(0, 300);
    auto remark = fmt::format("the program ended with status {}: {}", ended.status, complaint);
    switch (ended.status) {
      case kTemporary:
      case kIoError:
      case kOsError:
      case kNotStarted:
      case kNotFound:
        return {State::kLater, std::move(remark)};
    }
    if (ended.status >= kFirstStatus && ended.status <= kLastStatus) return {State::kRefused, std::move(remark)};
    // A signal, or a status that says nothing about the mail: it may have gone out before.
    return {State::kUncertain, std::move(remark)};
  }
  const Argv command_;
};

}  // namespace

std::unique_ptr<Carrier> archive_carrier(const Env& env, std::string directory, std::string list_id) {
  return std::make_unique<ArchiveCarrier>(env, std::move(directory), std::move(list_id));
}

std::unique_ptr<Carrier> sendmail_carrier(std::vector<std::string> command) {
  return std::make_unique<SendmailCarrier>(std::move(command));
}

}  // namespace lorelei::serve
