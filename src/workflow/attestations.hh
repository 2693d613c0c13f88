// SPDX-License-Identifier: GPL-3.0-or-later
// What signatures say of the mails of a thread. No program is run before a mail that is signed.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attest/report.hh"
#include "base/env.hh"
#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

// "Signed: ed25519/ann@example.org", with a mark before it when it is shown.
struct Attestor {
  bool is_good = false;
  std::string text;
  auto operator<=>(const Attestor&) const = default;
};

class Attestations {
 public:
  enum class Network { kUsed, kNotUsed };
  Attestations(const Env&, Network);
  ~Attestations();
  Attestations(Attestations&&) noexcept;

  // Judged once. Errors: of the settings; a signature that cannot be judged is a verdict, no error.
  Result<const attest::Attested*> of(const PatchMail&);
  // Patches of a series in their order: also by keys that they bring along, and by the policy. For of() that comes
  // before.
  Result<const attest::Attested*> of_patch(const PatchMail&);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Developers' signatures first, then DKIM of the author's domain; of other domains only where they are bad.
std::vector<Attestor> attestors(const attest::Attested&);
// By the author's domain, or by who sent it.
bool is_attested(const attest::Attested&);

}  // namespace lorelei::workflow
