// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/loose_object.hh"

#include "base/files.hh"
#include "base/inflate.hh"
#include "base/text.hh"

namespace lorelei::git {

namespace {

std::optional<ObjectType> type_named(std::string_view name) {
  for (const auto type : {ObjectType::kCommit, ObjectType::kTree, ObjectType::kBlob, ObjectType::kTag})
    if (name == to_text(type)) return type;
  return std::nullopt;
}

}  // namespace

std::optional<LooseObject> parse_loose_object(std::string_view deflated) {
  if (deflated.size() > kMaxLooseBytes) return std::nullopt;
  Inflater inflater(kMaxLooseBytes);
  const auto text = inflater.inflate(deflated);
  if (!text) return std::nullopt;
  const auto end = text->find('\0');
  const auto space = text->find(' ');
  if (end == std::string_view::npos || space > end) return std::nullopt;
  const auto header = text->substr(0, end);
  const auto type = type_named(header.substr(0, space));
  const auto size = parse_uint(header.substr(space + 1));
  if (!type || !size || *size != text->size() - end - 1) return std::nullopt;
  return LooseObject{*type, std::string(text->substr(end + 1))};
}

std::optional<LooseObject> read_loose_object(const std::string& directory, const ObjectId& id) {
  const auto name = id.hex();
  const auto deflated = read_file(fs::path(directory) / name.substr(0, 2) / name.substr(2), kMaxLooseBytes);
  if (!deflated) return std::nullopt;
  auto object = parse_loose_object(*deflated);
  if (!object || name_of(object->type, object->bytes) != id) return std::nullopt;
  return object;
}

}  // namespace lorelei::git
