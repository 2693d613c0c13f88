// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/manual.hh"

#include <fmt/core.h>

#include "base/exit_code.hh"
#include "base/text.hh"

namespace lorelei {
namespace {

// Characters that asciidoc takes for markup are shown as they are between these marks.
std::string literal(std::string_view code) { return code.empty() ? "" : fmt::format("`+{}+`", code); }
std::string plain(std::string_view text) { return text.empty() ? "" : fmt::format("++{}++", text); }

// Words with `code` between backquotes.
std::string prose(std::string_view text) {
  std::string out;
  bool code = false;
  for (const auto part : split(text, '`')) {
    out += code ? literal(part) : plain(part);
    code = !code;
  }
  return out;
}

// Paragraphs are parted by empty lines; lines that begin with a space are shown as they are, by asciidoc too.
std::string paragraphs(std::string_view text) {
  std::string out, paragraph;
  const auto finish = [&] {
    out += prose(trim_end(paragraph));
    paragraph.clear();
  };
  for (const auto line : split(text, '\n')) {
    if (line.empty() || line.starts_with(' ')) {
      if (!paragraph.empty()) finish(), out += '\n';
      out += fmt::format("{}\n", line);
    } else {
      paragraph += fmt::format("{} ", line);
    }
  }
  finish();
  return out + "\n\n";
}

std::string option_list(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) {
    const OptionSpelling spelling(option);
    out += spelling.is_heading() ? fmt::format("=== {}\n\n", option.help)
                                 : fmt::format("{}::\n{}\n\n", literal(spelling.label()), prose(option.help));
  }
  return out;
}

std::string exit_statuses(std::string_view own = {}) {
  std::string out = "== EXIT STATUS\n\n";
  if (!own.empty()) return out + std::string(own) + "\n";
  for (const auto& [code, meaning] : kExitCodes) out += fmt::format("{}:: {}\n", static_cast<int>(code), meaning);
  return out + "\n";
}

std::string page_name(const Command& command) {
  return replace_all(fmt::format("{} {}", command.tool, command.verb), " ", "-");
}

std::string command_entry(const Command& command) {
  return fmt::format("*{}*(1)::\n{}\n\n", page_name(command), prose(command.help));
}

std::string_view group_of(const Command& command) {
  const std::string_view verb = command.verb;
  const auto space = verb.find(' ');
  return space == std::string_view::npos ? std::string_view() : verb.substr(0, space);
}

}  // namespace

std::string manual_page(const Command& command) {
  auto out = fmt::format("= {0}(1)\n:doctype: manpage\n:manmanual: Lorelei\n:mansource: lorelei {1}\n\n",
                         page_name(command), LORELEI_VERSION);
  out += fmt::format("== NAME\n\n{} - {}\n\n== SYNOPSIS\n\n*{} {}* [options] {}\n\n", page_name(command), command.help,
                     command.tool, command.verb, literal(command.operands));
  std::string examples;
  for (const auto& [line, meaning] : command.examples)
    if (line) examples += fmt::format("{}::\n{}\n\n", literal(line), prose(meaning));
  if (!examples.empty()) out += "== EXAMPLES\n\n" + examples;
  if (*command.description) out += "== DESCRIPTION\n\n" + paragraphs(command.description);
  const auto options = options_of(command);
  out += "== OPTIONS\n\n" + option_list(options);
  if (!options.empty()) out += "=== As for every command\n\n";
  out += option_list(common_options("lorelei"));
  return out + exit_statuses(command.exit_statuses);
}

std::string manual_of_group(Commands commands, std::string_view tool, std::string_view group) {
  std::string out;
  for (const auto* command : commands)
    if (offers(*command, tool) && group_of(*command) == group) out += command_entry(*command);
  return out.empty() ? out : "== COMMANDS\n\n" + out;
}

std::string manual_of_program(Commands commands, std::string_view tool) {
  std::string out = "== COMMANDS\n\n", group;
  for (const auto* command : commands) {
    if (!offers(*command, tool)) continue;
    if (group_of(*command).empty())
      out += command_entry(*command);
    else if (group != group_of(*command))
      out += fmt::format("*{0}-{1}*(1)::\nthe commands `+{0} {1} ...+`\n\n", tool, group_of(*command));
    group = group_of(*command);
  }
  return out + "== OPTIONS\n\nThese stand before the command or after it.\n\n" + option_list(common_options(tool)) +
         exit_statuses();
}

}  // namespace lorelei
