// SPDX-License-Identifier: GPL-3.0-or-later
// A mail as git takes it for a commit: what `git mailinfo --encoding=utf-8 --no-scissors MSG PATCH` of git 2.39 writes,
// byte for byte, with git's default settings, without a process. Developer signatures are made over these bytes.
//
//   header block  mailinfo_header   From, Subject, Date and what says how the body is written
//   body          mailinfo.cc       parts, transfer encodings, format=flowed: makes lines
//   lines         mailinfo_log      header lines on top of the body, the log message, from some line on the patch
//   last          mailinfo_person   who, and the subject without its prefixes
//
// Of git 2.39, --encoding=utf-8 turns every conversion of charsets off: text stays in the bytes that it was sent in.
// Without the option (and in `git am`) text becomes UTF-8, and what cannot be converted is an error. Charsets says
// which is meant.
//
// This is not the reading of mail/message.hh, which has other rules for nearly everything: here the type of a part does
// not matter, and what is not in any part is dropped. Reading says where a message lies in the region in which two
// programs may see two texts.
//
// Foreign bytes: linear cost, no recursion; parts are nested four deep at most, as in git.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::mail {

inline constexpr std::size_t kMaxMailinfoBytes = 64 << 20;  // no list takes mail of that size

enum class Charsets {
  kKept,       // git mailinfo --encoding=utf-8 --no-scissors
  kConverted,  // git mailinfo --no-scissors
};

// Whether all of the message above a line of scissors ("-- >8 --") is left out. Signatures are made without it.
enum class Scissors { kIgnored, kHeeded };

struct Mailinfo {
  // As git prints them, without white space (SP HT LF CR VT FF) at both ends; empty where there is none.
  std::string author, email, subject, date;
  std::string message;  // the log message, what git writes into MSG
  std::string patch;    // what it writes into PATCH; empty: this mail is no patch

  // What of the message was read in a way that another reader, or a person, may not expect.
  struct Reading {
    // This stood on top of the body and took the place of the header's. Only where there is a patch.
    bool in_body_from = false, in_body_subject = false, in_body_date = false;
    // Lines on top of the body were taken for headers, "[PATCH]" or ">From " lines, and went nowhere: there is no
    // patch.
    bool lines_lost = false;
    // Text before the first part, after the last, or in place of the empty line below a part's headers was dropped.
    bool outside_text = false;
    bool boundary_elsewhere = false;  // a boundary= in a Content-Type that is not multipart/
    bool nested = false;              // parts within parts
    bool charsets_differ = false;     // between parts that gave text
    // A text or an encoded word that is not ASCII, or of a charset with other ways of ASCII, is declared to be in
    // another charset than UTF-8. Where this is false, both Charsets give the same.
    bool other_charset = false;
    bool flowed = false;       // lines were joined, or lost a space, by format=flowed
    bool cut = false;          // text above scissors was left out
    bool nul_cut = false;      // a NUL ended a header or an encoded line; what came after it was dropped
    bool part_header = false;  // a From, Subject or Date that the message lacks came from a part's headers
    // A quote or comment in From is not ended. git 2.39 reads on in its memory then, so its author, and even the
    // address, are chance; ours end with the text.
    bool from_unended = false;
    std::size_t text_parts = 0;  // that gave a line that is not blank; a message without parts is one
    // How often each is among the headers of the message; of the last two, of the part with the most.
    std::size_t from = 0, subject = 0, date = 0, content_type = 0, transfer_encoding = 0;
  };
  Reading reading = {};
};

// raw has LF at the ends of its lines. Errors: kCorrupt where git mailinfo fails, kTooLarge.
Result<Mailinfo> mailinfo(std::string_view raw, Charsets = Charsets::kKept, Scissors = Scissors::kIgnored);

}  // namespace lorelei::mail
