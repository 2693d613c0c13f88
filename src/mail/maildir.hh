// SPDX-License-Identifier: GPL-3.0-or-later
// Maildirs: one file a message, below cur/ (seen by a mail program) or new/; tmp/ is where files are written.
//
//   NAME [":2," FLAGS]     flags: letters of mail/keywords.hh; readers tolerate ":2," in new/
//
// Reading passes over names that start with ".", that have another suffix behind a colon, and messages marked as
// trashed (T). What we deliver is named by its content: BLOB-ID ["=" PERCENT] ":2," FLAGS, with a unique prefix
// "RANDOM,TIME,PID,COUNT," if the name is taken.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hh"
#include "base/write_behind.hh"
#include "mail/keywords.hh"

namespace lorelei::mail {

struct MaildirEntry {
  fs::path path;
  Keywords keywords;
  bool is_new = false;      // in new/
  bool is_trashed = false;  // marked with T
};

// A directory with cur/ and new/ in it.
bool is_maildir(const fs::path&);
// new/, then cur/, each by name. Errors: kNotFound if there is neither, kFailed.
enum class Trashed { kSkip, kList };
Result<std::vector<MaildirEntry>> list_maildir(const fs::path&, Trashed = Trashed::kSkip);

// Delivers messages into a Maildir. Files are written to tmp/, made durable, and only then renamed to where mail
// programs look; nothing that is there is ever replaced. A batch is made durable together.
class MaildirWriter {
 public:
  enum class Folder { kCur, kNew };
  struct Delivery {
    std::string_view blob_id;    // in hex, or another name without "/" and ":"; a unique one if empty
    std::optional<int> percent;  // relevance
    Keywords keywords;
    Folder folder = Folder::kCur;
  };

  // Creates what is missing of the directory and its three folders, for the user's eyes only (mode 0700), and removes
  // from tmp/ what killed writers of ours left there (base/leftovers.hh). Errors: kConflict if something else is there.
  static Result<MaildirWriter> create(const fs::path&);
  MaildirWriter(MaildirWriter&&) noexcept = default;
  MaildirWriter& operator=(MaildirWriter&&) noexcept = default;
  // What was not finished is removed from tmp/.
  ~MaildirWriter();

  Result<void> deliver(std::string_view message, const Delivery&);

  // For who keeps a record of what is where, deliver() in two steps. The message is in tmp/; the name that it will get
  // is returned. is_taken: names, up to their colon, that are not free.
  Result<std::string> prepare(std::string_view message, const Delivery&,
                              const std::function<bool(const std::string& base)>& is_taken);
  // All that is prepared is durable and in place. The names in the order of prepare(): others than it said where
  // somebody took one meanwhile.
  Result<std::vector<std::string>> publish();

  // All is durable and in place; cur/ looks fresh to mail programs that poll its time. More can be delivered after it.
  Result<void> finish();

 private:
  struct Pending {
    Fd fd;  // of the first ones
    fs::path temporary;
    std::string name;  // its final one, without a prefix
    Folder folder;
  };

  explicit MaildirWriter(fs::path directory);
  Result<void> sync_pending();
  Result<std::string> rename_to_final(const Pending&);
  std::string unique_prefix();

  fs::path directory_;
  std::vector<Pending> pending_;
  std::unique_ptr<WriteBehind> behind_;  // writes what follows the first ones
  std::uint32_t nonce_;                  // a killed process may have had our number
  bool has_delivered_ = false;
  std::uint64_t count_ = 0;  // of unique names
};

}  // namespace lorelei::mail
