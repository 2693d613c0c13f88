// SPDX-License-Identifier: GPL-3.0-or-later
// A service that sends for those who have no mail server: signed mails are handed in as JSON over HTTPS, as b4 does it
// and `lorelei endpoint serve` takes it (serve/endpoint_request.hh has the requests).
//
// Where it is says b4.send-endpoint-web; in a tree of the kernel (there is a Kconfig at its top) it is kernel.org's
// without being told.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "attest/sign.hh"
#include "workflow/send_settings.hh"

namespace lorelei::workflow {

// Errors: kUsage, none is set, or what is no URL.
Result<std::string> endpoint_url(const SendSettings&, const fs::path& tree);
// An endpoint that was written down without its password, as it is set now.
std::string with_password(const SendSettings&, const std::string& url);
// Whether there is one to be had.
bool has_endpoint(const SendSettings&, const fs::path& tree);

struct EndpointAnswer {
  enum class State {
    kAccepted,
    kRefused,   // by the service, which says why
    kNotAsked,  // it was not reached, or had no time: nothing was taken
    kUnknown,   // it was reached, and what it answers, if anything, does not say what it did
  };
  State state = State::kNotAsked;
  int status = 0;                   // HTTP; 0: no answer
  std::string message = {};         // what it says, one line, printable
  std::optional<Error> error = {};  // of every state but kAccepted
};

class WebEndpoint {
 public:
  WebEndpoint(const Env& env, std::string url) : env_(env), url_(std::move(url)) {}

  // mails: signed, UTF-8, with LF. All are taken or none.
  EndpointAnswer hand_in(const std::vector<std::string>& mails, bool is_reflection) const;
  // For how many days mails that are handed in again are recognised, and go out once; 0: it does not say so, as
  // kernel.org's. Errors: it could not be asked.
  Result<std::int64_t> days_of_memory() const;

  // A key for an identity: a challenge is sent there by mail, which, signed, is the proof that both belong to one. What
  // the service says. key: the signer's public one.
  Result<std::string> authorise(const std::string& name, const attest::Signer&, const std::string& key) const;
  Result<std::string> answer_challenge(const attest::Signer&, const std::string& challenge) const;
  Result<std::string> end_authorisation(const attest::Signer&) const;

 private:
  EndpointAnswer post(const std::string& what, std::string json) const;
  Result<std::string> send_line(const attest::Signer&, const char* action, const std::string& subject,
                                const std::string& line) const;

  const Env& env_;
  std::string url_;
};

}  // namespace lorelei::workflow
