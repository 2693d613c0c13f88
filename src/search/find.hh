// SPDX-License-Identifier: GPL-3.0-or-later
// A search from end to end, for commands: the archives are chosen, the query is read, what it selects is delivered.
//
//   sources -> query -> engine -> outbox -> selection
//
// The destination is looked at before anything is searched, and nothing in it changes before all of it has been found.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "archive/config.hh"
#include "search/outbox.hh"
#include "search/sources.hh"

namespace lorelei::search {

struct FindOptions {
  SourceChoice from;
  std::vector<std::string> arguments;  // of the command line, search/arguments.hh
  std::optional<std::string> text;     // instead of arguments: the query as it stands
  Selection selection;
  OutboxOptions outbox;
};

struct FindReport {
  Summary summary;
  std::vector<std::string> notes;  // what the user may want to know: one line each
  std::vector<Error> problems;     // messages that were found, but that git could not give
};

Result<FindReport> find_messages(Env&, const FindOptions&);

}  // namespace lorelei::search
