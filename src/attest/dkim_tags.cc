// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_tags.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::string_view kWhite = " \t\r\n";

tl::unexpected<Error> not_a_list(std::string why) {
  return err(Error::Kind::kCorrupt, "read the tags", "", std::move(why));
}

std::string_view trimmed_of_folds(std::string_view text) {
  const auto first = text.find_first_not_of(kWhite);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) + 1 - first);
}

bool is_tag_name(std::string_view name) {
  return !name.empty() && is_alpha(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

// Visible ASCII and white space; beyond ASCII, what internationalised mail has there.
bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && kWhite.find(c) == kWhite.npos) || c == 127;
  });
}

}  // namespace

std::optional<std::string_view> DkimTags::find(std::string_view name) const {
  for (const auto& tag : all)
    if (tag.name == name) return tag.value;
  return std::nullopt;
}

Result<DkimTags> parse_dkim_tags(std::string_view list) {
  DkimTags tags;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(';', at), list.size());
    const auto part = list.substr(at, end - at);
    const auto equals = part.find('=');
    if (trimmed_of_folds(part).empty()) {
      if (end != list.size()) return not_a_list("a tag is empty");
      break;
    }
    if (equals == part.npos) return not_a_list("a tag has no value");
    const DkimTag tag{trimmed_of_folds(part.substr(0, equals)), trimmed_of_folds(part.substr(equals + 1)),
                      at + equals + 1, end};
    if (!is_tag_name(tag.name)) return not_a_list("the name of a tag is none");
    if (!is_value(tag.value)) return not_a_list(fmt::format("control characters stand in {}=", tag.name));
    if (tags.find(tag.name)) return not_a_list(fmt::format("{}= stands twice", tag.name));
    if (tags.all.size() == kMaxDkimTags) return not_a_list(fmt::format("it has more than {} tags", kMaxDkimTags));
    tags.all.push_back(tag);
    at = end + 1;
  }
  return tags;
}

std::string without_white_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return kWhite.find(c) == kWhite.npos; });
  return out;
}

std::optional<std::vector<std::string_view>> colon_list(std::string_view text) {
  auto parts = split(text, ':');
  for (auto& part : parts) {
    part = trimmed_of_folds(part);
    if (part.empty()) return std::nullopt;
  }
  return parts;
}

}  // namespace lorelei::attest
