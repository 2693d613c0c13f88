// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/mail_files.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hh"
#include "mail/gzip.hh"
#include "mail/header_block.hh"
#include "mail/maildir.hh"
#include "source/packing.hh"

namespace lorelei::source {

namespace {

using Kind = Error::Kind;
using Place = MailPlace::Kind;

constexpr auto kDoing = "read mail from";

struct Format {
  Place kind;
  std::optional<mail::MboxDialect> dialect;
};
std::optional<Format> format_named(std::string_view name) {
  if (equal_ignore_case(name, "eml")) return Format{Place::kMessage, {}};
  if (equal_ignore_case(name, "maildir")) return Format{Place::kMaildir, {}};
  if (const auto dialect = mail::mbox_dialect_named(name)) return Format{Place::kMbox, dialect};
  return std::nullopt;
}

std::optional<Place> scheme_of(std::string_view word) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (starts_with_ignore_case(word, scheme)) return Place::kWeb;
  for (const std::string_view scheme : {"imap://", "imaps://"})
    if (starts_with_ignore_case(word, scheme)) return Place::kImap;
  for (const std::string_view scheme : {"nntp://", "nntps://", "news://", "snews://"})
    if (starts_with_ignore_case(word, scheme)) return Place::kNntp;
  return std::nullopt;
}

bool is_single_message(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot != std::string_view::npos &&
         (equal_ignore_case(path.substr(dot), ".eml") || equal_ignore_case(path.substr(dot), ".patch"));
}

tl::unexpected<Error> refuse(const std::string& word, std::string why, std::string next) {
  return err(Kind::kUsage, kDoing, word, std::move(why), std::move(next));
}

// A file below cur/ or new/ of a Maildir.
std::optional<MailPlace> place_in_maildir(const std::string& word) {
  const fs::path path = fs::path(word).lexically_normal();
  const auto folder = path.parent_path();
  if (folder.filename() != "cur" && folder.filename() != "new") return std::nullopt;
  auto maildir = folder.parent_path();
  if (maildir.empty()) maildir = ".";
  if (!mail::is_maildir(maildir)) return std::nullopt;
  return MailPlace{Place::kMaildir, maildir.string(), path.filename().string(), std::nullopt, word};
}

}  // namespace

Result<MailPlace> parse_mail_place(const std::string& word, const std::string& format) {
  const auto wanted = format_named(format);
  if (!format.empty() && !wanted)
    if (word == "-" || !is_single_message(word))
      return refuse(word, fmt::format("--in-format={} unrecognized", format), "eml, mboxrd, mboxo, mboxcl or mboxcl2");
  if (word == "-") {
    if (wanted && wanted->kind == Place::kMbox) return MailPlace{Place::kStdin, "", "", wanted->dialect, word};
    return MailPlace{Place::kStdin, "", "", std::nullopt, word};
  }
  if (const auto scheme = scheme_of(word)) return MailPlace{*scheme, word, "", std::nullopt, word};
  const auto colon = word.find(':');
  const auto prefix = colon == std::string::npos ? std::nullopt : format_named(word.substr(0, colon));
  std::error_code error;
  if (prefix) {
    const auto name = to_lower(word.substr(0, colon));
    if (wanted && to_lower(format) != name)
      return refuse(word, fmt::format("--in-format={} and `{}:' conflict", format, name), "one of them");
    return MailPlace{prefix->kind, word.substr(colon + 1), "", prefix->dialect, word};
  }
  const auto status = fs::status(word, error);
  if (error && fs::status_known(status) == false) return err_errno(error.value(), kDoing, word);
  if (!fs::exists(status))
    return err(Kind::kNotFound, kDoing, word, "Unable to handle " + word, "a file, a Maildir or a URL");
  if (fs::is_directory(status)) {
    if (wanted && wanted->kind != Place::kMaildir)
      return refuse(word, fmt::format("{} is a directory, not --in-format={}", word, format), "no --in-format");
    if (!mail::is_maildir(word))
      return err(Kind::kNotFound, kDoing, word, "it is no Maildir", "a directory with cur/ and new/");
    return MailPlace{Place::kMaildir, word, "", std::nullopt, word};
  }
  if (is_single_message(word)) {
    if (!format.empty() && (!wanted || wanted->kind != Place::kMessage))
      return refuse(word, fmt::format("`{}' is `eml', not --in-format={}", word, format), "--in-format=eml");
    return MailPlace{Place::kMessage, word, "", std::nullopt, word};
  }
  if (!wanted)
    if (auto place = place_in_maildir(word)) return *std::move(place);
  if (!wanted) return refuse(word, "--in-format unset for regular file(s): " + word, "-F mboxrd, or -F eml");
  return MailPlace{wanted->kind, word, "", wanted->dialect, word};
}

namespace {

// What the mailbox says of a message, and its keywords say, is no part of it.
std::string without_status(std::string_view raw) {
  constexpr std::string_view kStatus[] = {"Status", "X-Status"};
  const auto halves = mail::split_message(raw);
  return mail::without_fields(halves.header, kStatus).append(raw.substr(halves.header.size()));
}

Result<void> read_mbox(Fd fd, const MailPlace& place, const MailSink& sink) {
  mail::MboxReader reader(std::move(fd), place.name, {.dialect = place.dialect, .limit_bytes = kMaxMessage});
  for (;;) {
    TRY(auto message, reader.next());
    if (!message) return {};
    TRY_VOID(sink({without_status(message->raw), message->keywords, "", 0, ""}));
  }
}

// Unpacked; what git format-patch or a mailbox puts before it is taken away.
Result<void> read_one(Fd fd, const MailPlace& place, const MailSink& sink) {
  mail::ByteSource source(std::move(fd), place.name);
  std::string raw;
  for (;;) {
    TRY(const bool more, source.read_more(raw));
    if (!more) break;
    if (raw.size() > kMaxMessage)
      return err(Kind::kTooLarge, kDoing, place.name, "it is too large for one message",
                 "-F mboxrd, if it is a mailbox");
  }
  if (raw.empty()) return {};
  const auto body = mail::without_from_line(raw);
  return sink({std::string(body), {}, "", 0, ""});
}

Result<void> read_maildir(const MailPlace& place, const MailSink& sink, const MailFilter& wants) {
  std::error_code error;
  auto path = fs::absolute(place.path, error).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  TRY(const auto entries, mail::list_maildir(place.path));
  for (const auto& entry : entries) {
    FoundMail found{"", entry.keywords, "maildir:" + path, 0, entry.path.filename().string()};
    if (!place.file.empty() && found.name != place.file) continue;
    if (wants) {
      TRY(const bool wanted, wants(found));
      if (!wanted) continue;
    }
    auto raw = read_file(entry.path, kMaxMessage);
    if (!raw && raw.error().kind == Kind::kNotFound) continue;  // moved meanwhile
    if (!raw) return tl::unexpected(std::move(raw).error());
    found.raw = *std::move(raw);
    TRY_VOID(sink(std::move(found)));
  }
  return {};
}

}  // namespace

Result<void> read_mail_files(const MailPlace& place, const MailSink& sink, const MailFilter& wants) {
  if (place.kind == Place::kStdin) {
    Fd fd(::dup(STDIN_FILENO));
    return place.dialect ? read_mbox(std::move(fd), place, sink) : read_one(std::move(fd), place, sink);
  }
  if (place.kind == Place::kMaildir) return read_maildir(place, sink, wants);
  TRY(auto fd, open_unpacked(place.path, packing_of(place.path)));
  return place.kind == Place::kMbox ? read_mbox(std::move(fd), place, sink) : read_one(std::move(fd), place, sink);
}

}  // namespace lorelei::source
