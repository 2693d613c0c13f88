// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei send: the series on this branch goes out as mails.
#include <fmt/core.h>

#include <algorithm>

#include "base/command.hh"
#include "base/files.hh"
#include "base/plural.hh"
#include "base/random.hh"
#include "base/text.hh"
#include "cmd/outgoing.hh"
#include "cmd/prep_check.hh"
#include "cmd/web_authorisation.hh"
#include "git/repository_here.hh"
#include "git/rewrite.hh"
#include "net/url.hh"
#include "workflow/dependency_finder.hh"
#include "workflow/letter_spool.hh"
#include "workflow/people.hh"
#include "workflow/posting.hh"
#include "workflow/sending.hh"
#include "workflow/sent_tag.hh"
#include "workflow/web_endpoint.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
using workflow::Outbox;
using workflow::Posting;
using workflow::PrepBranch;
using workflow::SendSettings;

struct Wishes {
  workflow::PostingWishes posting;
  std::string directory;
  std::vector<std::string> to, cc, preview_to, words;
  std::optional<std::string> resent;
  bool is_dry = false, reflects = false, resends = false, signs = true;
  Consent consent = Consent::kAsked;
  std::vector<std::string> left_out;
  bool goes_on = false, gives_up = false, takes_as_sent = false, sends_again = false, by_web = false;
  AuthorisationWishes authorisation;

  bool is_revision() const { return !reflects && !resends && preview_to.empty(); }
};

struct SignedPosting {
  Posting posting;
  std::vector<std::string> texts;
};

Result<std::vector<patch::Person>> people_of(const std::vector<std::string>& lists) {
  std::vector<patch::Person> people;
  for (const auto& list : lists) {
    const auto found = workflow::people_in(list);
    if (found.empty()) return err(Kind::kUsage, "write to", list, "there is no address in it", "NAME <ADDRESS>");
    people.insert(people.end(), found.begin(), found.end());
  }
  return people;
}

Result<workflow::PostingSource> source_of(const Env& env, const PrepBranch& branch, const Wishes& wishes) {
  workflow::PostingSource source;
  source.mailmap = workflow::mailmap_of(env, branch.tree);
  if (!wishes.resends) {
    if (branch.merges > 0)
      return err(Kind::kRefused, "make the mails of", branch.name, "there is a merge on it",
                 "git rebase, so that the series is a line of commits");
    if (branch.above > 0)
      return err(Kind::kRefused, "make the mails of", branch.name,
                 plural(branch.above, "commit stands", "commits stand") +
                     " above its cover letter, which this branch keeps at its tip",
                 "git rebase -i, to move the cover letter's commit above them");
    source.cover = branch.cover;
    source.base = branch.base;
    TRY(source.patches, workflow::read_series_patches(branch.tree, branch.start(), branch.patches));
    return source;
  }
  auto wanted = wishes.resent.value_or("");
  if (wanted.empty() && !wishes.words.empty()) wanted = wishes.words.front();
  if (wanted.starts_with('v')) wanted.erase(0, 1);
  const auto number =
      wanted.empty() ? std::optional<std::uint64_t>(branch.cover.tracking.revision - 1) : parse_uint(wanted);
  if (!number || *number > 9999)
    return err(Kind::kUsage, "send again the revision", wanted, "it is no number", "--resend=v1");
  const auto revision = static_cast<int>(*number);
  TRY(const auto tag, workflow::sent_tag(branch, revision));
  if (!tag)
    return err(Kind::kNotFound, "send again", fmt::format("v{}", revision), "it has no tag of what was sent",
               "git tag -l 'sent/*'");
  TRY(const auto base, branch.tree.resolve(tag->base));
  if (!base) return err(Kind::kCorrupt, "send again", tag->name, "it names no base-commit that is here");
  source.cover = workflow::cover_of(*tag, branch, revision);
  auto& prefixes = source.cover.tracking.prefixes;
  prefixes.insert(prefixes.begin(), "RESEND");
  source.base = *base;
  TRY(const auto commits, git::line_of_commits(branch.tree.objects(), *base, tag->commit));
  TRY(source.patches, workflow::read_series_patches(branch.tree, *base, commits));
  source.prerequisites = workflow::prerequisite_lines(*tag);
  return source;
}

Result<SignedPosting> make(const Env& env, const Args& args, const PrepBranch& branch, const SendSettings& settings,
                           const Wishes& wishes) {
  TRY(auto source, source_of(env, branch, wishes));
  if (!wishes.resends) TRY_VOID(workflow::add_dependencies(env, branch.tree, source));
  TRY(const auto random, random_bytes(6));
  SignedPosting all;
  TRY(all.posting, workflow::make_posting(env, settings, source, wishes.posting, random));
  for (const auto& trailer : all.posting.without_address)
    args.tell("Nobody can be written to by the trailer: " + printable(trailer));
  for (const auto& line : all.posting.unresolved)
    args.tell("What is needed first goes out without the ids of its patches: " + printable(line));
  for (const auto& mail : all.posting.mails) all.texts.push_back(mail.text);
  const auto signing = wishes.by_web                    ? Signing::kRequired
                       : settings.signs && wishes.signs ? Signing::kIfThereIsAKey
                                                        : Signing::kNo;
  TRY_VOID(sign_all(env, args, signing, all.texts));
  return all;
}

Result<void> write_files(Env& env, const Args& args, const SignedPosting& all, const std::string& directory) {
  TRY_VOID(make_directories(directory));
  for (std::size_t i = 0; i < all.texts.size(); ++i) {
    const auto path = fs::path(directory) / all.posting.mails[i].file_name();
    TRY_VOID(replace_file(path, all.texts[i], Sync::kNo));
    print(env, path.string() + "\n");
  }
  args.remark(plural(all.texts.size(), "mail is", "mails are") + " written, none is sent");
  return {};
}

// Who gets what, and how: of each mail those that do not get the first.
std::string overview(const SignedPosting& all, const workflow::Transport& transport, const Wishes& wishes) {
  const auto& first = all.posting.mails.front();
  auto text = listed(first.to, "To") + listed(first.cc, "Cc") + "  ---\n";
  std::vector<std::string> everybody;
  for (std::size_t i = 0; i < all.posting.mails.size(); ++i) {
    const auto& mail = all.posting.mails[i];
    text += fmt::format("  {}\n", printable(mail.subject));
    if (i == 0) everybody = mail.recipients();
    for (const auto& address : mail.recipients())
      if (std::find(everybody.begin(), everybody.end(), address) == everybody.end())
        text += fmt::format("      +Cc: {}\n", printable(address));
  }
  text += fmt::format("  ---\n  by {}{}\n", printable(transport.name()), wishes.reflects ? ", to yourself alone" : "");
  if (wishes.is_revision()) text += fmt::format("  and then: tag what was sent, begin v{}\n", all.posting.revision + 1);
  return text;
}

std::string outbox_name(const Posting& posting, const Env& env, const PrepBranch& branch, const Wishes& wishes) {
  auto name = fmt::format("{}-v{}", branch.cover.tracking.change_id, posting.revision);
  if (!wishes.is_revision()) name += fmt::format("-{}", env.now());
  return name;
}

// While the user was asked, another terminal may have sent it, or the branch may have changed.
Result<void> check_unchanged(const Env& env, const PrepBranch& branch) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto now, PrepBranch::open(env, std::move(tree), branch.name));
  if (now.tip == branch.tip && now.cover.tracking.revision == branch.cover.tracking.revision) return {};
  return err(Kind::kConflict, "send", branch.name, "the branch is not as it was shown", "lorelei send, once more");
}

// A revision is sent once.
Result<void> check_new(const PrepBranch& branch, int revision) {
  TRY(const auto tag, workflow::sent_tag(branch, revision));
  if (!tag && !branch.cover.tracking.history.contains(revision)) return {};
  return err(
      Kind::kConflict, "send", fmt::format("v{}", revision), "it was sent already",
      fmt::format("--resend=v{}, to send the same again; lorelei prep --force-revision {}", revision, revision + 1));
}

Result<void> check_reflection(const workflow::Transport& transport) {
  if (transport.kind == workflow::Transport::Kind::kSmtp || transport.kind == workflow::Transport::Kind::kWeb ||
      transport.reflect_via == transport.program)
    return {};
  return err(Kind::kRefused, "send to yourself alone by", transport.name(),
             "programs may take recipients from the headers, and not from the command line",
             "sendemail.b4-really-reflect-via with its name, if it does not");
}

Result<void> send_now(Env& env, const Args& args, PrepBranch& branch, const SendSettings& settings,
                      const SignedPosting& all, const workflow::Transport& transport, const Wishes& wishes) {
  const auto& posting = all.posting;
  workflow::OutboxPosting what;
  if (wishes.is_revision()) {
    what.kind = workflow::OutboxPosting::Kind::kRevision;
    TRY_VOID(check_new(branch, posting.revision));
    TRY_VOID(workflow::check_finish(env, branch, workflow::Signing::kTried));
    what.tag = workflow::tag_name(branch, posting.revision);
    TRY(const auto object, workflow::make_tag(env, branch, what.tag, posting.letter));
    what.tag_object = object.hex();
  }
  what.branch = branch.name;
  what.change_id = branch.cover.tracking.change_id;
  what.revision = posting.revision;
  what.first_id = posting.mails.front().message_id;
  what.is_reflection = wishes.reflects;
  what.endpoint = net::without_password(transport.url);
  what.begun = env.now();
  std::vector<workflow::OutboxMail> mails;
  for (std::size_t i = 0; i < posting.mails.size(); ++i) {
    const auto& mail = posting.mails[i];
    workflow::OutboxMail one;
    one.file = fmt::format("{:04}.eml", mail.number);
    one.message_id = mail.message_id;
    one.subject = mail.subject;
    one.from = transport.envelope_from.empty() ? settings.from.address : transport.envelope_from;
    one.to = wishes.reflects ? std::vector<std::string>{settings.me.address} : mail.recipients();
    if (one.to.empty())
      return err(Kind::kUsage, "send", mail.subject, "nobody would get it",
                 "lorelei prep --auto-to-cc, or --to ADDRESS");
    mails.push_back(std::move(one));
  }
  TRY(auto outbox, Outbox::create(branch.tree.common_directory(), outbox_name(posting, env, branch, wishes), what,
                                  std::move(mails), all.texts));
  if (const auto same = check_unchanged(env, branch); !same) {
    TRY_VOID(outbox.remove());
    return same;
  }
  return deliver(env, args, outbox);
}

// What is on its way already.
Result<void> go_on(Env& env, const Args& args, const Wishes& wishes) {
  const auto here = git::repository_here(env);
  const auto nothing = [&] {
    return err(Kind::kNotFound, "go on with sending", here.directory, "nothing is on its way", "lorelei send");
  };
  if (here.kind != git::RepositoryHere::Kind::kFound) return nothing();
  const auto names = Outbox::names(here.common);
  if (wishes.gives_up && names.empty()) {
    TRY(const auto letters, workflow::spooled_letters(here.common));
    std::vector<workflow::OutboxMail> mails;
    for (const auto& letter : letters) {
      workflow::OutboxMail mail;
      mail.file = letter.file;
      mails.push_back(std::move(mail));
    }
    TRY_VOID(workflow::remove_spooled(here.common, mails));
    if (!mails.empty()) {
      args.remark(fmt::format("Given up: {} of thanks, not sent", plural(mails.size(), "letter")));
      return {};
    }
  }
  if (names.empty()) return nothing();
  const auto wanted = wishes.words.empty() ? names.front() : wishes.words.front();
  TRY(auto outbox, Outbox::open(here.common, wanted));
  if (wishes.gives_up) {
    if (outbox.posting().kind == workflow::OutboxPosting::Kind::kLetters)
      TRY_VOID(workflow::remove_spooled(outbox.git_directory(), outbox.mails()));
    args.remark(fmt::format("Given up: {}, of which {} of {} were sent", outbox.name(),
                            outbox.count(workflow::MailState::kSent), plural(outbox.mails().size(), "mail")));
    return outbox.remove();
  }
  for (const auto& address : wishes.left_out) {
    if (!outbox.posting().endpoint.empty())
      return err(Kind::kUsage, "leave out", address, "the web endpoint sends to whom the mails name");
    TRY(const auto count, outbox.leave_out(address));
    args.remark(fmt::format("{} without {}", plural(count, "mail goes", "mails go"), printable(address)));
  }
  const bool is_whole = !outbox.posting().endpoint.empty() && outbox.count(workflow::MailState::kUnknown) > 0;
  if (is_whole && wishes.takes_as_sent) TRY_VOID(outbox.note_all(workflow::MailState::kSent, 0, "said by the user"));
  if (is_whole && wishes.sends_again) TRY_VOID(outbox.note_all(workflow::MailState::kPending, 0, "said by the user"));
  for (std::size_t i = 0; i < outbox.mails().size(); ++i) {
    if (outbox.mails()[i].state != workflow::MailState::kUnknown) continue;
    if (wishes.takes_as_sent) TRY_VOID(outbox.note(i, workflow::MailState::kSent, 0, "said by the user"));
    if (wishes.sends_again) TRY_VOID(outbox.note(i, workflow::MailState::kPending, 0, "said by the user"));
  }
  if (outbox.posting().is_reflection && outbox.posting().endpoint.empty()) {
    TRY(const auto transport, workflow::Transport::load(env));
    TRY_VOID(check_reflection(transport));
  }
  return deliver(env, args, outbox);
}

Result<void> check(Wishes& wishes) {
  const auto wrong = [](const char* option, const char* why) { return err(Kind::kUsage, "use", option, why); };
  if (!wishes.preview_to.empty() && (wishes.reflects || wishes.resends)) return wrong("--preview-to", "it goes alone");
  const bool is_other =
      !wishes.directory.empty() || wishes.is_dry || wishes.reflects || wishes.resends || !wishes.preview_to.empty();
  const auto& known = wishes.authorisation;
  const bool is_authorised = known.any();
  if (is_authorised && (is_other || wishes.goes_on || wishes.gives_up ||
                        int{known.begins} + int{known.ends} + int{!known.challenge.empty()} > 1))
    return wrong("--web-auth-new, --web-auth-verify and --web-auth-delete", "each goes alone");
  if (wishes.goes_on && wishes.gives_up) return wrong("--abort", "--continue says the contrary");
  if ((wishes.goes_on || wishes.gives_up) && is_other)
    return wrong(wishes.goes_on ? "--continue" : "--abort", "it is about what is on its way, and goes alone");
  if (!wishes.words.empty() && !wishes.resends && !wishes.goes_on && !wishes.gives_up)
    return err(Kind::kUsage, "use", wishes.words.front(), "nothing takes it",
               "--to and --cc take one word; of several addresses, each has its own");
  if (wishes.takes_as_sent && wishes.sends_again) return wrong("--again", "--sent says the contrary");
  if ((wishes.takes_as_sent || wishes.sends_again) && !wishes.goes_on)
    return wrong("--sent and --again", "they go with --continue");
  if (!wishes.left_out.empty() && !wishes.goes_on) return wrong("--without", "it goes with --continue");
  TRY(wishes.posting.to, people_of(wishes.to));
  TRY(wishes.posting.cc, people_of(wishes.cc));
  TRY(wishes.posting.only_to, people_of(wishes.preview_to));
  if (!wishes.preview_to.empty()) wishes.posting.prefixes = {"PREVIEW"};
  return {};
}

// By mail, where the settings say how, else by the web endpoint, if there is one.
Result<workflow::Transport> way_out(const Env& env, const SendSettings& settings, const git::WorkTree& tree,
                                    Wishes& wishes) {
  TRY(auto transport, workflow::Transport::load(env));
  const bool has_none = transport.kind == workflow::Transport::Kind::kNone;
  if (!wishes.by_web && !(has_none && workflow::has_endpoint(settings, tree.directory()))) return transport;
  transport = {};
  transport.kind = workflow::Transport::Kind::kWeb;
  TRY(transport.url, workflow::endpoint_url(settings, tree.directory()));
  wishes.by_web = true;
  if (!wishes.signs)
    return err(Kind::kRefused, "send by", transport.name(), "it takes signed mails only", "without --no-sign");
  if (!wishes.preview_to.empty())
    return err(Kind::kRefused, "send a preview by", transport.name(), "it sends to whom the mails name", "--reflect");
  return transport;
}

Result<void> run(Env& env, const Args& args, Wishes& wishes) {
  TRY_VOID(check(wishes));
  if (wishes.authorisation.any()) {
    wishes.authorisation.consent = wishes.consent;
    return authorise(env, args, wishes.authorisation);
  }
  if (wishes.goes_on || wishes.gives_up) return go_on(env, args, wishes);
  TRY(const auto settings, SendSettings::load(env));
  TRY(auto tree, git::WorkTree::here(env));
  TRY(auto branch, PrepBranch::open(env, std::move(tree), ""));
  const bool is_written = !wishes.directory.empty(), is_shown = wishes.is_dry;
  if (branch.cover.needs_editing() && !wishes.resends) {
    if (!is_written && !is_shown)
      return err(Kind::kRefused, "send", branch.name, "EDITME is still in its cover letter",
                 "lorelei prep --edit-cover");
    args.tell("EDITME is still in the cover letter: lorelei prep --edit-cover");
  }
  workflow::Transport transport;
  if (!is_written && !is_shown) {
    TRY(transport, way_out(env, settings, branch.tree, wishes));
    if (transport.kind == workflow::Transport::Kind::kNone)
      return tl::unexpected(workflow::MailCarrier::open(env, transport).error());
    if (wishes.reflects) TRY_VOID(check_reflection(transport));
    TRY_VOID(check_nothing_under_way(branch.tree.common_directory()));
    // A preview is there to show what is not finished.
    const auto consent = wishes.preview_to.empty() ? wishes.consent : Consent::kGiven;
    if (!wishes.reflects && !wishes.resends) TRY_VOID(tell_preflight(env, args, branch, consent));
  }
  // What cannot be carried as it is is encoded before it is signed.
  if (wishes.by_web) wishes.posting.eight_bit = mail::EightBit::kUtf8;
  if (transport.kind == workflow::Transport::Kind::kSmtp) {
    TRY(auto asked, workflow::MailCarrier::open(env, transport));
    if (!asked.takes_8bit()) wishes.posting.eight_bit = mail::EightBit::kEncoded;
    asked.close();
  }
  TRY(auto all, make(env, args, branch, settings, wishes));
  if (is_written) return write_files(env, args, all, wishes.directory);
  if (is_shown) {
    for (const auto& text : all.texts)
      for (const auto line : split(text, '\n')) print(env, "    | " + printable(line) + "\n");
    return {};
  }
  TRY_VOID(ask_consent(env, args, wishes.consent, overview(all, transport, wishes), "send", "Send them?"));
  return send_now(env, args, branch, settings, all, transport, wishes);
}

}  // namespace

static int send(Env& env, Args& args) {
  Wishes wishes;
  if (const auto done = args.parse({
          heading("What"),
          {"-o --output-dir", "DIR", "write the mails there, send nothing", not_empty(wishes.directory)},
          {"-d --dry-run", "", "show the mails, send nothing", &wishes.is_dry},
          {"--preview-to", "ADDRESS", "to these alone, marked as a preview; nothing is counted as sent",
           &wishes.preview_to},
          {"--reflect", "", "to yourself alone, with all the headers", &wishes.reflects},
          {"--resend", "[REVISION]", "what was sent as v1, v2..., or last, once more",
           Target(Target::Setter([&](std::string_view text) -> Result<void> {
             wishes.resends = true;
             wishes.resent = text;
             return {};
           }))},
          {"--force-cover-letter", "", "also for a single patch", &wishes.posting.has_cover},
          {"--no-sign", "", "without your signature", &wishes.signs},
          heading("To whom"),
          {"--to", "ADDRESS", "to these, too", &wishes.to},
          {"--cc", "ADDRESS", "copies to these, too", &wishes.cc},
          {"--no-trailer-to-cc", "", "to nobody whom trailers or settings name", &wishes.posting.follows_trailers},
          {"--not-me-too", "", "not to yourself", Target(Target::Setter([&](std::string_view) -> Result<void> {
             wishes.posting.writes_to_me = false;
             return {};
           }))},
          heading("How"),
          {"--use-web-endpoint", "", "by b4.send-endpoint-web, though a mail server is set", &wishes.by_web},
          {"-y --yes", "", "do not ask", Target(Target::Setter([&](std::string_view) -> Result<void> {
             wishes.consent = Consent::kGiven;
             return {};
           }))},
          {"--continue", "", "go on with what was broken off", &wishes.goes_on},
          {"--abort", "", "forget it", &wishes.gives_up},
          {"--sent", "", "with --continue: mails of which nobody knows have arrived", &wishes.takes_as_sent},
          {"--again", "", "with --continue: they have not, and are sent again", &wishes.sends_again},
          {"--without", "ADDRESS", "with --continue: not to this one, whom the server refuses", &wishes.left_out},
          heading("To be known by a web endpoint"),
          {"--web-auth-new", "", "ask it for a challenge, which comes by mail", &wishes.authorisation.begins},
          {"--web-auth-verify", "CHALLENGE", "answer it", not_empty(wishes.authorisation.challenge)},
          {"--web-auth-delete", "", "be known no more", &wishes.authorisation.ends},
      }))
    return *done;
  wishes.words = args.operands();
  const auto done = run(env, args, wishes);
  return done ? 0 : args.fail(done.error());
}

extern const Command kSend = {
    .also = "b4",
    .verb = "send",
    .operands = "[NAME]",
    .help = "send the series on this branch",
    .description =
        "The commits of a branch that prep manages become mails: with a cover letter if they are several, else its "
        "text "
        "stands below the --- of the patch. Who gets them is shown, with what will be done, before anything is sent. "
        "To and Cc of the cover letter get all; whom the trailers of a patch name get that patch and the letter. "
        "Addresses that stand anywhere else get nothing.\n\n"
        "They go by sendemail.smtpServer or sendemail.sendmailCmd and their like, as git send-email has them; where "
        "none is set, by the web endpoint b4.send-endpoint-web, which is kernel.org's in a tree of the kernel. It "
        "takes signed mails from those whose key it knows (--web-auth-new), all or none. What is on its way is written "
        "down before, and what became of each mail after: after a kill or a lost connection "
        "--continue sends the rest, with the same Message-IDs and none twice. Where a server had a mail and did not "
        "say "
        "whether it takes it, nobody can know: then --continue waits for --sent or --again. A mail of whose recipients "
        "the server refuses one goes to nobody: --continue --without ADDRESS sends it to the others.\n\n"
        "What should have been done before is told first, each with the command that does it: --auto-to-cc and --check "
        "of "
        "prep for the code as it is, text that git am would drop. At a terminal it asks whether to go on; with --yes, "
        "and where nobody can answer, it only tells: a script that is stricter asks lorelei prep --show-info "
        "preflight-checks-failing. EDITME in the cover letter is refused in any case. b4.prep-pre-flight-checks is "
        "disable-NAME,... or disable-all.\n\n"
        "When all is sent, it is tagged as sent/CHANGE-ID-vN, the next revision begins, and its cover letter gets an "
        "entry for the changes.",
    .examples = {{"lorelei send -o outgoing", "look at the mails"},
                 {"lorelei send --reflect", "see how they arrive"},
                 {"lorelei send", "send them"}},
    .run = send,
};

}  // namespace lorelei::cmd
