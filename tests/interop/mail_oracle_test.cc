// SPDX-License-Identifier: GPL-3.0-or-later
// Odd messages, made up here, read by us and by public-inbox's own modules: the same must come out. Skipped where
// public-inbox is not installed.
#include <gtest/gtest.h>

#include <map>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "interop/mail/describe.hh"
#include "interop/mail/odd_mail.hh"
#include "tests/peers.hh"

namespace lorelei::mail {
namespace {

// label -> description
std::map<std::string, std::string> by_label(std::string_view descriptions) {
  std::map<std::string, std::string> out;
  std::string label;
  for (const auto line : split(descriptions, '\n')) {
    if (line.starts_with("message ")) label = line.substr(8);
    if (!label.empty() && !line.empty()) out[label].append(line).append("\n");
  }
  return out;
}

TEST(OddMailOracle, PublicInboxReadsTheSame) {
  const auto directory = TempDir::create(fs::temp_directory_path(), "odd-mail");
  ASSERT_TRUE(directory);
  std::map<std::string, std::string> ours;
  Argv argv = {INTEROP_DIR "/mail/describe.pl"};
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    const std::string label = std::to_string(seed), raw = OddMail(seed).message();
    ASSERT_TRUE(create_file(directory->path() / label, raw, Sync::kNo));
    argv.push_back((directory->path() / label).string());
    ours[label] = describe(label, raw);
  }
  const auto peer = run_process(argv);
  if (!peer || peer->status == 77 || peer->status == 127) SKIP_WITHOUT_PEER("public-inbox is not installed");
  ASSERT_EQ(peer->status, 0);
  int shown = 0;
  const auto theirs = by_label(peer->out);
  EXPECT_EQ(theirs.size(), ours.size());
  for (const auto& [label, description] : theirs) {
    if (by_label(ours[label])[label] == description || ++shown > 5) continue;
    ADD_FAILURE() << "theirs:\n"
                  << description << "ours:\n"
                  << ours[label] << "of:\n"
                  << OddMail(static_cast<unsigned>(std::stoul(label))).message();
  }
  EXPECT_LE(shown, 5) << "messages differ; five are shown";
}

}  // namespace
}  // namespace lorelei::mail
