// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei sign: sign patches before they are sent.
#include <fmt/core.h>
#include <unistd.h>

#include "attest/sign.hh"
#include "base/files.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/attest_rows.hh"
#include "mail/mbox.hh"

namespace lorelei::cmd {

namespace {

struct Letter {
  std::string file;  // empty: standard input
  std::string text;
};

// git format-patch leaves such lines in a cover letter that nobody wrote yet; git send-email will refuse it.
// With the lines that git send-email asks to be replaced, or the words of git format-patch.
bool is_unfinished(std::string_view text) {
  return text.starts_with("GIT: ") || text.find("\nGIT: ") != text.npos ||
         text.find("*** SUBJECT HERE ***") != text.npos || text.find("\n*** BLURB HERE ***\n") != text.npos;
}

// One signature over several messages would be one that nobody can check.
Result<void> must_be_one(const std::string& text, const std::string& name) {
  if (!text.starts_with("From ")) return {};
  mail::MboxReader reader(mail::ByteSource::of(text, name), {});
  TRY([[maybe_unused]] const auto first, reader.next());
  TRY(const auto second, reader.next());
  if (second)
    return err(Error::Kind::kUsage, "sign", name, "it holds more than one message",
               "git mailsplit, and sign the files");
  return {};
}

Result<std::vector<Letter>> letters_of(const Args& args) {
  std::vector<Letter> letters;
  for (const auto& file : args.operands()) {
    TRY(auto text, read_file(file, attest::kMaxHeaderBlock + attest::kMaxBody));
    TRY_VOID(must_be_one(text, file));
    letters.push_back({file, std::move(text)});
  }
  if (!letters.empty()) return letters;
  if (isatty(0))
    return err(Error::Kind::kUsage, "sign", "", "there is nothing to sign", "a FILE, or a message on standard input");
  TRY(auto text, read_all(0, "standard input", attest::kMaxHeaderBlock + attest::kMaxBody));
  TRY_VOID(must_be_one(text, "standard input"));
  letters.push_back({"", std::move(text)});
  return letters;
}

}  // namespace

static int sign(Env& env, Args& args) {
  AttestOptions options;
  bool is_hook = false;
  std::vector<Option> rows = {
      {"--hook", "", "as git's sendemail-validate: leave unfinished cover letters alone", &is_hook}};
  add_attest_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  auto letters = letters_of(args);
  if (!letters) return args.fail(letters.error());
  if (is_hook) std::erase_if(*letters, [](const Letter& letter) { return is_unfinished(letter.text); });
  if (letters->empty()) return 0;
  const auto settings = attest::Settings::load(env, options.section);
  if (settings && settings->signing_key.empty() && settings->default_key_command.empty() && !options.section.empty())
    return args.fail(
        {Error::Kind::kUsage, "sign", "", "patatt." + options.section + ".signingkey is not set",
         "git config --global " + shell_word("patatt." + options.section + ".signingkey") + " ed25519:NAME", "", 0});
  if (!settings) return args.fail(settings.error());
  const auto signer = attest::signer_of(env, *settings);
  if (!signer) return args.fail(signer.error());
  // All are signed before any file changes.
  for (auto& letter : *letters) {
    auto signed_text =
        attest::sign(env, letter.text, *signer, is_patatt(args) ? attest::Manner::kPatatt : attest::Manner::kOurs);
    if (!signed_text) {
      auto error = std::move(signed_text).error();
      if (error.subject == "the message" && !letter.file.empty()) error.subject = letter.file;
      return args.fail(error);
    }
    letter.text = *std::move(signed_text);
  }
  for (const auto& letter : *letters) {
    if (letter.file.empty()) {
      print(env, letter.text);
      continue;
    }
    if (const auto written = replace_file(letter.file, letter.text); !written) return args.fail(written.error());
    args.remark(fmt::format("{}SIGN | {}", is_hook ? args.tool() + ": " : "",
                            printable(fs::path(letter.file).filename().string())));
  }
  return 0;
}

extern const Command kSign = {
    .also = "patatt",
    .verb = "sign",
    .operands = "[FILE...]",
    .help = "sign patches before they are sent",
    .description =
        "Each FILE is one message, as git format-patch writes it; it is signed in its place. Without one a message is "
        "read from standard input, and the signed one printed. A signature covers author, subject, log message and "
        "patch, whatever encoding or folding happens on the way. Keys are those of patatt: patatt.signingkey of git's "
        "configuration is ed25519:NAME, openpgp:KEYID or openssh:PATH.",
    .examples = {{"lorelei sign 000*.patch", "sign a series"},
                 {"lorelei install-hook", "let git send-email do it"},
                 {"lorelei sign <mail >signed", "a filter"}},
    .run = sign,
};

}  // namespace lorelei::cmd
