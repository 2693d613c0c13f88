// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/sources.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lei/seen_archives.hh"
#include "lei/store.hh"
#include "search/sources.hh"

namespace lorelei::lei {

namespace {

// A directory that the user names now; one that goes later is told of by the updates.
Result<void> check_is_there(const std::string& location) {
  if (location.find("://") != std::string::npos) return {};
  std::error_code error;
  if (fs::is_directory(location, error)) return {};
  if (error) return err_errno(error.value(), "search", location);
  return err(Error::Kind::kUsage, "search", location, "it is no directory", "an archive, or the name of one");
}

Result<std::vector<std::string>> settle(const Settings& settings, const archive::Registry* registry,
                                        const std::vector<std::string>& locations, Globs globs, bool only_known) {
  std::vector<std::string> settled;
  for (const auto& location : locations) {
    if (registry) {
      const auto* inbox = registry->by_name(location);
      const auto& aggregates = registry->aggregates();
      const auto aggregate =
          std::find_if(aggregates.begin(), aggregates.end(), [&](const auto& each) { return each.name == location; });
      if (inbox || aggregate != aggregates.end()) {
        settled.push_back(inbox ? inbox->dir.string() : aggregate->dir.string());
        continue;
      }
    }
    const auto found = find_locations(settings, location, globs, only_known);
    if (!found && registry && found.error().kind == Error::Kind::kNotFound) {
      auto located = registry->locate(location);  // knows which name is near
      if (!located) return tl::unexpected(std::move(located).error());
    }
    if (!found) return tl::unexpected(found.error());
    if (registry && !only_known)
      for (const auto& each : *found) TRY_VOID(check_is_there(each));
    settled.insert(settled.end(), found->begin(), found->end());
  }
  return settled;
}

class Chooser {
 public:
  Chooser(const Settings& settings, const SourceWish& wish, Sources& sources)
      : settings_(settings), wish_(wish), sources_(sources) {}

  void add(const std::string& location) {
    if (!seen_.insert(location).second) return;
    if (location.find("://") != std::string::npos) return sources_.remotes.push_back(location);
    std::error_code error;
    if (fs::is_directory(location, error)) return sources_.locals.push_back(location);
    sources_.only_gone = true;
    sources_.notes.push_back(fmt::format("W: {0} gone, perhaps run: lei forget-external {0}", location));
  }
  void add_known(const std::string& location) {
    const bool is_remote = location.find("://") != std::string::npos;
    if (!is_remote && !wish_.local.value_or(true)) return;
    if (std::find(wish_.exclude.begin(), wish_.exclude.end(), location) != wish_.exclude.end()) return;
    if (is_remote)
      known_remotes_.push_back(location);
    else
      add(location);
  }
  void add_externals() {
    for (const auto& external : settings_.externals()) add_known(external.location);
  }
  Result<void> add_registered(Env& env) {
    TRY(const auto registry, archive::Registry::load(env));
    if (registry.inboxes().empty() && registry.aggregates().empty()) return {};
    search::SourceChoice choice;
    for (const auto& location : wish_.exclude)
      if (registry.by_dir(location)) choice.exclude.push_back(location);
    auto chosen = search::choose_sources(registry, choice);
    if (!chosen) return {};  // nothing that is registered can be searched
    for (const auto& directory : chosen->directories) add_known(directory);
    for (auto& note : chosen->notes) sources_.notes.push_back("# " + note);
    sources_.prefixes = chosen->prefixes;
    return {};
  }
  void add_known_remotes(bool tells_all) {
    if (!wish_.remote.value_or(sources_.locals.empty())) {
      if (tells_all && !wish_.remote && !known_remotes_.empty())
        sources_.notes.push_back(
            fmt::format("# not asked: {} (--remote asks what is known on servers)", join(known_remotes_, ", ")));
      return;
    }
    for (const auto& location : known_remotes_) add(location);
  }

 private:
  const Settings& settings_;
  const SourceWish& wish_;
  Sources& sources_;
  std::set<std::string> seen_;
  std::vector<std::string> known_remotes_;
};

}  // namespace

Result<SourceWish> settle_locations(const Env& env, const Settings& settings, SourceWish wish, Manner manner) {
  std::optional<archive::Registry> registry;
  if (manner == Manner::kOurs) {
    TRY(registry, archive::Registry::load(env));
  }
  const auto* known = registry ? &*registry : nullptr;
  TRY(wish.only, settle(settings, known, wish.only, wish.globs, false));
  TRY(wish.include, settle(settings, known, wish.include, wish.globs, false));
  TRY(wish.exclude, settle(settings, known, wish.exclude, wish.globs, true));
  wish.globs = Globs::kNo;
  return wish;
}

Result<Sources> choose_sources(Env& env, const Settings& settings, const SourceWish& wish, Manner manner) {
  Sources sources;
  Chooser chooser(settings, wish, sources);
  const bool wants_store = wish.local.value_or(wish.only.empty());
  if (wants_store) sources.store = searchable_store(settings.home());
  if (!wish.only.empty()) {
    for (const auto& location : wish.only) chooser.add(location);
    remember_archives(settings.home(), sources.locals);
  } else {
    for (const auto& location : wish.include) chooser.add(location);
    remember_archives(settings.home(), sources.locals);
    if (wish.external.value_or(true)) {
      chooser.add_externals();
      if (manner == Manner::kOurs) TRY_VOID(chooser.add_registered(env));
      chooser.add_known_remotes(manner == Manner::kOurs);
    }
  }
  for (const auto& more : {searchable_indexed(settings.home()), searchable_lei_store(settings.home())})
    if (wants_store && more) chooser.add(*more);
  // Serial numbers that archives define are prefixes of the query.
  TRY(const auto registry, archive::Registry::load(env));
  for (const auto& directory : sources.locals)
    if (const auto* inbox = registry.by_dir(directory))
      for (const auto& altid : inbox->altids)
        if (const auto serial = search::parse_altid(altid)) sources.prefixes.add_serial(*serial);
  // An empty store is a store.
  if (!sources.has_any() && !(wants_store && (manner == Manner::kLei || !wish.only.empty())))
    return err(Error::Kind::kNotFound, "search", "", "no local or remote inboxes to search",
               manner == Manner::kLei
                   ? "lei add-external LOCATION, or name one with -I"
                   : "lorelei archive clone URL NAME, then lorelei archive index NAME; or name one with -I");
  return sources;
}

}  // namespace lorelei::lei
