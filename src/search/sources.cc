// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/sources.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "archive/over_reader.hh"
#include "base/text.hh"
#include "search/places.hh"

namespace lorelei::search {

namespace {

using archive::Located;
using archive::RegisteredInbox;

// The same directory by any path.
std::string real(const fs::path& dir) {
  std::error_code ignored;
  auto path = fs::weakly_canonical(dir, ignored);
  return ignored ? dir.string() : path.string();
}

bool has_index(const fs::path& dir, Needs needs) {
  const auto place = find_place(dir.string());
  std::error_code ignored;
  return place && (needs == Needs::kWords ? !place->shards.empty() : fs::exists(place->over(), ignored));
}

// The keys of the archives that an aggregate contains; none if it cannot be read.
std::set<std::string> keys_inside(const fs::path& aggregate) {
  const auto place = find_place(aggregate.string());
  if (!place) return {};
  auto over = archive::OverReader::open(place->over());
  if (!over) return {};
  const auto keys = over->archives();
  return keys ? std::set<std::string>(keys->begin(), keys->end()) : std::set<std::string>();
}

class Chooser {
 public:
  Chooser(const archive::Registry& registry, const SourceChoice& choice, Needs needs)
      : registry_(registry), choice_(choice), needs_(needs) {}

  Result<Sources> choose();

 private:
  void add(const fs::path& dir);
  void add_inbox(const RegisteredInbox&);
  Result<void> add_named(const std::vector<std::string>& names);
  Result<void> read_excluded();
  void add_registered();
  void add_aggregate(const fs::path& dir, const std::set<std::string>& keys, std::vector<const RegisteredInbox*>& left);

  const archive::Registry& registry_;
  const SourceChoice& choice_;
  Needs needs_;
  std::set<std::string> excluded_, seen_;
  Sources sources_;
};

void Chooser::add(const fs::path& dir) {
  if (seen_.insert(real(dir)).second) sources_.directories.push_back(dir.string());
}

void Chooser::add_inbox(const RegisteredInbox& inbox) {
  add(inbox.dir);
  for (const auto& altid : inbox.altids)
    if (const auto serial = parse_altid(altid)) sources_.prefixes.add_serial(*serial);
}

Result<void> Chooser::add_named(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    TRY(const auto located, registry_.locate(name));
    if (located.registered)
      add_inbox(*located.registered);
    else
      add(located.dir);
  }
  return {};
}

Result<void> Chooser::read_excluded() {
  for (const auto& name : choice_.exclude) {
    TRY(const auto located, registry_.locate(name));
    excluded_.insert(real(located.dir));
  }
  return {};
}

// Takes the archives inside off the list of those that are left; nothing if one of them shall not be searched.
void Chooser::add_aggregate(const fs::path& dir, const std::set<std::string>& keys,
                            std::vector<const RegisteredInbox*>& left) {
  const auto is_inside = [&](const RegisteredInbox* inbox) { return keys.contains(inbox->aggregate_key()); };
  const bool has_excluded = std::any_of(
      registry_.inboxes().begin(), registry_.inboxes().end(),
      [&](const RegisteredInbox& inbox) { return is_inside(&inbox) && excluded_.contains(real(inbox.dir)); });
  if (has_excluded || excluded_.contains(real(dir))) return;
  add(dir);
  std::erase_if(left, is_inside);
}

void Chooser::add_registered() {
  std::vector<const RegisteredInbox*> left;
  for (const auto& inbox : registry_.inboxes())
    if (!excluded_.contains(real(inbox.dir))) left.push_back(&inbox);
  for (const auto& aggregate : registry_.aggregates()) {
    if (!has_index(aggregate.dir, needs_)) continue;
    const auto keys = keys_inside(aggregate.dir);
    const bool is_needed = std::any_of(left.begin(), left.end(), [&](const RegisteredInbox* inbox) {
      return keys.contains(inbox->aggregate_key()) && !has_index(inbox->dir, needs_);
    });
    if (aggregate.name == "all" || is_needed || registry_.inboxes().empty()) add_aggregate(aggregate.dir, keys, left);
  }
  for (const auto* inbox : left) {
    std::error_code error;
    if (has_index(inbox->dir, needs_))
      add_inbox(*inbox);
    else if (!fs::is_directory(inbox->dir, error))
      sources_.notes.push_back(fmt::format("{} is not searched: there is no {}", inbox->name, inbox->dir.string()));
    else
      sources_.notes.push_back(fmt::format(
          "{} is not searched: it has no {} ({})", inbox->name, needs_ == Needs::kWords ? "full-text index" : "index",
          archive::indexing_command(archive::find_layout(inbox->dir).value_or(archive::Layout{}), inbox->name)));
  }
}

Result<Sources> Chooser::choose() {
  if (!choice_.only.empty()) {
    TRY_VOID(add_named(choice_.only));
  } else {
    TRY_VOID(read_excluded());
    TRY_VOID(add_named(choice_.include));
    add_registered();
  }
  if (sources_.directories.empty())
    return err(Error::Kind::kNotFound, "search", "", "there is no archive to search",
               "lorelei archive clone URL NAME, then lorelei archive index NAME; or name one with -I");
  return std::move(sources_);
}

}  // namespace

Result<Sources> choose_sources(const archive::Registry& registry, const SourceChoice& choice, Needs needs) {
  return Chooser(registry, choice, needs).choose();
}

}  // namespace lorelei::search
