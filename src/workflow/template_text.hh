// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that users write with names in them, and that are filled in: merge messages, letters.
//
//   ${NAME} $NAME    the value; a name that is not known stays as it is
//   $$               a dollar
//   #...             a line that begins so is left out
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace lorelei::workflow {

// Values are not looked at again.
std::string filled_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);

}  // namespace lorelei::workflow
