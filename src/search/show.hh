// SPDX-License-Identifier: GPL-3.0-or-later
// Prints a message, or the conversation it is in.
#pragma once
#include <string>

#include "base/env.hh"
#include "search/lookup.hh"

namespace lorelei::search {

enum class ShowForm { kText, kRaw, kJson };
// Each message that has the id. kRaw: the bytes of the first. kJson: an object a line, with the text.
Result<void> show_message(Env&, Lookup&, const std::string& message_id, ShowForm);

enum class ThreadForm { kTree, kJson, kMbox };
// kJson: an object a line, in the order of the tree, with its depth. kMbox: mboxrd, by date.
Result<void> show_thread(Env&, Lookup&, const std::string& message_id, ThreadForm);

}  // namespace lorelei::search
