// SPDX-License-Identifier: GPL-3.0-or-later
// Where results go and in which form, as -o and --format say it in lei's words:
//
//   -, /dev/stdout, /dev/fd/1                        standard output; list on a terminal, else json
//   mboxrd:PATH mboxo: mboxcl: mboxcl2: maildir:     a file or Maildir (any case); the format may stand in --format
//   PATH                                             a Maildir
//   mboxrd:PATH.gz                                   compressed
//
// Formats: list, json, jsonl (ldjson, ndjson), concatjson, text, mboxrd, mboxo, mboxcl, mboxcl2, maildir.
#pragma once
#include <optional>
#include <string>

#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::search {

enum class Format { kList, kJson, kJsonLines, kConcatJson, kText, kMboxrd, kMboxo, kMboxcl, kMboxcl2, kMaildir };
bool is_mail(Format);  // whole messages: an mbox or a Maildir
bool is_json(Format);
const char* format_name(Format);

struct Destination {
  Format format = Format::kJson;
  std::string path;  // empty: standard output
  enum Compression { kPlain, kGzip } compression = kPlain;
};

// Errors: kUsage (an unknown format, or two that conflict; what is not there yet: IMAP, v2).
Result<Destination> choose_destination(const std::string& output, const std::optional<std::string>& format, const Env&);

}  // namespace lorelei::search
