// SPDX-License-Identifier: GPL-3.0-or-later
// The web endpoint: contributors without a mail server of their own hand in signed patches by HTTPS.
//
//   auth-new     key and address are noted, a challenge is mailed to the address
//   auth-verify  a mail that is signed by that key and has the challenge in it: both belong together from then on
//   auth-delete  a mail that is signed by that key: they do no more
//   receive      patches (serve/submission) go to the lists they are to, under the service's own From where needed
//                (serve/relayed_mail), through the outbox
//   reflect      the same, to their author only
//
// All mails of a submission are judged before the first is accepted, and all are accepted by one transaction, before
// "success" is said. Who hands in the same again (the answer was lost) is told "success", and nothing goes out twice.
//
// Source: the web endpoint of b4, which has no limits and sends while it judges.
#pragma once
#include <functional>
#include <string>

#include "base/env.hh"
#include "serve/endpoint_request.hh"
#include "serve/endpoint_settings.hh"
#include "serve/log.hh"
#include "serve/outbox.hh"
#include "serve/transport.hh"

namespace lorelei::serve {

class EndpointStore;

class Endpoint {
 public:
  // posted: called after something has come into the outbox. All must outlive it. Before: the database is there.
  Endpoint(const Env& env, const EndpointSettings& settings, Log& log, std::function<void()> posted)
      : env_(env), settings_(settings), log_(log), posted_(std::move(posted)) {}

  // Several at a time.
  Response answer(const Request&) const;

 private:
  struct Client {
    std::string address;  // on the network
  };
  Result<std::string> answer_to(const EndpointRequest&, const Client&) const;
  Result<std::string> begin_authorisation(EndpointStore&, const EndpointRequest&, const Client&) const;
  Result<std::string> finish_authorisation(EndpointStore&, const std::string& message) const;
  Result<std::string> end_authorisation(EndpointStore&, const std::string& message) const;
  Result<std::string> submit(EndpointStore&, const EndpointRequest&) const;
  Result<void> check_rate(const EndpointStore&, const char* kind, std::string_view subject, std::int64_t most,
                          std::int64_t seconds) const;
  Client client_of(const Request&) const;

  const Env& env_;
  const EndpointSettings& settings_;
  Log& log_;
  std::function<void()> posted_;
};

}  // namespace lorelei::serve
