// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/attached_patches.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"

namespace lorelei::workflow {

namespace {

// "text/x-patch", "application/x-patch", and what else mail programs call one.
bool is_patch_type(const mail::ContentType& type) { return type.subtype == "x-patch" || type.subtype == "x-diff"; }

struct Attached {
  std::string header, body;  // the header without subject, and with nothing that says who or where it is
  std::string subject;
};

// Nothing: a diff without a header of its own.
std::optional<Attached> read_attached(const std::string& bytes) {
  const auto text = replace_all(bytes, "\r\n", "\n");
  const mail::Entity message(mail::without_from_line(text));
  const auto subjects = message.header("Subject");
  if (subjects.empty() || message.header_raw("From").empty() || message.header_raw("Date").empty()) return std::nullopt;
  Attached one;
  one.subject = squeeze_spaces(subjects.front());
  for (const char* name : {"From", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"})
    for (const auto& value : message.header_raw(name)) one.header += fmt::format("{}: {}\n", name, trim(value));
  one.body = std::string(message.body_raw());
  return one;
}

std::string numbered(const std::string& subject, std::size_t number, std::size_t total) {
  const auto tags = patch::parse_subject(subject);
  std::string prefixes = "PATCH";
  for (const auto& tag : tags.extra_tags()) prefixes += " " + tag;
  if (tags.revision) prefixes += fmt::format(" v{}", *tags.revision);
  return fmt::format("[{} {}/{}] {}", prefixes, number, total, tags.title);
}

}  // namespace

Result<std::vector<PatchMail>> attached_patches(const PatchMail& mail, std::int64_t now) {
  std::vector<Attached> parts;
  std::optional<std::string> words;
  mail::each_part(mail::Entity(mail.raw), [&](const mail::Part& part) {
    if (is_patch_type(part.entity.content_type())) {
      if (auto one = read_attached(part.entity.body())) parts.push_back(*std::move(one));
    } else if (const auto text = words ? std::nullopt : part.entity.text()) {
      words = to_utf8_lossy(replace_all(*text, "\r", ""));
    }
    return parts.size() <= kMaxAttached;
  });
  if (parts.size() > kMaxAttached)
    return err(Error::Kind::kTooLarge, "read the patches attached to", mail.message_id,
               fmt::format("there are more than {}", kMaxAttached));
  const bool all_numbered = std::all_of(parts.begin(), parts.end(), [](const Attached& one) {
    return patch::parse_subject(one.subject).counter.has_value();
  });
  std::vector<PatchMail> mails;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& one = parts[i];
    const auto subject = all_numbered ? one.subject : numbered(one.subject, i + 1, parts.size());
    auto raw = fmt::format("Message-ID: <att{}-{}>\nIn-Reply-To: <{}>\nReferences: <{}>\nSubject: {}\n{}\n{}", i + 1,
                           mail.message_id, mail.message_id, mail.message_id, subject, one.header, one.body);
    if (auto read = read_patch_mail(std::move(raw), now); read && read->has_diff) mails.push_back(*std::move(read));
  }
  if (mails.empty()) return mails;
  const auto total = mails.front().tags.counter ? mails.front().tags.counter->total : static_cast<int>(mails.size());
  auto cover = mail;
  const auto revision = mails.front().tags.revision;
  cover.subject =
      fmt::format("[PATCH{} 0/{}] {}", revision ? fmt::format(" v{}", *revision) : "", total, mail.tags.title);
  cover.tags = patch::parse_subject(cover.subject);
  cover.body = words.value_or("");
  cover.is_reply = cover.has_diff = false;
  mails.insert(mails.begin(), std::move(cover));
  return mails;
}

}  // namespace lorelei::workflow
