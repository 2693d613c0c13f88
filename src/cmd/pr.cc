// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei pr: a pull request that came by mail, fetched and its signature judged.
#include <fmt/core.h>
#include <unistd.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/plural.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/outgoing.hh"
#include "cmd/tree_row.hh"
#include "git/repository_here.hh"
#include "workflow/forge_request.hh"
#include "workflow/mail_carrier.hh"
#include "workflow/people.hh"
#include "workflow/pull_mails.hh"
#include "workflow/pull_text.hh"
#include "workflow/send_settings.hh"
#include "workflow/series_state.hh"

namespace lorelei::cmd {

namespace {

struct Wishes {
  workflow::MailSource source;
  workflow::PullWishes pull;
  std::string asked, file, tree;
  std::string identity, from;  // sendemail.IDENTITY, and who sends
  Consent consent = Consent::kAsked;
  bool reads_stdin = true, allows_local = false, allows_moved = false;
  bool checks = false, explodes = false, json = false;
};

Result<void> check(const Args& args, Wishes& wishes) {
  const auto wrong = [](const char* option, const char* why) { return err(Error::Kind::kUsage, "use", option, why); };
  if (wishes.checks && wishes.explodes) return wrong("-e", "-c only looks");
  if (wishes.checks && !wishes.pull.branch.empty()) return wrong("-b", "-c only looks");
  if (wishes.explodes && !wishes.pull.branch.empty()) return wrong("-b", "-e makes mails");
  if (!wishes.file.empty() && !wishes.explodes) return wrong("-o", "it is where the mails of -e go");
  if (!wishes.identity.empty() && !wishes.explodes) return wrong("-s", "it is the mails of -e that are sent");
  if (!wishes.identity.empty() && !wishes.file.empty()) return wrong("-o", "-s sends the mails");
  if (!wishes.from.empty() && wishes.identity.empty()) return wrong("-f", "it goes with -s");
  if (wishes.file == "-" && wishes.json) return wrong("-o", "standard output has the JSON");
  if (wishes.allows_local) wishes.pull.local = workflow::LocalPlaces::kAllowed;
  if (wishes.allows_moved) wishes.pull.moved = workflow::MovedRefs::kAllowed;
  if (!args.operands().empty()) {
    wishes.asked = args.operand(0);
  } else if (wishes.source.mailbox.empty()) {
    if (!wishes.reads_stdin || isatty(0))
      return err(Error::Kind::kUsage, "find the pull request", "", "no Message-ID is given", "a MSGID, or -m MBOX");
    wishes.source.mailbox = "-";
  }
  return {};
}

// A request that somebody made on a forge becomes the mail that would have asked for it.
Result<workflow::FetchedThread> thread_of(const Env& env, const Args& args, const workflow::Settings& settings,
                                          Wishes& wishes) {
  const auto say = [&](const std::string& line) { args.remark(line); };
  const auto forge = wishes.source.mailbox.empty() ? workflow::parse_forge_request(wishes.asked)
                                                   : std::optional<workflow::ForgeRequest>();
  if (!forge) return workflow::fetch_thread(env, settings, wishes.source, wishes.asked, say);
  if (wishes.source.is_offline)
    return err(Error::Kind::kUsage, "read the pull request", wishes.asked, "it is on a server", "without --offline");
  say("Looking it up at " + printable(forge->api_url()));
  TRY(auto raw, workflow::fetch_forge_mail(env, *forge));
  TRY(auto mail, workflow::read_patch_mail(std::move(raw), env.now()));
  wishes.asked = mail.message_id;
  workflow::FetchedThread thread;
  thread.id = wishes.asked;
  thread.mails.push_back(std::move(mail));
  return thread;
}

int report_merged(Env& env, const Args& args, const workflow::AskedPull& asked, const Wishes& wishes) {
  const auto merged = workflow::is_merged(env, asked, wishes.pull);
  if (!merged) return args.fail(merged.error());
  workflow::PullOutcome outcome;
  outcome.is_merged = *merged;
  if (wishes.json) print(env, workflow::pull_json(asked, outcome));
  args.remark(*merged ? "HEAD has it" : "HEAD does not have it");
  return *merged ? 0 : workflow::kPullNotMerged;
}

// The file that was written, "-" for standard output.
Result<void> write_mails(Env& env, const workflow::PullMails& mails, const std::string& file) {
  if (file != "-") return create_file(file, mails.mbox());
  print(env, mails.mbox());
  return {};
}

// Who sends on what others wrote: -f, else as the settings of the identity say.
Result<patch::Person> sender_of(const workflow::SendSettings& settings, const Wishes& wishes) {
  if (wishes.from.empty()) return settings.from;
  const auto people = workflow::people_in(wishes.from);
  if (people.size() == 1 && mail::is_writable_address(people.front().address)) return people.front();
  return err(Error::Kind::kUsage, "send as", wishes.from, "it is no address", "-f 'NAME <ADDRESS>'");
}

Result<void> send_mails(const Env& env, const Args& args, const workflow::Pull& pull, const workflow::PullMails& mails,
                        const Wishes& wishes) {
  TRY(const auto settings, workflow::SendSettings::load(env, wishes.identity));
  TRY(const auto transport, workflow::Transport::load(env, wishes.identity));
  if (transport.kind == workflow::Transport::Kind::kNone)
    return tl::unexpected(workflow::MailCarrier::open(env, transport).error());
  const auto here = git::repository_here(env);
  TRY_VOID(check_nothing_under_way(here.common));
  TRY(const auto sender, sender_of(settings, wishes));
  auto texts = workflow::sent_on(mails, sender, env.now());
  TRY_VOID(sign_all(env, args, settings.signs ? Signing::kIfThereIsAKey : Signing::kNo, texts));
  std::vector<workflow::OutboxMail> outgoing;
  std::string shown = fmt::format("  From: {} <{}>\n", printable(sender.name), printable(sender.address));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    TRY(auto mail, workflow::outbox_mail(texts[i], fmt::format("{:04}.eml", i),
                                         transport.envelope_from.empty() ? sender.address : transport.envelope_from));
    if (i == 0) shown += "  To: " + printable(join(mail.to, ", ")) + "\n  ---\n";
    shown += "  " + printable(mail.subject) + "\n";
    outgoing.push_back(std::move(mail));
  }
  shown += "  ---\n  by " + printable(transport.name());
  TRY_VOID(ask_consent(env, args, wishes.consent, shown, "send", "Send them?"));
  workflow::OutboxPosting what;
  what.identity = wishes.identity;
  TRY(auto outbox, workflow::Outbox::create(here.common, fmt::format("pr-{}-{}", pull.commit.substr(0, 12), env.now()),
                                            std::move(what), std::move(outgoing), texts));
  return deliver(env, args, outbox);
}

int explode(Env& env, const Args& args, const workflow::AskedPull& asked, const workflow::Pull& pull,
            const Wishes& wishes) {
  const auto mails = workflow::explode_pull(env, pull);
  if (!mails) return args.fail(mails.error());
  if (!wishes.identity.empty()) {
    const auto sent = send_mails(env, args, pull, *mails, wishes);
    return sent ? 0 : args.fail(sent.error());
  }
  workflow::PullOutcome outcome{.pull = &pull,
                                .is_merged = {},
                                .is_fetched = false,
                                .branch = {},
                                .file = wishes.file.empty() ? workflow::mbox_name_of(*asked.mail) : wishes.file,
                                .patches = mails->mails.size() - 1};
  const auto written = write_mails(env, *mails, outcome.file);
  if (!written) return args.fail(written.error());
  if (wishes.json) print(env, workflow::pull_json(asked, outcome));
  if (mails->without_changes > 0)
    args.tell(plural(mails->without_changes, "commit changes no file, and is", "commits change no file, and are") +
              " left out");
  args.remark(
      fmt::format("{} and a cover letter: {}", plural(outcome.patches, "patch", "patches"), printable(outcome.file)));
  return 0;
}

int keep(Env& env, const Args& args, const workflow::AskedPull& asked, const workflow::Pull& pull,
         const Wishes& wishes) {
  const auto kept = workflow::keep_pull(env, pull, wishes.pull);
  if (!kept) return args.fail(kept.error());
  const auto recorded = workflow::record_prepared_here(env, workflow::pull_record(*pull.mail, pull.commit));
  if (!recorded) args.tell("WARNING: " + to_text(recorded.error()));
  const auto& branch = wishes.pull.branch;
  if (wishes.json)
    print(env,
          workflow::pull_json(
              asked, {.pull = &pull, .is_merged = {}, .is_fetched = true, .branch = branch, .file = {}, .patches = 0}));
  args.remark("Fetched into FETCH_HEAD" + (branch.empty() ? "" : " and the branch " + branch));
  args.remark("  git log -p HEAD..FETCH_HEAD");
  args.remark("  git merge " +
              std::string(branch.empty() || pull.object != pull.commit ? "FETCH_HEAD" : shell_word(branch)));
  return 0;
}

int carry_out(Env& env, const Args& args, const workflow::Settings& settings, const workflow::AskedPull& asked,
              const Wishes& wishes) {
  auto pull = workflow::look_up_pull(env, asked, wishes.pull);
  if (!pull) return args.fail(pull.error());
  args.remark("Fetching " + printable(pull->ref));
  const auto fetched = workflow::fetch_pull(env, *pull, wishes.pull);
  if (!fetched) return args.fail(fetched.error());
  const auto judged = workflow::judge_pull(env, settings, *pull);
  if (!judged) return args.fail(judged.error());
  auto verdict = workflow::pull_verdict(*pull, settings);
  if (verdict.ends_with('\n')) verdict.pop_back();
  if (!verdict.empty()) args.tell(verdict);
  if (!pull->objection.empty()) {
    if (wishes.json)
      print(env,
            workflow::pull_json(
                asked, {.pull = &*pull, .is_merged = {}, .is_fetched = false, .branch = {}, .file = {}, .patches = 0}));
    return args.fail({Error::Kind::kAttestation, "pull", asked.request.ref, pull->objection, "", "", 0});
  }
  return wishes.explodes ? explode(env, args, asked, *pull, wishes) : keep(env, args, asked, *pull, wishes);
}

}  // namespace

static int pr(Env& env, Args& args) {
  Wishes wishes;
  auto& source = wishes.source;
  if (const auto done = args.parse({
          heading("Where the mail is"),
          {"-m --use-local-mbox", "FILE|DIR|-", "in this mbox or Maildir, or on standard input", &source.mailbox},
          {"-I --include", "NAME|DIR", "look in this archive too", &source.archives.include},
          {"-O --only", "NAME|DIR", "look in this archive and no other", &source.archives.only},
          {"--exclude", "NAME|DIR", "not in this one of the registered archives", &source.archives.exclude},
          {"--offline", "", "look for the mail on no server, and ask no DNS", &source.is_offline},
          {"--no-stdin", "", "do not look for a mail on standard input", &wishes.reads_stdin},
          tree_row(wishes.tree),
          heading("What to do with it"),
          {"-b --branch", "NAME", "make this branch of it, too", &wishes.pull.branch},
          {"-c --check", "", "only say whether HEAD has it", &wishes.checks},
          {"-e --explode", "", "make a mail of each commit but merges, below a cover letter", &wishes.explodes},
          {"-o --output-mbox", "FILE|-", "where the mails of -e go", &wishes.file},
          {"-s --send-as-identity", "IDENTITY", "send the mails of -e, by the settings sendemail.IDENTITY",
           not_empty(wishes.identity)},
          {"-f --from-addr", "ADDRESS", "with -s: who sends them, instead of yourself", &wishes.from},
          {"-y --yes", "", "with -s: do not ask", Target(Target::Setter([&](std::string_view) -> Result<void> {
             wishes.consent = Consent::kGiven;
             return {};
           }))},
          {"--json", "", "an object with what was found", &wishes.json},
          heading("What to put up with"),
          {"--allow-moved", "", "take what the ref is now, where the mail says another commit", &wishes.allows_moved},
          {"--allow-local", "", "also from file:// and directories of this machine", &wishes.allows_local},
      }))
    return *done;
  if (const auto checked = check(args, wishes); !checked) return args.fail(checked.error());
  if (const auto there = go_to_tree(wishes.tree, {&source.mailbox, &wishes.file}); !there)
    return args.fail(there.error());
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto thread = thread_of(env, args, *settings, wishes);
  if (!thread) return args.fail(thread.error());
  const auto asked = workflow::find_pull(*thread, wishes.asked);
  if (!asked) return args.fail(asked.error());
  using Network = workflow::Attestations::Network;
  workflow::Attestations attestations(
      env, source.is_offline || thread->is_from_archive ? Network::kNotUsed : Network::kUsed);
  std::vector<workflow::Attestor> attestors;
  if (settings->shows_attestation) {
    const auto attested = attestations.of(*asked->mail);
    if (!attested) return args.fail(attested.error());
    attestors = workflow::attestors(**attested);
  }
  auto text = workflow::pull_heading(*asked, attestors, *settings);
  text.pop_back();
  args.remark(text);
  return wishes.checks ? report_merged(env, args, *asked, wishes) : carry_out(env, args, *settings, *asked, wishes);
}

extern const Command kPr = {
    .also = "b4",
    .verb = "pr",
    .operands = "[MSGID|URL]",
    .help = "fetch what a pull request by mail asks for, and judge its signature",
    .description =
        "MSGID is the Message-ID of the request or of a reply to it, or its URL; without one, the request is on "
        "standard input, or the first in the mailbox of -m. It is the text of git request-pull. URL may also be that "
        "of a "
        "pull request of GitHub, https://github.com/OWNER/NAME/pull/N, or of a server that speaks like it; github.com, "
        "and a server that "
        "lorelei.github.server names (https://HOST), get the key of b4.gh-api-key. The ref is looked up; "
        "unless it is the commit that the mail names, nothing is fetched. The signature of the tag, or of the commit, "
        "is judged by git with your keys (gpg.format, gpg.minTrustLevel, gpg.ssh.allowedSignersFile). One that is bad "
        "is refused, and with b4.attestation-policy or lorelei.attest.policy hardfail or require also one that does "
        "not hold or a tag that has another name within itself, with require one that is missing. Only then FETCH_HEAD "
        "is written, and the branch of -b made; one "
        "that exists stays, and so does the work tree.\n"
        "URLs of git, https, http and ssh are fetched. Objects are checked as they come; tags and submodules stay "
        "away.",
    .examples = {{"lorelei pr 20260103-pull@example.org && git merge FETCH_HEAD", "fetch, judge, and merge"},
                 {"lorelei pr -c 20260103-pull@example.org", "is it merged?"},
                 {"lorelei pr -e -o review.mbx 20260103-pull@example.org", "its commits as mails"}},
    .run = pr,
    .exit_statuses =
        "0:: it was done; with -c: HEAD has it\n"
        "2:: the command line is wrong\n"
        "3:: the mail is not found, or asks for no pull\n"
        "4:: with -c: HEAD does not have it\n"
        "5:: the signature is refused\n"
        "6:: the branch or the file exists\n"
        "7:: the ref is gone, or is not the commit that the mail names\n"
        "8:: the server does not answer, or git does not take what it sends\n"
        "1 75:: something else failed, as for every command\n",
};

}  // namespace lorelei::cmd
