// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of folders: which message lies where, with which keywords, and how far a folder was read. So that the
// next import takes what is new, that keywords can be carried between a folder and the marks (lei/marks.hh) in both
// directions, and that a message can be read where it lies.
//
// FILE   $XDG_DATA_HOME/lorelei/mail_sync.sqlite3: the tables of lei's file of that name, and two columns of our own
//          folders    fid, loc, read_up_to (number up to which all was taken)
//          blob2num   oidbin, fid, uid, flags    of an IMAP mailbox or a newsgroup
//          blob2name  oidbin, fid, name, flags   of a Maildir: the file's name, in cur/ or new/
//        flags: the folder's keywords when they were last brought into line with the marks; null: never
//
// FOLDER  maildir:/PATH, imap[s]://[USER@]HOST/MAILBOX;UIDVALIDITY=N, nntp[s]://HOST/GROUP. Mail that was read without
//         a login has the user ";AUTH=ANONYMOUS".
//
// A message that lies in a folder with other bytes than in the store (another way through the net) is known by the
// blob of the store.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/sqlite.hh"
#include "git/object_id.hh"
#include "lei/home.hh"
#include "mail/keywords.hh"
#include "wire/imap_url.hh"

namespace lorelei::lei {

// Where a message lies in a folder.
struct Seat {
  git::ObjectId blob;
  std::uint64_t number = 0;  // UID, or number of the article; 0 in a Maildir
  std::string name = {};     // in a Maildir
  std::optional<mail::Keywords> agreed = {};
};

// Keywords after changes on both sides since they were agreed: each change counts. Never agreed: all keywords count.
mail::Keywords merged(const std::optional<mail::Keywords>& agreed, const mail::Keywords& in_folder,
                      const mail::Keywords& in_marks);

bool is_maildir_folder(std::string_view folder);
fs::path maildir_of(std::string_view folder);  // before: is_maildir_folder()
std::string maildir_folder(std::string_view path);
// anonymous: the server let us in without a name. uid_validity of url is not looked at.
std::string imap_folder(const wire::ImapUrl& url, bool anonymous, std::uint32_t uid_validity);

class MailSync {
 public:
  enum class Access { kRead, kWrite };
  // Without the file nothing is known; kWrite makes it.
  static Result<MailSync> open(const Home&, Access);

  Result<std::vector<std::string>> folders();  // by name
  // The folders that a word of the command line means: a Maildir with or without "maildir:", a URL with or without
  // UIDVALIDITY and user. Empty: none that is known.
  Result<std::vector<std::string>> folders_named(const std::string& word);

  struct Stats {
    std::uint64_t count = 0, lowest = 0, highest = 0;
  };
  Result<Stats> stats(const std::string& folder);
  Result<std::uint64_t> read_up_to(const std::string& folder);  // 0: from the start
  Result<std::optional<Seat>> seat(const std::string& folder, std::uint64_t number);
  // By the name up to its colon: what follows are flags, which change.
  Result<std::optional<Seat>> seat(const std::string& folder, std::string_view name);
  Result<std::vector<std::pair<std::string, Seat>>> seats_of(const git::ObjectId&);
  // In the order of numbers or names. The visitor may change the seat it is given.
  Result<void> each_seat(const std::string& folder, const std::function<Result<void>(const Seat&)>&);

  // All between begin() and commit() counts together or not at all.
  Result<void> begin();
  Result<void> commit();
  Result<void> add_folder(const std::string& folder);
  // The same; nothing is written, nor opened for writing, if it is there.
  static Result<void> ensure_folder(const Home&, const std::string& folder);
  Result<void> put(const std::string& folder, const Seat&);  // in the place of whatever was there
  Result<void> remove(const std::string& folder, const Seat&);
  Result<void> set_read_up_to(const std::string& folder, std::uint64_t number);
  Result<void> forget_above(const std::string& folder, std::uint64_t number);
  Result<void> forget(const std::string& folder);

 private:
  explicit MailSync(std::optional<archive::Sqlite>);
  Result<std::optional<std::int64_t>> id_of(const std::string& folder);
  Result<std::int64_t> made_id_of(const std::string& folder);

  std::optional<archive::Sqlite> db_;
  std::unique_ptr<archive::Transaction> transaction_;
  std::map<std::string, std::int64_t, std::less<>> ids_;
  archive::Statement folder_, add_folder_, by_number_, by_name_, add_number_, add_name_, remove_number_, remove_name_;
};

}  // namespace lorelei::lei
