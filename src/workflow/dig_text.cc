// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dig_text.hh"

#include <fmt/core.h>

#include "base/json.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
#include "search/results.hh"

namespace lorelei::workflow {

namespace {

void append_person(JsonWriter& json, const patch::Person& person) {
  json.begin_array();
  if (person.name.empty() || person.name == person.address)
    json.null();
  else
    json.value(person.name);
  json.value(person.address);
  json.end_array();
}

void append_candidate(JsonWriter& json, const DigCandidate& one, const Settings& settings) {
  json.begin_object();
  json.member("m", one.message_id);
  json.member("link", settings.link_to(one.message_id));
  if (one.mail) {
    json.member("s", one.mail->subject);
    json.key("f");
    append_person(json, one.mail->sender);
    json.member("dt", search::iso8601(one.mail->sent));
  }
  json.key("why");
  json.begin_array();
  if (one.reasons.link) json.value("link");
  if (one.reasons.patch_id) json.value("patch-id");
  if (one.reasons.subject) json.value("subject");
  json.end_array();
  if (!one.algorithm.empty()) json.member("diff_algorithm", one.algorithm);
  json.end_object();
}

}  // namespace

std::string text_of(const DigCandidate& one, const Settings& settings) {
  auto why = one.reasons.text();
  if (!one.algorithm.empty()) why += " by --diff-algorithm=" + one.algorithm;
  const auto what = one.mail ? fmt::format("{}, {}, {}", printable(one.mail->subject), printable(one.mail->sender.name),
                                           utc_day(one.mail->sent))
                             : "a mail that was not looked at";
  return fmt::format("{} ({})\n  {}", what, why, printable(settings.link_to(one.message_id)));
}

std::string json_of(const Dug& dug, const DigExtras& extras, const Settings& settings) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("commit", dug.commit.id);
  json.member("s", dug.commit.title);
  json.key("candidates");
  json.begin_array();
  for (const auto& one : dug.candidates) append_candidate(json, one, settings);
  json.end_array();
  if (extras.revisions) {
    json.key("revisions");
    json.begin_array();
    for (const auto& [number, posted] : *extras.revisions) {
      json.begin_object();
      json.member("revision", number);
      json.member("m", posted.message_id);
      json.member("link", settings.link_to(posted.message_id));
      json.member("s", posted.title);
      json.member("dt", search::iso8601(posted.sent));
      json.end_object();
    }
    json.end_array();
  }
  if (extras.people) {
    json.key("people");
    json.begin_array();
    for (const auto& person : *extras.people) append_person(json, person);
    json.end_array();
  }
  json.end_object();
  return text + "\n";
}

}  // namespace lorelei::workflow
