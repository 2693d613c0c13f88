// SPDX-License-Identifier: GPL-3.0-or-later
// Sockets that a server listens on.
//
//   HOST:PORT       TCP; HOST is a name or an address, IPv6 in brackets; none or "*": every address of the machine
//   unix:PATH       a socket in the file system, for a proxy on the same machine
//
// A socket unit of systemd hands them over ready-made (LISTEN_PID, LISTEN_FDS); then no address need be given.
// Source: sd_listen_fds(3).
#pragma once
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::serve {

struct Listener {
  Fd fd;                 // does not block, is closed in children
  std::string address;   // as it is bound: "127.0.0.1:8080", "[::1]:8080", "unix:PATH"
  std::string own_path;  // of a socket in the file system that goes with the server; else empty
};

// Errors: kUsage, it is no address; kConflict, somebody listens there; kFailed.
Result<std::vector<Listener>> open_listeners(const std::vector<std::string>& addresses);
// Nothing if there are none for this process.
Result<std::vector<Listener>> inherited_listeners(const Env&);

// Who is at the other end: "192.0.2.1", "2001:db8::1", or "unix".
std::string peer_of(int fd);
// What connections are counted by: the address, of IPv6 its first 64 bits; empty for "unix".
std::string prefix_of_peer(const std::string& peer);

// READY=1, STOPPING=1 to the service manager, if there is one (sd_notify(3)).
void tell_service_manager(const Env&, std::string_view state);

}  // namespace lorelei::serve
