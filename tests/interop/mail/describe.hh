// SPDX-License-Identifier: GPL-3.0-or-later
// What we make of a message, in lines that describe.pl writes of the same message with public-inbox's modules:
//
//   message LABEL
//   subject TEXT   from TEXT   to TEXT   cc TEXT        as in the overview, UTF-8
//   ids ID|ID      own ids ...   references ...   links ...    links: references as threads are made of them
//   sent SECONDS ZONE    received SECONDS ZONE    size BYTES LINES    key SUBJECT-KEY
//   part DEPTH PLACE ["message"] name=FILE-NAME FORM SIZE SHA-1     FORM: characters, bytes, or "no text"
//   content SHA-256
#pragma once
#include <string>
#include <string_view>

namespace lorelei::mail {

std::string describe(std::string_view label, std::string_view raw);

}  // namespace lorelei::mail
