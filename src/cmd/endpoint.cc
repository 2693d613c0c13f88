// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei endpoint: the service by which contributors hand in patches over the web, and who may.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
#include "serve/endpoint_service.hh"
#include "serve/endpoint_store.hh"
#include "serve/outbox.hh"

namespace lorelei::cmd {

static Option config_row(std::string* file) { return {"--config", "FILE", "the settings of the service", file}; }

static Result<serve::EndpointSettings> settings_of(const Env& env, const std::string& file) {
  if (file.empty())
    return err(Error::Kind::kUsage, "read the settings", "", "no file is named", "--config endpoint.conf");
  return serve::read_endpoint_settings(env, file);
}

static int endpoint_serve(Env& env, Args& args) {
  std::string file;
  if (const auto done = args.parse({config_row(&file)})) return *done;
  const auto settings = settings_of(env, file);
  if (!settings) return args.fail(settings.error());
  const auto served = serve::run_endpoint(env, *settings, [&](const std::vector<std::string>& addresses) {
    for (const auto& address : addresses) args.remark("listening on " + address);
  });
  return served ? 0 : args.fail(served.error());
}

static int endpoint_list(Env& env, Args& args) {
  std::string file;
  if (const auto done = args.parse({config_row(&file)})) return *done;
  const auto settings = settings_of(env, file);
  if (!settings) return args.fail(settings.error());
  auto db = serve::open_endpoint_database(settings->database, serve::Making::kKeep);
  if (!db) return args.fail(db.error());
  const auto contributors = serve::EndpointStore(*db).all();
  if (!contributors) return args.fail(contributors.error());
  for (const auto& one : *contributors)
    print(env, fmt::format("{}\t{}\t{}\t{}\t{}\n", printable(one.key_name.identity), printable(one.key_name.selector),
                           name_of(one.key_name.algorithm), one.is_verified ? "authorised" : "waits for an answer",
                           printable(one.name)));
  const auto counts = serve::Outbox(*db).counts();
  if (!counts) return args.fail(counts.error());
  for (const auto& [state, deliveries] : *counts)
    if (state != serve::DeliveryState::kDone) args.remark(fmt::format("{} deliveries: {}", deliveries, name_of(state)));
  return 0;
}

static int endpoint_revoke(Env& env, Args& args) {
  std::string file;
  if (const auto done = args.parse({config_row(&file)})) return *done;
  const auto settings = settings_of(env, file);
  if (!settings) return args.fail(settings.error());
  auto db = serve::open_endpoint_database(settings->database, serve::Making::kKeep);
  if (!db) return args.fail(db.error());
  const auto& identity = args.operand(0);
  const auto removed =
      serve::EndpointStore(*db).remove(identity, args.operands().size() > 1 ? args.operand(1) : std::string());
  if (!removed) return args.fail(removed.error());
  if (*removed == 0)
    return args.fail(
        err(Error::Kind::kNotFound, "revoke", identity, "it is not authorised", "lorelei endpoint list").value());
  args.remark(fmt::format("{}: {} revoked", identity, plural(*removed, "key")));
  return 0;
}

extern const Command kEndpointServe = {
    .verb = "endpoint serve",
    .operands = "",
    .help = "take signed patches over the web and send them on",
    .description =
        "Serves the web endpoint of b4: contributors without a mail server of their own authorise a key once, by "
        "answering a challenge that is mailed to their address, and then hand in patches that are signed with it "
        "(`b4 send`, with b4.send-endpoint-web). Mail is kept in a database until it is sent; nothing that was "
        "accepted is "
        "lost by a kill, and nothing is sent twice: a mail whose fate is unknown after one is logged as uncertain.\n\n"
        "FILE has the syntax of git-config(1) and one section, [endpoint]. Paths are relative to it. What is needed: "
        "name, what the service is called; domain, which it may send mail from; database, a file; and a way for mail: "
        "sendmail, a command that takes it as sendmail(8) does, or smtpServer with smtpPort, smtpEncryption (none, tls "
        "for STARTTLS, ssl), smtpUser, smtpPass and smtpCaFile.\n\n"
        "listen: HOST:PORT or unix:PATH, may be repeated; without one the sockets of systemd are served. certificate "
        "and key: PEM files for HTTPS, read again when they change; without them a proxy has to do it. host: a "
        "name that requests may be to, may be repeated (any); a proxy in front has to pass it on. path: of the URL "
        "(/_b4_submit). trustForwardedFor: the "
        "proxy's X-Forwarded-For says who is connected. log: a file, instead "
        "of standard error; SIGHUP and SIGUSR1 open it again, for logrotate(8). SIGTERM, SIGINT and SIGQUIT end the "
        "service in good order.\n\n"
        "mustDest: a regular expression, may be repeated; a To or Cc must match one (the lists at vger.kernel.org, "
        "lists.linux.dev and lists.infradead.org). ownDomain: authors there keep their From; others are sent as \"NAME "
        "via SERVICE <LOCAL+author@DOMAIN>\", where local is devnull unless set, with the author in the text, so that "
        "signatures hold. bcc: who gets everything, too. archive: a public-inbox directory that gets everything "
        "first; listId: the List-Id there. resendUncertain: send again what may have been sent.\n\n"
        "Limits: maxMessage and maxRequest (bytes; 2m, 32m), maxMessages of a submission (300), maxRecipients of a "
        "mail (100), submissionsPerHour and submissionsPerDay of a contributor (20, 100), challengesPerDay to an "
        "address (5), challengesPerHour from a network (20), challengeHours that a challenge holds (24), signatureDays "
        "that a signature may be old (2).",
    .examples = {{"lorelei endpoint serve --config endpoint.conf", "serve until it is told to stop"}},
    .run = endpoint_serve,
};

extern const Command kEndpointList = {
    .verb = "endpoint list",
    .operands = "",
    .help = "list who may hand in patches over the web",
    .description =
        "A line each: identity, selector, algorithm, whether it is authorised, name; separated by TAB. What "
        "is still to be sent, or uncertain, is told on standard error.",
    .examples = {{"lorelei endpoint list --config endpoint.conf", "who is there"}},
    .run = endpoint_list,
};

extern const Command kEndpointRevoke = {
    .verb = "endpoint revoke",
    .operands = "IDENTITY [SELECTOR]",
    .help = "take away the right to hand in patches over the web",
    .description = "At once, also of a service that runs. Without SELECTOR: every key of IDENTITY.",
    .examples = {{"lorelei endpoint revoke --config endpoint.conf ann@example.org", "all keys of Ann"}},
    .run = endpoint_revoke,
};

}  // namespace lorelei::cmd
