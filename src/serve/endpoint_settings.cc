// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint_settings.hh"

#include <fmt/core.h>

#include <algorithm>
#include <variant>

#include "base/nearest.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "mail/header_writer.hh"
#include "patch/regex_set.hh"

namespace lorelei::serve {

namespace {

using Kind = Error::Kind;
using Settings = EndpointSettings;
using Limits = EndpointLimits;

// Which kind of text a member holds.
struct Text {
  std::string Settings::*to;
};
struct Path {
  std::string Settings::*to;
};
struct Texts {
  std::vector<std::string> Settings::*to;
};
struct Words {
  std::vector<std::string> Settings::*to;
};
struct RelayText {
  std::string SmtpRelay::*to;
};
struct RelayPort {};
struct RelayEncryption {};
struct Flag {
  bool Settings::*to;
};
struct Limit {
  std::int64_t Limits::*to;
};

struct Row {
  const char* name;
  std::variant<Text, Path, Texts, Words, RelayText, RelayPort, RelayEncryption, Flag, Limit> target;
};

const Row kRows[] = {
    {"listen", Texts{&Settings::listen}},
    {"host", Texts{&Settings::hosts}},
    {"path", Text{&Settings::path}},
    {"name", Text{&Settings::name}},
    {"domain", Text{&Settings::domain}},
    {"local", Text{&Settings::local}},
    {"ownDomain", Texts{&Settings::own_domains}},
    {"mustDest", Texts{&Settings::must_destinations}},
    {"database", Path{&Settings::database}},
    {"archive", Path{&Settings::archive}},
    {"listId", Text{&Settings::list_id}},
    {"sendmail", Words{&Settings::sendmail}},
    {"smtpServer", RelayText{&SmtpRelay::host}},
    {"smtpPort", RelayPort{}},
    {"smtpEncryption", RelayEncryption{}},
    {"smtpUser", RelayText{&SmtpRelay::user}},
    {"smtpPass", RelayText{&SmtpRelay::password}},
    {"smtpCaFile", RelayText{&SmtpRelay::ca_file}},
    {"bcc", Texts{&Settings::bcc}},
    {"certificate", Path{&Settings::certificate}},
    {"key", Path{&Settings::key}},
    {"log", Path{&Settings::log}},
    {"trustForwardedFor", Flag{&Settings::trusts_forwarded}},
    {"resendUncertain", Flag{&Settings::resends_uncertain}},
    {"maxMessage", Limit{&Limits::message_bytes}},
    {"maxRequest", Limit{&Limits::request_bytes}},
    {"maxMessages", Limit{&Limits::messages}},
    {"maxRecipients", Limit{&Limits::recipients}},
    {"submissionsPerHour", Limit{&Limits::per_hour}},
    {"submissionsPerDay", Limit{&Limits::per_day}},
    {"challengesPerDay", Limit{&Limits::challenges_per_day}},
    {"challengesPerHour", Limit{&Limits::challenges_per_hour}},
    {"challengeHours", Limit{&Limits::challenge_hours}},
    {"signatureDays", Limit{&Limits::signature_days}},
};

// The lists of the Linux kernel.
constexpr const char* kDefaultDestinations[] = {R"(@vger\.kernel\.org\z)", R"(@lists\.linux\.dev\z)",
                                                R"(@lists\.infradead\.org\z)"};

struct Reader {
  Settings& settings;
  const fs::path& directory;
  const git::ConfigEntry& entry;

  tl::unexpected<Error> wrong(std::string why, std::string next = {}) const {
    return err(Kind::kUsage, "use the setting", fmt::format("{}:{}: {}", entry.file, entry.line, entry.key()),
               std::move(why), std::move(next));
  }
  std::string text() const { return entry.value.value_or(""); }

  Result<void> operator()(Text row) const { return settings.*row.to = text(), Result<void>(); }
  Result<void> operator()(Path row) const {
    if (text().empty()) return wrong("a path is needed");
    settings.*row.to = (directory / text()).lexically_normal();
    return {};
  }
  Result<void> operator()(Texts row) const {
    if (text().empty()) return wrong("it is empty");
    return (settings.*row.to).push_back(text()), Result<void>();
  }
  Result<void> operator()(Words row) const {
    auto words = shell_words(text());
    if (!words || words->empty()) return wrong("it is no command");
    return settings.*row.to = *std::move(words), Result<void>();
  }
  Result<void> operator()(RelayText row) const { return settings.smtp.*row.to = text(), Result<void>(); }
  Result<void> operator()(RelayPort) const {
    TRY(const auto port, git::as_integer(entry));
    if (port < 1 || port > 65535) return wrong("it is no port");
    return settings.smtp.port = static_cast<std::uint16_t>(port), Result<void>();
  }
  // The words of sendemail.smtpEncryption.
  Result<void> operator()(RelayEncryption) const {
    using Encryption = SmtpRelay::Encryption;
    const auto word = text();
    if (word != "none" && word != "tls" && word != "ssl") return wrong("it is none of none, tls (STARTTLS), ssl");
    settings.smtp.encryption = word == "ssl"   ? Encryption::kTls
                               : word == "tls" ? Encryption::kStartTls
                                               : Encryption::kNone;
    return {};
  }
  Result<void> operator()(Flag row) const {
    TRY(settings.*row.to, git::as_bool(entry));
    return {};
  }
  Result<void> operator()(Limit row) const {
    TRY(const auto number, git::as_integer(entry));
    if (number < 1 || number > (std::int64_t{1} << 31)) return wrong("it is no limit");
    return settings.limits.*row.to = number, Result<void>();
  }
};

Result<void> read_entry(const git::ConfigEntry& entry, const fs::path& directory, Settings& settings) {
  const Reader reader{settings, directory, entry};
  for (const auto& row : kRows)
    if (equal_ignore_case(row.name, entry.name)) return std::visit(reader, row.target);
  const auto near = nearest(entry.name, endpoint_keys());
  return reader.wrong("there is no such setting", near.empty() ? "" : "endpoint." + near);
}

Result<void> check(const Settings& settings, const fs::path& file) {
  const auto missing = [&](const char* name, std::string next = {}) {
    return err(Kind::kUsage, "use the settings", file, fmt::format("endpoint.{} is missing or cannot be used", name),
               std::move(next));
  };
  if (settings.name.empty()) return missing("name", "what the service is called");
  if (settings.database.empty()) return missing("database", "a file that the service may write");
  if (!mail::is_writable_address(settings.local + "@" + settings.domain) || settings.local.empty())
    return missing("domain", "the domain that the service may send mail from");
  if (settings.sendmail.empty() == settings.smtp.host.empty())
    return missing("sendmail", "either sendmail = /usr/sbin/sendmail or smtpServer = HOST");
  if (!settings.path.starts_with('/')) return missing("path", "/_b4_submit");
  for (const auto& host : settings.hosts) {
    const auto is_ipv6 = host.starts_with('[') && host.ends_with(']');
    if (host.find('/') != host.npos || (host.find(':') != host.npos && !is_ipv6) || host.ends_with('.'))
      return missing("host", "a name as in patches.example.org: no scheme, no port");
  }
  for (const auto& address : settings.bcc)
    if (!mail::is_writable_address(address)) return missing("bcc");
  patch::RegexSet set;
  for (const auto& pattern : settings.must_destinations) TRY_VOID(set.add(pattern, patch::Blanks::kCount));
  return {};
}

}  // namespace

bool EndpointSettings::signs_for(std::string_view domain_of_author) const {
  return std::any_of(own_domains.begin(), own_domains.end(),
                     [&](const auto& own) { return equal_ignore_case(own, domain_of_author); });
}

std::vector<std::string> endpoint_keys() {
  std::vector<std::string> names;
  for (const auto& row : kRows) names.emplace_back(row.name);
  return names;
}

Result<EndpointSettings> read_endpoint_settings(const Env& env, const fs::path& file) {
  std::error_code failed;
  if (!fs::exists(file, failed))
    return err(Kind::kNotFound, "read the settings", file, "there is no such file", "lorelei help endpoint serve");
  TRY(const auto config, git::Config::load(file, env.home()));
  EndpointSettings settings;
  const auto directory = fs::absolute(file).parent_path();
  for (const auto& entry : config.entries())
    if (entry.section == "endpoint" && !entry.subsection) TRY_VOID(read_entry(entry, directory, settings));
  if (settings.must_destinations.empty())
    settings.must_destinations.assign(std::begin(kDefaultDestinations), std::end(kDefaultDestinations));
  TRY_VOID(check(settings, file));
  settings.smtp.helo = settings.domain;
  return settings;
}

}  // namespace lorelei::serve
