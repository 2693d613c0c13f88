// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/loose_object.hh"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::git {

namespace {

constexpr std::size_t kFirstRoom = 16 << 10;

std::optional<std::string> inflated(std::string_view deflated) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) return std::nullopt;
  // Twice as much each time: linear in what comes out.
  for (std::size_t room = std::max(kFirstRoom, deflated.size() * 4); room <= 2 * kMaxLooseBytes; room *= 2) {
    std::string out(std::min(room, kMaxLooseBytes), '\0');
    std::size_t size = 0;
    const auto result =
        libdeflate_zlib_decompress(decompressor.get(), deflated.data(), deflated.size(), out.data(), out.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) return out.resize(size), std::move(out);
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<ObjectType> type_named(std::string_view name) {
  for (const auto type : {ObjectType::kCommit, ObjectType::kTree, ObjectType::kBlob, ObjectType::kTag})
    if (name == to_text(type)) return type;
  return std::nullopt;
}

}  // namespace

std::optional<LooseObject> parse_loose_object(std::string_view deflated) {
  if (deflated.size() > kMaxLooseBytes) return std::nullopt;
  auto text = inflated(deflated);
  if (!text) return std::nullopt;
  const auto end = text->find('\0');
  const auto space = text->find(' ');
  if (end == std::string::npos || space > end) return std::nullopt;
  const auto header = std::string_view(*text).substr(0, end);
  const auto type = type_named(header.substr(0, space));
  const auto size = parse_uint(header.substr(space + 1));
  if (!type || !size || *size != text->size() - end - 1) return std::nullopt;
  text->erase(0, end + 1);
  return LooseObject{*type, *std::move(text)};
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
