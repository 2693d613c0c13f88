// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/export.hh"

#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "archive/live_messages.hh"
#include "archive/over_reader.hh"
#include "git/repository.hh"
#include "mail/gzip.hh"
#include "mail/header_block.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "mail/new_place.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;
using Format = ExportOptions::Format;
using mail::NewPlace;

constexpr auto kDoing = "export to";

constexpr std::size_t kRowsAtOnce = 1000;

// Where messages go. Two real ones: a stream of bytes, a Maildir.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<void> put(const git::ObjectId& blob, std::string_view message) = 0;
  virtual Result<void> finish() = 0;
};

class MboxSink : public Sink {
 public:
  static Result<std::unique_ptr<Sink>> open(const Env& env, const std::string& destination, mail::MboxDialect dialect,
                                            mail::Compression compression) {
    auto sink = std::make_unique<MboxSink>();
    sink->dialect_ = dialect;
    if (destination == "-") {
      if (std::fflush(env.out) != 0) return err_errno(errno, "write to", "standard output");
      sink->bytes_.emplace(fileno(env.out), "standard output", compression);
      return sink;
    }
    TRY(sink->place_, NewPlace::open(destination, NewPlace::Kind::kFile, kDoing));
    sink->fd_ = Fd(::open(sink->place_->result().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!sink->fd_) return err_errno(errno, kDoing, destination);
    sink->name_ = destination;
    sink->bytes_.emplace(sink->fd_.get(), destination, compression);
    return sink;
  }

  Result<void> put(const git::ObjectId& blob, std::string_view message) override {
    const auto id = blob.hex();
    return bytes_->write(mail::to_mbox(message, dialect_, {.id = id, .percent = {}, .keywords = {}}));
  }

  Result<void> finish() override {
    TRY_VOID(bytes_->finish());
    if (!fd_) return {};
    if (fsync(fd_.get()) != 0) return err_errno(errno, kDoing, name_);
    return place_->move_in();
  }

 private:
  mail::MboxDialect dialect_ = mail::MboxDialect::kRd;
  std::string name_;
  std::optional<NewPlace> place_;  // nothing: standard output
  Fd fd_;
  std::optional<mail::ByteSink> bytes_;
};

class MaildirSink : public Sink {
 public:
  static Result<std::unique_ptr<Sink>> open(const std::string& destination) {
    TRY(auto place, NewPlace::open(destination, NewPlace::Kind::kMaildir, kDoing));
    TRY(auto writer, mail::MaildirWriter::create(place.result()));
    return std::unique_ptr<Sink>(new MaildirSink(std::move(place), std::move(writer)));
  }

  Result<void> put(const git::ObjectId& blob, std::string_view message) override {
    const auto id = blob.hex();
    mail::MaildirWriter::Delivery delivery;
    delivery.blob_id = id;
    return writer_.deliver(mail::without_from_line(message), delivery);
  }
  Result<void> finish() override {
    TRY_VOID(writer_.finish());
    TRY_VOID(sync_directory(place_.result()));
    return place_.move_in();
  }

 private:
  MaildirSink(NewPlace place, mail::MaildirWriter writer) : place_(std::move(place)), writer_(std::move(writer)) {}
  NewPlace place_;
  mail::MaildirWriter writer_;
};

Result<std::unique_ptr<Sink>> open_sink(const Env& env, const std::string& destination, const ExportOptions& options) {
  const bool gzip = options.packing == ExportOptions::Packing::kGzip || destination.ends_with(".gz");
  const auto compression = gzip ? mail::Compression::kGzip : mail::Compression::kNone;
  using mail::MboxDialect;
  switch (options.format) {
    case Format::kMboxrd:
      return MboxSink::open(env, destination, MboxDialect::kRd, compression);
    case Format::kMboxo:
      return MboxSink::open(env, destination, MboxDialect::kO, compression);
    case Format::kMboxcl:
      return MboxSink::open(env, destination, MboxDialect::kCl, compression);
    case Format::kMboxcl2:
      return MboxSink::open(env, destination, MboxDialect::kCl2, compression);
    case Format::kMaildir:
      break;
  }
  if (options.packing == ExportOptions::Packing::kGzip)
    return err(Kind::kUsage, kDoing, destination, "a Maildir is not packed", "leave out --gzip");
  if (destination == "-")
    return err(Kind::kUsage, kDoing, "standard output", "a Maildir is a directory", "name a directory");
  return MaildirSink::open(destination);
}

// Blobs of the articles since..until, ascending.
Result<void> each_article(const Inbox& inbox, const ExportOptions& options,
                          const std::function<Result<void>(const git::ObjectId&)>& visit) {
  auto over = OverReader::open(inbox.over_path());
  if (!over && over.error().kind == Kind::kNotFound)
    return err(Kind::kNotFound, "find the articles of", inbox.dir().string(), "it has no index, so it has no numbers",
               "lorelei archive index " + inbox.dir().string());
  if (!over) return tl::unexpected(over.error());
  const auto until = static_cast<std::int64_t>(std::min<std::uint64_t>(options.until.value_or(INT64_MAX), INT64_MAX));
  auto after = static_cast<std::int64_t>(std::min<std::uint64_t>(options.since.value_or(1), INT64_MAX)) - 1;
  while (true) {
    TRY(const auto page, over->rows_after(std::max<std::int64_t>(after, 0), kRowsAtOnce));
    if (page.empty()) return {};
    for (const auto& row : page) {
      if (row.number > until) return {};
      after = row.number;
      const auto blob = git::ObjectId::parse(row.blob);
      if (!blob)
        return err(Kind::kCorrupt, "read the index of", inbox.dir().string(),
                   "article " + std::to_string(row.number) + " names no message",
                   "lorelei archive verify " + inbox.dir().string());
      TRY_VOID(visit(*blob));
    }
  }
}

}  // namespace

Result<ExportReport> export_mail(const Env& env, const Inbox& inbox, const std::string& destination,
                                 const ExportOptions& options, const std::function<void()>& progress) {
  TRY(auto reader, git::BlobReader::open(inbox.object_directories()));
  TRY(const auto sink, open_sink(env, destination, options));
  ExportReport report;
  const auto put = [&](const git::ObjectId& blob) -> Result<void> {
    if (env.stop_requested()) return err(Kind::kCancelled, kDoing, destination, "it was stopped");
    auto message = reader.read(blob);
    if (!message) {
      report.problems.push_back(std::move(message).error());
      return {};
    }
    TRY_VOID(sink->put(blob, *message));
    ++report.written;
    if (progress) progress();
    return {};
  };
  if (options.since || options.until)
    TRY_VOID(each_article(inbox, options, put));
  else
    TRY_VOID(each_live_message(inbox, [&](const LiveMessage& message) { return put(message.change.blob); }));
  TRY_VOID(sink->finish());
  return report;
}

}  // namespace lorelei::archive
