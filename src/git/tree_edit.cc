// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/tree_edit.hh"

#include <fmt/format.h>

#include <map>

#include "base/text.hh"
#include "git/tree_scan.hh"

namespace lorelei::git {

using Kind = Error::Kind;

namespace {
constexpr std::size_t kIdBytes = 20;
}

struct TreeEdit::Directory {
  struct Item {
    Entry entry;
    std::unique_ptr<Directory> below;  // once somebody looked into it
  };
  // In git's order: a directory's name counts as if it ended in "/".
  std::map<std::string, Item, std::less<>> items;
  ObjectId id;
  bool is_read = false, is_changed = false;

  Result<void> read(const NewObjects&);
  Result<ObjectId> write(NewObjects&);

  Item* find(std::string_view name) {
    auto found = items.find(name);
    if (found == items.end()) found = items.find(std::string(name) + "/");
    return found == items.end() ? nullptr : &found->second;
  }
  void erase(std::string_view name) {
    auto found = items.find(name);
    if (found == items.end()) found = items.find(std::string(name) + "/");
    if (found != items.end()) items.erase(found);
  }
};

Result<void> TreeEdit::Directory::read(const NewObjects& objects) {
  if (is_read) return {};
  TRY(const auto object, objects.read(id, ObjectType::kTree));
  for (auto rest = object.bytes(); !rest.empty();) {
    const auto next = next_tree_item(rest);
    if (!next) return err(Kind::kCorrupt, "read the tree", id.hex(), "its entries make no sense");
    std::string name(next->name);
    if (next->mode == kModeDirectory) name += '/';
    Item item;
    item.entry.mode = next->mode;
    std::memcpy(item.entry.id.bytes.data(), next->id.data(), kIdBytes);
    items.insert_or_assign(items.end(), std::move(name), std::move(item));
  }
  is_read = true;
  return {};
}

// Nested as deep as the paths that were changed: kMaxDirectoryDepth at most.
Result<ObjectId> TreeEdit::Directory::write(NewObjects& objects) {
  if (!is_changed) return id;
  std::string bytes;
  for (auto at = items.begin(); at != items.end();) {
    auto& [name, item] = *at;
    if (item.below) {
      TRY(item.entry.id, item.below->write(objects));
      if (item.below->is_read && item.below->items.empty()) {
        at = items.erase(at);
        continue;
      }
    }
    bytes += fmt::format("{:o} ", item.entry.mode);
    bytes += std::string_view(name).substr(0, name.size() - (name.ends_with('/') ? 1 : 0));
    bytes += '\0';
    bytes.append(reinterpret_cast<const char*>(item.entry.id.bytes.data()), kIdBytes);
    ++at;
  }
  id = objects.add(ObjectType::kTree, std::move(bytes));
  is_changed = false;
  return id;
}

// Where the last name of a path is, or would be.
struct TreeEdit::Place {
  std::vector<Directory*> way;  // from the root on; empty: it can't be there
  std::string_view name;
};

TreeEdit::TreeEdit(NewObjects& objects, const ObjectId& tree)
    : objects_(&objects), root_(std::make_unique<Directory>()) {
  root_->id = tree;
}
TreeEdit::~TreeEdit() = default;
TreeEdit::TreeEdit(TreeEdit&&) noexcept = default;
TreeEdit& TreeEdit::operator=(TreeEdit&&) noexcept = default;

Result<TreeEdit::Place> TreeEdit::place_of(std::string_view path, bool creates) {
  Place place;
  const auto names = split(path, '/');
  if (names.size() > kMaxDirectoryDepth)
    return err(Kind::kTooLarge, "look for the path", std::string(path),
               fmt::format("it has more than {} names", kMaxDirectoryDepth));
  TRY_VOID(root_->read(*objects_));
  place.way.push_back(root_.get());
  place.name = names.back();
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    auto* item = place.way.back()->find(names[i]);
    if (!item) {
      if (!creates) return Place{};
      item = &place.way.back()->items[std::string(names[i]) + "/"];
      item->entry.mode = kModeDirectory;
      item->below = std::make_unique<Directory>();
      item->below->is_read = item->below->is_changed = true;
    } else if (item->entry.mode != kModeDirectory) {
      if (!creates) return Place{};
      return err(Kind::kConflict, "write the file", std::string(path),
                 fmt::format("'{}' on its way is no directory", names[i]));
    }
    if (!item->below) {
      item->below = std::make_unique<Directory>();
      item->below->id = item->entry.id;
    }
    TRY_VOID(item->below->read(*objects_));
    place.way.push_back(item->below.get());
  }
  return place;
}

Result<std::optional<TreeEdit::Entry>> TreeEdit::find(std::string_view path) {
  TRY(const auto place, place_of(path, false));
  if (place.way.empty()) return std::nullopt;
  const auto* item = place.way.back()->find(place.name);
  if (!item || (item->below && item->below->items.empty())) return std::nullopt;
  return item->entry;
}

Result<void> TreeEdit::put(std::string_view path, const Entry& entry) {
  TRY(const auto place, place_of(path, true));
  auto* item = place.way.back()->find(place.name);
  if (item && item->entry.mode == kModeDirectory) {
    if (!item->below || !item->below->items.empty())
      return err(Kind::kConflict, "write the file", std::string(path), "it is a directory");
    place.way.back()->erase(place.name);
    item = nullptr;
  }
  if (!item) item = &place.way.back()->items[std::string(place.name)];
  item->entry = entry;
  for (auto* directory : place.way) directory->is_changed = true;
  return {};
}

Result<void> TreeEdit::remove(std::string_view path) {
  TRY(const auto place, place_of(path, false));
  if (place.way.empty() || !place.way.back()->find(place.name)) return {};
  place.way.back()->erase(place.name);
  for (auto* directory : place.way) directory->is_changed = true;
  // A directory without entries is as if it were not there.
  for (std::size_t i = place.way.size() - 1; i > 0 && place.way[i]->items.empty(); --i)
    for (auto at = place.way[i - 1]->items.begin(); at != place.way[i - 1]->items.end(); ++at)
      if (at->second.below.get() == place.way[i]) {
        place.way[i - 1]->items.erase(at);
        break;
      }
  return {};
}

Result<std::vector<std::pair<std::string, TreeEdit::Entry>>> TreeEdit::entries_of(std::string_view directory) {
  // The place of a name within it: its way ends in the directory.
  TRY(const auto place, place_of(directory.empty() ? "." : std::string(directory) + "/.", false));
  if (place.way.empty()) return err(Kind::kNotFound, "list the directory", std::string(directory), "there is none");
  std::vector<std::pair<std::string, Entry>> entries;
  for (const auto& [name, item] : place.way.back()->items)
    entries.emplace_back(name.substr(0, name.size() - (name.ends_with('/') ? 1 : 0)), item.entry);
  return entries;
}

Result<std::set<std::string>> differing_paths(const Objects& objects, const ObjectId& tree, const ObjectId& other) {
  NewObjects all(objects);
  TreeEdit one(all, tree), two(all, other);
  std::set<std::string> paths;
  std::vector<std::string> directories = {""};
  if (tree == other) return paths;
  while (!directories.empty()) {
    const auto directory = std::move(directories.back());
    directories.pop_back();
    const auto path_of = [&](const std::string& name) { return directory.empty() ? name : directory + "/" + name; };
    std::map<std::string, std::pair<std::optional<TreeEdit::Entry>, std::optional<TreeEdit::Entry>>> names;
    for (const bool is_first : {true, false}) {
      const auto entries = (is_first ? one : two).entries_of(directory);
      if (!entries && entries.error().kind != Kind::kNotFound) return tl::unexpected(entries.error());
      if (!entries) continue;
      for (const auto& [name, entry] : *entries) (is_first ? names[name].first : names[name].second) = entry;
    }
    for (const auto& [name, pair] : names) {
      if (pair.first == pair.second) continue;
      bool is_file = false, is_directory = false;
      for (const auto& entry : {pair.first, pair.second})
        if (entry) (entry->mode == kModeDirectory ? is_directory : is_file) = true;
      if (is_file) paths.insert(path_of(name));
      if (is_directory) directories.push_back(path_of(name));
    }
  }
  return paths;
}

Result<ObjectId> TreeEdit::write() { return root_->write(*objects_); }

}  // namespace lorelei::git
