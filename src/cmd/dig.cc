// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei dig: the mail that a commit came from.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
#include "cmd/thread_rows.hh"
#include "mail/maildir.hh"
#include "workflow/dig.hh"
#include "workflow/dig_text.hh"
#include "workflow/thread_files.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

struct Wishes {
  workflow::MailSource source;
  std::string commit, destination;
  bool with_all = false, with_people = false, as_json = false;

  bool needs_thread() const { return with_all || with_people || !destination.empty(); }
};

// What is beside the mail itself.
struct More {
  workflow::PostedRevisions revisions;
  std::vector<patch::Person> people;
};

std::string person_text(const patch::Person& person) {
  return person.name.empty() || person.name == person.address ? person.address
                                                              : person.name + " <" + person.address + ">";
}

const workflow::Revision* revision_of(const workflow::Revisions& revisions, const std::string& message_id) {
  for (const auto& [number, revision] : revisions.all())
    for (const auto& slot : revision.slots)
      if (slot.mail && slot.mail->message_id == message_id) return &revision;
  return nullptr;
}

Result<workflow::PostedRevisions> all_revisions(const Env& env, const Wishes& wishes,
                                                const workflow::FetchedThread& thread, const std::string& message_id,
                                                workflow::MailFinder& finder) {
  const workflow::Revisions revisions(thread.mails);
  const auto* revision = revision_of(revisions, message_id);
  if (!revision) return err(Kind::kNotFound, "find the revisions of", message_id, "it is no patch");
  TRY(auto posted, workflow::posted_revisions(env, wishes.source, *revision));
  if (!thread.is_from_archive && !finder.is_offline()) {
    TRY(posted, workflow::posted_revisions_on_server(*revision, std::move(posted), finder));
  }
  for (const auto& [number, other] : revisions.all()) {
    const auto& first = other.first();
    posted.try_emplace(number, workflow::PostedRevision{first.message_id, first.tags.title, first.sent});
  }
  return posted;
}

Result<void> save(const Args& args, const Wishes& wishes, const workflow::FetchedThread& thread) {
  fs::path place = wishes.destination;
  std::error_code failed;
  if (mail::is_maildir(place)) {
    TRY(const auto added, workflow::add_to_maildir(place, thread.mails, workflow::Known::kLeftOut));
    args.remark(fmt::format("Added {} to the Maildir {}", plural(added, "message"), printable(place.string())));
    return {};
  }
  if (fs::is_directory(place, failed)) place /= workflow::safe_name(thread.id) + ".mbx";
  TRY_VOID(workflow::save_mbox(place, thread.mails));
  args.remark("Saved " + printable(place.string()));
  return {};
}

Result<More> find_more(const Env& env, const Args& args, const workflow::Settings& settings, const Wishes& wishes,
                       const std::string& message_id, workflow::MailFinder& finder, const workflow::Say& say) {
  More more;
  TRY(const auto thread, workflow::fetch_thread(env, settings, wishes.source, message_id, say));
  if (wishes.with_all) {
    TRY(more.revisions, all_revisions(env, wishes, thread, message_id, finder));
  }
  if (wishes.with_people) more.people = workflow::people_in_posting(thread.mails, message_id);
  if (!wishes.destination.empty()) TRY_VOID(save(args, wishes, thread));
  return more;
}

void print_found(Env& env, const Args& args, const workflow::Settings& settings, const Wishes& wishes,
                 const workflow::Dug& dug, const More& more) {
  const workflow::DigExtras extras{wishes.with_all ? &more.revisions : nullptr,
                                   wishes.with_people ? &more.people : nullptr};
  if (wishes.as_json) {
    print(env, workflow::json_of(dug, extras, settings));
    return;
  }
  args.remark(fmt::format("{} {}", dug.commit.id.substr(0, 12), printable(dug.commit.title)));
  for (const auto& one : dug.candidates) args.remark(workflow::text_of(one, settings));
  if (wishes.with_people) {
    for (const auto& person : more.people) print(env, printable(person_text(person)) + "\n");
  } else if (wishes.with_all) {
    for (const auto& [number, posted] : more.revisions) {
      args.remark(fmt::format("v{}, {}: {}", number, utc_day(posted.sent), printable(posted.title)));
      print(env, printable(settings.link_to(posted.message_id)) + "\n");
    }
  } else {
    print(env, printable(settings.link_to(dug.candidates.front().message_id)) + "\n");
  }
}

}  // namespace

static int dig(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows = {
      {"-c --commitish", "COMMIT", "the commit, if it is no operand", &wishes.commit},
  };
  add_source_rows(rows, wishes.source);
  rows.insert(rows.end(),
              {
                  heading("Output"),
                  {"-a --all-series", "", "links to all revisions of the series", &wishes.with_all},
                  {"-w --who", "", "the people whom the series went to, instead of a link", &wishes.with_people},
                  {"-m --save-mbox", "DEST", "save the thread: a file, a directory or a Maildir", &wishes.destination},
                  {"--json", "", "an object with all that was found", &wishes.as_json},
              });
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.source.root = workflow::MailSource::Root::kOfThread;
  if (!args.operands().empty() && !wishes.commit.empty())
    return args.fail({Kind::kUsage, "use", args.operand(0), "--commitish names another one", "", "", 0});
  if (wishes.commit.empty() && !args.operands().empty()) wishes.commit = args.operand(0);
  if (wishes.commit.empty())
    return args.fail({Kind::kUsage, "start", "", "no commit is given", "lorelei dig -c COMMIT", "", 0});
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  auto finder = workflow::MailFinder::open(env, *settings, wishes.source, say);
  if (!finder) return args.fail(finder.error());
  const auto dug = workflow::dig(env, wishes.commit, *finder);
  if (!dug) return args.fail(dug.error());
  More more;
  if (wishes.needs_thread()) {
    auto found = find_more(env, args, *settings, wishes, dug->candidates.front().message_id, *finder, say);
    if (!found) return args.fail(found.error());
    more = *std::move(found);
  }
  print_found(env, args, *settings, wishes, *dug, more);
  return 0;
}

extern const Command kDig = {
    .also = "b4",
    .verb = "dig",
    .operands = "[COMMIT]",
    .help = "find the mail that a commit came from",
    .description =
        "COMMIT is anything that git calls one, in the repository of the current directory; a merge is refused. On "
        "standard output is the link to the mail and nothing else; what else was found, and why, is on standard "
        "error, the best first:\n\n"
        "  link      the commit names the mail, in a trailer Link or Message-ID\n"
        "  patch-id  the mail has the same change, by one of git's diff algorithms\n"
        "  subject   the mail has the same title, and the author of the commit\n\n"
        "Of mails that are equally good it is the one with the date of the commit, then the last one before it. "
        "The archives here are asked, without any network, and only if they have nothing the server of b4.midmask. "
        "The exit status is 3 where nothing is found. Settings are those of b4.\n\n"
        "--json has commit, s (its title), candidates (m, link, s, f, dt, why, diff_algorithm), and with -a and -w "
        "revisions (revision, m, link, s, dt) and people.",
    .examples = {{"lorelei dig -c HEAD~3", "where it was discussed"},
                 {"lorelei dig -a 1da177e4c3f4", "all revisions of its series"},
                 {"lorelei dig -w 1da177e4c3f4", "whom to ask about a backport"}},
    .run = dig,
};

}  // namespace lorelei::cmd
