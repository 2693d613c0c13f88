// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei ty: letters of thanks for series that were applied.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/git_date.hh"
#include "base/plural.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/outgoing.hh"
#include "cmd/tree_row.hh"
#include "git/editor.hh"
#include "git/program.hh"
#include "workflow/am.hh"
#include "workflow/letter_spool.hh"
#include "workflow/mail_carrier.hh"
#include "workflow/send_settings.hh"
#include "workflow/setting_values.hh"
#include "workflow/thanks.hh"
#include "workflow/thanks_choice.hh"

namespace lorelei::cmd {

namespace {

struct Wishes {
  bool sends = false;
  Consent consent = Consent::kAsked;
  bool lists = false, is_auto = false, is_interactive = false, keeps_me = false, is_dry = false;
  std::string thank, discard, branch, tree, since = "1.week";
  workflow::LetterWishes letters;
};

Result<git::RepositoryHere> repository(const Env& env) {
  auto here = git::repository_here(env);
  if (here.kind == git::RepositoryHere::Kind::kFound) return here;
  return err(Error::Kind::kNotFound, "find what was applied", "", "there is no git repository here", "-C DIR");
}

// "all", or numbers as --list shows them.
Result<std::vector<int>> places_in(const std::string& text, std::size_t count) {
  TRY(auto places, workflow::picked_numbers(text == "all" ? "1-" : text, static_cast<int>(count)));
  if (places.empty() && text != "all")
    return err(Error::Kind::kUsage, "choose series", text, fmt::format("there are {} of them", count), "lorelei ty -l");
  return places;
}

std::string listing(const workflow::ThanksDesk& desk, const workflow::Settings& settings) {
  std::string text;
  int place = 0;
  for (const auto& record : desk.outstanding()) {
    text += fmt::format("{:3}: {}\n", ++place, printable(record.subject));
    text += fmt::format("       From: {} <{}>\n", printable(record.author.name), printable(record.author.address));
    text += fmt::format("       Date: {}\n", printable(record.date));
    text += fmt::format("       Link: {}\n", printable(settings.link_to(record.message_id)));
  }
  return text;
}

Result<workflow::CommitIndex> commits_of(const Env& env, const workflow::ThanksSettings& settings,
                                         const git::RepositoryHere& here, const std::string& branch,
                                         const std::string& since, workflow::ThanksDesk& desk) {
  const auto from = parse_date(since, env.now(), DateReading::kGit);
  if (!from) return err(Error::Kind::kUsage, "read the date", since, from.error().why, "--since 2.weeks");
  workflow::CommitQuery query{here.directory, branch, *from, {settings.committer}};
  if (const auto committer = env.variable("GIT_COMMITTER_EMAIL"); committer && !committer->empty())
    query.committers.push_back(*committer);
  TRY(auto commits, workflow::commits_by(env, query));
  TRY(const auto named_before, desk.thanked_commits());
  return workflow::CommitIndex(std::move(commits), named_before);
}

// The status that they make.
int told(const Args& args, const std::vector<Error>& failures) {
  int status = 0;
  for (const auto& failure : failures) status = args.fail(failure);
  return status;
}

// What -b names is looked at also where nothing is looked for there.
Result<void> check_branch(const git::RepositoryHere& here, const std::string& branch) {
  if (branch.empty()) return {};
  RunOptions how;
  how.process = git::git_options();
  TRY(const auto done, run_process(git::git_argv(here.directory, {"rev-parse", "--verify", "--quiet",
                                                                  "--end-of-options", branch + "^{commit}"}),
                                   how));
  if (done.status == 0) return {};
  return err(Error::Kind::kNotFound, "read the branch", branch, "there is none of that name", "-b BRANCH");
}

Result<void> discard(Env& env, const Wishes& wishes, workflow::ThanksDesk& desk, const std::vector<int>& places) {
  std::string text;
  for (const int place : places)
    text += fmt::format("Discarded: {}\n", printable(desk.outstanding()[static_cast<std::size_t>(place - 1)].subject));
  if (!wishes.is_dry) TRY_VOID(desk.discard(places));
  print(env, text);
  return {};
}

// What the user decides in an editor; what is discarded is when this returns, the others are due.
Result<std::vector<workflow::ThanksDue>> due_by_hand(Env& env, const Wishes& wishes, const git::RepositoryHere& here,
                                                     const workflow::CommitIndex& commits, workflow::ThanksDesk& desk) {
  std::set<int> found;
  for (const auto& one : desk.applied(commits))
    for (std::size_t i = 0; i < desk.outstanding().size(); ++i)
      if (desk.outstanding()[i].message_id == one.record.message_id) found.insert(static_cast<int>(i + 1));
  TRY(const auto config, git::Config::here(env));
  const auto file = fs::path(here.directory) / "lorelei-thanks";
  TRY(const auto sheet, git::edit_text(env, config, file, workflow::thanks_sheet(desk.outstanding(), found)));
  std::error_code ignored;
  fs::remove(file, ignored);
  TRY(const auto choice, workflow::read_thanks_sheet(sheet, desk.outstanding().size()));
  auto due = desk.chosen(choice.thanked, commits);
  if (!choice.discarded.empty()) TRY_VOID(discard(env, wishes, desk, choice.discarded));
  return due;
}

// How letters leave, known before the first is written.
struct Post {
  workflow::Transport transport;
  workflow::SendSettings settings;

  static Result<Post> open(const Env& env) {
    Post post;
    TRY(post.settings, workflow::SendSettings::load(env));
    TRY(post.transport, workflow::Transport::load(env));
    if (post.transport.kind == workflow::Transport::Kind::kNone)
      return tl::unexpected(workflow::MailCarrier::open(env, post.transport).error());
    return post;
  }
  Result<workflow::OutboxMail> mail(const std::string& text, const std::string& file) const {
    return workflow::outbox_mail(text, file,
                                 transport.envelope_from.empty() ? settings.from.address : transport.envelope_from);
  }
  std::string overview(const std::vector<workflow::OutboxMail>& mails) const {
    std::string text;
    for (const auto& mail : mails)
      text += fmt::format("  {}\n      To: {}\n", printable(mail.subject), printable(join(mail.to, ", ")));
    return text + "  ---\n  by " + printable(transport.name());
  }
};

// All that lie in the spool: an outbox is made of them, and sent.
Result<void> send_spooled(const Env& env, const Args& args, const git::RepositoryHere& here, const Post& post) {
  TRY(const auto letters, workflow::spooled_letters(here.common));
  std::vector<workflow::OutboxMail> mails;
  std::vector<std::string> texts;
  for (const auto& letter : letters) {
    TRY(auto mail, post.mail(letter.text, letter.file));
    mails.push_back(std::move(mail));
    texts.push_back(letter.text);
  }
  TRY_VOID(sign_all(env, args, post.settings.signs ? Signing::kIfThereIsAKey : Signing::kNo, texts));
  workflow::OutboxPosting what;
  what.kind = workflow::OutboxPosting::Kind::kLetters;
  TRY(auto outbox, workflow::Outbox::create(here.common, fmt::format("thanks-{}", env.now()), std::move(what),
                                            std::move(mails), texts));
  return deliver(env, args, outbox);
}

// Of a run that was broken off before they were in an outbox.
Result<void> send_leftovers(const Env& env, const Args& args, const Wishes& wishes, const git::RepositoryHere& here,
                            const Post& post) {
  TRY(const auto letters, workflow::spooled_letters(here.common));
  if (letters.empty()) return {};
  std::vector<workflow::OutboxMail> mails;
  for (const auto& letter : letters) {
    TRY(auto mail, post.mail(letter.text, letter.file));
    mails.push_back(std::move(mail));
  }
  args.tell(plural(letters.size(), "letter was", "letters were") + " written before, and not sent");
  auto asked = ask_consent(env, args, wishes.consent, post.overview(mails), "send", "Send them?");
  if (!asked && asked.error().kind == Error::Kind::kCancelled)
    asked.error().next = "lorelei send --abort, to drop them";
  TRY_VOID(asked);
  return send_spooled(env, args, here, post);
}

Result<void> send_letters(const Env& env, const Args& args, const Wishes& wishes, const git::RepositoryHere& here,
                          const Post& post, workflow::ThanksDesk& desk, std::vector<workflow::Letter> letters) {
  if (letters.empty()) return {};
  std::vector<workflow::OutboxMail> mails;
  for (const auto& letter : letters) {
    TRY(auto mail, post.mail(letter.text, letter.file.filename().string()));
    mails.push_back(std::move(mail));
  }
  TRY_VOID(ask_consent(env, args, wishes.consent, post.overview(mails), "send", "Send them?"));
  TRY(const auto written, desk.write(std::move(letters)));
  for (const auto& letter : written.letters)
    for (const auto& subject : letter.superseded) args.remark("Discarded, as it is older: " + printable(subject));
  if (written.failure) return tl::unexpected(*written.failure);
  return send_spooled(env, args, here, post);
}

Result<int> write_letters(Env& env, const Args& args, const Wishes& wishes, const git::RepositoryHere& here,
                          workflow::ThanksDesk& desk, const std::optional<Post>& post) {
  auto branch = wishes.branch;
  if (branch.empty()) {
    const auto current = git::checked_out_branch(here);
    if (!current) return err(Error::Kind::kUsage, "find what was applied", "", "no branch is checked out", "-b BRANCH");
    branch = *current;
  }
  TRY(const auto settings, workflow::ThanksSettings::load(env, branch));
  const auto notes = desk.notes().size();
  TRY(const auto commits, commits_of(env, settings, here, branch, wishes.since, desk));
  std::vector<workflow::ThanksDue> due;
  if (wishes.is_interactive) {
    TRY(due, due_by_hand(env, wishes, here, commits, desk));
  } else if (wishes.is_auto) {
    due = desk.applied(commits);
  } else {
    TRY(const auto places, places_in(wishes.thank, desk.outstanding().size()));
    due = desk.chosen(places, commits);
  }
  for (auto i = notes; i < desk.notes().size(); ++i) args.remark(printable(desk.notes()[i]));
  if (due.empty()) {
    args.remark("Nothing to do");
    return 0;
  }
  auto how = wishes.letters;
  if (wishes.sends) {
    how.directory = workflow::letter_directory(here.common);
    how.eight_bit = mail::EightBit::kEncoded;
  }
  TRY(auto composed, desk.compose(settings, how, std::move(due)));
  if (wishes.is_dry) {
    for (const auto& letter : composed.letters) print(env, letter.text + "\n");
    return told(args, composed.failures);
  }
  if (post) {
    TRY_VOID(send_letters(env, args, wishes, here, *post, desk, std::move(composed.letters)));
    return told(args, composed.failures);
  }
  TRY(const auto written, desk.write(std::move(composed.letters)));
  for (const auto& letter : written.letters) {
    print(env, letter.file.string() + "\n");
    for (const auto& subject : letter.superseded) args.remark("Discarded, as it is older: " + printable(subject));
  }
  if (written.failure) return tl::unexpected(*written.failure);
  if (!written.letters.empty())
    args.remark("Now: git send-email " + printable(shell_word((wishes.letters.directory / "").string())) + "*.thanks");
  return told(args, composed.failures);
}

Result<int> run(Env& env, const Args& args, const Wishes& wishes) {
  using Purpose = workflow::ThanksDesk::Purpose;
  TRY(const auto here, repository(env));
  TRY_VOID(check_branch(here, wishes.branch));
  const bool lists =
      wishes.lists || (!wishes.is_auto && !wishes.is_interactive && wishes.thank.empty() && wishes.discard.empty());
  TRY(auto desk, workflow::ThanksDesk::open(env, here, lists || wishes.is_dry ? Purpose::kLook : Purpose::kWrite));
  for (const auto& note : desk.notes()) args.tell(printable(note, Lines::kKeep));
  std::optional<Post> post;
  if (wishes.sends && !lists && !wishes.is_dry && wishes.discard.empty()) {
    TRY(auto opened, Post::open(env));
    post = std::move(opened);
    TRY_VOID(check_nothing_under_way(here.common));
    TRY_VOID(send_leftovers(env, args, wishes, here, *post));
  }
  if (desk.outstanding().empty()) {
    args.remark("Nobody is to be thanked");
    return 0;
  }
  if (lists) {
    TRY(const auto settings, workflow::Settings::load(env));
    print(env, listing(desk, settings));
    return 0;
  }
  if (wishes.discard.empty()) return write_letters(env, args, wishes, here, desk, post);
  TRY(const auto places, places_in(wishes.discard, desk.outstanding().size()));
  TRY_VOID(discard(env, wishes, desk, places));
  return 0;
}

}  // namespace

static int ty(Env& env, Args& args) {
  Wishes wishes;
  std::string directory;
  if (const auto done = args.parse({
          {"-a --auto", "", "write letters for the series whose patches are all on the branch", &wishes.is_auto},
          {"-l --list", "", "show what was prepared and not thanked for yet", &wishes.lists},
          {"-t --thank-for", "N,M|all", "write letters for these, whatever is found of them", &wishes.thank},
          {"-d --discard", "N,M|all", "forget these", &wishes.discard},
          {"-i --interactive", "", "decide in an editor: a line a series", &wishes.is_interactive},
          {"-b --branch", "BRANCH", "where to look for the patches, instead of what is checked out", &wishes.branch},
          {"--since", "DATE", "commits since then; 1.week if not said", &wishes.since},
          {"--me-too", "", "write to yourself, too", &wishes.keeps_me},
          tree_row(wishes.tree),
          {"-o --outdir", "DIR", "where the letters go", &directory},
          {"-S --send-email", "", "send the letters, by the settings of git send-email", &wishes.sends},
          {"-y --yes", "", "with -S: do not ask", Target(Target::Setter([&](std::string_view) -> Result<void> {
             wishes.consent = Consent::kGiven;
             return {};
           }))},
          {"--dry-run", "", "show the letters, write nothing", &wishes.is_dry},
      }))
    return *done;
  if (int{wishes.is_auto} + int{!wishes.thank.empty()} + int{!wishes.discard.empty()} + int{wishes.lists} +
          int{wishes.is_interactive} >
      1)
    return args.fail({Error::Kind::kUsage, "thank", "", "-a, -i, -t, -d and -l are different things", "", "", 0});
  if (wishes.sends && !directory.empty())
    return args.fail({Error::Kind::kUsage, "thank", "", "-S sends the letters, -o writes them", "", "", 0});
  if (const auto there = go_to_tree(wishes.tree, {&directory}); !there) return args.fail(there.error());
  if (const auto values = workflow::SettingValues::load(env, [](const auto&) { return false; }); values) {
    const auto sends = values->flag("ty-send-email", false);
    if (!sends) return args.fail(sends.error());
    wishes.sends = wishes.sends || (*sends && directory.empty());
  }
  wishes.letters.directory = directory.empty() ? "." : directory;
  if (wishes.keeps_me) wishes.letters.writer = workflow::Writer::kIncluded;
  const auto status = run(env, args, wishes);
  return status ? *status : args.fail(status.error());
}

extern const Command kTy = {
    .also = "b4",
    .verb = "ty",
    .operands = "",
    .help = "write letters of thanks for series that were applied",
    .description =
        "What lorelei am made ready in this repository is looked for among your own commits of a branch: by its "
        "change, by a Link or Message-ID in the commit's message, by its title. A letter says to its author, with "
        "everybody of the mail's To and Cc, which commit each patch has become. It is a file *.thanks for git "
        "send-email; as long as some lie where they would go, no others are written. With -S it is shown and sent as "
        "lorelei "
        "send does it, from an outbox: what is broken off goes on with lorelei send --continue. Where only some "
        "patches are "
        "found, -a waits for the others, and -t writes about those. Of several revisions the one that is on the branch "
        "is meant; older ones are discarded with it. What was once thanked for is not again, unless there are more "
        "patches; a series of which only some were made ready or thanked for stays in the list until the rest is, or "
        "until -d. Without an option the list is shown. Settings are those of b4, with the texts of letters, and what "
        "b4 itself has noted of series and pull requests is listed, too.",
    .examples = {{"lorelei ty -l", "who is not thanked yet"},
                 {"lorelei ty -a -o outgoing", "letters for what is on this branch"},
                 {"lorelei ty -t 2 --dry-run -b for-next", "what a letter about one of them would say"}},
    .run = ty,
};

}  // namespace lorelei::cmd
