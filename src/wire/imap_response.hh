// SPDX-License-Identifier: GPL-3.0-or-later
// What an IMAP server said, as values. One response, as ImapReader cuts them, gives one ImapResponse; what we have no
// use for (BODYSTRUCTURE, extensions that nobody asked for) is passed over.
//
//   A7 OK [APPENDUID 38505 3955:3957] APPEND completed      tagged, condition kOk, code and its arguments
//   * NO [ALERT] Disk nearly full                           a condition of the server
//   * 23 EXISTS                                             kind kExists, number 23
//   * 12 FETCH (UID 7 FLAGS (\Seen) BODY[] {5}...)          kind kFetch, fetch
//   + idling                                                kind kContinuation, text
//
// Foreign bytes: linear, no recursion; a response that is none is an error, a member that is none is left out.
// Source: RFC 3501 7 and 9, RFC 4315 (UIDPLUS), 5258 and 6154 (LIST), 2342 (NAMESPACE), 4731 (ESEARCH), 7162 (MODSEQ).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "wire/imap_reader.hh"
#include "wire/imap_uids.hh"

namespace lorelei::wire {

struct ImapFetch {
  std::uint32_t uid = 0;  // 0: it was not said
  std::optional<std::vector<std::string>> flags = {};
  std::optional<std::int64_t> internal_date = {};  // seconds since 1970
  std::optional<std::uint64_t> size_bytes = {};
  std::optional<std::uint64_t> modseq = {};
  std::optional<std::string> body = {};    // of BODY[] or RFC822, with CRLF
  std::optional<std::string> header = {};  // of BODY[HEADER...]
  bool is_cut = false;                     // the body was over the limit of a literal, and is empty
};

struct ImapListed {
  std::vector<std::string> attributes = {};  // as sent: "\Noselect", "\Sent"
  std::string delimiter = {};                // one character; empty: there is no hierarchy
  std::string name = {};                     // as the server writes it, mostly modified UTF-7

  bool has(std::string_view attribute) const;
};

struct ImapMailboxStatus {
  std::string name = {};
  std::optional<std::uint64_t> messages = {}, uid_next = {}, uid_validity = {}, unseen = {}, append_limit = {},
                               highest_modseq = {};
};

struct ImapNamespace {
  std::string prefix = {};
  std::string delimiter = {};  // as ImapListed
};

struct ImapResponse {
  enum class Kind {
    kContinuation,
    kTagged,     // the end of a command
    kCondition,  // untagged OK, NO, BAD, BYE, PREAUTH
    kCapability,
    kEnabled,
    kList,
    kStatus,
    kSearch,  // also ESEARCH
    kNamespace,
    kFlags,
    kExists,
    kExpunge,
    kFetch,
    kOther,  // text has its name
  };
  enum class Condition { kOk, kNo, kBad, kBye, kPreauth };

  Kind kind = Kind::kOther;
  std::string tag = {};                        // kTagged; of ESEARCH, the command that it answers
  Condition condition = Condition::kOk;        // kTagged, kCondition
  std::string code = {}, code_arguments = {};  // of a condition: in upper case, and as sent; empty if there is none
  std::string text = {};                       // for people
  std::uint32_t number = 0;                    // kExists, kExpunge, kFetch
  std::vector<std::string> words = {};         // kCapability and kEnabled in upper case; kFlags
  ImapListed listed = {};
  ImapMailboxStatus status = {};
  ImapUids found = {};
  std::optional<ImapNamespace> personal = {};  // the first one
  ImapFetch fetch = {};
};

// Errors: kCorrupt, with the beginning of what was received.
Result<ImapResponse> parse_imap_response(const ImapBytes&);

// What a response code says, from its arguments. Nothing if it is not well-formed.
struct ImapAppended {
  std::uint32_t uid_validity = 0;
  ImapUids uids;
};
std::optional<ImapAppended> imap_append_uid(std::string_view arguments);  // APPENDUID
std::vector<std::string> imap_flag_list(std::string_view arguments);      // PERMANENTFLAGS: "(\Seen \*)"
std::vector<std::string> imap_capabilities(std::string_view arguments);   // CAPABILITY; in upper case

}  // namespace lorelei::wire
