// SPDX-License-Identifier: GPL-3.0-or-later
// A contributor's mail as the service sends it.
//
// A domain's DMARC policy may forbid others to send as its people. Unless the author's domain is one that the service
// signs for:
//
//   From: Ann via SERVICE <LOCAL+ann.example.net@DOMAIN>      takes the place of From, where that stood
//   X-Original-From: Ann <ann@example.net>                    with the bytes that From had
//   Reply-To: Ann <ann@example.net>                           unless there is one
//   text: "From: Ann <ann@example.net>" on top                if it has a diff and names no author itself
//
// The line in the text is what `git am` takes for the author, and what developers' signatures take for From, so that
// they hold as before. Of a cover letter, which nobody applies, verifiers put X-Original-From back.
//
// X-Endpoint-Received says who submitted it. Headers that only a server may have set go: Bcc, Return-Path, and those of
// this list that somebody made up.
#pragma once
#include <cstdint>
#include <string>

#include "attest/key_path.hh"
#include "base/result.hh"
#include "serve/endpoint_settings.hh"
#include "serve/submission.hh"

namespace lorelei::serve {

struct RelayedMail {
  std::string sender;  // the address in From: failures are reported there
  std::string message;
};
// Errors: kRefused, its text cannot name the author without becoming another one.
Result<RelayedMail> relayed_mail(const Submitted&, const EndpointSettings&, const attest::KeyName& signer,
                                 std::int64_t contributor);

}  // namespace lorelei::serve
