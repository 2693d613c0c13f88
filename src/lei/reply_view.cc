// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/reply_view.hh"

#include <fmt/core.h>

#include <chrono>

#include "base/text.hh"
#include "lei/character_class.hh"
#include "lei/folded_addresses.hh"
#include "lei/parts_view.hh"
#include "mail/address.hh"

namespace lorelei::lei {

namespace {

using mail::Text;

// "Fri Jul 20 07:21:41 2018"
std::string asctime_utc(std::int64_t seconds) {
  using namespace std::chrono;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::int64_t kDay = 86400;
  constexpr std::int64_t kEnd = 253402300800;  // the year 10000; what is beyond is shown as that
  seconds = std::min(std::max<std::int64_t>(seconds, -kEnd), kEnd - 1);
  const auto day = (seconds >= 0 ? seconds : seconds - (kDay - 1)) / kDay, rest = seconds - day * kDay;
  const sys_days date{days{static_cast<int>(day)}};
  const year_month_day ymd{date};
  return fmt::format("{} {}{:3} {:02}:{:02}:{:02} {}", kDays[weekday{date}.c_encoding()],
                     kMonths[static_cast<unsigned>(ymd.month()) - 1], static_cast<unsigned>(ymd.day()), rest / 3600,
                     rest / 60 % 60, rest % 60, static_cast<int>(ymd.year()));
}

std::optional<Text> first_raw(const mail::Entity& message, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto value = message.first_header_raw(name)) return Text{*std::move(value)};
  return std::nullopt;
}

std::optional<Text> first_decoded(const mail::Entity& message, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto values = message.header_text(name); !values.empty()) return std::move(values[0]);
  return std::nullopt;
}

// "Re:" stands in it as a word.
bool is_reply(std::string_view subject, Text::Form form) {
  for (std::size_t at = 0; at < subject.size();) {
    const auto c = character_at(subject, at, form);
    if (starts_with_ignore_case(subject.substr(at), "Re:")) return true;
    at += c.length;
    while (c.is_word && at < subject.size()) {  // to the end of this word
      const auto next = character_at(subject, at, form);
      if (!next.is_word) break;
      at += next.length;
    }
  }
  return false;
}

std::string address_fields(const Canvas& canvas, const mail::Entity& message) {
  auto to = first_raw(message, {"Reply-To", "From", "Sender"});
  std::string cc;
  for (const char* name : {"To", "Cc"})
    for (const auto& value : message.header_raw(name)) {
      if (is_blank(value, Text::Form::kBytes)) continue;
      cc += (cc.empty() ? "" : ", ") + value;
      if (!to) to = Text{value};
    }
  std::string out;
  if (to && !is_blank(to->bytes, to->form)) out += "To: " + canvas.clean(folded_addresses(*to)) + "\n";
  if (!cc.empty()) out += "Cc: " + canvas.clean(folded_addresses({cc})) + "\n";
  return out;
}

std::string reply_fields(const Canvas& canvas, const mail::Entity& message) {
  auto out = address_fields(canvas, message);
  const auto subject = first_decoded(message, {"Subject"}).value_or(Text{"your mail"});
  out += fmt::format("Subject: {}{}\n", is_reply(subject.bytes, subject.form) ? "" : "Re: ", canvas.clean(subject));
  if (const auto id = first_raw(message, {"Message-ID"})) out += "In-Reply-To: " + canvas.clean(*id) + "\n";
  return out;
}

// "On DATE, NAME wrote:"
std::string attribution(const Canvas& canvas, const mail::Entity& message) {
  const auto sender = first_decoded(message, {"From", "Sender", "Reply-To"}).value_or(Text{"unknown sender"});
  const auto names = mail::names_in(sender.bytes);
  const Text name{names.empty() ? "" : names[0], sender.form};
  const auto date = first_raw(message, {"Date"}).value_or(Text{"some unknown date"});
  return fmt::format("\nOn {}, {} wrote:\n", canvas.clean(date), canvas.clean(name));
}

std::string as_quote(std::string_view text) {
  std::string out = "> ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) out += "> ";
  }
  return out;
}

}  // namespace

std::string reply_view(const ShownMessage& shown, const ViewLook& look) {
  Canvas head(look), body(look);
  head.add(Slot::kStatus,
           fmt::format("From {}@{} {}\n", shown.blob.empty() ? "unknown-blob" : shown.blob,
                       shown.percent ? std::to_string(*shown.percent) : "unknown", asctime_utc(shown.received)));
  head.add(Slot::kHeader, reply_fields(head, shown.message));
  head.add(attribution(head, shown.message));
  add_parts(body, shown);
  return head.text() + as_quote(body.text()) + "\n";
}

}  // namespace lorelei::lei
