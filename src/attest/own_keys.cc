// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/own_keys.hh"

#include "base/text.hh"

namespace lorelei::attest {

// "ref:GITDIR:REF:PATH"; empty for a key that is not from a commit. No part of the path of a key holds a colon.
static std::string_view path_in_tree(std::string_view key_source) {
  return key_source.starts_with("ref:") ? key_source.substr(key_source.rfind(':') + 1) : std::string_view();
}

void OwnKeys::judge(Verdict& verdict) {
  if (!verdict.content) return;
  for (const auto line : split(verdict.content->patch, '\n'))
    if (line.starts_with("+++ b/") || line.starts_with("--- a/")) touched_.emplace(trim(line.substr(6)));
  for (auto& signature : verdict.signatures) {
    const auto path = path_in_tree(signature.key_source);
    if (!is_good(signature.outcome) || path.empty() || !touched_.contains(path)) continue;
    signature.outcome = Outcome::kNoKey;
    signature.reason = "these patches bring the key along themselves";
  }
}

}  // namespace lorelei::attest
