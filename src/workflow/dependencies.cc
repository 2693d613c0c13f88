// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dependencies.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kMaxLine = 500;
constexpr std::pair<std::string_view, Dependency::Kind> kNames[] = {
    {"patch-id: ", Dependency::Kind::kPatchId},
    {"change-id: ", Dependency::Kind::kChangeId},
    {"message-id: ", Dependency::Kind::kMessageId},
    {"base-commit: ", Dependency::Kind::kBaseCommit},
};

// It stands in mails, and in names of tags.
bool is_word(std::string_view word, std::string_view excluded) {
  return !word.empty() && word.front() != '-' && printable(word) == word && word.find(' ') == word.npos &&
         word.find_first_of(excluded) == word.npos;
}

// "ID:v3"
bool take_change_id(std::string_view word, Dependency& dependency) {
  const auto colon = word.rfind(":v");
  if (colon == word.npos) return false;
  const auto revision = parse_uint(word.substr(colon + 2));
  if (!revision || *revision < 1 || *revision > 9999) return false;
  dependency.value = word.substr(0, colon);
  dependency.revision = static_cast<int>(*revision);
  return is_word(dependency.value, "/~^:?*[\\<>\"") && dependency.value.find("..") == std::string::npos;
}

}  // namespace

std::string Dependency::line() const {
  for (const auto& [name, one] : kNames)
    if (one == kind)
      return fmt::format("{}{}{}", name, value, kind == Kind::kChangeId ? fmt::format(":v{}", revision) : "");
  return "";
}

std::optional<Dependency> dependency_in(std::string_view text) {
  if (text.size() > kMaxLine) return std::nullopt;
  const auto line = squeeze_spaces(text);
  for (const auto& [name, kind] : kNames) {
    if (!starts_with_ignore_case(line, name)) continue;
    Dependency dependency;
    dependency.kind = kind;
    auto word = std::string_view(line).substr(name.size());
    switch (kind) {
      case Dependency::Kind::kPatchId:
        dependency.value = to_lower(word);
        if (!git::ObjectId::parse(dependency.value)) return std::nullopt;
        return dependency;
      case Dependency::Kind::kChangeId:
        return take_change_id(word, dependency) ? std::optional(dependency) : std::nullopt;
      case Dependency::Kind::kMessageId:
        if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
        if (!is_word(word, "<>\"") || word.find('@') == word.npos) return std::nullopt;
        break;
      case Dependency::Kind::kBaseCommit:
        if (!is_word(word, "<>\"")) return std::nullopt;
        break;
    }
    dependency.value = word;
    return dependency;
  }
  return std::nullopt;
}

std::vector<Dependency> dependencies_in(const std::vector<std::string>& lines) {
  std::vector<Dependency> all;
  for (const auto& line : lines)
    if (auto one = dependency_in(line); one && all.size() < kMaxDependencies) all.push_back(*std::move(one));
  return all;
}

Result<std::vector<Dependency>> read_dependencies(std::string_view text) {
  std::vector<Dependency> all;
  const auto wrong = [](std::string_view line, const char* why) {
    return err(Kind::kUsage, "take the dependency", std::string(trim(line)), why,
               "patch-id: ID, change-id: ID:vN, message-id: ID or base-commit: REVISION");
  };
  bool has_base = false;
  for (const auto line : split(text, '\n')) {
    if (trim(line).empty() || line.starts_with('#')) continue;
    auto one = dependency_in(line);
    if (!one) return wrong(line, "it is no line of that kind");
    if (std::find(all.begin(), all.end(), *one) != all.end()) continue;
    if (one->kind == Dependency::Kind::kBaseCommit && std::exchange(has_base, true))
      return wrong(line, "there is another base-commit");
    if (all.size() == kMaxDependencies) return wrong(line, "it is the 101st");
    all.push_back(*std::move(one));
  }
  return all;
}

Result<std::optional<git::ObjectId>> named_base(const git::WorkTree& tree, const std::vector<Dependency>& all) {
  for (const auto& one : all) {
    if (one.kind != Dependency::Kind::kBaseCommit) continue;
    TRY(const auto commit, tree.resolve(one.value));
    if (!commit)
      return err(Kind::kNotFound, "find the base-commit", one.value, "there is no such commit here",
                 "git fetch, or lorelei prep --edit-deps");
    return commit;
  }
  return std::nullopt;
}

}  // namespace lorelei::workflow
