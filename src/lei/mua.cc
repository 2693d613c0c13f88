// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mua.hh"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/process.hh"
#include "base/talk.hh"
#include "base/text.hh"

namespace lorelei::lei {

Result<std::vector<std::string>> split_command(const std::string& text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\0' && is_space(c)) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote && c == quote)
      quote = '\0';
    else if (!quote && (c == '"' || c == '\''))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < text.size())
      words.back() += text[++i];
    else
      words.back() += c;
  }
  if (quote) return err(Error::Kind::kUsage, "run", text, "a quote is not closed", "the other quote");
  if (words.empty()) return err(Error::Kind::kUsage, "run", text, "there is no command in it", "mutt, for example");
  return words;
}

Result<void> become_mua(Env& env, const std::string& command, const std::string& destination) {
  TRY(auto words, split_command(command));
  const auto name = words[0].substr(words[0].rfind('/') + 1);
  bool has_place = false;
  for (auto& word : words) {
    has_place |= word.find("%f") != std::string::npos;
    word = replace_all(word, "%f", destination);
  }
  if (words.size() == 1 && (name == "mutt" || name == "neomutt" || name == "mail" || name == "mailx"))
    words.emplace_back("-f");
  if (!has_place) words.push_back(destination);
  std::fflush(env.out);
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  return err_errno(errno, "start", words[0]);
}

Result<void> alert(Env& env, const std::vector<std::string>& alerts) {
  for (const auto& list : alerts)
    for (const auto each : split(list, ',')) {
      if (each == ":bell") {
        say(env, "\a");
      } else if (each == ":WINCH") {
        kill(0, SIGWINCH);
      } else if (!each.empty()) {
        TRY(const auto words, split_command(std::string(each)));
        TRY([[maybe_unused]] const auto said, output_of(words));
      }
    }
  return {};
}

}  // namespace lorelei::lei
