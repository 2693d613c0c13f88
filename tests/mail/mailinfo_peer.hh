// SPDX-License-Identifier: GPL-3.0-or-later
// `git mailinfo` itself, without the settings of whoever runs the tests, for many messages by one shell.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hh"
#include "base/process.hh"
#include "base/result.hh"
#include "base/text.hh"
#include "mail/mailinfo.hh"

namespace lorelei::mail {

// What both say of a message, as one text: "failed", or five parts with headings.
inline std::string mailinfo_as_text(const Result<Mailinfo>& info) {
  if (!info) return "failed";
  return "author [" + info->author + "]\nemail [" + info->email + "]\nsubject [" + info->subject + "]\ndate [" +
         info->date + "]\nmessage [" + info->message + "]\npatch [" + info->patch + "]";
}

inline std::string info_value(std::string_view info, std::string_view name) {
  for (const auto line : split(info, '\n')) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
      return std::string(trim(line.substr(name.size() + 2)));
  }
  return {};
}

inline Result<std::vector<std::string>> git_mailinfo(const std::vector<std::string>& messages, Charsets charsets,
                                                     Scissors scissors = Scissors::kIgnored) {
  TRY(const auto directory, TempDir::create(fs::temp_directory_path(), "mailinfo-test"));
  const auto path_of = [&](std::size_t i, const char* suffix) {
    return directory.path() / (std::to_string(i) + suffix);
  };
  for (std::size_t i = 0; i < messages.size(); ++i) TRY_VOID(replace_file(path_of(i, ".mail"), messages[i], Sync::kNo));
  const std::string option = charsets == Charsets::kKept ? "--encoding=utf-8 " : "";
  const std::string cuts = scissors == Scissors::kIgnored ? "--no-scissors" : "--scissors";
  const std::string script = "i=0; while [ $i -lt " + std::to_string(messages.size()) + " ]; do git mailinfo " +
                             option + cuts +
                             " $i.message $i.patch <$i.mail >$i.info 2>/dev/null || "
                             "rm $i.info; i=$((i + 1)); done";
  RunOptions run;
  run.process.directory = directory.path();
  const auto home = directory.path().string();
  run.process.environment = {{"GIT_CONFIG_NOSYSTEM", "1"},
                             {"HOME", home},
                             {"XDG_CONFIG_HOME", home},
                             {"GIT_CEILING_DIRECTORIES", "/"},
                             {"GIT_CONFIG_GLOBAL", {}},
                             {"GIT_DIR", {}},
                             {"LC_ALL", "C"}};
  TRY(const auto finished, run_process({"sh", "-c", script}, run));
  (void)finished;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto info = read_file(path_of(i, ".info"));
    if (!info) {
      texts.push_back("failed");
      continue;
    }
    Mailinfo said;
    said.author = info_value(*info, "Author");
    said.email = info_value(*info, "Email");
    said.subject = info_value(*info, "Subject");
    said.date = info_value(*info, "Date");
    TRY(said.message, read_file(path_of(i, ".message")));
    TRY(said.patch, read_file(path_of(i, ".patch")));
    texts.push_back(mailinfo_as_text(said));
  }
  return texts;
}

inline bool git_mailinfo_is_there() { return run_process({"git", "--version"}).has_value(); }

}  // namespace lorelei::mail
