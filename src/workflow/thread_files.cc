// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thread_files.hh"

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"
#include "mail/new_place.hh"
#include "mail/overview.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kMaxName = 200;  // NAME_MAX is 255; room for an extension and the name of a temporary file
constexpr mail::MaildirWriter::Folder kNew = mail::MaildirWriter::Folder::kNew;

// Whether the mbox holds nothing but these mails. What cannot be read is something else.
bool holds_only(const fs::path& file, const std::vector<PatchMail>& mails) {
  std::set<std::string_view> known;
  for (const auto& mail : mails) known.insert(without_last_line_end(mail.raw));
  auto reader = mail::MboxReader::open(file);
  while (reader) {
    const auto message = reader->next();
    if (!message) return false;
    if (!*message) return true;
    if (known.count(without_last_line_end((*message)->raw)) == 0) return false;
  }
  return false;
}

Result<std::set<std::string>> ids_in_maildir(const fs::path& directory) {
  std::set<std::string> ids;
  TRY(const auto entries, mail::list_maildir(directory, mail::Trashed::kList));
  for (const auto& entry : entries) {
    const auto raw = read_file(entry.path, mail::kMaxMboxMessage);
    if (!raw && raw.error().kind == Kind::kNotFound) continue;  // a mail program took it away meanwhile
    if (!raw) return tl::unexpected(raw.error());
    for (auto& id : mail::message_ids(mail::Entity(*raw))) ids.insert(std::move(id));
  }
  return ids;
}

}  // namespace

std::string_view without_last_line_end(std::string_view raw) {
  if (raw.ends_with('\n')) raw.remove_suffix(1);
  return raw;
}

std::string safe_name(std::string_view message_id) {
  std::string name;
  for (const char c : message_id) {
    const bool is_safe = is_alnum(c) || std::string_view("_@.+%-").find(c) != std::string_view::npos;
    if (is_safe)
      name += c;
    else if (!name.ends_with('_'))
      name += '_';
  }
  name.resize(std::min(name.size(), kMaxName));
  if (name.empty() || std::string_view(".-+").find(name.front()) != std::string_view::npos) name.insert(0, 1, '_');
  return name;
}

std::string mbox_of(const std::vector<PatchMail>& mails) {
  std::string text;
  for (const auto& mail : mails) text += mail::to_plain_mboxrd(mail.raw);
  return text;
}

Result<void> save_mbox(const fs::path& file, const std::vector<PatchMail>& mails) {
  constexpr auto kDoing = "save the thread in";
  std::error_code failed;
  if (fs::is_regular_file(fs::symlink_status(file, failed)) && fs::file_size(file, failed) > 0) {
    if (!holds_only(file, mails))
      return err(Kind::kConflict, kDoing, file.string(), "a file with something else is there", "-n NAME, or -o DIR");
    return replace_file(file, mbox_of(mails));
  }
  TRY(auto place, mail::NewPlace::open(file, mail::NewPlace::Kind::kFile, kDoing));
  TRY_VOID(create_file(place.result(), mbox_of(mails)));
  return place.move_in();
}

Result<void> save_maildir(const fs::path& directory, const std::vector<PatchMail>& mails) {
  TRY(auto place, mail::NewPlace::open(directory, mail::NewPlace::Kind::kMaildir, "save the thread in"));
  TRY(auto writer, mail::MaildirWriter::create(place.result()));
  for (const auto& mail : mails) TRY_VOID(writer.deliver(mail.raw, {"", std::nullopt, {}, kNew}));
  TRY_VOID(writer.finish());
  TRY_VOID(sync_directory(place.result()));
  return place.move_in();
}

Result<std::size_t> add_to_maildir(const fs::path& directory, const std::vector<PatchMail>& mails, Known known) {
  if (!mail::is_maildir(directory))
    return err(Kind::kNotFound, "add mail to", directory.string(), "there is no Maildir", "-M makes one");
  std::set<std::string> ids;
  if (known == Known::kLeftOut) {
    TRY(ids, ids_in_maildir(directory));
  }
  TRY(auto writer, mail::MaildirWriter::create(directory));
  std::size_t added = 0;
  for (const auto& mail : mails) {
    if (known == Known::kLeftOut && !ids.insert(mail.message_id).second) continue;
    TRY_VOID(writer.deliver(mail.raw, {"", std::nullopt, {}, kNew}));
    ++added;
  }
  TRY_VOID(writer.finish());
  return added;
}

}  // namespace lorelei::workflow
