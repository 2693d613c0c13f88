// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_mails.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "base/utc_day.hh"
#include "git/format_patch.hh"
#include "git/program.hh"
#include "mail/body_writer.hh"
#include "mail/bracketed_ids.hh"
#include "mail/header_writer.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"
#include "workflow/am.hh"
#include "workflow/am_mail.hh"
#include "workflow/people.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

class Exploder {
 public:
  Exploder(const Env& env, const Pull& pull) : env_(env), pull_(pull), request_(*pull.mail) {}

  Result<PullMails> made() {
    PullMails made;
    TRY(made.base, base());
    const auto range = made.base + ".." + pull_.commit;
    TRY(const auto counted, git({"rev-list", "--no-merges", "--count", range, "--"}));
    const auto commits = parse_uint(trim(counted)).value_or(0);
    if (commits == 0)
      return err(Kind::kNotFound, "make mails of", pull_.request.url, "there is no commit behind " + made.base);
    if (commits > kMaxPullPatches)
      return err(Kind::kTooLarge, "make mails of", pull_.request.url,
                 fmt::format("it has {} commits; at most {} are taken", commits, kMaxPullPatches));
    TRY(const auto patches, patches_of(range));
    if (patches.empty() || patches.size() > commits)
      return err(Kind::kFailed, "make mails of", pull_.request.url,
                 fmt::format("git makes {} patches of {} commits", patches.size(), commits));
    made.without_changes = commits - patches.size();
    const auto total = static_cast<int>(patches.size());
    made.mails.push_back(cover(made.base, total));
    for (int number = 1; number <= total; ++number) {
      TRY(auto mail, patch_mail(patches[static_cast<std::size_t>(number) - 1], {number, total}));
      made.mails.push_back(std::move(mail));
    }
    return made;
  }

 private:
  Result<std::string> git(const std::vector<std::string>& arguments) const {
    return git::run_git(pull_.repository, arguments, "make mails of", pull_.request.url, env_.cancelled);
  }
  Result<std::string> base() const {
    const auto& stated = pull_.request.base;
    TRY(const auto found,
        git(stated.empty() ? std::vector<std::string>{"merge-base", "HEAD", pull_.commit}
                           : std::vector<std::string>{"rev-parse", "--verify", stated + "^{commit}"}));
    return std::string(trim(found));
  }
  Result<std::vector<std::string>> patches_of(const std::string& range) const {
    TRY(auto text, git(git::format_patch(range, git::PatchSubject::kPrefixed, git::EmptyCommits::kLeftOut)));
    mail::MboxReader reader(mail::ByteSource::of(text, "git format-patch"), {mail::MboxDialect::kRd});
    std::vector<std::string> patches;
    for (;;) {
      TRY(auto message, reader.next());
      if (!message) return patches;
      patches.push_back(std::move(message->raw));
    }
  }

  std::string id(int number) const {
    std::string id = fmt::format("b4-pr-{}-", number);
    for (const char c : request_.message_id)
      if (static_cast<unsigned char>(c) > ' ' && c != 127 && c != '<' && c != '>') id += c;
    return id;
  }
  static std::string mailboxes(const std::vector<patch::Person>& people) {
    std::vector<std::string> texts;
    for (const auto& one : people) texts.push_back(mailbox_text(one.name, one.address));
    return join(texts, ", ");
  }
  std::string recipients() const {
    auto cc = request_.cc;
    const auto is_sender = [&](const patch::Person& one) {
      return equal_ignore_case(one.address, request_.sender.address);
    };
    if (std::none_of(cc.begin(), cc.end(), is_sender) &&
        std::none_of(request_.to.begin(), request_.to.end(), is_sender))
      cc.push_back(request_.sender);
    std::string header;
    if (!request_.to.empty()) header += header_line("To", mailboxes(request_.to));
    header += header_line("Cc", mailboxes(cc));
    if (!request_.list_id.empty()) header += header_line("X-Original-List-Id", "<" + request_.list_id + ">");
    return header;
  }

  std::string cover(const std::string& base, int total) const {
    std::string tags;
    for (const auto& tag : request_.tags.extra_tags())
      if (!equal_ignore_case(tag, "GIT") && !equal_ignore_case(tag, "PULL")) tags += tag + " ";
    std::string text =
        header_line("Subject", fmt::format("[PATCH {}0/{}] {}", tags, total, not_encoded(request_.tags.title)));
    text += header_line("From", mailbox_text(request_.sender.name, request_.sender.address));
    text += "Date: " + mail_date({request_.sent, 0}) + "\nMessage-Id: <" + id(0) + ">\n" + recipients();
    text += "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 8bit\n\n";
    text += trim_end(request_.body);
    return text + fmt::format("\n\nbase-commit: {}\npull-request: {} {}\n", base, pull_.request.url, pull_.request.ref);
  }
  Result<std::string> patch_mail(const std::string& raw, patch::Counter counter) const {
    TRY(const auto mail, read_patch_mail("Message-Id: <" + id(counter.number) + ">\n" + raw, env_.now()));
    TRY(const auto patch, read_am_patch(mail, nullptr, env_.now()));
    TRY(auto text, am_mail(patch, mail, std::nullopt, counter));
    const auto place = text.find("MIME-Version:");
    text.insert(place, fmt::format("In-Reply-To: <{}>\nReferences: <{}>\n", id(0), id(0)) + recipients());
    return text;
  }

  const Env& env_;
  const Pull& pull_;
  const PatchMail& request_;
};

}  // namespace

std::string PullMails::mbox() const { return mbox_of({mails.begin(), mails.end()}); }

Result<PullMails> explode_pull(const Env& env, const Pull& pull) { return Exploder(env, pull).made(); }

static std::string sent_on(std::string_view text, const patch::Person& sender, const mail::Time& now) {
  const mail::Entity mail(text);
  const auto value = [&](const char* name) { return mail.first_header_raw(name).value_or(""); };
  const auto people = [&](const char* name) {
    std::vector<mail::Correspondent> list;
    for (const auto& one : people_in(value(name))) list.push_back({one.name, one.address});
    return mail::address_field(name, list);
  };
  const auto authors = people_in(value("From"));
  const auto author = authors.empty() ? patch::Person() : authors.front();
  const bool is_own = equal_ignore_case(author.address, sender.address);
  const auto& name = author.name.empty() ? author.address : author.name;
  const auto subject = mail.header("Subject");
  auto out = mail::address_field(
      "From",
      {{is_own ? sender.name : name + " via " + (sender.name.empty() ? sender.address : sender.name), sender.address}});
  out += people("To") + people("Cc");
  if (!is_own) out += mail::address_field("Reply-To", {{author.name, author.address}});
  out += mail::text_field("Subject", subject.empty() ? std::string() : subject.front());
  out += "Date: " + mail_date(now) + "\n";
  for (const char* ids : {"Message-Id", "In-Reply-To", "References"})
    if (const auto found = mail::bracketed_ids(value(ids)); !found.empty()) out += mail::ids_field(ids, found);
  if (const auto list = value("X-Original-List-Id"); !list.empty()) out += mail::text_field("X-Original-List-Id", list);
  const bool is_patch = mail.first_header_raw("In-Reply-To").has_value();
  std::string body;
  if (is_patch)
    body = fmt::format("From: {}\nDate: {}\n\n", mailbox_text(author.name, author.address), trim(value("Date")));
  const auto written = mail::written_body(body.append(mail.body_raw()), mail::EightBit::kEncoded);
  return out + "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: " +
         written.encoding + "\n\n" + written.text;
}

std::vector<std::string> sent_on(const PullMails& mails, const patch::Person& sender, std::int64_t now) {
  std::vector<std::string> texts;
  for (const auto& one : mails.mails)
    texts.push_back(sent_on(one, sender, mail::local_time(now + static_cast<std::int64_t>(texts.size()))));
  return texts;
}

std::string mbox_name_of(const PatchMail& mail) {
  return slug_of(fmt::format("{}_{}_{}", replace_all(utc_day(mail.sent), "-", ""),
                             mail.sender.address.substr(0, mail.sender.address.find('@')), mail.tags.title)) +
         ".mbx";
}

}  // namespace lorelei::workflow
