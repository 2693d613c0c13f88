// SPDX-License-Identifier: GPL-3.0-or-later
// Whether two messages say the same: a digest of what a list server or a mail program leaves alone.
//
//   references but its own ids · From, or Sender without it · Subject · Date · To · Cc · every part: place, file name,
//   description, text without trailing white space (other parts: bytes)
//
// In addresses quotes are dropped, white space is squeezed and domains are lower case. Left out: Message-ID, Received,
// List-Id, all other headers. The classes of equal messages are those of public-inbox 1.9 (on a machine where it has
// Email::Address::XS); nobody stores the digest, it is compared within one run.
#pragma once
#include <string>

#include "base/sha256.hh"
#include "mail/message.hh"

namespace lorelei::mail {

Sha256Digest content_hash(const Entity&);
// The same, still open: more can be mixed in (mail/normalise.hh does, to make a new Message-ID).
Sha256 content_digest(const Entity&);

// The bytes that are digested, for people who wonder why two messages are not the same.
std::string content_hash_input(const Entity&);

}  // namespace lorelei::mail
