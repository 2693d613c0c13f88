// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/merge_file.hh"

#include "git/libgit2.hh"

namespace lorelei::git {

Result<std::optional<std::string>> merge_file(std::string_view base, std::string_view ours, std::string_view theirs) {
  if (ours == theirs || theirs == base) return std::string(ours);
  if (ours == base) return std::string(theirs);
  for (const auto text : {base, ours, theirs})
    if (text.size() > kMaxMergedBytes)
      return err(Error::Kind::kTooLarge, "merge the file", "", std::to_string(text.size()) + " bytes");
  TRY(const Libgit2* git, libgit2());
  const auto input = [](std::string_view text) {
    git_merge_file_input one{};
    one.version = GIT_MERGE_FILE_INPUT_VERSION;
    one.ptr = text.empty() ? "" : text.data();
    one.size = text.size();
    return one;
  };
  const auto one = input(base), two = input(ours), three = input(theirs);
  git_merge_file_result result{};
  if (const int code = git->git_merge_file(&result, &one, &two, &three, nullptr); code < 0)
    return tl::unexpected(git_error(*git, code, "merge the file", ""));
  std::optional<std::string> merged;
  if (result.automergeable) merged.emplace(result.ptr ? result.ptr : "", result.len);
  git->git_merge_file_result_free(&result);
  return merged;
}

}  // namespace lorelei::git
