// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/mail/describe.hh"

#include <fmt/format.h>

#include <cstdlib>

#include "base/sha1.hh"
#include "base/text.hh"
#include "mail/content_hash.hh"
#include "mail/overview.hh"

namespace lorelei::mail {

namespace {

template <typename Digest>
std::string hex_of(const Digest& digest) {
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string zone_of(const Time& time) {
  const int minutes = std::abs(time.zone_minutes);
  return fmt::format("{}{:02}{:02}", time.zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string described(const Part& part) {
  const auto name = part.entity.filename_text();
  const auto text = part.entity.decoded_text();
  const bool has_characters = text && text->form == Text::Form::kCharacters && !is_ascii(text->bytes);
  const std::string bytes = text ? text->bytes : part.entity.body();
  return fmt::format("part {} {}{} name={} {} {} {}\n", part.depth, part.index,
                     part.entity.is_submessage() ? " message" : "", name ? to_utf8(*name) : "-",
                     !text            ? "no text"
                     : has_characters ? "characters"
                                      : "bytes",
                     bytes.size(), hex_of(sha1(bytes)));
}

}  // namespace

std::string describe(std::string_view label, std::string_view raw) {
  const Entity mail(raw);
  Overview o = make_overview(mail, raw, {11, 0}, {22, 0});
  const auto own = message_ids(mail);
  std::string out =
      fmt::format("message {}\nsubject {}\nfrom {}\nto {}\ncc {}\n", label, o.subject, o.from, o.to, o.cc);
  out += fmt::format("ids {}\nown ids {}\nreferences {}\n", join(o.message_ids, "|"), join(own, "|"),
                     join(references(mail), "|"));
  choose_own_id(o, own.empty() ? "" : own.front());
  const Time sent = date_sent(mail, {11, 0}), received = date_received(mail, {22, 0});
  out +=
      fmt::format("links {}\nsent {} {}\nreceived {} {}\nsize {} {}\nkey {}\n", join(o.references, "|"), sent.seconds,
                  zone_of(sent), received.seconds, zone_of(received), o.size_bytes, o.lines, o.subject_key);
  each_part(mail, [&out](const Part& part) {
    out += described(part);
    return true;
  });
  return out + fmt::format("content {}\n", hex_of(content_hash(mail)));
}

}  // namespace lorelei::mail
