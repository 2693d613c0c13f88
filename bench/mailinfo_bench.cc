// SPDX-License-Identifier: GPL-3.0-or-later
// A patch mail of 8 KB as git mailinfo reads it, plain and in both encodings: ours, and git's process.
#include <benchmark/benchmark.h>

#include <string>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "mail/mailinfo.hh"

namespace {

using namespace lorelei;

enum class Encoding { kNone, kQuotedPrintable, kBase64 };

std::string text_of_patch() {
  std::string out = "Why this is so, in a line or two.\n\nSigned-off-by: Zoe Tester <zoe@example.org>\n---\n";
  out += "diff --git a/fs/x.c b/fs/x.c\n--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,200 +1,200 @@\n";
  for (int i = 0; out.size() < 8'000; ++i)
    out += std::string(i % 3 == 0   ? "-"
                       : i % 3 == 1 ? "+"
                                    : " ") +
           "\tif (x == " + std::to_string(i) + ") return -EINVAL;\n";
  return out + "-- \n2.39.5\n\n";
}

std::string mail_in(Encoding encoding) {
  std::string out;
  for (int i = 0; i < 12; ++i)
    out += "Received: from a.example.org by b.example.org;\n\tTue, 2 Jan 2024 03:04:05 +0000\n";
  out +=
      "From: Zoe Tester <zoe@example.org>\nSubject: [PATCH v2 1/2] demo: say hello\nDate: Tue, 2 Jan 2024 03:04:05 "
      "+0000\n";
  out += "Message-ID: <20240102-demo@example.org>\nContent-Type: text/plain; charset=UTF-8\n";
  if (encoding == Encoding::kNone) return out + "\n" + text_of_patch();
  if (encoding == Encoding::kQuotedPrintable)
    return out + "Content-Transfer-Encoding: quoted-printable\n\n" + replace_all(text_of_patch(), "=", "=3D");
  const auto coded = base64(text_of_patch());
  out += "Content-Transfer-Encoding: base64\n\n";
  for (std::size_t at = 0; at < coded.size(); at += 76) out += coded.substr(at, 76) + "\n";
  return out;
}

void ours(benchmark::State& state, Encoding encoding) {
  const auto mail = mail_in(encoding);
  for (auto _ : state) benchmark::DoNotOptimize(mail::mailinfo(mail));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * mail.size()));
}

void git(benchmark::State& state, Encoding encoding) {
  const auto mail = mail_in(encoding);
  const auto directory = TempDir::create(fs::temp_directory_path(), "mailinfo-bench");
  if (!directory) return state.SkipWithError("no directory");
  RunOptions run;
  run.input = mail;
  run.process.directory = directory->path();
  run.process.environment = {{"GIT_CONFIG_NOSYSTEM", "1"}, {"HOME", directory->path().string()}};
  for (auto _ : state) {
    const auto done = run_process({"git", "mailinfo", "--encoding=utf-8", "--no-scissors", "m", "p"}, run);
    if (!done || done->status != 0) return state.SkipWithError("git mailinfo failed");
  }
}

BENCHMARK_CAPTURE(ours, plain, Encoding::kNone)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ours, quoted_printable, Encoding::kQuotedPrintable)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ours, base64, Encoding::kBase64)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(git, plain, Encoding::kNone)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(git, quoted_printable, Encoding::kQuotedPrintable)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(git, base64, Encoding::kBase64)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
