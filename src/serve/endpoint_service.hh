// SPDX-License-Identifier: GPL-3.0-or-later
// The web endpoint as a service: transport, endpoint, courier and carriers put together by the settings.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "serve/endpoint_settings.hh"

namespace lorelei::serve {

// Serves until SIGTERM, SIGINT or SIGQUIT; what is under way then ends first. started: called once with the addresses.
// Errors: kTemporary, the database has a service already; of settings, addresses, certificate, database.
Result<void> run_endpoint(const Env&, const EndpointSettings&,
                          const std::function<void(const std::vector<std::string>&)>& started);

}  // namespace lorelei::serve
