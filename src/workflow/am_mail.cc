// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/am_mail.hh"

#include <fmt/core.h>

#include <algorithm>
#include <ctime>

#include "base/text.hh"
#include "mail/mailinfo.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"
#include "mail/transfer.hh"
#include "patch/body.hh"
#include "patch/lines.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kLineLimit = 75;  // of a header, where it has blanks

// What `git mailsplit` could take for the begin of a mail: "From " and somewhere a time.
bool is_mbox_separator(std::string_view line) {
  if (!line.starts_with("From ")) return false;
  for (auto colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1))
    if (colon + 1 < line.size() && is_digit(line[colon - 1]) && is_digit(line[colon + 1])) return true;
  return false;
}

// The lines of a text, each with its end.
template <typename Visit>
void each_line(std::string_view text, const Visit& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    visit(text.substr(at, end - at));
    at = end;
  }
}

std::string tag_of(const PatchMail& mail, std::optional<int> revision, std::optional<patch::Counter> counter) {
  std::string tag = "PATCH";
  if (mail.tags.is_rfc) tag += " RFC";
  if (revision) tag += fmt::format(" v{}", *revision);
  if (counter) tag += fmt::format(" {}/{}", counter->number, counter->total);
  return tag;
}

// What mailinfo calls the patch begins with "---" or with the diff itself.
std::string_view without_dashes(std::string_view text) {
  if (text.starts_with("---") && trim(text.substr(0, text.find('\n'))) == "---")
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  while (text.starts_with('\n')) text.remove_prefix(1);
  // Behind a signature empty lines mean nothing; behind a hunk they may be of it.
  if (text.rfind("\n-- \n") != text.npos)
    while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

// What git would make of the mail is the patch, and nothing else.
bool is_read_as(const std::string& text, const AmPatch& patch) {
  const auto info = mail::mailinfo(text, mail::Charsets::kConverted);
  return info && info->author == (patch.author.empty() ? patch.email : patch.author) && info->email == patch.email &&
         squeeze_spaces(info->subject) == squeeze_spaces(patch.title) && trim_end(info->message) == patch.message &&
         trim_end(without_dashes(info->patch)) == trim_end(patch.notes);
}

// The mail with nothing but the part that is its body.
std::string mail_of_body(const PatchMail& mail) {
  const mail::Entity message(mail.raw);
  std::string text;
  for (const char* name : {"From", "Subject", "Date"})
    for (const auto& value : message.header_raw(name)) text += fmt::format("{}: {}\n", name, value);
  return text + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + mail.body;
}

// Whether what is left below scissors is signed: the end of the message, and who and what on top of that; where nothing
// is on top, the header's, which are signed only if nothing above the scissors was in their place.
bool is_all_signed(const mail::Mailinfo& info, const attest::Canonical& covered) {
  if (covered.has_other_charset || trim_end(info.patch) != trim_end(covered.patch) ||
      !trim_end(covered.message).ends_with(trim_end(info.message)))
    return false;
  const auto& reading = info.reading;
  return (reading.in_body_from || (info.author == covered.author && info.email == covered.email)) &&
         (reading.in_body_subject || info.subject == covered.subject);
}

bool is_format_character(char32_t c) {
  constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},
      {0x890, 0x891},     {0x8e2, 0x8e2},     {0x180e, 0x180e},   {0x200b, 0x200f},   {0x202a, 0x202e},
      {0x2060, 0x2064},   {0x2066, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd},
      {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0001, 0xe007f}};
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

// Letters without upper and lower case: of Hebrew, Arabic, the scripts of India, Han, Hangul, and the like.
bool is_caseless_letter(char32_t c) {
  constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x5d0, 0x5f2},   {0x620, 0x6ff},   {0x710, 0x109f},  {0x1100, 0x139f}, {0x1400, 0x1cff}, {0x2e80, 0xa63f},
      {0xa6a0, 0xa6ef}, {0xa800, 0xab2f}, {0xabc0, 0xd7ff}, {0xf900, 0xfdff}, {0xfe70, 0xfefc}, {0x20000, 0x3ffff}};
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

// The first one, in code points; nothing if the line is as it looks.
std::optional<char32_t> hidden_in(std::string_view line) {
  std::optional<char32_t> hidden;
  for (std::size_t at = 0; at < line.size();) {
    const auto point = code_point_at(line, at);
    if (is_caseless_letter(point.value)) return std::nullopt;
    if (!hidden && is_format_character(point.value)) hidden = point.value;
    at += point.length;
  }
  return hidden;
}

}  // namespace

std::string header_line(std::string_view name, std::string_view value) {
  std::string text(name);
  text += ':';
  std::size_t column = text.size();
  for (const auto word : split_words(value)) {
    const auto width = display_width(word);
    if (column + 1 + width > kLineLimit && column > name.size() + 1) {
      text += '\n';
      column = 0;
    }
    text.append(" ").append(word);
    column += 1 + width;
  }
  return text + "\n";
}

std::string not_encoded(const std::string& text) {
  if (text.find("=?") == text.npos) return text;
  constexpr std::size_t kBytes = 42;  // 56 characters of base64, below the 75 of a word
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    const auto most = std::min(kBytes, text.size() - at);
    const auto is_inside = [&](std::size_t size) {
      return at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0) == 0x80;
    };
    auto size = most;
    while (size + 3 > most && size > 1 && is_inside(size)) --size;  // a character has four bytes at most
    if (is_inside(size)) size = most;                               // no UTF-8: anywhere will do
    words += (words.empty() ? "=?utf-8?b?" : " =?utf-8?b?") + base64(std::string_view(text).substr(at, size)) + "?=";
    at += size;
  }
  return words;
}

std::string mailbox_text(const std::string& name, const std::string& address) {
  if (name.empty() || name == address) return address;
  if (name.find("=?") != name.npos) return not_encoded(name) + " <" + address + ">";
  if (name.find_first_of("()<>[]:;@\\,.\"") == name.npos) return name + " <" + address + ">";
  return "\"" + replace_all(replace_all(name, "\\", "\\\\"), "\"", "\\\"") + "\" <" + address + ">";
}

bool needs_mboxrd(std::string_view text) {
  bool needs = false;
  each_line(text, [&](std::string_view line) { needs |= is_mbox_separator(line); });
  return needs;
}

std::string mbox_of(const std::vector<std::string_view>& mails) {
  const bool is_rd = std::any_of(mails.begin(), mails.end(), needs_mboxrd);
  std::string text;
  for (const auto one : mails) {
    if (is_rd) {
      text += mail::to_plain_mboxrd(one);
    } else {
      text += "From git@z Thu Jan  1 00:00:00 1970\n";
      text += one;
      text += '\n';
    }
  }
  return text;
}

std::string mail_date(const mail::Time& time) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t local = time.seconds + time.zone_minutes * 60;
  std::tm parts{};
  gmtime_r(&local, &parts);
  const int zone = std::abs(time.zone_minutes);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} {}{:02}{:02}", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

Result<AmPatch> read_am_patch(const PatchMail& mail, const attest::Canonical* signed_content, std::int64_t now) {
  AmPatch patch;
  const auto raw = replace_all(mail.raw, "\r\n", "\n");
  TRY(auto info, mail::mailinfo(raw, mail::Charsets::kConverted, mail::Scissors::kHeeded));
  // git puts all parts behind one another, with what is between parts that are nested.
  if (!signed_content && (info.reading.nested || info.reading.text_parts > 1)) {
    TRY(info, mail::mailinfo(mail_of_body(mail), mail::Charsets::kConverted, mail::Scissors::kHeeded));
  }
  if (signed_content && info.reading.cut && !is_all_signed(info, *signed_content))
    return err(Error::Kind::kAttestation, "read the patch", mail.subject,
               "its signature does not cover all that stands below the scissors, or who wrote it");
  if (signed_content) {
    if (signed_content->has_other_charset) {
      // The signed bytes are what was just converted, or only a part of them is signed.
      TRY(const auto kept, mail::mailinfo(raw, mail::Charsets::kKept));
      if (trim_end(kept.message) != trim_end(signed_content->message) ||
          trim_end(kept.patch) != trim_end(signed_content->patch))
        return err(Error::Kind::kAttestation, "read the patch", mail.subject,
                   "its signature covers only a part of it, in another charset than UTF-8", "patatt.trimbody no");
    } else if (!info.reading.cut) {
      info.author = signed_content->author;
      info.email = signed_content->email;
      info.subject = signed_content->subject;
      info.message = signed_content->message;
      info.patch = signed_content->patch;
    }
    if (signed_content->has_unsigned_date) info.date.clear();
  }
  if (info.patch.empty()) return err(Error::Kind::kCorrupt, "read the patch", mail.subject, "there is none in it");
  patch.author = info.author;
  patch.email = info.email;
  patch.title = info.subject;
  patch.date = mail::parse_mail_date(info.date).value_or(mail::Time{mail.sent != 0 ? mail.sent : now, 0});
  patch.message = trim_end(info.message);
  patch.notes = without_dashes(info.patch);
  if (info.patch.starts_with("---\n")) patch.opening = info.patch.substr(0, info.patch.find_first_not_of('\n', 3));
  return patch;
}

// Lines of the files that a patch changes end with CR LF. Where the diff's own lines do, too, that is of how the mail
// was sent, and is left to `git am`, which takes such CR away.
static bool has_cr_of_files(std::string_view notes) {
  bool has_cr = false;
  while (!notes.empty()) {
    const auto line = patch::next_line(notes);
    if (line.starts_with("@@ -") && line.ends_with('\r')) return false;
    has_cr |= line.ends_with('\r');
  }
  return has_cr;
}

Result<std::string> am_mail(const AmPatch& patch, const PatchMail& mail, std::optional<int> revision,
                            std::optional<patch::Counter> counter) {
  std::string body = patch.message;
  body += '\n';
  const bool is_bare = patch.notes.starts_with("diff --git") || patch.notes.starts_with("--- ");
  const bool has_no_dashes = is_bare && !patch::has_diffstat(patch.notes);
  body += !patch.opening.empty() ? patch.opening : has_no_dashes ? "\n" : "---\n";
  body += patch.notes;
  if (!body.ends_with('\n')) body += '\n';
  const bool is_ascii =
      std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  // As plain text, `git am` would take a CR at the end of a line for the mail's.
  const bool is_encoded = has_cr_of_files(patch.notes);
  const auto written = [&](std::string text) {
    return is_encoded ? mail::encode_quoted_printable(text) : std::move(text);
  };
  std::string header;
  header += header_line("Subject", "[" + tag_of(mail, revision, counter) + "] " + not_encoded(patch.title));
  header += header_line("From", mailbox_text(patch.author, patch.email));
  header += "Date: " + mail_date(patch.date) + "\n";
  header += "Message-Id: <" + mail.message_id + ">\n";
  header += "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\n";
  header += fmt::format("Content-Transfer-Encoding: {}\n\n", is_encoded ? "quoted-printable"
                                                             : is_ascii ? "7bit"
                                                                        : "8bit");
  if (auto text = header + written(body); is_read_as(text, patch)) return text;
  // The message begins like a header, which git would take; not behind one that is there already.
  const auto guarded = header + written("From: " + mailbox_text(patch.author, patch.email) + "\n\n" + body);
  if (is_read_as(guarded, patch)) return guarded;
  return err(Error::Kind::kCorrupt, "write the patch for git am", mail.subject,
             "git would read another author, title, message or patch from it", "lorelei show " + mail.message_id);
}

std::string cover_mail(const PatchMail& mail) {
  std::string text = "From git@z Thu Jan  1 00:00:00 1970\n";
  text += header_line("Subject", mail.subject);
  text += header_line("From", mailbox_text(mail.sender.name, mail.sender.address));
  const mail::Entity message(mail.raw);
  const auto date = mail::parse_mail_date(message.first_header_raw("Date").value_or(""));
  text += "Date: " + mail_date(date && date->seconds == mail.sent ? *date : mail::Time{mail.sent, 0}) + "\n";
  text += "Message-Id: <" + mail.message_id + ">\n";
  text += "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\n";
  text += "Content-Transfer-Encoding: 8bit\n\n";
  return text + mail.body + (mail.body.ends_with('\n') ? "\n" : "\n\n");
}

bool hides_something(std::string_view line) {
  const bool has_control = std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n') || c == 127;
  });
  return has_control || !is_utf8(line) || hidden_in(line).has_value();
}

std::vector<std::string> hidden_characters(const AmPatch& patch) {
  std::vector<std::string> found;
  const auto look = [&](std::string_view line, const std::string& where) {
    if (const auto hidden = hidden_in(line))
      found.push_back(fmt::format("{}: U+{:04X} in '{}'", where, static_cast<unsigned>(*hidden), trim(line)));
  };
  look(patch.title, "title");
  look(patch.author, "author");
  std::size_t number = 0;
  for (std::string_view rest = patch.message; !rest.empty();)
    look(patch::next_line(rest), fmt::format("line {} of the message", ++number));
  std::string file;
  number = 0;
  for (std::string_view rest = patch.notes; !rest.empty();) {
    const auto line = patch::next_line(rest);
    ++number;
    if (line.starts_with("+++ ")) file = line.substr(4);
    for (const std::string_view start : {"diff ", "rename ", "copy ", "--- "})
      if (line.starts_with(start)) look(line, fmt::format("line {} of the patch", number));
    if (line.starts_with('+')) look(line.substr(1), fmt::format("line {} of the patch ({})", number, file));
  }
  return found;
}

}  // namespace lorelei::workflow
