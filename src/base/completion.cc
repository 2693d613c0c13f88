// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/completion.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei {
namespace {

// What may stand in the place of a value or an operand.
struct Kinds {
  bool names = false, directories = false, files = false;
};

// "on|off" as an operand is one of these words.
std::vector<std::string> words_of(std::string_view operands) {
  if (operands.empty() || !is_lower(operands.front())) return {};
  std::vector<std::string> words;
  for (const auto word : split(operands, '|')) words.emplace_back(word);
  return words;
}

Kinds kinds_of(std::string_view placeholder) {
  Kinds kinds;
  if (placeholder.find('=') != std::string_view::npos) return kinds;  // NAME=VALUE: no archive
  std::string word;
  const auto finish = [&] {
    kinds.names |= word == "NAME" || word == "NAMES";
    kinds.directories |= word == "DIR" || word == "MAILDIR";
    kinds.files |= word == "FILE" || word == "BUNDLE" || word == "MBOX" || word == "DST" || word == "PATH";
    word.clear();
  };
  for (const char c : placeholder) {
    if (is_upper(c))
      word += c;
    else
      finish();
  }
  finish();
  return kinds;
}

struct Verb {
  const Command* command;
  std::vector<Option> options;  // its own, then the common ones
};

std::vector<Verb> verbs_of(Commands commands, std::string_view tool) {
  std::vector<Verb> verbs;
  for (const auto* command : commands) {
    if (!offers(*command, tool)) continue;
    auto options = options_of(*command);
    for (const auto& option : common_options()) options.push_back(option);
    verbs.push_back({command, std::move(options)});
  }
  return verbs;
}

// The first words of two-word verbs: "archive".
std::vector<std::string> groups_of(const std::vector<Verb>& verbs) {
  std::vector<std::string> groups;
  for (const auto& verb : verbs) {
    const std::string name = verb.command->verb;
    const auto group = name.substr(0, name.find(' '));
    if (group != name && std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

// The words that may follow "" (the program) or a group.
std::vector<std::string> words_after(const std::vector<Verb>& verbs, const std::string& group) {
  std::vector<std::string> words = group.empty() ? groups_of(verbs) : std::vector<std::string>{};
  for (const auto& verb : verbs) {
    const std::string name = verb.command->verb;
    const auto space = name.find(' ');
    if (group.empty() && space == std::string::npos) words.push_back(name);
    if (!group.empty() && name.starts_with(group + " ")) words.push_back(name.substr(space + 1));
  }
  std::sort(words.begin(), words.end());
  return words;
}

std::vector<std::string> names_of(const OptionSpelling& spelling) {
  std::vector<std::string> names;
  for (const char c : spelling.shorts) names.push_back({'-', c});
  for (const auto& name : spelling.longs) {
    if (!spelling.negated) names.push_back("--" + name);
    if (spelling.negated || spelling.shows_both) names.push_back("--no-" + name);
  }
  return names;
}

// ---- bash ----

std::string bash_kinds(Kinds kinds) {
  std::string call = "_@TOOL@_add";
  if (kinds.names) call += " names";
  if (kinds.files)
    call += " files";
  else if (kinds.directories)
    call += " directories";
  return call;
}

// "q|--format"|"q|--format="|"q|-f") ... ;;
std::string bash_values(const Verb& verb) {
  std::string out;
  for (const auto& option : verb.options) {
    const OptionSpelling spelling(option);
    if (spelling.value.empty()) continue;
    std::vector<std::string> patterns;
    for (const auto& name : names_of(spelling)) {
      if (!spelling.optional_value) patterns.push_back(fmt::format("'{}|{}'", verb.command->verb, name));
      if (name.starts_with("--")) patterns.push_back(fmt::format("'{}|{}='", verb.command->verb, name));
    }
    if (patterns.empty()) continue;
    const auto action = spelling.choices.empty() ? bash_kinds(kinds_of(spelling.value))
                                                 : fmt::format("_@TOOL@_words '{}'", join(spelling.choices, " "));
    out += fmt::format("    {}) {}; return ;;\n", join(patterns, "|"), action);
  }
  return out;
}

std::string bash_options(const Verb& verb) {
  std::vector<std::string> names;
  for (const auto& option : verb.options)
    for (const auto& name : names_of(OptionSpelling(option))) names.push_back(name);
  const auto words = words_of(verb.command->operands);
  return fmt::format("    '{}|-'*) _@TOOL@_words '{}' ;;\n    '{}|'*) {} ;;\n", verb.command->verb, join(names, " "),
                     verb.command->verb,
                     words.empty() ? bash_kinds(kinds_of(verb.command->operands))
                                   : fmt::format("_@TOOL@_words '{}'", join(words, " ")));
}

constexpr std::string_view kBash = R"sh(# Completion of @TOOL@ for bash, printed by `@TOOL@ completion bash`.
_@TOOL@_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}
_@TOOL@_add() {
  local kind found=
  for kind; do
    case $kind in
      names) found+=$(compgen -W "$(@TOOL@ archive ls --names 2>/dev/null)" -- "$cur")$'\n' ;;
      files) found+=$(compgen -f -- "$cur")$'\n'; compopt -o filenames 2>/dev/null ;;
      directories) found+=$(compgen -d -- "$cur")$'\n'; compopt -o filenames 2>/dev/null ;;
    esac
  done
  [ -z "${found//$'\n'/}" ] || mapfile -t COMPREPLY < <(printf '%s' "$found" | sed '/^$/d')
}
_@TOOL@() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= group= word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $group:$word in
      :-C|:-c) ((i++)) ;;
      *:-*) ;;
      @GROUPS@) group=$word ;;
      *) verb=${group:+$group }$word; break ;;
    esac
  done
  # bash takes --name=value apart at the equals sign
  if [ "$cur" = = ]; then
    cur= before+="="
  elif [ "$before" = = ]; then
    before=${COMP_WORDS[COMP_CWORD-2]}=
  fi
  case "$verb|$before" in
    '|-C') _@TOOL@_add directories; return ;;
    '|-c') return ;;
@VALUES@  esac
  case "$verb|$cur" in
@OPTIONS@    '|-'*) _@TOOL@_words '-C -c -q --quiet -h --help --version' ;;
    '|'*)
      case $group in
@WORDS@      esac ;;
  esac
}
complete -F _@TOOL@ @TOOL@
)sh";

}  // namespace

std::string bash_completion(Commands commands, std::string_view tool) {
  const auto verbs = verbs_of(commands, tool);
  const auto groups = groups_of(verbs);
  std::string values, options, words;
  for (const auto& verb : verbs) {
    values += bash_values(verb);
    options += bash_options(verb);
  }
  for (const auto& group : groups)
    words += fmt::format("        {}) _@TOOL@_words '{}' ;;\n", group, join(words_after(verbs, group), " "));
  words += fmt::format("        *) _@TOOL@_words '{}' ;;\n", join(words_after(verbs, ""), " "));
  auto script = replace_all(kBash, "@GROUPS@", groups.empty() ? "::" : ":" + join(groups, "|:"));
  script = replace_all(script, "@VALUES@", values);
  script = replace_all(script, "@OPTIONS@", options);
  script = replace_all(script, "@WORDS@", words);
  return replace_all(script, "@TOOL@", tool);
}

namespace {

// ---- zsh ----

std::string zsh_quoted(std::string_view text) { return "'" + replace_all(text, "'", "'\\''") + "'"; }

std::string zsh_escaped(std::string_view text) {  // inside [...] of an _arguments specification
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_kinds(Kinds kinds) {
  if (kinds.names && kinds.files) return "_@TOOL@_names_or_files";
  if (kinds.names && kinds.directories) return "_@TOOL@_names_or_directories";
  if (kinds.names) return "_@TOOL@_names";
  return kinds.files ? "_files" : kinds.directories ? "_directories" : " ";
}

std::string zsh_action(const OptionSpelling& spelling) {
  return spelling.choices.empty() ? zsh_kinds(kinds_of(spelling.value)) : "(" + join(spelling.choices, " ") + ")";
}

std::string zsh_options(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) {
    const OptionSpelling spelling(option);
    for (const auto& name : names_of(spelling)) {
      std::string spec = "*" + name;
      if (!spelling.value.empty())
        spec += name.starts_with("--") ? (spelling.optional_value ? "=-" : "=") : (spelling.optional_value ? "-" : "+");
      spec += "[" + zsh_escaped(option.help) + "]";
      if (!spelling.value.empty())
        spec += fmt::format("{}{}:{}", spelling.optional_value ? "::" : ":", zsh_escaped(spelling.value),
                            zsh_action(spelling));
      out += "    " + zsh_quoted(spec) + " \\\n";
    }
  }
  return out;
}

std::string zsh_function_name(std::string_view verb) { return "_@TOOL@_verb_" + replace_all(verb, " ", "_"); }

std::string zsh_verb(const Verb& verb) {
  const std::string_view operands = verb.command->operands;
  const auto words = words_of(operands);
  const auto action = words.empty() ? zsh_kinds(kinds_of(operands)) : "(" + join(words, " ") + ")";
  const auto rest = operands.empty() ? "" : fmt::format("*:{}:{}", zsh_escaped(operands), action);
  return fmt::format("{}() {{\n  _arguments -s -S \\\n{}    {}\n}}\n", zsh_function_name(verb.command->verb),
                     zsh_options(verb.options), zsh_quoted(rest.empty() ? "*: : " : rest));
}

std::string zsh_word_list(const std::vector<Verb>& verbs, const std::string& group) {
  std::string out;
  for (const auto& word : words_after(verbs, group)) {
    const auto name = group.empty() ? word : group + " " + word;
    const auto found =
        std::find_if(verbs.begin(), verbs.end(), [&](const Verb& verb) { return name == verb.command->verb; });
    const std::string help = found == verbs.end() ? "commands that begin with " + word : found->command->help;
    out += " " + zsh_quoted(zsh_escaped(word) + ":" + zsh_escaped(help));
  }
  return out;
}

constexpr std::string_view kZsh = R"sh(#compdef @TOOL@
# Completion of @TOOL@ for zsh, printed by `@TOOL@ completion zsh`.
_@TOOL@_names() {
  local -a names
  names=(${(f)"$(@TOOL@ archive ls --names 2>/dev/null)"})
  compadd -a names
}
_@TOOL@_names_or_files() { _@TOOL@_names; _files }
_@TOOL@_names_or_directories() { _@TOOL@_names; _directories }
@VERBS@_@TOOL@() {
  local curcontext=$curcontext state line verb
  local -a words_here
  _arguments -s -S -C \
@COMMON@    '--version[the version of the program]' \
    '1: :->verb' '*:: :->rest' && return
  case $state in
    verb) words_here=(@WORDS@); _describe command words_here ;;
    rest)
      verb=$words[1]
      case $verb in
@GROUPS@        *) ;;
      esac
      (( $+functions[_@TOOL@_verb_$verb] )) && _@TOOL@_verb_$verb ;;
  esac
}
if [ "$funcstack[1]" = _@TOOL@ ]; then _@TOOL@ "$@"; else compdef _@TOOL@ @TOOL@; fi
)sh";

}  // namespace

std::string zsh_completion(Commands commands, std::string_view tool) {
  const auto verbs = verbs_of(commands, tool);
  std::string functions, groups;
  for (const auto& verb : verbs) functions += zsh_verb(verb);
  for (const auto& group : groups_of(verbs))
    groups += fmt::format(
        "        {0})\n          if (( CURRENT == 2 )); then words_here=({1}); _describe command words_here; return; "
        "fi\n"
        "          shift words; (( CURRENT-- )); verb={0}_$words[1] ;;\n",
        group, zsh_word_list(verbs, group));
  auto script = replace_all(kZsh, "@VERBS@", functions);
  script = replace_all(script, "@COMMON@", zsh_options(common_options()));
  script = replace_all(script, "@WORDS@", zsh_word_list(verbs, ""));
  script = replace_all(script, "@GROUPS@", groups);
  return replace_all(script, "@TOOL@", tool);
}

}  // namespace lorelei
