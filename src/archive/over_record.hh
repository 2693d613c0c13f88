// SPDX-License-Identifier: GPL-3.0-or-later
// The overview record: nine UTF-8 lines that describe one message, deflated (RFC 1950) in the column over.ddd and, with
// To and Cc left empty, plain as the data of a search document. Format of public-inbox 1.9:
//
//   subject LF from LF references LF to LF cc LF blob LF message-id LF bytes LF lines
//
// references are "<a@x> <b@y>"; blob is 40 hexadecimal digits; message-id (no brackets) is the one that the article
// number belongs to; bytes and lines are decimal. Trailing empty fields may be missing.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hh"
#include "mail/overview.hh"

namespace lorelei::archive {

enum class Recipients { kYes, kNo };
std::string overview_record(const mail::Overview&, std::string_view blob_hex, Recipients);

enum class RecordField { kSubject, kFrom, kReferences, kTo, kCc, kBlob, kMessageId, kBytes, kLines };
// One field; empty if the record ends before it.
std::string_view record_field(std::string_view record, RecordField);
// All nine at once.
std::array<std::string_view, 9> record_fields(std::string_view record);

inline constexpr std::size_t kMaxRecordBytes = 4 << 20;  // forty times the header limit of mail/message.hh

// base/inflate.hh for records. Keeps its tables and room between them; not for two threads at once.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  // The view lives until the next call. Errors: kCorrupt, kTooLarge (over kMaxRecordBytes).
  Result<std::string_view> inflate(std::string_view zlib_stream);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::archive
