// SPDX-License-Identifier: GPL-3.0-or-later
// A message as one reads it at a terminal: the headers that matter, decoded text, a note for everything else.
//
//   From: Jens Axboe <axboe@kernel.dk>            addresses, subject, date, ids; decoded
//   Subject: Re: [PATCH v2] block: fix
//
//   > quoted                                      patches, quotes and headers are coloured
//   text
//   [-- Attachment #2: config.gz, application/gzip, 4711 bytes --]
//
// Everything passes through printable(): the message can't move the cursor or turn text around.
#pragma once
#include <string>

#include "mail/message.hh"

namespace lorelei::mail {

struct ReadingLook {
  enum Colour { kPlain, kColour } colour = kPlain;
};

// Ends in a line end.
std::string reading_view(const Entity&, const ReadingLook& = {});

}  // namespace lorelei::mail
