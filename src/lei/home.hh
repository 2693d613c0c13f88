// SPDX-License-Identifier: GPL-3.0-or-later
// Where saved searches, externals and the user's own mail lie. What lei has, stays where lei has it, so that both
// programs can be used in one home; what only we need is beside it or below a directory of ours.
//
//   $XDG_CONFIG_HOME/lei/config                  externals and settings; git's configuration syntax
//   $XDG_DATA_HOME/lei/saved-searches/NAME-HASH/ one saved search each (lei/saved_search.hh), with its ledger
//                                                (lei/ledger.hh)
//   $XDG_DATA_HOME/lei/store                     lei's own store: read, never written
//   $XDG_DATA_HOME/lorelei/store                 ours, an ordinary archive (lei/store.hh); the setting lorelei.store
//                                                names another directory
//   $XDG_DATA_HOME/lorelei/indexed               what is only indexed, an archive without its blobs (lei/store.hh)
//   $XDG_DATA_HOME/lorelei/marks.sqlite3         keywords and labels (lei/marks.hh)
//   $XDG_DATA_HOME/lorelei/searched              archives that were searched (lei/seen_archives.hh)
//   $XDG_DATA_HOME/lorelei/mail_sync.sqlite3     what is known of folders (lei/mail_sync.hh)
#pragma once
#include "base/env.hh"
#include "base/files.hh"

namespace lorelei::lei {

struct Home {
  explicit Home(const Env&);
  fs::path config;          // the file
  fs::path data;            // lei's directory
  fs::path saved_searches;  // below it
  fs::path own;             // our directory
  fs::path store;           // our own mail
  fs::path indexed() const { return own / "indexed"; }
  fs::path marks() const { return own / "marks.sqlite3"; }
  fs::path seen_archives() const { return own / "searched"; }
  fs::path mail_sync() const { return own / "mail_sync.sqlite3"; }
};

// An absolute path without "." and "..", with single slashes and none at the end; links are not followed.
std::string absolute_path(std::string_view path);

}  // namespace lorelei::lei
