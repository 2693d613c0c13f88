// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/thread_rows.hh"

#include <unistd.h>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::cmd {

namespace {
constexpr std::size_t kMaxStdin = 64 << 20;

// As mutt has it in pipe_sep, which is what people have set.
Result<std::string> unescaped(std::string_view text) {
  constexpr std::string_view kLetters = "nrtfv\\", kBytes = "\n\r\t\f\v\\";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const auto rest = text.substr(at + 1);
    const auto letter = rest.empty() ? kLetters.npos : kLetters.find(rest[0]);
    const auto byte = rest.starts_with('x') ? unhex(rest.substr(1, 2)) : std::nullopt;
    if (letter == kLetters.npos && (!byte || byte->size() != 1))
      return err(Error::Kind::kUsage, "read the separator", std::string(text),
                 "a backslash stands before nothing known", "\\n, \\r, \\t, \\f, \\v, \\\\ or \\xHH");
    out += byte ? *byte : std::string(1, kBytes[letter]);
    at += byte ? 3 : 1;
  }
  if (out.empty()) return err(Error::Kind::kUsage, "read the separator", "", "it is empty");
  return out;
}

}  // namespace

void add_source_rows(std::vector<Option>& rows, workflow::MailSource& source) {
  rows.push_back({"-I --include", "NAME|DIR", "look in this archive too", &source.archives.include});
  rows.push_back({"-O --only", "NAME|DIR", "look in this archive and no other", &source.archives.only});
  rows.push_back({"--exclude", "NAME|DIR", "not in this one of the registered archives", &source.archives.exclude});
  rows.push_back({"--offline", "", "ask no server, and no DNS", &source.is_offline});
}

void add_thread_rows(std::vector<Option>& rows, ThreadChoice& choice) {
  rows.push_back({"-m --use-local-mbox", "FILE|DIR|-",
                  "take the mails from this mbox or Maildir, or from standard input", &choice.source.mailbox});
  rows.push_back({"--stdin-pipe-sep", "TEXT", "what stands between the mails of -m -: \\n, \\t, \\x0c are one byte",
                  Target::Setter([&source = choice.source](std::string_view text) -> Result<void> {
                    TRY(source.separator, unescaped(text));
                    return {};
                  })});
  add_source_rows(rows, choice.source);
  rows.push_back({"--no-stdin", "", "do not look for a mail on standard input", &choice.reads_stdin});
}

Result<std::string> asked_thread(const ThreadChoice& choice, const std::vector<std::string>& words) {
  if (!words.empty()) return words.front();
  if (!choice.source.mailbox.empty()) return std::string();
  if (!choice.reads_stdin || isatty(0))
    return err(Error::Kind::kUsage, "find the thread", "", "no Message-ID is given", "a MSGID, or -m MBOX");
  TRY(const auto text, read_all(0, "standard input", kMaxStdin));
  return workflow::message_id_in(text);
}

}  // namespace lorelei::cmd
