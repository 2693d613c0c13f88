// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/command.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/exit_code.hh"
#include "base/help.hh"
#include "base/nearest.hh"
#include "base/progress.hh"
#include "base/run_setting.hh"
#include "base/talk.hh"
#include "base/text.hh"

namespace lorelei {
namespace {

using Kind = Error::Kind;
using Words = std::vector<std::string>;

// The options that stand before the verb or after it.
struct Common {
  Words directories, settings;
  unsigned quiet = 0;
  bool help = false, no_cache = false;
};

std::vector<Option> options_for(Common& common, std::string_view tool) {
  const Option directory = {"-C", "DIR", "go to DIR first; paths are relative to it", &common.directories};
  // b4 keeps what it has fetched for ten minutes; here are archives, and nothing else is kept.
  const Option no_cache = {"-C --no-cache", "", "always so; for those who are used to it", &common.no_cache};
  return {
      tool == "b4" ? no_cache : directory,
      {"-c", "NAME=VALUE", "a setting of git's or ours, for this run only", &common.settings},
      {"-q --quiet", "", "no progress, no remarks", &common.quiet},
      {"-h --help", "", "say this", &common.help},
  };
}

Result<void> apply(const Common& common) {
  for (const auto& directory : common.directories)
    if (!directory.empty() && chdir(directory.c_str()) < 0)  // to git, too, none is here
      return err_errno(errno, "go to the directory", directory);
  for (const auto& setting : common.settings) TRY_VOID(set_for_this_run(setting));
  return {};
}

int report(const Env& env, std::string_view who, const Error& error) {
  std::fflush(env.out);  // what was found stands before what went wrong
  clear_progress_line(env);
  const bool is_lei = who == "lei" || who.starts_with("lei ");
  const bool is_patatt = who == "patatt" || who.starts_with("patatt ");
  say(env, fmt::format("{}{}: {}\n", is_lei ? "E: " : "", who, printable(to_text(error), Lines::kKeep)));
  if (error.status) return error.status;
  if (is_patatt) return 1;
  // lei knows one status for all failures of its own, but what another try may mend is worth telling apart.
  const auto code = exit_code(error.kind);
  return is_lei && code != ExitCode::kTemporary ? 1 : static_cast<int>(code);
}

std::string full_name(const std::string& tool, const Command& command) {
  return *command.verb ? fmt::format("{} {}", tool, command.verb) : tool;
}

}  // namespace

bool offers(const Command& command, std::string_view tool) { return tool == command.tool || tool == command.also; }

Args::Args(Env& env, const Command& command, Commands commands, Words words, std::string tool)
    : env_(env), command_(command), commands_(commands), words_(std::move(words)), tool_(std::move(tool)) {}

// A command line that is none: 2 under every name, also where failures are 1.
static int misuse_status(const std::string& tool, int status) {
  return tool == "patatt" ? static_cast<int>(ExitCode::kUsage) : status;
}

std::optional<int> Args::parse(std::vector<Option> options) {
  if (described_) {
    *described_ = std::move(options);
    return 0;
  }
  Common common;
  for (auto& option : options_for(common, tool_)) options.push_back(std::move(option));
  auto operands = parse_options(options, words_, command_.order);
  if (common.help) {
    print(env_, help_text(env_, command_, tool_));
    return 0;
  }
  if (!operands) return misused(operands.error());
  if (const auto applied = apply(common); !applied) return fail(applied.error());
  operands_ = *std::move(operands);
  quiet_ += common.quiet;
  return check_operands();
}

std::optional<int> Args::check_operands() const {
  std::size_t least = 0, most = 0;
  for (const auto word : split_words(command_.operands)) {
    const bool needed = !word.starts_with('[');
    if (needed && operands_.size() == least)
      return misused({Kind::kUsage, "start", "", fmt::format("{} is missing", word), usage_line(command_, tool_), ""});
    least += needed;
    most = word.find("...") == std::string_view::npos ? most + 1 : operands_.size() + 1;
  }
  if (operands_.size() <= most) return std::nullopt;
  return misused({Kind::kUsage, "use", operands_[most], "it is one too many", usage_line(command_, tool_), ""});
}

int Args::misused(const Error& error) const { return misuse_status(tool_, fail(error)); }

int Args::fail(const Error& error) const { return report(env_, full_name(tool_, command_), error); }

void Args::remark(std::string_view text) const {
  if (!quiet()) tell(text);
}

void Args::tell(std::string_view text) const {
  if (silent()) return;
  clear_progress_line(env_);
  say(env_, printable(text, Lines::kKeep) + "\n");
}

std::vector<Option> options_of(const Command& command) {
  Env nowhere;
  std::vector<Option> options;
  Args args(nowhere, command, {}, {}, command.tool);
  args.described_ = &options;
  command.run(nowhere, args);
  return options;
}

std::vector<Option> common_options(std::string_view tool) {
  Common unused;
  return options_for(unused, tool);
}

void print(Env& env, std::string_view text) { std::fwrite(text.data(), 1, text.size(), env.out); }

namespace {

// A descriptor 0, 1 or 2 that is closed would be taken by the first file we open, and a result written into it. The
// wrong way round, so that a use of it fails and is reported.
void occupy_standard_descriptors() {
  constexpr int kUseless[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)!open("/dev/null", kUseless[fd]);
}

std::string tool_of(Commands commands, std::string_view program) {
  program = program.substr(program.rfind('/') + 1);
  for (const auto* command : commands)
    if (offers(*command, program)) return std::string(program);
  return "lorelei";  // a copy under another name
}

const Command* find_command(Commands commands, std::string_view tool, std::string_view verb) {
  for (const auto* command : commands)
    if (offers(*command, tool) && verb == command->verb) return command;
  return nullptr;
}

tl::unexpected<Error> unknown_command(Commands commands, const std::string& tool, const Words& words) {
  Words verbs;
  bool is_group = false;
  for (const auto* command : commands) {
    if (!offers(*command, tool) || command->listed == Listed::kNo) continue;
    verbs.emplace_back(command->verb);
    is_group |= verbs.back().starts_with(words[0] + " ");
  }
  if (is_group && words.size() == 1)
    return err(Kind::kUsage, "run", words[0], "what of it is missing", fmt::format("{} {} --help", tool, words[0]));
  const auto asked = is_group ? words[0] + " " + words[1] : words[0];
  auto meant = nearest(asked, verbs);
  if (meant.empty() && words.size() > 1) meant = nearest(words[0] + " " + words[1], verbs);
  if (meant.empty() && is_group) meant = words[0] + " --help";
  return err(Kind::kUsage, "run", asked, "there is no such command", tool + " " + (meant.empty() ? "--help" : meant));
}

int run_command(Env& env, Commands commands, const std::string& tool, Words words, const Common& common) {
  const auto run = [&](const Command& command, std::ptrdiff_t verb_words) {
    words.erase(words.begin(), words.begin() + verb_words);
    words.insert(words.begin(), common.quiet, "--quiet");
    Args args(env, command, commands, std::move(words), tool);
    return command.run(env, args);
  };
  if (words.size() > 1)
    if (const auto* command = find_command(commands, tool, words[0] + " " + words[1])) return run(*command, 2);
  if (const auto* command = find_command(commands, tool, words[0])) return run(*command, 1);
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h"))
    if (const auto text = group_help_text(commands, tool, words[0]); !text.empty()) return print(env, text), 0;
  return misuse_status(tool, report(env, tool, unknown_command(commands, tool, words).value()));
}

// Options that patatt and b4 have before the verb; here they are the verb's.
std::vector<Option> tool_options(std::string_view tool, Words& moved) {
  const auto move = [&moved](const char* option) {
    Target target(Target::Setter([&moved, option](std::string_view value) -> Result<void> {
      moved.push_back(option + std::string(value.empty() ? "" : "=") + std::string(value));
      return {};
    }));
    target.undo = [&moved, option] { moved.emplace_back(option); };
    return target;
  };
  if (tool == "patatt")
    return {{"-v --verbose", "", "", move("--verbose")},
            {"-d --debug", "", "", move("--debug")},
            {"-s --section", "NAME", "", move("--section")}};
  if (tool == "b4")
    return {{"-d --debug", "", "", move("--debug")},
            {"-n --no-interactive", "", "", move("--no-interactive")},
            {"--offline-mode", "", "", move("--offline")},
            {"--no-stdin", "", "", move("--no-stdin")}};
  return {};
}

// Those that the command knows; the others ask for nothing that it does.
Words known_to(const Command& command, const Words& moved) {
  Words known;
  for (const auto& option : options_of(command)) {
    const OptionSpelling spelling(option);
    for (const auto& word : moved)
      for (const auto& name : spelling.longs)
        if (word.substr(0, word.find('=')) == (spelling.negated ? "--no-" : "--") + name) known.push_back(word);
  }
  return known;
}

int run_words(Env& env, Commands commands, const std::string& tool, const Words& words) {
  Common common;
  bool version = false;
  Words moved;
  auto options = options_for(common, tool);
  options.push_back({"--version", "", "", &version});
  for (auto& option : tool_options(tool, moved)) options.push_back(std::move(option));
  auto rest = parse_options(options, words, Order::kOptionsFirst);
  if (!rest) {
    auto error = rest.error();
    if (error.next.empty() || error.next.starts_with("-- "))
      error.next = tool + " --help; options of a command stand behind its name";
    return misuse_status(tool, report(env, tool, error));
  }
  if (common.help) return print(env, program_help_text(commands, tool)), 0;
  if (version) return print(env, tool + " " LORELEI_VERSION "\n"), 0;
  if (const auto applied = apply(common); !applied) return report(env, tool, applied.error());
  if (rest->empty() && tool != "lorelei") say(env, program_help_text(commands, tool));
  if (rest->empty() && tool == "patatt") return 1;
  if (const auto* command = rest->empty() ? nullptr : find_command(commands, tool, rest->front())) {
    const auto known = known_to(*command, moved);
    rest->insert(rest->begin() + 1, known.begin(), known.end());
  }
  if (rest->empty())
    return report(env, tool, {Kind::kUsage, "start", "", "no command was given", tool + " --help", ""});
  return run_command(env, commands, tool, *std::move(rest), common);
}

// Whether everything that was printed has reached its file.
Result<void> flush_results(Env& env) {
  const bool lost_before = std::ferror(env.out);
  std::clearerr(env.out);
  errno = 0;  // of a loss before, only a second try tells the reason
  if (std::fflush(env.out) == 0 && !lost_before) return {};
  return err_errno(errno ? errno : EIO, "write", "standard output");
}

}  // namespace

int run_program(Commands commands, int argc, char** argv) {
  occupy_standard_descriptors();
  const auto tool = tool_of(commands, argc > 0 ? argv[0] : "");
  auto env = process_env();
  if (!env) return report(Env{}, tool, env.error());
  int status = run_words(*env, commands, tool, Words(argv + (argc > 0), argv + argc));
  if (const auto flushed = flush_results(*env); !flushed) {
    const int lost = report(*env, tool, flushed.error());
    if (status == 0) status = lost;
  }
  if (status != 0) die_of_stop_signal();
  return status;
}

}  // namespace lorelei
