// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/patch_mail.hh"

#include <algorithm>

#include "base/text.hh"
#include "mail/address.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "patch/body.hh"

namespace lorelei::workflow {

namespace {

std::vector<patch::Person> people_in(const mail::Entity& message, const char* name) {
  std::vector<patch::Person> people;
  for (const auto& value : message.header_text(name))
    for (const auto& group : mail::parse_addresses(mail::to_utf8(value)))
      for (const auto& mailbox : group.mailboxes)
        if (auto address = mailbox.address()) people.push_back({mailbox.phrase.value_or(""), *std::move(address)});
  return people;
}

void choose_body(const mail::Entity& message, PatchMail& mail) {
  bool has_text = false;
  mail::each_part(message, [&](const mail::Part& part) {
    const auto text = part.entity.text();
    if (!text) return true;
    auto lines = text->find('\r') == text->npos ? *text : replace_all(*text, "\r", "");
    const bool has_diff = patch::has_diff(lines);
    if (has_text && !has_diff) return true;
    has_text = true;
    mail.has_diff = has_diff;
    mail.body = is_utf8(lines) ? std::move(lines) : to_utf8_lossy(lines);
    return true;
  });
  mail.has_diffstat = patch::has_diffstat(mail.body);
}

std::string parent_of(const mail::Entity& message, const std::vector<std::string>& references) {
  for (const auto& value : message.header_raw("In-Reply-To")) {
    const auto open = value.find('<');
    const auto close = open == value.npos ? open : value.find('>', open);
    if (close != value.npos && close > open + 1) return value.substr(open + 1, close - open - 1);
  }
  return references.empty() ? "" : references.back();
}

std::string list_id_of(const mail::Entity& message) {
  auto value = message.first_header_raw("List-Id").value_or("");
  const auto open = value.rfind('<');
  const auto close = open == value.npos ? open : value.find('>', open);
  if (close != value.npos) value = value.substr(open + 1, close - open - 1);
  return to_lower(trim(value));
}

}  // namespace

std::string PatchMail::from_text() const {
  return sender.name == sender.address ? sender.address : sender.name + " <" + sender.address + ">";
}

Result<PatchMail> read_patch_mail(std::string raw, std::int64_t now) {
  PatchMail mail;
  mail.raw = std::move(raw);
  const mail::Entity message(mail.raw);
  const auto ids = mail::message_ids(message);
  const mail::Time fallback{now, 0};
  const auto overview = mail::make_overview(message, mail.raw, fallback, fallback);
  mail.subject = squeeze_spaces(overview.subject);
  if (ids.empty()) return err(Error::Kind::kCorrupt, "read the mail", mail.subject, "it has no Message-ID");
  mail.message_id = ids.front();
  mail.tags = patch::parse_subject(mail.subject);
  mail.sender = patch::parse_person(overview.from);
  if (const auto people = people_in(message, "From"); people.size() > 1) mail.sender = people.front();
  if (mail.sender.name.empty()) mail.sender.name = mail.sender.address;
  mail.to = people_in(message, "To");
  mail.cc = people_in(message, "Cc");
  mail.sent = overview.sent;
  mail.references = mail::references(message);
  std::erase(mail.references, mail.message_id);
  mail.parent = parent_of(message, mail.references);
  if (mail.parent == mail.message_id) mail.parent.clear();
  if (!mail.parent.empty()) {
    std::erase(mail.references, mail.parent);
    mail.references.push_back(mail.parent);
  }
  mail.list_id = list_id_of(message);
  choose_body(message, mail);
  mail.is_reply = mail.tags.is_reply;
  if (mail.is_reply || (!mail.has_diff && !mail.has_diffstat && !mail.tags.is_cover() && !mail.parent.empty()))
    mail.given = patch::find_trailers(mail.body, patch::TrailerSource::kReply);
  if (!mail.given.empty()) mail.is_reply = true;
  return mail;
}

}  // namespace lorelei::workflow
