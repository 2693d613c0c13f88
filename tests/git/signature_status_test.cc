// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/signature_status.hh"

#include <gtest/gtest.h>

namespace lorelei::git {
namespace {

using State = SignatureStatus::State;

const std::string kValid =
    "[GNUPG:] VALIDSIG 175D4D718B1B01AFB1D316032A3772DE8F77EC67 2026-11-29 1795987061 0 4 0 22 8 00 "
    "175D4D718B1B01AFB1D316032A3772DE8F77EC67\n";
std::string gpg(const std::string& verdict, const std::string& trust = "", bool is_valid = true) {
  return "[GNUPG:] NEWSIG ann@example.org\n[GNUPG:] " + verdict + "\n" + (is_valid ? kValid : "") +
         (trust.empty() ? "" : "[GNUPG:] " + trust + " 0 pgp\n");
}
State state_of(const std::string& said, int status) { return read_signature_status(said, status).state; }
const std::string kGood = "GOODSIG 2A3772DE8F77EC67 Ann <ann@example.org>";

TEST(SignatureStatus, GoodAndTrusted) {
  for (const char* trust : {"TRUST_ULTIMATE", "TRUST_FULLY", "TRUST_MARGINAL"}) {
    const auto found = read_signature_status(gpg(kGood, trust), 0);
    EXPECT_EQ(found.state, State::kGood) << trust;
    EXPECT_EQ(found.signer, "Ann <ann@example.org>");
    EXPECT_EQ(found.key, "175D4D718B1B01AFB1D316032A3772DE8F77EC67");
    EXPECT_EQ(found.when, 1795987061);
    EXPECT_EQ(found.kind, "openpgp");
  }
}

TEST(SignatureStatus, NobodySaysWhoseKeyItIs) {
  EXPECT_EQ(state_of(gpg(kGood, "TRUST_UNDEFINED"), 0), State::kUntrusted);
  EXPECT_EQ(state_of(gpg(kGood, "TRUST_NEVER"), 0), State::kUntrusted);
  EXPECT_EQ(state_of(gpg(kGood), 0), State::kUntrusted);
}

TEST(SignatureStatus, GitHasTheLastWord) { EXPECT_EQ(state_of(gpg(kGood, "TRUST_FULLY"), 1), State::kUntrusted); }

TEST(SignatureStatus, GoodWithoutValidIsNone) {
  EXPECT_EQ(state_of(gpg(kGood, "TRUST_FULLY", false), 0), State::kUnknown);
}

TEST(SignatureStatus, BadExpiredRevoked) {
  EXPECT_EQ(state_of(gpg("BADSIG 2A3772DE8F77EC67 Ann <ann@example.org>", "", false), 1), State::kBad);
  EXPECT_EQ(state_of(gpg("EXPKEYSIG 2A3772DE8F77EC67 Ann <ann@example.org>", "TRUST_FULLY"), 0), State::kExpired);
  EXPECT_EQ(state_of(gpg("EXPSIG 2A3772DE8F77EC67 Ann <ann@example.org>"), 1), State::kExpired);
  EXPECT_EQ(state_of(gpg("REVKEYSIG 2A3772DE8F77EC67 Ann <ann@example.org>", "TRUST_FULLY"), 0), State::kRevoked);
}

TEST(SignatureStatus, TheKeyIsNotThere) {
  const auto found = read_signature_status(
      "[GNUPG:] NEWSIG\n[GNUPG:] ERRSIG 2A3772DE8F77EC67 22 8 00 1795987061 9 "
      "175D4D718B1B01AFB1D316032A3772DE8F77EC67\n[GNUPG:] NO_PUBKEY 2A3772DE8F77EC67\n",
      1);
  EXPECT_EQ(found.state, State::kNoKey);
  EXPECT_EQ(found.key, "175D4D718B1B01AFB1D316032A3772DE8F77EC67");
  EXPECT_EQ(found.signer, "");
  EXPECT_EQ(found.when, 1795987061);
  EXPECT_EQ(state_of("[GNUPG:] ERRSIG 2A3772DE8F77EC67 22 8 00 1795987061 4 -\n", 1), State::kUnknown);
}

TEST(SignatureStatus, OneDoesNotSpeakForAnother) {
  EXPECT_EQ(state_of(gpg(kGood, "TRUST_FULLY") + gpg("BADSIG 1111111111111111 Eve <eve@example.org>"), 0),
            State::kUnknown);
  EXPECT_EQ(state_of(gpg("BADSIG 1111111111111111 Eve <eve@example.org>") + gpg(kGood, "TRUST_FULLY"), 0),
            State::kUnknown);
  EXPECT_EQ(read_signature_status(gpg(kGood, "TRUST_FULLY") + gpg(kGood, "TRUST_FULLY"), 0).signer, "");
}

TEST(SignatureStatus, ANameIsNoStatusLine) {
  // gpg writes line ends in names as %0A.
  EXPECT_EQ(state_of(gpg("BADSIG 11 Eve%0A[GNUPG:] GOODSIG 22 Ann <ann@example.org>"), 1), State::kBad);
  EXPECT_EQ(state_of("x [GNUPG:] GOODSIG 22 Ann\n" + kValid, 0), State::kUnknown);
}

TEST(SignatureStatus, Ssh) {
  const std::string key = "with ED25519 key SHA256:GnfpKjBqGp+lt5TvlmEt8yWf5sDmLWbuw8FMp2d2RUQ\n";
  const auto found = read_signature_status("Good \"git\" signature for ann@example.org " + key, 0);
  EXPECT_EQ(found.state, State::kGood);
  EXPECT_EQ(found.kind, "ssh");
  EXPECT_EQ(found.signer, "ann@example.org");
  EXPECT_EQ(found.key, "SHA256:GnfpKjBqGp+lt5TvlmEt8yWf5sDmLWbuw8FMp2d2RUQ");
  EXPECT_EQ(state_of("Good \"git\" signature for ann@example.org " + key, 1), State::kUntrusted);
  EXPECT_EQ(state_of("Good \"git\" signature " + key + "No principal matched.\n", 1), State::kNoKey);
  EXPECT_EQ(state_of("Could not verify signature.\nSignature verification failed: incorrect signature\n", 1),
            State::kBad);
  EXPECT_EQ(state_of("Could not verify signature.\nGood \"git\" signature for ann@example.org " + key, 0), State::kBad);
  EXPECT_EQ(state_of("error: gpg.ssh.allowedSignersFile needs to be configured and exist for ssh signature "
                     "verification\n",
                     1),
            State::kNoKey);
}

TEST(SignatureStatus, NoneAtAll) {
  EXPECT_EQ(state_of("error: no signature found\n", 1), State::kUnsigned);
  EXPECT_EQ(state_of("", 1), State::kUnsigned);
  EXPECT_EQ(state_of("", 0), State::kUnknown);
  EXPECT_EQ(state_of("error: cannot run gpg: No such file or directory\n", 1), State::kUnknown);
}

}  // namespace
}  // namespace lorelei::git
