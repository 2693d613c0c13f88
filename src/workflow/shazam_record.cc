// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/shazam_record.hh"

#include <unistd.h>

#include <array>
#include <map>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

constexpr const char* kFile = "lorelei-shazam";
constexpr std::array<std::string_view, 3> kStages = {"applying", "parked", "done"};
constexpr std::array<std::string_view, 3> kLandings = {"branch", "fetch-head", "merge"};

template <typename Enum>
std::optional<Enum> named(const std::array<std::string_view, 3>& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

Result<std::optional<ShazamRecord>> read_shazam_record(const fs::path& git_directory) {
  const auto file = git_directory / kFile;
  const auto text = read_file(file, 1 << 20);
  if (!text && text.error().kind == Error::Kind::kNotFound) return std::nullopt;
  if (!text) return tl::unexpected(text.error());
  std::map<std::string_view, std::string_view> values;
  for (const auto line : split(*text, '\n'))
    if (const auto space = line.find(' '); space != line.npos) values[line.substr(0, space)] = line.substr(space + 1);
  const auto stage = named<ShazamRecord::Stage>(kStages, values["stage"]);
  const auto landing = named<Landing>(kLandings, values["landing"]);
  const auto before = git::ObjectId::parse(values["before"]), base = git::ObjectId::parse(values["base"]);
  if (!stage || !landing || !before || !base)
    return err(Error::Kind::kCorrupt, "read what the last shazam did", file.string(), "it makes no sense",
               "look at git reflog and git worktree list, then remove the file");
  ShazamRecord record;
  record.stage = *stage;
  record.landing = *landing;
  record.branch = values["branch"];
  record.before = *before;
  record.base = *base;
  record.after = git::ObjectId::parse(values["after"]).value_or(git::ObjectId{});
  record.tree = values["tree"];
  record.patches = parse_uint(values["patches"]).value_or(0);
  record.link = values["link"];
  record.title = values["title"];
  record.message_id = values["id"];
  record.noted_at = parse_int(values["noted"]).value_or(0);
  return record;
}

Result<void> write_shazam_record(const fs::path& git_directory, const ShazamRecord& record) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    text += name;
    text += ' ';
    text += replace_all(value, "\n", " ");
    text += '\n';
  };
  add("stage", kStages[static_cast<std::size_t>(record.stage)]);
  add("landing", kLandings[static_cast<std::size_t>(record.landing)]);
  add("branch", record.branch);
  add("before", record.before.hex());
  add("base", record.base.hex());
  add("after", record.after.hex());
  add("tree", record.tree);
  add("patches", std::to_string(record.patches));
  add("link", record.link);
  add("title", record.title);
  add("id", record.message_id);
  add("noted", std::to_string(record.noted_at));
  return replace_file(git_directory / kFile, text);
}

Result<void> forget_shazam_record(const fs::path& git_directory) {
  const auto file = git_directory / kFile;
  if (unlink(file.c_str()) != 0 && errno != ENOENT) return err_errno(errno, "remove the file", file.string());
  return sync_directory(git_directory);
}

}  // namespace lorelei::workflow
