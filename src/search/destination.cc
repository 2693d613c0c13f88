// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/destination.hh"

#include <fmt/core.h>

#include <array>

#include "base/files.hh"
#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei::search {

namespace {

struct FormatName {
  const char* name;
  Format format;
};
constexpr FormatName kFormats[] = {
    {"list", Format::kList},        {"json", Format::kJson},        {"jsonl", Format::kJsonLines},
    {"ldjson", Format::kJsonLines}, {"ndjson", Format::kJsonLines}, {"concatjson", Format::kConcatJson},
    {"text", Format::kText},        {"mboxrd", Format::kMboxrd},    {"mboxo", Format::kMboxo},
    {"mboxcl", Format::kMboxcl},    {"mboxcl2", Format::kMboxcl2},  {"maildir", Format::kMaildir},
};

std::optional<Format> format_of(std::string_view name) {
  for (const auto& known : kFormats)
    if (equal_ignore_case(known.name, name)) return known.format;
  return std::nullopt;
}

Result<std::optional<Format>> named_format(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  if (const auto format = format_of(*name)) return format;
  std::vector<std::string> names;
  for (const auto& known : kFormats) names.emplace_back(known.name);
  const auto near = nearest(*name, names);
  return err(Error::Kind::kUsage, "write results as", *name, "there is no such format",
             near.empty() ? "one of " + join(names, ", ") : near);
}

bool is_standard_output(std::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

// "mboxrd" of "mboxrd:PATH": letters and digits before a colon, no path.
std::optional<std::string_view> format_prefix(std::string_view output) {
  const auto colon = output.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  const auto word = output.substr(0, colon);
  for (const char c : word)
    if (!is_alnum(c) && c != '+') return std::nullopt;
  return word;
}

}  // namespace

bool is_mail(Format format) { return format >= Format::kMboxrd; }
bool is_json(Format format) {
  return format == Format::kJson || format == Format::kJsonLines || format == Format::kConcatJson;
}
const char* format_name(Format format) {
  for (const auto& known : kFormats)
    if (known.format == format) return known.name;
  return "";
}

Result<Destination> choose_destination(const std::string& output, const std::optional<std::string>& format,
                                       const Env& env) {
  constexpr auto kDoing = "write results to";
  TRY(auto wanted, named_format(format));
  std::string path = output;
  if (const auto word = format_prefix(output)) {
    const auto named = format_of(*word);
    if (!named || !is_mail(*named))
      return err(Error::Kind::kUsage, kDoing, output, fmt::format("'{}:' is no destination", *word),
                 "maildir:PATH, mboxrd:PATH, mboxo:PATH, mboxcl:PATH or mboxcl2:PATH");
    if (wanted && *wanted != *named)
      return err(Error::Kind::kUsage, kDoing, output,
                 fmt::format("--format={} and --output={} conflict", format_name(*wanted), format_name(*named)));
    wanted = named;
    path = output.substr(word->size() + 1);
    if (path.empty())
      return err(Error::Kind::kUsage, kDoing, output, "the path is missing", output + "PATH, or " + output + "-");
  }
  Destination to;
  if (!is_standard_output(path)) to.path = path;
  if (to.path.empty()) {
    to.format = wanted.value_or(env.out_is_terminal ? Format::kList : Format::kJson);
    if (to.format == Format::kMaildir)
      return err(Error::Kind::kUsage, kDoing, output, "a Maildir is a directory", "-o PATH");
    return to;
  }
  std::error_code ignored;
  if (!wanted && fs::exists(to.path, ignored) && !fs::is_directory(to.path, ignored))
    return err(Error::Kind::kUsage, kDoing, to.path, "it is a file, and of no known format",
               "mboxrd:" + to.path + " for a new mbox");
  to.format = wanted.value_or(Format::kMaildir);
  if (!is_mail(to.format))
    return err(Error::Kind::kUsage, kDoing, to.path,
               fmt::format("{} goes to standard output only", format_name(to.format)), "a redirection: > " + to.path);
  if (to.format != Format::kMaildir && to.path.ends_with(".gz")) to.compression = Destination::kGzip;
  for (const std::string_view suffix : {".bz2", ".xz"})
    if (to.format != Format::kMaildir && to.path.ends_with(suffix))
      return err(Error::Kind::kUsage, kDoing, to.path, fmt::format("{} is not supported", suffix), ".gz is");
  return to;
}

}  // namespace lorelei::search
