// SPDX-License-Identifier: GPL-3.0-or-later
// A search result as the draft of an answer: the format `reply` of lei, a message of an mbox for a mail program.
//
//   From 4d0e52fc4e43b3e633bcc29e5d8ac6758899c945@99 Fri Jul 20 07:21:41 2018        the time of arrival, UTC
//   To: Reply-To, else From, else Sender, else the first of To and Cc
//   Cc: all of To and Cc
//   Subject: Re: ...
//   In-Reply-To: <id>
//
//   On DATE, NAME wrote:
//   > the parts (lei/parts_view.hh)
//
// and an empty line.
#pragma once
#include "lei/canvas.hh"
#include "lei/shown_message.hh"

namespace lorelei::lei {

std::string reply_view(const ShownMessage&, const ViewLook& = {});

}  // namespace lorelei::lei
