// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/send_settings.hh"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/files.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "workflow/people.hh"
#include "workflow/setting_values.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::uint64_t kMaxSignature = 64 << 10;

bool is_of_the_project(const git::ConfigEntry& entry) {
  return entry.name == "send-series-to" || entry.name == "send-series-cc" || entry.name == "send-prefixes" ||
         entry.name == "send-endpoint-web";
}

std::vector<patch::Person> people_of(const std::vector<std::string>& lists) {
  std::vector<patch::Person> people;
  for (const auto& list : lists)
    for (auto& person : people_in(list)) people.push_back(std::move(person));
  return people;
}

}  // namespace

bool SendSettings::is_excluded(const std::string& address) const {
  return std::any_of(excluded.begin(), excluded.end(), [&](const std::string& pattern) {
    return fnmatch(to_lower(pattern).c_str(), to_lower(address).c_str(), 0) == 0;
  });
}

Result<SendSettings> SendSettings::load(const Env& env, const std::string& identity) {
  TRY(const auto values, SettingValues::load(env, is_of_the_project));
  SendSettings settings;
  settings.me = {values.user("name"), values.user("email")};
  if (!mail::is_writable_address(settings.me.address))
    return err(Kind::kUsage, "make the mails of a series", "",
               settings.me.address.empty() ? "user.email is not set"
                                           : fmt::format("user.email '{}' is no address", settings.me.address),
               "git config --global user.email ADDRESS");
  settings.from = settings.me;
  if (const auto from = values.sendemail("from", identity); from && !from->empty()) {
    const auto people = people_in(*from);
    if (people.size() != 1 || !mail::is_writable_address(people.front().address))
      return err(Kind::kUsage, "read the setting", "sendemail.from", fmt::format("'{}' is no address", *from),
                 "NAME <ADDRESS>");
    settings.from = people.front();
    if (settings.from.name.empty()) settings.from.name = settings.me.name;
  }
  settings.excluded = list_of(values.b4("email-exclude").value_or(""));
  settings.series_to = people_of(values.all_of_b4("send-series-to"));
  settings.series_cc = people_of(values.all_of_b4("send-series-cc"));
  settings.prefixes = list_of(values.b4("send-prefixes").value_or(""));
  settings.presubject = values.b4("send-presubject").value_or("");
  TRY(settings.writes_to_me, values.flag("send-me-too", true));
  const auto thread = values.b4("send-same-thread").value_or("no");
  if (thread == "shallow")
    settings.same_thread = SameThread::kShallow;
  else if (thread == "yes" || thread == "true" || thread == "on" || thread == "1")
    settings.same_thread = SameThread::kYes;
  TRY(const bool is_unsigned, values.flag("send-no-patatt-sign", false));
  settings.signs = !is_unsigned;
  settings.endpoint = values.git("b4.send-endpoint-web").value_or("");
  settings.endpoint_of_tree = values.b4("send-endpoint-web").value_or("");
  settings.to_command = values.b4("send-auto-to-cmd").value_or("");
  settings.cc_command = values.b4("send-auto-cc-cmd").value_or("");
  TRY(settings.cover_template, template_in(env, values.b4("prep-cover-template")));
  settings.signature = settings.from.name.empty() ? settings.from.address
                                                  : fmt::format("{} <{}>", settings.from.name, settings.from.address);
  if (const auto own = read_file(env.home() + "/.signature", kMaxSignature)) settings.signature = trim_end(*own);
  return settings;
}

}  // namespace lorelei::workflow
