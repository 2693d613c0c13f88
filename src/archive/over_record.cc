// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/over_record.hh"

#include <fmt/format.h>
#include <zlib.h>

#include <cassert>

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

struct Inflater::Stream {
  z_stream z{};
  std::string out;
  Stream() {
    [[maybe_unused]] const int code = inflateInit(&z);
    assert(code == Z_OK);
    out.resize(4096);
  }
  ~Stream() { inflateEnd(&z); }
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Result<std::string_view> Inflater::inflate(std::string_view zlib_stream) {
  z_stream& z = stream_->z;
  auto& out = stream_->out;
  inflateReset(&z);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zlib_stream.data()));
  z.avail_in = static_cast<uInt>(zlib_stream.size());
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(out.data()) + z.total_out;
    z.avail_out = static_cast<uInt>(out.size() - z.total_out);
    const int code = ::inflate(&z, Z_FINISH);
    if (code == Z_STREAM_END) return std::string_view(out.data(), z.total_out);
    if (code != Z_BUF_ERROR || z.avail_out != 0)
      return err(Error::Kind::kCorrupt, "read an overview record", "", "it is not a zlib stream",
                 "lorelei archive index --reindex builds the index again from git");
    if (out.size() >= kMaxRecordBytes)
      return err(Error::Kind::kTooLarge, "read an overview record", "", "it inflates to more than 4 MiB");
    out.resize(out.size() * 2);
  }
}

}  // namespace lorelei::archive
