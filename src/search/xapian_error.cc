// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/xapian_error.hh"

#include <xapian.h>

namespace lorelei::search {

tl::unexpected<Error> xapian_error(const Xapian::Error& e, std::string doing, const std::filesystem::path& subject) {
  using Kind = Error::Kind;
  const std::string_view type = e.get_type();
  std::string why = e.get_msg().empty() ? e.get_description() : e.get_msg();
  if (e.get_error_string()) why += std::string(": ") + e.get_error_string();
  if (type == "DatabaseLockError")
    return err(Kind::kTemporary, std::move(doing), subject.string(), "another process is writing it",
               "wait for it to end");
  if (type == "DatabaseOpeningError" || type == "DatabaseNotFoundError")
    return err(Kind::kNotFound, std::move(doing), subject.string(), why,
               "lorelei archive index builds what is missing");
  if (type == "DatabaseCorruptError")
    return err(Kind::kCorrupt, std::move(doing), subject.string(), why,
               "lorelei archive index --reindex builds the index again from git");
  return err(Kind::kFailed, std::move(doing), subject.string(), why);
}

}  // namespace lorelei::search
