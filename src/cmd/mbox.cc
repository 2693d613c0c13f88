// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei mbox: a thread saved as it came.
#include <fcntl.h>
#include <fmt/core.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/plural.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/thread_rows.hh"
#include "lei/mbox_lock.hh"
#include "mail/maildir.hh"
#include "workflow/minimised.hh"
#include "workflow/other_revisions.hh"
#include "workflow/refetch.hh"
#include "workflow/thread_files.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

struct Wishes {
  ThreadChoice thread;
  std::string directory = ".", name, refetch;
  bool as_maildir = false, leaves_out_known = false, with_newer = false, minimises = false;
};

// For -f, the Maildir may be the first operand.
Result<std::vector<std::string>> words_of(const Args& args, Wishes& wishes) {
  auto words = args.operands();
  const bool is_named = wishes.directory != ".";
  if (wishes.leaves_out_known && !is_named && !words.empty() && mail::is_maildir(words.front())) {
    wishes.directory = words.front();
    words.erase(words.begin());
  }
  if (wishes.leaves_out_known && !is_named && words.size() == 2) {
    const auto place = shell_word(words.front());
    return err(Kind::kNotFound, "add mail to", words.front(), "there is no Maildir",
               fmt::format("mkdir -p {0}/cur {0}/new {0}/tmp", place));
  }
  if (words.size() > 1) return err(Kind::kUsage, "use", words[1], "it is one too many", "one MSGID");
  return words;
}

Result<void> check(const Wishes& wishes, const std::vector<std::string>& words) {
  const bool is_maildir = wishes.as_maildir || wishes.leaves_out_known;
  if (wishes.directory == "-" && is_maildir)
    return err(Kind::kUsage, "write to", "-", "a Maildir is a directory", "-o DIR");
  if (wishes.name.find('/') != std::string::npos || wishes.name == "." || wishes.name == "..")
    return err(Kind::kUsage, "name the file", wishes.name, "it is no file name", "-o DIR -n NAME");
  const bool names_thread = !words.empty() || !wishes.thread.source.mailbox.empty() || wishes.minimises ||
                            wishes.with_newer || is_maildir || wishes.directory != "." || !wishes.name.empty();
  if (!wishes.refetch.empty() && names_thread)
    return err(Kind::kUsage, "use", "--refetch", "it is about all mails of a mailbox, and stays there",
               "-r MBOX alone");
  return {};
}

Result<workflow::Refetched> refetched(const Env& env, const workflow::Settings& settings, const Wishes& wishes,
                                      const workflow::Say& say) {
  if (mail::is_maildir(wishes.refetch))
    return workflow::refetch_maildir(env, settings, wishes.thread.source, wishes.refetch, say);
  TRY(auto made, workflow::RefetchedMbox::make(env, settings, wishes.thread.source, wishes.refetch, say));
  const Fd fd(open(made.place().c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return err_errno(errno, "write to", made.place().string());
  TRY(const auto lock, lei::MboxLock::take(made.place(), fd.get(), {}));
  TRY_VOID(made.move_in());
  return made.count;
}

int refetch(const Env& env, const Args& args, const workflow::Settings& settings, const Wishes& wishes,
            const workflow::Say& say) {
  const auto count = refetched(env, settings, wishes, say);
  if (!count) return args.fail(count.error());
  args.remark(fmt::format("{}: {} replaced, {} are the archive's already", printable(wishes.refetch), count->replaced,
                          count->equal));
  if (count->kept + count->unlike == 0) return 0;
  if (count->kept > 0) args.tell(fmt::format("{} kept as they are: no archive has them", count->kept));
  if (count->unlike > 0)
    args.tell(
        fmt::format("{} kept as they are: the archives' mail of that Message-ID is another, by From, Date or Subject",
                    count->unlike));
  return static_cast<int>(ExitCode::kIncomplete);
}

Result<void> save(Env& env, const Args& args, const Wishes& wishes, const workflow::FetchedThread& thread) {
  if (wishes.directory == "-") {
    const auto text = workflow::mbox_of(thread.mails);
    print(env, env.out_is_terminal ? printable(text, Lines::kKeep) : text);
    return {};
  }
  if (wishes.leaves_out_known || (mail::is_maildir(wishes.directory) && !wishes.as_maildir)) {
    const auto known = wishes.leaves_out_known ? workflow::Known::kLeftOut : workflow::Known::kAddedAgain;
    TRY(const auto added, workflow::add_to_maildir(wishes.directory, thread.mails, known));
    args.remark(fmt::format("Added {} to the Maildir {}", plural(added, "message"), printable(wishes.directory)));
    return {};
  }
  const auto* end = wishes.as_maildir ? ".maildir" : ".mbx";
  const auto name = wishes.name.empty() ? workflow::safe_name(thread.id) + end : wishes.name;
  const auto place = fs::path(wishes.directory) / name;
  TRY_VOID(wishes.as_maildir ? workflow::save_maildir(place, thread.mails) : workflow::save_mbox(place, thread.mails));
  args.remark(fmt::format("Saved {}{}", wishes.as_maildir ? "the Maildir " : "", printable(place.string())));
  return {};
}

}  // namespace

static int mbox(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows;
  add_thread_rows(rows, wishes.thread);
  rows.insert(rows.end(),
              {
                  {"-c --check-newer-revisions", "", "with newer revisions of the series, sent as other threads",
                   &wishes.with_newer},
                  {"-r --refetch", "MBOX", "replace all mails of this mbox or Maildir by an archive's copies of them",
                   &wishes.refetch},
                  heading("Output"),
                  {"-o --outdir", "DIR|-", "where to; - is standard output, a Maildir gets the mails themselves",
                   &wishes.directory},
                  {"-n --mbox-name", "NAME", "of the file", &wishes.name},
                  {"-M --save-as-maildir", "", "a new Maildir instead of an mbox", &wishes.as_maildir},
                  {"-f --filter-dupes", "", "add to the Maildir (of -o, or before MSGID) what it does not have",
                   &wishes.leaves_out_known},
                  {"--minimize", "", "without most of the header and without quotes of quotes", &wishes.minimises},
              });
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.thread.source.root = workflow::MailSource::Root::kOfThread;
  const auto words = words_of(args, wishes);
  if (!words) return args.fail(words.error());
  if (const auto checked = check(wishes, *words); !checked) return args.fail(checked.error());
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  if (!wishes.refetch.empty()) return refetch(env, args, *settings, wishes, say);
  const auto asked = asked_thread(wishes.thread, *words);
  if (!asked) return args.fail(asked.error());
  auto thread = workflow::fetch_thread(env, *settings, wishes.thread.source, *asked, say);
  if (!thread) return args.fail(thread.error());
  if (wishes.with_newer) {
    const auto added = workflow::add_newer_revisions(env, *settings, wishes.thread.source, *thread, say);
    if (!added) return args.fail(added.error());
    args.remark(fmt::format("{} newer revisions in other threads", *added));
  }
  args.remark(plural(thread->mails.size(), "message") + " in the thread");
  if (wishes.minimises)
    for (auto& mail : thread->mails) mail.raw = workflow::minimised(mail);
  const auto saved = save(env, args, wishes, *thread);
  return saved ? 0 : args.fail(saved.error());
}

extern const Command kMbox = {
    .also = "b4",
    .verb = "mbox",
    .operands = "[MAILDIR] [MSGID]",
    .help = "save a thread as it came, or put mails right that lists have changed",
    .description =
        "MSGID is the Message-ID of any mail of the thread, or its URL; without one, that of the mail on standard "
        "input. The thread comes from the mailbox of -m, else from the archives here, without any network, else from "
        "the server of b4.midmask. It is all that is connected with the mail by references.\n\n"
        "The mbox is an mboxrd called by the Message-ID, `ID.mbx`, and has each byte that was received. One of an "
        "earlier run is written anew if all that is in it is in the new one; other files, and directories, stay. "
        "MAILDIR is for -f alone, and has to be one; nothing is ever removed from it. On a terminal, control "
        "characters of the mails are made visible.\n\n"
        "--refetch keeps a mail that no archive has, and one whose Message-ID is that of another mail there (by the "
        "address of From, the Date, or the Subject without what lists put before it); the exit status is 4 then. The "
        "marks of an mbox (Status) are not mail, and go; those of a Maildir stay. The mbox is replaced by another "
        "file: no program may deliver into it meanwhile that does not heed its dotlock. Settings are those of b4.",
    .examples = {{"lorelei mbox 20260103-tls@example.org", "into 20260103-tls@example.org.mbx"},
                 {"lorelei mbox -f ~/Mail/threads 20260103-tls@example.org", "what this Maildir lacks of the thread"},
                 {"lorelei mbox -r ~/Mail/mangled", "as they were before the list's footer came to them"}},
    .run = mbox,
};

}  // namespace lorelei::cmd
