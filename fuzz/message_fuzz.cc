// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are a message: everything that is read of one, and what must hold of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "mail/address.hh"
#include "mail/content_hash.hh"
#include "mail/normalise.hh"
#include "mail/overview.hh"

using namespace lorelei::mail;

static void require(bool holds) {
  if (!holds) std::abort();
}

// What says that it is characters is UTF-8.
static void require_form(const Text& text) {
  if (text.form == Text::Form::kCharacters) require(is_utf8_lax(text.bytes));
}

static void read_part(const Part& part) {
  require(part.depth >= 0 && part.depth <= kMaxNesting);
  if (const auto text = part.entity.decoded_text()) require_form(*text);
  if (const auto name = part.entity.filename_text()) require_form(*name);
  for (const auto& [name, value] : part.entity.content_type().parameters) require_form(value);
}

static void read_overview(const Entity& mail, std::string_view raw) {
  Overview o = make_overview(mail, raw, {}, {});
  for (const auto* text : {&o.subject, &o.from, &o.to, &o.cc}) {
    require(is_utf8_lax(*text));
    require(text->find_first_of(std::string_view("\0\t\n\r", 4)) == text->npos);
  }
  require(o.subject_key.size() <= 40);
  for (const auto& id : o.message_ids) require(id.size() <= kMaxMessageIdBytes);
  choose_own_id(o, "x");
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const Entity mail(raw);
  require(mail.header_block().size() + mail.body_raw().size() <= raw.size());
  int parts = 0;
  each_part(mail, [&parts](const Part& part) {
    read_part(part);
    return ++parts <= kMaxParts + 1;
  });
  require(parts <= kMaxParts + 1);
  read_overview(mail, raw);
  for (const char* header : {"From", "Reply-To", "Subject", "Content-Description"})
    for (const Text& text : mail.header_text(header)) require_form(text);
  for (const Field& field : mail.fields()) names_in(unfolded(field.value));
  require(content_hash(mail) == content_hash(Entity(raw)));
  const std::string kept = normalised(raw);
  require(kept.size() <= raw.size());
  require(with_message_id(kept, MessageIdMaker(mail, 0).next(0)).size() > kept.size());
  return 0;
}
