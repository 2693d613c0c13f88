// SPDX-License-Identifier: GPL-3.0-or-later
// What a query can say: `lorelei help query` and the table in lorelei-query(7), made from search/prefixes.
#pragma once
#include <string>

namespace lorelei::cmd {

std::string query_help_text();
std::string query_manual_part();  // AsciiDoc

}  // namespace lorelei::cmd
