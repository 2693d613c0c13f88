// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/format_patch.hh"

namespace lorelei::git {

std::vector<std::string> format_patch(const std::string& range, PatchSubject subject, EmptyCommits empty) {
  std::vector<std::string> words;
  // Where there is no option that has the last word.
  for (const char* setting : {"i18n.logOutputEncoding=UTF-8", "log.showSignature=false", "format.noprefix=false",
                              "format.forceInBodyFrom=false", "diff.suppressBlankEmpty=false"}) {
    words.emplace_back("-c");
    words.emplace_back(setting);
  }
  for (const char* word : {"format-patch",
                           "--stdout",
                           "--pretty=mboxrd",
                           "--no-numbered",
                           "--no-cover-letter",
                           "--no-thread",
                           "--no-attach",
                           "--no-from",
                           "--no-to",
                           "--no-cc",
                           "--no-add-header",
                           "--no-signoff",
                           "--no-base",
                           "--no-notes",
                           "--no-signature",
                           "--encode-email-headers",
                           "--no-color",
                           "--no-ext-diff",
                           "--no-textconv",
                           "--no-relative",
                           "--ignore-submodules=none",
                           "--submodule=short",
                           "--binary",
                           "--full-index",
                           "-M",
                           "-U3",
                           "--inter-hunk-context=0",
                           "--diff-algorithm=myers",
                           "-O/dev/null",
                           "--src-prefix=a/",
                           "--dst-prefix=b/"})
    words.emplace_back(word);
  words.emplace_back(subject == PatchSubject::kPrefixed ? "--subject-prefix=PATCH" : "--keep-subject");
  if (empty == EmptyCommits::kKept) words.emplace_back("--always");
  words.push_back(range);
  words.emplace_back("--");
  return words;
}

}  // namespace lorelei::git
