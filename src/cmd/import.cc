// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei import, tag, convert: mail from files, folders and servers into the store, marked, or written elsewhere.
#include <fmt/core.h>

#include "base/exit_code.hh"
#include "base/text.hh"
#include "cmd/mail_inputs.hh"
#include "lei/intake.hh"
#include "lei/mail_import.hh"
#include "lei/store.hh"

namespace lorelei::cmd {

static int import(Env& env, Args& args) {
  std::string format;
  bool from_stdin = false;
  std::optional<bool> mail_sync;
  lei::MailImportOptions options;
  std::vector<std::string> ignored;
  std::vector<Option> rows = {
      {"--stdin", "", "read standard input", &from_stdin},
      {"--[no-]kw", "", "take the keywords that mailboxes have (Status, flags)", &options.keywords},
      {"--[no-]incremental", "", "of a folder that was read before, only what is new", &options.incremental},
      {"--new-only", "", "do not even look for changed keywords of what was read before", &options.new_only},
      {"--[no-]mail-sync", "", "remember what lies where, and how far a folder was read", &mail_sync},
      {"--lock --offset --include --exclude", "VALUE", "accepted for scripts", &ignored},
  };
  add_in_format_row(rows, format);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto inputs = read_mail_inputs(args, format, from_stdin, Marking::kYes);
  if (!inputs) return args.fail(inputs.error());
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  options.marks = inputs->marks.add;
  options.remembers = mail_sync.value_or(true);
  options.manner = lei::manner_of(args.tool());
  const auto places = lei::parse_places(inputs->places, inputs->format);
  if (!places) return args.fail(places.error());
  for (const auto& place : *places)
    if (mail_sync.value_or(false) && place.kind == source::MailPlace::Kind::kWeb)
      return args.fail({Error::Kind::kUsage, "import", place.name, "--mail-sync means nothing for a web server",
                        "leave it out", ""});
  const auto done =
      lei::import_mail(env, *settings, *places, options, [&](const std::string& line) { args.remark(line); });
  return done ? 0 : args.fail(done.error());
}

static int index(Env& env, Args& args) {
  std::string format;
  lei::MailImportOptions options;
  options.into = lei::Store::Kind::kIndexOnly;
  std::vector<Option> rows = {
      {"--[no-]kw", "", "take the keywords that mailboxes have (flags)", &options.keywords},
      {"--[no-]incremental", "", "of a folder that was read before, only what is new", &options.incremental},
  };
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto inputs = read_mail_inputs(args, format, false, Marking::kYes);
  if (!inputs) return args.fail(inputs.error());
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  options.marks = inputs->marks.add;
  options.manner = lei::manner_of(args.tool());
  const auto places = lei::parse_places(inputs->places, inputs->format);
  if (!places) return args.fail(places.error());
  for (const auto& place : *places) {
    using Kind = source::MailPlace::Kind;
    if (place.kind != Kind::kMaildir && place.kind != Kind::kImap && place.kind != Kind::kNntp)
      return args.fail({Error::Kind::kUsage, "index", place.name, "its messages cannot be read one by one later",
                        "lorelei import, or a Maildir, an IMAP mailbox or a newsgroup", ""});
  }
  const auto done =
      lei::import_mail(env, *settings, *places, options, [&](const std::string& line) { args.remark(line); });
  return done ? 0 : args.fail(done.error());
}

static int tag(Env& env, Args& args) {
  std::string format;
  bool from_stdin = false;
  std::vector<std::string> cleared;  // "-kw:seen": an option to getopt, whose value is all but its first letter
  const auto clear = [&](const char* start) {
    return Target::Setter([&cleared, start](std::string_view rest) -> Result<void> {
      cleared.push_back(start + std::string(rest));
      return {};
    });
  };
  std::vector<Option> rows = {
      {"--stdin", "", "read standard input", &from_stdin},
      {"-k", "KEYWORD", "-kw:KEYWORD clears a keyword", clear("-k")},
      {"-L", ":LABEL", "-L:LABEL clears a label", clear("-L")},
  };
  add_in_format_row(rows, format);
  if (const auto done = args.parse(std::move(rows))) return *done;
  auto inputs = read_mail_inputs(args, format, from_stdin, Marking::kYes);
  if (!inputs) return args.fail(inputs.error());
  for (const auto& word : cleared) {
    const auto added = lei::is_mark_word(word) ? lei::add_mark_word(inputs->marks, word)
                                               : err(Error::Kind::kUsage, "mark", word, "Unable to handle " + word,
                                                     "-kw:KEYWORD or -L:LABEL");
    if (!added) return args.fail(added.error());
  }
  if (inputs->marks.is_empty())
    return args.fail(
        {Error::Kind::kUsage, "mark", "", "no keywords or labels specified", "+kw:seen, -L:inbox, ...", ""});
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  std::uint64_t unknown = 0;
  const auto work = [&]() -> Result<void> {
    TRY(const auto places,
        lei::parse_places(inputs->places, inputs->format.empty() && inputs->places[0] == "-" ? "eml" : inputs->format));
    TRY(auto store, lei::Store::open(env, settings->home()));
    TRY(auto known, lei::KnownMail::open(env, *settings, lei::manner_of(args.tool())));
    TRY_VOID(lei::take_in(env, *settings, places, [&](source::FoundMail&& mail) -> Result<void> {
      const auto letter = lei::make_letter(std::move(mail.raw), std::nullopt, env.now());
      const auto likeness = lei::known_likeness(letter);
      TRY(const auto copies, known.copies_of(likeness));
      if (copies.empty()) return ++unknown, Result<void>();
      for (const auto& blob : copies) TRY_VOID(store.change({blob, likeness.digest, likeness.mids}, inputs->marks));
      return {};
    }));
    return store.finish();
  };
  const auto done = work();
  if (!done) return args.fail(done.error());
  if (unknown == 0) return 0;
  return args.fail({Error::Kind::kNotFound, "mark", "", fmt::format("{} unimported messages", unknown),
                    "lei import them first", ""});
}

static int convert(Env& env, Args& args) {
  std::string in_format, output;
  std::optional<std::string> out_format;
  bool from_stdin = false, keywords = true;
  lei::BoxOptions box;
  std::vector<Option> rows = {
      {"-o --output --mfolder", "DST", "where to write, as for q", &output},
      {"-f --out-format", "FORMAT", "mboxrd, mboxo, mboxcl, mboxcl2 or maildir", &out_format},
      {"--stdin", "", "read standard input", &from_stdin},
      {"--[no-]kw", "", "take the keywords that mailboxes have along", &keywords},
      {"--lock", "METHOD", "of an mbox, as for q", &box.locks},
  };
  add_in_format_row(rows, in_format);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto inputs = read_mail_inputs(args, in_format, from_stdin, Marking::kNo);
  if (!inputs) return args.fail(inputs.error());
  if (output.empty())
    return args.fail(
        {Error::Kind::kUsage, "convert", "", "--output unspecified or is not a mail destination", "-o DST", ""});
  const auto to = lei::choose_destination(output, out_format, env, lei::manner_of(args.tool()));
  if (!to) return args.fail(to.error());
  if (!is_mail(to->format))
    return args.fail(
        {Error::Kind::kUsage, "convert", output, "--output unspecified or is not a mail destination", "mboxrd:-", ""});
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto done = lei::convert(env, *settings, inputs->places, inputs->format, *to,
                                 keywords ? lei::Flags::kTake : lei::Flags::kDrop, box);
  if (!done) return args.fail(done.error());
  args.remark(fmt::format("# converted {} messages{}", done->written,
                          done->duplicates ? fmt::format(" ({} duplicates)", done->duplicates) : ""));
  int status = 0;
  for (const auto& error : done->refused) status = args.fail(error);
  return status;
}

extern const Command kImport = {
    .also = "lei",
    .verb = "import",
    .operands = "[LOCATION|+kw:KEYWORD|+L:LABEL...]",
    .help = "put mail into your own store, where every search finds it",
    .description =
        "A LOCATION is a Maildir, a mailbox (mboxrd:FILE, or -F mboxrd FILE), a file NAME.eml or NAME.patch, a mailbox "
        "or "
        "newsgroup on a server (imaps://HOST/MAILBOX, nntp://HOST/GROUP), or mail on the web (a URL that ends in "
        "/t.mbox.gz or /raw, or that has q=). Keywords and labels are given to every message.\n"
        "Of a Maildir, a mailbox and a newsgroup it is remembered what lies where: the next import takes what is new, "
        "and changes of keywords.",
    .examples = {{"lorelei import ~/Mail/work +L:work", "a Maildir, labelled"},
                 {"lorelei import mboxrd:old.mbox.gz", "a packed mailbox"},
                 {"lorelei import imaps://ann@mail.example.org/INBOX", "a mailbox on a server"}},
    .run = import,
};
extern const Command kIndex = {
    .also = "lei",
    .verb = "index",
    .operands = "[LOCATION|+kw:KEYWORD|+L:LABEL...]",
    .help = "let searches find mail that stays where it is",
    .description =
        "A LOCATION is a Maildir, an IMAP mailbox or a newsgroup. The mail is indexed, not copied: it is read where it "
        "lies, and cannot be shown when it is gone from there or the server is away. `import` copies it.",
    .examples = {{"lorelei index ~/Mail/work", "a Maildir"}},
    .run = index,
};
extern const Command kTag = {
    .also = "lei",
    .verb = "tag",
    .operands = "[LOCATION|+kw:KEYWORD|-kw:KEYWORD|+L:LABEL|-L:LABEL...]",
    .help = "set and clear keywords and labels of messages",
    .description =
        "The messages are those of the LOCATIONs, as for import; they must be in your store or in an archive "
        "that is searched.",
    .examples = {{"lorelei tag +L:urgent mail.eml", "a label for one message"},
                 {"lorelei tag ~/Mail/floppy +kw:seen -L:urgent", "all of a Maildir"}},
    .run = tag,
};
extern const Command kConvert = {
    .also = "lei",
    .verb = "convert",
    .operands = "[LOCATION...]",
    .help = "copy mail from one format or place to another",
    .description = "LOCATIONs are those of import. What is in DST already stays; messages that it has are not copied.",
    .examples = {{"lorelei convert ~/Mail/floppy -o mboxrd:floppy.mbox.gz", "a Maildir as a packed mailbox"}},
    .run = convert,
};

}  // namespace lorelei::cmd
