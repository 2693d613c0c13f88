// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thanks_letter.hh"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "patch/lines.hh"
#include "workflow/am_mail.hh"
#include "workflow/template_text.hh"

namespace lorelei::workflow {

namespace {

constexpr const char* kAmTemplate =
    "On ${sentdate}, ${fromname} wrote:\n"
    "${quote}\n"
    "\n"
    "Applied to ${branch} of ${treename}, thank you!\n"
    "\n"
    "${summary}\n"
    "\n"
    "Best regards,\n"
    "-- \n"
    "${signature}\n";
constexpr const char* kPrTemplate =
    "On ${sentdate}, ${fromname} wrote:\n"
    "${quote}\n"
    "\n"
    "Pulled into ${branch} of ${treename}, thank you!\n"
    "\n"
    "${summary}\n"
    "\n"
    "Best regards,\n"
    "-- \n"
    "${signature}\n";

// One line a patch, and below it where it is; of a pull request where it is.
std::string summary_of(const ThanksSettings& settings, const SeriesRecord& record, std::string_view merge_commit) {
  if (record.is_pull()) return merge_commit.empty() ? "(no commit info)" : printable(settings.commit_url(merge_commit));
  std::string summary;
  const auto width = std::to_string(record.expected).size();
  for (const auto& patch : record.patches) {
    if (patch.thanks != Thanks::kDue) continue;
    const auto counter = fmt::format("[{:0{}}/{}] ", patch.number, width, record.expected);
    summary += counter + printable(patch.title) + "\n" + std::string(counter.size(), ' ');
    summary += patch.commit.empty() ? "(no commit info)" : printable(settings.commit_url(patch.commit));
    summary += '\n';
  }
  if (summary.ends_with('\n')) summary.pop_back();
  return summary;
}

std::string subject_of(const SeriesRecord& record) {
  std::string_view subject = record.subject;
  while (starts_with_ignore_case(subject, "re:")) subject = trim(subject.substr(3));
  return (is_subset(record) ? "Re: (subset) " : "Re: ") + std::string(subject);
}

std::string listed(const std::vector<mail::Correspondent>& people) {
  std::string list;
  for (const auto& person : people) {
    list += list.empty() ? "" : ", ";
    list += person.name.empty() ? person.address : person.name + " <" + person.address + ">";
  }
  return list;
}

}  // namespace

bool is_subset(const SeriesRecord& record) {
  if (record.is_pull()) return false;
  const auto meant = std::count_if(record.patches.begin(), record.patches.end(),
                                   [](const RecordedPatch& patch) { return patch.thanks == Thanks::kDue; });
  return meant < record.expected;
}

Recipients recipients_of(const ThanksSettings& settings, const SeriesRecord& record, Writer writer) {
  std::set<std::string> seen;
  if (writer == Writer::kLeftOut) seen = {to_lower(settings.from.address), to_lower(settings.committer)};
  const auto is_excluded = [&](const std::string& address) {
    return std::any_of(settings.excluded.begin(), settings.excluded.end(), [&](const std::string& pattern) {
      return fnmatch(to_lower(pattern).c_str(), address.c_str(), 0) == 0;
    });
  };
  const auto add = [&](std::vector<mail::Correspondent>& list, const patch::Person& person) {
    const auto address = to_lower(person.address);
    if (mail::is_writable_address(person.address) && !is_excluded(address) && seen.insert(address).second)
      list.push_back({person.name, person.address});
  };
  Recipients recipients;
  add(recipients.to, record.author);
  for (const auto& person : record.to) add(recipients.to, person);
  for (const auto& person : record.cc) add(recipients.cc, person);
  if (recipients.to.empty()) std::swap(recipients.to, recipients.cc);
  if (recipients.to.empty() && mail::is_writable_address(record.author.address))
    recipients.to.push_back({record.author.name, record.author.address});
  return recipients;
}

Result<std::string> thanks_letter(const ThanksSettings& settings, const SeriesRecord& record,
                                  std::string_view merge_commit, const mail::Time& now, Writer writer,
                                  mail::EightBit eight_bit) {
  if (!mail::is_writable_address(settings.from.address))
    return err(Error::Kind::kUsage, "write a letter as", settings.from.address, "it is no address",
               "git config --global user.email ADDRESS");
  const auto recipients = recipients_of(settings, record, writer);
  if (recipients.to.empty())
    return err(Error::Kind::kRefused, "write a letter about", record.subject,
               fmt::format("nobody would get it: '{}' is no address to write to", record.author.address),
               "lorelei ty -d, if it needs none");
  auto letter = mail::from_field({settings.from.name, settings.from.address});
  letter += mail::address_field("To", recipients.to);
  letter += mail::address_field("Cc", recipients.cc);
  letter += mail::text_field("Subject", subject_of(record));
  letter += mail::ids_field("In-Reply-To", {record.message_id});
  auto ancestors = record.references;
  std::erase(ancestors, record.message_id);
  ancestors.push_back(record.message_id);
  letter += mail::ids_field("References", ancestors);
  letter += mail::ids_field("Message-Id", {record.letter.message_id});
  letter += "Date: " + mail_date(now) + "\n";
  letter += "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\n";

  const auto author = record.author.name.empty() ? record.author.address : record.author.name;
  auto quote = printable(record.quote, Lines::kKeep);
  if (quote.ends_with('\n')) quote.pop_back();
  const auto& own = record.is_pull() ? settings.pr_template : settings.am_template;
  const auto body = filled_template(own                ? std::string_view(*own)
                                    : record.is_pull() ? kPrTemplate
                                                       : kAmTemplate,
                                    {{"sentdate", printable(record.date)},
                                     {"fromname", printable(author)},
                                     {"fromemail", printable(record.author.address)},
                                     {"subject", printable(record.subject)},
                                     {"msgid", printable(record.message_id)},
                                     {"to", printable(listed(recipients.to))},
                                     {"cc", printable(listed(recipients.cc))},
                                     {"quote", std::move(quote)},
                                     {"summary", summary_of(settings, record, merge_commit)},
                                     {"signature", settings.signature},
                                     {"branch", printable(settings.branch)},
                                     {"treename", printable(settings.tree_name)},
                                     {"myname", settings.from.name},
                                     {"myemail", settings.from.address}});
  const auto written = mail::written_body(body, eight_bit);
  return letter + "Content-Transfer-Encoding: " + written.encoding + "\n\n" + written.text;
}

}  // namespace lorelei::workflow
