// SPDX-License-Identifier: GPL-3.0-or-later
// sample_mail: writes the mail of two made-up kernel lists, to try lorelei on and to test it with.
//
//   sample_mail sample.mbox                                  all of it, mail to both lists once
//   sample_mail --list=1 disk.mbox                           what the disk list's archive would hold
//   sample_mail --list=2 --format=maildir kernel/            the kernel list's, as a Maildir
//   sample_mail --count=100000 --seed=7 big.mbox             more of the same kind
//
// The same options give the same bytes. Searches by date want LORELEI_NOW=1795264496, the sample's "now".
#include <cstdio>
#include <string>
#include <vector>

#include "base/exit_code.hh"
#include "base/options.hh"
#include "sample_mail/archive.hh"
#include "sample_mail/output.hh"

namespace {

using namespace lorelei;

enum class Format { kMboxrd, kMaildir };
enum class Which { kFirst, kSecond, kBoth };

Result<void> run(const std::vector<std::string>& words) {
  sample::Plan plan;
  Which which = Which::kBoth;
  Format format = Format::kMboxrd;
  TRY(const auto operands, parse_options({{"--list", "1|2|both", "whose mail: disk, kernel, or either", pick(&which)},
                                          {"--format", "mboxrd|maildir", "what to write", pick(&format)},
                                          {"--count", "N", "how many mails to both lists together", &plan.count},
                                          {"--seed", "S", "which of the many samples", &plan.seed}},
                                         words));
  if (operands.size() != 1)
    return err(Error::Kind::kUsage, "write the sample", {}, "one operand is needed",
               "sample_mail [--list=1|2|both] [--format=mboxrd|maildir] [--count=N] [--seed=S] OUT");
  plan.lists = which == Which::kFirst    ? sample::Lists::kDisk
               : which == Which::kSecond ? sample::Lists::kKernel
                                         : sample::Lists::kBoth;
  TRY(const auto out,
      format == Format::kMaildir ? sample::open_maildir(operands[0]) : sample::open_mboxrd(operands[0]));
  TRY_VOID(
      sample::generate(plan, [&](std::string_view bytes, std::int64_t arrival) { return out->add(bytes, arrival); }));
  return out->close();
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run({argv + 1, argv + argc});
  if (done) return 0;
  std::fprintf(stderr, "sample_mail: %s\n", to_text(done.error()).c_str());
  return static_cast<int>(exit_code(done.error().kind));
}
