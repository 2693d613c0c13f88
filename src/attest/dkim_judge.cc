// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_judge.hh"

#include "attest/dkim_key_cache.hh"
#include "base/files.hh"
#include "net/dns.hh"

namespace lorelei::attest {

struct DkimJudge::Impl {
  std::optional<TempDir> place;  // of the keys of a file
  std::optional<DkimKeyCache> given, kept;
  std::optional<DkimChecker> checker;
};

Result<DkimJudge> DkimJudge::open(const Env& env, const DkimSources& sources) {
  auto impl = std::make_shared<Impl>();
  TRY(impl->kept, DkimKeyCache::open(dkim_key_cache_path(env)));
  net::TxtLookup lookup;
  if (!sources.is_offline && sources.resolvers.empty()) lookup = net::dns_lookup({});
  if (!sources.is_offline && !sources.resolvers.empty()) {
    // One that is none is told now, and not when somebody asks it.
    TRY(auto dns, net::Dns::open({.resolvers = sources.resolvers}));
    lookup = [dns = std::move(dns)](const std::string& name) mutable { return dns.txt(name); };
  }
  auto keys = cached_dkim_keys(*impl->kept, std::move(lookup), env.now);
  if (!sources.keys_file.empty()) {
    TRY(const auto text, read_file(sources.keys_file, kMaxKeyImport));
    TRY(impl->place, TempDir::create(fs::temp_directory_path(), "lorelei-dkim-"));
    TRY(impl->given, DkimKeyCache::open(impl->place->path() / "keys.sqlite3"));
    TRY_VOID(impl->given->import(text, env.now()));
    // Those of the file, then what is known anyway.
    auto given = cached_dkim_keys(*impl->given, {}, env.now).known;
    keys.known = [given = std::move(given), kept = std::move(keys.known)](const std::string& name,
                                                                          std::int64_t arrived) {
      auto answer = given(name, arrived);
      auto more = kept(name, arrived);
      if (answer.state != DkimKeyAnswer::State::kFound) return more;
      answer.records.insert(answer.records.end(), more.records.begin(), more.records.end());
      return answer;
    };
  }
  impl->checker.emplace(std::move(keys));
  return DkimJudge(std::move(impl));
}

std::vector<DkimResult> DkimJudge::check(std::string_view raw, std::int64_t arrived) {
  return impl_->checker->check(raw, arrived);
}

}  // namespace lorelei::attest
