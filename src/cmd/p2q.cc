// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei p2q: from a patch to a query that finds it.
#include "base/command.hh"
#include "base/files.hh"
#include "base/process.hh"
#include "lei/intake.hh"
#include "lei/patch_query.hh"

namespace lorelei::cmd {

// A file, or what git calls a commit.
static Result<void> add(Env& env, lei::PatchQuery& query, const std::string& word, const std::string& format) {
  std::error_code error;
  if (word != "-" && !fs::exists(word, error) && word.find(':') == std::string::npos) {
    TRY(const auto patch, output_of({"git", "format-patch", "--stdout", "-1", word}));
    query.add(patch);
    return {};
  }
  const bool is_plain = word != "-" && format.empty() && fs::is_regular_file(word, error);
  TRY(const auto place, source::parse_mail_place(word, is_plain ? "eml" : format));
  TRY(const auto settings, lei::Settings::load(env));
  return lei::take_in(env, settings, {place}, [&](source::FoundMail&& mail) -> Result<void> {
    query.add(mail.raw);
    return {};
  });
}

static int p2q(Env& env, Args& args) {
  std::vector<std::string> wanted;
  std::string format;
  bool from_stdin = false, uri = false;
  if (const auto done = args.parse({
          {"-w --want", "PREFIX", "what to take: dfpost7 (the default), dfn, dfhh, s, ...; several, and AND, OR, NOT",
           &wanted},
          {"--uri", "", "for a URL", &uri},
          {"-F --in-format", "FORMAT", "of files: eml, mboxrd, mboxo, mboxcl or mboxcl2", &format},
          {"--stdin", "", "read standard input", &from_stdin},
      }))
    return *done;
  auto words = args.operands();
  if (words.empty() || from_stdin) words = {"-"};
  lei::PatchQuery query(wanted);
  for (const auto& word : words)
    if (const auto added = add(env, query, word, format); !added) return args.fail(added.error());
  const auto text = uri ? query.uri() : query.text();
  if (text.empty())
    return args.fail({Error::Kind::kNotFound, "make a query of", words[0], "it has nothing of what is wanted",
                      "--want=dfn, or --want=s", ""});
  print(env, text + "\n");
  return 0;
}

extern const Command kP2q = {
    .also = "lei",
    .verb = "p2q",
    .operands = "[LOCATION|COMMIT...]",
    .help = "make a query of a patch, that finds it and others like it",
    .description = "LOCATIONs are those of import. Of a COMMIT, `git format-patch` makes a patch.",
    .examples = {{"lorelei p2q HEAD | lorelei q --stdin", "where this commit was posted"},
                 {"lorelei p2q -w dfn,AND,s fix.patch", "patches of the same files and subject"}},
    .run = p2q,
};

}  // namespace lorelei::cmd
