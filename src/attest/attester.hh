// SPDX-License-Identifier: GPL-3.0-or-later
// Judges mail, much of it, in several threads; what was found out comes in the order in which the mail was given.
//
//   TRY(auto attester, Attester::open(env, options, [&](MailToJudge&& mail, Attested&& found) { ... }));
//   TRY_VOID(attester.add({...}));   again and again
//   TRY_VOID(attester.finish());
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attest/dkim_judge.hh"
#include "attest/report.hh"
#include "attest/verify.hh"

namespace lorelei::attest {

struct MailToJudge {
  std::string name;  // of its file, "-"; empty: one of many in a file, it is called by its subject
  std::string raw;
  std::optional<std::int64_t> arrived;  // seconds since 1970, if it is known
  std::string blob;                     // hexadecimal; of an archive only
};

struct AttesterOptions {
  std::vector<KeyringSource> sources = {};
  Keyring::SignedRefs signed_refs = Keyring::SignedRefs::kNotNeeded;
  VerifyOptions verify = {};
  std::optional<DkimSources> dkim = {};  // nothing: not looked at
  unsigned threads = 0;                  // 0: one a processor
};

class Attester {
 public:
  // Called by the thread that adds. An error ends the work.
  using Taker = std::function<Result<void>(MailToJudge&&, Attested&&)>;
  static Result<Attester> open(const Env&, const AttesterOptions&, Taker);

  Result<void> add(MailToJudge&&);
  Result<void> finish();

 private:
  struct Impl;
  explicit Attester(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::attest
