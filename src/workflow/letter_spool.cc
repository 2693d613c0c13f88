// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/letter_spool.hh"

#include <algorithm>

namespace lorelei::workflow {

namespace {

constexpr std::uint64_t kMaxLetter = 16 << 20;
constexpr std::string_view kEnd = ".thanks";

}  // namespace

fs::path letter_directory(const fs::path& git_directory) { return git_directory / "lorelei" / "letters"; }

Result<std::vector<SpooledLetter>> spooled_letters(const fs::path& git_directory) {
  std::vector<SpooledLetter> letters;
  std::error_code failed;
  for (fs::directory_iterator at(letter_directory(git_directory), failed), end; !failed && at != end;
       at.increment(failed)) {
    auto name = at->path().filename().string();
    if (!name.ends_with(kEnd)) continue;
    TRY(auto text, read_file(at->path(), kMaxLetter));
    letters.push_back({std::move(name), std::move(text)});
  }
  std::sort(letters.begin(), letters.end(), [](const auto& one, const auto& other) { return one.file < other.file; });
  return letters;
}

Result<void> remove_spooled(const fs::path& git_directory, const std::vector<OutboxMail>& mails) {
  const auto directory = letter_directory(git_directory);
  bool is_any = false;
  for (const auto& mail : mails) {
    std::error_code failed;
    is_any = fs::remove(directory / mail.file, failed) || is_any;
    if (failed) return err_errno(failed.value(), "remove a letter that is in the outbox", directory / mail.file);
  }
  return is_any ? sync_directory(directory) : Result<void>();
}

}  // namespace lorelei::workflow
