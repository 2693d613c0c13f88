// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint_service.hh"

#include "base/files.hh"
#include "base/text.hh"
#include "serve/courier.hh"
#include "serve/endpoint.hh"
#include "serve/transport.hh"

namespace lorelei::serve {

Result<void> run_endpoint(const Env& env, const EndpointSettings& settings,
                          const std::function<void(const std::vector<std::string>&)>& started) {
  TRY(auto log, settings.log.empty() ? Result<Log>(Log(env.err)) : Log::open(settings.log));
  TRY(const auto lock, FileLock::take(settings.database + ".lock", LockMode::kExclusive, LockWait::kFail));
  Carriers carriers;
  carriers.resends_uncertain = settings.resends_uncertain;
  carriers.mail = settings.sendmail.empty() ? smtp_carrier(env, settings.smtp) : sendmail_carrier(settings.sendmail);
  if (!settings.archive.empty()) carriers.archive = archive_carrier(env, settings.archive, settings.list_id);
  TRY(const auto courier, Courier::start(env, settings.database, std::move(carriers), log));
  const Endpoint endpoint(env, settings, log, [&courier] { courier->wake(); });

  HttpOptions options;
  options.listen = settings.listen;
  options.certificate_file = settings.certificate;
  options.key_file = settings.key;
  for (const auto& host : settings.hosts) options.hosts.push_back(to_lower(host));
  options.obeys_signals = true;
  const auto body_limit = static_cast<std::uint64_t>(settings.limits.request_bytes);
  TRY(auto server,
      HttpServer::open(env, std::move(options),
                       {{settings.path, body_limit, [&](const Request& r) { return endpoint.answer(r); }}}, log));
  started(server.addresses());
  TRY_VOID(server.run());
  courier->stop();
  return {};
}

}  // namespace lorelei::serve
