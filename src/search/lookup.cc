// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/lookup.hh"

#include <algorithm>
#include <set>

#include "base/percent.hh"

namespace lorelei::search {

namespace {

tl::unexpected<Error> not_found(std::string_view message_id) {
  return err(Error::Kind::kNotFound, "find the message", std::string(message_id), "no archive here has it",
             "lorelei archive fetch, then lorelei archive index; -I searches an archive that is not registered");
}

}  // namespace

std::string message_id_of(std::string_view argument) {
  argument = trim(argument);
  if (const auto scheme = argument.find("://"); scheme != std::string_view::npos) {
    // https://lore.kernel.org/LIST/ID/ and its /raw, /T, /t.mbox.gz: the part of the path with an @ is the id.
    for (const auto part : split(argument.substr(scheme + 3), '/')) {
      const auto id = percent_decoded(part);
      if (id.find('@') != std::string::npos) return id;
    }
    return std::string(argument);
  }
  for (const std::string_view prefix : {"mid:", "m:", "id:"})
    if (argument.starts_with(prefix)) argument.remove_prefix(prefix.size());
  if (argument.starts_with('<') && argument.ends_with('>')) argument = argument.substr(1, argument.size() - 2);
  return std::string(argument);
}

Result<Lookup> Lookup::open(const std::vector<std::string>& directories) {
  Lookup lookup;
  for (const auto& directory : directories) {
    TRY(auto place, find_place(directory));
    TRY(auto over, archive::OverReader::open(place.over()));
    lookup.places_.push_back(std::move(place));
    lookup.overs_.push_back(std::move(over));
  }
  return lookup;
}

Result<void> Lookup::read_into(std::vector<Located>& found, unsigned place, const std::vector<std::int64_t>& numbers) {
  auto& over = overs_[place];
  return over.snapshot([&]() -> Result<void> {
    for (const auto number : numbers) {
      archive::OverRow row;
      TRY(const bool is_there, over.read(number, row));
      if (is_there) found.push_back({place, std::move(row)});
    }
    return {};
  });
}

Result<std::vector<Located>> Lookup::messages(std::string_view message_id) {
  std::vector<Located> found;
  for (unsigned place = 0; place < places_.size(); ++place) {
    std::vector<Located> here;
    TRY(const auto numbers, overs_[place].numbers_of_message_id(message_id));
    TRY_VOID(read_into(here, place, numbers));
    // Copies on other lists have other headers; the same sender, time and subject make them the same message.
    for (auto& each : here) {
      const bool is_known = std::any_of(found.begin(), found.end(), [&](const Located& other) {
        return other.row.blob == each.row.blob ||
               (other.place != place && other.row.sent == each.row.sent && other.row.from == each.row.from &&
                other.row.subject == each.row.subject);
      });
      if (!is_known) found.push_back(std::move(each));
    }
  }
  if (found.empty()) return not_found(message_id);
  return found;
}

Result<std::vector<Located>> Lookup::thread(std::string_view message_id) {
  std::vector<Located> found;
  std::set<std::string> known;  // ids of messages from earlier places
  for (unsigned place = 0; place < places_.size(); ++place) {
    TRY(const auto thread, overs_[place].thread_of_message_id(message_id));
    if (thread == 0) continue;
    TRY(const auto numbers, overs_[place].numbers_of_thread(thread));
    std::vector<Located> here;
    TRY_VOID(read_into(here, place, numbers));
    std::erase_if(here, [&](const Located& each) { return known.contains(each.row.message_id); });
    for (auto& each : here) known.insert(each.row.message_id);
    std::move(here.begin(), here.end(), std::back_inserter(found));
  }
  if (found.empty()) return not_found(message_id);
  std::stable_sort(found.begin(), found.end(),
                   [](const Located& a, const Located& b) { return a.row.sent < b.row.sent; });
  return found;
}

}  // namespace lorelei::search
