// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/create.hh"

#include "archive/settings.hh"

namespace lorelei::archive {

Result<Located> create_archive(const Env& env, const NewArchive& wanted) {
  TRY(const auto place, place_for_new(env, wanted.name_or_dir));
  RegisteredInbox inbox;
  inbox.name = place.name;
  inbox.dir = place.dir;
  inbox.addresses = wanted.addresses;
  inbox.urls = wanted.urls;
  inbox.newsgroup = wanted.newsgroup;
  TRY(const auto registry, Registry::load(env));
  TRY_VOID(check_registration(registry, inbox));
  Inbox::NewInbox layout;
  TRY(layout.branch, default_branch(env));
  layout.description = wanted.description
                           ? *wanted.description
                           : "public inbox for " + (inbox.addresses.empty() ? inbox.name : inbox.addresses.front());
  TRY([[maybe_unused]] const auto made, Inbox::create(place.dir, layout));
  TRY_VOID(register_inbox(env, inbox));
  return Located{Located::Kind::kInbox, inbox.name, inbox.dir, inbox};
}

Result<Target> locate_or_create(const Env& env, const NewArchive& wanted, Creation creation) {
  TRY(const auto registry, Registry::load(env));
  auto located = registry.locate(wanted.name_or_dir);
  if (!located && located.error().kind != Error::Kind::kNotFound) return tl::unexpected(std::move(located).error());
  if (located) {
    std::error_code ignored;  // what can't be read is not empty; opening it says why
    if (!fs::is_empty(located->dir, ignored)) return Target{*std::move(located), Target::Origin::kExisting};
  } else if (creation == Creation::kUnlessNear && located.error().why.find("did you mean") != std::string::npos) {
    located.error().next = "--new makes a new archive of that name";
    return tl::unexpected(std::move(located).error());
  }
  TRY(auto created, create_archive(env, wanted));
  return Target{std::move(created), Target::Origin::kCreated};
}

}  // namespace lorelei::archive
