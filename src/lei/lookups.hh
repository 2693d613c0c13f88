// SPDX-License-Identifier: GPL-3.0-or-later
// From what people have of a message to a query: a line of a mail, a URL, a Message-ID.
//
//   <ID>   m:ID  mid:ID  id:ID           the message
//   https://HOST/LIST/ID/                the message;  .../ID/T/ t/ t.mbox.gz t.atom  its whole thread
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::lei {

struct Lookup {
  std::string query;  // "mid:ID"
  enum class Extent { kMessage, kThread } extent = Extent::kMessage;
};
// Nothing if there is no Message-ID in it.
std::optional<Lookup> find_message_id(std::string_view text);

}  // namespace lorelei::lei
