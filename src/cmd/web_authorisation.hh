// SPDX-License-Identifier: GPL-3.0-or-later
// The part of `lorelei send` that makes a web endpoint know its user's key.
#pragma once
#include <string>

#include "base/command.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "cmd/outgoing.hh"

namespace lorelei::cmd {

struct AuthorisationWishes {
  bool begins = false;    // asks for a challenge
  std::string challenge;  // answers it
  bool ends = false;
  Consent consent = Consent::kAsked;

  bool any() const { return begins || ends || !challenge.empty(); }
};

Result<void> authorise(const Env&, const Args&, const AuthorisationWishes&);

}  // namespace lorelei::cmd
