// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/show.hh"

#include "base/command.hh"
#include "mail/mbox.hh"
#include "mail/reading_view.hh"
#include "search/messages.hh"
#include "search/thread_view.hh"

namespace lorelei::search {

namespace {

mail::ReadingLook reading_look(const Env& env) {
  return {env.colour ? mail::ReadingLook::kColour : mail::ReadingLook::kPlain};
}

// All text of a message, decoded, part after part.
std::string text_of(const mail::Entity& message) {
  std::string all;
  mail::each_part(message, [&](const mail::Part& part) {
    if (const auto text = part.entity.text()) all += *text;
    return true;
  });
  return all;
}

}  // namespace

Result<void> show_message(Env& env, Lookup& lookup, const std::string& message_id, ShowForm form) {
  TRY(const auto found, lookup.messages(message_id));
  Messages messages(lookup.places());
  const JsonResults json(JsonForm::kLines, JsonLook::kCompact);
  bool is_first = true;
  for (const auto& each : found) {
    TRY(const auto bytes, messages.read(each.place, each.row));
    const mail::Entity message(bytes);
    if (form == ShowForm::kRaw) {
      print(env, bytes);
      return {};
    }
    if (form == ShowForm::kJson) {
      std::string line;
      const auto text = text_of(message);
      json.add(line, each.row, {.text = text});
      print(env, line);
      continue;
    }
    if (!std::exchange(is_first, false)) print(env, "\n");
    print(env, mail::reading_view(message, reading_look(env)));
  }
  return {};
}

Result<void> show_thread(Env& env, Lookup& lookup, const std::string& message_id, ThreadForm form) {
  TRY(const auto found, lookup.thread(message_id));
  if (form == ThreadForm::kMbox) {
    Messages messages(lookup.places());
    for (const auto& each : found) {
      TRY(const auto bytes, messages.read(each.place, each.row));
      print(env, mail::to_mbox(bytes, mail::MboxDialect::kRd, {.id = each.row.blob, .percent = {}, .keywords = {}}));
    }
    return {};
  }
  const auto lines = thread_lines(found);
  if (form == ThreadForm::kTree) {
    const ListLook look{env.now(), env.out_is_terminal ? env.columns : kUnlimitedColumns,
                        env.colour ? ListLook::kColour : ListLook::kPlain};
    print(env, thread_text(lines, look, message_id));
    return {};
  }
  const JsonResults json(JsonForm::kLines, JsonLook::kCompact);
  std::string text;
  for (const auto& line : lines)
    if (line.row) json.add(text, *line.row, {.depth = line.depth});
  print(env, text);
  return {};
}

}  // namespace lorelei::search
