// SPDX-License-Identifier: GPL-3.0-or-later
// The names inside the search index: public-inbox's schema 15, which never changes. Writers (search/document.cc) and
// readers (search/prefixes.hh, search/engine.cc) take them from here.
#pragma once
#include <string_view>

namespace lorelei::search {

inline constexpr int kSchemaVersion = 15;  // names the directories: xap15, ei15

// Term prefixes. "Z" before any of the text prefixes marks a stemmed copy.
namespace term {
inline constexpr std::string_view  //
    kMessageId = "Q",
    kListId = "G", kArchive = "O",                                   // exact, wdf 0
    kReference = "XRF",                                              // exact, wdf 0; ours and of public-inbox 2
    kDiffPre = "XDFPRE", kDiffPost = "XDFPOST", kPatchId = "XDFID",  // exact, wdf 1
    kKeyword = "K", kLabel = "L",                                    // exact; saved mail only
    kSubject = "S", kFrom = "A", kTo = "XTO", kCc = "XCC",           // text
    kMessageIdWords = "XM", kListWords = "XL", kAttachment = "XFN",  //
    kQuoted = "XQUOT", kUnquoted = "XNQ",                            //
    kDiffFile = "XDFN", kDiffRemoved = "XDFA", kDiffAdded = "XDFB",  //
    kDiffContext = "XDFCTX", kDiffHunk = "XDFHH";
}  // namespace term

// Value slots; all hold Xapian::sortable_serialise of a number.
namespace slot {
inline constexpr unsigned kReceived = 0,  // seconds since 1970
    kDay = 1,                             // of the Date header, YYYYMMDD in UTC
    kSent = 2,                            // of the Date header, YYYYMMDDhhmmss in UTC
    kBytes = 3,                           // with CRLF line ends
    kNumber = 4,                          // article number
    kThread = 5;                          // over.tid
}  // namespace slot

// Metadata keys of shard 0.
inline constexpr const char* kHasThreadId = "has_threadid";  // "1": slot kThread can be trusted
inline constexpr const char* kIndexLevel = "indexlevel";     // "medium", or absent
inline constexpr const char* kSkipDocdata = "skip_docdata";  // "1": documents carry no data

}  // namespace lorelei::search
