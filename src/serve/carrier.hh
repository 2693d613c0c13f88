// SPDX-License-Identifier: GPL-3.0-or-later
// Ways that a mail leaves the service.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::serve {

struct Envelope {
  std::string sender;
  std::vector<std::string> recipients;
};

// What became of a mail. It is said once, and exactly: nothing is handed over twice because somebody was not sure.
struct Outcome {
  enum class State {
    kDone,       // somebody else is responsible for it now
    kLater,      // nobody has it; worth trying again
    kRefused,    // nobody has it, and nobody will
    kUncertain,  // handed over, and the answer was lost
  };
  State state = State::kLater;
  std::string remark = {};  // why; one line
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  // message: with LF. Blocks.
  virtual Outcome deliver(const Envelope&, const std::string& message) = 0;
  // Whether a mail that is handed over again is recognised, so that a kill leaves no doubt.
  virtual bool recognises_copies() const = 0;
  // Nothing is to be delivered for now.
  virtual void rest() {}
};

// Into an archive, once however often it is handed over. list_id: put into what has no List-Id; may be empty.
std::unique_ptr<Carrier> archive_carrier(const Env&, std::string directory, std::string list_id);
// To a program that takes mail as sendmail does: COMMAND... -i -f SENDER -- RECIPIENT..., the mail on its standard
// input. Its exit status is one of sysexits.h.
std::unique_ptr<Carrier> sendmail_carrier(std::vector<std::string> command);

// A mail server that takes mail from here and brings it on. Recipients that it refuses for good are left out.
struct SmtpRelay {
  enum class Encryption { kNone, kStartTls, kTls };
  std::string host = {};
  std::uint16_t port = 0;  // 0: that of the encryption
  Encryption encryption = Encryption::kNone;
  std::string user = {}, password = {};
  std::string ca_file = {};  // PEM; instead of the authorities that the system trusts
  std::string helo = "localhost.localdomain";
};
std::unique_ptr<Carrier> smtp_carrier(const Env&, const SmtpRelay&);

}  // namespace lorelei::serve
