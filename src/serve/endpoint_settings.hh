// SPDX-License-Identifier: GPL-3.0-or-later
// What a web endpoint is told by its administrator: a file in git's configuration syntax.
//
//   [endpoint]
//       listen = 127.0.0.1:8080
//       name = Example Endpoint
//       domain = example.org
//       database = /var/lib/lorelei/endpoint.sqlite3
//       sendmail = /usr/sbin/sendmail
//
// Every key is a row of one table in the .cc file; `lorelei help endpoint serve` describes them. A key that is none is
// an error: a misspelt limit would be no limit.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "serve/carrier.hh"

namespace lorelei::serve {

struct EndpointLimits {
  std::int64_t message_bytes = 2 << 20;   // of one mail
  std::int64_t request_bytes = 32 << 20;  // of all of a request
  std::int64_t messages = 300;            // of a submission
  std::int64_t recipients = 100;          // of a mail
  std::int64_t per_hour = 20;             // submissions of one contributor
  std::int64_t per_day = 100;
  std::int64_t challenges_per_day = 5;    // to one address
  std::int64_t challenges_per_hour = 20;  // asked for from one network address
  std::int64_t challenge_hours = 24;      // that a challenge can be answered
  std::int64_t signature_days = 2;        // that a signature may be old
};

struct EndpointSettings {
  std::vector<std::string> listen;  // serve/listening; empty: the sockets of the service manager
  std::vector<std::string> hosts;   // names that requests may be to; empty: any
  std::string path = "/_b4_submit";
  std::string name, domain;                    // of the service: "Ann via NAME <devnull+...@DOMAIN>"
  std::string local = "devnull";               // what such addresses begin with
  std::vector<std::string> own_domains;        // mail from these keeps its From
  std::vector<std::string> must_destinations;  // regular expressions; a To or Cc must match one
  std::string database;                        // path
  std::string archive, list_id;                // a directory, or empty; the List-Id of what goes into it
  std::vector<std::string> sendmail;           // words of a command; empty: smtp is used
  SmtpRelay smtp;                              // its host is empty: there is none
  std::vector<std::string> bcc;                // who else gets what is submitted
  std::string certificate, key;                // PEM
  std::string log;                             // a file; empty: standard error
  bool trusts_forwarded = false;               // X-Forwarded-For says who is there, as a proxy writes it
  bool resends_uncertain = false;              // mail of which nobody knows whether it was taken
  EndpointLimits limits;

  bool signs_for(std::string_view domain) const;
};

// Relative paths are relative to the file. Errors: kNotFound, kUsage (with the line), a key that is none or missing.
Result<EndpointSettings> read_endpoint_settings(const Env&, const fs::path& file);
// The names of all keys, for the test that holds the manual to them.
std::vector<std::string> endpoint_keys();

}  // namespace lorelei::serve
