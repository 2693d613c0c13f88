// SPDX-License-Identifier: GPL-3.0-or-later
// The decoded lines of a body, sorted as git mailinfo does it (mail/mailinfo.hh): header lines on top, then the log
// message, then the patch up to the end.
//
//   on top   empty lines, From: Subject: Date: (each once, may be folded), "[PATCH] ", ">From ID Mon Sep 17 ..."
//   scissors "-- >8 --": what came before is left out, and the next line is on top again; only if they are heeded
//   patch    from a line on that starts with "diff -", "Index: ", "--- x", or is "---"
#pragma once
#include <string>
#include <string_view>

#include "mail/mailinfo_header.hh"
#include "mail/mailinfo_text.hh"

namespace lorelei::mail {

class MailinfoLog {
 public:
  MailinfoLog(MailinfoConversion& conversion, Scissors scissors) : conversion_(conversion), scissors_(scissors) {}
  // A line with its LF (the last one may lack it), in this charset. False: it cannot be decoded, and so the message
  // cannot be read; failure() says why.
  bool add(std::string_view line, MailinfoCharset&);
  // After the last line; false as for add().
  bool finish();

  bool in_patch() const { return stage_ == Stage::kPatch; }
  // Before: in_patch(). Any number of lines.
  void add_to_patch(std::string_view lines) { patch_ += lines; }

  MailinfoValues& values() { return values_; }  // of the headers on top
  std::string& message() { return message_; }
  std::string& patch() { return patch_; }
  bool took_lines() const { return took_lines_; }  // some were taken for headers
  bool cut() const { return cut_; }                // at scissors
  bool nul_cut() const { return nul_cut_; }        // a NUL ended a header on top
  const char* failure() const { return failure_; }

 private:
  enum class Stage { kTop, kMessage, kPatch };
  enum class Top { kTaken, kText, kBroken };
  Top take_top_line(std::string_view line);

  MailinfoConversion& conversion_;
  Scissors scissors_;
  Stage stage_ = Stage::kTop;
  MailinfoValues values_;
  std::string pending_;  // a header that may be continued
  std::string message_, patch_, converted_;
  bool took_lines_ = false, cut_ = false, nul_cut_ = false;
  const char* failure_ = "";
};

}  // namespace lorelei::mail
