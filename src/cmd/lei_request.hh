// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands of saved searches share of their command lines: the rows about sources, reading a query from
// standard input, telling what was delivered.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/command.hh"
#include "lei/deliver.hh"

namespace lorelei::cmd {

struct SourceOptions {
  lei::SourceWish wish;
  bool literal = false;
};
void add_source_rows(std::vector<Option>&, SourceOptions&);
Result<lei::SourceWish> settle(const Env&, const lei::Settings&, const SourceOptions&, lei::Manner);

// A pipe or a file, not a terminal and not /dev/null: something was meant to be read.
bool has_standard_input();
// The words of a query, or with --stdin, "-", or a pipe and no words, what standard input holds.
Result<lei::QueryWords> read_query_words(const Args&, bool from_stdin);

// The lines about a delivery, and what went wrong in it; the exit status. suffix: " (output: X)", or nothing.
int report_delivery(const Args&, const lei::Destination&, const lei::DeliveryReport&, lei::Run, bool dry_run);

// The exit status after problems were told: lei's is that of the first one, which may be curl's; ours 75 if all may
// pass by themselves, else that of the first kind in the table (base/exit_code.hh).
int failure_status(const Args&, const std::vector<Error>& problems, int first);

// Lines of progress: lei's always, ours never (a terminal has a live line instead).
lei::Say progress_lines(const Args&);

}  // namespace lorelei::cmd
