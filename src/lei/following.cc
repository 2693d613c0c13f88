// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/following.hh"

#include <fmt/format.h>

#include <algorithm>

#include "archive/config.hh"
#include "base/files.hh"
#include "base/git_date.hh"
#include "base/text.hh"
#include "lei/lookups.hh"
#include "lei/sources.hh"
#include "patch/maintainers.hh"
#include "patch/subsystem_query.hh"

namespace lorelei::lei {

namespace {

constexpr auto kDoing = "follow";
constexpr std::size_t kMaxName = 64;  // bytes of a mailbox's name

bool is_list_byte(char c) { return is_alnum(c) || std::string_view("._+-").find(c) != std::string_view::npos; }

// For a mailbox: what is neither letter nor digit is a minus.
std::string plain_name(std::string_view text) {
  std::string name;
  for (const char c : to_lower(text)) {
    const bool is_plain = is_alnum(c) || c == '_' || (c == '.' && !name.empty());
    if (is_plain) name += c;
    if (!is_plain && !name.empty() && !name.ends_with('-')) name += '-';
    if (name.size() >= kMaxName) break;
  }
  while (name.ends_with('-') || name.ends_with('.')) name.pop_back();
  return name;
}

Result<std::string> with_since(const Env& env, const std::string& query, const std::string& since) {
  if (since == "never") return query;
  if (const auto date = parse_date(since, env.now()); !date)
    return err(Error::Kind::kUsage, "use", "--since=" + since, date.error().why, date.error().suggestion);
  // In a query the words of a date stand together.
  const auto range = fmt::format("rt:{}..", replace_all(squeeze_spaces(since), " ", "."));
  if (query.empty()) return range;
  const bool is_one = query.find(' ') == std::string::npos;
  return is_one ? query + " AND " + range : fmt::format("({}) AND {}", query, range);
}

// The list-id of an address or of a list-id; nothing for what can be neither.
std::optional<std::string> list_id_of(std::string_view text) {
  text = trim(text);
  if (text.starts_with('<') && text.ends_with('>') && text.size() > 2) text = text.substr(1, text.size() - 2);
  auto id = to_lower(text);
  if (const auto at = id.find('@'); at != std::string::npos && at > 0) id[at] = '.';
  const bool is_plain = std::all_of(id.begin(), id.end(), is_list_byte);
  if (!is_plain || id.find('.') == std::string::npos || !is_alnum(id.front()) || !is_alnum(id.back()))
    return std::nullopt;
  return id;
}

// Whether it names an archive that is known, or says where one is.
bool names_archive(const archive::Registry& registry, const std::string& list) {
  const auto& aggregates = registry.aggregates();
  return list.find('/') != std::string::npos || registry.by_name(list) ||
         std::any_of(aggregates.begin(), aggregates.end(), [&](const auto& each) { return each.name == list; });
}

}  // namespace

Result<Following> follow_lists(const Env& env, const Settings& settings, const std::vector<std::string>& lists,
                               const std::string& since) {
  Following following;
  SourceWish archives;
  std::string query;
  TRY(const auto registry, archive::Registry::load(env));
  for (const auto& list : lists) {
    const auto id = names_archive(registry, list) ? std::nullopt : list_id_of(list);
    if (!id) {
      if (list.find('@') != std::string::npos && list.find('/') == std::string::npos)
        return err(Error::Kind::kUsage, kDoing, list, "it is not the address of a list", "linux-block@vger.kernel.org");
      archives.only.push_back(list);
      continue;
    }
    if (patch::is_list_of_everything(list))
      following.notes.push_back(*id + " gets the mail of all subsystems: this is much");
    query += (query.empty() ? "l:" : " OR l:") + *id;
  }
  if (!archives.only.empty() && !query.empty())
    return err(Error::Kind::kUsage, kDoing, join(lists, " "), "some are archives, some are lists in any archive",
               "two subscriptions, or the addresses of all lists");
  if (!archives.only.empty()) {
    auto settled = settle_locations(env, settings, archives, Manner::kOurs);
    if (!settled) {
      auto error = std::move(settled).error();
      if (error.next.empty()) error.next = "the address of a list: linux-block@vger.kernel.org";
      return tl::unexpected(std::move(error));
    }
    following.only = settled->only;
  }
  TRY(following.query, with_since(env, query, since));
  if (following.query.empty()) following.query = "rt:100000..";
  if (lists.size() == 1) {
    auto name = std::string_view(lists[0]);
    while (name.ends_with('/')) name.remove_suffix(1);
    name.remove_prefix(name.rfind('/') + 1);
    if (!query.empty()) name = std::string_view(name).substr(0, name.find_first_of("@."));
    following.name = plain_name(name);
  }
  return following;
}

Result<Following> follow_thread(const std::string& id_or_url) {
  auto lookup = find_message_id(id_or_url);
  const bool is_bare =
      id_or_url.find('@') != std::string::npos && id_or_url.find_first_of(" \t\n") == std::string::npos;
  if (!lookup && is_bare) lookup = Lookup{"mid:" + id_or_url};
  if (!lookup)
    return err(Error::Kind::kUsage, kDoing, id_or_url, "there is no Message-ID in it",
               "<ID>, or the URL of a message or a thread");
  Following following;
  following.query = lookup->query;
  const auto id = std::string_view(lookup->query).substr(lookup->query.find(':') + 1);
  following.name = plain_name(id.substr(0, id.find('@')));
  return following;
}

namespace {

// MAINTAINERS of the tree around the current directory.
Result<fs::path> maintainers_here() {
  std::error_code error;
  for (auto directory = fs::current_path(error); !directory.empty(); directory = directory.parent_path()) {
    if (fs::is_regular_file(directory / "MAINTAINERS", error)) return directory / "MAINTAINERS";
    if (directory == directory.parent_path()) break;
  }
  return err(Error::Kind::kNotFound, "find", "MAINTAINERS", "the current directory is not in a kernel tree",
             "--maintainers FILE");
}

}  // namespace

Result<Following> follow_subsystem(const Env& env, const std::string& title, const std::string& maintainers,
                                   const std::string& since) {
  fs::path file = maintainers;
  if (maintainers.empty()) {
    TRY(file, maintainers_here());
  }
  TRY(auto text, read_file(file, patch::kMaxMaintainersBytes));
  TRY(const auto all, patch::Maintainers::parse(std::move(text)));
  TRY(const auto* const section, all.find(title));
  auto query = patch::subsystem_query(*section);
  Following following;
  following.notes = std::move(query.notes);
  if (query.text().empty())
    return err(Error::Kind::kUsage, kDoing, section->title, "nothing in its section can be searched for",
               "lorelei q -o DST with a query of your own");
  following.name = plain_name(section->title);
  TRY(following.query, with_since(env, query.text(), since));
  return following;
}

Result<std::string> mailbox_for(const Env& env, const Settings& settings, const Following& following) {
  const auto* entry = settings.find("lorelei.maildir");
  auto below = entry ? entry->value.value_or("") : "";
  if (below.empty() || following.name.empty())
    return err(Error::Kind::kUsage, "deliver", "", "no output is named",
               below.empty() ? "-o DST, or once: git config --global lorelei.maildir ~/Mail" : "-o DST");
  if (below.starts_with("~/")) below = env.home() + below.substr(1);
  while (below.ends_with('/')) below.pop_back();
  return below + "/" + following.name;
}

}  // namespace lorelei::lei
