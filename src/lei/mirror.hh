// SPDX-License-Identifier: GPL-3.0-or-later
// A copy of an archive, made to be searched here: `add-external DIR --mirror SOURCE`.
//
//   clone            archive/copy.hh, from a server of public-inbox, a directory or whatever else git can clone
//   small files      of a server: inbox.config.example (its time is the archive's birth, which readers of mail know it
//                    by), description; and a Makefile for those who keep mirrors by `make`
//   index            version 2 by us; version 1 by public-inbox-index, which has to be installed
//
// All of it happens in PARENT/.NAME.XXXX; then that is renamed. DIR is absent or whole, and what failed leaves nothing.
#pragma once
#include <string>

#include "archive/copy.hh"
#include "lei/settings.hh"
#include "net/http_options.hh"
#include "search/index.hh"

namespace lorelei::lei {

struct MirrorOptions {
  archive::CopyOptions copy;
  search::IndexOptions index;
  net::HttpOptions http;
  std::function<void(const std::string& line)> say = {};  // what the server did not have
};

// dir: absolute. Errors: kConflict (something is there), those of copying and indexing.
Result<void> mirror_archive(Env&, const Settings&, const std::string& source, const fs::path& dir, const MirrorOptions&,
                            const search::IndexProgress&);

}  // namespace lorelei::lei
