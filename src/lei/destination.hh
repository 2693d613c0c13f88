// SPDX-License-Identifier: GPL-3.0-or-later
// Where results go and in which form, as -o and --format say it in lei's words:
//
//   -, /dev/stdout, /dev/fd/1                        standard output; list on a terminal, else json
//   mboxrd:PATH mboxo: mboxcl: mboxcl2: maildir:     a file or Maildir (any case); the format may stand in --format
//   v2:DIR                                           a public-inbox archive
//   PATH                                             a Maildir
//   mboxrd:PATH.gz .bz2 .xz                          packed
//   imap://[USER@]HOST[:PORT]/MAILBOX, imaps://...   a mailbox on a server
//
// Formats: list, json, jsonl (ldjson, ndjson), concatjson, text, reply, mboxrd, mboxo, mboxcl, mboxcl2, maildir, v2.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "lei/manner.hh"

namespace lorelei::lei {

enum class Format {
  kList,
  kJson,
  kJsonLines,
  kConcatJson,
  kText,
  kReply,
  kMboxrd,
  kMboxo,
  kMboxcl,
  kMboxcl2,
  kMaildir,
  kV2,
  kImap
};
bool is_mbox(Format);
bool is_mail(Format);  // whole messages
bool is_json(Format);
const char* format_name(Format);
std::vector<std::string> format_names();  // what --format takes

struct Destination {
  Format format = Format::kJson;
  std::string path;        // empty: standard output; an absolute path, or a URL
  bool is_stream = false;  // standard output, a pipe, a device: written from start to end, and kept by nobody

  // As a saved search keeps it: "maildir:/home/u/Mail/x", "imaps://h/INBOX".
  std::string text() const;
};

// Errors: kUsage (an unknown format, or two that conflict), kConflict (something else is there).
Result<Destination> choose_destination(const std::string& output, const std::optional<std::string>& format, const Env&,
                                       Manner);
// The other way round, from what a saved search has.
Result<Destination> parse_destination(const std::string& text);

}  // namespace lorelei::lei
