// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/completion.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei {
namespace {

using Word = Completions::Word;

// The names in upper case of "NAME-OR-DIR" (NAME and DIR), "[LOCATION|+L:LABEL...]", and the words in lower case of
// "on|off".
void add_what_is_meant(std::string_view placeholder, const std::string& before, Completions& out) {
  if (placeholder.find('=') != std::string_view::npos) return;  // NAME=VALUE: free text
  for (auto part : split(placeholder, '|')) {
    while (!part.empty() && part.front() == '[') part.remove_prefix(1);
    while (!part.empty() && (part.back() == ']' || part.back() == '.')) part.remove_suffix(1);
    const auto colon = part.rfind(':');
    std::string prefix = before;
    if (colon != std::string_view::npos) {
      prefix += part.substr(0, colon + 1);
      part.remove_prefix(colon + 1);
    }
    if (!part.empty() && is_lower(part.front())) {
      out.words.push_back({prefix + std::string(part)});
      continue;
    }
    for (const auto name : split(part, '-')) {
      const bool is_directory = name == "DIR" || name == "MAILDIR";
      const bool is_file = name == "FILE" || name == "BUNDLE" || name == "MBOX" || name == "DST" || name == "PATH" ||
                           name == "SOURCE" || name == "DESTINATION" || name == "LOCATION" || name == "LOC";
      out.directories |= is_directory;
      out.files |= is_file;
      if (!is_directory && name != "OR" && !name.empty() && is_upper(name.front()))
        out.placeholders.push_back({std::string(name), prefix});
    }
  }
}

void add_value(const OptionSpelling& option, const std::string& before, Completions& out) {
  for (const auto& choice : option.choices) out.words.push_back({before + choice});
  if (option.choices.empty()) add_what_is_meant(option.value, before, out);
}

std::vector<std::string> names_of(const OptionSpelling& spelling) {
  std::vector<std::string> names;
  for (const char c : spelling.shorts) names.push_back({'-', c});
  for (const auto& name : spelling.longs) {
    if (name.starts_with('-')) {
      names.push_back(name);
      continue;
    }
    if (!spelling.negated) names.push_back("--" + name);
    if (spelling.negated || spelling.shows_both) names.push_back("--no-" + name);
  }
  return names;
}

// The row that a word names; null if it is none that takes a value.
const Option* option_with_value(const std::vector<Option>& options, std::string_view word) {
  for (const auto& option : options) {
    const OptionSpelling spelling(option);
    if (spelling.value.empty()) continue;
    const auto names = names_of(spelling);
    if (std::find(names.begin(), names.end(), word) != names.end()) return &option;
  }
  return nullptr;
}

void add_options(const std::vector<Option>& options, std::string_view beginning, Completions& out) {
  for (const auto& option : options)
    for (const auto& name : names_of(OptionSpelling(option)))
      if (name.starts_with(beginning)) out.words.push_back({name, option.help});
}

// Verbs, and the first words of those that have two; of a group, their second ones.
void add_verbs(Commands commands, std::string_view tool, const std::string& group, Completions& out) {
  for (const auto* command : commands) {
    if (!offers(*command, tool) || command->verb[0] == '_') continue;
    const std::string verb = command->verb;
    const auto space = verb.find(' ');
    if (!group.empty()) {
      if (verb.starts_with(group + " ")) out.words.push_back({verb.substr(group.size() + 1), command->help});
    } else if (space == std::string::npos) {
      out.words.push_back({verb, command->help});
    } else {
      const auto first = verb.substr(0, space);
      const auto same = [&](const Word& word) { return word.text == first; };
      if (std::none_of(out.words.begin(), out.words.end(), same))
        out.words.push_back({first, "commands that begin with " + first});
    }
  }
  std::sort(out.words.begin(), out.words.end(), [](const Word& a, const Word& b) { return a.text < b.text; });
}

const Command* find_verb(Commands commands, std::string_view tool, std::string_view verb) {
  for (const auto* command : commands)
    if (offers(*command, tool) && verb == command->verb) return command;
  return nullptr;
}

bool is_group(Commands commands, std::string_view tool, const std::string& word) {
  return std::any_of(commands.begin(), commands.end(), [&](const Command* command) {
    return offers(*command, tool) && std::string_view(command->verb).starts_with(word + " ");
  });
}

// rest: behind the verb; the last one is typed.
void complete_command(std::string_view tool, const std::vector<std::string>& rest, Completions& out) {
  auto options = options_of(*out.command);
  for (auto& option : common_options(tool)) options.push_back(std::move(option));
  const auto& typed = out.typed;
  const auto before = rest.size() > 1 ? std::string_view(rest[rest.size() - 2]) : std::string_view();
  const bool only_operands = std::find(rest.begin(), rest.end() - 1, "--") != rest.end() - 1;
  if (!only_operands && typed.starts_with('-')) {
    const auto equals = typed.find('=');
    if (equals != std::string::npos && typed.starts_with("--")) {
      if (const auto* option = option_with_value(options, typed.substr(0, equals)))
        add_value(OptionSpelling(*option), typed.substr(0, equals + 1), out);
      return;
    }
    add_options(options, typed, out);
    if (const auto* option = option_with_value(options, typed)) {
      out.is_whole = true;
      return add_value(OptionSpelling(*option), "", out);
    }
  } else if (const auto* option = only_operands ? nullptr : option_with_value(options, before);
             option && !OptionSpelling(*option).optional_value) {
    return add_value(OptionSpelling(*option), "", out);
  }
  out.is_operand = true;
  for (const auto operand : split_words(out.command->operands)) add_what_is_meant(operand, "", out);
}

}  // namespace

Completions complete(Commands commands, std::string_view tool, const std::vector<std::string>& words) {
  Completions out;
  std::string group;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (group.empty() && (word == "-C" || word == "-c")) {
      if (++i + 1 < words.size()) continue;
      out.typed = words.back();
      out.directories = word == "-C";
      return out;
    }
    if (word.starts_with('-')) continue;
    const auto verb = group.empty() ? word : group + " " + word;
    if (const auto* command = find_verb(commands, tool, verb)) {
      out.command = command;
      out.typed = words.back();
      complete_command(tool, {words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end()}, out);
      return out;
    }
    if (!group.empty() || !is_group(commands, tool, word)) return out;  // there is no such command
    group = word;
  }
  if (!words.empty()) out.typed = words.back();
  if (group.empty() && out.typed.starts_with('-')) {
    add_options(common_options(tool), "", out);
    out.words.push_back({"--version", "the version of the program"});
    return out;
  }
  add_verbs(commands, tool, group, out);
  const auto verb = group.empty() ? out.typed : group + " " + out.typed;
  if (const auto* command = out.typed.empty() ? nullptr : find_verb(commands, tool, verb)) {
    std::erase_if(out.words, [&](const Word& word) { return !out.fits(word.text); });
    out.command = command;
    out.is_whole = true;
    add_options(options_of(*command), "", out);
    add_options(common_options(tool), "", out);
    complete_command(tool, {""}, out);
  }
  return out;
}

namespace {

// bash takes words apart at = and :, and wants only what is behind the last of them.
constexpr std::string_view kBash = R"sh(# Completion of @TOOL@ for bash, printed by `@TOOL@ completion bash`.
_@TOOL@() {
  local line=${COMP_LINE:0:COMP_POINT} words answer
  read -a words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  local last=${words[-1]} before=
  case $last in *[=:]*) before=${last%"${last##*[=:]}"} ;; esac
  mapfile -t answer < <(@TOOL@ _complete --shell=bash "${words[@]}" 2>/dev/null)
  COMPREPLY=("${answer[@]:1}")
  COMPREPLY=("${COMPREPLY[@]#"$before"}")
  case ${answer[0]} in
    files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${last#"$before"}") ;;
    directories) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "${last#"$before"}") ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null
}
complete -F _@TOOL@ @TOOL@
)sh";

constexpr std::string_view kZsh = R"sh(#compdef @TOOL@
# Completion of @TOOL@ for zsh, printed by `@TOOL@ completion zsh`.
_@TOOL@() {
  local -a answer candidates
  answer=("${(@f)$(@TOOL@ _complete --shell=zsh "${(@Q)words[1,CURRENT]}" 2>/dev/null)}")
  candidates=("${(@)answer[2,-1]}")
  (( $#candidates )) && _describe -V -o @TOOL@ candidates
  case $answer[1] in
    files) compset -P '--*='; _files ;;
    directories) compset -P '--*='; _files -/ ;;
  esac
}
if [ "$funcstack[1]" = _@TOOL@ ]; then _@TOOL@ "$@"; else compdef _@TOOL@ @TOOL@; fi
)sh";

}  // namespace

std::string bash_completion(std::string_view tool) { return replace_all(kBash, "@TOOL@", tool); }
std::string zsh_completion(std::string_view tool) { return replace_all(kZsh, "@TOOL@", tool); }

}  // namespace lorelei
