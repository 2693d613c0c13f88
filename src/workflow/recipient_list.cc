// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/recipient_list.hh"

#include <algorithm>

#include "base/text.hh"
#include "mail/rfc822_list.hh"

namespace lorelei::workflow {

std::string Recipient::role_text() const { return join(roles, ","); }

std::string RecipientList::written(const Contact& contact) const {
  return names_ == Names::kYes ? to_text(contact) : contact.address;
}

bool RecipientList::is_known(const Contact& contact) const {
  return (!contact.name.empty() && known_names_.contains(to_lower(contact.name))) ||
         known_addresses_.contains(to_lower(contact.address));
}

bool RecipientList::add(const Contact& contact, const std::string& role) {
  if (contact.address.empty()) return false;
  if (repeats_ == Repeats::kNo) {
    if (is_known(contact)) return true;
    if (!contact.name.empty()) known_names_.insert(to_lower(contact.name));
    known_addresses_.insert(to_lower(contact.address));
  }
  Recipient person{written(contact), {}};
  if (!role.empty()) person.roles.push_back(role);
  people_.push_back(std::move(person));
  return true;
}

bool RecipientList::add_value(std::string_view value, const std::string& role) {
  if (value.find(',') == value.npos || mail::is_rfc822_address(value)) return add(contact_of(value), role);
  const auto several = mail::rfc822_list(value);
  if (!several) return add(contact_of(value), role);
  for (const auto& one : *several) add(contact_of(one), role);
  return true;
}

void RecipientList::add_role(const Contact& contact, const std::string& role) {
  for (auto& person : people_) {
    const auto there = contact_of(person.text);
    const bool is_same = repeats_ == Repeats::kYes ? person.text == written(contact)
                                                   : there.name == contact.name || there.address == contact.address;
    if (is_same && person.role_text().find(role) == std::string::npos) person.roles.push_back(role);
  }
}

void RecipientList::add_list(std::string address, std::string role) {
  if (known_lists_.insert(to_lower(address)).second) lists_.push_back({std::move(address), {std::move(role)}});
}

Contact RecipientList::settled(const Contact& contact) {
  auto now = mailmap_.mapped(contact);
  if (repeats_ == Repeats::kYes) return now;
  const auto name = to_lower(now.name);
  const auto address = to_lower(now.address);
  const auto by_name = name.empty() ? first_by_name_.end() : first_by_name_.find(name);
  const auto by_address = first_by_address_.find(address);
  if (by_name != first_by_name_.end()) {
    now = by_name->second;
  } else if (by_address != first_by_address_.end()) {
    now = by_address->second;
  } else {
    first_by_name_[name] = now;
    first_by_address_[address] = now;
  }
  return mailmap_.mapped(now);
}

void RecipientList::settle_all() {
  for (auto* recipients : {&people_, &lists_})
    for (auto& one : *recipients) one.text = to_text(settled(contact_of(one.text)));
}

void RecipientList::remove_people_with(std::string_view text) {
  std::erase_if(people_, [&](const Recipient& one) { return one.text.find(text) != std::string::npos; });
}

static std::vector<Recipient> each_once(const std::vector<Recipient>& from, std::unordered_set<std::string>& seen) {
  std::vector<Recipient> out;
  for (const auto& one : from)
    if (seen.insert(one.text).second) out.push_back(one);
  return out;
}

std::vector<Recipient> RecipientList::people() const {
  std::unordered_set<std::string> seen;
  return each_once(people_, seen);
}

std::vector<Recipient> RecipientList::lists() const {
  std::unordered_set<std::string> seen;
  each_once(people_, seen);
  return each_once(lists_, seen);
}

}  // namespace lorelei::workflow
