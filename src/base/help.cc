// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/help.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/exit_code.hh"
#include "base/text.hh"

namespace lorelei {
namespace {

constexpr std::size_t kWidth = 80;       // of all help: what one terminal shows, another's pipe gets too
constexpr std::size_t kLabelWidth = 26;  // a longer label has its line to itself
constexpr std::size_t kLabelIndent = 2;

// Words filled into lines up to kWidth; the first one begins at column `used` of a line that is there already.
std::string fill(std::string_view text, std::size_t indent, std::size_t used) {
  std::string out;
  std::size_t column = used;
  for (const auto word : split_words(text)) {
    const auto width = display_width(word);
    if (column > indent && column + 1 + width > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out;
}

// Two columns: what it is called, what it does.
std::string row(const std::string& label, std::string_view text) {
  constexpr std::size_t kTextColumn = kLabelIndent + kLabelWidth + 2;
  std::string out = std::string(kLabelIndent, ' ') + label;
  const auto width = display_width(label);
  out += width > kLabelWidth ? "\n" + std::string(kTextColumn, ' ') : std::string(kLabelWidth + 2 - width, ' ');
  return out + fill(text, kTextColumn, kTextColumn) + "\n";
}

// Empty lines part paragraphs; one that begins with a space is shown as it is.
std::string paragraphs(std::string_view text) {
  std::string out, pending;
  const auto finish = [&] {
    if (!pending.empty()) out += fill(pending, 0, 0) + "\n";
    pending.clear();
  };
  for (const auto line : split(text, '\n')) {
    const bool verbatim = line.starts_with(' ');
    if (line.empty() || verbatim) finish();
    if (verbatim || line.empty())
      out += std::string(line) + "\n";
    else
      pending += std::string(line) + " ";
  }
  finish();
  return out;
}

std::string option_rows(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) {
    const OptionSpelling spelling(option);
    out += spelling.is_heading() ? fmt::format("\n{}:\n", option.help) : row(spelling.label(), option.help);
  }
  return out;
}

bool has_options(const std::vector<Option>& options) {
  return !options.empty() && !OptionSpelling(options.front()).is_heading();
}

std::string exit_rows(std::string_view tool) {
  if (tool == "patatt")
    return "  0   what was asked for was done\n  1   it failed\n  2   the command line is not understood\n"
           "  4   validate: not signed; 8 no key, 16 cannot be read, 32 bad: the highest counts\n";
  std::string out;
  for (const auto& [code, meaning] : kExitCodes) out += fmt::format("  {:<4}{}\n", static_cast<int>(code), meaning);
  return out;
}

}  // namespace

std::string usage_line(const Command& command, std::string_view tool) {
  std::string line = fmt::format("{} {} [options]", tool, command.verb);
  if (*command.operands) line += fmt::format(" {}", command.operands);
  return line;
}

std::string help_text(const Env& env, const Command& command, std::string_view tool) {
  std::string description = command.description;
  if (description.find("$XDG_") != std::string::npos) {
    description = replace_all(description, "$XDG_DATA_HOME", env.data_home());
    description = replace_all(description, "$XDG_CONFIG_HOME", env.config_home());
  }
  const auto options = options_of(command);
  std::string out = fmt::format("usage: {}\n\n{}\n", usage_line(command, tool), command.help);
  std::string examples;
  for (const auto& [line, meaning] : command.examples)
    if (line) examples += fmt::format("  {}\n      {}\n", line, fill(meaning, 6, 6));
  if (!examples.empty()) out += "\nExamples:\n" + examples;
  if (!description.empty()) out += "\n" + paragraphs(description);
  if (has_options(options)) out += "\nOptions:\n";
  out += option_rows(options);
  // A letter that the command uses for something else is the command's.
  auto common = common_options(tool);
  std::erase_if(common, [&](const Option& one) {
    return std::any_of(options.begin(), options.end(), [&](const Option& own) {
      return std::string_view(own.names).starts_with(std::string(one.names) + " ");
    });
  });
  return out + "\nAs for every command:\n" + option_rows(common);
}

static std::string command_rows(Commands commands, std::string_view tool, std::string_view verb_prefix) {
  std::string out;
  for (const auto* command : commands)
    if (offers(*command, tool) && command->listed == Listed::kYes &&
        std::string_view(command->verb).starts_with(verb_prefix))
      out += row(command->verb, command->help);
  return out;
}

std::string program_help_text(Commands commands, std::string_view tool) {
  return fmt::format(
      "usage: {0} {5}[-c NAME=VALUE] [-q] COMMAND [options] ...\n\n"
      "{1}\n"
      "`{0} help COMMAND` or `{0} COMMAND --help` says more. Before COMMAND or after it:\n{2}{3}\n"
      "Exit status:\n{4}",
      tool, command_rows(commands, tool, ""), option_rows(common_options(tool)),
      option_rows({{"--version", "", "the version of the program, and no more", {}}}), exit_rows(tool),
      tool == "b4" ? "" : "[-C DIR] ");
}

std::string group_help_text(Commands commands, std::string_view tool, std::string_view word) {
  const auto rows = command_rows(commands, tool, std::string(word) + " ");
  return rows.empty() ? "" : fmt::format("usage: {} {} COMMAND [options] ...\n\n{}", tool, word, rows);
}

}  // namespace lorelei
