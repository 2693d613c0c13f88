// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/outbox_mail.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/command.hh"
#include "base/files.hh"
#include "mail/content_hash.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "mail/new_place.hh"
#include "search/messages.hh"

namespace lorelei::search {

namespace {

using mail::NewPlace;

constexpr auto kDoing = "write the results to";

// What both kinds have in common: the bytes, and whether they are new.
class Copies {
 public:
  Copies(const Engine& engine, Sameness sameness) : messages_(engine.places()), dedupe_(sameness) {}

  // Nothing if there is such a message already.
  Result<std::optional<std::string>> new_message(const Selected& message) {
    if (dedupe_.sameness() == Sameness::kOid && !dedupe_.is_new_key(message.row.blob)) return std::nullopt;
    TRY(auto bytes, messages_.read(message.place, message.row));
    if (!is_new(message, bytes)) return std::nullopt;
    return bytes;
  }

 private:
  bool is_new(const Selected& message, const std::string& bytes) {
    const mail::Entity entity(bytes);
    switch (dedupe_.sameness()) {
      case Sameness::kContent: {
        const auto digest = mail::content_hash(entity);
        return dedupe_.is_new_key({reinterpret_cast<const char*>(digest.data()), digest.size()});
      }
      case Sameness::kMid: {
        const auto ids = entity.header_raw("Message-ID");
        return dedupe_.is_new_key(ids.empty() ? message.row.blob : ids[0]);
      }
      case Sameness::kOid:
      case Sameness::kNone:
        break;
    }
    return true;
  }

  Messages messages_;
  Dedupe dedupe_;
};

mail::Keywords keywords_of(Mark mark) {
  mail::Keywords keywords;
  keywords.flagged = mark == Mark::kFlagged;
  return keywords;
}

class MboxOutbox final : public Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(Env& env, const OutboxOptions& options, const Engine& engine) {
    std::unique_ptr<MboxOutbox> box(new MboxOutbox(env, options, engine));
    if (options.to.path.empty()) return box;
    TRY(box->place_, NewPlace::open(options.to.path, NewPlace::Kind::kFile, kDoing));
    const auto file = box->place_->result();
    box->fd_ = Fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!box->fd_) return err_errno(errno, kDoing, options.to.path);
    const bool is_packed = options.to.compression == Destination::kGzip;
    box->sink_.emplace(box->fd_.get(), options.to.path,
                       is_packed ? mail::Compression::kGzip : mail::Compression::kNone);
    return box;
  }

  Result<Taken> take(const Selected& message) override {
    TRY(const auto bytes, copies_.new_message(message));
    if (!bytes) return Taken::kDuplicate;
    const auto text = mail::to_mbox(*bytes, dialect_,
                                    {.id = message.row.blob,
                                     .percent = message.percent,
                                     .keywords = keywords_of(message.mark),
                                     .age = mail::MboxEnvelope::Age::kOld});
    if (sink_)
      TRY_VOID(sink_->write(text));
    else
      print(env_, text);
    return Taken::kDelivered;
  }

  Result<void> finish() override {
    if (!sink_) return {};
    TRY_VOID(sink_->finish());
    if (fsync(fd_.get()) != 0) return err_errno(errno, kDoing, to_.path);
    return place_->move_in();
  }

 private:
  MboxOutbox(Env& env, const OutboxOptions& options, const Engine& engine)
      : env_(env),
        to_(options.to),
        dialect_(*mail::mbox_dialect_named(format_name(options.to.format))),
        copies_(engine, options.sameness) {}

  Env& env_;
  Destination to_;
  mail::MboxDialect dialect_;
  Copies copies_;
  std::optional<NewPlace> place_;
  Fd fd_;
  std::optional<mail::ByteSink> sink_;  // nothing: standard output
};

class MaildirOutbox final : public Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(const OutboxOptions& options, const Engine& engine) {
    TRY(auto place, NewPlace::open(options.to.path, NewPlace::Kind::kMaildir, kDoing));
    TRY(auto writer, mail::MaildirWriter::create(place.result()));
    return std::unique_ptr<Outbox>(new MaildirOutbox(options, engine, std::move(place), std::move(writer)));
  }

  Result<Taken> take(const Selected& message) override {
    TRY(const auto bytes, copies_.new_message(message));
    if (!bytes) return Taken::kDuplicate;
    TRY_VOID(writer_.deliver(
        *bytes, {.blob_id = message.row.blob, .percent = message.percent, .keywords = keywords_of(message.mark)}));
    return Taken::kDelivered;
  }

  Result<void> finish() override {
    TRY_VOID(writer_.finish());
    TRY_VOID(sync_directory(place_.result()));
    return place_.move_in();
  }

 private:
  MaildirOutbox(const OutboxOptions& options, const Engine& engine, NewPlace place, mail::MaildirWriter writer)
      : copies_(engine, options.sameness), place_(std::move(place)), writer_(std::move(writer)) {}

  Copies copies_;
  NewPlace place_;
  mail::MaildirWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Outbox>> open_mail_outbox(Env& env, const OutboxOptions& options, const Engine& engine) {
  if (options.to.format == Format::kMaildir) return MaildirOutbox::open(options, engine);
  return MboxOutbox::open(env, options, engine);
}

}  // namespace lorelei::search
