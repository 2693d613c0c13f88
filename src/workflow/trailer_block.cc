// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailer_block.hh"

#include <fnmatch.h>

#include <algorithm>

#include "base/text.hh"
#include "patch/body.hh"

namespace lorelei::workflow {

namespace {

// One trailer with all its lines, or a line that is none.
struct Item {
  std::string text;  // with its line end
  std::string name;  // lower case; empty: no trailer
  patch::Person person;

  bool is_signed_off_by(const patch::Person& who) const {
    return name == "signed-off-by" && equal_ignore_case(person.address, who.address);
  }
};

std::vector<Item> items_of(std::string_view paragraph) {
  std::vector<Item> items;
  const auto trailers = patch::find_trailers(paragraph, patch::TrailerSource::kPatch);
  auto lines = split(paragraph, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  auto next = trailers.begin();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Item item;
    std::size_t count = 1;
    if (next != trailers.end() && next->line == i) {
      item.name = to_lower(next->name);
      item.person = next->person;
      count = next->lines;
      ++next;
    }
    for (; count > 0 && i < lines.size(); --count) item.text.append(lines[i++]).append("\n");
    --i;
    items.push_back(std::move(item));
  }
  return items;
}

bool is_block(std::string_view paragraph) {
  const auto trailers = patch::find_trailers(paragraph, patch::TrailerSource::kPatch);
  std::size_t lines = 0;
  bool has_known = false;
  for (const auto& trailer : trailers) {
    lines += trailer.lines;
    has_known |= trailer.kind != patch::Trailer::Kind::kOther;
  }
  const auto all = static_cast<std::size_t>(std::count(paragraph.begin(), paragraph.end(), '\n')) + 1;
  return has_known && lines * 4 >= all;
}

std::size_t rank_of(const Item& item, const std::vector<std::string>& order) {
  for (std::size_t i = 0; i < order.size(); ++i)
    if (fnmatch(to_lower(order[i]).c_str(), item.name.c_str(), 0) == 0) return i;
  return order.size();
}

// Where the last section begins: behind the last Signed-off-by of somebody else.
std::size_t custody_end(const std::vector<Item>& items, const std::optional<patch::Person>& me) {
  for (std::size_t i = items.size(); i-- > 0;)
    if (items[i].name == "signed-off-by" && !(me && items[i].is_signed_off_by(*me))) return i + 1;
  return 0;
}

void put_in_order(std::vector<Item>& items, std::size_t from, const std::vector<std::string>& order) {
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
  if (order.empty() || std::any_of(begin, items.end(), [](const Item& item) { return item.name.empty(); })) return;
  std::stable_sort(begin, items.end(),
                   [&](const Item& one, const Item& other) { return rank_of(one, order) < rank_of(other, order); });
}

}  // namespace

std::string line_of(const patch::Trailer& trailer) {
  std::string line = trailer.name + ": " + trailer.value;
  if (trailer.note.starts_with('[')) return line + "\n" + trailer.note;
  return trailer.note.empty() ? line : line + "  " + trailer.note;
}

std::string_view trailer_block(std::string_view message) {
  message = trim_end(message);
  const auto paragraph = patch::last_paragraph(message);
  return is_block(paragraph) ? paragraph : message.substr(message.size());
}

std::string with_trailers(std::string_view message, const TrailerChange& change) {
  message = trim_end(message);
  const auto paragraph = trailer_block(message);
  const bool has_block = !paragraph.empty();
  auto items = has_block ? items_of(paragraph) : std::vector<Item>();
  const auto end = custody_end(items, change.me);
  for (const auto& trailer : change.add)
    items.push_back({line_of(trailer) + "\n", to_lower(trailer.name), trailer.person});
  if (change.signed_off_by) {
    const auto& who = *change.signed_off_by;
    items.erase(std::remove_if(items.begin() + static_cast<std::ptrdiff_t>(end), items.end(),
                               [&](const Item& item) { return item.is_signed_off_by(who); }),
                items.end());
  }
  put_in_order(items, end, change.order);
  if (change.signed_off_by)
    items.push_back({"Signed-off-by: " + change.signed_off_by->name + " <" + change.signed_off_by->address + ">\n",
                     "signed-off-by", *change.signed_off_by});
  std::string text(message.substr(0, message.size() - paragraph.size()));
  if (!has_block && !items.empty() && !text.empty()) text += "\n\n";
  for (const auto& item : items) text += item.text;
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace lorelei::workflow
