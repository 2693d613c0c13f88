// SPDX-License-Identifier: GPL-3.0-or-later
// Which pack should hold an object: a question asked only to word an error, so it maps, searches and closes.
//
// FILE    pack-*.idx, version 2, integers big-endian: ff 't' 'O' 'c', 00000002, then fanout[256] (number of ids whose
//         first byte is at most the index), then the ids, sorted, 20 bytes each; the rest is not looked at.
// Source: gitformat-pack(5). Version 1 (git before 1.6) and multi-pack indices are not read.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.hh"

namespace lorelei::git {

// Whether the index file with these bytes lists the object. Anything malformed lists nothing.
bool pack_index_lists(std::string_view index, const ObjectId&);
// The path of the first pack, with or without its .pack file, whose index lists the object.
std::optional<std::string> find_in_packs(const std::vector<std::string>& object_directories, const ObjectId&);

}  // namespace lorelei::git
