// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/people.hh"

#include "mail/address.hh"
#include "mail/characters.hh"

namespace lorelei::workflow {

std::vector<patch::Person> people_in(const std::string& list) {
  std::vector<patch::Person> people;
  auto text = mail::decode_addresses(list);
  mail::decode_utf8(text);  // settings and many a header have it without encoded words
  for (const auto& group : mail::parse_addresses(mail::to_utf8(text)))
    for (const auto& mailbox : group.mailboxes)
      if (auto address = mailbox.address()) people.push_back({mailbox.phrase.value_or(""), *std::move(address)});
  return people;
}

}  // namespace lorelei::workflow
