// SPDX-License-Identifier: GPL-3.0-or-later
// The keys that developers say in their mails they sign with, and what the keyrings here know of them.
//
// A key counts where its mail has a signature of the same identity and algorithm, which names the selector. That the
// signature holds is not asked: these are keys that somebody has yet to be asked about.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "attest/key_header.hh"
#include "attest/settings.hh"
#include "base/env.hh"
#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

struct ThreadKey {
  enum class State {
    kUnknown,
    kKnown,    // a keyring has this key for the identity and selector
    kInGnupg,  // no keyring has one, but the user's GnuPG keyring has that key
    kOther,    // a keyring has another key there
    kUnusable  // the identity or the selector cannot be part of a path
  };
  attest::KeyHeader key = {};
  std::string selector = {};
  State state = State::kUnknown;
  std::string source = {};         // of kKnown and kOther: where the key lies
  std::string path = {};           // below a keyring; empty: kUnusable
  std::string place = {};          // the file to store it in, which is looked at for keys
  std::vector<std::string> mails;  // Message-IDs

  std::string key_id() const;  // of openpgp: the last 16 digits, of 64 the first 16; else empty
};
std::string_view name_of(ThreadKey::State);  // "unknown", "known", "gnupg", "other", "unusable"

struct ThreadKeys {
  std::vector<ThreadKey> keys;     // each once, in the order of the mails
  std::vector<std::string> notes;  // headers that could not be read, keys without a signature
};
// Errors: of reading keyrings.
Result<ThreadKeys> keys_in(const Env&, const attest::Settings&, const std::vector<PatchMail>&);

// "ann@example.org: (unknown)" and an indented line for each thing there is to say; safe for a terminal.
std::string text_of(const ThreadKey&);
std::string json_of(const ThreadKey&);  // one line

}  // namespace lorelei::workflow
