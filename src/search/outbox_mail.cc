// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/outbox_mail.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/command.hh"
#include "base/files.hh"
#include "mail/content_hash.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "search/messages.hh"

namespace lorelei::search {

namespace {

constexpr auto kDoing = "write the results to";

tl::unexpected<Error> occupied(const fs::path& path, std::string why) {
  return err(Error::Kind::kConflict, kDoing, path.string(), std::move(why),
             "choose a place that does not exist, or move away what is there");
}

// A Maildir's three folders and nothing else counts as empty.
bool is_empty_directory(const fs::path& path) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path, ignored)) {
    const auto name = entry.path().filename();
    if (name != "cur" && name != "new" && name != "tmp") return false;
    if (!fs::is_directory(entry.symlink_status()) || !fs::is_empty(entry.path(), ignored)) return false;
  }
  return true;
}

Result<void> must_be_free(const fs::path& path, Format format) {
  std::error_code ignored;
  const auto status = fs::symlink_status(path, ignored);
  if (!fs::exists(status)) return {};
  if (format == Format::kMaildir) {
    if (!fs::is_directory(status)) return occupied(path, "it exists and is not a directory");
    if (!is_empty_directory(path)) return occupied(path, "something is in it already");
    return {};
  }
  if (!fs::is_regular_file(status)) return occupied(path, "it exists and is not a file");
  if (fs::file_size(path, ignored) > 0) return occupied(path, "something is in it already");
  return {};
}

// Where the result is built: a directory beside its place, gone with this object.
class Workshop {
 public:
  static Result<Workshop> open(const fs::path& place) {
    auto absolute = fs::absolute(place).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();
    TRY(auto directory, TempDir::create(absolute.parent_path(), "." + absolute.filename().string() + "."));
    return Workshop(std::move(directory), absolute);
  }

  fs::path result() const { return directory_.path() / "result"; }

  // One step: afterwards the place holds the result, and what little was there (nothing, an empty file or directory)
  // is in the workshop. Before: the result is durable.
  Result<void> move_to_place(Format format) {
    TRY_VOID(must_be_free(place_, format));
    const auto rename = [&](unsigned flags) {
      return renameat2(AT_FDCWD, result().c_str(), AT_FDCWD, place_.c_str(), flags) == 0;
    };
    if (!rename(RENAME_NOREPLACE)) {
      if (errno != EEXIST || !rename(RENAME_EXCHANGE)) return err_errno(errno, kDoing, place_.string());
    }
    return sync_directory(place_.parent_path());
  }

 private:
  Workshop(TempDir directory, fs::path place) : directory_(std::move(directory)), place_(std::move(place)) {}
  TempDir directory_;
  fs::path place_;
};

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
    TRY(box->workshop_, Workshop::open(options.to.path));
    const auto file = box->workshop_->result();
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
    return workshop_->move_to_place(to_.format);
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
  std::optional<Workshop> workshop_;
  Fd fd_;
  std::optional<mail::ByteSink> sink_;  // nothing: standard output
};

class MaildirOutbox final : public Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(const OutboxOptions& options, const Engine& engine) {
    TRY(auto workshop, Workshop::open(options.to.path));
    TRY(auto writer, mail::MaildirWriter::create(workshop.result()));
    return std::unique_ptr<Outbox>(new MaildirOutbox(options, engine, std::move(workshop), std::move(writer)));
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
    TRY_VOID(sync_directory(workshop_.result()));
    return workshop_.move_to_place(Format::kMaildir);
  }

 private:
  MaildirOutbox(const OutboxOptions& options, const Engine& engine, Workshop workshop, mail::MaildirWriter writer)
      : copies_(engine, options.sameness), workshop_(std::move(workshop)), writer_(std::move(writer)) {}

  Copies copies_;
  Workshop workshop_;
  mail::MaildirWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Outbox>> open_mail_outbox(Env& env, const OutboxOptions& options, const Engine& engine) {
  if (!options.to.path.empty()) TRY_VOID(must_be_free(options.to.path, options.to.format));
  if (options.to.format == Format::kMaildir) return MaildirOutbox::open(options, engine);
  return MboxOutbox::open(env, options, engine);
}

}  // namespace lorelei::search
