// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/mail_source.hh"

#include <fmt/core.h>

#include <algorithm>

#include "archive/config.hh"
#include "base/text.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "net/http.hh"
#include "net/url.hh"
#include "search/lookup.hh"
#include "search/messages.hh"
#include "source/remote_archive.hh"
#include "workflow/attached_patches.hh"
#include "workflow/thread.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kMaxMails = 100'000;         // of a thread, or a mailbox that is given as one
constexpr std::uint64_t kMaxMailBytes = 64 << 20;  // as mailinfo
constexpr std::size_t kMaxSeparatedBytes = 1 << 30;

class Gatherer {
 public:
  Gatherer(const Env& env, const Say& say) : now_(env.now()), say_(say) {}

  Result<void> take(std::string raw) {
    auto mail = read_patch_mail(std::move(raw), now_);
    if (!mail) {
      say_(fmt::format("Passed over '{}': {}", printable(mail.error().subject), mail.error().why));
      return {};
    }
    if (mails.size() == kMaxMails)
      return err(Kind::kTooLarge, "read the thread", mails.front().message_id,
                 fmt::format("it has more than {} messages", kMaxMails));
    mails.push_back(*std::move(mail));
    return {};
  }

  std::vector<PatchMail> mails;

 private:
  std::int64_t now_;
  const Say& say_;
};

Result<void> read_separated(const std::string& separator, Gatherer& gatherer) {
  TRY(const auto text, read_all(0, "standard input", kMaxSeparatedBytes));
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(separator, start), text.size());
    const auto mail = mail::without_from_line(std::string_view(text).substr(start, end - start));
    if (!trim(mail).empty()) TRY_VOID(gatherer.take(std::string(mail.substr(mail.find_first_not_of("\r\n")))));
    start = end + separator.size();
  }
  return {};
}

Result<void> read_mailbox(const std::string& word, const std::string& separator, Gatherer& gatherer) {
  if (word == "-" && !separator.empty()) return read_separated(separator, gatherer);
  if (mail::is_maildir(word)) {
    TRY(const auto entries, mail::list_maildir(word));
    for (const auto& entry : entries) {
      TRY(auto raw, read_file(entry.path, kMaxMailBytes));
      TRY_VOID(gatherer.take(std::move(raw)));
    }
    return {};
  }
  const mail::MboxReader::Options options{std::nullopt, kMaxMailBytes, mail::MboxReader::Unseparated::kOneMessage};
  auto reader = word == "-" ? Result<mail::MboxReader>(mail::MboxReader(mail::ByteSource(Fd(dup(0)), "-"), options))
                            : mail::MboxReader::open(word, options);
  if (!reader) return tl::unexpected(std::move(reader).error());
  for (;;) {
    TRY(auto message, reader->next());
    if (!message) return {};
    TRY_VOID(gatherer.take(std::move(message->raw)));
  }
}

// False: none of the archives has it, or there is none.
Result<bool> read_archives(const Env& env, const MailSource& source, const std::string& id, Gatherer& gatherer) {
  TRY(const auto registry, archive::Registry::load(env));
  const auto sources = search::choose_sources(registry, source.archives, search::Needs::kOverview);
  const bool is_named = !source.archives.only.empty() || !source.archives.include.empty();
  if (!sources && sources.error().kind == Kind::kNotFound && !is_named) return false;
  if (!sources) return tl::unexpected(sources.error());
  TRY(auto lookup, search::Lookup::open(sources->directories));
  const auto known = lookup.messages(id);
  if (!known && known.error().kind == Kind::kNotFound) return false;
  TRY(const auto thread, lookup.thread(id));
  search::Messages messages(lookup.places());
  for (const auto& one : thread) {
    TRY(auto raw, messages.read(one.place, one.row));
    TRY_VOID(gatherer.take(std::move(raw)));
  }
  return true;
}

Result<bool> read_server(const Env& env, const std::string& base, const std::string& id, const Say& say,
                         Gatherer& gatherer) {
  say(fmt::format("Looking up {} at {}", printable(id), net::without_password(base)));
  TRY(auto config, git::Config::user(env));
  net::Http web(env, {std::move(config)});
  TRY(const auto url, net::canonical_archive_url(base));
  source::RemoteArchive archive(web, url);
  const auto fetched = archive.thread(
      id, [&](mail::MboxMessage&& message) -> Result<void> { return gatherer.take(std::move(message.raw)); });
  if (fetched.failure) return tl::unexpected(static_cast<const Error&>(*fetched.failure));
  return fetched.outcome == source::RemoteMail::Outcome::kComplete;
}

}  // namespace

AskedMail asked_mail(std::string_view text) {
  text = trim(text);
  if (text.starts_with("rfc822msgid:")) text.remove_prefix(12);
  AskedMail asked;
  asked.id = search::message_id_of(text);
  const auto host = text.find("://");
  if (host == text.npos) return asked;
  // SCHEME://HOST/INBOX/ID...: no other path is a public-inbox's.
  const auto parts = split(text.substr(host + 3), '/');
  const bool is_inbox = parts.size() > 2 && parts[1] != "project" && net::percent_decoded(parts[2]) == asked.id;
  if (is_inbox) asked.base = fmt::format("{}{}/{}", text.substr(0, host + 3), parts[0], parts[1]);
  return asked;
}

Result<std::string> message_id_in(std::string_view header) {
  const mail::Entity message(mail::without_from_line(header));
  const auto ids = mail::message_ids(message);
  if (!ids.empty()) return ids.front();
  return err(Kind::kUsage, "find the Message-ID", "standard input", "no message with one is there",
             "a MSGID, or -m - for a mailbox");
}

Result<FetchedThread> fetch_thread(const Env& env, const Settings& settings, const MailSource& source,
                                   const std::string& asked, const Say& say) {
  const auto wanted = asked_mail(asked);
  FetchedThread thread;
  thread.id = wanted.id;
  Gatherer gatherer(env, say);
  if (!source.mailbox.empty()) {
    TRY_VOID(read_mailbox(source.mailbox, source.separator, gatherer));
    if (gatherer.mails.empty())
      return err(Kind::kNotFound, "read the mailbox", source.mailbox, "there is no mail in it");
  } else {
    TRY(bool is_found, read_archives(env, source, wanted.id, gatherer));
    thread.is_from_archive = is_found;
    if (!is_found && source.is_offline)
      return err(Kind::kNotFound, "find the thread of", wanted.id, "no archive here has it, and we are offline",
                 "lorelei archive clone URL");
    if (!is_found) {
      TRY(is_found,
          read_server(env, wanted.base.empty() ? settings.archive_url : wanted.base, wanted.id, say, gatherer));
    }
    if (!is_found)
      return err(Kind::kNotFound, "find the thread of", wanted.id, "neither archives here nor the server have it");
  }
  thread.mails = one_of_each(std::move(gatherer.mails), settings.list_preference);
  if (thread.id.empty()) {
    thread.id = thread.mails.front().message_id;
    if (source.root != MailSource::Root::kMailAlone) return thread;
  }
  if (source.root == MailSource::Root::kMailAlone) {
    std::erase_if(thread.mails, [&](const PatchMail& mail) { return mail.message_id != thread.id; });
    if (thread.mails.empty()) return err(Kind::kNotFound, "find the mail", thread.id, "it is not there");
    TRY(auto attached, attached_patches(thread.mails.front(), env.now()));
    if (!attached.empty()) thread.mails = std::move(attached);
    return thread;
  }
  std::string root;
  if (source.root == MailSource::Root::kAsked) root = thread.id;
  if (source.root == MailSource::Root::kOfSeries) root = root_of_own_posting(thread.mails, thread.id);
  thread.mails = connected(std::move(thread.mails), root.empty() ? thread.id : root,
                           root.empty() ? Parents::kFollowed : Parents::kIgnored);
  if (thread.mails.empty()) return err(Kind::kNotFound, "find the thread of", thread.id, "it is not in the mailbox");
  return thread;
}

}  // namespace lorelei::workflow
