// SPDX-License-Identifier: GPL-3.0-or-later
// What a user may say on the command line about connections: options of curl(1) by their names there.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hh"

namespace lorelei::net {

struct HttpOptions {
  std::optional<std::string> proxy;  // "": none, whatever the settings say
  std::optional<std::string> no_proxy;
  std::string proxy_user, preproxy;
  enum class Torsocks { kAuto, kYes, kNo } torsocks = Torsocks::kAuto;  // kAuto: for hosts in .onion

  std::optional<std::string> user_agent;
  std::vector<std::string> headers;  // "NAME: VALUE"; "NAME:" takes away one of ours
  std::string referer, cookie, cookie_jar;

  bool insecure = false;  // certificates are not checked
  std::string ca_file, ca_directory, certificate, certificate_type, key, key_type, key_password, ciphers, pinned_key;

  std::string user;  // NAME:PASSWORD
  bool netrc = false, netrc_optional = false;
  std::string netrc_file;  // means netrc

  bool only_ipv4 = false, only_ipv6 = false;
  std::string interface;
  std::vector<std::string> resolve;  // HOST:PORT:ADDRESS
  std::string unix_socket;

  double connect_seconds = 30;
  double max_seconds = 0;                                     // of one attempt; 0: any
  std::uint64_t low_speed_bytes = 1, low_speed_seconds = 60;  // given up when slower than that for so long
  std::uint64_t max_redirects = 5;

  bool verbose = false;  // each transfer tells standard error what it does, but no secrets
};

// Rows for the table of a command's options; options must outlive their use.
std::vector<Option> rows(HttpOptions& options);

}  // namespace lorelei::net
