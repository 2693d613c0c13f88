// SPDX-License-Identifier: GPL-3.0-or-later
// People and lists as they are collected, each once: somebody whose name or address is in the list already is not added
// again, and keeps the role that he came with.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "workflow/mailmap.hh"

namespace lorelei::workflow {

struct Recipient {
  std::string text;                // as it is printed: "Ann <ann@example.org>", or the address alone
  std::vector<std::string> roles;  // "maintainer:BREAD OVEN DRIVERS", "commit_signer:3/4=75%"

  std::string role_text() const;  // with commas between
};

class RecipientList {
 public:
  enum class Names { kYes, kNo };    // whether a text has the name
  enum class Repeats { kYes, kNo };  // whether somebody is in the list as often as he is added

  RecipientList(const Mailmap& mailmap, Names names, Repeats repeats)
      : mailmap_(mailmap), names_(names), repeats_(repeats) {}

  // value: that of an M or R. A list of valid addresses is so many people. False: there is no address in it.
  bool add_value(std::string_view value, const std::string& role);
  bool add(const Contact&, const std::string& role);
  // To all who have that name, or that address; of a contact without a name to all without one.
  void add_role(const Contact&, const std::string& role);
  void add_list(std::string address, std::string role);  // once, whatever its letter case

  // Each is what he is called now, and what he was called first among those who were asked for before.
  Contact settled(const Contact&);
  void settle_all();
  void remove_people_with(std::string_view text);
  void add_person(Recipient person) { people_.push_back(std::move(person)); }

  // A person whose text is that of another one, and a list that is a person, are left out.
  std::vector<Recipient> people() const;
  std::vector<Recipient> lists() const;
  std::string written(const Contact&) const;

 private:
  bool is_known(const Contact&) const;

  const Mailmap& mailmap_;
  Names names_;
  Repeats repeats_;
  std::vector<Recipient> people_, lists_;
  std::unordered_set<std::string> known_names_, known_addresses_, known_lists_;  // in lower case
  std::unordered_map<std::string, Contact> first_by_name_, first_by_address_;
};

}  // namespace lorelei::workflow
