// SPDX-License-Identifier: GPL-3.0-or-later
// What git's configuration says about the mails of a series: the keys of b4 and of git send-email, so that nothing
// changes for whoever has set them.
//
//   user.name, .email              who the series is of
//   sendemail.from                 who the mails are from, if that is somebody else
//   sendemail.identity, b4.sendemail-identity     NAME: sendemail.NAME.KEY counts before sendemail.KEY
//   b4.email-exclude, .send-series-to, .send-series-cc, .send-me-too, .send-prefixes, .send-presubject,
//   .send-same-thread, .send-no-patatt-sign, .send-auto-to-cmd, .send-auto-cc-cmd, .prep-cover-template,
//   .send-endpoint-web
//
// Of `.b4-config` in the tree only what names people and prefixes: b4.send-series-to, -cc, -prefixes; which endpoint it
// names is told, and not used.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "patch/trailers.hh"

namespace lorelei::workflow {

struct SendSettings {
  // identity: instead of the one that is configured; "": that one. Errors: kUsage, nobody is configured, or a value
  // that is none.
  static Result<SendSettings> load(const Env&, const std::string& identity = {});

  patch::Person me;                   // user.name and user.email
  patch::Person from;                 // of the mails
  std::vector<std::string> excluded;  // patterns of addresses that get nothing
  std::vector<patch::Person> series_to, series_cc;
  std::vector<std::string> prefixes;
  std::string presubject;
  bool writes_to_me = true;
  enum class SameThread { kNo, kYes, kShallow } same_thread = SameThread::kNo;
  bool signs = true;
  std::string endpoint;                // where a service takes mails to be sent, as it is set; empty: no setting says
  std::string endpoint_of_tree;        // what the tree suggests
  std::string to_command, cc_command;  // empty: what is built in
  std::optional<std::string> cover_template;  // nothing: the built-in one
  std::string signature;                      // below letters: ~/.signature, else who they are from

  bool is_excluded(const std::string& address) const;
};

}  // namespace lorelei::workflow
