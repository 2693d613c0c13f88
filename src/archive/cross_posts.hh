// SPDX-License-Identifier: GPL-3.0-or-later
// Which archives hold a message of an aggregate: the tables that over.sqlite3 of an extindex has beside its overview.
//
//   inboxes   ibx_id, eidx_key              an archive by its key: newsgroup, else directory
//   xref3     docid, ibx_id, xnum, oidbin   document docid is article xnum of that archive, stored there as blob oidbin
//   eidx_meta key, val                      lc-v2:KEY//UIDVALIDITY;EPOCH: up to which commit that epoch was read
//   eidxq     docid                         documents that the reference means to index again; we leave none there
//   counter   eidx_docid                    the last document number that was given
//
// Format of public-inbox 1.9; the index of xref3 by archive is ours, the reference has no use for it. The caller holds
// the aggregate's lock and the transaction.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/sqlite.hh"
#include "git/object_id.hh"

namespace lorelei::archive {

class CrossPosts {
 public:
  static Result<CrossPosts> open(Sqlite db);

  Result<std::int64_t> archive_id(std::string_view key);             // given if it is new
  Result<std::unordered_map<std::int64_t, std::string>> archives();  // all keys by id
  Result<std::int64_t> next_document();
  Result<std::int64_t> last_document();  // 0 if none was ever given

  struct Copy {
    std::int64_t archive_id = 0, number = 0;
    git::ObjectId blob;
  };
  Result<void> add(std::int64_t document, const Copy&);
  Result<void> remove(std::int64_t document, const Copy&);
  Result<std::vector<Copy>> copies(std::int64_t document);  // in the order they were added
  // All of one archive, by number ascending.
  Result<void> each_of_archive(std::int64_t archive_id,
                               const std::function<Result<void>(std::int64_t document, const Copy&)>& visit);

  Result<std::optional<std::string>> meta(std::string_view key);
  Result<void> set_meta(std::string_view key, std::string_view value);

 private:
  explicit CrossPosts(Sqlite db);
  Sqlite db_;
  Statement find_archive_, add_archive_, next_document_, last_document_, add_, remove_, copies_, of_archive_, meta_,
      set_meta_;
};

}  // namespace lorelei::archive
