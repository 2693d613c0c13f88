// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/over_record.hh"

#include <fmt/format.h>

#include "base/inflate.hh"

namespace lorelei::archive {

std::string overview_record(const mail::Overview& o, std::string_view blob_hex, Recipients recipients) {
  std::string references;
  for (const auto& id : o.references) references += (references.empty() ? "<" : " <") + mail::to_utf8({id}) + ">";
  const bool all = recipients == Recipients::kYes;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", o.subject, o.from, references, all ? o.to : "",
                     all ? o.cc : "", blob_hex, mail::to_utf8({o.own_id}), o.size_bytes, o.lines);
}

std::array<std::string_view, 9> record_fields(std::string_view record) {
  std::array<std::string_view, 9> fields;
  for (auto& field : fields) {
    const auto end = record.find('\n');
    field = record.substr(0, end);
    if (end == std::string_view::npos) break;
    record.remove_prefix(end + 1);
  }
  return fields;
}

std::string_view record_field(std::string_view record, RecordField field) {
  return record_fields(record)[static_cast<std::size_t>(field)];
}

struct Inflater::Impl {
  lorelei::Inflater inflater{kMaxRecordBytes};
};

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Result<std::string_view> Inflater::inflate(std::string_view zlib_stream) {
  const auto inflated = impl_->inflater.inflate(zlib_stream);
  if (inflated) return *inflated;
  if (inflated.error() == InflateFailure::kTooLarge)
    return err(Error::Kind::kTooLarge, "read an overview record", "", "it inflates to more than 4 MiB");
  return err(Error::Kind::kCorrupt, "read an overview record", "", "it is not a zlib stream",
             "lorelei archive index --reindex builds the index again from git");
}

}  // namespace lorelei::archive
