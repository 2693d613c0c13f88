// SPDX-License-Identifier: GPL-3.0-or-later
// What a section of MAINTAINERS makes of who is named in it: "maintainer:BREAD OVEN DRIVERS".
// Source: the words of scripts/get_maintainer.pl of Linux 6.1.
#pragma once
#include <string>

#include "patch/maintainers.hh"

namespace lorelei::workflow {

// At most 50 bytes, with "..." for what was cut.
std::string short_title(const patch::MaintainersSection&);
// By its last status: Supported makes a supporter, Maintained a maintainer, Orphan an orphan minder.
std::string maintainer_role(const patch::MaintainersSection&);
// Whether it has people (M), and one of its statuses says that they look after it.
bool has_maintainers(const patch::MaintainersSection&);

}  // namespace lorelei::workflow
