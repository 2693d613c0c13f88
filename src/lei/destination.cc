// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/destination.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "base/files.hh"
#include "base/nearest.hh"
#include "base/text.hh"
#include "lei/home.hh"
#include "wire/imap_url.hh"

namespace lorelei::lei {

namespace {

struct FormatName {
  const char* name;
  Format format;
};
constexpr FormatName kFormats[] = {
    {"list", Format::kList},        {"json", Format::kJson},
    {"jsonl", Format::kJsonLines},  {"ldjson", Format::kJsonLines},
    {"ndjson", Format::kJsonLines}, {"concatjson", Format::kConcatJson},
    {"text", Format::kText},        {"mboxrd", Format::kMboxrd},
    {"mboxo", Format::kMboxo},      {"mboxcl", Format::kMboxcl},
    {"mboxcl2", Format::kMboxcl2},  {"maildir", Format::kMaildir},
    {"reply", Format::kReply},      {"v2", Format::kV2},
};

std::optional<Format> format_of(std::string_view name) {
  for (const auto& known : kFormats)
    if (equal_ignore_case(known.name, name)) return known.format;
  return std::nullopt;
}

Result<std::optional<Format>> named_format(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  if (const auto format = format_of(*name)) return format;
  const auto names = format_names();
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

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& known : kFormats) names.emplace_back(known.name);
  return names;
}

bool is_mbox(Format format) { return format >= Format::kMboxrd && format <= Format::kMboxcl2; }
bool is_mail(Format format) { return format >= Format::kMboxrd; }
bool is_json(Format format) {
  return format == Format::kJson || format == Format::kJsonLines || format == Format::kConcatJson;
}
const char* format_name(Format format) {
  for (const auto& known : kFormats)
    if (known.format == format) return known.name;
  return "imap";
}

std::string Destination::text() const {
  return format == Format::kImap ? path : fmt::format("{}:{}", format_name(format), path);
}

namespace {

constexpr auto kDoing = "write results to";
using Kind = Error::Kind;

Result<Destination> mailbox(const std::string& url, const std::optional<std::string>& format) {
  if (format)
    return err(Kind::kUsage, kDoing, url, fmt::format("--format={} invalid with URL {}", *format, url), "no --format");
  const auto path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos || path + 1 == url.size())
    return err(Kind::kUsage, kDoing, url, "No mailbox: " + url, url + (path == url.npos ? "/" : "") + "INBOX/NAME");
  return Destination{Format::kImap, url, false};
}

// What is there already must be of the kind that is to come.
Result<Destination> place(std::string path, std::optional<Format> wanted) {
  if (wanted && !is_mail(*wanted))
    return err(Kind::kUsage, kDoing, path, fmt::format("{} goes to standard output only", format_name(*wanted)),
               "a redirection: > " + path);
  std::error_code error;
  const auto status = fs::status(path, error);
  Destination to{wanted.value_or(Format::kMaildir), path, false};
  const bool is_there = fs::exists(status);
  if (!wanted && is_there && !fs::is_directory(status))
    return err(Kind::kUsage, kDoing, path, "unable to determine mbox family of " + path, "mboxrd:" + path);
  if (to.format == Format::kMaildir && is_there && !fs::is_directory(status))
    return err(Kind::kConflict, kDoing, path, path + " exists and is not a directory", "another name");
  if (to.format != Format::kMaildir && to.format != Format::kV2) {
    if (fs::is_directory(status) || (is_there && access(path.c_str(), W_OK) != 0))
      return err(Kind::kConflict, kDoing, path, path + " exists and is not a writable file", "another name");
    to.is_stream = is_there && !fs::is_regular_file(status);
  }
  if (!to.is_stream) to.path = absolute_path(path);
  return to;
}

}  // namespace

Result<Destination> choose_destination(const std::string& output, const std::optional<std::string>& format,
                                       const Env& env, Manner manner) {
  if (wire::is_imap_url(output)) return mailbox(output, format);
  if (const auto scheme = output.find("://"); scheme != std::string::npos && scheme > 0)
    return err(Kind::kUsage, kDoing, output, "bad mail --format=" + to_lower(output.substr(0, scheme)),
               "a path, imap:// or imaps://");
  TRY(auto wanted, named_format(format));
  std::string path = output;
  if (const auto word = format_prefix(output)) {
    const auto named = format_of(*word);
    const char* what = starts_with_ignore_case(*word, "mbox") ? "bad mbox format: " : "bad mail --format=";
    if (!named || !is_mail(*named))
      return err(Kind::kUsage, kDoing, output, what + to_lower(*word),
                 "maildir:PATH, mboxrd:PATH, mboxo:PATH, mboxcl:PATH, mboxcl2:PATH or v2:DIR");
    if (wanted && *wanted != *named)
      return err(Kind::kUsage, kDoing, output,
                 fmt::format("--format={} and --output={} conflict", format_name(*wanted), format_name(*named)));
    wanted = named;
    path = output.substr(word->size() + 1);
    if (path.empty())
      return err(Kind::kUsage, kDoing, output, "the path is missing", output + "PATH, or " + output + "-");
  }
  if (!is_standard_output(path)) return place(std::move(path), wanted);
  const bool lists = env.out_is_terminal && manner == Manner::kOurs;
  const Destination to{wanted.value_or(lists ? Format::kList : Format::kJson), "", true};
  if (to.format == Format::kMaildir || to.format == Format::kV2)
    return err(Kind::kUsage, kDoing, output, fmt::format("a {} is a directory", format_name(to.format)), "-o PATH");
  return to;
}

Result<Destination> parse_destination(const std::string& text) {
  if (wire::is_imap_url(text)) return mailbox(text, std::nullopt);
  const auto word = format_prefix(text);
  const auto named = word ? format_of(*word) : std::nullopt;
  if (!named) return place(text, Format::kMaildir);
  return place(text.substr(word->size() + 1), named);
}

}  // namespace lorelei::lei
