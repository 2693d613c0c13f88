// SPDX-License-Identifier: GPL-3.0-or-later
// The headers and the parts of a message, as both the text and the reply of lei have them.
//
//   From, To, Cc (folded), Subject, Date, Newsgroups, Message-ID, X-Message-ID, In-Reply-To; References only if there
//   is no In-Reply-To, whose place its last id takes; an empty line
//
//   [-- Warning: decoded text below may be mangled, UTF-8 assumed --]        where the charset was a guess
//   [-- Attachment #2: Content-Description or file name --]                  not for the first text
//   [-- Type: image/png, Size: 4711 bytes --]
//   [-- lei blob OID:2 --]
//
//   decoded text; lines that start with ">" and patches are coloured
//
// An embedded message shows its headers. Any bytes are a message; linear in its size.
//
// Differs from the reference on purpose: it prints no ids in References, but "<>" for each.
#pragma once
#include "lei/canvas.hh"
#include "lei/shown_message.hh"

namespace lorelei::lei {

void add_headers(Canvas&, const mail::Entity&);
void add_parts(Canvas&, const ShownMessage&);

}  // namespace lorelei::lei
