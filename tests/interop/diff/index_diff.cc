// SPDX-License-Identifier: GPL-3.0-or-later
// index_diff: are two index directories the same index? For tests; the yardstick is an index written by public-inbox.
//
//   index_diff [--shown=N] [--ignore-terms=XRF,...] [--ignore-slots=6,...] [--ignore-metadata=KEY,...]
//              [--leave-out-stale-threads] [--accept-latin1] LEFT RIGHT
//
// LEFT and RIGHT are archives (msgmap.sqlite3 and xap15/ in them) or aggregates (ei15/). The exit status is 0 only if
// everything is equal, 1 if something differs, 2 if a side cannot be read.
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "interop/diff/compare.hh"

namespace lorelei::interop {
namespace {

struct Request {
  Options options;
  Sides sides;
};

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> out;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, ',');) out.push_back(part);
  return out;
}

Result<Request> parse_arguments(int argc, char** argv) {
  Request request;
  std::vector<std::string> operands;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const auto value = arg.substr(std::min(arg.size(), arg.find('=') + 1));
    if (arg.starts_with("--shown="))
      request.options.shown = std::stoul(std::string(value));
    else if (arg.starts_with("--ignore-terms="))
      request.options.term_prefixes = listed(value);
    else if (arg.starts_with("--ignore-metadata="))
      request.options.metadata = listed(value);
    else if (arg.starts_with("--ignore-slots="))
      for (const auto& slot : listed(value)) request.options.slots.insert(static_cast<std::uint32_t>(std::stoul(slot)));
    else if (arg == "--leave-out-stale-threads")
      request.options.stale_threads = Options::StaleThreads::kLeaveOut;
    else if (arg == "--accept-latin1")
      request.options.latin1 = Options::Latin1::kAccept;
    else if (arg.starts_with("--"))
      return err(Error::Kind::kUsage, "read the option", std::string(arg), "there is no such option");
    else
      operands.emplace_back(arg);
  }
  if (operands.size() != 2)
    return err(Error::Kind::kUsage, "compare", fmt::format("{} directories", operands.size()), "two are needed");
  request.sides = {operands[0], operands[1]};
  return request;
}

int run(int argc, char** argv) {
  const auto request = parse_arguments(argc, argv);
  if (!request) {
    fmt::print(stderr, "index_diff: {}\n", to_text(request.error()));
    return 2;
  }
  Report report(request->options.shown);
  const auto done = diff_indexes(request->sides, request->options, report);
  if (!done) {
    fmt::print(stderr, "index_diff: {}\n", to_text(done.error()));
    return 2;
  }
  report.print_summary();
  return report.differences() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace lorelei::interop

int main(int argc, char** argv) { return lorelei::interop::run(argc, argv); }
