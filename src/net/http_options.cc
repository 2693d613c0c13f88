// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/http_options.hh"

#include <fmt/format.h>

#include <cstdlib>

namespace lorelei::net {

namespace {

Target seconds(double* to) {
  return Target([to](std::string_view text) -> Result<void> {
    const std::string value(text);
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end || !(number >= 0 && number <= 1e9))
      return err(Error::Kind::kUsage, "", "", fmt::format("'{}' is no number of seconds", value));
    *to = number;
    return {};
  });
}

Target torsocks(HttpOptions::Torsocks* to) {
  using Torsocks = HttpOptions::Torsocks;
  Target target([to](std::string_view value) -> Result<void> {
    if (value == "auto")
      *to = Torsocks::kAuto;
    else if (value == "yes" || value == "true" || value == "on" || value == "1")
      *to = Torsocks::kYes;
    else if (value == "no" || value == "false" || value == "off" || value == "0")
      *to = Torsocks::kNo;
    else
      return err(Error::Kind::kUsage, "", "", "it is one of auto, yes, no");
    return {};
  });
  target.undo = [to] { *to = Torsocks::kNo; };
  return target;
}

Target nothing() {
  return Target([](std::string_view) -> Result<void> { return {}; });
}

}  // namespace

std::vector<Option> rows(HttpOptions& o) {
  return {
      {"--proxy", "URL", "go through this proxy; empty: through none", &o.proxy},
      {"--noproxy", "HOSTS", "hosts that are reached without a proxy, with commas between", &o.no_proxy},
      {"--proxy-user", "NAME:PASSWORD", "who we are to the proxy", &o.proxy_user},
      {"--preproxy", "URL", "reach the proxy through this one", &o.preproxy},
      {"--[no-]torsocks", "auto|yes|no", "use the local Tor; auto: for .onion", torsocks(&o.torsocks)},
      {"--user-agent", "TEXT", "how we name ourselves", &o.user_agent},
      {"--header", "LINE", "a header to send; may be repeated", &o.headers},
      {"--referer", "URL", "the page that we come from", &o.referer},
      {"--cookie", "TEXT|FILE", "cookies to send", &o.cookie},
      {"--cookie-jar", "FILE", "where to keep cookies", &o.cookie_jar},
      {"--insecure", "", "do not check certificates", &o.insecure},
      {"--cacert", "FILE", "certificates that are trusted", &o.ca_file},
      {"--capath", "DIR", "a directory of certificates that are trusted", &o.ca_directory},
      {"--cert", "FILE", "our certificate", &o.certificate},
      {"--cert-type", "TYPE", "its format: PEM, DER, P12", &o.certificate_type},
      {"--key", "FILE", "the private key of our certificate", &o.key},
      {"--key-type", "TYPE", "its format: PEM, DER, ENG", &o.key_type},
      {"--pass", "TEXT", "the password of that key", &o.key_password},
      {"--ciphers", "LIST", "ciphers of TLS", &o.ciphers},
      {"--pinnedpubkey", "HASHES", "the public key that the server must have", &o.pinned_key},
      {"--user", "NAME:PASSWORD", "who we are to the server", &o.user},
      {"--netrc", "", "take passwords from ~/.netrc", &o.netrc},
      {"--netrc-optional", "", "the same, if it has one", &o.netrc_optional},
      {"--netrc-file", "FILE", "take passwords from there", &o.netrc_file},
      {"--ipv4", "", "IPv4 only", &o.only_ipv4},
      {"--ipv6", "", "IPv6 only", &o.only_ipv6},
      {"--interface", "NAME", "the network interface or address to use", &o.interface},
      {"--resolve", "HOST:PORT:ADDRESS", "an address that is not looked up; may be repeated", &o.resolve},
      {"--unix-socket", "PATH", "connect to this socket", &o.unix_socket},
      {"--connect-timeout", "SECONDS", "to wait for a connection", seconds(&o.connect_seconds)},
      {"--max-time", "SECONDS", "that one transfer may take", seconds(&o.max_seconds)},
      {"--speed-limit", "BYTES", "give up when slower than this a second...", &o.low_speed_bytes},
      {"--speed-time", "SECONDS", "...for so long", &o.low_speed_seconds},
      {"--max-redirs", "N", "redirects to follow", &o.max_redirects},
      {"-v --verbose", "", "say what is sent and what comes back, without passwords", &o.verbose},
      {"--location", "", "follow redirects, as is always done", nothing()},
      {"--http2", "", "HTTP/2 where the server has it, as is always done", nothing()},
  };
}

}  // namespace lorelei::net
