// SPDX-License-Identifier: GPL-3.0-or-later
// The frame every command stands in. One file a command: an option table, one library call, print.
//
//   static int am(Env& env, Args& args) {
//     workflow::FetchOptions fetch;
//     std::string outdir = ".";
//     if (const auto done = args.parse({
//             {"-o --outdir", "DIR", "where to write; - is stdout", &outdir},
//             {"--offline",   "",    "local archives only",         &fetch.offline},
//         })) return *done;
//     const auto series = workflow::fetch_series(env, args.operand(0), fetch);
//     if (!series) return args.fail(series.error());
//     print(env, fmt::format("{} patches\n", series->patches.size()));
//     return 0;
//   }
//   const Command kAm = {.verb = "am", .operands = "MSGID|URL", .help = "write a series as an mbox for git am", ...,
//                        .run = am};
//
// parse() is the first thing a command does, with nothing before it but the variables that the table points to: help,
// completion and the manual call run() only to see that table, and parse() then says "done".
//
// `operands` is the synopsis and the rule: NAME is needed, [NAME] may be left out, NAME... is one or more.
#pragma once
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/options.hh"

namespace lorelei {

class Args;

struct Example {
  const char* line;     // as one types it
  const char* meaning;  // what comes of it, one sentence without a full stop
};

enum class Listed { kYes, kNo };  // kNo: documented, but not in the list of `lorelei --help`

struct Command {
  const char* tool = "lorelei";  // the program name that offers it
  const char* also = "";         // another one that does, in its own manner: "lei"
  const char* verb;              // one word or two: "q", "archive clone"
  const char* operands;          // "[NAME...]"
  const char* help;              // one line, begins with a verb, no full stop
  const char* description;       // paragraphs for --help and the manual; may be empty
  Example examples[3];           // what people look for first
  int (*run)(Env&, Args&);
  Listed listed = Listed::kYes;
  const char* exit_statuses = "";  // for the manual, "N:: meaning" a line; empty: those of every command
  Order order = Order::kMixed;     // kOptionsFirst: words behind the first operand are somebody else's
};
using Commands = std::span<const Command* const>;
bool offers(const Command&, std::string_view tool);

class Args {
 public:
  Args(Env&, const Command&, Commands, std::vector<std::string> words, std::string tool);

  // Nothing: the command may go on. Otherwise the exit status to return: help was asked for, or the command line is
  // wrong and the user has been told.
  std::optional<int> parse(std::vector<Option>);

  const std::vector<std::string>& operands() const { return operands_; }
  const std::string& operand(std::size_t index) const { return operands_.at(index); }
  bool quiet() const { return quiet_ > 0; }   // -q
  bool silent() const { return quiet_ > 1; }  // -qq
  Talk talk() const { return quiet_ ? Talk::kQuiet : Talk::kNormal; }
  const Command& command() const { return command_; }
  // The name the program was called by: one that the command is offered under.
  const std::string& tool() const { return tool_; }
  Commands commands() const { return commands_; }

  // Tells the user on stderr; returns the exit status.
  int fail(const Error&) const;
  // A line on stderr, unless -q.
  void remark(std::string_view text) const;
  // The same for what also a quiet user wants to know: unless -qq.
  void tell(std::string_view text) const;

 private:
  friend std::vector<Option> options_of(const Command&);
  std::optional<int> check_operands() const;
  int misused(const Error&) const;  // fail() for a command line that is none

  Env& env_;
  const Command& command_;
  Commands commands_;
  std::vector<std::string> words_, operands_;
  std::string tool_;
  std::vector<Option>* described_ = nullptr;  // where parse() leaves its table instead of parsing
  unsigned quiet_ = 0;                        // how often -q was given
};

// The command's own table. Its targets must not be used.
std::vector<Option> options_of(const Command&);
// What every command takes beside its own: -C, -c, -q, -h. For texts only.
std::vector<Option> common_options(std::string_view tool);

// Results. A write that fails is remembered by the stream and reported when the command ends.
void print(Env&, std::string_view);

// Finds the command by the name the program was called by and the words after it, runs it and returns the exit status
// of the process. Everything that was printed has reached its file then, or the status says that it did not.
int run_program(Commands, int argc, char** argv);

}  // namespace lorelei
