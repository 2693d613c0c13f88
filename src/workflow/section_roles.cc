// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/section_roles.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kMaxTitle = 50;

struct Role {
  std::string_view status, person;
};
constexpr Role kRoles[] = {
    {"supported", "supporter"},  {"maintained", "maintainer"},    {"odd fixes", "odd fixer"},
    {"orphan", "orphan minder"}, {"obsolete", "obsolete minder"}, {"buried alive in reporters", "chief penguin"},
};

}  // namespace

std::string short_title(const patch::MaintainersSection& section) {
  if (section.title.size() <= kMaxTitle) return section.title;
  std::string title(trim_end(std::string_view(section.title).substr(0, kMaxTitle - 3)));
  title += "...";
  return title;
}

std::string maintainer_role(const patch::MaintainersSection& section) {
  const auto statuses = section.values('S');
  std::string role = statuses.empty() ? "unknown" : to_lower(statuses.back());
  for (const auto& known : kRoles)
    if (known.status == role) {
      role = known.person;
      break;
    }
  role += ':';
  role += short_title(section);
  return role;
}

bool has_maintainers(const patch::MaintainersSection& section) {
  const auto statuses = section.values('S');
  return !section.values('M').empty() && std::any_of(statuses.begin(), statuses.end(), [](std::string_view status) {
    const auto lower = to_lower(status);
    return lower.find("maintain") != lower.npos || lower.find("support") != lower.npos;
  });
}

}  // namespace lorelei::workflow
